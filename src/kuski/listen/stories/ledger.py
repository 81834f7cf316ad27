"""The ledger: what people said of texts, kept for ever; a word can be taken back, never erased.

A text file with one JSON object a line. A new event is added by writing the whole file anew under
another name, which then takes the old one's place: it holds all of a sheet, or none of it. That
other name is a lock as well, so that of two writers none loses what the other wrote.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from kuski.errors import InputError, OutputError
from kuski.listen.stories.event import (
    Drawn,
    Event,
    Said,
    Undo,
    Word,
    WrongFieldError,
    event_of,
    line_of,
)
from kuski.listen.stories.fault import RowFault, RowsError, beginning
from kuski.listen.stories.mark import Names, Values, names_of
from kuski.terms import TextSource
from kuski.text.codebook import Codebook

_ID = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """What people say of one unit today.

    Attributes
    ----------
    source : {"stories", "responses", "customers"}
    text : str
    drawn : {"random", "uncertain"}
        Random if it came up in the random part even once: that a hard text comes up again as an
        uncertain one must not take it out of the random sample.
    words : tuple of Word
        One a person, the latest; in the order in which they first spoke.
    """

    source: TextSource
    text: str
    drawn: Drawn
    words: tuple[Word, ...]

    @property
    def first(self) -> Values:
        """What the first person says."""
        return self.words[0].said.values

    @property
    def second(self) -> Values | None:
        """What the second person says; None where one person looked."""
        return self.words[1].said.values if len(self.words) > 1 else None


def read(path: Path, book: Codebook | None = None) -> tuple[Event, ...]:
    """Read a ledger, oldest event first; one that is not there is empty.

    Parameters
    ----------
    path : Path
    book : Codebook, optional
        To find codes that are not in it; not looked at where None. What was taken back may name
        any code.

    Raises
    ------
    RowsError
        With every line that cannot be read, and every code that the book does not have.
    InputError
        If the file cannot be read at all.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("unreadable", file=path, reason=reason) from error
    return _events(path, content, book)


def record(path: Path, said: Sequence[Said], *, who: str, at: str) -> tuple[Word, ...]:
    """Add what somebody said to a ledger: all of it or nothing.

    Raises
    ------
    InputError
        If nobody is named, the time is no ISO time, or the ledger is at fault.
    OutputError
        If it cannot be written, or somebody else is writing it.
    """
    who, at = _person(who), _time(at)
    with _Writing(path) as writing:
        new_id = _NewIds(writing.events)
        words = tuple(Word(new_id(one.text, who, at), at, who, one) for one in said)
        writing.add(words)
    return words


def undo(path: Path, ids: Sequence[str], *, who: str, at: str) -> tuple[Undo, ...]:
    """Take events back, all or none.

    Raises
    ------
    InputError
        If the ledger has no such event, or it was taken back before.
    OutputError
        If the ledger cannot be written, or somebody else is writing it.
    """
    who, at = _person(who), _time(at)
    with _Writing(path) as writing:
        known = {event.id for event in writing.events}
        alive = {event.id for event in standing(writing.events)}
        for id_ in ids:
            if id_ not in known:
                raise InputError("stories_no_event", file=path, id=id_)
            if id_ not in alive:
                raise InputError("stories_undone_before", file=path, id=id_)
        new_id = _NewIds(writing.events)
        undone = tuple(Undo(new_id(i, who, at), at, who, i) for i in dict.fromkeys(ids))
        writing.add(undone)
    return undone


def standing(events: Sequence[Event]) -> tuple[Event, ...]:
    """Leave out what was taken back, oldest first."""
    undone: set[str] = set()
    alive: list[Event] = []
    for event in reversed(events):
        if event.id in undone:
            continue
        alive.append(event)
        if isinstance(event, Undo):
            undone.add(event.of)
    return tuple(reversed(alive))


def checked(events: Sequence[Event]) -> dict[tuple[TextSource, str], Checked]:
    """Fold events into what people say today, by source and text."""
    latest: dict[tuple[TextSource, str], dict[str, Word]] = {}
    random: set[tuple[TextSource, str]] = set()
    for event in standing(events):
        if isinstance(event, Word):
            unit = (event.said.source, event.said.text)
            latest.setdefault(unit, {})[event.who] = event
            if event.said.drawn == "random":
                random.add(unit)
    return {
        unit: Checked(*unit, "random" if unit in random else "uncertain", tuple(words.values()))
        for unit, words in latest.items()
    }


def companions(events: Sequence[Event], id_: str) -> tuple[str, ...]:
    """Name the standing events that came in the same sheet: same person, same time."""
    found = next((event for event in events if event.id == id_), None)
    if found is None:
        return (id_,)
    same = [
        event.id
        for event in standing(events)
        if type(event) is type(found) and (event.who, event.at) == (found.who, found.at)
    ]
    return tuple(same) or (id_,)


class _NewIds:
    """Names new events: the same event after the same others gets the same name."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._taken = {event.id for event in events}

    def __call__(self, *parts: str) -> str:
        seed = "\0".join((str(len(self._taken)), *parts))
        whole = sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()
        lengths = range(_ID, len(whole) + 1)
        found = next(whole[:n] for n in lengths if whole[:n] not in self._taken)
        self._taken.add(found)
        return found


class _Writing:
    """A ledger while events are added to it: nobody else can, and all are added or none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.new = path.with_name(f".{path.name}.new")
        self.events: tuple[Event, ...] = ()
        self._content = b""

    def __enter__(self) -> "_Writing":
        try:
            self._file = self.new.open("xb")
        except FileExistsError as error:
            raise OutputError("stories_ledger_busy", file=self.path, lock=self.new) from error
        except OSError as error:
            raise self._trouble(error) from error
        try:
            self._content = self.path.read_bytes() if self.path.exists() else b""
            self.events = _events(self.path, self._content, None)
        except BaseException:
            self._drop()
            raise
        return self

    def add(self, events: Iterable[Event]) -> None:
        """Write the old events and the new ones, whole, onto the disk."""
        try:
            self._file.write(self._content)
            self._file.write(b"".join(line_of(event) for event in events))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.new.replace(self.path)
        except OSError as error:
            raise self._trouble(error) from error

    def __exit__(self, *_error: object) -> None:
        self._drop()

    def _drop(self) -> None:
        if not self._file.closed:
            self._file.close()
            self.new.unlink(missing_ok=True)

    def _trouble(self, error: OSError) -> OutputError:
        return OutputError("cannot_write", path=self.path, reason=error.strerror or str(error))


def _person(who: str) -> str:
    name = " ".join(who.split())
    if not name or not name.isprintable():
        raise InputError("stories_no_name", value=who)
    return name


def _time(at: str) -> str:
    try:
        datetime.fromisoformat(at)
    except ValueError as error:
        raise InputError("stories_no_time", value=at) from error
    return at


def _events(path: Path, content: bytes, book: Codebook | None) -> tuple[Event, ...]:
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    events: list[Event] = []
    rows: list[int] = []
    faults: list[RowFault] = []
    known: set[str] = set()
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            event = event_of(line)
        except (ValueError, RecursionError):
            case = "torn" if row == len(lines) else "not_json"
            faults.append(RowFault(case, row))
            continue
        except WrongFieldError as error:
            faults.append(RowFault("field", row, {"field": error.field, "value": error.value}))
            continue
        if event.id in known:
            faults.append(RowFault("id_twice", row, {"id": event.id}))
        elif isinstance(event, Undo) and event.of not in known:
            faults.append(RowFault("undo_of_nothing", row, {"id": event.of}))
        known.add(event.id)
        events.append(event)
        rows.append(row)
    if book is not None:
        faults += _strangers(events, rows, book)
    if faults:
        raise RowsError("stories_ledger", path, faults)
    return tuple(events)


def _strangers(events: Sequence[Event], rows: Sequence[int], book: Codebook) -> list[RowFault]:
    """Find the standing words that name a family or a code which the book does not have."""
    names = names_of(book)
    lines = {event.id: row for event, row in zip(events, rows, strict=True)}
    faults = []
    for event in standing(events):
        if not isinstance(event, Word):
            continue
        for family, marks in event.said.values.items():
            values = {"family": family, "id": event.id}
            if family not in names:
                faults.append(RowFault("no_family", lines[event.id], values))
                continue
            codes = {code.code for code in names[family].family.codes}
            faults += [
                _unknown(lines[event.id], mark.code, names[family], values)
                for mark in marks
                if mark.code not in codes
            ]
    return faults


def _unknown(row: int, code: str, names: Names, values: Mapping[str, object]) -> RowFault:
    near = names.near(code)
    case = "kept_code_near" if near else "kept_code"
    return RowFault(case, row, {**values, "code": beginning(code), "near": near})
