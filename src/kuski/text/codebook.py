"""The codebook: what a text may be coded as, in the open.

Shipped as one TOML file a family; a user's own file adds codes and families, or puts others in
their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from kuski.terms import ReasonGroup, TextLanguage

FAMILIES = (
    "factor",
    "contact",
    "polarity",
    "intensity",
    "repeated",
    "tone",
    "size",
    "sector",
    "circumstance",
)
VERSION = 1

FamilyKind = Literal["many", "one"]
Negation = Literal["keeps", "drops"]
Words = Mapping[TextLanguage, str]
Lists = Mapping[TextLanguage, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Code:
    """Hold one thing that a text may say.

    Attributes
    ----------
    code : str
    label, definition, include, exclude : mapping of language to text
        In every language. What a user's file leaves out is filled from another language, or empty.
    reason : str or None
        Which group of reasons for leaving it stands for.
    seeds, unless : mapping of language to patterns
        See `kuski.text.pattern`; a hit of ``unless`` cancels the seed hits that it overlaps.
    examples, others : mapping of language to texts
        Texts that must and must not get the code.
    """

    code: str
    label: Words
    definition: Words
    include: Words
    exclude: Words
    reason: ReasonGroup | None
    seeds: Lists
    unless: Lists
    examples: Lists
    others: Lists


@dataclass(frozen=True, slots=True)
class Family:
    """Hold the codes that answer one question.

    Attributes
    ----------
    name : str
    kind : "many" or "one"
        How many of its codes a text may get.
    negation : "keeps" or "drops"
        Whether a negated hit still speaks of the code.
    question : mapping of language to text
    codes : tuple of Code
    """

    name: str
    kind: FamilyKind
    negation: Negation
    question: Words
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """Hold families of codes.

    Attributes
    ----------
    version : int
        Of the file's form.
    families : tuple of Family
    """

    version: int
    families: tuple[Family, ...]

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """List family and code of the K columns of targets and chances, in the book's order."""
        return tuple((family.name, code.code) for family in self.families for code in family.codes)

    def places(self, family: str) -> slice:
        """Tell which columns are a family's; empty where the book does not have it."""
        start = 0
        for each in self.families:
            if each.name == family:
                return slice(start, start + len(each.codes))
            start += len(each.codes)
        return slice(0, 0)

    def family(self, name: str) -> Family:
        """Find a family by its name.

        Raises
        ------
        KeyError
            If the book has no such family.
        """
        for each in self.families:
            if each.name == name:
                return each
        raise KeyError(name)


@cache
def shipped() -> Codebook:
    """Read the codebook that comes with Kuski."""
    from kuski.text.bookfile import read_families

    folder = files("kuski.text") / "codebook"
    families = [
        family
        for name in FAMILIES
        if (folder / f"{name}.toml").is_file()
        for family in read_families(
            (folder / f"{name}.toml").read_text(encoding="utf-8"), Path(f"{name}.toml")
        )
    ]
    return Codebook(VERSION, tuple(families))


def load(path: Path) -> Codebook:
    """Read the shipped codebook with a user's own codes in it.

    Parameters
    ----------
    path : Path
        TOML. A code that the shipped book has (same family, same name) is put in its place, others
        are added at the end of their family; families of other names come after the shipped ones.

    Raises
    ------
    InputError
        If the file is not there or is no codebook; all faults at once, each with its family and
        code.
    """
    from kuski.text.bookfile import read_families, text_of

    return merged(shipped(), read_families(text_of(path), path, known=shipped()))


def merged(book: Codebook, families: list[Family]) -> Codebook:
    """Put families into a book: over codes of the same name, else at the end."""
    found = {family.name: family for family in book.families}
    for own in families:
        if own.name not in found:
            found[own.name] = own
            continue
        codes = {code.code: code for code in (*found[own.name].codes, *own.codes)}
        found[own.name] = replace(own, codes=tuple(codes.values()))
    return Codebook(book.version, tuple(found.values()))


def dump(book: Codebook) -> str:
    """Write a codebook as TOML, such that reading it gives the same book."""
    from kuski.text.bookfile import written

    return written(book)
