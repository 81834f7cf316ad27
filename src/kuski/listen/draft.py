"""A draft of the study file: what was guessed, written as TOML with a comment on each guess."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kuski.engine.embedded import Session
from kuski.engine.files import FileOptions, open_file
from kuski.engine.source import Source
from kuski.errors import DataError, InputError
from kuski.listen.guess import Guess, Role, TableGuess
from kuski.listen.profile import profile
from kuski.listen.tables import StudyGuess, guess_tables
from kuski.listen.text import ORDER, File, StudyText
from kuski.output import write_texts
from kuski.show.table import Column, Table
from kuski.words import Language, say

_ENCODINGS = ("cp1252", "latin-1")


class DraftError(InputError):
    """No study file can be drafted; its sentences stand in ``words/catalogues/init.toml``."""

    def text(self, language: Language) -> str:
        """Say what was wrong and what to do."""
        return say(f"init.{self.case}", language, **self.values)


@dataclass(frozen=True, slots=True)
class Draft:
    """A study file that is yet to be written.

    Attributes
    ----------
    path : Path
        Where it goes; the paths in it are read from that folder.
    text : str
    guess : StudyGuess
    language : {"fi", "en"}
    """

    path: Path
    text: str
    guess: StudyGuess
    language: Language

    def table(self) -> Table:
        """Lay out the guesses: role, column, scale, codes for missing, how sure."""
        parts = [part for _, part in self.guess.tables()]
        keys = ["role", "columns", "scale", "missing", "sure"]
        if len(parts) > 1:
            keys.insert(0, "file")
        shown = tuple(Column(key, say(f"init.column_{key}", self.language)) for key in keys)
        records = tuple(
            {"file": Path(part.profile_name).name, **self._record(guess)}
            for part in parts
            for guess in _in_order(part)
        )
        return Table(shown, records, self.language)

    def to_dict(self) -> dict[str, Any]:
        """Return the guesses as plain data for JSON."""
        tables = {
            name: {"file": part.profile_name, "guesses": [self._plain(g) for g in _in_order(part)]}
            for name, part in self.guess.tables()
        }
        return {
            "file": str(self.path),
            **tables,
            **self._plain_words(),
            "unused": list(self.guess.unused),
        }

    def _plain_words(self) -> dict[str, Any]:
        """Return what the words of names gave: kinds of drivers and of channels, and factors."""
        responses = self.guess.responses
        contacts = None if responses is None else responses.contacts
        return {
            "kinds": {one.column: one.kind for one in responses.kinds} if responses else {},
            "contacts": {} if contacts is None else dict(contacts.kinds),
            "factors": [asdict(factor) for factor in self.guess.factors],
        }

    def _record(self, guess: Guess) -> dict[str, str]:
        low_high = "" if guess.scale is None else f"{guess.scale[0]}–{guess.scale[1]}"
        return {
            "role": _short(guess.role, self.language),
            "columns": self._named(guess.columns),
            "scale": low_high,
            "missing": ", ".join(str(code) for code in guess.missing),
            "sure": say(f"init.{guess.certainty}", self.language),
        }

    def _named(self, columns: tuple[str, ...]) -> str:
        if len(columns) <= 3:
            return ", ".join(columns)
        some = ", ".join(columns[:2])
        return say("init.columns_of", self.language, n=len(columns), some=some)

    def _plain(self, guess: Guess) -> dict[str, Any]:
        return {
            "role": guess.role,
            "columns": list(guess.columns),
            "scale": guess.scale and list(guess.scale),
            "missing": list(guess.missing),
            "sure": round(guess.sure, 2),
            "certainty": guess.certainty,
            "reasons": [reason.text(self.language) for reason in guess.reasons],
        }


def draft(paths: Sequence[Path], out: Path, *, language: Language = "en") -> Draft:
    """Read files never seen before and draft their study file.

    Parameters
    ----------
    paths : sequence of Path
        The answers, and perhaps the customers and the efforts, in any order.
    out : Path
        Where the study file is to stand.
    language : {"fi", "en"}
        Of the comments and of the study.

    Raises
    ------
    DataError
        If a file cannot be read.
    DraftError
        If no column of any file could be an overall score.
    """
    session = Session()
    files = [_read(session, path) for path in dict.fromkeys(paths)]
    guess = guess_tables([file.profile for file in files])
    if guess.responses is None:
        raise DraftError("no_score", files=", ".join(str(path) for path in paths))
    text = StudyText(files, guess, out, language).text()
    return Draft(out, text, guess, language)


def write(sketch: Draft, *, force: bool = False) -> Path:
    """Write a draft to its place: whole or not at all, and never over a file unless forced.

    Raises
    ------
    DraftError
        If there is such a file already.
    OutputError
        If it cannot be written.
    """
    path = sketch.path
    if path.exists() and not force:
        raise DraftError("exists", file=path)
    return write_texts(path.parent, {path.name: sketch.text})[0]


def _read(session: Session, path: Path) -> File:
    source, encoding = _opened(session, path)
    found = profile(source)
    if not found.rows:
        raise DraftError("no_rows", file=path)
    return File(path, replace(found, name=str(path)), encoding)


def _opened(session: Session, path: Path) -> tuple[Source, str | None]:
    """Open a file as UTF-8, or else in the first encoding that can read it."""
    try:
        return open_file(session, path), None
    except DataError as error:
        if error.case != "not_utf8":
            raise
    for encoding in _ENCODINGS[:-1]:
        try:
            return open_file(session, path, FileOptions(encoding=encoding)), encoding
        except DataError as error:
            if error.case != "wrong_encoding":
                raise
    return open_file(session, path, FileOptions(encoding=_ENCODINGS[-1])), _ENCODINGS[-1]


def _short(role: Role, language: Language) -> str:
    return say("init.short_alike" if role == "alike" else f"init.role_{role}", language)


def _in_order(part: TableGuess) -> tuple[Guess, ...]:
    return tuple(guess for role in ORDER for guess in part.guesses.get(role, ()))
