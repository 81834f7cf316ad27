"""Every sentence and check of `listen.stories` is reached, in both languages.

The finding has figures put into it by hand, so that every case of the catalogue comes up; a case
that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

from kuski.finding import Refusal
from kuski.listen.stories.accuracy import AccuracyNumbers
from kuski.listen.stories.figures import CodeNumbers, LiftNumbers, SourceNumbers, StoriesNumbers
from kuski.listen.stories.finding import Stories
from kuski.listen.stories.second_opinion import AgreementNumbers
from kuski.listen.stories.share import ShareNumbers
from kuski.show.picture import svg
from kuski.words import cases

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
LABELS = {
    ("factor", "speed"): {"en": "Speed", "fi": "Nopeus"},
    ("factor", "ease"): {"en": "Ease", "fi": "Vaivattomuus"},
    ("factor", "it"): {"en": "IT support", "fi": "IT-tuki"},
    ("polarity", "positive"): {"en": "Positive", "fi": "Myönteinen"},
    ("contact", "phone"): {"en": "Phone", "fi": "Puhelin"},
}
GOOD = AccuracyNumbers(40, 0.9, 0.8, 0.95, 38, 0.85, 0.7, 0.93)
POOR = AccuracyNumbers(40, 0.3, 0.2, 0.45, 3, None, None, None)


def share(polarity, value, *, n=100, is_corrected=True, spread=0.05):
    if value is None:
        return ShareNumbers(polarity, n, None, None, None, None, False, 0)
    ends = (value - spread, value + spread) if is_corrected else (None, None)
    return ShareNumbers(polarity, n, 0.9 * value, value, *ends, is_corrected, 40)


def code(family, name, *values, accuracy=GOOD, n=100, **options):
    polarities = ("all", "excellent", "awful")
    told = tuple(
        share(polarity, value, n=n, **options)
        for polarity, value in zip(polarities, values, strict=False)
    )
    is_factor = family == "factor"
    return CodeNumbers(family, name, told, told * is_factor, told * is_factor, accuracy)


def codes(excellent=0.7, awful=0.4, *, n=100, factors=3, accuracy=GOOD, **options):
    options |= {"accuracy": accuracy, "n": n}
    factor = [
        code("factor", "speed", 0.4, excellent and 0.3, awful and 0.5, **options),
        code("factor", "ease", 0.3, excellent and 0.6, awful and 0.2, **options),
        code("factor", "it", 0.1, excellent and 0.1, awful and 0.1, **options),
    ]
    return (
        code("contact", "human", 0.55, excellent, awful, **options),
        *factor[:factors],
        code("contact", "phone", 0.3, excellent and 0.3, awful and 0.3, **options),
        code("polarity", "positive", 0.5, **options),
    )


def lift(value, ends=0.1, share=0.8):
    lifts = (None,) * 3 if value is None else (value, value - ends, value + ends)
    shares = (share, share - 0.05, share + 0.05)
    base = (None,) * 3 if value is None else (0.6, 0.58, 0.62)
    return LiftNumbers("human", "excellent", 80, *shares, True, *base, *lifts)


SOURCE = SourceNumbers(
    source="stories",
    n=500,
    rows=510,
    repeated=0,
    empty=0,
    no_answer=0,
    unsure=0,
    no_language=0,
    checked=150,
    checked_worth=150.0,
    checked_probability=0.4,
    is_corrected=True,
    codes=codes(),
    left_out=0,
    lifts=(lift(1.3),),
)


def alpha(name, value, verdict, family="factor"):
    return AgreementNumbers(family, name, 60, value, value - 0.1, value + 0.05, verdict)


AGREE = (alpha("speed", 0.9, "reliable"), alpha("ease", 0.85, "reliable"))


def finding(source=SOURCE, *others, agreement=AGREE, n=500):
    numbers = StoriesNumbers(sources=(source, *others), agreement=agreement)
    return Stories(n=n, language="en", numbers=numbers, labels=LABELS, disclosure=10)


def sourced(**changes):
    return finding(replace(SOURCE, **changes))


def bare(**options):
    return codes(is_corrected=False, accuracy=None, **options)


def variants():
    yield (
        "as found",
        finding(),
        {"human", "human_awful_fewer", "most", "apart", "lift_more", "told_only", "caption",
         "check_told", "check_checked", "check_good", "check_agree", "precision", "recall",
         "human_label", "name_stories_all", "of_stories_excellent", "of_stories_awful"},
    )  # fmt: skip
    for awful, case in ((0.9, "more"), (0.7, "same")):
        yield f"awful {case}", sourced(codes=codes(awful=awful)), {f"human_awful_{case}"}
    uncorrected = sourced(
        codes=bare(), checked=3, checked_worth=3.0, checked_probability=None, is_corrected=False
    )
    yield (
        "uncorrected",
        uncorrected,
        {"uncorrected", "uncorrected_means", "human_awful", "way", "not_corrected",
         "check_few_checked", "caption_uncorrected"},
    )  # fmt: skip
    for n in (0, 1):
        less = replace(uncorrected.numbers.sources[0], checked=n)
        yield f"{n} checked", finding(less), {"check_few_checked"}
    half = list(codes())
    half[0] = replace(half[0], told=(half[0].told[0], share("excellent", 0.7, is_corrected=False)))
    yield "in part", sourced(codes=tuple(half)), {"partly", "corrected", "check_partly_checked"}
    for n in (1, 3):
        thin = sourced(codes=codes(excellent=None, n=n), left_out=n)
        yield f"{n} excellent", thin, {"check_few_excellent", "check_left_out"}
        thin = sourced(codes=codes(awful=None, n=n))
        yield f"{n} awful", thin, {"check_few_awful"}
        few = tuple(replace(one, told=(share("all", None, n=n),)) for one in codes())
        yield f"{n} in all", sourced(codes=few), {"check_few_all"}
        texts = sourced(
            unsure=n, no_language=n, repeated=n, empty=n, no_answer=0, checked=100 + n,
            checked_worth=3.0,
        )  # fmt: skip
        expected = {"check_unsure", "check_no_language", "check_repeated", "check_not_coded"}
        yield f"{n} odd texts", texts, expected | {"check_uneven"}
    yield "one is uneven", sourced(checked=1, checked_worth=0.3), {"check_uneven"}
    yield "none split", sourced(codes=codes(excellent=None, awful=None)), {"of_stories_all"}
    yield "one factor", sourced(codes=codes(factors=1)), {"most_one"}
    yield "poor", sourced(codes=codes(accuracy=POOR)), {"check_poor"}
    one_poor = (*codes(factors=0)[:1], code("factor", "it", 0.2, 0.2, 0.2, accuracy=POOR))
    yield "one poor", sourced(codes=one_poor), {"check_poor"}
    yield "chosen", sourced(checked_probability=0.0004), {"check_not_random"}
    yield "not agreed", finding(agreement=(alpha("speed", 0.4, "poor"),)), {"check_agree_poor"}
    scale = alpha("", 0.7, "tentative", "intensity")
    yield "nearly", finding(agreement=(scale,)), {"check_agree_tentative", "family_intensity"}
    yield "one reader", finding(agreement=()), {"check_one_reader"}
    for value, case in ((0.5, "less"), (1.0, "same")):
        yield f"lift {case}", sourced(lifts=(lift(value),)), {f"lift_{case}"}
    unsure = replace(lift(1.3), lift_low=None, lift_high=None)
    yield "lift bare", sourced(lifts=(unsure,)), {"lift_bare"}
    yield "no lift", sourced(lifts=(lift(None),)), {"check_no_lift"}
    yield "no base", sourced(lifts=()), {"check_no_base"}
    for name in ("responses", "customers"):
        other = replace(SOURCE, source=name)
        named = {f"{form}_{name}_{which}" for form in ("of", "name") for which in ("awful", "all")}
        yield name, finding(other), named
        yield f"stories and {name}", finding(SOURCE, other), {"other"}
    others = ("repeated", "tone", "size", "sector", "circumstance", "own")
    kinds = tuple(code(family, "it", 0.2, 0.2, 0.2) for family in others)
    named = {f"family_{family}" for family in others[:-1]}
    yield "other families", sourced(codes=(*codes(), *kinds)), named
    nothing = replace(SOURCE, source="responses", codes=())
    yield "another without codes", finding(SOURCE, nothing), set()
    yield "without codes", finding(nothing), {"told_only"}


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
                chart = found.translated(language).chart(narrow=narrow)
                assert chart is None or svg(chart, language=language)
        wanted = {(f"stories.{case}", one) for case in expected for one in ("en", "fi")}
        assert not wanted - said, (name, wanted - said)
        said.update(before)
    return texts


def test_every_sentence_is_said_by_some_finding(walked, said):
    every = {(case, language) for case in cases("stories") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", "listen."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


@pytest.mark.parametrize("reason", ["no_texts", "not_coded", "too_few"])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_refusals_say_why_and_what_to_do(reason, language):
    refused = Refusal(
        n=0,
        language=language,
        numbers=StoriesNumbers(),
        refused="listen.stories",
        reason=f"stories_{reason}",
        values=(("least", 10),),
    )
    (sentence,) = refused.story()
    assert sentence.text
    assert sentence.advice


def test_every_share_without_interval_bears_the_word():
    found = finding(replace(SOURCE, codes=bare(), is_corrected=False))
    for language, word in (("en", "(uncorrected)"), ("fi", "(korjaamaton)")):
        told = [s for s in found.translated(language).story() if "%" in s.text]
        kept = [s for s in told if not s.case.endswith(("lift_more", "uncorrected_means"))]
        assert kept
        assert all(s.text.count("%") == s.text.count(word) for s in kept)


def test_a_label_loses_its_capital_within_a_sentence_but_no_abbreviation_does():
    found = finding()
    assert found.inline("factor", "speed") == "speed"
    assert found.inline("factor", "it") == "IT support"
    assert found.label("factor", "unknown") == "unknown"
    assert found.translated("fi").inline("factor", "speed") == "nopeus"


def test_the_status_is_that_of_the_checks():
    assert finding().status == "warn"
    assert not finding().is_refused
