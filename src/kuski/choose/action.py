"""Actions: what could be done for a customer, as the study's table of actions says."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from kuski.errors import DataError
from kuski.moments import Category, Collected, Need, Needs, Tally, Variable
from kuski.roles import Roles, variable
from kuski.settings.part import ActionsPart

LiftSource = Literal["guess", "past", "experiment"]
LIFT_SOURCES: tuple[LiftSource, ...] = get_args(LiftSource)

_EVERYONE = "everyone"
_ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Belief:
    """What an action is believed to bring to one customer, before anything is shrunk.

    Attributes
    ----------
    value : float
        Points of the score, or units of worth.
    low, high : float or None
        Ends of its 95 % interval.
    """

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that could be done for a customer.

    Attributes
    ----------
    action : str
        Its identifier in the study's tables.
    label : str
        How people call it; the identifier where nothing else is given.
    cost : float
        For one customer and a year, >= 0.
    lift : Belief or None
        In points of the score.
    worth : Belief or None
        Straight in units of worth, not through the score.
    source : {"guess", "past", "experiment"}
        Where the belief comes from; a guess where the table does not say.
    capacity : float
        Customers a year who can get it; infinite where nothing is given.
    group : str
        Actions of one group exclude each other.
    column, value : str
        Who may get it: those with this value in this column; both empty for everyone. The column
        ``zone`` is the zone of the score.
    """

    action: str
    label: str
    cost: float
    lift: Belief | None
    worth: Belief | None
    source: LiftSource
    capacity: float
    group: str
    column: str
    value: str

    @property
    def is_by_zone(self) -> bool:
        """Whether the score decides who may get it."""
        return self.column == _ZONE


def action_needs(part: ActionsPart) -> Needs:
    """Ask for each column of the actions, by action."""
    numbers = _numbers(part)
    asked = {_identity(part), *(_number(part, one) for one in numbers.values())}
    asked |= {_word(part, column) for column in _words(part).values()}
    return Needs.of(*asked, tallies=(_tally(part),))


def actions_of(roles: Roles, collected: Collected) -> tuple[Action, ...]:
    """Read the actions, in the order of their identifiers.

    Raises
    ------
    DataError
        Where a cost is missing or negative, a lift lies outside its interval or pushes people off
        the scale, a capacity is no number of people, or an action stands there twice.
    """
    part = roles.settings.actions
    if part is None:
        raise ValueError("the study has no table of actions; ask only where problem_needs asks")
    table = _Table.of(part, collected)
    table.check()
    span = roles.scale.positions[-1] - roles.scale.positions[0]
    return tuple(_action(table, own, span) for own in table.actions)


@dataclass(frozen=True, slots=True)
class _Table:
    """The table of actions, by action and role."""

    part: ActionsPart
    actions: tuple[str, ...]
    rows: Mapping[str, int]
    numbers: Mapping[str, Mapping[str, float]]
    words: Mapping[str, Mapping[str, str]]
    unreadable: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, part: ActionsPart, collected: Collected) -> "_Table":
        found = collected.moments[_identity(part)]
        rows = {
            str(group[0]): int(n)
            for group, n in zip(found.groups, found.rows.sum(axis=1), strict=True)
            if n
        }
        numbers = {}
        for role, one in _numbers(part).items():
            sums = collected.moments[_number(part, one)]
            cross = sums.cross.sum(axis=1)
            numbers[role] = {
                str(group[0]): float(cross[i, 0, 1] / cross[i, 0, 0] + sums.origin[0])
                for i, group in enumerate(sums.groups)
                if cross[i, 0, 0] > 0
            }
        words = {}
        for role, column in _words(part).items():
            sums = collected.moments[_word(part, column)]
            held = sums.rows.sum(axis=1)
            words[role] = {
                str(group[0]): str(group[1])
                for group, n in zip(sums.groups, held, strict=True)
                if n
            }
        counts = collected.tallies[_tally(part)].columns
        unreadable = {
            role: counts[one.column].unreadable_values
            for role, one in _numbers(part).items()
            if counts[one.column].unreadable
        }
        return cls(part, tuple(sorted(rows)), rows, numbers, words, unreadable)

    def check(self) -> None:
        if not self.actions:
            raise DataError("choose_no_action", column=self.part.action)
        for action, n in self.rows.items():
            if n > 1:
                raise DataError("choose_action_twice", action=action, n=n)
        for role, examples in self.unreadable.items():
            case = "choose_capacity_no_people" if role == "capacity" else "choose_not_a_number"
            column = _numbers(self.part)[role].column
            raise DataError(case, column=column, value=", ".join(examples), action="")

    def number(self, role: str, action: str) -> float | None:
        return self.numbers.get(role, {}).get(action)

    def word(self, role: str, action: str) -> str:
        return self.words.get(role, {}).get(action, "")


def _action(table: _Table, own: str, span: float) -> Action:
    cost = table.number("cost", own)
    if cost is None:
        raise DataError("choose_no_cost", action=own)
    if cost < 0:
        raise DataError("choose_negative_cost", action=own, value=cost)
    lift, worth = _belief(table, "lift", own), _belief(table, "worth", own)
    if lift is None and worth is None:
        raise DataError("choose_no_lift_of", action=own)
    if lift is not None and abs(lift.value) > span:
        raise DataError("choose_off_scale", action=own, value=lift.value, most=span)
    column, value = _who(table, own)
    return Action(
        action=own,
        label=table.word("name", own) or own,
        cost=cost,
        lift=lift,
        worth=worth,
        source=_source(table, own),
        capacity=_capacity(table, own),
        # Without groups every action excludes every other.
        group=table.word("group", own) or (own if table.part.group else ""),
        column=column,
        value=value,
    )


def _belief(table: _Table, role: str, own: str) -> Belief | None:
    value = table.number(role, own)
    if value is None:
        return None
    low, high = table.number(f"{role}_low", own), table.number(f"{role}_high", own)
    if (low is not None and low > value) or (high is not None and high < value):
        raise DataError(
            "choose_outside_interval", action=own, role=role, value=value, low=low, high=high
        )
    return Belief(value, low, high)


def _capacity(table: _Table, own: str) -> float:
    capacity = table.number("capacity", own)
    if capacity is None:
        return math.inf
    if capacity < 0 or capacity != round(capacity):
        column = table.part.capacity or ""
        raise DataError("choose_capacity_no_people", column=column, value=capacity, action=own)
    return capacity


def _source(table: _Table, own: str) -> LiftSource:
    told = table.word("source", own).casefold().strip()
    if not told:
        return "guess"
    for source in LIFT_SOURCES:
        if told == source:
            return source
    raise DataError("choose_source", action=own, value=told, known=", ".join(LIFT_SOURCES))


def _who(table: _Table, own: str) -> tuple[str, str]:
    told = table.word("eligible", own).strip()
    if not told or told.casefold() == _EVERYONE:
        return "", ""
    column, equals, value = told.partition("=")
    if not equals or not column.strip() or not value.strip():
        raise DataError("choose_who", action=own, value=told)
    return column.strip(), value.strip()


def _numbers(part: ActionsPart) -> dict[str, Variable]:
    roles = ("lift", "lift_low", "lift_high", "worth", "worth_low", "worth_high", "capacity")
    found = {"cost": variable(part.cost)}
    return found | {role: Variable(column) for role in roles if (column := getattr(part, role))}


def _words(part: ActionsPart) -> dict[str, str]:
    roles = ("eligible", "source", "group", "name")
    return {role: column for role in roles if (column := getattr(part, role))}


def _identity(part: ActionsPart) -> Need:
    return Need("actions", (), (Category(part.action),))


def _number(part: ActionsPart, one: Variable) -> Need:
    return Need("actions", (one,), (Category(part.action),))


def _word(part: ActionsPart, column: str) -> Need:
    return Need("actions", (), (Category(part.action), Category(column)))


def _tally(part: ActionsPart) -> Tally:
    columns = {one.column: one for one in _numbers(part).values()}
    return Tally("actions", tuple(columns.values()), identity=None)
