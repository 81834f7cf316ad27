"""Turn sums into figures that are the same on every machine."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from kuski.demo.company import Floats

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def ratio(above: Floats | float, below: Floats | float) -> Floats:
    """Divide; nan where there is nothing to divide by."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    nothing = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below != 0))


def number(value: float | Floats) -> float | None:
    """Round to what is the same on every machine; None for what there is not."""
    return round(float(value), 6) if np.isfinite(value) else None


def numbers(values: Floats) -> list[float | None]:
    """Round each."""
    return [number(value) for value in values]


def solved(inner: Floats, outer: Floats) -> Floats:
    """Solve least squares from cross-products, each column scaled to one."""
    if not inner.any():
        return np.full(len(outer), np.nan)
    scale = np.sqrt(np.where(np.diag(inner) > 0, np.diag(inner), 1.0))
    scaled = np.linalg.lstsq(inner / np.outer(scale, scale), outer / scale, rcond=1e-10)[0]
    return np.asarray(scaled / scale)
