"""Every sentence and check of the drivers is reached, in both languages, and changes where it says.

The finding is that of the made-up company with figures put into it by hand, so that every case of
the catalogue comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

import kuski
from kuski import demo
from kuski.understand.drivers.available import AvailableNumbers
from kuski.understand.drivers.finding import LeftOutNumbers
from kuski.understand.drivers.outcome import OutcomeNumbers
from kuski.understand.drivers.portion import SegmentNumbers
from kuski.words import cases

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The finding of a made-up company of 2,000 customers."""
    files = demo.write(tmp_path_factory.mktemp("demo"), customers=2_000, seed=1)
    return kuski.open(files.study, language="en").finding("understand.drivers")


def numbers(finding, **changes):
    """Put other numbers into the finding."""
    return replace(finding, numbers=replace(finding.numbers, **changes))


def driver(finding, place, **changes):
    """Put other numbers into one driver."""
    found = list(finding.numbers.drivers)
    found[place] = replace(found[place], **changes)
    return numbers(finding, drivers=tuple(found))


def all_drivers(finding, **changes):
    """Put the same numbers into every driver."""
    found = tuple(replace(one, **changes) for one in finding.numbers.drivers)
    return numbers(finding, drivers=found)


def first_variants(base):
    one = base.numbers.drivers[:1]
    yield "only", numbers(base, drivers=one), {"only"}
    ranked = all_drivers(base, rank_low=2)
    yield "sure", driver(ranked, 0, rank_low=1, rank_high=1), {"first_sure"}
    yield "unsure", driver(ranked, 0, rank_low=1, rank_high=2), {"first_unsure"}
    rival = driver(driver(ranked, 0, rank_low=1, rank_high=2), 1, rank_low=1)
    yield "a rival", rival, {"first_rivals"}
    yield "rivals", driver(rival, 2, rank_low=1), {"first_rivals"}
    yield "many", all_drivers(base, rank_low=1, rank_high=12), {"first_many"}
    unknown = all_drivers(
        base, rank_low=None, rank_high=None, lmg_low=None, share_low=None, slope_low=None
    )
    yield "unknown", unknown, {"first_unknown", "check_no_interval"}
    yield "nothing", all_drivers(base, lmg_low=0.0), {"nothing"}
    low = driver(all_drivers(base, mean=5.0), 0, slope_low=0.1)
    yield "equal means", low, {"priority_none", "one_point"}
    yield "low mean", driver(low, 0, mean=4.0), {"priority"}


def outcome_variants(base):
    shares = tuple(base.numbers.drivers)
    for name in ("worth", "left"):
        outcome = OutcomeNumbers(name, 900, 0.2, 0.1, 0.3, shares)
        first = replace(shares[0], rank_low=1, rank_high=2, lmg_low=0.1)
        for case, drivers in (
            ("same", (first, *shares[1:])),
            ("other", (replace(first, driver="billing"), *shares[1:])),
            ("unsure", (replace(first, rank_high=12), *shares[1:])),
            ("nothing", tuple(replace(one, lmg_low=0.0) for one in shares)),
        ):
            changed = numbers(base, outcomes=(replace(outcome, drivers=drivers),))
            more = {"check_linear"} if name == "left" else set()
            yield f"{name} {case}", changed, {f"{name}_{case}"} | more
        yield f"no {name}", replace(base, refused_outcomes=(name,)), {f"check_refused_{name}"}
    other = replace(shares[0], driver="billing", rank_high=1)
    for n in (1, 400):
        segment = SegmentNumbers("region", "Lappi", n, 0.5, 0.4, 0.6, (other, *shares[1:]))
        yield f"segment {n}", numbers(base, segments=(segment,)), {"segment"}
        yield f"{n} crowded", replace(base, crowded=("postcode",) * n), {"check_crowded"}
        yield f"{n} hidden", numbers(base, hidden_segments=n), {"check_hidden"}


def check_variants(base):
    for n in (1, 2):
        out = tuple(LeftOutNumbers(name, 0.1 * n) for name in ("car", "bus")[:n])
        yield f"{n} left out", numbers(base, left_out=out), {"check_left_out"}
        same = base
        for place in range(n):
            same = driver(same, place, vif=None)
        yield f"{n} determined", same, {"check_determined"}
    available = AvailableNumbers(1000, 0.5, "billing", -0.03)
    yield "available", numbers(base, available=available), {"check_available"}
    unfit = AvailableNumbers(1000, None, None, None)
    yield "unfit", numbers(base, available=unfit), {"check_available_unfit"}
    yield "no gaps", numbers(base, available=None), {"check_complete"}
    sampled = all_drivers(base, lmg_error=0.001)
    yield "sampled", sampled, {"check_sampled"}
    every = {"check_enough", "check_r2", "check_collinear", "check_halo", "check_johnson"}
    yield "as found", base, every | {"explained", "observed"}
    for n in (1, 1000):
        yield f"{n} answers", replace(base, n=n), {"caption", "explained"}
        flat = replace(all_drivers(base, lmg_low=0.0), n=n)
        yield f"nothing in {n}", flat, {"nothing"}


def variants(base):
    yield from first_variants(base)
    yield from outcome_variants(base)
    yield from check_variants(base)


@pytest.fixture
def walked(base, said, say_everything):
    """Let every variant of the finding speak; return what was said."""
    texts = []
    for variant, finding, expected in variants(base):
        before = set(said)
        said.clear()
        texts += say_everything(finding)
        missing = {
            (f"drivers.{case}", language) for case in expected for language in ("en", "fi")
        } - said
        assert not missing, (variant, missing)
        said.update(before)
    return texts


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases("drivers") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", "understand."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert [t for t in texts if t and not (t[0].isupper() or t[0].isdigit())] == []


STATUS = {
    "complete": (
        lambda base: replace(base, scored=base.n),
        lambda base: replace(base, scored=2 * base.n),
    ),
    "enough": (lambda base: replace(base, n=13 * 20), lambda base: replace(base, n=13 * 20 - 1)),
    "r2": (lambda base: numbers(base, r2=0.1), lambda base: numbers(base, r2=0.09)),
    "collinear": (lambda base: all_drivers(base, vif=5.0), lambda base: all_drivers(base, vif=5.1)),
    "halo": (lambda base: numbers(base, likeness=0.5), lambda base: numbers(base, likeness=0.51)),
    "johnson": (
        lambda base: base,
        lambda base: driver(base, 0, johnson=base.numbers.drivers[0].lmg + 0.06 * base.numbers.r2),
    ),
    "available": (
        lambda base: numbers(base, available=AvailableNumbers(9, 0.5, "x", -0.05)),
        lambda base: numbers(base, available=AvailableNumbers(9, 0.5, "x", -0.051)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", STATUS)
def test_a_check_warns_just_where_its_threshold_says(base, check):
    status = [
        {one.check: one.status for one in change(base).checks()}[check] for change in STATUS[check]
    ]
    assert status == ["ok", "warn"]


@pytest.mark.parametrize("reason", ["drivers_none", "drivers_few", "drivers_alike"])
def test_every_refusal_says_why_and_what_to_do(reason, base):
    from kuski.finding import Refusal

    refused = Refusal(
        n=0, language="en", numbers=None, refused=base.name, reason=reason,
        values=(("n", 1), ("least", 30)),
    )  # fmt: skip
    for language in ("en", "fi"):
        (sentence,) = refused.translated(language).story()
        assert sentence.text
        assert sentence.advice
        assert not ODD.search(sentence.text + sentence.advice)
