"""On the made-up company, whose truth is written down, the ledger names those who do get less."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

import kuski
from kuski import demo
from kuski.demo.actions import ACTIONS

PLACES = (0, 1, 2)  # places of the truth's budgets
# A step of the score is worth this on average (`demo.company`).
STEP = 81.0
# Worth of a step differs by segment, and is estimated; what is lost is known to about a tenth.
NEAR = 0.15
# Share of the customers whom the written-down plan and the one found may serve otherwise.
AT_THE_MARGIN = 0.025


@pytest.fixture(scope="module")
def found() -> dict[int, dict[str, Any]]:
    """What was found at each budget, so that each is made once."""
    return {}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Mapping[str, Any]]:
    files = demo.write(tmp_path_factory.mktemp("less"), customers=20_000, seed=1)
    return files.study, json.loads(files.truth.read_text("utf-8"))["choose.disappointed"]


def numbers_at(company, found, money, name="disappointed"):
    study, _ = company
    if int(money) in found:
        return found[int(money)][f"choose.{name}"]
    text = re.sub(r"^money = \d+", f"money = {int(money)}", study.read_text("utf-8"), flags=re.M)
    changed = study.with_name(f"at_{int(money)}.toml")
    changed.write_text(text, "utf-8")
    names = ("choose.disappointed", "choose.overservice")
    made = kuski.open(changed).findings(names)
    found[int(money)] = {finding.name: finding.numbers for finding in made}
    return found[int(money)][f"choose.{name}"]


@pytest.mark.parametrize("place", PLACES)
def test_those_let_down_against_an_even_spread_are_found(company, found, place):
    truth = company[1]["budgets"][place]
    numbers = numbers_at(company, found, truth["money"])
    # Which groups the last of the money reaches hangs on steps that are estimated.
    last = AT_THE_MARGIN * numbers.people
    assert numbers.equal.let_down == pytest.approx(truth["people"], rel=0.02, abs=last)
    guarded = max(AT_THE_MARGIN * numbers.protected, 1.0)
    assert numbers.equal.protected_let_down == pytest.approx(truth["protected"], abs=guarded)
    assert numbers.with_nothing == pytest.approx(truth["with_nothing"], rel=0.02)
    if truth["people"] > last:
        assert numbers.equal.fall == pytest.approx(truth["points"], rel=NEAR)
        assert numbers.equal.worth_lost_low < truth["worth"] < numbers.equal.worth_lost_high
        assert numbers.equal.worth_lost == pytest.approx(truth["worth"], rel=NEAR)


@pytest.mark.parametrize("place", PLACES)
def test_the_protected_are_never_left_with_nothing(company, found, place):
    truth = company[1]["budgets"][place]
    numbers = numbers_at(company, found, truth["money"])
    assert numbers.protected > 0
    assert numbers.protected_with_nothing == truth["protected_with_nothing"] == 0
    assert all(line.floors for line in numbers.ledger if line.is_protected)


def test_what_a_service_is_said_to_bring_holds_what_it_does_bring(company, found):
    numbers = numbers_at(company, found, 120_000, "overservice")
    true_lift = {action.action: action.true_lift for action in ACTIONS}["goodwill_credit"]
    (credit,) = [
        one for one in numbers.zones if (one.kind, one.zone) == ("goodwill_credit", "below")
    ]
    truly = true_lift * STEP * credit.pieces / credit.money
    assert credit.last_low < truly < credit.last_high
    assert credit.evidence == "guess"


def test_what_nobody_has_vouched_for_is_never_safe_to_cut(company, found):
    numbers = numbers_at(company, found, 120_000, "overservice")
    unsure = {one.verdict for one in numbers.services if one.evidence == "unknown"}
    assert "safe" not in unsure
    assert not [one for one in numbers.services if one.is_protected and one.movable]
