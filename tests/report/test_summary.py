import pytest

from kuski.report.card import cards
from kuski.report.summary import POINTS, by_importance, summary

from . import samples


def names(points):
    return [point.finding.name for point in points]


def test_the_decision_is_the_messages_in_the_order_of_importance():
    found = summary(samples.findings())
    assert names(found.points) == ["value.elevate", "value.levels", "value.effort"]
    assert [p.sentence for p in found.points] == [p.finding.story()[0] for p in found.points]


def test_the_order_of_the_findings_does_not_matter():
    forwards, backwards = samples.findings(), tuple(reversed(samples.findings()))
    assert names(summary(forwards).points) == names(summary(backwards).points)


def test_the_doubt_is_a_refusal_before_any_warning():
    doubt = summary(samples.findings()).doubt
    assert (doubt.finding.name, doubt.check.status) == ("value.levels", "refuse")


def test_without_refusals_the_doubt_is_the_first_warning():
    doubt = summary([samples.quality(), samples.effort(), samples.elevate()]).doubt
    assert (doubt.finding.name, doubt.check.status) == ("value.elevate", "warn")


def test_a_question_left_open_throws_no_doubt_on_the_answers():
    doubt = summary([samples.refused(), samples.elevate()]).doubt
    assert doubt.finding.name == "value.elevate"
    assert summary([samples.refused()]).doubt.finding.name == "value.effort"


def test_a_refused_finding_speaks_after_those_that_were_given():
    found = summary([samples.refused(), samples.quality(), samples.elevate()])
    assert names(found.points) == ["value.elevate", "listen.quality", "value.effort"]


def test_too_few_messages_are_filled_up_with_what_else_is_said():
    found = summary([samples.elevate()])
    assert [p.sentence for p in found.points] == list(samples.elevate().story())


def test_nothing_is_said_twice():
    found = summary([samples.refused(), samples.refused()])
    assert len(found.points) == 1


def test_no_doubt_is_none():
    assert summary([samples.effort()]).doubt is None


def test_a_finding_that_is_not_known_stands_before_the_quality():
    class Unknown(samples.Effort):
        name = "choose.unheard_of"

    unknown = Unknown(n=1, language="en", numbers=samples.Empty())
    ordered = by_importance([samples.quality(), unknown, samples.elevate()])
    assert [f.name for f in ordered] == ["value.elevate", "choose.unheard_of", "listen.quality"]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_never_more_than_three_sentences(language):
    told = [finding.translated(language) for finding in samples.findings()]
    assert len(summary(told).points) == POINTS


def test_cards_show_numbers_with_their_intervals():
    found = [(card.value, card.detail) for card in cards(samples.findings())]
    assert found == [
        ("6.8 times", "95% interval 4.2 to 11.9"),
        ("€1,250,000", "95% interval 1,010,000 to 1,490,000"),
        ("62%", "95% interval 59 to 65"),
        ("39.8", "95% interval 37.1 to 42.4"),
    ]


def test_cards_are_written_in_the_findings_language():
    told = [finding.translated("fi") for finding in samples.findings()]
    assert [card.value for card in cards(told)][:2] == [
        "6,8 kertaa",
        "1\N{NO-BREAK SPACE}250\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€",
    ]


def test_a_refused_number_has_no_value_but_a_reason():
    numbers = samples.ElevateNumbers(ratio=None, ratio_low=None, ratio_high=None)
    elevate = samples.Elevate(n=9, language="en", numbers=numbers)
    assert (cards([elevate])[0].value, cards([elevate])[0].detail) == ("–", "Refused: see why")


def test_a_refused_finding_has_no_card():
    assert cards([samples.refused()]) == ()


def test_a_number_without_an_interval_says_so():
    numbers = samples.QualityNumbers(nps_low=None, nps_high=None)
    quality = samples.Quality(n=9, language="en", numbers=numbers)
    assert cards([quality])[0].detail == "No interval"
