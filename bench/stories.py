"""Coding of short comments: comments a CPU second and memory, beside what others offer.

Peers, in an interpreter of their own so that nothing is locked for them:

    python -m venv peer
    peer/bin/pip install vaderSentiment spacy spacy-lookups-data
    python bench/stories.py --peer peer/bin/python

vaderSentiment reads the polarity of English and does nothing else. spaCy gets the same work without
polarity: a blank pipeline a language with its look-up lemmatizer (it has none for Finnish, so that
Finnish keeps its forms) and a Matcher with the codebook's seeds; languages are told to it, and it
takes one comment in twenty, scaled up.

Comments are the made-up company's, no two batches alike. Kuski's word cache is warmed by comments
of another seed; loading tools and models is outside every clock.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from side_by_side import load, peak_memory, side_by_side

BATCH, WARM, LABELS = 10_000, 20_000, 1_000
WAYS = {
    "kuski": "Kuski, default path",
    "taught": f"Kuski, taught by {LABELS:,} labels",
    "runs": "the same, with character n-grams",
    "simplemma": "Kuski, default path without voikko",
    "reading": "Kuski, language and lemmas only",
    "vader": "vaderSentiment, polarity only",
    "spacy": "spaCy, lemmas and seeds",
}
PEERS = ("vader", "spacy")
SAMPLE = {"spacy": 20}  # takes one comment in so many, being slow; rates are compared


def main() -> None:
    """Print comments a CPU second of each way, and the ratio of its CPU to Kuski's default path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", help="a Python that has vaderSentiment and spaCy")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, folder = asked.one
        if way == "write":
            _write(Path(folder), asked.comments)
            return
        if way in PEERS:
            os.execv(asked.peer, [asked.peer, __file__, "--peer-way", way, folder])
        _timed_kuski(way, Path(folder))
        return
    with TemporaryDirectory() as folder:
        # In a process of its own: what this one holds would count as every way's memory.
        write = [__file__, "--comments", str(asked.comments), "--one", "write", folder]
        subprocess.run([sys.executable, *write], check=True)
        ways = [way for way in WAYS if asked.peer or way not in PEERS]
        more = ["--peer", asked.peer] if asked.peer else []
        commands = {way: [__file__, *more, "--one", way, folder] for way in ways}
        cost = side_by_side(commands, runs=asked.runs)
    print(f"{'way':<36} {'comments/CPU s':>14} {'CPU s':>8} {'wall s':>8} {'MiB':>6} {'CPU x':>6}")
    for way, found in cost.items():
        cpu, wall = (SAMPLE.get(way, 1) * seconds for seconds in (found.cpu, found.wall))
        print(
            f"{WAYS[way]:<36} {asked.comments / cpu:>14,.0f} {cpu:>8.2f} "
            f"{wall:>8.2f} {found.memory:>6.0f} {cpu / cost['kuski'].cpu:>6.2f}"
        )
    if not asked.peer:
        print("vaderSentiment and spaCy were left out; the top of this file says how to have them.")


def _write(folder: Path, comments: int) -> None:
    """Write the comments, and for spaCy their languages and the seeds."""
    from kuski.terms import TEXT_LANGUAGES
    from kuski.text.codebook import shipped
    from kuski.text.language import languages_of

    texts = _comments(comments, seed=1)
    seeds = {
        language: [
            (code.code, seed)
            for family in shipped().families
            for code in family.codes
            for seed in code.seeds.get(language, ())
        ]
        for language in TEXT_LANGUAGES
    }
    written = {
        "texts": texts,
        "warm": _comments(WARM, seed=2),
        "languages": languages_of(texts),
        "seeds": seeds,
    }
    (folder / "comments.json").write_text(json.dumps(written), encoding="utf-8")


def _comments(n: int, *, seed: int) -> list[str]:
    import numpy as np

    from kuski.demo.answers import draw_agents
    from kuski.demo.batch import draw_batch
    from kuski.demo.comments import comment_texts

    rng = np.random.default_rng(seed)
    agents = draw_agents(rng)
    texts: list[str] = []
    while len(texts) < n:
        batch = draw_batch(rng, agents, first=1, size=50_000)
        answers = batch.answers
        drawn = comment_texts(batch.comments, answers.channel, np.arange(len(answers.score)))
        texts += [text for text in drawn.to_pylist() if text]
    return texts[:n]


def _timed_kuski(way: str, folder: Path) -> None:
    load("kuski.text.coder", "sklearn.linear_model", "scipy.sparse")
    from kuski.text.codebook import shipped
    from kuski.text.coder import Coder
    from kuski.text.document import Reader
    from kuski.text.scorer import LemmaScorer

    written = json.loads((folder / "comments.json").read_text(encoding="utf-8"))
    texts, warm = written["texts"], written["warm"]
    book = shipped()
    reader = Reader("simplemma" if way == "simplemma" else None)
    coder = Coder(book, LemmaScorer(book, character_ngrams=way == "runs"), reader=reader)
    if way in ("taught", "runs"):
        # What a person would say is beside the point here: what is learned costs the same.
        coder.fit(warm[:LABELS], coder.code(warm[:LABELS]).codes.astype("int8"))

    def work(some):
        for start in range(0, len(some), BATCH):
            part = some[start : start + BATCH]
            if way == "reading":
                reader.read(part)
            else:
                coder.code(part)

    work(warm)
    _timed(lambda: work(texts))


def _vader(folder: Path) -> None:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    written = json.loads((folder / "comments.json").read_text(encoding="utf-8"))
    scores = SentimentIntensityAnalyzer().polarity_scores

    def work() -> None:
        for text in written["texts"]:
            scores(text)

    _timed(work)


def _spacy(folder: Path) -> None:
    import spacy

    written = json.loads((folder / "comments.json").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = {}
    pairs = zip(written["texts"], written["languages"], strict=True)
    for place, (text, language) in enumerate(pairs):
        if place % SAMPLE["spacy"] == 0:
            groups.setdefault(language or "en", []).append(text)
    pipes = {}
    for language in groups:
        pipe = spacy.blank(language)
        if language != "fi":
            pipe.add_pipe("lemmatizer", config={"mode": "lookup"})
            pipe.initialize()
        pipes[language] = pipe, _spacy_matcher(pipe, written["seeds"][language])

    def work() -> None:
        for language, texts in groups.items():
            pipe, matcher = pipes[language]
            for document in pipe.pipe(texts):
                matcher(document)

    _timed(work)


def _spacy_matcher(pipe, seeds):
    from spacy.matcher import Matcher

    matcher = Matcher(pipe.vocab)
    by_code: dict[str, list[list[dict[str, object]]]] = {}
    for code, seed in seeds:
        pattern: list[dict[str, object]] = []
        for piece in seed.removeprefix("#").split():
            if piece == "...":
                pattern += [{"OP": "?"}] * 4
                continue
            ways = piece.lower().split("|")
            if any("*" in way for way in ways):
                spelled = "|".join(way.replace("*", ".*") for way in ways)
                pattern.append({"LOWER": {"REGEX": f"^(?:{spelled})$"}})
            else:
                pattern.append({"LOWER" if pipe.lang == "fi" else "LEMMA": {"IN": ways}})
        by_code.setdefault(code, []).append(pattern)
    for code, patterns in by_code.items():
        matcher.add(code, patterns)
    return matcher


def _timed(work) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(cpu, wall, peak_memory())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer-way"]:
        {"vader": _vader, "spacy": _spacy}[sys.argv[2]](Path(sys.argv[3]))
    else:
        main()
