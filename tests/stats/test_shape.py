"""Returns are even unless the data say otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.resample import resamples
from kuski.stats.shape import shape

DRAWN = resamples(np.ones(40), n_draws=1000, rng=np.random.default_rng(0))
NOISE = np.random.default_rng(1).normal(size=(2, len(DRAWN.counts)))


def found(below, above, *, noise=0.05, **options):
    return shape(below + noise * NOISE[0], above + noise * NOISE[1], resamples=DRAWN, **options)


@pytest.mark.parametrize(
    ("below", "above", "returns", "is_settled"),
    [
        (1.0, 3.0, "rising", True),
        (3.0, 1.0, "falling", True),
        (2.0, 2.2, "even", True),
        (-1.0, 1.0, "rising", True),
        (0.0, 1.0, "rising", True),
        # Near the border of the band, 1.5 times as steep, the sample cannot tell.
        (2.0, 3.0, "even", False),
    ],
)
def test_returns_are_named_where_their_probability_is_large(below, above, returns, is_settled):
    said = found(below, above)
    assert (said.returns, said.is_settled) == (returns, is_settled)


def test_noise_is_even_and_not_settled():
    said = found(0.0, 0.1, noise=1.0)
    assert said.returns == "even"
    assert not said.is_settled


@given(below=st.floats(-5, 5), above=st.floats(-5, 5))
def test_probabilities_sum_to_one(below, above):
    said = found(below, above)
    assert said.rising + said.even + said.falling == pytest.approx(1, abs=1e-12)


@given(below=st.floats(0.1, 5), above=st.floats(0.1, 5), factor=st.floats(1e-3, 1e3))
def test_the_unit_of_worth_does_not_matter(below, above, factor):
    one = found(below, above)
    other = shape(
        factor * (below + 0.05 * NOISE[0]), factor * (above + 0.05 * NOISE[1]), resamples=DRAWN
    )
    assert one.rising == pytest.approx(other.rising, abs=0.002)


def test_a_wider_band_calls_more_even():
    assert found(1.0, 1.8).even < found(1.0, 1.8, even_up_to=2.5).even


def test_no_shape_from_few_replicates_or_undefined_slopes():
    few = resamples(np.ones(19), n_draws=100, rng=np.random.default_rng(0))
    ones = np.ones(len(few.counts))
    assert shape(ones, ones, resamples=few) is None
    unknown = np.ones(len(DRAWN.counts))
    unknown[500:] = np.nan
    assert shape(unknown, unknown, resamples=DRAWN) is None


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="expected 1041 resamples each; compute"):
        shape([1.0], [2.0], resamples=DRAWN)
    with pytest.raises(ValueError, match="even_up_to == 1, expected above 1"):
        found(1.0, 2.0, even_up_to=1)
