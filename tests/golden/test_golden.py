"""A small study says tomorrow what it said today.

``small.json`` holds the figures, the sentences' cases and the checks of a study that touches every
finding. When a change moves them on purpose, read the difference and write the file anew with
``KUSKI_GOLDEN=write pytest tests/golden``.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import kuski
from kuski.registry import NAMES

from .small import ROLES, STUDY, code, small

GOLDEN = Path(__file__).with_name("small.json")
# Another processor or another BLAS may round a sum otherwise; an interval's end is one of 2,000
# draws, which rounding does not exchange.
SAME = 1e-6


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


@pytest.fixture(scope="module")
def found(write_study, tmp_path_factory):
    answers, tables = small()
    folder = tmp_path_factory.mktemp("small")
    path = write_study(folder, answers, ROLES, study=STUDY, **tables)
    code(folder)
    return told(kuski.open(path))


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
    assert tuple(found) == NAMES
    assert all(each["n"] > 50 for each in found.values()), {k: f["n"] for k, f in found.items()}
    numbers = found["value.levels"]["numbers"]
    assert numbers["leaving"]
    assert numbers["moves"]
    assert numbers["answered"]
    assert found["value.elevate"]["numbers"]["ratio"] is not None
    assert found["value.effort"]["numbers"]["moved"] is not None
    assert found["understand.encounters"]["numbers"]["agents"]["worth_per_point"] is not None
    assert found["understand.leaving"]["numbers"]["checked"]
    assert found["understand.expectations"]["numbers"]["rivals"]
