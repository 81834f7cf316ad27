"""Constraints: what binds a plan besides money: floors, musts, caps and who may get what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.action import Action
from kuski.choose.cell import JOINT, Cell
from kuski.errors import InputError
from kuski.scale import Scale
from kuski.settings.part import ChoosePart, RulePart

PROTECTED = "protected"

RuleKind = Literal["floor", "must", "must_not"]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the study file, and the cells that it holds for.

    Attributes
    ----------
    kind : {"floor", "must", "must_not"}
    action : int
        Place among the actions.
    segment : str
        As the study file names it; empty for everybody.
    level : float or None
    cells : tuple of int
        Places of the cells.
    """

    kind: RuleKind
    action: int
    segment: str
    level: float | None
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What binds a plan besides money.

    Attributes
    ----------
    capacities : tuple of floats
        Customers who can get each action; infinite where nothing is said.
    share : float or None
        The most of the money that one segment may get, 0 to 1.
    rules : tuple of Rule
        Already in the problem: what they forbid has no value and no cost there.
    """

    capacities: tuple[float, ...]
    share: float | None
    rules: tuple[Rule, ...]


def rules_of(
    part: ChoosePart,
    actions: Sequence[Action],
    cells: Sequence[Cell],
    *,
    columns: Sequence[str],
    scale: Scale,
) -> tuple[Rule, ...]:
    """Read the rules, and find the cells that each holds for.

    A floor or a must holds for those of its customers who may get the action.

    Parameters
    ----------
    part : ChoosePart
    actions : sequence of Action
    cells : sequence of Cell
    columns : sequence of str
        The crossed segments.
    scale : Scale

    Raises
    ------
    InputError
        Where a rule names an action, a segment or a level that the study does not have, or where
        it holds for nobody.
    """
    named: tuple[tuple[RuleKind, tuple[RulePart, ...]], ...] = (
        ("floor", part.floors),
        ("must", part.must),
        ("must_not", part.must_not),
    )
    places = {action.action: i for i, action in enumerate(actions)}
    found = []
    for kind, rules in named:
        for rule in rules:
            if rule.action not in places:
                known = ", ".join(places)
                raise InputError("choose_unknown_action", action=rule.action, known=known)
            place = places[rule.action]
            held = _cells(rule, cells, scale)
            if kind != "must_not":
                held = tuple(i for i in held if may_get(actions[place], cells[i], columns))
            # Protected customers too few for a cell of their own are told, not an error.
            is_thin = rule.segment == PROTECTED and not any(cell.is_protected for cell in cells)
            if not held and not is_thin:
                raise InputError("choose_rule_for_nobody", action=rule.action, kind=kind)
            found.append(Rule(kind, place, rule.segment or "", rule.level, held))
    return tuple(found)


def _cells(rule: RulePart, cells: Sequence[Cell], scale: Scale) -> tuple[int, ...]:
    """Find the cells of a rule: a merged segment is bound by the rules of all that are in it."""
    held = [i for i, cell in enumerate(cells) if _is_named(rule.segment, cell)]
    if not held and rule.segment not in (None, PROTECTED):
        known = sorted({JOINT.join(member) for cell in cells for member in cell.members})
        raise InputError(
            "choose_unknown_segment", segment=rule.segment, known=", ".join(known[:20])
        )
    if rule.level is None:
        return tuple(held)
    level = next((i for i in range(len(scale.labels)) if _holds(scale, i, rule.level)), None)
    if level is None:
        raise InputError(
            "choose_unknown_level", level=rule.level, low=scale.labels[0], high=scale.labels[-1]
        )
    return tuple(i for i in held if level in cells[i].levels)


def _holds(scale: Scale, place: int, value: float) -> bool:
    return scale.edges[place] <= value < scale.edges[place + 1]


def _is_named(segment: str | None, cell: Cell) -> bool:
    """Tell whether a rule's segment is in a cell: a whole crossed segment, or one part of it."""
    if segment is None:
        return True
    if segment == PROTECTED:
        return cell.is_protected
    return any(segment in (JOINT.join(member), *member) for member in cell.members)


def may_get(action: Action, cell: Cell, columns: Sequence[str]) -> bool:
    """Tell whether everybody in a cell may get an action; `columns` are the crossed segments."""
    if not action.column:
        return True
    if action.is_by_zone:
        return cell.zone == action.value
    place = list(columns).index(action.column)
    return all(member[place] == action.value for member in cell.members)
