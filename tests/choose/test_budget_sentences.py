"""Every sentence and check of `choose.budget` is reached, in both languages.

The finding is that of a small study with figures put into it by hand, so that every case of the
catalogue comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import kuski
from kuski.choose.budget.doubt import Doubts
from kuski.choose.budget.finding import Budget
from kuski.choose.budget.numbers import (
    BudgetNumbers,
    FrontierNumbers,
    GroupNumbers,
    KnowingNumbers,
    PlanNumbers,
    ScenarioNumbers,
    TodayNumbers,
)
from kuski.finding import Finding, Refusal
from kuski.show.picture import svg
from kuski.words import cases

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.")


def group(action: str, grade: Any, n: int, *, everywhere: bool = False) -> GroupNumbers:
    segments = (*(f"s{i}" for i in range(n - 1)), "others")
    return GroupNumbers(
        action, "middle", segments, everywhere, 400.0, 2000.0, 5000.0, 4000.0, 6000.0, 0.7, grade
    )


def row(action: str | None) -> PlanNumbers:
    return PlanNumbers(
        "s1", "2–3", "below", False, action, 400.0, 2e3, 5e3, 4e3, 6e3, 0.7, "likely"
    )


def way(
    name: Any, low: float, difference: float, segments: tuple[str, ...] = ()
) -> ScenarioNumbers:
    return ScenarioNumbers(
        name, segments, 300.0, 4e3, 9e3, 8e3, 1e4, difference, low, difference + 500
    )


TODAY = TodayNumbers(5e3, 4e3, 3e3, 5e3, 6e3, 5e3, 7e3)
TRIAL = KnowingNumbers("call", 0.3, 0.1, 900.0, 700.0, 1000, 250.0)
NUMBERS = BudgetNumbers(
    money=6e3,
    cost=5.9e3,
    worth=1e4,
    worth_low=8e3,
    worth_high=1.2e4,
    shadow_price=1.4,
    gap=0.001,
    promised=1.5e4,
    knowing_all=2e3,
    pays_until=7e3,
    enough=2e4,
    safe_share=0.5,
    likely_share=0.3,
    bet_share=0.2,
    guess_share=0.1,
    binding=("money",),
    people=900.0,
    people_left_out=20.0,
    people_unscored=100.0,
    plan=(row("call"), row(None)),
    groups=(
        group("call", "safe", 1),
        group("call + credit", "likely", 5),
        group("visit", "bet", 2, everywhere=True),
    ),
    today=TODAY,
    frontier=(
        FrontierNumbers(0.0, 0.0, 0.0, 0.0, 2.0),
        FrontierNumbers(6e3, 1e4, 8e3, 1.2e4, 1.4),
        FrontierNumbers(2e4, 2e4, 1e4, 3e4, 0.0),
    ),
    knowing=(TRIAL,),
    scenarios=(
        way("even", 3e3, 4e3),
        way("eliminate", -200.0, 1e3),
        way("elevate", -50.0, 100.0),
        way("bold", 3e3, 4e3, ("s1", "everyone")),
        way("optimum", 0.0, 0.0),
    ),
)
DOUBTS = Doubts(
    is_default_money=True,
    is_adjusted=False,
    left_out=("visit",),
    big_capacity=("call", "credit"),
    rules=2,
    void_rules=1,
    years=3,
    known_cost=0.0,
    unmatched=700.0,
)


@pytest.fixture
def found() -> Budget:
    return Budget(
        n=800,
        language="en",
        numbers=NUMBERS,
        doubts=DOUBTS,
        worth_unit="€",
        cost_unit="€",
        labels={"call": "a call", "credit": "a credit", "visit": "a visit"},
    )


def variants(found: Budget) -> list[Finding]:
    numbers = found.numbers

    def other(**values: Any) -> Budget:
        return replace(found, numbers=replace(numbers, **values))

    near = replace(TODAY, regret=10.0, regret_low=-1e3, regret_high=1e3)
    unsure = replace(TODAY, regret=2e3, regret_low=-1e3, regret_high=5e3)
    return [
        found,
        other(groups=(), plan=(row(None),), worth=0.0, safe_share=None, scenarios=()),
        other(worth_low=-5e3),
        other(shadow_price=0.0),
        other(shadow_price=0.3),
        other(shadow_price=0.3, pays_until=None),
        replace(found, worth_unit="points"),
        other(today=near),
        other(today=unsure),
        other(today=None, gap=0.2, guess_share=0.9, people_left_out=400.0, people_unscored=5e3),
        other(knowing=(replace(TRIAL, perfect=0.0, sample=0.0),)),
        other(knowing=(replace(TRIAL, sample=100.0),)),
        other(knowing=(replace(TRIAL, customers=1),)),
        other(knowing=(), people_left_out=1.0, people_unscored=1.0),
        replace(found, doubts=Doubts(rules=1, years=1, known_cost=5.0)),
        replace(found, doubts=Doubts()),
        replace(found, doubts=Doubts(other_unit="hours")),
    ]


def test_every_sentence_is_said_and_well_formed(
    found: Budget, say_everything: Callable[..., list[str]], said: set[tuple[str, str]]
) -> None:
    texts = []
    for one in variants(found):
        texts += say_everything(one)
    assert not [text for text in texts if ODD.search(text)]
    every = {(case, language) for case in cases("budget") for language in ("en", "fi")}
    # The plan itself is named in the chart alone.
    every -= {("budget.scenario_optimum", language) for language in ("en", "fi")}
    assert every <= said


def test_every_chart_is_drawn_wide_and_narrow(found: Budget) -> None:
    for one in variants(found):
        for narrow in (False, True):
            chart = one.chart(narrow=narrow)
            assert chart is not None
            assert svg(chart, language="fi").startswith("<svg")


def test_names_are_those_of_the_study_then_of_the_table(found: Budget) -> None:
    assert found.action("call + credit") == "a call + a credit"
    named = replace(found, names={"call": {"fi": "soitto", "en": "ring"}})
    assert named.action("call + credit") == "ring + a credit"
    assert named.translated("fi").action("call") == "soitto"


def test_refusals_are_told_with_a_next_step(
    choosing: Callable[..., kuski.Study], say_everything: Callable[..., list[str]]
) -> None:
    too_little = 'money = 10\n[[choose.must]]\naction = "call"'
    for choose in ("", too_little):
        refused = choosing(choose=choose).finding("choose.budget")
        assert isinstance(refused, Refusal)
        assert refused.numbers == BudgetNumbers()
        assert refused.story()[0].advice
        assert not [text for text in say_everything(refused) if ODD.search(text)]
