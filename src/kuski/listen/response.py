"""Who answered, against all customers: the response rate, and which segments are missing."""

from dataclasses import dataclass

import numpy as np

from kuski.moments import AnsweredBy, Category, Collected, Need
from kuski.roles import Roles
from kuski.stats.resample import Interval, intervals, resamples, totals


@dataclass(frozen=True, slots=True)
class SegmentBias:
    """One segment's share of all customers and of those who answered."""

    segment: str
    value: str
    customers: int
    customers_share: float
    answered_share: float
    difference: float
    difference_low: float | None
    difference_high: float | None


@dataclass(frozen=True, slots=True)
class Response:
    """Who answered.

    Attributes
    ----------
    rate : float or None
        Share of the customers table that gave a score; None without such a table.
    rate_interval : Interval or None
    bias : tuple of SegmentBias
    """

    rate: float | None = None
    rate_interval: Interval | None = None
    bias: tuple[SegmentBias, ...] = ()


def response_needs(roles: Roles) -> list[Need]:
    """Ask how many customers answered, in all and by segment."""
    segments = roles.segments("customers")
    if roles.settings.customers is None:
        return []
    return [
        Need("customers", (), (AnsweredBy(),)),
        *(Need("customers", (), (segment, AnsweredBy())) for segment in segments),
    ]


def response(roles: Roles, collected: Collected, rng: np.random.Generator) -> Response:
    """Compare those who answered with all customers, segment by segment."""
    asked = response_needs(roles)
    if not asked:
        return Response()
    everybody = collected.moments[asked[0]].at([("no",), ("yes",)])
    if not everybody.n:
        return Response()
    drawn = resamples(everybody.rows, rng=rng)
    whole = totals(everybody.rows.T, drawn)
    with np.errstate(invalid="ignore"):
        rates = whole[:, 1] / whole.sum(axis=1)
    biases: list[SegmentBias] = []
    for need, segment in zip(asked[1:], roles.segments("customers"), strict=True):
        biases += _segment_bias(roles, collected, need, segment, rng)
    return Response(float(rates[0]), intervals(rates[:, None], drawn)[0], tuple(biases))


def _segment_bias(
    roles: Roles, collected: Collected, need: Need, segment: Category, rng: np.random.Generator
) -> list[SegmentBias]:
    moments, panel = collected.moments[need], collected.panel
    # The panel holds a part of the customers, each of whom stands for several.
    times = 1 if panel is None else 2**panel.halvings
    values = sorted({str(group[0]) for group in moments.groups})
    if not values:
        return []
    full = moments.at([(value, answer) for value in values for answer in ("no", "yes")])
    rows = full.rows.reshape(len(values), 2, -1)
    drawn = resamples(full.rows, rng=rng)
    counts = totals(np.moveaxis(rows, -1, 0), drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        answered = counts[:, :, 1] / counts[:, :, 1].sum(axis=1, keepdims=True)
        everybody = counts.sum(axis=2) / counts.sum(axis=(1, 2))[:, None]
    difference = answered - everybody
    found = intervals(difference, drawn)
    people = rows.sum(axis=(1, 2))
    return [
        SegmentBias(
            segment=segment.column,
            value=value,
            customers=times * int(people[i]),
            customers_share=float(everybody[0, i]),
            answered_share=float(answered[0, i]),
            difference=float(difference[0, i]),
            difference_low=None if (span := found[i]) is None else span.low,
            difference_high=None if span is None else span.high,
        )
        for i, value in enumerate(values)
        if people[i] >= roles.settings.study.disclosure
    ]
