"""A record: one row of plain values that a table shows or a chart draws."""

import math
from collections.abc import Mapping

from kuski.show.table import Cell

Record = Mapping[str, Cell]


def number(record: Record, key: str) -> float | None:
    """Read a number of a record; what is absent, None, text or not finite reads as None."""
    value = record.get(key)
    if value is None or isinstance(value, str) or not math.isfinite(value):
        return None
    return float(value)


def text(record: Record, key: str) -> str:
    """Read a text of a record; what is absent or None reads as empty."""
    value = record.get(key)
    return "" if value is None else str(value)


def interval(record: Record, key: str) -> tuple[float, float] | None:
    """Read the interval ``key_low`` to ``key_high``; None unless both ends are known."""
    low, high = number(record, f"{key}_low"), number(record, f"{key}_high")
    return None if low is None or high is None else (low, high)
