"""Actions and segments are called as the study calls them, in the language that is spoken."""

import json
from functools import partial

import pyarrow.parquet as pq
import pytest

import kuski
from kuski import demo
from kuski.choose.called import action_called, segment_called
from kuski.choose.everybody.listing import list_everybody
from kuski.choose.listing import list_customers
from kuski.demo.actions import ACTIONS
from kuski.finding import Caller

FINDINGS = ("choose.audience", "choose.budget", "choose.disappointed", "choose.overservice")
CODES = ("sole_trader", *(action.action for action in ACTIONS), "complaint_handling", "care_call")
OTHERS = {
    "en": ("toiminimi", "kotitalous", *(action.name.lower() for action in ACTIONS)),
    "fi": ("sole trader", *(action.name_en.lower() for action in ACTIONS)),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("called"), customers=8_000).study


@pytest.fixture(scope="module")
def found(company):
    return kuski.open(company).findings(FINDINGS)


def faces(finding):
    yield str(finding.table())
    for narrow in (False, True):
        chart = finding.chart(narrow=narrow)
        assert chart is not None
        yield json.dumps(chart.to_dict(validate=False), ensure_ascii=False)
    for said in (*finding.story(), *finding.checks()):
        yield said.text


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("place", range(len(FINDINGS)), ids=FINDINGS)
def test_no_code_and_no_word_of_the_other_language_is_shown(found, place, language):
    shown = " ".join(faces(found[place].translated(language))).lower()
    assert not [word for word in (*CODES, *OTHERS[language]) if word in shown]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize(
    "listed", [partial(list_customers, action="agent_coaching"), list_everybody]
)
def test_lists_tell_their_reasons_in_one_language(company, tmp_path, listed, language):
    study = kuski.open(company, language=language)
    one = listed(study, out=tmp_path / "list.parquet", money=20_000)
    reasons = pq.read_table(one.file)["reason"].unique().to_pylist()
    said = [
        str(one.table(study.roles, language)),
        *one.sentences(Caller(study.settings.names, language)),
        *reasons,
    ]
    shown = " ".join(said).lower()
    assert not [word for word in (*CODES, *OTHERS[language]) if word in shown]


def test_what_has_no_name_is_called_what_it_is(found):
    budget = found[1].translated("en")
    columns = ("customer_type", "age_group")
    assert segment_called(budget, "sole_trader × 30-44", columns) == "sole trader × 30-44"
    assert segment_called(budget, "sole_trader", columns) == "sole_trader"
    assert action_called(budget, "call_after + other", {"other": "Another"}) == (
        "a call after each visit + Another"
    )
    assert action_called(budget, "unknown", {}) == "unknown"
    assert budget.valued("region", "Lappi") == "Lappi"
