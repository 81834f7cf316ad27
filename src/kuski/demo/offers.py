"""Lay out whom the made-up company could serve better, and what each choice brings and costs."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from kuski.demo import company
from kuski.demo.actions import ACTIONS, Action
from kuski.demo.company import Claims, Floats, Integers
from kuski.demo.efforts import KINDS
from kuski.demo.figures import Json, ratio
from kuski.demo.ledger import Sums

FLOOR = "call_after"  # the least that the protected get
JOINT = " × "

# What is believed of a lift before anybody says anything, and the error that no interval tells of.
_USUAL = 0.4
_BIAS = {"experiment": 0.0, "past": 0.25, "guess": 0.5}
_WIDTH = 3.92


@dataclass(frozen=True, slots=True)
class Cells:
    """Hold those who gave a score, by segment, protection and latest score; shape (n,) unless said.

    Attributes
    ----------
    segment : int64 array
        Customer type times four plus age.
    is_protected : bool array
    level : int64 array, 1 to 7
    people, slope : float arrays
        Customers; worth of a point of score for all of them, in all.
    effort_cost, effort_pieces : float arrays, shape (kinds, n)
        Euros and pieces of the work that was done for them, by `efforts.KINDS`, over all the years.
    """

    segment: Integers
    is_protected: Claims
    level: Integers
    people: Floats
    slope: Floats
    effort_cost: Floats
    effort_pieces: Floats

    @property
    def usual_slope(self) -> Floats:
        """Worth of a point for one customer, as the cell's segment and its level have it.

        That of its segment, and as much more as its level has than all customers.
        """
        of_segment = self._slope_by(self.segment)[self.segment]
        of_level = self._slope_by(self.level)[self.level]
        whole = float(self.slope.sum() / self.people.sum())
        return np.asarray(of_segment + of_level - whole)

    def _slope_by(self, group: Integers) -> Floats:
        people, slope = (
            np.bincount(group, values).astype(np.float64) for values in (self.people, self.slope)
        )
        return np.asarray(ratio(slope, people))

    @property
    def is_below(self) -> Claims:
        """Which cells lie below the middle."""
        return np.asarray(self.level < company.MIDDLE)

    @property
    def zone(self) -> Integers:
        """Place of each cell's zone in `company.ZONES`."""
        return np.asarray(company.ZONE_OF_LEVEL[self.level - 1])

    def named(self, place: int) -> dict[str, Json]:
        """Say which cell it is."""
        return {
            "segment": segment_name(self.segment[place]),
            "level": int(self.level[place]),
            "protected": bool(self.is_protected[place]),
        }


def segment_name(segment: int) -> str:
    """Name a customer type crossed with an age."""
    kind, age = divmod(int(segment), len(company.AGES))
    return f"{company.TYPES[kind]}{JOINT}{company.AGES[age]}"


def cells_of(sums: Sums) -> Cells:
    """Take the cells that anybody is in."""
    people = sums["cell_people"]
    shape = (len(company.TYPES) * len(company.AGES), 2, company.LEVELS)
    there = np.flatnonzero(people)
    segment, protected, level = np.unravel_index(there, shape)
    return Cells(
        segment=segment,
        is_protected=protected == 1,
        level=level + 1,
        people=people[there],
        slope=sums["cell_slope"][there],
        effort_cost=sums["cell_effort_cost"].reshape(len(KINDS), -1)[:, there],
        effort_pieces=sums["cell_effort_pieces"].reshape(len(KINDS), -1)[:, there],
    )


def believed_lift(action: Action) -> float:
    """Shrink what is said of an action: the mean of a normal belief around nothing."""
    error = (action.lift_high - action.lift_low) / _WIDTH
    variance = error**2 + _BIAS[action.source] ** 2
    return action.lift * _USUAL**2 / (_USUAL**2 + variance)


@dataclass(frozen=True, slots=True)
class Offers:
    """What each choice brings and costs in each cell, shape (n, c) unless said.

    Attributes
    ----------
    choices : tuple of c tuples of int
        Places in `ACTIONS`; one of them is nothing, ``()``.
    believed, true : float arrays
        Euros a year for all of the cell, by what is believed of the lifts, and truly.
    cost, points : float arrays
        Euros a year for all; points by which each one's score is believed to move.
    may : bool array
        Who can be given what.
    allowed : bool array
        The same, and the floor is kept.
    """

    choices: tuple[tuple[int, ...], ...]
    believed: Floats
    true: Floats
    cost: Floats
    points: Floats
    may: Claims
    allowed: Claims

    @property
    def least(self) -> Floats:
        """Cost of the cheapest choice that is allowed, shape (n,)."""
        return np.asarray(np.where(self.allowed, self.cost, np.inf).min(axis=1))

    @property
    def uses(self) -> Claims:
        """Which actions a choice holds, shape (c, actions)."""
        return np.array([[place in own for place in range(len(ACTIONS))] for own in self.choices])


def offers_of(cells: Cells) -> Offers:
    """Say what each choice would bring."""
    groups = [
        [(), *((place,) for place, action in enumerate(ACTIONS) if action.group == group)]
        for group in sorted({action.group for action in ACTIONS})
    ]
    choices = tuple(sorted(sum(parts, ()) for parts in product(*groups)))
    uses = np.array([[place in own for place in range(len(ACTIONS))] for own in choices])
    believed = uses @ np.array([believed_lift(action) for action in ACTIONS])
    true = uses @ np.array([action.true_lift for action in ACTIONS])
    each = uses @ np.array([action.cost for action in ACTIONS])
    steps = (company.LEVELS - cells.level)[:, None]
    own = np.array([_may(action, cells) for action in ACTIONS]).reshape(len(ACTIONS), -1).T
    may = ~(uses[None] & ~own[:, None]).any(axis=2)
    place = [action.action for action in ACTIONS].index(FLOOR)
    at_least = uses[:, place] | (believed >= believed_lift(ACTIONS[place]))
    points = np.minimum(believed[None], steps)
    return Offers(
        choices=choices,
        believed=points * (cells.usual_slope * cells.people)[:, None],
        true=np.minimum(true[None], steps) * cells.slope[:, None],
        cost=each[None] * cells.people[:, None],
        points=points,
        may=may,
        allowed=may & (at_least[None] | ~cells.is_protected[:, None]),
    )


def _may(action: Action, cells: Cells) -> Claims:
    """Tell which cells may get an action, shape (n,)."""
    column, _, value = action.who.partition(" = ")
    if not value:
        return np.ones(len(cells.people), np.bool_)
    held, values = {
        "zone": (cells.zone, company.ZONES),
        "customer_type": (cells.segment // len(company.AGES), company.TYPES),
        "age_group": (cells.segment % len(company.AGES), company.AGES),
    }[column]
    return np.asarray(held == values.index(value), np.bool_)
