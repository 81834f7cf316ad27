"""An addition: a code of the user's own, put into the user's codebook file as it stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kuski.errors import InputError
from kuski.listen.toml import toml
from kuski.output import writing
from kuski.terms import TEXT_LANGUAGES, TextLanguage
from kuski.text.bookfile import read_families
from kuski.text.codebook import VERSION, Codebook, load, merged, shipped

_FAMILY = re.compile(r"^[ \t]*\[\[[ \t]*families[ \t]*\]\]", re.MULTILINE)
_NAME = re.compile(r"^[ \t]*name[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"']", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Addition:
    """A new code.

    Attributes
    ----------
    family, code : str
    label, definition : str
        Empty where there is none.
    seeds : mapping of language to patterns
    """

    family: str
    code: str
    label: str
    definition: str
    seeds: Mapping[TextLanguage, Sequence[str]]


def add_code(path: Path, new: Addition) -> Codebook:
    """Put a code into a codebook file; every other line of it stays as it was.

    Parameters
    ----------
    path : Path
        Made if it is not there.
    new : Addition

    Returns
    -------
    Codebook
        The shipped book with all that the file now holds.

    Raises
    ------
    InputError
        If the book has such a code, or has no such family; if the file was at fault before, or
        would be with it. It is then left as it was.
    """
    book = load(path) if path.exists() else shipped()
    families = [family.name for family in book.families]
    if new.family not in families:
        raise InputError("stories_no_family", family=new.family, families=", ".join(families))
    if (new.family, new.code) in book.columns:
        raise InputError("stories_code_there", family=new.family, code=new.code)
    text = path.read_text(encoding="utf-8-sig") if path.exists() else f"version = {VERSION}\n"
    longer = _with_code(text, new)
    added = merged(shipped(), read_families(longer, path, known=shipped()))
    with writing(path) as draft:
        draft.write_text(longer, encoding="utf-8")
    return added


def _with_code(text: str, new: Addition) -> str:
    """Put the code at the end of its family, or in a new one at the end of the file."""
    block = "\n".join(_lines(new))
    starts = [found.start() for found in _FAMILY.finditer(text)]
    for start, end in pairwise((*starts, len(text))):
        name = _NAME.search(text, start, end)
        if name and name[1] == new.family:
            return f"{text[:end].rstrip()}\n\n{block}\n\n{text[end:]}".rstrip() + "\n"
    head = f"[[families]]\nname = {toml(new.family)}"
    return f"{text.rstrip()}\n\n{head}\n\n{block}\n"


def _lines(new: Addition) -> list[str]:
    lines = ["[[families.codes]]", f"code = {toml(new.code)}"]
    for key, words in (("label", new.label), ("definition", new.definition)):
        if words:
            lines.append(f"{key} = {toml(dict.fromkeys(TEXT_LANGUAGES, words))}")
    lines.append("[families.codes.seeds]")
    lines += [f"{language} = {toml(list(seeds))}" for language, seeds in new.seeds.items()]
    return lines
