"""Whatever stands in the files: a clear error or a refused finding, and nothing half written."""

import errno
import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.errors import InputError, OutputError, SettingsError
from kuski.registry import NAMES
from kuski.study import write

N = 300
SCORE = 'score = { column = "score", scale = [1, 7] }'
ROLES = SCORE + '\nworth = "worth"'
WEIGHTED = ROLES + '\nweight = "weight"'
KEYED = ROLES + '\ncustomer = "id"'
CUSTOMERS = 'customer = "id"\nalike = ["past"]'
EFFORTS = 'customer = "id"\ncost = "cost"'
UNDERSTAND = {name for name in NAMES if name.startswith("understand.")}
CHOOSE = {name for name in NAMES if name.startswith("choose.")}
# What a study without actions and efforts, or too thin to tell segments, says of the choice.
NOTHING_TO_CHOOSE = {"audience_nothing", "choose_no_actions", "no_efforts"}
# What else a study without efforts, actions and texts cannot tell.
WITHOUT = {"value.effort": "no_efforts", "listen.stories": "stories_no_texts"}


def rows(**columns: Any) -> dict[str, Any]:
    """Sound answers, some columns of which are replaced or added."""
    rng = np.random.default_rng(1)
    score = rng.integers(1, 8, N)
    sound = {
        "score": score.tolist(),
        "worth": (10.0 * score + rng.normal(0, 3, N)).round(2).tolist(),
        "id": [i % 100 for i in range(N)],
    }
    return sound | columns


def everybody(n: int = 120, **columns: Any) -> dict[str, Any]:
    return {"id": list(range(n)), "past": [float(i % 9) for i in range(n)]} | columns


def work(**columns: Any) -> dict[str, Any]:
    return {"id": list(range(90)), "cost": [1.0 + i % 4 for i in range(90)]} | columns


@dataclass(frozen=True)
class Bad:
    """Files that are wrong, the case of the error, or the findings that are refused and why."""

    responses: Any
    roles: str = ROLES
    tables: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    fault: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    check: str = ""


FEW = {"value.levels": "too_few_answers", "value.elevate": "too_few_answers"}
ERRORS = {
    "an empty file": Bad("", fault="bad_table", check="empty"),
    "a header and no rows": Bad("score,worth\n", error="no_rows", check="not one row"),
    "an empty customers table": Bad(
        rows(), KEYED, {"customers": ("id,past\n", CUSTOMERS)}, error="no_rows", check="not one row"
    ),
    "a column that is not there": Bad(
        rows(), ROLES.replace('"worth"', '"wurth"'), fault="no_column", check="Did you mean worth"
    ),
    "words for scores": Bad(
        rows(score=["hyvä"] * N), fault="text_in_numbers", check="300 of 300 cells"
    ),
    "words for weights": Bad(
        rows(weight=["paljon"] * N), WEIGHTED, fault="text_in_numbers", check="paljon"
    ),
    "bytes of another encoding": Bad(
        "score,worth,nimi\n1,2,hyv\xe4\n".encode("latin-1"), fault="bad_table", check="line 2"
    ),
    "bytes that are no text": Bad(b"\x00\x01\x02" * 500, fault="bad_table", check="zero bytes"),
    "zero weights": Bad(rows(weight=[0] * N), WEIGHTED, error="no_weights", check="no row has"),
    "missing weights": Bad(rows(weight=[None] * N), WEIGHTED, error="no_weights", check="no row"),
    "a negative weight": Bad(
        rows(weight=[-2.5] + [1.0] * (N - 1)), WEIGHTED, error="negative_weights", check="−2.5"
    ),
    "customers that stand twice": Bad(
        rows(),
        KEYED,
        {"customers": (everybody(id=[*range(118), 0, 1]), CUSTOMERS)},
        error="repeated_customer",
        check="2 rows repeat",
    ),
}
REFUSED = {
    "one row": Bad({"score": [5], "worth": [3]}, refused=FEW),
    "all one score": Bad(
        rows(score=[5] * N), refused={"value.levels": "one_level", "value.elevate": "one_level"}
    ),
    "scores off the scale": Bad(rows(score=[10 * i for i in range(N)]), refused=FEW),
    "all of the money infinite": Bad(rows(worth=["inf"] * N), refused=FEW, check="hold no number"),
    "words for money": Bad(rows(worth=["paljon"] * N), refused=FEW, check="300 of 300 cells"),
    "no cost": Bad(
        rows(), KEYED, {"efforts": ("id,cost\n", EFFORTS)}, refused={"value.effort": "no_cost"}
    ),
    "words for costs": Bad(
        rows(),
        KEYED,
        {"efforts": (work(cost=["halpa"] * 90), EFFORTS)},
        refused={"value.effort": "no_cost"},
        check="halpa",
    ),
    "5,000 columns and three rows": Bad(
        {f"c{i}": [1, 2, 3] for i in range(4_998)} | {"score": [1, 4, 7], "worth": [1, 2, 3]},
        refused=FEW,
    ),
}


@pytest.fixture
def bad(request, make_study):
    case = request.param
    return case, make_study(case.responses, case.roles, **case.tables)


def refusals(study):
    found = {}
    for finding in study.findings():
        text = json.dumps(finding.to_dict(), allow_nan=False)
        assert "NaN" not in text
        assert finding.translated("fi").to_dict()["story"]
        assert finding._repr_html_()
        if finding.is_refused and finding.name != "value.effort":
            found[finding.name] = finding.story()[0].case.removeprefix("refusals.")
        if finding.name == "value.effort":
            found[finding.name] = finding.story()[0].case.removeprefix("refusals.")
    return found


@pytest.mark.parametrize(
    "bad", [pytest.param(case, id=name) for name, case in ERRORS.items()], indirect=True
)
def test_it_is_a_clear_error(bad):
    case, study = bad
    with pytest.raises(InputError) as caught:
        study.findings()
    error = caught.value
    if case.fault:
        assert isinstance(error, SettingsError)
        assert [fault.case for fault in error.faults] == [case.fault]
        assert all(fault.line for fault in error.faults)
    else:
        assert error.case == case.error
    for language in ("en", "fi"):
        assert re.search(r"\{|None", error.text(language)) is None
    (fault,) = study.check()
    assert case.check in fault.text("en")
    assert fault.line is not None


@pytest.mark.parametrize(
    "bad", [pytest.param(case, id=name) for name, case in REFUSED.items()], indirect=True
)
def test_it_is_a_refused_finding(bad):
    case, study = bad
    found = refusals(study)
    rest = {name: found[name] for name in set(found) - UNDERSTAND - CHOOSE}
    assert rest == WITHOUT | case.refused
    assert {found[name] for name in CHOOSE} <= NOTHING_TO_CHOOSE
    # A score and an outcome alone do not tell what moves anybody: each says so in its own words.
    assert set(found) >= UNDERSTAND
    assert all(found[name].startswith(f"{name.partition('.')[2]}_") for name in UNDERSTAND)
    faults = [fault.text("en") for fault in study.check()]
    assert len(faults) == bool(case.check)
    assert all(case.check in fault for fault in faults)


def worths(study):
    return [level.worth for level in study.finding("value.levels").numbers.levels]


def test_some_infinite_money_is_left_out_and_said(make_study):
    sound = make_study(rows(worth=[None, None, *rows()["worth"][2:]]), ROLES)
    study = make_study(rows(worth=["inf", "-Infinity", *rows()["worth"][2:]]), ROLES)
    assert worths(study) == worths(sound)
    texts = [check.text for check in study.finding("listen.quality").checks()]
    assert any("inf" in text and "hold no number" in text for text in texts)


def test_some_words_among_scores_are_left_out_and_said(make_study):
    score = ["ei vastausta" if i % 10 == 0 else s for i, s in enumerate(rows()["score"])]
    study = make_study(rows(score=score), ROLES)
    assert study.check() == ()
    quality = study.finding("listen.quality")
    assert quality.numbers.scored == 270
    assert any("ei vastausta" in check.text for check in quality.checks())


def test_infinite_weights_count_for_nothing(make_study):
    study = make_study(rows(weight=["inf"] + [1.0] * (N - 1)), WEIGHTED)
    assert study.finding("listen.quality").numbers.scored == N - 1


def test_a_file_of_5000_columns_is_read(make_study):
    wide = {f"c{i}": [i % 3] * N for i in range(4_997)} | rows()
    assert worths(make_study(wide, ROLES)) == worths(make_study(rows(), ROLES))


@pytest.mark.parametrize("name", ["select; drop table", 'wo"rth', "wor'th", "läpi, %s {0}", "*"])
def test_any_name_of_a_column_will_do(make_study, name):
    columns = {name if key == "worth" else key: values for key, values in rows().items()}
    quoted = json.dumps(name, ensure_ascii=False)
    study = make_study(columns, f"{SCORE}\nworth = {quoted}\nsegments = [{quoted}]")
    assert worths(study) == worths(make_study(rows(), ROLES))
    for finding in study.findings():
        assert finding.to_dict()["story"]
        assert finding.translated("fi").checks()


def test_customers_of_the_answers_need_not_be_in_the_table(make_study):
    half = make_study(rows(), KEYED, customers=(everybody(50), CUSTOMERS))
    levels = half.finding("value.levels")
    assert levels.numbers.n_outcome == N
    assert levels.numbers.n_alike == N // 2
    assert {check.check: check.status for check in levels.checks()}["lost_alike"] == "warn"
    assert half.finding("listen.quality").numbers.response_rate == 1
    none = make_study(
        rows(id=[i + 5_000 for i in range(N)]), KEYED, customers=(everybody(), CUSTOMERS)
    )
    assert none.finding("value.levels").numbers.n_alike is None
    assert none.finding("listen.quality").numbers.response_rate == 0


@pytest.mark.parametrize("customers", [1, 2, 19])
def test_few_customers_give_figures_without_intervals(make_study, customers):
    columns = rows(id=[i % customers for i in range(N)])
    table = (everybody(customers), CUSTOMERS)
    efforts = (work(id=[i % customers for i in range(90)]), EFFORTS)
    study = make_study(columns, KEYED, customers=table, efforts=efforts)
    findings = {finding.name: finding for finding in study.findings()}
    assert [level.worth_low for level in findings["value.levels"].numbers.levels] == [None] * 7
    elevate = findings["value.elevate"]
    assert elevate.is_refused
    assert elevate.numbers.eliminate.gain is not None
    assert elevate.numbers.eliminate.gain_low is None
    assert findings["listen.quality"].numbers.score_mean_low is None
    for finding in findings.values():
        assert finding.to_dict()["story"]


@pytest.mark.parametrize("who", [0, 7_000])
def test_work_for_hardly_anybody_breaks_nothing(make_study, who):
    efforts = (work(id=[who] * 90), EFFORTS)
    study = make_study(rows(), KEYED, efforts=efforts)
    assert study.finding("value.effort").to_dict()["story"]


def test_a_study_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        kuski.open(tmp_path / "nope.toml")


def test_a_study_file_that_is_no_toml(tmp_path):
    (tmp_path / "study.toml").write_text('[study\nname = "x"', encoding="utf-8")
    with pytest.raises(SettingsError, match="not TOML"):
        kuski.open(tmp_path / "study.toml")


@pytest.mark.parametrize("how", ["gone", "folder"])
def test_a_table_that_is_not_there(study_file, how):
    path = study_file(rows(), ROLES)
    table = path.parent / "responses.csv"
    table.unlink()
    if how == "folder":
        table.mkdir()
    study = kuski.open(path)
    with pytest.raises(SettingsError, match="does not exist" if how == "gone" else "is a folder"):
        study.findings()
    assert len(study.check()) == 1


@pytest.mark.parametrize("how", ["file", "full"])
def test_a_place_that_cannot_be_written_to_gets_nothing(make_study, tmp_path, monkeypatch, how):
    study = make_study(rows(), ROLES)
    findings, out = study.findings(), tmp_path / "out"
    if how == "file":
        out.write_text("mine", encoding="utf-8")
    else:
        real = Path.write_text

        def full(self, text, **options):
            if self.name == "report.html":
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(self, text, **options)

        monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError) as caught:
        write(study, findings, out, today=date(2026, 1, 1))
    for language in ("en", "fi"):
        assert str(out) in caught.value.text(language)
    if how == "file":
        assert out.read_text(encoding="utf-8") == "mine"
    else:
        assert list(out.iterdir()) == []


def test_a_row_with_too_few_cells_is_filled_up(make_study):
    study = make_study("score,worth\n1,2\n5\n6,7\n", ROLES)
    assert study.finding("listen.quality").numbers.scored == 3


def test_a_row_with_too_many_cells_is_told_with_its_line(make_study):
    study = make_study("score,worth\n1,2\n3,4,5,6\n", ROLES)
    with pytest.raises(InputError, match=r"line 3: \d cells"):
        study.findings()
    (fault,) = study.check()
    assert "line 3: " in fault.text("en")
    assert fault.key == "responses.file"


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_alone_meets_the_same_error(make_study, name):
    study = make_study("score,worth\n", ROLES)
    with pytest.raises(InputError, match="not one row"):
        study.finding(name)
