"""The made-up company's bar rises, its customers get used to things, and a rival is ahead."""

import pytest

NAME = "understand.expectations"
# Mood colours ratings and score alike: slopes are too steep even within customers, by a fifth, so
# that both parts of the change are told up to 0.06 points too large.
MOOD = 0.06
# Interview errors of 20,000 customers: the truth leaves the noise of the occasion out.
MEAN, SHARE = 0.03, 0.01


@pytest.fixture(scope="module")
def found(demo_company):
    return demo_company.findings[NAME]


@pytest.fixture(scope="module")
def true(demo_company):
    return demo_company.truth[NAME]


def test_the_speed_of_expectations_is_found(found, true):
    numbers = found.numbers
    assert found.outcome == "given"
    assert numbers.lambda_low <= true["lambda"] <= numbers.lambda_high
    low, high = numbers.half_life_answers_low, numbers.half_life_answers_high
    assert low <= true["half_life_answers"] <= high
    assert numbers.pull_low <= true["pull"] <= numbers.pull_high
    assert numbers.contrast_low > 0
    assert numbers.feedback_low < 0 < numbers.feedback_high


def test_the_rise_of_the_bar_is_found_though_the_score_stands_still(found, true):
    assert [wave.wave for wave in found.numbers.waves] == ["2023", "2024", "2025"]
    for wave, year in zip(found.numbers.waves, true["years"], strict=True):
        assert wave.score == pytest.approx(year["score"], abs=MEAN)
        assert wave.bar == pytest.approx(year["bar"], abs=MOOD)
        assert wave.performance == pytest.approx(year["rest"], abs=MOOD)
    last = found.numbers.waves[-1]
    assert last.bar_high < 0 < last.performance_low
    assert found.story()[0].case == "expectations.bar_rose"


def test_slopes_within_customers_come_nearer_to_the_truth_than_those_between(found, true):
    bar = true["years"][-1]["bar"]
    assert found.numbers.slopes == "customers"
    near, far = found.numbers.waves[-1].bar, found.numbers.bar_by_waves
    assert abs(near - bar) < abs(far - bar)


def test_the_rivals_stand_where_they_stand(found, true):
    assert found.numbers.n_compared == pytest.approx(true["n_compared"], rel=0.005)
    for one, rival in zip(found.numbers.rivals, true["rivals"], strict=True):
        assert one.rival == rival["rival"]
        assert one.ours == pytest.approx(rival["ours"], abs=MEAN)
        assert one.theirs == pytest.approx(rival["theirs"], abs=MEAN)
        assert one.difference_low <= rival["difference"] <= one.difference_high
        assert one.better_share_low <= rival["better_share"] <= one.better_share_high
        assert one.even_share == pytest.approx(rival["even_share"], abs=SHARE)
    for key in ("best_alone_share", "best_share", "wallet_share"):
        assert getattr(found.numbers, key) == pytest.approx(true[key], abs=SHARE)
