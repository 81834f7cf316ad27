"""Candidates: columns of a few whole numbers, which may hold ratings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuski.listen.missing import Sorted, ordered, sort_codes
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.moments import Code

LEAST_LEVELS = 4
LARGEST_LEVEL = 11
RARE = 0.001
SHORT, LONG = 7, 10

Scale = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may hold ratings.

    Attributes
    ----------
    column : ColumnProfile
    codes : Sorted
        Its texts, sorted into codes for missing and the rest.
    levels : mapping of int to int
        How often each whole number from 0 to 11 occurs.
    top : int
        The highest of them that occurs more than now and then, below any gap.
    """

    column: ColumnProfile
    codes: Sorted
    levels: Mapping[int, int]
    top: int

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


def candidates_of(table: TableProfile) -> list[Candidate]:
    """Find the columns that may hold ratings."""
    found = (_candidate(column) for column in table.columns)
    return [candidate for candidate in found if candidate is not None]


def _candidate(column: ColumnProfile) -> Candidate | None:
    if column.numbers is None or column.distinct > 2 * LARGEST_LEVEL or column.dates > 0.5:
        return None
    codes = sort_codes(column)
    answers = sum(codes.levels.values())
    if answers < 4 or codes.strange > 0.02 * answers:
        return None
    levels = {
        int(value): times
        for value, times in codes.levels.items()
        if float(value).is_integer() and 0 <= value <= LARGEST_LEVEL
    }
    if sum(levels.values()) < 0.99 * answers:
        return None
    often = [value for value, times in levels.items() if times >= max(1, RARE * answers)]
    levelled = [value for value in often if value > 0]
    is_labelled = len(column.value_labels) >= 3
    if len(levelled) < (3 if is_labelled else LEAST_LEVELS):
        return None
    return Candidate(column, codes, levels, _under_gap(levels) or max(often))


def _under_gap(levels: Mapping[int, int]) -> int | None:
    """Find the highest level under a gap, where only 7, 8 or 9 stand above it: 1-5 and 9."""
    for high in range(LEAST_LEVELS, SHORT + 1):
        above = {value for value in levels if value > high}
        if above and above <= {7, 8, 9} and high in levels and high + 1 not in levels:
            return high
    return None


def answered(candidate: Candidate, scale: Scale) -> float:
    """Tell which share of the rows has an answer on a scale."""
    on = sum(n for value, n in candidate.levels.items() if scale[0] <= value <= scale[1])
    return on / candidate.column.rows


def codes_outside(group: Sequence[Candidate], scale: Scale) -> tuple[Code, ...]:
    """List every code for missing that occurs in any of the columns."""
    codes: set[Code] = {code for candidate in group for code in candidate.codes.codes}
    for candidate in group:
        codes |= {value for value in candidate.levels if not scale[0] <= value <= scale[1]}
    return ordered(codes)


def core(top: int) -> Scale:
    """Give the levels of which one may be certain, from the highest number that occurs."""
    if top <= SHORT:
        return (1, min(top, 5))
    return (1, SHORT if top < LONG else LONG)
