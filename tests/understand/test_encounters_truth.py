"""On the made-up company, whose truth is known, agents show the effect where least squares errs."""

import json

import pytest

import kuski
from kuski import demo

NAME = "understand.encounters"
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def company(request, tmp_path_factory):
    """The finding and its truth, at enough customers to know the effect to some 25 euros."""
    files = demo.write(tmp_path_factory.mktemp("encounters"), customers=30_000, seed=request.param)
    (found,) = kuski.open(files.study).findings([NAME])
    truth = json.loads(files.truth.read_text(encoding="utf-8"))[NAME]
    return found, truth


def test_a_point_won_by_an_agent_is_worth_what_it_is(company):
    found, truth = company
    agents = found.numbers.agents
    assert agents.worth_per_point_low < truth["worth_per_point"] < agents.worth_per_point_high
    assert agents.worth_per_point_high - agents.worth_per_point_low < 60
    assert agents.agents == truth["agents"]
    assert agents.first_stage_f > 500


def test_least_squares_says_twice_as_much_and_is_caught(company):
    found, truth = company
    agents = found.numbers.agents
    assert agents.ols == pytest.approx(155, abs=10)
    assert agents.ols_low > 1.7 * truth["worth_per_point"]
    assert agents.beyond_high < 0
    assert "encounters.ols_high" in {sentence.case for sentence in found.story()}


def test_all_of_the_confounding_runs_through_alike(company):
    found, truth = company
    agents = found.numbers.agents
    assert agents.ols_alike == pytest.approx(truth["worth_per_point"], abs=8)
    assert agents.beyond_alike_low < 0 < agents.beyond_alike_high


def test_chance_assigned_and_agents_have_no_other_way(company):
    found, _ = company
    assert {one.status for one in found.numbers.agents.balance} == {"ok"}
    assert {check.check: check.status for check in found.checks()}["one_way"] == "ok"


def test_shares_and_lift_are_those_that_were_drawn(company):
    found, truth = company
    numbers = found.numbers
    low, high = numbers.base_human_share_low, numbers.base_human_share_high
    # Weights undo who answers by age, and age chooses the channel: the truth is unweighted.
    assert low - 0.02 < truth["human_share_of_contacts"] < high + 0.02
    for part in numbers.human_share:
        assert part.share == pytest.approx(truth["human_share_of_stories"][part.polarity], abs=1e-6)
    assert numbers.human_lift_low > 1.2
    assert numbers.excellent_less_awful_low > 0
    assert found.story()[0].case == "encounters.people_more"
