"""Slopes: least squares on many sets of sums at once, for every resample and every guess."""

from dataclasses import dataclass

import numpy as np

from kuski.stats.inputs import Floats

_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Slopes:
    """What the last column goes with.

    Attributes
    ----------
    slopes : ndarray, shape (..., p)
        Of each other column, with the rest alike.
    unexplained : ndarray, shape (...)
        Sum of squares that they leave.
    """

    slopes: Floats
    unexplained: Floats


def slopes(cross: Floats) -> Slopes:
    """Regress the last column on the others, without a constant, for every leading axis.

    Parameters
    ----------
    cross : ndarray, shape (..., p + 1, p + 1)
        Sums of w·z·z'; finite. Columns less their means where a constant is wanted.

    Returns
    -------
    Slopes

    Notes
    -----
    A billionth is added to the diagonal of the standardised products. So a column that never varies
    gets a slope of 0, columns that determine each other share theirs, and no others change within
    the digits that are shown.
    """
    inner, outer = cross[..., :-1, :-1], cross[..., :-1, -1]
    scale = np.sqrt(np.maximum(np.diagonal(inner, axis1=-2, axis2=-1), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    inner = inner / scale[..., :, None] / scale[..., None, :]
    outer = outer / scale
    ridge = _RIDGE * np.eye(inner.shape[-1])
    found = np.linalg.solve(inner + ridge, outer[..., None])[..., 0]
    return Slopes(found / scale, cross[..., -1, -1] - (found * outer).sum(axis=-1))
