"""Offers: worth and cost of the choices that cells have, checked once at the edge."""

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats


def checked_offers(value: npt.ArrayLike, cost: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return worth and cost of each choice, both of shape (R, n, c), or say what is wrong.

    Parameters
    ----------
    value : array_like, shape (R, n, c)
        Worth of each choice in each cell, once per draw; NaN where it is not allowed.
    cost : array_like, shape (n, c) or (R, n, c)
        Cost of each choice, >= 0; NaN only where it is not allowed.

    Returns
    -------
    tuple of ndarray, shape (R, n, c)
        Views of what was given where they can be: not to be written upon.

    Raises
    ------
    ValueError
        Where the arrays do not fit, a number is infinite, a cost is negative, or a cell has no
        choice that is allowed.
    """
    values = np.asarray(value, dtype=np.float64)
    costs = np.asarray(cost, dtype=np.float64)
    if values.ndim != 3 or 0 in values.shape:
        raise ValueError(
            f"value has shape {values.shape}, expected (R, n, c): draws, cells and choices, "
            "none of them 0; for a single draw pass value[None]"
        )
    if costs.shape not in (values.shape, values.shape[1:]):
        raise ValueError(
            f"cost has shape {costs.shape}, expected {values.shape[1:]} as value has cells and "
            f"choices, or {values.shape}"
        )
    if np.isinf(values).any() or np.isinf(costs).any():
        raise ValueError("value or cost is infinite; mark what is not allowed by NaN")
    if (costs < 0).any():
        raise ValueError(
            f"the lowest cost is {np.nanmin(costs):g}, expected >= 0; what saves money is a "
            "cheaper choice, so count all costs from the cheapest"
        )
    if np.isnan(costs).any() and (np.isnan(costs) & ~np.isnan(values)).any():
        raise ValueError(
            "cost is NaN for a choice that has a value; give its cost, or make the value NaN "
            "where the choice is not allowed"
        )
    none = np.isnan(values).all(axis=2)
    if none.any():
        draw, cell = np.argwhere(none)[0]
        raise ValueError(
            f"cell {cell} has no allowed choice (value is NaN for all of them in draw {draw}), "
            "expected at least one; allow choice 0, to do nothing"
        )
    return values, np.broadcast_to(costs, values.shape)


def checked_money(money: float) -> float:
    """Return the money, or say that it cannot be.

    Raises
    ------
    ValueError
        Where it is negative or not finite.
    """
    if not (np.isfinite(money) and money >= 0):
        raise ValueError(f"money == {money:g}, expected a number >= 0; 0 spends nothing")
    return money
