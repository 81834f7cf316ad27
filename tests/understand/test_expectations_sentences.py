"""Every sentence and check of the finding is reached, in both languages, and changes where it says.

The findings are those of the made-up company with figures put into them by hand, so that every case
of the catalogue comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

from kuski.finding import Refusal
from kuski.understand.expectations.finding import THRESHOLDS
from kuski.words import cases, template

NAME = "understand.expectations"
# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
UNTOLD = ("lambda_", "lambda_low", "lambda_high", "pull", "feedback")


def numbers(finding, **changes):
    """Put other numbers into a finding."""
    return replace(finding, numbers=replace(finding.numbers, **changes))


def last(finding, **changes):
    """Put other numbers into the last wave."""
    *before, wave = finding.numbers.waves
    return numbers(finding, waves=(*before, replace(wave, **changes)))


def rival(finding, low, high):
    """Put another interval to the hardest rival's difference."""
    one = replace(finding.numbers.rivals[-1], difference_low=low, difference_high=high)
    return numbers(finding, rivals=(one,))


def untold(finding, outcome):
    """Refuse the speed."""
    return replace(numbers(finding, **dict.fromkeys(UNTOLD)), outcome=outcome)


def variants(base):
    yield base
    for low, high in ((-0.2, -0.1), (0.1, 0.2), (-0.1, 0.2), (None, None)):
        yield last(base, bar_low=low, bar_high=high)
        yield rival(base, low, high)
    for outcome in ("unsure", "open", "none", "carried", "no_customer", "no_time", "no_repeats"):
        yield untold(base, outcome)
    yield untold(base, "no_interval")
    for low, high in ((-0.1, 0.1), (0.1, 0.2)):
        yield numbers(base, feedback_low=low, feedback_high=high)
    yield replace(base, is_sample=True)
    yield replace(base, left_out=("parking",))
    yield replace(base, left_out=("parking", "rental"))
    yield replace(base, thin=("2022",))
    yield replace(base, thin=("2021", "2022"))
    yield numbers(base, bar_by_waves=None)
    yield numbers(base, waves=())
    yield replace(numbers(base, waves=()), has_waves=False)
    yield numbers(base, rivals=())
    yield replace(numbers(base, rivals=()), has_rivals=False)
    for n in (1, 2):
        few = numbers(base, n_panel=n, n_compared=n)
        yield replace(few, n=n)
        yield replace(numbers(few, waves=(), rivals=()), n=n)


@pytest.fixture
def walked(demo_company, said, say_everything):
    """All texts of all variants."""
    return [text for one in variants(demo_company.findings[NAME]) for text in say_everything(one)]


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases("expectations") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", NAME))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


def test_finnish_and_english_name_the_same_values():
    named = re.compile(r"\{(\w+)")
    for case in cases("expectations"):
        values = []
        for language in ("en", "fi"):
            text = template(case, language)
            forms = text.values() if isinstance(text, dict) else (text,)
            values.append({name for form in forms for name in named.findall(form)})
        assert values[0] == values[1], case


@pytest.mark.parametrize("reason", ["expectations_nothing", "expectations_no_data"])
def test_refusals_are_said_with_what_to_do(demo_company, reason):
    base = demo_company.findings[NAME]
    refusal = Refusal(0, "en", replace(base.numbers, waves=()), NAME, reason)
    for language in ("en", "fi"):
        sentence = refusal.translated(language).story()[0]
        assert sentence.text
        assert sentence.advice


def story(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


@pytest.mark.parametrize(
    ("low", "high", "bar", "comparison"),
    [
        (-0.2, -1e-9, "bar_rose", "rival_ahead"),
        (-0.2, 0.0, "bar_still", "rival_even"),
        (0.0, 0.2, "bar_still", "rival_even"),
        (1e-9, 0.2, "bar_fell", "rival_behind"),
        (None, None, "bar_untold", "rival_untold"),
    ],
)
def test_the_story_turns_where_the_interval_leaves_zero(demo_company, low, high, bar, comparison):
    base = demo_company.findings[NAME]
    assert story(last(base, bar_low=low, bar_high=high))[0] == bar
    assert comparison in story(rival(base, low, high))


def test_checks_turn_at_their_thresholds(demo_company):
    base = demo_company.findings[NAME]
    assert checks(replace(base, complete=THRESHOLDS.used))["used"] == "ok"
    assert checks(replace(base, complete=THRESHOLDS.used - 1e-9))["used"] == "warn"
    assert checks(numbers(base, feedback_low=0.0, feedback_high=0.1))["no_feedback"] == "ok"
    assert checks(numbers(base, feedback_low=1e-9, feedback_high=0.1))["feedback"] == "warn"
    opposed = numbers(base, bar_by_waves=0.1, bar_by_waves_low=0.05, bar_by_waves_high=0.15)
    assert checks(base)["slopes"] == "ok"
    assert checks(opposed)["slopes"] == "warn"


def test_the_chart_has_what_the_finding_has(demo_company):
    base = demo_company.findings[NAME]
    assert len(base.chart().to_dict()["vconcat"]) == 2
    assert len(untold(base, "none").chart().to_dict()["vconcat"]) == 1
    assert len(numbers(base, waves=()).chart().to_dict()["vconcat"]) == 1
    assert numbers(untold(base, "none"), waves=()).chart() is None
