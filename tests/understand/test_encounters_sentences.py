"""Every sentence and check of `understand.encounters` is reached, in both languages.

The finding is that of a small study with figures put into it by hand, so that every case of the
catalogue comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

from kuski.finding import Refusal
from kuski.show.picture import svg
from kuski.understand.encounters.agent import AgentsNumbers, BalanceNumbers
from kuski.understand.encounters.contact import ContactNumbers, ContactShares, StoriesNumbers
from kuski.understand.encounters.finding import Encounters, EncountersNumbers
from kuski.words import cases

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
KINDS = ("phone", "chat", "face_to_face", "email", "letter", "web", "app", "machine")


def stories(polarity, share, lift=1.3, n=100, *, spread=0.05):
    ends = (None, None) if share is None else (share - spread, share + spread)
    lifts = (None,) * 3 if lift is None else (lift, lift - 0.1, lift + 0.1)
    return StoriesNumbers(polarity, n, share, *ends, *lifts)


def balance(status, column="before"):
    return BalanceNumbers(column, 0.02, -0.1, 0.5, 0.2, 0.3, status)


BASE = (0.66, 0.65, 0.67)
AGENTS = AgentsNumbers(
    agents=40,
    n=2700,
    small_agents=0,
    agent_sd=0.28,
    agent_share=0.04,
    first_stage_slope=0.97,
    first_stage_slope_low=0.9,
    first_stage_slope_high=1.04,
    first_stage_f=250.0,
    worth_per_point=78.0,
    worth_per_point_low=60.0,
    worth_per_point_high=96.0,
    ols=155.0,
    ols_low=151.0,
    ols_high=159.0,
    beyond=-70.0,
    beyond_low=-90.0,
    beyond_high=-50.0,
    ols_alike=76.0,
    ols_alike_low=72.0,
    ols_alike_high=80.0,
    beyond_alike=1.0,
    beyond_alike_low=-10.0,
    beyond_alike_high=12.0,
    other_ways_p=0.4,
    balance=(balance("ok"),),
)


def shares_of(human, base=BASE, difference=None, kinds=KINDS, **others):
    found = {
        "stories": 200,
        "unknown_stories": 0,
        "contacts": 5000,
        "unknown_contacts": 0,
        "unknown_texts": (),
        "left_out": 0,
    } | others
    by_contact = tuple(
        ContactNumbers(
            kind,
            "human" if kind in KINDS[:5] else "digital",
            *((0.125, 0.12, 0.13) if base[0] else (None,) * 3),
            tuple(replace(part, share=0.2, share_low=0.1, share_high=0.3) for part in human),
        )
        for kind in kinds
    )
    return ContactShares(
        base_human_share=base[0],
        base_human_share_low=base[1],
        base_human_share_high=base[2],
        human_share=human,
        difference=None if difference is None else difference,
        difference_low=None if difference is None else difference - 0.1,
        difference_high=None if difference is None else difference + 0.1,
        by_contact=by_contact,
        **found,
    )


def finding(told, agents=AGENTS, refused=None, **changes):
    numbers = EncountersNumbers(agents=agents)
    if told is not None:
        main = told.human_share[0] if told.human_share else None
        numbers = EncountersNumbers(
            stories=told.stories,
            contacts_known=told.contacts,
            base_human_share=told.base_human_share,
            base_human_share_low=told.base_human_share_low,
            base_human_share_high=told.base_human_share_high,
            human_share=told.human_share,
            human_lift=main.lift if main else None,
            human_lift_low=main.lift_low if main else None,
            human_lift_high=main.lift_high if main else None,
            excellent_less_awful=told.difference,
            excellent_less_awful_low=told.difference_low,
            excellent_less_awful_high=told.difference_high,
            contacts=told.by_contact,
            agents=agents,
        )
    found = Encounters(
        n=5000,
        language="en",
        numbers=numbers,
        told=told,
        refused=refused,
        unit="€",
        disclosure=10,
    )
    return replace(found, **changes)


BOTH = (stories("excellent", 0.88), stories("awful", 0.6, 0.9))
FULL = shares_of(BOTH, difference=0.28)


def agents_with(**changes):
    return finding(FULL, replace(AGENTS, **changes))


def variants():
    yield (
        "as found",
        finding(FULL),
        {"people_more", "awful_fewer", "told_holds", "contact_most", "cause_more", "ols_high",
         "alike_same", "spread", "check_told", "check_balance_ok", "check_strong",
         "check_one_way", "check_assumes"},
    )  # fmt: skip
    for lift, case in ((0.5, "less"), (1.0, "same")):
        told = shares_of((stories("excellent", 0.5, lift),))
        yield f"lift {lift}", finding(told), {f"people_{case}"}
    bare = (stories("excellent", 0.5, None),)
    yield (
        "no base",
        finding(shares_of(bare, (None,) * 3)),
        {"people_no_base", "check_no_base", "told_fails"},
    )
    yield (
        "poor base",
        finding(shares_of(bare, (0.66, None, None))),
        {"people_no_lift", "check_no_lift"},
    )
    for difference, case in ((-0.3, "more"), (0.0, "same")):
        told = shares_of(BOTH, difference=difference)
        yield f"awful {case}", finding(told), {f"awful_{case}"}
    for polarity in ("awful", "told"):
        told = shares_of((stories(polarity, 0.8),))
        yield polarity, finding(told), {f"of_{polarity}", f"share_{polarity}"}
    for n in (1, 3):
        thin = (*BOTH[:1], stories("awful", None, None, n=n))
        told = shares_of(
            thin, left_out=n, unknown_stories=n, unknown_contacts=n, unknown_texts=("pigeon",)
        )
        changed = replace(AGENTS, small_agents=n)
        expected = {
            "check_few_stories", "check_left_out", "check_unknown", "check_small_agents", "caption",
        }  # fmt: skip
        yield f"{n} few", finding(told, changed, n=n), expected
        yield f"{n} agents", finding(None, n=n), {"caption_agents", "check_no_stories"}
    told = shares_of(BOTH, unknown_stories=2)
    yield "rare words", finding(told), {"check_unknown_rare"}
    for low, high, case in ((-9.0, -3.0, "less"), (-3.0, 9.0, "unsure")):
        changed = agents_with(
            worth_per_point=3.0, worth_per_point_low=low, worth_per_point_high=high
        )
        yield f"cause {case}", changed, {f"cause_{case}"}
    for low, high, case in ((3.0, 9.0, "low"), (-3.0, 9.0, "same"), (-9.0, -3.0, "high")):
        changed = agents_with(
            beyond_low=low, beyond_high=high, beyond_alike_low=low, beyond_alike_high=high
        )
        yield f"ols {case}", changed, {f"ols_{case}", f"alike_{case}"}
    for status in ("ok", "small", "unseen", "sorted"):
        untold = replace(AGENTS, balance=(balance(status),), worth_per_point=None)
        expected = {
            f"check_balance_{status}", f"verdict_{status}", "untold_sorted" * (status == "sorted"),
        } - {""}  # fmt: skip
        reason = "agents_sorted" if status == "sorted" else "agents_weak"
        yield f"balance {status}", finding(None, untold, reason), expected | {f"check_{reason}"}
    for reason in ("none", "many", "few", "no_alike", "no_worth"):
        yield reason, finding(FULL, None, f"agents_{reason}"), {f"check_agents_{reason}"}
    yield "untold", finding(FULL, None, "agents_few"), {"untold"}
    yield "weak", agents_with(first_stage_f=6.0), {"check_rather_weak"}
    yield "other ways", agents_with(other_ways_p=0.0004), {"check_other_ways"}
    told = shares_of((stories("told", 0.8),))
    yield "no unit", finding(told, unit=""), {"chart_worth_bare", "chart_told"}


@pytest.fixture
def walked(said, say_everything):
    """Let every variant speak, and draw; return what was said."""
    texts = []
    for name, found, expected in variants():
        before = set(said)
        said.clear()
        texts += say_everything(found)
        for language in ("en", "fi"):
            for narrow in (False, True):
                told = found.translated(language)
                chart = told.chart(narrow=narrow)
                assert chart is None or svg(chart, language=language)
        wanted = {(f"encounters.{case}", one) for case in expected for one in ("en", "fi")}
        assert not wanted - said, (name, wanted - said)
        said.update(before)
    return texts


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases("encounters") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", "understand."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


@pytest.mark.parametrize("reason", ["encounters_nothing", "encounters_too_few"])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_refusals_say_why_and_what_to_do(reason, language):
    refused = Refusal(
        n=0,
        language=language,
        numbers=EncountersNumbers(),
        refused="understand.encounters",
        reason=reason,
    )
    (sentence,) = refused.story()
    assert sentence.text
    assert sentence.advice


def test_the_status_is_that_of_the_checks():
    assert finding(FULL).status == "warn"
    sorted_ = finding(None, replace(AGENTS, balance=(balance("sorted"),)), "agents_sorted")
    assert {check.check: check.status for check in sorted_.checks()}["balance_sorted"] == "refuse"
