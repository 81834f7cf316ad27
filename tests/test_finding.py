"""What every finding promises: plain data in four faces, in two languages, the same every time."""

import json
import math
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pyarrow as pa
import pytest

import kuski
from kuski.finding import Finding, Refusal, plain

NAMES = ("listen.quality", "value.levels", "value.elevate", "value.effort")
FACES = ["finding", "question", "n", "numbers", "table", "chart", "story", "checks", "sources"]
# The keys that DESIGN section 7 promises; a finding may have more.
PLAN = {"people", "steps", "gain", "gain_low", "gain_high", "gain_per_person"}
PAIR = {"eliminate", "elevate", "ratio", "ratio_low", "ratio_high", "split", "break_even_cost"}
LEVEL = {
    "level",
    "n",
    "share",
    "worth",
    "worth_low",
    "worth_high",
    "adjusted",
    "adjusted_low",
    "adjusted_high",
}
SENTENCE, CHECK = {"case", "text", "advice"}, {"check", "status", "text"}
SCORE = 'score = { column = "score", scale = [1, 5] }'


@pytest.fixture(params=NAMES)
def finding(request, demo_company):
    return demo_company.findings[request.param]


@pytest.fixture
def refused(make_study):
    """The findings of a study that gives none but quality."""
    study = make_study({"score": [1 + i % 5 for i in range(50)]}, SCORE)
    return [finding for finding in study.findings() if finding.name != "listen.quality"]


def walk(value, path=""):
    """Yield every mapping in plain data, with its path."""
    if isinstance(value, dict):
        yield path, value
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in parts:
        yield from walk(part, f"{path}.{key}")


def test_every_face_is_there_as_plain_data(finding, refused):
    for each in (finding, *refused):
        found = each.to_dict()
        assert list(found) == FACES
        assert found["finding"] == each.name
        assert isinstance(found["n"], int)
        assert {frozenset(sentence) for sentence in found["story"]} == {frozenset(SENTENCE)}
        assert {frozenset(check) for check in found["checks"]} <= {frozenset(CHECK)}
        assert {check["status"] for check in found["checks"]} <= {"ok", "warn", "refuse"}
        text = json.dumps(found, allow_nan=False)
        assert json.loads(text) == found


def test_a_refused_finding_has_the_same_keys_with_nothing_in_them(demo_company, refused):
    for each in refused:
        given = demo_company.findings[each.name].to_dict()["numbers"]
        assert each.to_dict()["numbers"].keys() == given.keys()
        assert each.to_dict()["chart"] is None
        assert each.status == "refuse"
        assert len(each.checks()) == 1
        assert each.checks()[0].status == "refuse"
        assert each.story()[0].advice
        assert repr(each).startswith(each.name)
        assert each.story()[0].text in each._repr_html_()
        assert each.table().cells() == ()


def test_numbers_bear_the_promised_keys(demo_company):
    numbers = {name: found.to_dict()["numbers"] for name, found in demo_company.findings.items()}
    levels, elevate = numbers["value.levels"], numbers["value.elevate"]
    assert {"levels", "shape", "shape_probabilities"} <= levels.keys()
    assert all(level.keys() >= LEVEL for level in levels["levels"])
    assert levels["shape_probabilities"].keys() == {"rising", "even", "falling"}
    for pair in (elevate, elevate["crude"]):
        assert pair.keys() >= PAIR
        assert pair["eliminate"].keys() >= PLAN
        assert pair["elevate"].keys() >= PLAN
        assert {"people", "steps_per_person", "worth_per_step"} <= pair["split"].keys()
    for zone in numbers["value.effort"]["zones"]:
        assert {"zone", "effort_share", "gain_share", "gain_per_cost"} <= zone.keys()


def test_an_estimate_stands_beside_its_interval(finding):
    for path, mapping in walk(finding.to_dict()["numbers"]):
        for key in [key for key in mapping if key.endswith("_low")]:
            name = key.removesuffix("_low")
            value, low, high = mapping[name], mapping[key], mapping[f"{name}_high"]
            assert (low is None) == (high is None), (path, name)
            if low is not None:
                assert low <= high, (path, name)
                assert value is not None, (path, name)
            # What there is to gain at the top is nothing by definition, not by estimate.
            if value and low is None:
                assert any(check.status == "refuse" for check in finding.checks()), (path, name)


def test_no_number_is_other_than_json_has(finding):
    for _, mapping in walk(finding.to_dict()):
        for value in mapping.values():
            assert not isinstance(value, float) or math.isfinite(value)
            assert type(value) in {dict, list, str, int, float, bool, type(None)}


def test_finnish_and_english_say_the_same_in_other_words(finding, refused):
    for each in (finding, *refused):
        english, finnish = each.translated("en"), each.translated("fi")
        assert english.to_dict()["numbers"] == finnish.to_dict()["numbers"]
        assert english.n == finnish.n
        for face, key in (("story", "case"), ("checks", "check"), ("checks", "status")):
            told = [[part[key] for part in each.to_dict()[face]] for each in (english, finnish)]
            assert told[0] == told[1]
        assert english.question != finnish.question
        for ours, theirs in zip(english.story(), finnish.story(), strict=True):
            assert ours.text != theirs.text
            assert bool(ours.advice) == bool(theirs.advice)
        assert english.table().to_dict()["records"] == finnish.table().to_dict()["records"] or (
            len(english.table().records) == len(finnish.table().records)
        )


def test_a_notebook_shows_message_and_table(finding):
    html = finding._repr_html_()
    assert html.startswith("<h3>")
    assert "<script" not in html
    assert html.count("<tr>") == 1 + len(finding.table().records)
    first = repr(finding).splitlines()
    assert first[0] == f"{finding.name} (n = {finding.n})"
    assert first[1] == finding.story()[0].text
    assert len(first) == 3 + len(finding.table().records)


def test_the_table_goes_on_as_arrow_pandas_and_polars(finding):
    table = finding.table()
    arrow, pandas, polars = table.to_arrow(), table.to_pandas(), table.to_polars()
    assert isinstance(arrow, pa.Table)
    assert arrow.num_rows == len(pandas) == polars.height == len(table.records) > 0
    assert arrow.column_names == list(pandas.columns) == polars.columns
    for column in table.columns:
        assert column.key in arrow.column_names
        assert arrow[column.key].to_pylist() == polars[column.key].to_list()


def test_the_chart_is_a_vega_lite_specification(finding):
    for narrow in (False, True):
        chart = finding.chart(narrow=narrow)
        assert "vega-lite" in chart.to_dict()["$schema"]


def test_a_finding_cannot_be_changed(finding):
    with pytest.raises(FrozenInstanceError):
        finding.n = 1
    assert all(is_dataclass(finding.numbers) for _ in fields(finding.numbers))


def test_nothing_in_a_finding_is_a_numpy_thing(finding):
    for field in fields(finding):
        value = getattr(finding, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            assert not type(part).__module__.startswith("numpy"), field.name


def test_status_is_refused_only_where_the_answer_itself_is(demo_company, refused):
    for found in demo_company.findings.values():
        expected = "warn" if {"warn", "refuse"} & {c.status for c in found.checks()} else "ok"
        assert found.status == expected
    assert {each.status for each in refused} == {"refuse"}


def test_nan_and_infinity_become_nothing():
    assert plain({"a": float("nan"), "b": (float("inf"), 1.5)}) == {"a": None, "b": [None, 1.5]}


def test_a_refusal_bears_the_name_of_what_it_refuses():
    refusal = Refusal(n=0, language="fi", numbers=None, refused="value.levels", reason="no_worth")
    assert refusal.of("value.elevate", None).name == "value.elevate"
    assert isinstance(refusal, Finding)
    assert refusal.caption == ""
    assert refusal.title == "Arvo tasoittain"


PRINT = """
import json, sys, kuski
study = kuski.open(sys.argv[1])
print(json.dumps([finding.to_dict() for finding in study.findings()], allow_nan=False))
"""


def test_the_same_inputs_give_the_same_bytes(study_file):
    columns = {
        "score": [1 + (7 * i) % 5 for i in range(300)],
        "worth": [float((13 * i) % 97) for i in range(300)],
        "town": [("Turku", "Oulu", "Inari")[i % 3] for i in range(300)],
    }
    path = study_file(columns, SCORE + '\nworth = "worth"\nalike = ["town"]')
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PRINT, path],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 1_000


def test_importing_costs_nothing():
    code = "import sys, kuski; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "duckdb", "altair", "pyarrow", "pydantic", "scipy", "pandas", "polars"}
    assert not heavy & set(loaded)
    assert not {name for name in loaded if name.startswith("kuski.stats")}


def test_the_front_door_has_what_it_says():
    assert kuski.open.__module__ == "kuski.study"
    assert kuski.Study.__name__ == "Study"
    assert kuski.__version__.count(".") == 2
    with pytest.raises(AttributeError, match="no attribute 'close'"):
        _ = kuski.close
