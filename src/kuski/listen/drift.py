"""Drift: whether those who answer are other people than in the wave before."""

from dataclasses import dataclass

import numpy as np

from kuski.finding import ends
from kuski.moments import Category, Collected, Need, Period
from kuski.roles import Roles, wave_order
from kuski.stats.resample import intervals, resamples, totals
from kuski.terms import CUSTOMERS


@dataclass(frozen=True, slots=True)
class SegmentDrift:
    """One segment's share of the answers in the first wave and in the last one.

    Attributes
    ----------
    segment, value : str
    answers : int
        In both waves.
    first, last : str
        The waves.
    first_share, last_share : float
        Of the answers with a score and a known segment, unweighted, 0 to 1.
    difference : float
        Last less first.
    """

    segment: str
    value: str
    answers: int
    first: str
    last: str
    first_share: float
    last_share: float
    difference: float
    difference_low: float | None
    difference_high: float | None


def drift_needs(roles: Roles) -> list[Need]:
    """Ask how many answers with a score each segment gave in each wave."""
    waves = roles.waves
    return [] if waves is None else [_need(roles, waves, part) for part in _segments(roles, waves)]


def drift(roles: Roles, collected: Collected, rng: np.random.Generator) -> tuple[SegmentDrift, ...]:
    """Compare the last wave with the first, segment by segment."""
    waves = roles.waves
    if waves is None:
        return ()
    found: list[SegmentDrift] = []
    for segment in _segments(roles, waves):
        found += _segment_drift(roles, collected, waves, segment, rng)
    return tuple(found)


def _need(roles: Roles, waves: Category | Period, segment: Category) -> Need:
    return Need("responses", (roles.score,), (waves, segment), is_optional=True)


def _segments(roles: Roles, waves: Category | Period) -> list[Category]:
    return [part for part in roles.segments_of_answers if part != waves]


def _segment_drift(
    roles: Roles,
    collected: Collected,
    waves: Category | Period,
    segment: Category,
    rng: np.random.Generator,
) -> list[SegmentDrift]:
    moments = collected.moments.get(_need(roles, waves, segment))
    if moments is None or not moments.n:
        return []
    there = [key for key, n in zip(moments.groups, moments.rows.sum(axis=1), strict=True) if n]
    waves_there = sorted({str(key[0]) for key in there}, key=wave_order)
    if len(waves_there) < 2:
        return []
    first, last = waves_there[0], waves_there[-1]
    values = sorted({str(key[1]) for key in there})
    rows = moments.at([(wave, value) for wave in (first, last) for value in values]).rows
    drawn = resamples(rows, rng=rng)
    counts = totals(rows.T, drawn).reshape(-1, 2, len(values))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = counts / counts.sum(axis=2, keepdims=True)
    change = shares[:, 1] - shares[:, 0]
    answers = rows.sum(axis=1).reshape(2, -1)
    shown = answers.sum(axis=0) >= roles.settings.study.disclosure
    return [
        SegmentDrift(
            segment.column.removeprefix(CUSTOMERS),
            value,
            int(answers[:, i].sum()),
            first,
            last,
            float(shares[0, 0, i]),
            float(shares[0, 1, i]),
            float(change[0, i]),
            *ends(interval),
        )
        for i, (value, interval) in enumerate(zip(values, intervals(change, drawn), strict=True))
        if shown[i]
    ]
