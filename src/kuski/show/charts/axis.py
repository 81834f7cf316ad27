"""An axis with round numbers, known before it is drawn, so that words can keep clear."""

import math
from dataclasses import dataclass

from kuski.show.charts.panel import Spec


@dataclass(frozen=True, slots=True)
class Axis:
    """The ends of an axis, and the round numbers between them.

    Attributes
    ----------
    low, high : float
    ticks : tuple of float
    decimals : int
        How many the ticks need.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    def share(self, value: float) -> float:
        """Tell how far along the axis a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def spec(self, *, is_share: bool = False) -> Spec:
        """Write the ticks for Vega-Lite."""
        places = max(0, self.decimals - 2) if is_share else self.decimals
        form = f".{places}%" if is_share else f",.{places}f"
        return {"values": list(self.ticks), "format": form}


def round_axis(low: float, high: float, *, steps: int = 4) -> Axis:
    """Choose ticks one, two or five times a power of ten apart, between two numbers."""
    width = high - low
    power = 10.0 ** math.floor(math.log10(width / steps))
    step = next(power * m for m in (1, 2, 5, 10) if power * m * steps >= 0.8 * width)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(round(i * step, decimals) for i in range(first, last + 1))
    return Axis(low, high, ticks, decimals)
