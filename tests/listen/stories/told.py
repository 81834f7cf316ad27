"""Made-up tables of codes, whose truth is known: a coder that errs, and people who checked it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kuski.listen.stories.table import MEASURED, schema
from kuski.text.codebook import load

BOOK = """version = 1
[[families]]
name = "factor"
kind = "many"
negation = "keeps"
question = { en = "What did it turn on?", fi = "Mistä oli kyse?", sv = "Vad gällde det?" }
"""
CODE = """[[families.codes]]
code = "{code}"
label = {{ en = "{en}", fi = "{fi}", sv = "{en}" }}
definition = {{ en = "{en}.", fi = "{fi}.", sv = "{en}." }}
reason = "treatment"
seeds = {{ en = ["{code}"], fi = ["{code}"], sv = ["{code}"] }}
"""
LABELS = {
    "attention": ("Attention and recognition", "Huomio ja arvostus"),
    "speed": ("Speed", "Nopeus"),
    "price": ("Price and value", "Hinta"),
    "parrots": ("Parrots", "Papukaijat"),
}
# Share that tells of each, of the excellent and of the awful stories.
TRUE = {
    "attention": (0.6, 0.25),
    "speed": (0.25, 0.55),
    "price": (0.1, 0.12),
    "parrots": (0.08, 0.08),
}
TRUE_HUMAN = (0.7, 0.4)
EXCELLENT, AWFUL = 0.5, 0.35
# How often what is there is found, and how often what is not there is left out.
CODER = (0.85, 0.8)
SCORES = {"score": [4, 5, 6] * 20, "customer": list(range(60))}
SCORE = 'score = { column = "score", scale = [1, 7] }\ncustomer = "customer"\n'
STORY = {"text": ["a story"]}


@dataclass(frozen=True)
class Drawn:
    """The columns of a table of codes, and the truth of each unit."""

    columns: dict[str, list]
    human: np.ndarray
    excellent: np.ndarray


def draw(
    n=600,
    seed=1,
    *,
    random=150,
    uncertain=0,
    second=0,
    source="stories",
    coder=CODER,
    weights=None,
    disagree=0.05,
    **others,
):
    """Draw units of which the first ones were checked at random, and some by two people."""
    rng = np.random.default_rng(seed)

    def coded(truth):
        found, left = coder
        return np.where(truth, rng.random(n) < found, rng.random(n) > left)

    def again(truth):
        return truth ^ (rng.random(n) < disagree)

    mood = rng.random(n)
    polarity = np.where(
        mood < EXCELLENT, "positive", np.where(mood < EXCELLENT + AWFUL, "negative", "neutral")
    )
    said = np.where(rng.random(n) < 0.9, polarity, rng.permutation(polarity))
    excellent = polarity == "positive"
    is_checked = np.arange(n) < random + uncertain
    is_second = np.arange(n) < second
    columns = {
        "text": [f"{source} {i}" for i in range(n)],
        "source": [source] * n,
        "incident": [0] * n,
        "rows": [1] * n,
        "weight": [1.0] * n if weights is None else list(weights),
        "copies": [0] * n,
        "language": ["en"] * n,
        "state": ["told"] * n,
        "counted": [source] * n,
        "checked": ["random"] * random
        + ["uncertain"] * uncertain
        + [None] * (n - random - uncertain),
        "unsure": [0] * n,
        "polarity": np.where(is_checked, polarity, said).tolist(),
        "polarity_machine": said.tolist(),
    }
    for code, (good, bad) in TRUE.items():
        truth = rng.random(n) < np.where(excellent, good, bad)
        machine = coded(truth)
        stands = np.where(is_checked, truth, machine)
        sign = np.where(excellent, 1, -1)
        columns |= {
            code: stands.astype(int).tolist(),
            f"{code}_machine": machine.astype(int).tolist(),
            f"{code}_sign": (stands * sign).tolist(),
            f"{code}_sign_machine": (machine * sign).tolist(),
            f"{code}_second": _only(again(truth).astype(int), is_second),
        }
    human = rng.random(n) < np.where(excellent, *TRUE_HUMAN)
    heard = coded(human)
    stands = np.where(is_checked, human, heard)
    for name, told in (("", stands), ("_machine", heard)):
        # Every third story tells of its contact where there is no human, too.
        columns[f"human{name}"] = _only(told, told | (np.arange(n) % 3 == 0))
        columns[f"contact.phone{name}"] = told.astype(int).tolist()
        columns[f"contact.web{name}"] = [int(one == 0) for one in columns[f"human{name}"]]
    if second:
        columns["human_second"] = _only(again(human).astype(int), is_second)
        columns["contact.phone_second"] = _only(again(human).astype(int), is_second)
        columns["contact.web_second"] = _only(again(~human).astype(int), is_second)
    columns |= others
    return Drawn(columns, human, excellent)


def _only(values, chosen):
    return [int(one) if is_so else None for one, is_so in zip(values, chosen, strict=True)]


def rows_of(state, n, source="stories"):
    """Lay out texts that are not coded."""
    return {
        "text": [f"{state} {i}" for i in range(n)],
        "source": [source] * n,
        "incident": [0] * n,
        "rows": [1] * n,
        "weight": [1.0] * n,
        "copies": [0] * n,
        "state": [state] * n,
    }


def write_codes(folder: Path, *tables: dict[str, list]) -> None:
    """Write a codebook with the codes of `LABELS`, and tables of codes one below the other."""
    book = BOOK + "".join(CODE.format(code=code, en=en, fi=fi) for code, (en, fi) in LABELS.items())
    (folder / "book.toml").write_text(book, encoding="utf-8")
    fields = schema(load(folder / "book.toml"))
    parts = []
    for columns in tables:
        n = len(columns["text"])
        random = [int(drawn == "random") for drawn in columns.get("checked", [None] * n)]
        whole = {
            name: random if name.startswith(MEASURED) else columns.get(name, [None] * n)
            for name in fields.names
        }
        assert set(columns) <= set(whole), set(columns) - set(whole)
        parts.append(pa.table(whole, schema=fields))
    pq.write_table(pa.concat_tables(parts), folder / "codes.parquet")
