"""On the made-up company price is said first and treatment last, and it is the other way round."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

import kuski
from kuski import demo
from kuski.finding import Finding
from kuski.understand.gap.comparison import FactorNumbers

# Importance for leaving among 150,000 customers, seed 2, each sure to a few points. Price has one
# driver only, and a step of it moves leaving more than a step of any but the four of treatment: for
# leaving it is second, though for the score it is last.
LEAVING = {"price": 0.164, "product": 0.052, "speed": 0.039, "app": 0.051, "treatment": 0.69}


@dataclass(frozen=True)
class Company:
    finding: Finding
    truth: dict[str, dict[str, Any]]
    choices: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    files = demo.write(tmp_path_factory.mktemp("gap"), customers=20_000, seed=1)
    told = json.loads(files.truth.read_text(encoding="utf-8"))["understand.gap"]
    return Company(
        kuski.open(files.study, language="en").finding("understand.gap"),
        {factor["factor"]: factor for factor in told["factors"]},
        {factor["factor"]: factor for factor in told["maxdiff"]},
    )


def found(company):
    return {factor.factor: factor for factor in company.finding.numbers.factors}


def test_stated_shares_and_ranks_are_the_true_ones(company):
    assert set(found(company)) == set(company.truth)
    assert company.finding.numbers.stated_form == "ratings"
    for name, factor in found(company).items():
        true = company.truth[name]
        # The truth is of distinct answers with a score; 0.2 % of the rows are there twice, and
        # those who gave no score said what matters to them too.
        assert factor.stated == pytest.approx(true["stated_share"], abs=5e-4)
        assert factor.stated_rank == true["stated_rank"]
        assert factor.stated_rank_low <= true["stated_rank"] <= factor.stated_rank_high


def test_price_is_said_first_and_comes_last_for_the_score_and_not_first_for_leaving(company):
    price = found(company)["price"]
    assert price.stated_rank == 1
    assert price.derived_rank == company.truth["price"]["true_rank"] == 5
    assert price.derived_gap_high < 0
    assert price.behaviour_rank_low > 1


def test_importance_for_leaving_is_that_of_many_more_customers(company):
    for name, factor in found(company).items():
        assert factor.behaviour_low <= LEAVING[name] <= factor.behaviour_high
        assert factor.gap_low <= LEAVING[name] - factor.stated <= factor.gap_high
        place = 1 + sum(share > LEAVING[name] for share in LEAVING.values())
        assert factor.behaviour_rank_low <= place <= factor.behaviour_rank_high


def test_treatment_is_said_last_and_does_first(company):
    treatment = found(company)["treatment"]
    assert treatment.stated_rank == 5
    assert treatment.derived_rank == company.truth["treatment"]["true_rank"] == 1
    assert (treatment.behaviour_rank_low, treatment.behaviour_rank_high) == (1, 1)
    assert treatment.gap_low > 0


def test_a_leader_hears_it_first(company):
    first = company.finding.story()[0]
    assert first.case == "gap.over_and_under"
    assert first.text.startswith("Price: said first, does ")
    assert first.text.endswith("Treatment: said fifth, does first.")


def test_against_the_score_the_sentence_is_the_one_that_is_told_of_it(company):
    numbers = company.finding.numbers
    rows = tuple(
        replace(
            factor,
            **{
                name: None
                for name in FactorNumbers.__dataclass_fields__
                if name.startswith(("behaviour", "gap"))
            },
        )
        for factor in numbers.factors
    )
    alone = replace(company.finding, numbers=replace(numbers, factors=rows, behaviour_outcome=None))
    assert alone.story()[0].text == (
        "Price: said first, fifth for the score. Treatment: said fifth, first for the score."
    )


def test_those_who_had_to_choose_say_the_true_utilities(company):
    form = next(form for form in company.finding.numbers.forms if form.form == "maxdiff")
    assert form.n == 1500
    for factor in form.factors:
        true = company.choices[factor.factor]["share"]
        # Five intervals of 95 %, whose seed is fixed.
        assert factor.share_low <= true <= factor.share_high


def test_those_who_left_say_price_too(company):
    form = next(form for form in company.finding.numbers.forms if form.form == "reasons")
    assert [f.factor for f in form.factors] == ["price", "product", "treatment"]
    assert form.factors[0].rank == form.factors[0].rank_high == 1


def test_what_is_doubtful_is_said(company):
    status = {check.check: check.status for check in company.finding.checks()}
    assert status["flat"] == "warn"
    assert status["weak"] == "warn"
    assert status["no_halo"] == "ok"
    assert status["used_latest"] == "ok"
