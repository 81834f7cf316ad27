"""A table of counts is tested as others test it, and knows when its counts are too few."""

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kuski.stats.contingency import contingency

statsmodels = pytest.importorskip("statsmodels.stats.contingency_tables")

# Sums of a few hundred terms in another order.
SAME = 1e-9
# p from 9,999 drawn tables is known to √(p(1 − p)/10,000): four such errors of the exact one.
DRAWS, ERRORS = 9999, 4

TABLES = st.tuples(st.integers(2, 4), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 60), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    ).map(np.array)
)


def rng(seed=0):
    return np.random.default_rng(seed)


def is_full(table):
    return table.any(axis=0).all() and table.any(axis=1).all()


@given(table=TABLES.filter(is_full))
@settings(max_examples=60, deadline=None)
def test_statistic_residuals_and_strength_equal_scipys_and_statsmodels(table):
    found = contingency(table, rng=rng(), draws=99)
    known = stats.chi2_contingency(table, correction=False)
    assert found.chi2 == pytest.approx(known.statistic, rel=SAME, abs=SAME)
    assert found.df == known.dof
    assert found.expected == pytest.approx(known.expected_freq, rel=SAME)
    if found.method == "chi2":
        assert found.p == pytest.approx(known.pvalue, rel=1e-7, abs=1e-300)
    strength = stats.contingency.association(table, method="cramer")
    assert found.cramer_v == pytest.approx(strength, rel=1e-7, abs=1e-7)
    beside = statsmodels.Table(table, shift_zeros=False).standardized_resids
    assert found.residuals == pytest.approx(beside, rel=1e-7, abs=1e-7)


@given(table=TABLES.filter(is_full), seed=st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_columns_changes_nothing_but_their_order(table, seed):
    rows, columns = rng(seed).permutation(len(table)), rng(seed).permutation(table.shape[1])
    found = contingency(table, rng=rng(), draws=99)
    turned = contingency(table[rows][:, columns], rng=rng(), draws=99)
    assert turned.chi2 == pytest.approx(found.chi2, rel=SAME, abs=SAME)
    assert turned.residuals == pytest.approx(found.residuals[rows][:, columns], abs=1e-7)


def test_rows_that_divide_alike_have_nothing_to_tell():
    found = contingency([[10, 20, 30], [20, 40, 60]], rng=rng())
    assert found.chi2 == pytest.approx(0, abs=SAME)
    assert found.p == pytest.approx(1)
    assert found.residuals == pytest.approx(np.zeros((2, 3)), abs=1e-7)


def exact_p(table):
    """Go through every table of two rows with these margins."""
    columns, first = table.sum(axis=0), int(table[0].sum())
    expected = np.outer(table.sum(axis=1), columns) / table.sum()
    observed = ((table - expected) ** 2 / expected).sum()
    total = reached = 0
    for row in itertools.product(*(range(n + 1) for n in columns)):
        if sum(row) != first:
            continue
        ways = np.prod([comb(int(n), k) for n, k in zip(columns, row, strict=True)])
        other = np.array([row, columns - row])
        total += ways
        reached += ways * (((other - expected) ** 2 / expected).sum() >= observed * (1 - 1e-9))
    return reached / total


@pytest.mark.parametrize("table", [[[3, 1, 0], [1, 2, 6]], [[7, 2, 1, 1], [3, 4, 2, 9]]])
def test_small_counts_get_the_p_of_all_tables_with_the_same_margins(table):
    table = np.array(table)
    found, exact = contingency(table, rng=rng(), draws=DRAWS), exact_p(table)
    assert found.method == "permutation"
    assert found.p == pytest.approx(exact, abs=ERRORS * np.sqrt(exact * (1 - exact) / DRAWS))


def test_three_rows_of_small_counts_are_drawn_with_their_margins_too():
    # scipy shuffles the people themselves.
    table = np.array([[6, 1, 0], [2, 4, 1], [1, 2, 5]])
    found = contingency(table, rng=rng(), draws=DRAWS)
    rows = np.repeat(np.arange(3), table.sum(axis=1))
    columns = np.concatenate([np.repeat(np.arange(3), row) for row in table])
    draw, reached = rng(1), 0
    for _ in range(2_000):
        other = np.zeros((3, 3))
        np.add.at(other, (rows, draw.permutation(columns)), 1)
        beyond = ((other - found.expected) ** 2 / found.expected).sum()
        reached += beyond >= found.chi2 * (1 - 1e-9)
    share = reached / 2_000
    assert found.p == pytest.approx(share, abs=ERRORS * np.sqrt((share + 0.001) / 2_000))


def test_p_from_drawn_tables_is_never_zero():
    found = contingency([[9, 0, 1, 0], [0, 9, 0, 2]], rng=rng(), draws=999)
    assert found.method == "permutation"
    assert found.p >= 1 / 1000


def test_cochrans_rule_decides_where_p_comes_from():
    # A fifth of the cells may expect fewer than five: two of ten here, four of ten there.
    fine = np.array([[20, 20, 20, 20, 4], [20, 20, 20, 20, 4]])
    thin = np.array([[20, 20, 20, 4, 4], [20, 20, 20, 4, 4]])
    assert contingency(fine, rng=rng()).method == "chi2"
    assert contingency(thin, rng=rng(), draws=99).method == "permutation"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: contingency([[1, 2, 3]], rng=rng()), "at least two rows and two columns"),
        (lambda: contingency([[0.2, 0.8], [0.5, 0.5]], rng=rng()), "not shares or sums"),
        (lambda: contingency([[-1, 2], [3, 4]], rng=rng()), "expected whole numbers >= 0"),
        (lambda: contingency([[np.nan, 2], [3, 4]], rng=rng()), "expected whole numbers"),
        (lambda: contingency([[1, 0], [3, 0]], rng=rng()), "empty row or column"),
        (lambda: contingency([[1, 2], [3, 4]], rng=rng(), draws=10), "draws == 10"),
    ],
)
def test_bad_tables_are_refused_with_value_and_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()
