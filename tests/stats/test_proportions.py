"""Shares and net promoter scores stay within bounds and know their sample's size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.proportions import cluster_n, kish_n, net_promoter_score, share_interval

COUNTS = st.integers(0, 10_000)


@given(promoters=COUNTS, passives=COUNTS, detractors=COUNTS.filter(lambda n: n > 0))
def test_a_net_promoter_score_lies_between_its_ends_of_minus_one_and_one(
    promoters, passives, detractors
):
    found = net_promoter_score(promoters, passives, detractors=detractors)
    assert -1 <= found.low <= found.high <= 1
    assert found.promoters + found.passives + found.detractors == pytest.approx(1)
    assert found.score == pytest.approx(found.promoters - found.detractors)


def test_fewer_independent_answers_make_a_wider_interval_around_the_same_score():
    whole = net_promoter_score(190, 90, detractors=80)
    part = net_promoter_score(190, 90, detractors=80, n=36)
    assert part.score == whole.score
    assert part.high - part.low > 2.5 * (whole.high - whole.low)
    alone = net_promoter_score(19, 9, detractors=8)
    assert (part.low, part.high) == pytest.approx((alone.low, alone.high))


def test_weights_alike_are_worth_their_number_and_uneven_ones_less():
    assert kish_n(50.0, 50.0) == 50
    weights = np.array([1.0, 1, 1, 3])
    assert kish_n(weights.sum(), (weights**2).sum()) == 3
    assert kish_n([0.0, 2.0], [0.0, 4.0]).tolist() == [0, 1]


def moments(values, replicate, *, replicates=200):
    z = np.column_stack([np.ones(len(values)), values])
    cross = np.zeros((replicates, 2, 2))
    np.add.at(cross, replicate, z[:, :, None] * z[:, None, :])
    return cross, np.bincount(replicate, minlength=replicates)


def test_independent_answers_are_worth_about_their_number():
    rng = np.random.default_rng(0)
    values = rng.choice([-1.0, 0, 1], 8000)
    found = cluster_n(*moments(values, rng.integers(0, 200, 8000)))
    # Known to √(2/199) = 10 %; capped at the number of rows.
    assert 0.8 * 8000 < found <= 8000


def test_answers_given_four_times_are_worth_a_quarter():
    rng = np.random.default_rng(1)
    values, replicate = rng.choice([-1.0, 0, 1], 8000), rng.integers(0, 200, 8000)
    found = cluster_n(*moments(np.repeat(values, 4), np.repeat(replicate, 4)))
    assert found == pytest.approx(8000, rel=0.25)


def test_too_few_replicates_or_no_variance_give_no_number():
    assert cluster_n(*moments(np.arange(19.0), np.arange(19), replicates=19)) is None
    assert cluster_n(*moments(np.ones(100), np.arange(100))) is None


@given(share=st.floats(0, 1), n=st.floats(0.5, 1e6))
def test_wilsons_interval_holds_the_share_and_stays_within_zero_and_one(share, n):
    found = share_interval(share, n)
    assert 0 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: net_promoter_score(-1, 2, detractors=3), "expected numbers >= 0, not all 0"),
        (lambda: net_promoter_score(0, 0, detractors=0), "refuse the score where nobody"),
        (lambda: net_promoter_score(1, 2, detractors=3, n=0), "n == 0, expected above 0"),
        (lambda: net_promoter_score(1, 2, detractors=3, confidence=90), "did you pass percent"),
        (lambda: share_interval(40, 100), "share == 40, expected 0 to 1; did you pass percent"),
        (lambda: share_interval(0.4, 0), "n == 0, expected above 0"),
        (lambda: cluster_n(np.ones((5, 3, 3)), np.ones(5)), "has 3 columns, expected 2"),
    ],
)
def test_bad_input_is_refused_with_value_and_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()
