"""The leaders of the made-up company overrate price and underrate treatment, and are told so."""

import csv

import numpy as np
import pytest

from kuski.demo.forecasts import BELIEFS, LEADERS

NAME = "understand.mirror"
# A leader's leaning is shared by his figures, so that a mean of twelve lies within three errors.
ERRORS = 3
# Guesses are rounded to cents when they are drawn, and averaged.
AVERAGED = 1e-9
# The truth is a share of slopes, the method's a share of what is explained together: drivers that
# hang together lend each other some of it.
IMPORTANCE = 0.1


@pytest.fixture(scope="module")
def found(demo_company):
    return demo_company.findings[NAME]


@pytest.fixture(scope="module")
def figures(found):
    return {figure.what: figure for figure in found.numbers.figures}


@pytest.fixture(scope="module")
def true(demo_company):
    return {one["what"]: one for one in demo_company.truth[NAME]["figures"]}


@pytest.fixture(scope="module")
def written(demo_company):
    """What the leaders wrote down, by figure."""
    path = demo_company.study.path.with_name("forecasts.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        belief.what: np.array([float(r["guess"]) for r in rows if r["what"] == belief.what])
        for belief in BELIEFS
    }


def test_every_figure_that_was_guessed_is_answered(found, figures, true):
    assert set(figures) == set(true)
    assert all(figure.n == LEADERS for figure in figures.values())
    assert all(figure.truth_low is not None for figure in figures.values())
    assert [leader.n for leader in found.numbers.leaders] == [len(BELIEFS)] * LEADERS


def test_leaders_mean_is_that_of_what_they_wrote_and_near_what_they_believe(figures, true, written):
    for belief in BELIEFS:
        figure, guesses = figures[belief.what], written[belief.what]
        assert figure.leaders == pytest.approx(guesses.mean(), abs=AVERAGED)
        error = guesses.std(ddof=1) / np.sqrt(LEADERS)
        assert abs(figure.leaders - true[belief.what]["leaders_believe"]) < ERRORS * error


@pytest.mark.parametrize("what", ["share_below", "share_top", "mean_score"])
def test_the_zones_and_the_mean_hold_their_truth(figures, true, what):
    assert figures[what].truth_low < true[what]["truth"] < figures[what].truth_high


def test_reasons_are_those_of_the_checked_sample_not_those_told(demo_company, found, figures, true):
    assert found.is_corrected
    told = {one["reason"]: one for one in demo_company.truth["understand.leaving"]["reasons"]}
    leavers = sum(one["true_n"] for one in told.values())
    for reason in ("price", "treatment"):
        figure = figures[f"leaving_{reason}"]
        # Who did leave, not who was expected to.
        assert figure.truth_low < told[reason]["true_n"] / leavers < figure.truth_high
        truth, stated = true[f"leaving_{reason}"]["truth"], told[reason]["stated_share"]
        assert abs(figure.truth - truth) < abs(figure.truth - stated)


def test_importances_come_in_their_true_size(figures, true):
    for what, one in true.items():
        if what.startswith("importance_"):
            assert figures[what].truth == pytest.approx(one["truth"], abs=IMPORTANCE)
    assert figures["importance_treatment"].truth > 0.4
    assert figures["importance_price"].truth < 0.1


def test_price_is_overrated_and_treatment_underrated_in_all_that_speaks_of_them(found, figures):
    for what in ("importance_price", "leaving_price"):
        assert figures[what].verdict == "overrated"
        assert figures[what].difference_low > 0.1
    for what in ("importance_treatment", "leaving_treatment"):
        assert figures[what].verdict == "underrated"
        assert figures[what].difference_high < -0.1
    topics = {topic.topic: topic for topic in found.numbers.topics}
    assert topics["price"].bias_low > 0.15
    assert topics["treatment"].bias_high < -0.15
    # They believe fewer at the top, more below and a lower mean than there are.
    assert topics["satisfaction"].figures == 3
    assert topics["satisfaction"].bias_high < 0


def test_no_leader_knows_the_order_and_equal_weights_beat_them_all_together(found):
    group = found.numbers.group
    assert (group.first, group.true_first) == ("price", "treatment")
    assert group.rank_agreement_high < 0
    assert all(leader.rank_agreement < 0 for leader in found.numbers.leaders)
    assert group.equal_error < group.importance_error


def test_what_all_believe_alike_does_not_cancel(found):
    group = found.numbers.group
    assert group.gain < 0.2 * group.single_error
    assert group.error == pytest.approx(group.single_error - group.gain)


def test_leaders_remember_people_and_plan_on_price(demo_company, found):
    seed = found.numbers.seed
    true = demo_company.truth["understand.encounters"]["human_share_of_stories"]["excellent"]
    stories = seed.leaders_n, seed.customers_n
    both = np.average([seed.leaders_told, seed.customers_told], weights=stories)
    assert both == pytest.approx(true, abs=AVERAGED + 1e-6)
    assert seed.human == ("treatment",)
    assert seed.planned_high < 0.15
    assert seed.rewarded_low > 0.4


def test_leaders_and_customers_tell_of_the_same_things(found):
    # Who tells has nothing to do with what is told: one seed, so p is only kept from being tiny.
    assert found.numbers.table_test.by == "factor"
    assert found.numbers.table_test.p > 0.01


def test_the_company_reads_the_right_story(found):
    told = [sentence.case.split(".")[1] for sentence in found.story()]
    assert told[0] == "message_both"
    text = found.translated("en").story()[0].text
    assert "importance of price" in text
    assert "importance of treatment" in text
    assert {"order_other", "equal_better", "lean_over", "lean_under", "gloomy"} <= set(told)
    assert {"crowd_blind", "seed_gap", "seed_factor", "tellers_alike", "goes_with"} <= set(told)
