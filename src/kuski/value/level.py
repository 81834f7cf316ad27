"""One level: what a customer there is worth, as found and held alike."""

from dataclasses import dataclass

from kuski.finding import ends, known
from kuski.roles import Roles
from kuski.stats.resample import intervals
from kuski.terms import ZoneName
from kuski.value.worth import WorthByLevel, level_name


@dataclass(frozen=True, slots=True)
class LevelNumbers:
    """One level; worth in its unit, shares between 0 and 1."""

    level: int | str
    position: float
    zone: ZoneName
    n: int
    share: float
    worth: float | None
    worth_low: float | None
    worth_high: float | None
    adjusted: float | None
    adjusted_low: float | None
    adjusted_high: float | None


def levels_of(roles: Roles, worth: WorthByLevel) -> tuple[LevelNumbers, ...]:
    """Give each level's numbers, with their intervals."""
    crude = worth.crude.levels
    crude_ends = intervals(crude.crude, worth.crude.resamples, held=crude.held)
    adjusted = _adjusted(worth)
    scale = roles.scale
    return tuple(
        LevelNumbers(
            level=level_name(scale, i),
            position=scale.positions[i],
            zone=scale.zones[i],
            n=int(crude.rows[i]),
            share=float(crude.shares[0, i]),
            worth=known(crude.crude[0, i]),
            worth_low=ends(crude_ends[i])[0],
            worth_high=ends(crude_ends[i])[1],
            adjusted=adjusted[i][0],
            adjusted_low=adjusted[i][1],
            adjusted_high=adjusted[i][2],
        )
        for i in range(len(scale.labels))
    )


def _adjusted(worth: WorthByLevel) -> list[tuple[float | None, float | None, float | None]]:
    estimated = worth.alike
    if estimated is None or estimated.levels.adjusted is None:
        return [(None, None, None)] * len(worth.scale.labels)
    values = estimated.worth
    found = intervals(values, estimated.resamples, held=estimated.levels.held)
    return [(known(value), *ends(span)) for value, span in zip(values[0], found, strict=True)]
