"""Krippendorff's alpha is the printed one, the package's, and has an interval or a reason."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats.agreement import agreement, alpha, coincidences

# Numbers are compared to the last digit that the source prints.
PRINTED = 5.1e-4
ROUNDING = 1e-9
_ = None
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, sections A and C.
TWO_BY_BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
FOUR_BY_FIVE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


def counted(data, values):
    """Count how many coders gave each value to each unit, shape (units, values)."""
    return np.array([[unit.count(value) for value in values] for unit in zip(*data, strict=True)])


def drawn(n, p, errs, seed):
    """Let two coders of the same n units err by chance; return counts of 0 and 1."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < p
    said = [truth ^ (rng.random(n) < errs) for _ in range(2)]
    ones = np.sum(said, axis=0)
    return np.column_stack([2 - ones, ones])


def test_two_observers_of_binary_data_agree_as_krippendorff_prints():
    found = alpha(coincidences(counted(TWO_BY_BINARY, [0, 1])).sum(axis=0), "nominal")
    assert found == pytest.approx(0.095, abs=PRINTED)


def test_many_observers_with_gaps_agree_as_krippendorff_prints():
    pairs = coincidences(counted(FOUR_BY_FIVE, [1, 2, 3, 4, 5])).sum(axis=0)
    assert pairs.sum() == pytest.approx(40)
    np.testing.assert_allclose(np.diag(pairs), [7, 10, 8, 4, 3])
    assert alpha(pairs, "nominal") == pytest.approx(0.743, abs=PRINTED)
    assert alpha(pairs, "ordinal") == pytest.approx(0.815, abs=PRINTED)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=12))
@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_it_is_that_of_the_package(scale, counts):
    counts = np.array(counts)
    given_values = counts[counts.sum(axis=1) > 1].sum(axis=0)
    found = float(alpha(coincidences(counts).sum(axis=0), scale))
    if (given_values > 0).sum() < 2:
        assert np.isnan(found)
        return
    theirs = krippendorff.alpha(value_counts=counts, level_of_measurement=scale)
    assert found == pytest.approx(float(theirs), abs=ROUNDING)


def test_leading_axes_are_kept():
    pairs = coincidences(counted(FOUR_BY_FIVE, [1, 2, 3, 4, 5]))
    both = np.stack([pairs.sum(axis=0), pairs[:9].sum(axis=0)])
    for scale in ("nominal", "ordinal"):
        found = alpha(both, scale)
        assert found.shape == (2,)
        assert found.tolist() == [float(alpha(one, scale)) for one in both]


class TestInterval:
    def test_it_holds_the_estimate_and_narrows_with_units(self):
        widths = []
        for n in (60, 600):
            pairs = coincidences(drawn(n, 0.4, 0.1, 1))
            found = agreement(pairs, np.ones(n), "nominal", rng=np.random.default_rng(1))
            assert found.interval.low < found.alpha < found.interval.high
            widths.append(found.interval.high - found.interval.low)
        assert widths[1] < 0.5 * widths[0]

    def test_coders_who_never_disagree_may_still(self):
        pairs = coincidences(drawn(50, 0.5, 0.0, 1))
        found = agreement(pairs, np.ones(50), "nominal", rng=np.random.default_rng(1))
        assert found.alpha == 1
        assert found.refused is None
        assert 0.8 < found.interval.low < 0.9
        assert found.interval.high == 1

    @pytest.mark.parametrize(
        ("counts", "reason"),
        [(drawn(10, 0.5, 0.2, 1), "replicates"), (np.tile([2, 0], (50, 1)), "undefined")],
    )
    def test_too_few_units_and_one_value_only_are_refused(self, counts, reason):
        rng = np.random.default_rng(1)
        found = agreement(coincidences(counts), np.ones(len(counts)), "nominal", rng=rng)
        assert (found.interval, found.refused) == (None, reason)

    def test_a_code_given_once_is_refused(self):
        counts = np.tile([2, 0], (60, 1))
        counts[0] = [1, 1]
        rng = np.random.default_rng(1)
        found = agreement(coincidences(counts), np.ones(60), "nominal", rng=rng)
        assert found.alpha == pytest.approx(0, abs=0.01)
        assert found.interval is None


class TestBadInput:
    def test_counts_that_cannot_be(self):
        with pytest.raises(ValueError, match="numbers of coders >= 0"):
            coincidences([[1, -1]])

    def test_pairs_that_are_no_square(self):
        with pytest.raises(ValueError, match="see coincidences"):
            alpha([[1, 2, 3], [1, 2, 3]], "nominal")
        with pytest.raises(ValueError, match="not finite"):
            alpha([[1, np.inf], [1, 2]], "nominal")
