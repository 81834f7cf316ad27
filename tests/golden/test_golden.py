"""A small study says tomorrow what it said today.

``small.json`` holds the figures, the sentences' cases and the checks of a study that touches every
finding. When a change moves them on purpose, read the difference and write the file anew with
``KUSKI_GOLDEN=write pytest tests/golden``.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

GOLDEN = Path(__file__).with_name("small.json")
# Another processor or another BLAS may round a sum otherwise; an interval's end is one of 2,000
# draws, which rounding does not exchange.
SAME = 1e-6

ROLES = """
score = { column = "score", scale = [1, 7], missing = [9] }
worth = { column = "worth", unit = "€" }
customer = "customer"
time = "day"
weight = "weight"
recommend = "recommend"
drivers = { columns = ["a", "b", "c", "d", "e"], scale = [1, 7] }
"""
CUSTOMERS = 'customer = "customer"\nalike = ["past", "town"]\nsegments = ["town"]\nleft = "left"'
EFFORTS = (
    'customer = "customer"\ncost = { column = "cost", unit = "€" }\nkind = "kind"\ntime = "day"'
)
PEOPLE = 400


def small() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Four hundred customers, of whom three in four answer, twice at most."""
    # A plain congruential generator, so that no library's version can change the rows.
    state = np.uint64(20261122)
    numbers = np.empty(20_000)
    with np.errstate(over="ignore"):
        for i in range(len(numbers)):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            numbers[i] = float(state >> np.uint64(11)) / 2**53
    draw = iter(numbers)

    def some(n: int) -> np.ndarray:
        return np.array([next(draw) for _ in range(n)])

    past = 50 + 100 * some(PEOPLE) ** 2
    town = np.array(["Turku", "Oulu", "Inari"])[np.searchsorted([0.6, 0.95], some(PEOPLE))]
    who = np.concatenate([np.flatnonzero(some(PEOPLE) < 0.75), np.flatnonzero(some(PEOPLE) < 0.4)])
    n = len(who)
    score = np.clip(np.floor(1 + 7 * (0.6 * some(n) + 0.4 * past[who] / 150)), 1, 7)
    worth = 20 * score + 0.8 * past[who] + 40 * some(n)
    answers = {
        "customer": who.tolist(),
        "day": [f"2025-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}" for i in range(n)],
        "score": [9 if x < 0.01 else int(s) for x, s in zip(some(n), score, strict=True)],
        "worth": worth.round(2).tolist(),
        "weight": (0.5 + some(n)).round(3).tolist(),
        "recommend": np.clip(np.round(score + 3 * some(n) + 1), 0, 10).astype(int).tolist(),
    }
    for name in "abcde":
        answers[name] = np.clip(np.round(score + 2 * some(n) - 1), 1, 7).astype(int).tolist()
    customers = {
        "customer": list(range(PEOPLE)),
        "past": past.round(2).tolist(),
        "town": town.tolist(),
        "left": (some(PEOPLE) < 0.15).astype(int).tolist(),
    }
    efforts = {
        "customer": np.floor(some(250) * PEOPLE).astype(int).tolist(),
        "cost": (5 + 40 * some(250)).round(2).tolist(),
        "kind": ["call" if x < 0.7 else "gift" for x in some(250)],
        "day": [f"2025-{1 + i % 12:02d}-15" for i in range(250)],
    }
    return answers, customers, efforts


def told(study) -> dict[str, Any]:
    """What each finding says, without its words."""
    return {
        finding.name: {
            "n": finding.n,
            "numbers": finding.to_dict()["numbers"],
            "story": [sentence.case for sentence in finding.story()],
            "checks": {check.check: check.status for check in finding.checks()},
        }
        for finding in study.findings()
    }


@pytest.fixture
def found(make_study):
    answers, customers, efforts = small()
    parts = {"customers": (customers, CUSTOMERS), "efforts": (efforts, EFFORTS)}
    return told(make_study(answers, ROLES, study='language = "fi"\nseed = 7', **parts))


def compare(old: Any, new: Any, path: str = "") -> list[str]:
    """List the differences by their place."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(old.keys() | new.keys())
        return [d for key in keys for d in compare(old.get(key), new.get(key), f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in pairs for d in compare(a, b, f"{path}.{i}")]
    is_same = old == new
    if isinstance(old, float) and isinstance(new, float):
        is_same = new == pytest.approx(old, rel=SAME, abs=1e-9)
    return [] if is_same else [f"{path}: {old!r} became {new!r}"]


def test_a_small_study_says_what_it_said(found):
    if os.environ.get("KUSKI_GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert compare(json.loads(GOLDEN.read_text(encoding="utf-8")), found) == []


def test_the_small_study_touches_every_finding(found):
    assert set(found) == {"listen.quality", "value.levels", "value.elevate", "value.effort"}
    assert all(each["n"] > 100 for each in found.values())
    numbers = found["value.levels"]["numbers"]
    assert numbers["leaving"]
    assert numbers["moves"]
    assert numbers["answered"]
    assert found["value.elevate"]["numbers"]["ratio"] is not None
    assert found["value.effort"]["numbers"]["moved"] is not None
