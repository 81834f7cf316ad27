"""Knowing: against a case that can be worked out by hand, and never below zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from kuski.stats.knowing import learnt, slopes_on, trial_error, value_of_knowing


def best_of_each(values: np.ndarray) -> np.ndarray:
    return values.max(axis=2).sum(axis=1)


def unit_normal_loss(mean: float, sd: float) -> float:
    """E[max(θ, 0)] − max(mean, 0) for θ ~ N(mean, sd²)."""
    z = mean / sd
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(sd * density + mean * ndtr(z) - max(mean, 0.0))


def test_knowing_whether_to_do_one_thing_is_worth_the_unit_normal_loss() -> None:
    # Raiffa & Schlaifer 1961: doing it brings θ ~ N(-0.5, 1), doing nothing brings 0.
    value = np.array([[0.0, -0.5]])
    slope = np.array([[0.0, 1.0]])
    found = value_of_knowing(value, slope, sd=1.0, error=0.5, optimum=best_of_each, nodes=200)
    # The kink makes Gauss-Hermite of 200 points err by a hundredth.
    assert found.perfect == pytest.approx(unit_normal_loss(-0.5, 1.0), abs=0.01)
    assert found.sample == pytest.approx(unit_normal_loss(-0.5, learnt(1.0, 0.5)), abs=0.01)


def test_what_changes_no_choice_is_worth_nothing_to_know() -> None:
    value, slope = np.array([[0.0, 50.0]]), np.array([[0.0, 1.0]])
    found = value_of_knowing(value, slope, sd=1.0, error=1.0, optimum=best_of_each)
    assert found.perfect == pytest.approx(0, abs=1e-9)


@settings(max_examples=50)
@given(
    st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    st.floats(0, 3),
    st.floats(0.05, 5),
)
def test_a_trial_is_worth_no_more_than_knowing_and_no_less_than_nothing(
    values: list[float], sd: float, error: float
) -> None:
    value = np.array(values).reshape(2, 2)
    slope = np.array([[0.0, 1.0], [0.5, 0.0]])
    found = value_of_knowing(value, slope, sd=sd, error=error, optimum=best_of_each)
    assert 0 <= found.sample <= found.perfect


def test_a_larger_trial_teaches_more() -> None:
    errors = [trial_error(1.4, n) for n in (100, 1_000, 10_000)]
    assert errors == sorted(errors, reverse=True)
    assert trial_error(1.4, 1_000) == pytest.approx(2 * 1.4 / np.sqrt(1_000))
    moved = [learnt(0.3, error) for error in errors]
    assert moved == sorted(moved)
    assert moved[-1] < 0.3


def test_slopes_are_found_where_the_effect_matters() -> None:
    rng = np.random.default_rng(1)
    effect = rng.normal(0.5, 0.2, 500)
    value = np.zeros((500, 1, 2))
    value[:, 0, 1] = 30 + 80 * effect
    assert slopes_on(effect, value)[0] == pytest.approx([0, 80])
    assert not slopes_on(np.ones(500), value).any()


def test_what_cannot_be_is_said() -> None:
    value = np.zeros((1, 2))
    with pytest.raises(ValueError, match="error"):
        value_of_knowing(value, value, sd=1.0, error=0.0, optimum=best_of_each)
    with pytest.raises(ValueError, match="shape"):
        value_of_knowing(value, np.zeros((2, 2)), sd=1.0, error=1.0, optimum=best_of_each)
    with pytest.raises(ValueError, match="2 customers"):
        trial_error(1.0, 1)
