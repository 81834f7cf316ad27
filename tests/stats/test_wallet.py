"""Ranks and shares of wallet against rankdata, and means against loops over rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from kuski.stats.resample import resamples
from kuski.stats.wallet import standing, wallet_shares

# Sums of a few floats.
EXACT = 1e-12

scores = arrays(np.float64, (12, 4), elements=st.sampled_from([np.nan, 1.0, 2.0, 3.0, 7.0]))


@given(scores)
@settings(deadline=None)
def test_shares_are_those_of_average_ranks_and_add_to_one(values):
    found = wallet_shares(values)
    for row, shares in zip(values, found, strict=True):
        used = np.isfinite(row)
        if used.sum() < 2:
            assert np.isnan(shares).all()
            continue
        rank = rankdata(-row[used], method="average")
        n = used.sum()
        assert shares[used] == pytest.approx((1 - rank / (n + 1)) * 2 / n, abs=EXACT)
        assert shares[used].sum() == pytest.approx(1, abs=EXACT)
        assert np.isnan(shares[~used]).all()


@given(scores, st.permutations(range(4)))
@settings(deadline=None)
def test_the_order_of_the_companies_does_not_matter(values, order):
    assert wallet_shares(values)[:, order] == pytest.approx(
        wallet_shares(values[:, order]), nan_ok=True, abs=EXACT
    )


def draw(seed, n=400):
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 8, (n, 3)).astype(float)
    values[rng.random((n, 3)) < 0.3] = np.nan
    return values, rng.random(n), rng.integers(0, 40, n), rng


def test_means_are_those_of_the_rows_who_score_both():
    values, weight, replicate, rng = draw(1)
    drawn = resamples(np.bincount(replicate, minlength=40), rng=rng)
    found = standing(values, replicate=replicate, resamples=drawn, weight=weight)
    for i in (1, 2):
        both = np.isfinite(values[:, 0]) & np.isfinite(values[:, i])
        ours, theirs, w = values[both, 0], values[both, i], weight[both]
        assert found.n_rivals[i - 1] == both.sum()
        assert found.ours[0, i - 1] == pytest.approx(np.average(ours, weights=w))
        assert found.theirs[0, i - 1] == pytest.approx(np.average(theirs, weights=w))
        assert found.better[0, i - 1] == pytest.approx(np.average(ours > theirs, weights=w))
        assert found.even[0, i - 1] == pytest.approx(np.average(ours == theirs, weights=w))
    among = np.isfinite(values[:, 0]) & np.isfinite(values[:, 1:]).any(axis=1)
    first = np.nanmax(values[among], axis=1) == values[among, 0]
    shared = (values[among] == values[among, :1]).sum(axis=1) > 1
    assert found.n == among.sum()
    assert found.best[0] == pytest.approx(np.average(first, weights=weight[among]))
    alone = np.average(first & ~shared, weights=weight[among])
    assert found.best_alone[0] == pytest.approx(alone)
    wallet = np.average(wallet_shares(values)[among, 0], weights=weight[among])
    assert found.wallet[0] == pytest.approx(wallet)


def test_who_scores_one_company_only_is_not_compared():
    values = np.array([[5, np.nan], [np.nan, 3], [6, 2], [2, 6]], float)
    drawn = resamples(np.ones(4, int), rng=np.random.default_rng(1))
    found = standing(values, replicate=np.arange(4), resamples=drawn)
    assert (found.n, found.n_rivals.tolist()) == (2, [2])
    assert found.ours[0, 0] == 4
    assert found.best[0] == 0.5
    assert found.wallet[0] == pytest.approx(0.5)


def test_bad_input_is_told():
    drawn = resamples(np.ones(3, int), rng=np.random.default_rng(1))
    rows = {"replicate": np.arange(3), "resamples": drawn}
    with pytest.raises(ValueError, match="rivals"):
        standing(np.ones((3, 1)), **rows)
    with pytest.raises(ValueError, match="weight goes down to -1"):
        standing(np.ones((3, 2)), weight=[1, -1, 1], **rows)
    with pytest.raises(ValueError, match="shape"):
        wallet_shares(np.ones(3))
