"""Leavers: where the study tells who left, why and when, and how many they are."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.moments import Category, Collected, Levels, Moments, Need, Needs, Tally, Variable
from kuski.roles import Roles
from kuski.terms import CUSTOMERS, TableName
from kuski.understand.leaving.duration import Clock, clock

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Key = tuple[int | str, ...]

STAYED, LEFT = 0, 1
_EDGES = (-0.5, 0.5, 1.5)


@dataclass(frozen=True, slots=True)
class Leavers:
    """The columns that tell who left, why and when, in one table.

    Attributes
    ----------
    table : {"responses", "customers"}
        The customers where all of them stand there; the responses elsewhere.
    reason : Category
    left : Levels or None
        Who stayed (0) and who left (1); None where every row with a reason has left.
    duration : Variable or None
    clock : Clock or None
    weight : Variable or None
        Of the responses; customers have none.
    is_plain : bool
        Each row is a customer of its own and weighs the same.
    """

    table: TableName
    reason: Category
    left: Levels | None
    duration: Variable | None
    clock: Clock | None
    weight: Variable | None
    is_plain: bool

    @classmethod
    def of(cls, roles: Roles) -> "Leavers | None":
        """Find the columns; None where the study names no reason."""
        if roles.reason is None:
            return None
        columns = [part.column for part in (roles.reason, roles.left, roles.duration) if part]
        is_of_customers = all(column.startswith(CUSTOMERS) for column in columns)
        prefix = CUSTOMERS if is_of_customers else ""
        left = roles.left
        duration = roles.duration
        return cls(
            table="customers" if is_of_customers else "responses",
            reason=Category(roles.reason.column.removeprefix(prefix), roles.reason.missing),
            left=None
            if left is None
            else Levels(replace(left, column=left.column.removeprefix(prefix)), _EDGES),
            duration=None
            if duration is None or left is None
            else Variable(
                duration.column.removeprefix(prefix), (0.0, np.inf), tuple(duration.missing)
            ),
            clock=None if duration is None else clock(_unit(roles)),
            weight=None if is_of_customers else roles.weight,
            is_plain=is_of_customers or (roles.weight is None and not roles.has_customers),
        )

    @property
    def needs(self) -> Needs:
        """Ask for everybody, for the reasons, and for both by time."""
        tallies = [Tally(self.table, (self.duration,))] if self.duration else []
        return Needs.of(*self._needs, tallies=tallies)

    @property
    def _needs(self) -> tuple[Need, ...]:
        left = () if self.left is None else (self.left,)
        found = [
            Need(self.table, (), left, self.weight),
            Need(self.table, (), (*left, self.reason), self.weight),
        ]
        if self.duration is not None and self.clock is not None:
            time = Levels(self.duration, self.clock.edges)
            found.append(Need(self.table, (), (time, *left), self.weight))
            found.append(Need(self.table, (), (time, *left, self.reason), self.weight))
        return tuple(found)

    def counted(self, collected: Collected) -> "Counted":
        """Bring the counts together on the same replicates."""
        whole, told, *timed = (collected.moments[need] for need in self._needs)
        joined = whole + told
        for part in timed:
            joined = joined + part
        places = sorted({int(key[0]) for part in timed[:1] for key in _held(part)})
        unreadable = 0
        if self.duration is not None:
            found = collected.tallies[Tally(self.table, (self.duration,))]
            cells = found.columns[self.duration.column]
            unreadable = cells.off_scale + cells.unreadable
        return Counted(self, joined, _held(told), tuple(places), unreadable)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stayed and left, by reason and time, on the same replicates.

    Attributes
    ----------
    leavers : Leavers
    moments : Moments
        Groups are named by whether they left; by that and the reason; and with the time before.
    told : tuple of keys
        The groups by reason.
    places : tuple of int
        Places on the clock at which anybody left or was last seen, in order.
    unreadable : int
        Durations that are below zero or no numbers.
    """

    leavers: Leavers
    moments: Moments
    told: tuple[Key, ...]
    places: tuple[int, ...]
    unreadable: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """What those who left said, the commonest first."""
        texts = [str(key[-1]) for key in self.told if self._has_left(key)]
        rows = {text: int(self.rows(self._key(text)).sum()) for text in texts}
        return tuple(
            text for text, n in sorted(rows.items(), key=lambda item: (-item[1], item[0])) if n
        )

    def rows(self, *keys: Key) -> Integers:
        """Count the rows of some groups by replicate, shape (G,)."""
        found: Integers = self.moments.at(keys).rows.sum(axis=0)
        return found

    def weight(self, *keys: Key) -> Floats:
        """Sum the weights of some groups by replicate, shape (G,)."""
        found: Floats = self.moments.at(keys).cross[..., 0, 0].sum(axis=0)
        return found

    def keys_of(self, reasons: tuple[str, ...]) -> tuple[Key, ...]:
        """Name the groups of those who left and said these."""
        return tuple(self._key(reason) for reason in reasons)

    @property
    def gone(self) -> tuple[Key, ...]:
        """The groups that make up all who left."""
        if self.leavers.left is None:
            return self.keys_of(self.reasons)
        return ((LEFT,),)

    def _key(self, reason: str) -> Key:
        return (reason,) if self.leavers.left is None else (LEFT, reason)

    def _has_left(self, key: Key) -> bool:
        return self.leavers.left is None or key[0] == LEFT


def _held(moments: Moments) -> tuple[Key, ...]:
    """Name the groups that hold rows."""
    held = np.asarray(moments.rows.any(axis=1))
    return tuple(key for key, is_held in zip(moments.groups, held, strict=True) if is_held)


def _unit(roles: Roles) -> str:
    """Tell the unit of the durations, as the study file writes it."""
    for part in (roles.settings.responses, roles.settings.customers):
        if part is not None and part.duration is not None:
            return part.duration.unit
    return ""
