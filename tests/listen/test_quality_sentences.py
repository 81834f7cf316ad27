"""Every sentence and check of `listen.quality` is reached, in both languages, at its threshold."""

import re
from dataclasses import replace

import pytest

from kuski.listen.drift import SegmentDrift
from kuski.listen.quality import THRESHOLDS, ColumnQuality
from kuski.listen.response import SegmentBias
from kuski.words import cases

ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")


def numbers(finding, **changes):
    return replace(finding, numbers=replace(finding.numbers, **changes))


def column(finding, **changes):
    """Let the finding have one column of the given quality."""
    base = {
        "answered": 900,
        "answered_share": 0.9,
        "empty": 0,
        "coded": 0,
        "off_scale": 0,
        "unreadable": 0,
    }
    found = ColumnQuality("Q1", "driver", **base | changes)
    return numbers(finding, rows=1_000, columns=(found,))


def bias(difference, *, width=0.01):
    answered = 0.2 + difference
    ends = (difference - width, difference + width)
    return SegmentBias("region", "Lappi", 500, 0.2, answered, difference, *ends)


def moved(difference, *, width=0.01):
    ends = (difference - width, difference + width)
    return SegmentDrift(
        "region", "Lappi", 500, "2023", "2025", 0.2, 0.2 + difference, difference, *ends
    )


def variants(base):
    yield "as found", base, {"quality.mean", "quality.nps", "quality.rate", "quality.check_weights"}
    yield "all", numbers(base, rows=50, scored=50), {"quality.read_whole", "quality.check_few"}
    for n in (1, 2):
        yield f"{n} read", replace(numbers(base, rows=500, scored=n), n=n), {"quality.read"}
        changed = numbers(base, rows=1_000, duplicates=n, straight_lined=n, straight_of=500)
        yield f"{n} twice", changed, {"quality.check_duplicates", "quality.check_straight"}
        rare = column(base, answered_share=0.1)
        rare = numbers(rare, columns=rare.numbers.columns * n)
        yield f"{n} rare", rare, {"quality.check_rare"}
        biased = numbers(base, bias=(bias(-0.1),) * n)
        yield f"{n} fewer", biased, {"quality.fewer", "quality.check_bias_weighted"}
        yield (
            f"{n} more",
            replace(numbers(base, bias=(bias(0.1),) * n), has_weight=False),
            {"quality.more", "quality.check_bias"},
        )
        drifted = numbers(base, drift=(moved(-0.1),) * n)
        yield f"{n} drifted", drifted, {"quality.check_drift"}
        yield f"{n} off", column(base, off_scale=n + 1), {"quality.check_off_scale"}
        yield f"{n} unreadable", column(base, unreadable=n), {"quality.check_unreadable"}
    yield (
        "clean",
        numbers(base, duplicates=0, straight_of=0, straight_lined=0, bias=(), scored=500),
        {
            "quality.check_no_duplicates",
            "quality.check_straight_unknown",
            "quality.check_no_bias",
            "quality.check_enough",
        },
    )
    yield "no customers", replace(base, has_customers_table=False), {"quality.check_bias_unknown"}
    yield "steady", numbers(base, drift=(moved(0.01),)), {"quality.check_no_drift"}
    yield "one to ten", replace(base, recommend_low=1), {"quality.check_nps_scale"}
    yield "very many", replace(base, is_exact=False), {"quality.check_estimated"}


@pytest.fixture
def walked(demo_company, said, say_everything):
    texts = []
    for variant, finding, expected in variants(demo_company.findings["listen.quality"]):
        before = set(said)
        said.clear()
        texts += say_everything(finding)
        missing = {(case, language) for case in expected for language in ("en", "fi")} - said
        assert not missing, (variant, missing)
        said.update(before)
    return texts


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases("quality") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("<", "listen."))]
    assert [text for text in texts if ODD.search(text)] == []


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


@pytest.mark.parametrize(
    ("at", "check"),
    [
        (lambda f, e: numbers(f, rows=1_000, duplicates=10 + e), "duplicates"),
        (lambda f, e: numbers(f, straight_lined=100 + e, straight_of=1_000), "straight"),
        (lambda f, e: numbers(f, effective_n=500 - e, scored=1_000), "weights"),
    ],
)
def test_a_threshold_belongs_to_the_good_side(demo_company, at, check):
    base = demo_company.findings["listen.quality"]
    assert checks(at(base, 0))[check] == "ok"
    assert checks(at(base, 1))[check] == "warn"


@pytest.mark.parametrize(
    ("at", "check"),
    [
        (lambda f, e: column(f, off_scale=1 + e), "off_scale"),
        (lambda f, e: column(f, unreadable=e), "unreadable"),
        (lambda f, e: column(f, answered_share=THRESHOLDS.answered - e / 1e6), "rare"),
        (lambda f, e: numbers(f, scored=THRESHOLDS.rows - e), "few"),
        (lambda f, e: numbers(f, bias=(bias(THRESHOLDS.bias + e / 1e6),)), "bias_weighted"),
        (lambda f, e: numbers(f, drift=(moved(THRESHOLDS.drift + e / 1e6),)), "drift"),
        # Large but unsure is no bias, nor is sure but small.
        (lambda f, e: numbers(f, bias=(bias(0.1, width=0.1 - e / 1e6),)), "bias_weighted"),
    ],
)
def test_a_warning_comes_just_beyond_its_threshold(demo_company, at, check):
    base = demo_company.findings["listen.quality"]
    assert check not in checks(at(base, 0))
    assert checks(at(base, 1))[check] == "warn"
