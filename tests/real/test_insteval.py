"""Students of ETH Zurich rate lecturers, again and again: several answers of each customer."""

import shutil

import pytest

import kuski

pytestmark = pytest.mark.real

STUDY = """
[study]
name = "ETH"
[responses]
file = "insteval.csv"
score = { column = "y", scale = [1, 5] }
worth = { column = "lectage", unit = "semesters" }
agent = "d"
alike = ["studage", "service", "dept"]
segments = ["dept"]
"""


@pytest.fixture(scope="module")
def folder(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insteval")
    shutil.copy(real_data("insteval/insteval.csv"), folder)
    return folder


def findings(folder, extra):
    path = folder / "study.toml"
    path.write_text(STUDY + extra, encoding="utf-8")
    study = kuski.open(path)
    assert study.check() == ()
    return {finding.name: finding for finding in study.findings()}


def test_students_are_counted_once_and_widen_every_interval(folder):
    known, unknown = findings(folder, 'customer = "s"\n'), findings(folder, "")
    assert known["listen.quality"].numbers.scored == 73_421
    assert known["listen.quality"].numbers.customers == 2_972
    assert known["value.elevate"].numbers.customers == 2_972
    assert unknown["value.elevate"].numbers.customers == 73_421
    for level, other in zip(
        known["value.levels"].numbers.levels, unknown["value.levels"].numbers.levels, strict=True
    ):
        assert level.worth == pytest.approx(other.worth, rel=1e-12)
        assert level.n == other.n
        # Students differ in how old the lectures are that they rate: each is one source, not 25.
        width, narrow = level.worth_high - level.worth_low, other.worth_high - other.worth_low
        assert width > 1.3 * narrow


def test_every_face_speaks(folder):
    for finding in findings(folder, 'customer = "s"\n').values():
        for language in ("en", "fi"):
            told = finding.translated(language)
            assert told.to_dict()["story"]
            assert repr(told).startswith(finding.name)
