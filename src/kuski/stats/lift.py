"""Lift: one share over another, or less another, of two independent samples."""

import numpy as np

from kuski.stats.resample import Interval


def lift_interval(
    share: float, interval: Interval, *, base: float, base_interval: Interval
) -> Interval | None:
    """Find an interval for a share over a base share, from the interval of each.

    Parameters
    ----------
    share, base : float
        0 to 1, of independent samples.
    interval, base_interval : Interval
        Of each, such as Wilson's.

    Returns
    -------
    Interval or None
        None where the base is so poorly known that its interval reaches zero, or twice itself.

    Notes
    -----
    MOVER-R: the limits are the roots of (θ₁ − ρθ₂)² = the squared distances to the limits of each
    that would move the ratio that way. It is as right as the two intervals are.

    References
    ----------
    Donner & Zou 2012, *Closed-form confidence intervals for functions of the normal mean and
    standard deviation*, Statistical Methods in Medical Research 21, equation (8).
    Newcombe 2016, *MOVER-R confidence intervals for ratios and products of two independently
    estimated quantities*, Statistical Methods in Medical Research 25.
    """
    low, high = base_interval.low, base_interval.high
    below, above = high * (2 * base - high), low * (2 * base - low)
    if low <= 0 or below <= 0:
        return None
    product = share * base
    inside = product**2 - interval.low * (2 * share - interval.low) * below
    outside = product**2 - interval.high * (2 * share - interval.high) * above
    return Interval(
        low=max(float((product - np.sqrt(max(inside, 0.0))) / below), 0.0),
        high=float((product + np.sqrt(max(outside, 0.0))) / above),
    )


def difference_interval(
    share: float, interval: Interval, *, other: float, other_interval: Interval
) -> Interval:
    """Find an interval for a share less another, from the interval of each.

    Parameters
    ----------
    share, other : float
        0 to 1, of independent samples.
    interval, other_interval : Interval

    Returns
    -------
    Interval

    References
    ----------
    Newcombe 1998, *Interval estimation for the difference between independent proportions*,
    Statistics in Medicine 17, method 10 (with Wilson's intervals).
    """
    found = share - other
    down = np.hypot(share - interval.low, other_interval.high - other)
    up = np.hypot(interval.high - share, other - other_interval.low)
    return Interval(float(found - down), float(found + up))
