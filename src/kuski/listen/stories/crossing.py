"""A crossing: a code as it stands, the coder's word for it, and the polarity of the story."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.listen.stories.table import CONTACT, FACTOR, MACHINE, MEASURED
from kuski.moments import Category, Floats, Gap, Integers, Levels, Moments, Need, Variable
from kuski.terms import TextSource
from kuski.text.codebook import Code, Family

COUNTED, HUMAN, POLARITY = "counted", "human", "polarity"
WEIGHT = Variable("weight")
Flags = npt.NDArray[np.bool_]
State = tuple[int, ...]

_YES_NO = (-0.5, 0.5, 1.5)
_SIGNS = (-1.5, -0.5, 0.5, 1.5)
_BLAMED, _PRAISED = 0, 2
_POSITIVE, _NEGATIVE = "positive", "negative"


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """A code, and how the table of codes says that a unit has it.

    Attributes
    ----------
    family : str
    code : str
        "human" for any contact with a human in it.
    column : str
    equals : str or None
        What the column holds where the unit has the code; None where it holds 0 or 1.
    """

    family: str
    code: str
    column: str
    equals: str | None = None

    @classmethod
    def of(cls, family: Family, code: Code) -> "CodeColumn":
        """Find the column of a code of the codebook."""
        if family.kind == "one":
            return cls(family.name, code.code, family.name, code.code)
        prefix = "" if family.name == FACTOR else f"{family.name}."
        return cls(family.name, code.code, prefix + code.code)

    def variable(self, suffix: str = "", *, is_filled: bool = True) -> Variable:
        """Make 1 of a unit with the code, and 0 of others, with gaps filled unless told not to."""
        gap: Gap = "zero" if is_filled else "skip"
        return Variable(self.column + suffix, equals=self.equals, gap=gap)

    def state(self, suffix: str = "") -> tuple[Levels, ...]:
        """Group by whether a unit has the code, then by its sign or by whether contact is told."""
        found = (yes_no(self.variable(suffix)),)
        if self.family == FACTOR:
            sign = Variable(f"{self.column}_sign{suffix}", gap="zero")
            return (*found, Levels(sign, _SIGNS))
        if self.family == CONTACT:
            return (*found, yes_no(Variable(HUMAN + suffix, gap="flag")))
        return found

    @property
    def need(self) -> Need:
        """Ask for the crossing."""
        return Need(
            "codes",
            (),
            (
                Category(COUNTED),
                yes_no(Variable(MEASURED + self.family, gap="zero")),
                *_polarity(""),
                *_polarity(MACHINE),
                *self.state(),
                *self.state(MACHINE),
            ),
            WEIGHT,
        )


HUMAN_COLUMN = CodeColumn(CONTACT, HUMAN, HUMAN)


def yes_no(variable: Variable) -> Levels:
    """Group by a variable that is 0 or 1."""
    return Levels(variable, _YES_NO)


def _polarity(suffix: str) -> tuple[Levels, Levels]:
    column = POLARITY + suffix
    positive = yes_no(Variable(column, equals=_POSITIVE, gap="zero"))
    return positive, yes_no(Variable(column, equals=_NEGATIVE, gap="zero"))


@dataclass(frozen=True, slots=True)
class Crossing:
    """The sums of one source's units by K combinations of everything that a crossing groups by.

    Attributes
    ----------
    rows : ndarray of int, shape (K,)
        Units.
    weight, squares : ndarray, shape (K,)
        Sums of their weights and of their squared weights.
    is_random : bool array, shape (K,)
        Checked, and drawn at random.
    polarity, said_polarity : ndarray, shape (K,)
        As the code stands, and as the coder said: 1 positive, −1 negative, 0 neither.
    state, said_state : ndarray of int, shape (K, s)
        Of the code, as `CodeColumn.state` groups it.
    """

    rows: Integers
    weight: Floats
    squares: Floats
    is_random: Flags
    polarity: Integers
    said_polarity: Integers
    state: Integers
    said_state: Integers

    @classmethod
    def of(cls, moments: Moments, source: TextSource) -> "Crossing":
        """Take one source's sums."""
        chosen = [i for i, group in enumerate(moments.groups) if group[0] == source]
        keys = np.array([moments.groups[i][1:] for i in chosen], dtype=np.int64)
        keys = keys.reshape(len(chosen), -1)
        states = keys[:, 5:]
        size = states.shape[1] // 2
        return cls(
            rows=moments.rows[chosen].sum(axis=1),
            weight=moments.cross[chosen][..., 0, 0].sum(axis=1),
            squares=moments.squares[chosen].sum(axis=1),
            is_random=keys[:, 0] == 1,
            polarity=keys[:, 1] - keys[:, 2],
            said_polarity=keys[:, 3] - keys[:, 4],
            state=states[:, :size],
            said_state=states[:, size:],
        )

    @property
    def n(self) -> int:
        """Units in all."""
        return int(self.rows.sum())

    @property
    def checked(self) -> int:
        """Units that were drawn at random and checked."""
        return int(self.rows[self.is_random].sum())

    @property
    def code(self) -> Flags:
        """Which combinations have the code, shape (K,)."""
        return has_code(self.state)

    @property
    def said_code(self) -> Flags:
        """Which combinations the coder gave the code, shape (K,)."""
        return has_code(self.said_state)

    def counted(self, flags: Flags) -> int:
        """Count the units of some combinations."""
        return int(self.rows[flags].sum())


Within = Callable[[Integers], Flags]


def has_code(state: Integers) -> Flags:
    """Tell which states have the code, shape (K,)."""
    return np.asarray(state[:, 0] == 1, dtype=np.bool_)


def is_praised(state: Integers) -> Flags:
    """Tell which states of a factor have it praised, shape (K,)."""
    return np.asarray(has_code(state) & (state[:, 1] == _PRAISED), dtype=np.bool_)


def is_blamed(state: Integers) -> Flags:
    """Tell which states of a factor have it blamed, shape (K,)."""
    return np.asarray(has_code(state) & (state[:, 1] == _BLAMED), dtype=np.bool_)


def tells_contact(state: Integers) -> Flags:
    """Tell which states of a contact tell of some contact, shape (K,)."""
    return np.asarray(state[:, 1] == 0, dtype=np.bool_)


def everything(state: Integers) -> Flags:
    """Take all states, shape (K,)."""
    return np.ones(len(state), dtype=np.bool_)


def columns_of(families: Sequence[Family]) -> tuple[CodeColumn, ...]:
    """List the codes that shares are told of, "human" first."""
    return (
        HUMAN_COLUMN,
        *(CodeColumn.of(family, code) for family in families for code in family.codes),
    )
