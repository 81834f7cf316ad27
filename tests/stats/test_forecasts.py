"""Guesses are scored against an uncertain truth so that it pays to say what one knows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from kuski.stats.forecasts import crowd, crps, mean_interval, rank_agreement, rank_interval
from kuski.stats.resample import resamples

# Sums of a few hundred terms in another order.
SAME = 1e-9
# The score of 200,000 draws differs from that of the normal itself by chance, about 0.002 a score.
DRAWN = 0.01

NUMBERS = st.floats(-50, 50).map(lambda x: round(x, 3))
DRAWS = st.lists(NUMBERS, min_size=2, max_size=40)
# Whole numbers of points, so that moving and stretching them breaks no ties by rounding.
POINTS = st.lists(st.integers(-9, 9), min_size=3, max_size=7)


def score(draws, guess):
    return float(crps(np.array(draws)[:, None], [[guess]])[0, 0])


@pytest.mark.parametrize("guess", [-2.0, 0.0, 0.4, 3.0])
def test_score_of_normal_draws_is_the_closed_form_of_gneiting_and_raftery(guess):
    # Equation 5 of Gneiting, Raftery, Westveld & Goldman 2005; 2007, section 4.2.
    mean, spread = 0.7, 1.8
    draws = np.random.default_rng(0).normal(mean, spread, 200_000)
    z = (guess - mean) / spread
    inside = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    assert score(draws, guess) == pytest.approx(spread * inside, abs=DRAWN)


@given(draws=DRAWS, guess=NUMBERS)
def test_score_is_the_mean_distance_less_half_the_mean_spread(draws, guess):
    x = np.array(draws)
    known = np.abs(x - guess).mean() - 0.5 * np.abs(x[:, None] - x).mean()
    assert score(draws, guess) == pytest.approx(known, abs=1e-8)


def test_score_is_the_squared_distance_between_two_distributions():
    draws, guess = np.array([0.1, 0.4, 0.45, 0.9]), 0.6

    def squared(x):
        return (np.mean(draws <= x) - (guess <= x)) ** 2

    known, _ = integrate.quad(squared, 0, 1, points=[*draws, guess], limit=200)
    assert score(draws, guess) == pytest.approx(known, abs=1e-9)


@given(draws=DRAWS, guess=NUMBERS)
def test_no_guess_scores_better_than_the_median_of_the_truth(draws, guess):
    assert score(draws, guess) >= score(draws, float(np.median(draws))) - 1e-8


@given(draws=DRAWS, guess=NUMBERS, shift=NUMBERS, scale=st.floats(-20, 20))
def test_score_moves_with_the_scale_and_not_with_its_zero(draws, guess, shift, scale):
    moved = score(shift + scale * np.array(draws), shift + scale * guess)
    assert moved == pytest.approx(abs(scale) * score(draws, guess), abs=1e-6)


@given(truth=NUMBERS, guess=NUMBERS)
def test_score_against_a_truth_that_is_known_is_the_absolute_error(truth, guess):
    assert score([truth] * 7, guess) == pytest.approx(abs(truth - guess), abs=SAME)


def test_what_was_not_guessed_or_is_not_known_has_no_score():
    draws = np.array([[0.1, np.nan], [0.3, np.nan], [np.nan, np.nan]])
    found = crps(draws, [[0.2, 0.5], [np.nan, 0.5]])
    assert found[0, 0] == pytest.approx(0.1 - 0.05)
    assert np.isnan(found[1, 0])
    assert np.isnan(found[:, 1]).all()


@given(true=POINTS, seed=st.integers(0, 99))
def test_agreement_in_rank_equals_scipys_kendall(true, seed):
    guess = np.random.default_rng(seed).integers(0, 5, len(true))
    known = stats.kendalltau(true, guess).statistic
    assert float(rank_agreement(true, guess)) == pytest.approx(known, abs=SAME, nan_ok=True)


@given(true=POINTS)
def test_only_the_order_of_the_guesses_counts(true):
    guess = np.arange(len(true), dtype=float)
    stretched = np.exp(guess)
    assert rank_agreement(true, guess) == pytest.approx(
        rank_agreement(true, stretched), nan_ok=True
    )
    assert rank_agreement(true, -guess) == pytest.approx(-rank_agreement(true, guess), nan_ok=True)


def truths(values, se, *, seed=0, replicates=60):
    """Figures on resamples, as if each replicate held an answer of its own."""
    rng = np.random.default_rng(seed)
    drawn = resamples(np.ones(replicates, int), n_draws=800, rng=rng)
    answers = rng.normal(values, se * np.sqrt(replicates), (replicates, len(values)))
    answers += np.array(values) - answers.mean(axis=0)
    return drawn.counts @ answers / drawn.counts.sum(axis=1, keepdims=True), drawn


def test_order_that_is_sure_leaves_no_room_for_the_agreement():
    values, drawn = truths([0.5, 0.3, 0.2], 0.001)
    right = rank_interval(values, [3.0, 2.0, 1.0], drawn)
    wrong = rank_interval(values, [1.0, 2.0, 3.0], drawn)
    assert (right.low, right.high) == (1, 1)
    assert (wrong.low, wrong.high) == (-1, -1)


def test_order_that_nobody_knows_leaves_all_the_room():
    values, drawn = truths([0.34, 0.33, 0.33], 0.1)
    found = rank_interval(values, [3.0, 2.0, 1.0], drawn)
    assert (found.low, found.high) == (-1, 1)


def test_one_pair_that_is_not_sure_is_taken_as_right_and_as_wrong():
    values, drawn = truths([0.6, 0.201, 0.199], 0.01)
    found = rank_interval(values, [3.0, 2.0, 1.0], drawn)
    assert found.low == pytest.approx(1 / 3)
    assert found.high == pytest.approx(1)


def test_agreement_of_few_replicates_or_of_guesses_all_alike_has_no_interval():
    values, drawn = truths([0.5, 0.3, 0.2], 0.01, replicates=19)
    assert rank_interval(values, [3.0, 2.0, 1.0], drawn) is None
    values, drawn = truths([0.5, 0.3, 0.2], 0.01)
    assert rank_interval(values, [1.0, 1.0, 1.0], drawn) is None
    assert rank_interval(np.full_like(values, np.nan), [3.0, 2.0, 1.0], drawn) is None


def test_mean_of_guesses_has_students_interval():
    guesses = [0.3, 0.5, 0.4, 0.6]
    known = stats.t.interval(0.95, 3, np.mean(guesses), stats.sem(guesses))
    found = mean_interval(guesses)
    assert (found.low, found.high) == pytest.approx(known)


def test_interval_with_an_uncertain_truth_is_welchs():
    # A second sample of eight takes the truth's place.
    guesses, answers = np.array([5.0, 6.1, 4.4, 5.2]), np.array([3.0, 4, 2, 5, 3, 4, 2, 1])
    known = stats.ttest_ind(guesses, answers, equal_var=False).confidence_interval()
    found = mean_interval(guesses - answers.mean(), truth_se=stats.sem(answers), truth_df=7)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_two_leaders_and_leaders_all_alike_have_no_interval():
    assert mean_interval([0.2, 0.4]) is None
    assert mean_interval([0.25, 0.25, 0.25]) is None
    found = mean_interval([0.25, 0.25, 0.25], truth_se=0.1)
    assert found.high - found.low == pytest.approx(2 * 0.1 * 1.959964)


MATRICES = st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(0, 999)).map(
    lambda shape: np.random.default_rng(shape[2]).normal(0, 1, shape[:2])
)


@given(guesses=MATRICES, seed=st.integers(0, 99))
@settings(max_examples=60)
def test_mean_guess_is_never_farther_off_than_single_guesses_on_average(guesses, seed):
    truth = np.random.default_rng(seed).normal(0, 1, guesses.shape[1])
    found = crowd(guesses, truth)
    assert found.gain >= -SAME
    assert found.error + found.gain == pytest.approx(found.single_error)
    assert 0 <= found.beaten <= 1


def test_errors_on_both_sides_cancel_and_errors_on_one_side_stay():
    both = crowd([[0.2], [0.6]], [0.4])
    assert both.error == pytest.approx(0)
    assert both.gain == pytest.approx(0.2)
    assert both.beaten == 1
    one = crowd([[0.7], [0.9]], [0.4])
    assert one.error == pytest.approx(0.4)
    assert one.gain == pytest.approx(0)
    assert one.beaten == 0.5


def test_who_left_a_figure_out_is_compared_on_the_others():
    # The second is right on what she guessed; the mean guess is not.
    found = crowd([[0.9, 0.1], [0.4, np.nan], [0.5, 0.7]], [0.4, 0.4])
    assert found.beaten == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: crps([1.0, 2.0], [[1.0]]), "expected the same figures"),
        (lambda: crps([[1.0, 2.0]], [[1.0]]), "expected the same figures"),
        (lambda: rank_agreement([1.0], [1.0]), "two or more figures"),
        (lambda: rank_agreement([1.0, 2.0], [1.0, 2.0, 3.0]), "two or more figures"),
        (lambda: rank_interval(np.ones((4, 2)), [1.0, 2.0], truths([1.0, 2.0], 1.0)[1]), "resam"),
        (lambda: mean_interval([0.1, np.nan, 0.2]), "1 numbers that are not finite"),
        (lambda: mean_interval([0.1, 0.3, 0.2], confidence=95), "did you pass percent"),
        (lambda: mean_interval([0.1, 0.3, 0.2], truth_se=-1), "an error >= 0"),
        (lambda: mean_interval([[0.1], [0.3]]), "one number a guesser"),
        (lambda: crowd([[0.1], [np.nan]], [0.2]), "a row or a column without a guess"),
        (lambda: crowd([[0.1]], [np.nan]), "not finite"),
    ],
)
def test_bad_guesses_are_refused_with_value_and_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()
