"""Inputs: the arrays of moments that come in, checked once at the edge."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# A change of origin leaves a column that never varies with a square just beside zero.
ROUNDING = 1e-9


def checked_cross(cross: npt.ArrayLike, *, axes: str) -> Floats:
    """Return cross-products as float64, or say what is wrong with them.

    Parameters
    ----------
    cross : array_like
        Sums of w·z·z' with z = (1, columns).
    axes : str
        The expected axes, one letter each, as ``"KGqq"``.

    Raises
    ------
    ValueError
        Where the shape does not fit, a number is not finite, or a weight or a square is negative.
    """
    array = np.asarray(cross, dtype=np.float64)
    named = f"({', '.join(axes)})"
    if array.ndim != len(axes) or array.shape[-1] != array.shape[-2] or 0 in array.shape:
        raise ValueError(
            f"cross has shape {array.shape}, expected {named} with nothing empty and the last two "
            "alike; pass Moments.cross as collected"
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"cross holds {_unfinite(array)} numbers that are not finite, expected none; "
            "leave out rows with a missing value before summing"
        )
    squares = np.diagonal(array, axis1=-2, axis2=-1)
    if (squares < -ROUNDING * squares.max()).any() or (squares[..., 0] < 0).any():
        raise ValueError(
            f"cross has {squares.min():g} on its diagonal, expected sums of squares >= 0; "
            "is a weight negative?"
        )
    return array


def checked_rows(rows: npt.ArrayLike, cross: Floats) -> Integers:
    """Return the number of rows behind each matrix, or say what is wrong with it.

    Raises
    ------
    ValueError
        Where the shape does not fit `cross`, a count is negative or no whole number, there are no
        rows at all, or weight stands where there is no row.
    """
    array = np.asarray(rows)
    if array.shape != cross.shape[:-2]:
        raise ValueError(
            f"rows has shape {array.shape}, expected {cross.shape[:-2]} as cross has; "
            "pass Moments.rows of the same need"
        )
    if not np.isfinite(array).all() or (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(
            f"rows goes from {array.min()} to {array.max()}, expected whole numbers >= 0; "
            "pass counts of rows, not sums of weights"
        )
    if not (cross[array > 0][:, 0, 0] > 0).any():
        raise ValueError(
            "no row has a weight above zero, expected at least one; check the weight column and "
            "that some rows have every column that is needed"
        )
    if (cross[array == 0][:, 0, 0] > 0).any():
        raise ValueError(
            "cross holds weight where rows is 0, expected none; "
            "pass rows and cross of the same need"
        )
    return array.astype(np.int64)


def checked_finite(values: npt.ArrayLike, name: str) -> Floats:
    """Return an array as float64, or say how many of its numbers are not finite.

    Raises
    ------
    ValueError
        Where a number is not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(
            f"{name} holds {_unfinite(array)} numbers that are not finite, expected none; "
            "leave those rows out first"
        )
    return array


def checked_share(value: float, name: str) -> float:
    """Return a number strictly between 0 and 1, or say that it is not.

    Raises
    ------
    ValueError
        Where it is not; a percentage is the usual reason.
    """
    if not 0 < value < 1:
        raise ValueError(
            f"{name} == {value:g}, expected above 0 and below 1; did you pass percent? "
            "divide by 100"
        )
    return value


def _unfinite(array: Floats) -> int:
    return int((~np.isfinite(array)).sum())
