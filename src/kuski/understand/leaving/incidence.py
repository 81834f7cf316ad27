"""Incidence: who has left by when, for each group of reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.stats.competing_risks import cumulative_incidence
from kuski.stats.resample import MIN_HELD, Resamples, intervals, resamples
from kuski.understand.leaving.leavers import LEFT, STAYED, Counted
from kuski.understand.leaving.reason import Grouped, GroupName

LEAST_FOLLOWED = 30
# A line of more points looks the same.
_MOST_POINTS = 120

Floats = npt.NDArray[np.float64]
Cause = GroupName | Literal["not_told"]


@dataclass(frozen=True, slots=True)
class IncidenceNumbers:
    """The share that has left for one group of reasons by one time.

    Attributes
    ----------
    time : float
        In the unit of the durations.
    group : {"treatment", "price", "product", "life", "other", "not_told"}
        As it was told; who left and told nothing is a group of its own.
    share : float
        Of all who were followed from the start, 0 to 1.
    """

    time: float
    group: Cause
    share: float
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that has left for one group of reasons, from the start to the last time.

    Attributes
    ----------
    group : Cause
    times, shares : tuple of float
        At most some hundred points.
    """

    group: Cause
    times: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of those whose durations are known.

    Attributes
    ----------
    n : int
        How many they are.
    last : float
        The last time at which at least `LEAST_FOLLOWED` are still followed.
    incidence : tuple of IncidenceNumbers
    curves : tuple of Curve
    """

    n: int
    last: float
    incidence: tuple[IncidenceNumbers, ...]
    curves: tuple[Curve, ...]


def followed(counted: Counted, groups: Grouped, rng: np.random.Generator) -> Followed | None:
    """Follow customers through time; None where durations are unknown or too few are followed."""
    clock = counted.leavers.clock
    if clock is None or not counted.places:
        return None
    places = counted.places
    stayed = counted.moments.at([(place, STAYED) for place in places])
    left = counted.moments.at([(place, LEFT) for place in places])
    rows = stayed.rows + left.rows
    times = np.array([clock.times[place] for place in places])
    is_followed = np.cumsum(rows.sum(axis=1)[::-1])[::-1] >= LEAST_FOLLOWED
    if not is_followed.any():
        return None
    last = float(times[is_followed][-1])
    causes, events = _events(counted, groups, left.cross[..., 0, 0])
    return _told(
        causes,
        events,
        stayed.cross[..., 0, 0],
        times=times[is_followed],
        horizons=[time for time in clock.horizons(last) if time >= times[0]],
        drawn=resamples(rows, rng=rng),
        n=int(rows.sum()),
    )


def _events(counted: Counted, groups: Grouped, left: Floats) -> tuple[tuple[Cause, ...], Floats]:
    """Sum the weight of leavers by time, cause and replicate, shape (T, C, G)."""
    names = {text: i for i, texts in enumerate(groups.texts.values()) for text in texts}
    keys = [(place, *key) for place in counted.places for key in counted.keys_of(tuple(names))]
    told = counted.moments.at(keys).cross[..., 0, 0]
    by_text = told.reshape(len(counted.places), len(names), -1)
    events = np.zeros((len(counted.places), len(groups.names) + 1, left.shape[1]))
    for text, cause in enumerate(names.values()):
        events[:, cause] += by_text[:, text]
    # A sum of weights may differ from its parts by a rounding.
    events[:, -1] = np.maximum(left - events[:, :-1].sum(axis=1), 0.0)
    if not (events[:, -1] > 1e-9 * left.max(initial=0.0)).any():
        return groups.names, events[:, :-1]
    return (*groups.names, "not_told"), events


def _told(
    causes: tuple[Cause, ...],
    events: Floats,
    censored: Floats,
    *,
    times: Floats,
    horizons: Sequence[float],
    drawn: Resamples,
    n: int,
) -> Followed:
    at = [int(np.searchsorted(times, time, side="right")) - 1 for time in horizons]
    found = cumulative_incidence(events, censored, resamples=drawn, at=at)
    whole = replace(drawn, counts=drawn.counts[:1])
    even = np.linspace(times[0], times[-1], _MOST_POINTS)
    kept = np.unique(np.searchsorted(times, even, side="right") - 1)
    curve = cumulative_incidence(events, censored, resamples=whole, at=kept.tolist())
    numbers: list[IncidenceNumbers] = []
    for i, time in enumerate(horizons):
        held = np.where(found.held[i] < MIN_HELD, found.held[i], drawn.replicates)
        ends = intervals(found.incidence[:, i], drawn, held=held)
        for c, cause in enumerate(causes):
            span = ends[c]
            low, high = (None, None) if span is None else (max(span.low, 0.0), span.high)
            numbers.append(
                IncidenceNumbers(time, cause, float(found.incidence[0, i, c]), low, high)
            )
    return Followed(
        n=n,
        last=float(times[-1]),
        incidence=tuple(numbers),
        curves=tuple(
            Curve(cause, (0.0, *times[kept].tolist()), (0.0, *curve.incidence[0, :, c].tolist()))
            for c, cause in enumerate(causes)
        ),
    )
