"""Every sentence and check of the audience is reached, in both languages, where it says."""

import re
from dataclasses import replace

import pytest

from kuski import demo
from kuski import open as open_study
from kuski.choose.audience.segment import CutNumbers, PolicyNumbers, RuleNumbers
from kuski.words import cases

AREA = "audience"
# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b(?! of )|\bnan\b|\binf\b|np\.|  ")

POLICY = PolicyNumbers(
    price=50.0,
    price_source="break_even",
    is_forced=False,
    over_nobody=20.0,
    over_nobody_low=10.0,
    over_nobody_high=30.0,
    over_everybody=15.0,
    over_everybody_low=5.0,
    over_everybody_high=25.0,
    everybody=5.0,
    everybody_low=-5.0,
    everybody_high=15.0,
    served_share=0.4,
    agreement=0.9,
    clipped_share=0.0,
    n=5_000,
    customers=1_500,
)
RULES = (
    RuleNumbers("past_spend", 500.0, None, None),
    RuleNumbers("visits_a_year", None, 7.0, None),
    RuleNumbers("tenure_years", 2.0, 9.5, None),
    RuleNumbers("region", None, None, ("Lappi", "others")),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    files = demo.write(tmp_path_factory.mktemp("demo"), customers=3_000, seed=1)
    return open_study(files.study).finding("choose.audience")


def numbers(finding, **changes):
    return replace(finding, numbers=replace(finding.numbers, **changes))


def segments(finding, change):
    """Change every segment that `change` gives something for."""
    found = tuple(replace(one, **change(one)) for one in finding.numbers.segments)
    return numbers(finding, segments=found)


def first(chance):
    """Give one segment of each cut this chance of having most headroom, and all others none."""
    leaders = {}

    def change(one):
        is_leader = not one.is_merged and leaders.setdefault(one.cut, one.segment) == one.segment
        return {"first_probability": chance if is_leader else 0.0}

    return change


def moved(up, expected):
    def change(one):
        if one.cut != "region" or one.is_merged:
            return {"up": None, "up_low": None}
        here = (up, expected) if one.segment == "Lappi" else (0.4, 0.4)
        return {
            "up": here[0],
            "up_low": here[0] - 0.02,
            "up_high": here[0] + 0.02,
            "up_expected": here[1],
            "moves": 500,
        }

    return change


def with_found(finding):
    """Add two segments that a tree found."""
    one = next(one for one in finding.numbers.segments if one.origin == "given")
    leaves = tuple(
        replace(
            one,
            cut="found",
            origin="found",
            segment=str(i + 1),
            rule=RULES[2 * i :][:2],
            is_served=x,
        )
        for i, x in enumerate((True, False, True))
    )
    cut = CutNumbers("found", "found", 900.0, 100.0, 90.0, 110.0, 10.0, 0)
    changed = numbers(
        finding,
        policy=POLICY,
        segments=(*finding.numbers.segments, *leaves[:2]),
        cuts=(*finding.numbers.cuts, cut),
    )
    return replace(changed, outcome="found")


def variants(base):
    yield "as found", base, {"goes_with", "check_used", "largest", "strategic_most"}
    for chance, case in ((0.99, "clear"), (0.8, "likely"), (0.4, "open")):
        yield f"lead {case}", segments(base, first(chance)), {f"lead_{case}"}
    alone = next(one for one in base.numbers.segments if one.segment == "Uusimaa")
    cut = next(cut for cut in base.numbers.cuts if cut.cut == "region")
    yield "one segment", numbers(base, segments=(alone,), cuts=(cut,)), {"lead_one"}
    yield "answers", replace(base, is_of_people=False), {"largest_answers", "caption_answers"}
    yield "no unit", replace(base, unit=""), {"no_unit"}
    yield "crude", replace(base, alike=()), {"goes_with_crude", "check_not_adjusted"}
    for up, expected, case in ((0.5, 0.4, "more"), (0.3, 0.4, "less"), (0.41, 0.4, "alike")):
        changed = segments(base, moved(up, expected))
        yield f"moved {case}", changed, {f"moved_{case}", "check_regression"}
    still = segments(base, lambda one: {"up": None, "up_low": None})
    yield "nobody twice", replace(still, has_moves=False), {"check_no_moves"}
    yield "segments unread", replace(still, has_moves=True), {"check_unread_moves"}
    yield (
        "a tree",
        with_found(base),
        {"tree_found", "check_tree_honest", "check_agreement", "check_price_break_even", "found"}
        | {"rule_above", "rule_up_to", "rule_between", "rule_in", "others"},
    )
    for outcome, source, share, case in (
        ("alike", "break_even", 1.0, "alike"),
        ("alike", "actions", 1.0, "everybody"),
        ("alike", "actions", 0.0, "nobody"),
        ("not_held", "actions", 0.5, "not_held"),
    ):
        policy = replace(POLICY, price_source=source, served_share=share)
        changed = replace(numbers(base, policy=policy), outcome=outcome)
        expected = {f"tree_{case}", f"check_price_{source}"}
        yield f"tree {case}", changed, expected
    forced = replace(numbers(base, policy=replace(POLICY, is_forced=True)), outcome="not_held")
    yield "forced", forced, {"check_price_forced"}
    rare = replace(numbers(base, policy=replace(POLICY, clipped_share=0.1)), outcome="alike")
    yield "rare", rare, {"check_clipped"}
    for outcome in ("too_few", "no_columns"):
        changed = replace(numbers(base, policy=None), outcome=outcome)
        yield outcome, changed, {f"check_tree_{outcome}"}
    for n in (1, 2):
        cuts = tuple(replace(one, merged=0) for one in base.numbers.cuts[1:])
        changed = numbers(base, cuts=(replace(base.numbers.cuts[0], merged=n), *cuts))
        yield f"{n} merged", changed, {"check_merged"}
        names = ("region", "age_group")[:n]
        yield f"{n} left out", replace(base, left_out=names), {"check_left_out"}
    thin = segments(base, lambda one: {"grade": "C"})
    yield "borrowed", thin, {"check_evidence"}
    unsure = segments(base, lambda one: {"grade": None, "headroom_low": None})
    yield "no interval", unsure, {"check_no_interval"}


@pytest.fixture
def walked(base, said, say_everything):
    texts = []
    for variant, finding, expected in variants(base):
        before = set(said)
        said.clear()
        texts += say_everything(finding)
        for language in ("en", "fi"):
            for narrow in (False, True):
                finding.translated(language).chart(narrow=narrow)
        wanted = {(f"{AREA}.{case}", language) for case in expected for language in ("en", "fi")}
        assert not wanted - said, (variant, wanted - said)
        said.update(before)
    return texts


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases(AREA) for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", "choose."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


def test_a_borrowed_majority_is_a_warning_and_no_interval_a_refusal(base):
    for change, status in (({"grade": "C"}, "warn"), ({"grade": "A"}, "ok")):
        found = segments(base, lambda one, change=change: change)
        assert {c.check: c.status for c in found.checks()}["evidence"] == status
    unsure = segments(base, lambda one: {"grade": None, "headroom_low": None})
    assert {c.check: c.status for c in unsure.checks()}["no_interval"] == "refuse"
    assert not any(sentence.case.startswith("audience.lead") for sentence in unsure.story())


def test_a_tree_that_its_other_half_contradicts_is_a_warning(base):
    found = with_found(base)
    for agreement, status in ((0.69, "warn"), (0.71, "ok")):
        changed = numbers(found, policy=replace(POLICY, agreement=agreement))
        assert {c.check: c.status for c in changed.checks()}["agreement"] == status


def test_a_bare_code_is_told_with_its_column(base):
    one = replace(base.numbers.segments[0], cut="PEAK", segment="3")
    assert base.called(one) == "PEAK 3"
    crossed = replace(one, cut="PEAK × region", segment="3 × Lappi")
    assert base.called(crossed) == "PEAK 3 × Lappi"
    for own in ("18-29", "60+"):
        assert base.called(replace(one, cut="age_group", segment=own)) == own
