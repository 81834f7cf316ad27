"""Every sentence and check of the finding is reached, in both languages, and changes where it says.

The finding is that of a small study with figures put into it by hand.
"""

import re
from dataclasses import replace

import numpy as np
import pytest

from kuski.understand.asymmetry.finding import THRESHOLDS, HaloNumbers
from kuski.understand.asymmetry.hygiene import ClassProbabilities, HygieneNumbers
from kuski.words import cases

NAME = "understand.asymmetry"
AREA = "asymmetry"
# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
CLASSES = ("basic", "performance", "excitement")


@pytest.fixture
def base(make_study):
    """A finding with three drivers: basic, even and exciting."""
    rng = np.random.default_rng(0)
    ratings = rng.integers(1, 8, (600, 3))
    steps = np.array([[-1.0, 0.05], [-0.5, 0.5], [-0.05, 1.0]])
    score = 4 + rng.normal(0, 0.3, 600)
    score += ((ratings <= 3) * steps[:, 0] + (ratings >= 6) * steps[:, 1]).sum(axis=1)
    columns = {name: ratings[:, i].tolist() for i, name in enumerate("abc")}
    roles = """
score = { column = "score", scale = [0, 10] }
[responses.drivers]
columns = ["a", "b", "c"]
scale = [1, 7]
[responses.drivers.kinds]
a = "digital"
b = "product"
c = "human"
"""
    finding = make_study({"score": score.tolist(), **columns}, roles).finding(NAME)
    assert [one.driver for one in finding.numbers.drivers] == ["a", "b", "c"]
    return named(finding, *CLASSES)


def numbers(finding, **changes):
    return replace(finding, numbers=replace(finding.numbers, **changes))


def driver(finding, place, **changes):
    found = list(finding.numbers.drivers)
    found[place] = replace(found[place], **changes)
    return numbers(finding, drivers=tuple(found))


def named(finding, *names):
    """Give the drivers these classes, one after another."""
    for place, name in enumerate(names):
        chances = dict.fromkeys((*CLASSES, "none"), 0.0) | {
            name if name in CLASSES else "performance": 0.7,
            "excitement" if name != "excitement" else "basic": 0.3,
        }
        finding = driver(
            finding,
            place,
            class_=name,
            class_probabilities=ClassProbabilities(**chances),
            doubt="cut" if name == "unsure" else None,
            untold=None,
        )
    return finding


def may_be_basic(finding, place):
    return driver(finding, place, class_probabilities=ClassProbabilities(0.4, 0.6, 0.0, 0.0))


def untold(finding, n, reason):
    for place in range(n):
        finding = driver(finding, place, class_=None, class_probabilities=None, untold=reason)
    return finding


def hygiene(finding, **changes):
    return numbers(finding, hygiene=replace(finding.numbers.hygiene, **changes))


def variants(base):
    yield "as found", base, {"first_both", "example_basic", "example_excitement", "goes_with"}
    even = ("performance", "performance")
    yield "basic", named(base, "basic", *even), {"first_basic"}
    yield "exciting", named(base, *even, "excitement"), {"first_exciting"}
    yield "even", named(base, *even, "performance"), {"first_even", "class_performance"}
    yield "unsure", named(base, "unsure", *even), {"first_unsure", "unsure_cut", "class_unsure"}
    maybe = named(base, "basic", "performance", "unsure")
    yield "maybe delight", maybe, {"first_basic_maybe"}
    maybe = may_be_basic(named(base, "unsure", "performance", "excitement"), 0)
    yield "maybe expected", maybe, {"first_exciting_maybe"}
    for n in (1, 2):
        some = named(base, *("unsure",) * n)
        yield f"{n} hang on the cut", some, {"unsure_cut", "check_cut"}
        for place in range(n):
            some = driver(some, place, doubt="sample")
        yield f"{n} unsettled", some, {"unsure_sample", "check_cut_steady"}
        yield f"{n} nowhere", named(base, *("none",) * n), {"none", "class_none"}
        for reason in ("thin", "interval", "collinear"):
            some = untold(base, n, reason)
            yield f"{n} {reason}", some, {f"check_{reason}", "class_untold"}
        moved = base
        for place in range(n):
            moved = driver(
                moved, place, class_without_halo="excitement", class_without_halo_probability=0.6,
                likeliest="performance", inflation=12.0, reward_high=-0.1,
            )  # fmt: skip
        yield f"{n} moved", moved, {"check_halo", "check_alike", "check_turned"}
        names = tuple("xy"[:n])
        out = replace(base, left_out=names, unrated=names, n=n)
        yield f"{n} out", out, {"check_left_out", "check_unrated", "check_lost", "caption"}
    yield "nothing told", untold(base, 3, "thin"), {"first_untold"}
    yield "one cut", numbers(base, stays=None), {"check_one_cut"}
    told = {"check_enough", "check_apart", "check_cut_steady"}
    yield "fine", numbers(base, stays=0.9), told
    halo = HaloNumbers("b", -0.1, 0.1)
    same = base
    for place, one in enumerate(base.numbers.drivers):
        same = driver(same, place, class_without_halo=one.likeliest)
    yield "halo does nothing", numbers(same, halo=halo), {"check_halo_steady"}
    yield "hygiene yes", hygiene(base, answer="yes"), {"hygiene_yes"}
    for answer in ("no", "unsure"):
        yield (
            answer,
            hygiene(base, answer=answer, probability_without_halo=None),
            {f"hygiene_{answer}"},
        )
        yield (
            f"{answer} halo",
            hygiene(base, answer=answer, probability_without_halo=0.4),
            {f"hygiene_{answer}_halo"},
        )
    for order, case in ((0.9, "holds"), (0.1, "fails"), (0.5, "open")):
        yield case, hygiene(base, order_probability=order), {f"order_{case}"}
    for answer in ("not_tagged", "refused"):
        yield answer, numbers(base, hygiene=HygieneNumbers(answer)), {f"hygiene_{answer}"}
    for kind in ("human", "digital", "price", "product", "process"):
        yield kind, driver(base, 0, kind=kind), {f"kind_{kind}"}
    yield "no kind", driver(base, 0, kind=None), {"kind"}


def test_every_sentence_is_said_by_some_finding_and_none_shows_what_nobody_should_read(
    base, said, say_everything
):
    heard, texts = set(), []
    for variant, finding, expected in variants(base):
        said.clear()
        texts += say_everything(finding)
        missing = {
            (f"{AREA}.{case}", language) for case in expected for language in ("en", "fi")
        } - said
        assert not missing, (variant, missing)
        heard |= said
    every = {(case, language) for case in cases(AREA) for language in ("en", "fi")}
    assert sorted(every - heard) == []
    shown = [text for text in texts if not text.startswith(("{", "<", "understand."))]
    assert [text for text in shown if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in shown)


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def test_each_threshold_belongs_to_the_good_side(base):
    used = replace(numbers(base, scored=1_000), n=round(1_000 * THRESHOLDS.used))
    assert checks(used)["lost"] == "ok"
    assert checks(replace(used, n=used.n - 1))["lost"] == "warn"
    assert "apart" in checks(driver(base, 0, inflation=THRESHOLDS.inflation))
    assert checks(driver(base, 0, inflation=THRESHOLDS.inflation + 0.01))["alike"] == "warn"
    sure = THRESHOLDS.sure
    for order, case in ((sure, "order_holds"), (sure - 0.01, "order_open"), (0.19, "order_fails")):
        told = {s.case for s in hygiene(base, order_probability=order).story()}
        assert f"{AREA}.{case}" in told


@pytest.mark.parametrize(
    ("penalty_low", "reward_high", "is_turned"),
    [(-0.5, 0.5, False), (0.0, 0.0, False), (0.1, 0.5, True), (-0.5, -0.1, True)],
)
def test_a_side_is_turned_where_its_interval_lies_beyond_zero(
    base, penalty_low, reward_high, is_turned
):
    finding = driver(base, 0, penalty_low=penalty_low, reward_high=reward_high)
    assert ("turned" in checks(finding)) is is_turned


def test_the_first_sentence_is_the_message_and_observation_only_goes_with(base):
    story = base.story()
    assert story[0].case == f"{AREA}.first_both"
    assert story[-1].case == f"{AREA}.goes_with"
    for language in ("en", "fi"):
        texts = " ".join(s.text for s in base.translated(language).story()[:-1])
        assert not re.search(r"\bcause|aiheut", texts)
