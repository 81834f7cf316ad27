"""λ and the pull: exact without noise, as a fit on the rows finds them, and deaf to feedback."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from kuski.stats.adaptation import adaptation, half_life
from kuski.stats.occasions import LONGEST, occasions
from kuski.stats.resample import resamples

from .repeated import WEIGHTS, Rows, World, draw

REPLICATES = 200
# Without noise the best speed lies on the grid; the parabola is right to a part of its step.
EXACT = 0.003
# The index of a replicate rests on the others, that of the peer on all rows.
INDEX = 0.02
# Order and units change the last digits of sums and slopes.
ROUNDING = 1e-6


def of(rows):
    return occasions(rows.customer, rows.time, rows.score, rows.ratings, replicates=REPLICATES)


def found(rows, *, seed=1):
    given = of(rows)
    rng = np.random.default_rng(seed)
    drawn = resamples(np.bincount(given.replicate, minlength=REPLICATES), rng=rng, n_draws=200)
    return adaptation(given, drawn)


@pytest.mark.parametrize(("speed", "pull"), [(0.1, 0.8), (0.3, 0.5), (0.6, 1.0), (1.0, 0.4)])
def test_speed_and_pull_are_found_exactly_where_nothing_is_left_to_chance(speed, pull):
    world = World(speed=speed, pull=pull, answers=7, usual=0.0, noise=0.0)
    rows = draw(world, 400, np.random.default_rng(1))
    start = rows.score + pull * (1 - speed) ** rows.time * first_expectation(rows, world)
    answer = found(Rows(rows.customer, rows.time, start, rows.ratings))
    assert answer.speed == pytest.approx(speed, abs=EXACT)
    assert answer.pull == pytest.approx(pull, rel=0.02)
    assert answer.feedback == pytest.approx(0, abs=EXACT)


def first_expectation(rows, world):
    """Read each customer's first expectation off the first two scores, which have no noise."""
    order = np.lexsort((rows.time, rows.customer))
    customer, time = rows.customer[order], rows.time[order]
    felt, score = rows.ratings[order] @ WEIGHTS, rows.score[order]
    # Attitude falls out of the change; what is left is felt, trend, and how expectation moved.
    first = np.flatnonzero(time == 0)
    change = score[first + 1] - score[first] + 0.06
    away = (change - felt[first + 1] + felt[first]) / -world.pull
    start = felt[first] - away / world.speed
    at = np.searchsorted(customer[first], rows.customer)
    return start[at]


def by_rows(rows, speed):
    """Regress on customers' dummies and all terms, on the rows; the residual sum of squares."""
    customers, who = np.unique(rows.customer, return_inverse=True)
    order = np.lexsort((rows.time, who))
    who, time, score = who[order], rows.time[order], rows.score[order]
    first = np.append(True, who[1:] != who[:-1])
    last = np.append(first[1:], True)
    dummies = np.eye(len(customers))[who]
    ratings = rows.ratings[order]
    slopes = np.linalg.lstsq(np.column_stack([ratings, time, dummies]), score, rcond=None)[0]
    felt = ratings @ slopes[: ratings.shape[1]]
    seen = np.zeros(len(felt))
    for i in np.flatnonzero(~first):
        seen[i] = (1 - speed) * seen[i - 1] + speed * felt[i - 1]
    usual = (np.bincount(who, felt) / np.bincount(who))[who]
    unseen = (1 - speed) ** time
    after = np.append(felt[1:], 0)
    columns = np.column_stack([felt, seen, unseen, unseen * usual, after, time, dummies])[~last]
    solved, *_ = np.linalg.lstsq(columns, score[~last], rcond=None)
    left = score[~last] - columns @ solved
    return left @ left, -solved[1] / solved[0], solved[4] / solved[0]


def test_a_regression_on_the_rows_with_a_dummy_for_each_customer_agrees():
    rows = draw(World(speed=0.5, pull=0.8, answers=6), 300, np.random.default_rng(2))
    best = minimize_scalar(
        lambda speed: by_rows(rows, speed)[0], bounds=(0.03, 1), method="bounded"
    )
    _, pull, feedback = by_rows(rows, best.x)
    answer = found(rows)
    assert answer.speed == pytest.approx(best.x, abs=INDEX)
    assert answer.pull == pytest.approx(pull, rel=0.05)
    assert answer.feedback == pytest.approx(feedback, abs=INDEX)


def test_the_instruments_of_anderson_and_hsiao_find_the_same_speed_in_a_large_panel():
    """Koyck: s_t on s_t-1, x_t and x_t-1 in differences; older experience stands for s_t-1."""
    rows = draw(World(speed=0.5, pull=1.0, answers=6), 40_000, np.random.default_rng(3))
    order = np.lexsort((rows.time, rows.customer))
    felt = (rows.ratings[order] @ WEIGHTS).reshape(-1, 6)
    step, score = np.diff(felt, axis=1), np.diff(rows.score[order].reshape(-1, 6), axis=1)
    ones = np.ones(score[:, 2:].size)
    regressors = np.column_stack(
        [score[:, 1:-1].ravel(), step[:, 2:].ravel(), step[:, 1:-1].ravel(), ones]
    )
    instruments = regressors.copy()
    instruments[:, 0] = step[:, :-2].ravel()
    slopes = np.linalg.solve(instruments.T @ regressors, instruments.T @ score[:, 2:].ravel())
    answer = found(rows)
    # 40,000 customers: both have an error of about 0.01.
    assert 1 - slopes[0] == pytest.approx(0.5, abs=0.04)
    assert answer.speed == pytest.approx(1 - slopes[0], abs=0.05)


def test_service_that_answers_to_the_score_does_not_pass_for_adaptation():
    rows = draw(World(feedback=0.1), 12_000, np.random.default_rng(4))
    answer = found(rows)
    assert answer.speed_interval.low <= 0.3 <= answer.speed_interval.high
    assert answer.speed_uncorrected < 0.1
    assert answer.feedback_interval.low > 0.03


def test_a_world_without_pull_or_with_a_lasting_lift_is_told_from_one_with_contrast():
    for pull, (below, above) in {
        0.0: (True, True),
        -0.5: (True, False),
        0.5: (False, True),
    }.items():
        rows = draw(World(pull=pull, answers=6), 2000, np.random.default_rng(5))
        around = found(rows).contrast_interval
        assert (around.low < 0, around.high > 0) == (below, above)


def test_order_of_rows_and_ratings_and_units_do_not_matter():
    rng = np.random.default_rng(6)
    rows = draw(World(), 1500, rng)
    answer = found(rows)
    mixed = rows.chosen(rng.permutation(len(rows.score)))
    other = Rows(mixed.customer, 5 + 2 * mixed.time, 10 * mixed.score + 3, mixed.ratings[:, ::-1])
    again = found(other)
    for key in ("contrast", "pull", "speed", "feedback", "speed_uncorrected"):
        assert getattr(again, key) == pytest.approx(getattr(answer, key), abs=1e-3)
    assert (again.n, again.customers) == (answer.n, answer.customers)


def test_an_answer_that_stands_twice_counts_once():
    rows = draw(World(), 500, np.random.default_rng(7))
    twice = rows.chosen(np.append(np.arange(len(rows.score)), [3, 3, 40]))
    once, again = found(rows), found(twice)
    assert again.n == once.n
    assert again.speed == pytest.approx(once.speed, abs=ROUNDING)


def test_half_a_surprise_is_expected_after_its_half_life():
    for speed in (0.05, 0.3, 0.9):
        assert (1 - speed) ** half_life(speed) == pytest.approx(0.5)
    assert half_life(0.3) == pytest.approx(1.943358, abs=1e-6)
    assert half_life(1.0) == 0


def in_order(**columns):
    values = {
        "customer": np.ones(6, np.uint64),
        "time": np.arange(6),
        "score": np.arange(6.0),
        "ratings": np.arange(12.0).reshape(6, 2),
    } | columns
    return occasions(**values, replicates=REPLICATES)


def test_an_answer_without_a_rating_ends_the_run_and_one_without_a_score_does_not():
    ratings = np.arange(12.0).reshape(6, 2)
    ratings[2, 1] = np.nan
    cut = in_order(ratings=ratings)
    assert cut.position.tolist() == [0, 1, 0, 1, 2]
    assert cut.start.tolist() == [0, 2]
    score = np.arange(6.0)
    score[2] = np.nan
    whole = in_order(score=score)
    assert whole.position.tolist() == [0, 1, 2, 3, 4, 5]
    assert whole.weight.tolist() == [1, 1, 0, 1, 1, 1]
    assert whole.n == 5


def test_a_very_long_run_is_cut():
    n = LONGEST + 10
    long = occasions(
        np.ones(n, np.uint64), np.arange(n), np.arange(n), np.ones((n, 1)), replicates=REPLICATES
    )
    assert long.lengths.tolist() == [LONGEST, 10]


def test_nobody_who_answered_twice_gives_nothing():
    assert in_order(customer=np.arange(6).astype(np.uint64)) is None
    assert in_order(time=np.zeros(6)) is None
    assert in_order(ratings=np.full((6, 2), np.nan)) is None
    assert in_order(score=np.full(6, np.nan)) is None
    assert in_order(weight=np.zeros(6)) is None


def test_ratings_that_never_change_give_no_interval():
    rows = draw(World(), 200, np.random.default_rng(8))
    constant = Rows(rows.customer, rows.time, rows.score, np.full_like(rows.ratings, 4.0))
    answer = found(constant)
    assert answer.contrast_interval is None
    assert answer.speed_interval is None


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="same length"):
        in_order(time=np.arange(5))
    with pytest.raises(ValueError, match="weight goes down to -1"):
        in_order(weight=np.full(6, -1.0))
    with pytest.raises(ValueError, match="time holds 1"):
        in_order(time=np.array([0, 1, 2, 3, 4, np.nan]))
