"""Duration: the clock on which time until leaving is counted."""

import math
from dataclasses import dataclass
from typing import Literal

TimeUnit = Literal["days", "weeks", "months", "years", "steps"]

_YEARS = 60
_ROUNDING = 1e-9
_NAMES: dict[TimeUnit, str] = {
    "days": "day days d päivä päivää päiviä pv vrk",
    "weeks": "week weeks w wk viikko viikkoa viikkoja vk",
    "months": "month months m mo kuukausi kuukautta kuukausia kk",
    "years": "year years y yr vuosi vuotta vuosia v",
}
_HORIZONS: dict[TimeUnit, tuple[int, ...]] = {
    "days": (30, 90, 180, 365, 730, 1_095, 1_825, 3_650),
    "weeks": (4, 13, 26, 52, 104, 156, 260, 520),
    "months": (3, 6, 12, 24, 36, 60, 120),
    "years": (1, 2, 3, 5, 10, 20),
    "steps": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Times at which leaving is counted.

    Attributes
    ----------
    unit : {"days", "weeks", "months", "years", "steps"}
    times : tuple of float
        The first is 0.
    """

    unit: TimeUnit
    times: tuple[float, ...]

    @property
    def edges(self) -> tuple[float, ...]:
        """Borders of the counts: whatever falls between two times counts at the later one."""
        return (0.0, *(time * (1 + _ROUNDING) + _ROUNDING for time in self.times))

    def horizons(self, last: float, most: int = 3) -> tuple[float, ...]:
        """Choose the latest round times up to a last one; that one itself where there are none."""
        found = [float(time) for time in _HORIZONS[self.unit] if time <= last]
        return tuple(found[-most:]) or ((last,) if last > 0 else ())


def clock(unit: str) -> Clock:
    """Make the clock of a unit, as the study file writes it.

    Whole units are counted exactly: days for two years and then by the week, weeks, months, and
    years with their twelfths, for 60 years. Another unit is counted as days are.
    """
    wanted = unit.strip().casefold().rstrip(".")
    found: TimeUnit = next(
        (name for name, names in _NAMES.items() if wanted in names.split()), "steps"
    )
    if found == "years":
        return Clock(found, tuple(month / 12 for month in range(12 * _YEARS + 1)))
    if found == "months":
        return Clock(found, tuple(float(month) for month in range(12 * _YEARS + 1)))
    if found == "weeks":
        return Clock(found, tuple(float(week) for week in range(math.ceil(52.2 * _YEARS) + 1)))
    days = (*range(731), *range(737, math.ceil(365.25 * _YEARS), 7))
    return Clock(found, tuple(float(day) for day in days))
