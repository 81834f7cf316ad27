"""Surplus: services summed up by whom they are for, held against the shadow price."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.action import LiftSource
from kuski.choose.cell import OTHERS, Cell
from kuski.choose.overservice.margin import Margin
from kuski.choose.plan import LIKELY, SAFE
from kuski.choose.problem import Problem
from kuski.stats.draws import with_interval
from kuski.terms import ZoneName

Verdict = Literal["safe", "likely", "bet", "pays", "held"]
Evidence = Literal["experiment", "past", "guess", "unknown"]
Key = tuple[str, ZoneName, bool]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ServiceNumbers:
    """One kind of work for one group of customers; money and worth are of a year.

    Attributes
    ----------
    kind : str
        As the table of efforts names it; empty where it names none.
    segment : str
    zone : {"below", "middle", "top"}
    is_protected : bool
    evidence : {"experiment", "past", "guess", "unknown"}
        How it is known what it brings; "unknown" where it is none of the study's actions, and is
        taken to bring what the best of those would for its money.
    money : float
        Spent today.
    pieces : float
    last : float or None
        Worth of the last unit of money, where no rule asks for it; None where one asks for all.
    movable : float
        Money of it that brings less than the shadow price.
    lost : float
        Worth that would go with that money.
    chance : float or None
        Share of the draws in which that money brings less than the shadow price, 0 to 1; None where
        none could move.
    verdict : {"safe", "likely", "bet", "pays", "held"}
        How sure it is that the money could move; "pays" where the last unit brings at least the
        shadow price, "held" where a rule or protection keeps most of it. What is unknown is never
        "safe".
    """

    kind: str
    segment: str
    zone: ZoneName
    is_protected: bool
    evidence: Evidence
    money: float
    pieces: float
    last: float | None
    last_low: float | None
    last_high: float | None
    movable: float
    lost: float
    lost_low: float | None
    lost_high: float | None
    chance: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Surplus:
    """A service for one group, with its draws.

    Attributes
    ----------
    numbers : ServiceNumbers
    lost : ndarray, shape (R,)
    """

    numbers: ServiceNumbers
    lost: Floats


def by_segment(cell: Cell) -> Key:
    """Tell cells apart by segment, zone and protection."""
    return (cell.segment, cell.zone, cell.is_protected)


def by_zone(cell: Cell) -> Key:
    """Tell cells apart by zone alone."""
    return ("", cell.zone, False)


def surpluses(
    problem: Problem,
    margins: Sequence[Margin],
    prices: Floats,
    *,
    key: Callable[[Cell], Key],
    least: int,
) -> tuple[Surplus, ...]:
    """Sum the services up by group.

    Parameters
    ----------
    problem : Problem
    margins : sequence of Margin
    prices : ndarray, shape (R,)
        Shadow price on each draw; row 0 is the estimate.
    key : callable
        Tells cells apart.
    least : int
        Fewest pieces of work of a group that is shown; segments with fewer go together, and what
        is left of those is not shown.

    Returns
    -------
    tuple of Surplus
        The most money that could move first.
    """
    found = []
    for margin in margins:
        groups: dict[Key, list[int]] = defaultdict(list)
        for place, cell in enumerate(problem.cells):
            if margin.service.cost[place] > 0:
                groups[key(cell)].append(place)
        for own, places in _merged(groups, margin, least).items():
            found.append(_surplus(problem, margin, own, places, prices))
    return tuple(sorted(found, key=lambda one: (-one.numbers.movable, -one.numbers.money)))


def _merged(groups: dict[Key, list[int]], margin: Margin, least: int) -> dict[Key, list[int]]:
    """Put segments with too few pieces of work together, and drop what is still too little."""

    def pieces(places: list[int]) -> float:
        return float(margin.service.pieces[places].sum())

    merged: dict[Key, list[int]] = defaultdict(list)
    for (segment, zone, is_protected), places in groups.items():
        name = segment if pieces(places) >= least else OTHERS
        merged[name, zone, is_protected] += places
    return {key: places for key, places in merged.items() if pieces(places) >= least}


def _surplus(
    problem: Problem, margin: Margin, key: Key, places: list[int], prices: Floats
) -> Surplus:
    segment, zone, is_protected = key
    money = margin.service.cost[places]
    asked = ~np.isfinite(margin.last[:, places]).all(axis=0)
    weight = np.where(asked, 0.0, money)
    last = np.where(asked, 0.0, margin.last[:, places]) @ (weight / max(weight.sum(), 1e-300))
    movable, held = float(margin.movable[places].sum()), float(margin.held[places].sum())
    lost = margin.lost[:, places].sum(axis=1)
    chance = float(np.mean(lost[1:] < prices[1:] * movable)) if movable > 0 else None
    ends = with_interval(lost)[1:] if movable > 0 else (None, None)
    verdict = _verdict(
        chance, is_held=held >= 0.5 * float(money.sum()), is_known=margin.action is not None
    )
    told = (None, None, None) if asked.all() else _last(last)
    numbers = ServiceNumbers(
        kind=margin.service.kind,
        segment=segment,
        zone=zone,
        is_protected=is_protected,
        evidence=_evidence(problem, margin),
        money=float(money.sum()),
        pieces=float(margin.service.pieces[places].sum()),
        last=told[0],
        last_low=told[1],
        last_high=told[2],
        movable=movable,
        lost=float(lost[0]),
        lost_low=ends[0],
        lost_high=ends[1],
        chance=chance,
        verdict=verdict,
    )
    return Surplus(numbers, lost)


def _evidence(problem: Problem, margin: Margin) -> Evidence:
    if margin.action is None:
        return "unknown"
    source: LiftSource = problem.actions[margin.action].source
    return source


def _last(values: Floats) -> tuple[float, float | None, float | None]:
    """Give the last unit's worth; no interval where none of the actions could use the money."""
    last, low, high = with_interval(values)
    return (last, low, high) if high > low else (last, None, None)


def _verdict(chance: float | None, *, is_held: bool, is_known: bool) -> Verdict:
    """Say how sure it is; never safe where nobody has said what the service brings."""
    if chance is None:
        return "held" if is_held else "pays"
    if chance >= SAFE and is_known:
        return "safe"
    return "likely" if chance >= LIKELY else "bet"
