"""Lots: customers of one kind who get the same, and what that brings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.constraint import RuleKind
from kuski.choose.entry import Entry
from kuski.choose.everybody.allocation import Allocation
from kuski.choose.everybody.gain import Gains
from kuski.choose.problem import Problem
from kuski.moments import Integers
from kuski.stats.draws import interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lot:
    """Customers of one kind who get the same.

    Attributes
    ----------
    kind : int
    choice : int
        Place among the problem's choices.
    people : int
    of : int
        Customers of the kind; more than `people` where those who get it were drawn.
    entry : Entry
        What the choice brings one of them.
    step : float
        Worth of a step of the score to one of them.
    """

    kind: int
    choice: int
    people: int
    of: int
    entry: Entry
    step: float


def lots_of(problem: Problem, gains: Gains, found: Allocation) -> tuple[Lot, ...]:
    """List who gets something: by kind, those first who were drawn."""
    people, step = gains.kinds.people, gains.step()
    groups = ((found.lot_choice, found.lot), (found.choice, people - found.lot))
    lots = []
    for choice, n in groups:
        kinds = np.flatnonzero((n > 0) & np.array([bool(own) for own in problem.choices])[choice])
        draws = gains.draws(choice)[:, kinds]
        low, high = interval(draws)
        for i, kind in enumerate(kinds.tolist()):
            own = int(choice[kind])
            cell = int(gains.kinds.cell[kind])
            worth = (float(draws[0, i]), float(low[i]), float(high[i]))
            entry = _entry(problem, cell, own, worth, draws[:, i])
            lots.append(Lot(kind, own, int(n[kind]), int(people[kind]), entry, float(step[kind])))
    return tuple(sorted(lots, key=lambda lot: lot.kind))


def ranks_of(lots: Sequence[Lot], found: Allocation) -> tuple[Integers, Integers]:
    """Give the place among the lots of those who were drawn of a kind and of the others; or −1."""
    drawn, others = (np.full(len(found.choice), -1) for _ in range(2))
    for place, lot in enumerate(lots):
        is_drawn = found.lot[lot.kind] > 0 and found.lot_choice[lot.kind] == lot.choice
        (drawn if is_drawn else others)[lot.kind] = place
    return drawn, others


def _entry(
    problem: Problem, cell: int, choice: int, worth: tuple[float, float, float], draws: Floats
) -> Entry:
    return Entry(
        problem.cells[cell],
        (),
        *worth,
        cost=sum(problem.actions[place].cost for place in problem.choices[choice]),
        rule=_rule(problem, cell, choice),
        draws=draws,
    )


def _rule(problem: Problem, cell: int, choice: int) -> RuleKind | None:
    """Name the kind of rule that asks for all of a choice, whatever it brings."""
    kinds = {
        rule.action: rule.kind
        for rule in problem.constraints.rules
        if rule.kind != "must_not" and cell in rule.cells
    }
    asked = [kinds.get(action) for action in problem.choices[choice]]
    return asked[0] if all(asked) else None
