"""Every sentence and check of the stage is reached, in both languages, and changes where it says.

The findings are those of the made-up company with figures put into them by hand, so that every case
of the catalogues comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

from kuski.finding import Refusal
from kuski.registry import NAMES
from kuski.value import effort, elevate, levels
from kuski.value.answered import AnsweredNumbers
from kuski.value.effort import KindNumbers
from kuski.value.leaving import LeavingRatio
from kuski.value.levels import ShapeProbabilities
from kuski.value.moves import MoveNumbers
from kuski.value.pair import HiddenCauseNumbers
from kuski.words import cases

STAGE = ("value.levels", "value.elevate", "value.effort")
# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b(?! of )|\bnan\b|\binf\b|np\.|  ")


def numbers(finding, **changes):
    """Put other numbers into a finding."""
    return replace(finding, numbers=replace(finding.numbers, **changes))


def level(finding, place, **changes):
    """Put other numbers into one level."""
    found = list(finding.numbers.levels)
    found[place] = replace(found[place], **changes)
    return numbers(finding, levels=tuple(found))


def crude(finding):
    """The finding as it would be with nothing held alike."""
    if finding.name == "value.elevate":
        return replace(numbers(finding, n_alike=None), is_adjusted=False, alike=())
    return numbers(finding, n_alike=None)


LEAVING = {"ratio": 0.6, "ratio_low": 0.4, "ratio_high": 0.8, "e_value": 2.7}


def levels_variants(base):
    yield "as found", base, {"levels.goes_with", "levels.check_lost_alike", "levels.check_enough"}
    yield (
        "crude",
        crude(base),
        {"levels.goes_with_crude", "levels.check_not_adjusted", "levels.check_lost"},
    )
    yield "no unit", replace(base, unit=""), {"levels.no_unit"}
    for low, high, case in (
        (1.0, 2.0, "more"),
        (-2.0, -1.0, "less"),
        (-1.0, 1.0, "same"),
        (None, None, "same"),
    ):
        changed = numbers(base, top_less_middle_low=low, top_less_middle_high=high)
        yield f"top {low}", changed, {f"levels.top_{case}"}
    yield "no top", level(base, -1, adjusted=None), {"levels.no_comparison"}
    refused = replace(level(base, -1, adjusted=None), refused=("7",))
    yield "top unlike all", refused, {"levels.no_comparison_overlap"}
    for shape, chances, case in (
        ("rising", (0.97, 0.03, 0.0), "rising"),
        ("falling", (0.0, 0.03, 0.97), "falling"),
        ("even", (0.02, 0.96, 0.02), "even"),
        ("even", (0.5, 0.4, 0.1), "even_unsettled"),
    ):
        probabilities = ShapeProbabilities(*chances)
        changed = numbers(base, shape=shape, shape_probabilities=probabilities)
        yield f"shape {case}", changed, {f"levels.shape_{case}"}
    yield "no shape", numbers(base, shape=None, shape_probabilities=None), {"levels.shape_unknown"}
    for n in (1, 2):
        move = MoveNumbers("below", n, 1.5, 0.5, 2.5, 0.6, 0.2, 0.9)
        yield f"{n} pairs", numbers(base, moves=(move,)), {"levels.moves"}
        few = base
        for place in range(n):
            few = level(few, place, n=4, worth_low=None, worth_high=None)
        yield f"{n} thin", few, {"levels.check_thin", "levels.check_no_interval"}
        some = tuple("12")[:n]
        changed = replace(base, borrowed=some, far=some, refused=some)
        yield (
            f"{n} apart",
            changed,
            {"levels.check_borrowed", "levels.check_far", "levels.check_no_overlap"},
        )
    changed = numbers(base, moves=(), leaving=())
    yield "no moves", changed, {"levels.goes_with"}
    yield "comparable", replace(base, borrowed=(), far=(), refused=()), {"levels.check_overlap"}
    for difference, case in ((0.3, "apart"), (0.02, "alike")):
        answered = (AnsweredNumbers("age", difference, difference - 0.01, difference + 0.01),)
        yield (
            f"answered {case}",
            numbers(base, answered=answered),
            {f"levels.check_answered_{case}"},
        )
    yield "no customers", numbers(base, answered=()), {"levels.check_answered_unknown"}
    ratio = LeavingRatio(**LEAVING, e_value_limit=1.8)
    yield (
        "leaving",
        numbers(base, leaving_ratio=ratio),
        {"levels.leaving", "levels.check_hidden_leaving"},
    )
    ratio = LeavingRatio(**LEAVING, e_value_limit=1.0)
    yield (
        "leaving by chance",
        numbers(base, leaving_ratio=ratio),
        {"levels.check_hidden_leaving_unsure"},
    )


RATIO = ("ratio", "ratio_low", "ratio_high")
COST = ("break_even_cost", "break_even_cost_low", "break_even_cost_high")


def triple(keys, *values):
    return dict(zip(keys, values, strict=True))


def elevate_variants(base):
    found = base.numbers
    yield (
        "as found",
        base,
        {"elevate.goes_with", "elevate.check_denominator", "elevate.check_lost_alike"},
    )
    yield (
        "crude",
        crude(base),
        {"elevate.goes_with_crude", "elevate.check_not_adjusted", "elevate.check_lost"},
    )
    for cost, case in (
        ((2.0, 1.5, 3.0), "dearer"),
        ((1.0, 0.8, 1.2), "same"),
        ((0.5, 0.3, 0.8), "cheaper"),
    ):
        changed = numbers(base, **triple(RATIO, 5.0, 3.0, 8.0), **triple(COST, *cost))
        yield (
            f"steps {case}",
            changed,
            {f"elevate.elevate_wins_step_{case}", f"elevate.step_{case}"},
        )
    split = replace(found.split, people=0.8)
    changed = numbers(
        base, **triple(RATIO, 5.0, 3.0, 8.0), **triple(COST, 1.0, 0.8, 1.2), split=split
    )
    yield "fewer people", changed, {"elevate.elevate_wins"}
    yield "bottom", numbers(base, **triple(RATIO, 0.5, 0.3, 0.8)), {"elevate.eliminate_wins"}
    yield (
        "bottom only",
        numbers(base, **triple(RATIO, -0.5, -0.9, -0.1)),
        {"elevate.eliminate_only"},
    )
    yield "nobody", numbers(base, **triple(RATIO, 1.1, 0.7, 1.6)), {"elevate.no_winner"}
    refused = numbers(base, **triple(RATIO, None, None, None))
    zero = replace(found.eliminate, gain_low=-5.0)
    flat = replace(found.elevate, gain_low=-5.0)
    yield (
        "bottom surely",
        numbers(refused, elevate=flat),
        {"elevate.eliminate_only", "elevate.check_no_interval_elevate"},
    )
    yield "points", replace(base, unit="points"), {"elevate.told_not_money"}
    unknown = replace(
        found.eliminate, gain=None, gain_low=None, gain_high=None, gain_per_person=None
    )
    yield (
        "top only",
        numbers(refused, eliminate=zero),
        {"elevate.elevate_only", "elevate.told_refused", "elevate.check_denominator_zero"},
    )
    neither = numbers(refused, eliminate=zero, elevate=replace(found.elevate, gain_low=-1.0))
    yield "neither", neither, {"elevate.neither"}
    yield (
        "unknown",
        numbers(refused, eliminate=unknown, elevate=unknown),
        {"elevate.eliminate_no_gain", "elevate.elevate_no_gain", "elevate.check_no_interval"},
    )
    for n in (1, 2):
        apart = replace(
            numbers(refused, eliminate=unknown, elevate=unknown), refused=tuple("12")[:n]
        )
        yield (
            f"{n} unlike all",
            apart,
            {
                "elevate.eliminate_no_gain_overlap",
                "elevate.elevate_no_gain_overlap",
                "elevate.check_no_overlap",
            },
        )
    for n in (1, 2):
        few = replace(found.eliminate, people=float(n), answers=n)
        many = replace(found.elevate, people=float(n), answers=n)
        yield (
            f"{n} people",
            numbers(base, eliminate=few, elevate=many),
            {
                "elevate.eliminate_gain",
                "elevate.elevate_gain",
                "elevate.check_thin_eliminate",
                "elevate.check_thin_elevate",
            },
        )
        yield f"{n} borrow", replace(base, borrowed=tuple("12")[:n]), {"elevate.check_borrowed"}
    enough = replace(found.eliminate, answers=500)
    yield (
        "enough",
        numbers(base, eliminate=enough),
        {"elevate.check_enough_eliminate", "elevate.check_enough_elevate"},
    )
    for ratio, people, case in ((5.0, 4.0, "mostly_headcount"), (5.0, 1.5, "made_of")):
        split = replace(found.split, people=people, worth_per_step=ratio / people)
        changed = numbers(base, **triple(RATIO, ratio, 3.0, 8.0), split=split)
        yield case, changed, {f"elevate.{case}"}
    for ratio, case in ((5.5, "near"), (9.0, "apart")):
        other = replace(found.crude, **triple(RATIO, ratio, ratio - 1, ratio + 1))
        changed = numbers(base, **triple(RATIO, 5.0, 3.0, 8.0), crude=other)
        yield f"crude {case}", changed, {f"elevate.crude_{case}"}
    for ratio, case in (((8.0, 6.0, 10.0), "holds"), ((4.0, 3.0, 5.0), "fails")):
        yield f"told {case}", numbers(base, **triple(RATIO, *ratio)), {f"elevate.told_{case}"}
    for times, case in ((1.3, "hidden"), (None, "hidden_no_measure")):
        hidden = HiddenCauseNumbers(50.0, 0.2, 0.1, times, "past_spend")
        changed = numbers(base, hidden_eliminate=hidden, hidden_elevate=hidden)
        yield case, changed, {f"elevate.check_{case}_{plan}" for plan in ("eliminate", "elevate")}
    changed = numbers(base, hidden_eliminate=None, hidden_elevate=None)
    yield (
        "hidden unknown",
        changed,
        {"elevate.check_hidden_unknown_eliminate", "elevate.check_hidden_unknown_elevate"},
    )


def zone(finding, place, **changes):
    """Put other numbers into one zone."""
    found = list(finding.numbers.zones)
    found[place] = replace(found[place], **changes)
    return numbers(finding, zones=tuple(found))


def no_outcome(finding):
    """The finding as it would be without an outcome."""
    for place in range(3):
        nothing = dict.fromkeys(
            k for k in finding.numbers.zones[0].__dataclass_fields__ if k.startswith("gain")
        )
        finding = zone(finding, place, **nothing)
    return numbers(finding, moved=None, moved_low=None, moved_high=None)


SHARE = ("effort_share", "effort_share_low", "effort_share_high")


def effort_variants(base):
    yield "more", zone(base, 0, effort_share=0.7, gain_share=0.2), {"effort.more_than_gain"}
    yield "less", zone(base, 0, effort_share=0.2, gain_share=0.7), {"effort.less_than_gain"}
    yield "no outcome", no_outcome(base), {"effort.share_only", "effort.check_no_gain"}
    for share, case in (
        ((0.8, 0.7, 0.9), "holds"),
        ((0.4, 0.3, 0.5), "fails"),
        ((0.4, None, None), "unsure"),
    ):
        yield f"told {case}", zone(base, 0, **triple(SHARE, *share)), {f"effort.told_{case}"}
    kinds = (
        KindNumbers("calls", 600.0, 0.6, 0.7, 0.2, 0.1),
        KindNumbers("gifts", 400.0, 0.4, 0.1, 0.4, 0.5),
    )
    yield "kinds", numbers(base, kinds=kinds), {"effort.kind"}
    for moved, case in (
        ((5.0, 1.0, 9.0), "gain"),
        ((-5.0, -9.0, -1.0), "loss"),
        ((1.0, -9.0, 9.0), "unsure"),
        ((1.0, None, None), "unsure"),
    ):
        changed = numbers(base, **triple(("moved", "moved_low", "moved_high"), *moved))
        yield f"moved {moved}", changed, {f"effort.moved_{case}"}
    yield "no interval", zone(base, 0, gain_per_cost_low=None), {"effort.check_no_interval"}
    yield (
        "unmatched",
        numbers(base, unmatched_share=0.3),
        {"effort.check_unmatched", "effort.check_average"},
    )
    for n in (1, 2):
        yield f"{n} pieces", replace(base, pieces=n), {"effort.caption"}


VARIANTS = {
    "value.levels": levels_variants,
    "value.elevate": elevate_variants,
    "value.effort": effort_variants,
}


@pytest.fixture
def walked(demo_company, said, say_everything):
    """Let every variant of a finding speak; return what was said, with the texts."""

    def walk(name):
        texts = []
        for variant, finding, expected in VARIANTS[name](demo_company.findings[name]):
            before = set(said)
            said.clear()
            texts += say_everything(finding)
            missing = {(case, language) for case in expected for language in ("en", "fi")} - said
            assert not missing, (variant, missing)
            said.update(before)
        return texts

    return walk


@pytest.mark.parametrize("name", STAGE)
def test_every_sentence_is_said_by_some_finding(walked, said, name):
    walked(name)
    every = {(case, language) for case in cases(name.split(".")[1]) for language in ("en", "fi")}
    assert sorted(every - said) == []


@pytest.mark.parametrize("name", STAGE)
def test_no_sentence_shows_what_nobody_should_read(walked, name):
    texts = [text for text in walked(name) if not text.startswith(("{", "<", "value."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


REFUSALS = {
    "too_few_answers": {"n": 3, "least": 20},
    "leaving_few": {"n": 3, "least": 20},
    "leaving_unknown_reasons": {"reasons": "dog, weather"},
    "gap_no_common": {"n": 1, "least": 2},
    "gap_many_factors": {"n": 30, "most": 24},
    "gap_few_stated": {"least": 20},
    "gap_untold": {"n": 1, "items": "Low price"},
    "gap_nothing_explained": {"n": 400},
    "mirror_no_guess": {"n": 3},
    "mirror_unknown": {"names": "happiness", "known": "nps"},
    "mirror_off_scale": {"n": 3, "names": "share_top"},
    "mirror_few_leaders": {"least": 3},
    "mirror_no_truth": {"names": "leaving_price"},
    "asymmetry_too_few": {"n": 3, "least": 30},
    "drivers_few": {"n": 3, "least": 54},
    "stories_too_few": {"least": 10},
    "choose_few_customers": {"n": 3, "least": 20},
    "choose_no_cells": {"least": 10},
    "efforts_other_unit": {"efforts": "hours", "actions": "€"},
    "choose_rules_clash": {"n": 3, "segment": "Turku", "actions": "call, gift"},
    "choose_too_little_money": {"money": "€10", "least": "€20", "binding": "floor: call"},
    "choose_no_plan": {"binding": "floor: call; must not: call"},
    "audience_too_thin": {"least": 30},
}
# The reasons of a finding begin with its name.
REFUSED = {name.split(".")[1]: name for name in NAMES} | {"choose": "choose.budget"}


def test_every_refusal_is_said(said, say_everything):
    reasons = {case.split(".")[1] for case in cases("refusals")}
    assert set(REFUSALS) <= reasons
    for reason in sorted(reason for reason in reasons if not reason.endswith("_advice")):
        for n in (1, 3):
            values = REFUSALS.get(reason, {})
            values = values | ({"n": n} if "n" in values else {})
            refusal = Refusal(
                n=0,
                language="en",
                numbers=None,
                refused=REFUSED.get(reason.split("_")[0], "value.levels"),
                reason=reason,
                values=tuple(values.items()),
            )
            texts = say_everything(refusal)
            assert refusal.status == "refuse"
            assert refusal.story()[0].advice
            shown = [text for text in texts if not text.startswith(("{", "<", *NAMES))]
            assert not [text for text in shown if ODD.search(text)]
    every = {(case, language) for case in cases("refusals") for language in ("en", "fi")}
    assert every <= said


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


# Just on the good side, just on the bad side, what says so, and what it says then.
EDGES = {
    "levels thin": (
        "value.levels",
        lambda f, bad: level(f, 0, n=levels.THRESHOLDS.thin - bad),
        ("enough", "thin"),
    ),
    "levels answered": (
        "value.levels",
        lambda f, bad: numbers(
            f,
            answered=(
                AnsweredNumbers("age", -levels.THRESHOLDS.answered * (1 + bad / 1e6), -1.0, 1.0),
            ),
        ),
        ("answered_alike", "answered_apart"),
    ),
    "elevate thin": (
        "value.elevate",
        lambda f, bad: numbers(
            f, eliminate=replace(f.numbers.eliminate, answers=elevate.THRESHOLDS.thin - bad)
        ),
        ("enough_eliminate", "thin_eliminate"),
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_a_threshold_belongs_to_the_good_side_and_names_the_case(demo_company, edge):
    name, at, (good, bad) = EDGES[edge]
    base = demo_company.findings[name]
    assert checks(at(base, 0))[good] == "ok"
    assert checks(at(base, 1))[bad] == "warn"
    assert bad not in checks(at(base, 0))
    assert good not in checks(at(base, 1))


def hidden(finding, significance):
    found = HiddenCauseNumbers(50.0, 0.2, significance, 1.3, "past_spend")
    return numbers(finding, hidden_eliminate=found)


@pytest.mark.parametrize(
    ("name", "at", "check"),
    [
        ("value.levels", lambda f, e: replace(numbers(f, n_alike=800 - e), n=1_000), "lost_alike"),
        (
            "value.levels",
            lambda f, e: replace(numbers(crude(f), n_outcome=800 - e), n=1_000),
            "lost",
        ),
        ("value.elevate", lambda f, e: replace(numbers(f, n_alike=800 - e), n=1_000), "lost_alike"),
        (
            "value.elevate",
            lambda f, e: hidden(f, elevate.THRESHOLDS.robustness - e / 1e6),
            "hidden_eliminate",
        ),
        (
            "value.effort",
            lambda f, e: numbers(f, unmatched_share=effort.THRESHOLDS.unmatched + e / 1e6),
            "unmatched",
        ),
        (
            "value.levels",
            lambda f, e: numbers(
                f,
                leaving_ratio=LeavingRatio(
                    **LEAVING, e_value_limit=levels.THRESHOLDS.e_value - e / 1e6
                ),
            ),
            "hidden_leaving",
        ),
    ],
)
def test_a_threshold_belongs_to_the_good_side(demo_company, name, at, check):
    base = demo_company.findings[name]
    assert checks(at(base, 0))[check] == "ok"
    assert checks(at(base, 1))[check] == "warn"


def story(finding):
    return {sentence.case.split(".")[1] for sentence in finding.story()}


@pytest.mark.parametrize(
    ("changes", "case", "other"),
    [
        # The told nine stands at the very end of the interval, and just outside it.
        (lambda e: triple(RATIO, 7.0, 5.0, 9.0 - e), "told_holds", "told_fails"),
        # A ratio whose interval starts at one wins nothing.
        (lambda e: triple(RATIO, 1.5, 1.0 + e, 2.0), "no_winner", "elevate_wins_step_same"),
        (lambda e: triple(RATIO, 0.7, 0.5, 1.0 - e), "no_winner", "eliminate_wins"),
        (lambda e: triple(COST, 1.5, 1.0 + e, 2.0), "step_same", "step_dearer"),
        (lambda e: triple(COST, 0.5, 0.2, 1.0 - e), "step_same", "step_cheaper"),
    ],
)
def test_the_story_turns_where_an_interval_starts_to_miss(demo_company, changes, case, other):
    base = numbers(
        demo_company.findings["value.elevate"],
        **triple(RATIO, 5.0, 3.0, 8.0),
        **triple(COST, 1.0, 0.8, 1.2),
    )
    assert case in story(numbers(base, **changes(0.0)))
    assert other in story(numbers(base, **changes(1e-9)))
    assert case not in story(numbers(base, **changes(1e-9)))


def test_the_crude_ratio_is_apart_from_a_fifth_on(demo_company):
    base = numbers(demo_company.findings["value.elevate"], **triple(RATIO, 5.0, 3.0, 8.0))
    for ratio, case in (
        (6.0, "crude_near"),
        (6.001, "crude_apart"),
        (4.0, "crude_near"),
        (3.999, "crude_apart"),
    ):
        crude_pair = replace(base.numbers.crude, ratio=ratio)
        assert case in story(numbers(base, crude=crude_pair))


def test_a_weak_column_measures_no_hidden_cause(demo_company):
    base = demo_company.findings["value.elevate"]
    limit = elevate.THRESHOLDS.measured
    for times, case in ((limit, "hidden_eliminate"), (limit + 0.01, "hidden_no_measure_eliminate")):
        found = HiddenCauseNumbers(50.0, 0.2, 0.1, times, "past_spend")
        assert case in checks(numbers(base, hidden_eliminate=found))


def test_the_told_share_holds_from_just_beside_it(demo_company):
    base, near = demo_company.findings["value.effort"], effort.THRESHOLDS.near
    for high, case in ((0.8 - near + 1e-9, "told_holds"), (0.8 - near - 1e-9, "told_fails")):
        assert case in story(zone(base, 0, **triple(SHARE, 0.7, 0.6, high)))


def test_a_ratio_of_exactly_nothing_is_told(demo_company, say_everything):
    base = numbers(demo_company.findings["value.elevate"], **triple(RATIO, 0.0, 0.0, 0.0))
    assert "eliminate_only" in story(base)
    say_everything(base)
