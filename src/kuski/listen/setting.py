"""The setting in which roles are guessed: a table, its ratings, and which columns are taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kuski.listen.guess import SURE, Guess, Role
from kuski.listen.hint import hint, words_of
from kuski.listen.missing import ordered, sort_codes
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.rating import Battery
from kuski.listen.reason import Reason, because
from kuski.listen.vocabulary import Meaning
from kuski.moments import Code

_UNITS = {
    "€": ("eur", "euro", "euros", "euroa", "e"),
    "$": ("usd", "dollar", "dollars"),
    "£": ("gbp", "pound", "pounds"),
    "kr": ("sek", "nok", "dkk", "kr", "kronor"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a table before its other roles are guessed.

    Attributes
    ----------
    table : TableProfile
    batteries : tuple of Battery
    alone : tuple of Battery
        Columns that could be ratings on their own.
    taken : frozenset of str
        Columns that have a role.
    """

    table: TableProfile
    batteries: tuple[Battery, ...] = ()
    alone: tuple[Battery, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def free(self) -> tuple[ColumnProfile, ...]:
        """The columns that hold something and have no role yet."""
        return tuple(
            column for column in self.table.columns
            if column.filled and column.name not in self.taken
        )  # fmt: skip

    @property
    def ratings(self) -> frozenset[str]:
        """The columns of the batteries that one may be sure of."""
        sound = [b for i, b in enumerate(self.batteries) if i == 0 or b.sure >= SURE]
        return frozenset(name for battery in sound for name in battery.names)

    @property
    def zero_is_missing(self) -> bool:
        """Whether the main battery writes 0 for no answer."""
        return bool(self.batteries) and 0 in self.batteries[0].missing

    def without(self, guesses: Iterable[Guess]) -> "Setting":
        """Take the columns of these guesses away."""
        names = {name for guess in guesses for name in guess.columns}
        return replace(self, taken=self.taken | names)


def hinted(meaning: Meaning, column: ColumnProfile) -> float:
    """Tell how strongly a column hints at a meaning."""
    return hint(meaning, column.name, column.label)


def guessed(
    role: Role, column: ColumnProfile, sure: float, reasons: Sequence[Reason], unit: str = ""
) -> Guess:
    """Make a guess of one column, with its codes for missing."""
    codes = sort_codes(column).codes if column.is_numeric else ()
    return Guess(
        role, (column.name,), missing=codes, unit=unit, sure=min(0.97, sure), reasons=tuple(reasons)
    )


def ranked(guesses: Iterable[Guess]) -> tuple[Guess, ...]:
    """Put guesses in order, the surest first."""
    return tuple(sorted(guesses, key=lambda guess: -guess.sure))


def in_order(guesses: Iterable[Guess], setting: Setting) -> tuple[Guess, ...]:
    """Put guesses in the order of the table."""
    columns = setting.table.by_name
    return tuple(sorted(guesses, key=lambda guess: columns[guess.column].place))


def codes_of(column: ColumnProfile, setting: Setting) -> tuple[tuple[Code, ...], list[Reason]]:
    """List a column's codes for missing, with the 0 that its neighbours write for no answer."""
    found = sort_codes(column)
    codes: set[Code] = set(found.codes)
    reasons = []
    if codes:
        reasons.append(because("codes_seen", codes=", ".join(str(c) for c in ordered(codes))))
    levels = {value for value in found.levels if float(value).is_integer()}
    if setting.zero_is_missing and 0 in levels and {1, 2} <= levels and len(levels) <= 26:
        codes.add(0)
        reasons.append(because("code_neighbours", code=0))
    return ordered(codes), reasons


def code_reasons(battery: Battery) -> list[Reason]:
    """List why a battery's codes are missing."""
    return [reason for reason in battery.reasons if reason.case.startswith("code")]


def is_zero_one(column: ColumnProfile) -> bool:
    """Tell whether what is answered is 0 or 1, and both occur."""
    levels = sort_codes(column).levels if column.is_numeric else {}
    return set(levels) == {0.0, 1.0}


def is_before(column: ColumnProfile) -> bool:
    """Tell whether the name says that it was measured before the answer."""
    return bool(hinted("before", column)) and not hint("after", column.name)


def unit_of(column: ColumnProfile) -> str:
    """Read the unit of money off a column's name or label; empty where it does not tell."""
    words = words_of(column.name) | words_of(column.label)
    for unit, names in _UNITS.items():
        if unit in column.name + column.label or words & set(names):
            return unit
    return ""
