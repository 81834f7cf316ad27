"""Every sentence and check of leaving is reached, in both languages, and reads as a sentence."""

import re
from dataclasses import replace

import pytest

from kuski.understand.leaving.difference import KindNumbers, SaidNumbers
from kuski.understand.leaving.finding import THRESHOLDS
from kuski.understand.leaving.incidence import Curve, IncidenceNumbers
from kuski.words import LANGUAGES, cases, template

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
UNITS = ("days", "weeks", "months", "years", "steps")


def numbers(finding, **changes):
    """Put other numbers into a finding."""
    return replace(finding, numbers=replace(finding.numbers, **changes))


def group(finding, name, **changes):
    """Put other numbers into one group."""
    found = tuple(
        replace(one, **changes) if one.group == name else one for one in finding.numbers.groups
    )
    return numbers(finding, groups=found)


def unchecked(finding):
    """The finding as it would be without a checked sample."""
    keys = [
        f"{key}{end}"
        for key in ("share", "difference", "inverted")
        for end in ("", "_low", "_high")
    ]
    found = tuple(replace(one, **dict.fromkeys(keys)) for one in finding.numbers.groups)
    bare = numbers(finding, groups=found, checked=None, random_sample=None)
    return replace(bare, commonest=("price", "price"))


def kinds(*differences):
    """Ratings of human, price and digital, each so much lower."""
    return tuple(
        KindNumbers(kind, -one, -one - 0.1, -one + 0.1, 0.5, 0.4, 0.6)
        for kind, one in zip(("human", "price", "digital"), differences, strict=False)
    )


def incidence(unit, time, *names):
    shares = tuple(IncidenceNumbers(time, name, 0.1, 0.08, 0.12) for name in names)
    return {"incidence": shares, "time_unit": unit, "followed": 500}


def said(kind_numbers, lowest, name="price"):
    return {"said": (SaidNumbers(name, 100, kind_numbers, lowest),)}


def variants(base):
    yield "as found", base, {"said_otherwise", "categories_checked", "check_sample_random", "left"}
    same = replace(base, commonest=("price", "price"))
    yield "same", replace(same, is_sure=True), {"said_and_so"}
    yield "same unsure", replace(same, is_sure=False), {"said_unsettled"}
    yield "unsure", replace(base, is_sure=False), {"said_unsettled"}
    bare = unchecked(base)
    yield (
        "only",
        replace(bare, is_sure=True),
        {"said_only", "categories_unchecked", "check_no_sample"},
    )
    yield "tied", replace(bare, is_sure=False), {"said_tied"}
    for reason in ("checked", "unchecked", "replicates"):
        for n in (1, 20):
            changed = replace(
                numbers(bare, checked=n, random_sample=0.5), refused_correction=reason
            )
            yield f"{reason} {n}", changed, {f"check_sample_{reason}"}
    for n in (1, 250):
        changed = numbers(base, checked=n, random_sample=0.5)
        yield f"random {n}", changed, {"check_sample_random", "categories_checked"}
        changed = numbers(base, checked=n, random_sample=1e-9)
        yield f"apart {n}", changed, {"check_sample_apart"}
        yield f"caption {n}", replace(base, n=n), {"caption"}
        yield f"followed {n}", numbers(base, followed=n), {"check_followed"}
        without = replace(numbers(base, incidence=()), times="unreadable", unreadable=n)
        yield f"unreadable {n}", without, {"check_unreadable_times"}
    yield "no times", replace(numbers(base, incidence=()), times="few"), {"check_no_times"}
    nothing = group(base, "treatment", inverted=None)
    yield "not inverted", nothing, {"check_not_inverted"}
    yield "inverted", group(base, "treatment", inverted=0.5), {"check_inverted"}
    yield "other", base, {"check_other", "check_not_told", "check_observed"}
    rest = replace(base.numbers.groups[0], group="other", stated_share=0.3)
    many = numbers(base, groups=(*base.numbers.groups, rest))
    yield "other named", replace(many, unknown=("weather",)), {"check_other_named", "group_other"}
    yield "other nameless", replace(many, unknown=()), {"check_other"}
    lower = kinds(0.4, 0.1, 0.05)
    yield (
        "otherwise",
        numbers(base, **said(lower, "human")),
        {"differed_otherwise", "kind_human", "kind_price"},
    )
    yield "as said", numbers(base, **said(lower[1:2], "price")), {"differed_as_said"}
    yield "other kind", numbers(base, **said(lower[2:], "digital")), {"differed", "kind_digital"}
    yield "nothing sure", numbers(base, **said(lower, None)), {"differed_unsure"}
    for kind in ("product", "process"):
        one = (replace(lower[0], kind=kind),)
        yield kind, numbers(base, **said(one, kind)), {f"kind_{kind}"}
    for unit in UNITS:
        for time in (1.0, 12.0):
            changed = numbers(base, **incidence(unit, time, "price", "life"))
            yield f"{time} {unit}", changed, {"incidence", f"within_{unit}"}
    yield (
        "one cause",
        numbers(base, **incidence("months", 6.0, "price", "not_told")),
        {"incidence_one"},
    )


@pytest.fixture
def base(demo_company):
    return demo_company.findings["understand.leaving"]


def test_every_sentence_is_said_by_some_finding(base, said, say_everything):
    texts = []
    for variant, finding, expected in variants(base):
        before = set(said)
        said.clear()
        texts += say_everything(finding)
        missing = {(f"leaving.{case}", each) for case in expected for each in LANGUAGES} - said
        assert not missing, (variant, missing)
        said.update(before)
    for unit in UNITS:
        curve = (Curve("not_told", (0.0, 1.0), (0.0, 0.1)),)
        for language in LANGUAGES:
            drawn = replace(numbers(base, time_unit=unit), curves=curve).translated(language)
            assert drawn.chart() is not None
    every = {
        (case, each)
        for case in cases("leaving")
        for each in LANGUAGES
        if not case.endswith("_advice") or template(case, each)
    }
    assert every - said == set()
    shown = [text for text in texts if not text.startswith(("<", "understand."))]
    assert [text for text in shown if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in shown)


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def test_checks_turn_where_they_say(base):
    limit = THRESHOLDS.random
    assert checks(numbers(base, random_sample=limit))["sample_random"] == "ok"
    assert checks(numbers(base, random_sample=limit - 1e-9))["sample_apart"] == "warn"
    rest = replace(base.numbers.groups[0], group="other")
    for share, status in ((THRESHOLDS.other, "ok"), (THRESHOLDS.other + 1e-9, "warn")):
        found = numbers(base, groups=(*base.numbers.groups, replace(rest, stated_share=share)))
        assert checks(found)["other"] == status
    for told, status in ((80, "ok"), (79, "warn")):
        assert checks(numbers(base, left=100, told=told))["not_told"] == status


def test_only_an_experiment_causes(base, say_everything):
    for _, finding, _ in variants(base):
        for text in say_everything(finding):
            assert not re.search(r"\b(causes|caused|because|johtaa|aiheutti)\b", text)


def test_the_message_is_the_first_sentence_and_names_both_shares(base):
    text = base.translated("en").story()[0].text
    assert "price" in text
    assert "treatment" in text
    assert text.count("%") == 3
