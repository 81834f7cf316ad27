"""Write how good the coder is, on 600 comments that were coded twice before it saw them.

``python docs/make_coder_accuracy.py`` writes ``docs/reference/coder-accuracy.md``; a test says
where it no longer fits. The comments stand in ``tests/text/comments``.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kuski.stats.agreement import Agreement, agreement, coincidences
from kuski.terms import HUMAN_CONTACTS
from kuski.text.codebook import Codebook, shipped
from kuski.text.coder import Coder
from kuski.text.document import Reader
from kuski.text.lemma import FinnishTool

PAGE = Path(__file__).parent / "reference" / "coder-accuracy.md"
COMMENTS = Path(__file__).parent.parent / "tests" / "text" / "comments"
FEWEST = 10  # comments that tell of a code, below which its figures say little
LANGUAGES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}

Claims = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Codes:
    """What one coder says of the comments; shape (n, K) by the codebook's columns."""

    given: Claims
    signs: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Score:
    """How well one coder finds what two others say, as the mean over the two."""

    n: float
    precision: float
    recall: float
    f1: float


def comments() -> tuple[list[str], list[str]]:
    """Read the comments: their languages and texts."""
    rows = _rows("comments.csv")
    return [row["language"] for row in rows], [row["text"] for row in rows]


def coded(name: str, book: Codebook) -> Codes:
    """Read what one of the two coders said."""
    rows, columns = _rows(name), {column: i for i, column in enumerate(book.columns)}
    given = np.zeros((len(rows), len(columns)), bool)
    signs = np.zeros(given.shape, np.int8)
    for i, row in enumerate(rows):
        for family in {family for family, _ in columns}:
            for code in filter(None, row[family].split(";")):
                bare = code.rstrip("+-0") if family == "factor" else code
                given[i, columns[family, bare]] = True
                signs[i, columns[family, bare]] = {"+": 1, "-": -1}.get(code[-1], 0)
    return Codes(given, signs)


def machine(texts: Sequence[str], book: Codebook, finnish: FinnishTool) -> Codes:
    """Code the comments with nothing but the shipped codebook and lexicon."""
    found = Coder(book, reader=Reader(finnish)).code(texts)
    return Codes(found.codes, found.signs)


def taught(texts: Sequence[str], book: Codebook, lessons: Codes, finnish: FinnishTool) -> Codes:
    """Code each third of the comments after learning what one coder says of the other two."""
    given, signs = np.zeros(lessons.given.shape, bool), np.zeros(lessons.given.shape, np.int8)
    third = np.random.default_rng(1).permutation(len(texts)) % 3
    for part in range(3):
        known, asked = np.flatnonzero(third != part), np.flatnonzero(third == part)
        coder = Coder(book, reader=Reader(finnish))
        coder.fit([texts[i] for i in known], lessons.given[known].astype(np.int8))
        found = coder.code([texts[i] for i in asked])
        given[asked], signs[asked] = found.codes, found.signs
    return Codes(given, signs)


def score(said: Claims, one: Claims, two: Claims) -> Score:
    """Compare what a coder says with two others; each array of shape (n,) or (n, k)."""
    parts = [(_f1(said, other), other.sum()) for other in (one, two)]
    precision, recall, f1 = np.mean([part for part, _ in parts], axis=0)
    return Score(float(np.mean([n for _, n in parts])), precision, recall, f1)


def agreed(one: Claims, two: Claims) -> Agreement:
    """Krippendorff's alpha of two coders, with its interval by resampling comments."""
    both = np.stack([one, two], axis=1).astype(int)
    counts = np.stack([2 - both.sum(axis=1), both.sum(axis=1)], axis=1)
    rng = np.random.default_rng(1)
    # A random group of comments is a replicate, as in the studies.
    groups = rng.integers(0, 200, len(counts))
    pairs = np.zeros((200, 2, 2))
    np.add.at(pairs, groups, coincidences(counts))
    return agreement(pairs, np.bincount(groups, minlength=200), "nominal", rng=rng)


def page() -> str:
    """Write the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    book = shipped()
    languages, texts = comments()
    one, two = coded("coder_a.csv", book), coded("coder_b.csv", book)
    said, learned = machine(texts, book, "simplemma"), taught(texts, book, one, "simplemma")
    yield "# How good is the coder"
    yield ""
    yield (
        "Measured on 600 comments, 200 a language, written for this and coded by two coders, each "
        "for itself and before the coder was run on them. They are made up: comments of your "
        "customers may be easier or harder, and only a random sample of your own says which. "
        "Nothing was learned from labels, but where it says so."
    )
    yield ""
    yield (
        "Precision is the share of what the coder says that is so, recall the share of what is so "
        "that it says, F1 their harmonic mean, each against either of the two and averaged. *F1 "
        "after 400* is what it reaches after learning what one coder says of 400 of them, on the "
        "other 200. *Two coders* is the F1 of one of the two against the other, the height of "
        "the bar; alpha is Krippendorff's, with its 95 % interval. Codes that fewer than "
        f"{FEWEST} comments tell of say little."
    )
    yield ""
    yield "<!-- What follows is written by docs/make_coder_accuracy.py. -->"
    yield ""
    yield from _overall(book, languages, texts, said, learned, one, two)
    for family in book.families:
        places = book.places(family.name)
        yield ""
        yield f"## {family.name}"
        yield ""
        yield "| code | comments | precision | recall | F1 | F1 after 400 | two coders | alpha |"
        yield "|---|---|---|---|---|---|---|---|"
        for place, code in zip(range(places.start, places.stop), family.codes, strict=True):
            parts = (each.given[:, place] for each in (said, learned, one, two))
            yield _row(code.label["en"], *parts)
        if family.name == "contact":
            yield _row("*a human*", *(_human(book, each) for each in (said, learned, one, two)))


def _overall(
    book: Codebook,
    languages: Sequence[str],
    texts: Sequence[str],
    said: Codes,
    learned: Codes,
    one: Codes,
    two: Codes,
) -> Iterator[str]:
    yield "| all factors | precision | recall | F1 | two coders |"
    yield "|---|---|---|---|---|"
    factors = book.places("factor")
    with_voikko = (
        machine(texts, book, "voikko") if Reader().lemmatizer.finnish == "voikko" else None
    )
    of = np.array(languages)
    parts: Mapping[str, tuple[Codes, Claims]] = {
        "all": (said, np.ones(len(of), bool)),
        **{name: (said, of == key) for key, name in LANGUAGES.items()},
        **({"Finnish, with libvoikko": (with_voikko, of == "fi")} if with_voikko else {}),
        "all, after 400 corrections": (learned, np.ones(len(of), bool)),
    }
    for name, (coder, rows) in parts.items():
        cells = [each.given[rows, factors] for each in (coder, one, two)]
        found = score(*cells)
        yield (
            f"| {name} | {found.precision:.2f} | {found.recall:.2f} | {found.f1:.2f} "
            f"| {_f1(cells[1], cells[2])[2]:.2f} |"
        )
    right, n = _signs(said, one, two, factors)
    yield ""
    yield (
        f"Where all three find a factor and the two coders give it one sign, the coder gives the "
        f"same in {right:.0%} of {n} cases."
    )


def _row(label: str, said: Claims, learned: Claims, one: Claims, two: Claims) -> str:
    found, both = score(said, one, two), agreed(one, two)
    ends = both.interval
    alpha = "–" if np.isnan(both.alpha) else f"{both.alpha:.2f}"
    if ends is not None:
        alpha += f" ({ends.low:.2f} to {ends.high:.2f})"
    later = score(learned, one, two).f1
    cells = (found.precision, found.recall, found.f1, later, _f1(one, two)[2])
    figures = " | ".join("–" if np.isnan(cell) else f"{cell:.2f}" for cell in cells)
    return f"| {label} | {found.n:.0f} | {figures} | {alpha} |"


def _f1(said: Claims, so: Claims) -> tuple[float, float, float]:
    hits = float((said & so).sum())
    precision = hits / said.sum() if said.any() else np.nan
    recall = hits / so.sum() if so.any() else np.nan
    both = float(said.sum() + so.sum())
    return precision, recall, 2 * hits / both if both else np.nan


def _human(book: Codebook, codes: Codes) -> Claims:
    names = [i for i, (_, code) in enumerate(book.columns) if code in HUMAN_CONTACTS]
    found: Claims = codes.given[:, names].any(axis=1)
    return found


def _signs(said: Codes, one: Codes, two: Codes, places: slice) -> tuple[float, int]:
    alike = said.given & one.given & two.given & (one.signs == two.signs)
    alike = alike[:, places]
    right = (said.signs == one.signs)[:, places][alike]
    return float(right.mean()), int(alike.sum())


def _rows(name: str) -> list[dict[str, str]]:
    with (COMMENTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
