"""Best-worst choices: the logit against statsmodels, its properties, and what it cannot tell."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.conditional_models import ConditionalLogit

from kuski.stats.best_worst import Tasks, best_worst, unconnected

# Both climb the same hill by Newton's method until nothing moves.
SAME_HILL = 1e-8


def every_task(items, size):
    """Every set of a size with every answer that it can get."""
    asked = [
        (shown, best, worst)
        for shown in combinations(range(items), size)
        for best, worst in permutations(shown, 2)
    ]
    return Tasks.of(
        [[item in shown for item in range(items)] for shown, _, _ in asked],
        [best for _, best, _ in asked],
        [worst for _, _, worst in asked],
    )


def expected(tasks, utility):
    """How often each answer comes, of one showing of each set, where the model is true."""
    rows = np.arange(len(tasks.best))
    up = np.where(tasks.shown, np.exp(utility), 0.0)
    down = np.where(tasks.shown, np.exp(-utility), 0.0)
    down[rows, tasks.best] = 0.0
    best = up[rows, tasks.best] / up.sum(axis=1)
    return best * down[rows, tasks.worst] / down.sum(axis=1)


def by_statsmodels(tasks, answers):
    """Fit the same choices as a conditional logit, row by row, the first item at zero."""
    items = tasks.shown.shape[1]
    chosen, columns, group = [], [], []
    for shown, best, worst, times in zip(
        tasks.shown, tasks.best, tasks.worst, answers, strict=True
    ):
        there = np.flatnonzero(shown)
        left = there[there != best]
        for _ in range(int(times)):
            for sign, among, choice in ((1, there, best), (-1, left, worst)):
                if len(among) == 1:
                    continue
                group += [group[-1] + 1 if group else 0] * len(among)
                chosen += (among == choice).astype(int).tolist()
                columns += (sign * np.eye(items)[among]).tolist()
    fit = ConditionalLogit(np.array(chosen), np.array(columns)[:, 1:], groups=np.array(group)).fit(
        method="newton", disp=0
    )
    found = np.concatenate([[0.0], fit.params])
    return found - found.mean()


@pytest.mark.parametrize(("items", "size"), [(4, 3), (6, 4), (5, 2)])
def test_utilities_are_those_of_statsmodels(items, size):
    tasks = every_task(items, size)
    rng = np.random.default_rng(items)
    answers = rng.poisson(40 * expected(tasks, rng.normal(0, 0.8, items)))
    found = best_worst(tasks, answers[None])
    assert found.utilities[0] == pytest.approx(by_statsmodels(tasks, answers), abs=SAME_HILL)


def test_each_resample_is_fitted_by_itself():
    tasks = every_task(5, 3)
    rng = np.random.default_rng(1)
    answers = rng.poisson(6.0, (7, len(tasks.best))) + 1
    together = best_worst(tasks, answers)
    alone = np.concatenate([best_worst(tasks, row[None]).utilities for row in answers])
    assert together.utilities == pytest.approx(alone, abs=SAME_HILL)


@settings(max_examples=25)
@given(st.lists(st.floats(-3, 3), min_size=3, max_size=7))
def test_utilities_that_made_the_answers_are_found_again(utility):
    tasks = every_task(len(utility), 3)
    utility = np.array(utility) - np.mean(utility)
    found = best_worst(tasks, 1e4 * expected(tasks, utility)[None])
    assert found.utilities[0] == pytest.approx(utility, abs=1e-6)
    assert found.shares[0].sum() == pytest.approx(1)
    assert found.shares[0] == pytest.approx(np.exp(utility) / np.exp(utility).sum(), abs=1e-6)
    assert found.counts[0].sum() == pytest.approx(0, abs=1e-9)
    assert (np.abs(found.counts[0]) <= 1).all()


@given(st.permutations(range(5)), st.integers(0, 100))
def test_names_and_the_order_of_tasks_change_nothing(order, seed):
    tasks = every_task(5, 3)
    rng = np.random.default_rng(seed)
    answers = rng.poisson(3.0, (1, len(tasks.best))) + 1
    place = np.argsort(order)
    rows = rng.permutation(len(tasks.best))
    other = Tasks.of(tasks.shown[rows][:, order], place[tasks.best[rows]], place[tasks.worst[rows]])
    left, right = best_worst(tasks, answers), best_worst(other, answers[:, rows])
    assert right.shares[0] == pytest.approx(left.shares[0][order])
    assert right.counts[0] == pytest.approx(left.counts[0][order])


def test_items_that_are_treated_alike_get_equal_shares():
    tasks = every_task(4, 3)
    found = best_worst(tasks, np.ones((1, len(tasks.best))))
    assert found.shares[0] == pytest.approx([0.25] * 4)
    assert found.counts[0] == pytest.approx([0.0] * 4, abs=1e-12)


def test_turning_best_and_worst_round_turns_the_counts_round():
    tasks = every_task(4, 3)
    answers = np.random.default_rng(3).poisson(5.0, (1, len(tasks.best))) + 1
    turned = Tasks.of(tasks.shown, tasks.worst, tasks.best)
    ahead, back = best_worst(tasks, answers), best_worst(turned, answers)
    assert back.counts[0] == pytest.approx(-ahead.counts[0])


def test_an_item_that_is_always_best_has_no_utility_and_is_named():
    tasks = every_task(4, 3)
    is_best = tasks.shown[:, 2] & (tasks.best == 2)
    answers = np.where(tasks.shown[:, 2] & ~is_best, 0.0, 5.0)
    found = best_worst(tasks, answers[None])
    assert np.isnan(found.shares).all()
    assert found.counts[0, 2] == 1
    assert unconnected(tasks, answers).tolist() == [2]


def test_an_item_that_is_never_shown_has_no_utility_and_is_named():
    tasks = every_task(3, 3)
    wider = Tasks.of(
        np.column_stack([tasks.shown, np.zeros(len(tasks.best))]), tasks.best, tasks.worst
    )
    found = best_worst(wider, np.ones((1, len(tasks.best))))
    assert np.isnan(found.shares).all()
    assert np.isnan(found.counts[0, 3])
    assert unconnected(wider, np.ones(len(tasks.best))).tolist() == [3]


def test_two_halves_that_never_meet_have_no_common_utility():
    apart = Tasks.of(
        [[True, True, False, False]] * 2 + [[False, False, True, True]] * 2,
        [0, 1, 2, 3],
        [1, 0, 3, 2],
    )
    assert np.isnan(best_worst(apart, np.ones((1, 4))).shares).all()
    assert len(unconnected(apart, np.ones(4))) == 2


def test_only_the_resamples_that_tell_are_told():
    tasks = every_task(3, 2)
    every = np.ones(len(tasks.best))
    one_way = np.where(tasks.best < tasks.worst, 1.0, 0.0)
    found = best_worst(tasks, np.stack([every, one_way, every]))
    assert np.isfinite(found.shares[[0, 2]]).all()
    assert np.isnan(found.shares[1]).all()
    assert unconnected(tasks, every).size == 0


@pytest.mark.parametrize(
    ("shown", "best", "worst", "message"),
    [
        ([[1, 1, 0]], [0, 1], [1], "shape"),
        ([[1, 1, 0]], [2], [1], "1 tasks have a choice that was not on show"),
        ([[1, 1, 0]], [0], [3], "1 tasks have a choice"),
        ([[1, 1, 0]], [-1], [0], "1 tasks have a choice"),
        ([[1, 1, 0], [1, 1, 1]], [0, 0], [0, 1], "one item as best and worst"),
    ],
)
def test_answers_that_cannot_be_are_said_to_be_wrong(shown, best, worst, message):
    with pytest.raises(ValueError, match=message):
        Tasks.of(shown, best, worst)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([1.0, 2.0], "shape"),
        (np.empty((0, 6)), "nothing empty"),
        ([[1.0, -1.0, 1, 1, 1, 1]], ">= 0"),
        ([[1.0, np.nan, 1, 1, 1, 1]], ">= 0"),
    ],
)
def test_counts_that_cannot_be_are_said_to_be_wrong(answers, message):
    with pytest.raises(ValueError, match=message):
        best_worst(every_task(3, 2), answers)
