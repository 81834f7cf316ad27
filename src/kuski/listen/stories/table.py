"""The table of codes: one row for each text and each incident, with what it was found to tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.listen.stories.mark import Values
from kuski.terms import HUMAN_CONTACTS, TextLanguage, TextSource
from kuski.text.answers import State
from kuski.text.codebook import Code, Codebook, Family

Codes = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]
Chances = npt.NDArray[np.float32]

FACTOR, CONTACT, CIRCUMSTANCE = "factor", "contact", "circumstance"
POLARITY, RANDOM = "polarity", "random"
MACHINE, SECOND = "_machine", "_second"
MEASURED = "measured_"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is coded: a text, or one of the incidents into which it was split.

    Attributes
    ----------
    text : str
    source : {"responses", "customers", "stories"}
    whole : str or None
        The text that it is a part of; None where it is a whole text.
    incident : int
        0 for a whole text, from 1 for its parts.
    rows : int
        How many rows of the table have the text.
    weight : float
        Sum of their weights.
    copies : int
        Rows beyond the first that have the same long text, but for case and signs.
    state : {"told", "empty", "no_answer"}
    is_counted : bool
        Told, and no text of which the parts are counted.
    """

    text: str
    source: TextSource
    whole: str | None
    incident: int
    rows: int
    weight: float
    copies: int
    state: State
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What n units tell, by the K columns of the codebook.

    Attributes
    ----------
    codes : bool array, shape (n, K)
    signs : int8 array, shape (n, K)
        Of the factors: -1 blamed, 1 praised, 0 neither or both.
    strengths : float32 array, shape (n, K)
        By which the main code of a family is chosen among those that were given.
    is_known : bool array, shape (n, K)
        Of which codes it was looked whether the unit tells of them.
    """

    codes: Codes
    signs: Signs
    strengths: Chances
    is_known: Codes

    @classmethod
    def nothing(cls, n: int, k: int) -> "Told":
        """Know nothing of any unit."""
        return cls(
            np.zeros((n, k), bool),
            np.zeros((n, k), np.int8),
            np.zeros((n, k), np.float32),
            np.zeros((n, k), bool),
        )

    def over(self, other: "Told") -> "Told":
        """Say what this says where it knows, and what the other says elsewhere."""
        return Told(
            np.where(self.is_known, self.codes, other.codes),
            np.where(self.is_known, self.signs, other.signs),
            np.where(self.is_known, self.strengths, other.strengths),
            self.is_known | other.is_known,
        )


def schema(book: Codebook) -> pa.Schema:
    """Name the columns of the table and their types."""
    fields = [
        ("text", pa.string()),
        ("source", pa.string()),
        ("of", pa.string()),
        ("incident", pa.int32()),
        ("rows", pa.int64()),
        ("weight", pa.float64()),
        ("copies", pa.int64()),
        ("language", pa.string()),
        ("state", pa.string()),
        ("counted", pa.string()),
        ("checked", pa.string()),
        ("unsure", pa.int8()),
        *((MEASURED + family.name, pa.int8()) for family in book.families),
    ]
    for suffix in ("", MACHINE, SECOND):
        fields += [(name + suffix, kind) for name, kind in _kinds(book).items()]
    chances = [(f"{code.code}_chance", pa.float32()) for code in _factors(book)]
    return pa.schema([*fields, *chances])


def record(
    book: Codebook,
    units: Sequence[Unit],
    *,
    machine: Told,
    first: Told,
    second: Told,
    languages: Sequence[TextLanguage | None],
    unsure: npt.NDArray[np.bool_],
    checked: Sequence[str | None],
) -> pa.RecordBatch:
    """Lay out what some units tell.

    Parameters
    ----------
    book : Codebook
    units : sequence of n Unit
    machine, first, second : Told
        What the machine says, the person whose word counts, and another person.
    languages : sequence of n
    unsure : bool array, shape (n,)
    checked : sequence of n
        How each unit that somebody checked was drawn.
    """
    counted = [unit.source if unit.is_counted else None for unit in units]
    columns: dict[str, pa.Array] = {
        "text": pa.array([unit.text for unit in units], pa.string()),
        "source": pa.array([unit.source for unit in units], pa.string()),
        "of": pa.array([unit.whole for unit in units], pa.string()),
        "incident": pa.array([unit.incident for unit in units], pa.int32()),
        "rows": pa.array([unit.rows for unit in units], pa.int64()),
        "weight": pa.array([unit.weight for unit in units], pa.float64()),
        "copies": pa.array([unit.copies for unit in units], pa.int64()),
        "language": pa.array(languages, pa.string()),
        "state": pa.array([unit.state for unit in units], pa.string()),
        "counted": pa.array(counted, pa.string()),
        "checked": pa.array(checked, pa.string()),
        "unsure": pa.array(unsure.astype(np.int8), mask=~machine.is_known.any(axis=1)),
    }
    columns |= _measured(book, first, checked)
    for suffix, told in (("", first.over(machine)), (MACHINE, machine), (SECOND, second)):
        columns |= {name + suffix: array for name, array in _columns(book, told).items()}
    places = book.places(FACTOR)
    for place, code in zip(range(places.start, places.stop), _factors(book), strict=True):
        chances = machine.strengths[:, place]
        columns[f"{code.code}_chance"] = pa.array(chances, mask=~machine.is_known[:, place])
    order = schema(book)
    return pa.RecordBatch.from_arrays([columns[name] for name in order.names], schema=order)


def _measured(book: Codebook, first: Told, checked: Sequence[str | None]) -> dict[str, pa.Array]:
    """Tell which units measure the coder, by family.

    They were drawn at random, and a person looked at the family and at the polarity by which its
    codes are divided.
    """
    is_random = np.array([drawn == RANDOM for drawn in checked], bool)
    found = {}
    for family in book.families:
        looked = [first.is_known[:, book.places(name)] for name in (family.name, POLARITY)]
        seen = is_random & np.concatenate(looked, axis=1).all(axis=1)
        found[MEASURED + family.name] = pa.array(seen.astype(np.int8))
    return found


def _kinds(book: Codebook) -> dict[str, pa.DataType]:
    """Name what a unit tells, and the types of it."""
    kinds: dict[str, pa.DataType] = {}
    for family in book.families:
        for name in _flags(family):
            kinds[name] = pa.int8()
        if family.name == FACTOR:
            kinds |= {f"{code.code}_sign": pa.int8() for code in family.codes}
        kinds[family.name] = pa.string()
        if family.name == CONTACT:
            kinds["human"] = pa.int8()
    kinds["reason"] = pa.string()
    return kinds


def _flags(family: Family) -> list[str]:
    """Name the 0/1 columns of a family of which a unit may tell several."""
    if family.kind == "one":
        return []
    prefix = "" if family.name == FACTOR else f"{family.name}."
    return [prefix + code.code for code in family.codes]


def _factors(book: Codebook) -> tuple[Code, ...]:
    return next((family.codes for family in book.families if family.name == FACTOR), ())


def _columns(book: Codebook, told: Told) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for family in book.families:
        places = book.places(family.name)
        codes, hidden = told.codes[:, places], ~told.is_known[:, places].all(axis=1)
        for name, column in zip(_flags(family), codes.T, strict=False):
            found[name] = pa.array(column.astype(np.int8), mask=hidden)
        if family.name == FACTOR:
            signs = np.where(codes, told.signs[:, places], 0)
            for code, column in zip(family.codes, signs.T, strict=True):
                found[f"{code.code}_sign"] = pa.array(column.astype(np.int8), mask=hidden)
        main = _main(codes, told.strengths[:, places])
        names = np.array([*(code.code for code in family.codes), ""], dtype=object)
        found[family.name] = pa.array(names[main], pa.string(), mask=hidden | (main < 0))
        if family.name == CONTACT:
            is_human = np.array([code.code in HUMAN_CONTACTS for code in family.codes], bool)
            with_human = (codes & is_human).any(axis=1).astype(np.int8)
            found["human"] = pa.array(with_human, mask=hidden | ~codes.any(axis=1))
    found["reason"] = _reasons(book, told)
    return found


def _main(codes: Codes, strengths: Chances) -> npt.NDArray[np.int64]:
    """Choose the strongest code of a family; −1 where none was given."""
    if not codes.shape[1]:
        return np.full(len(codes), -1)
    strongest = np.argmax(np.where(codes, strengths, -1.0), axis=1)
    return np.where(codes.any(axis=1), strongest, -1)


def _reasons(book: Codebook, told: Told) -> pa.Array:
    """Tell the group of reasons for leaving: life first, then what is blamed, then what is told."""
    blamed = told.codes & (told.signs < 0)
    found = np.full(len(told.codes), "", dtype=object)
    for family, is_blamed in ((FACTOR, False), (FACTOR, True), (CIRCUMSTANCE, False)):
        groups = [
            code.reason or ""
            for each in book.families
            if each.name == family
            for code in each.codes
        ]
        places = book.places(family)
        codes = (blamed if is_blamed else told.codes)[:, places]
        main = _main(codes, told.strengths[:, places])
        found = np.where(main >= 0, np.array([*groups, ""], dtype=object)[main], found)
    return pa.array(found, pa.string(), mask=found == "")


def said(values: Sequence[Values | None], book: Codebook) -> Told:
    """Lay out what people said of n units.

    Parameters
    ----------
    values : sequence of n
        None where nobody looked at the unit.
    book : Codebook
        Marks of codes that it does not have are left out.
    """
    columns = {column: place for place, column in enumerate(book.columns)}
    told = Told.nothing(len(values), len(columns))
    for row, each in enumerate(values):
        for family, marks in (each or {}).items():
            told.is_known[row, book.places(family)] = True
            for order, mark in enumerate(marks):
                place = columns.get((family, mark.code))
                if place is not None:
                    told.codes[row, place] = True
                    told.signs[row, place] = mark.sign
                    told.strengths[row, place] = 1.0 - order / len(marks)
    return told
