"""An event: what somebody said of a text, or took back, as it stands in the ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from kuski.listen.stories.fault import beginning
from kuski.listen.stories.mark import Mark, Values, parsed
from kuski.terms import TEXT_SOURCES, TextSource

Drawn = Literal["random", "uncertain"]
DRAWN: tuple[Drawn, ...] = get_args(Drawn)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a text, before it is kept.

    Attributes
    ----------
    source : {"stories", "responses", "customers"}
    text : str
        The unit's exact text.
    drawn : {"random", "uncertain"}
        How it came to be looked at.
    values : mapping of family to tuple of Mark
        A family that is not there was not looked at; an empty one is silent.
    note : str
    """

    source: TextSource
    text: str
    drawn: Drawn
    values: Values
    note: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of a text, as it was kept.

    Attributes
    ----------
    id : str
    at : str
        ISO 8601.
    who : str
    said : Said
    """

    id: str
    at: str
    who: str
    said: Said


@dataclass(frozen=True, slots=True)
class Undo:
    """An earlier event taken back; taking this one back brings that one to life again.

    Attributes
    ----------
    id, at, who : str
    of : str
        Id of the earlier event.
    """

    id: str
    at: str
    who: str
    of: str


Event = Word | Undo


def line_of(event: Event) -> bytes:
    """Write an event as a line of JSON."""
    content: dict[str, Any] = {"id": event.id, "at": event.at, "who": event.who}
    if isinstance(event, Undo):
        content["undo"] = event.of
    else:
        said = event.said
        content |= {"source": said.source, "drawn": said.drawn, "text": said.text}
        content["values"] = {
            family: [str(mark) for mark in marks] for family, marks in said.values.items()
        }
        if said.note:
            content["note"] = said.note
    text = json.dumps(content, ensure_ascii=False)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half of a pair, which UTF-8 cannot hold
        return json.dumps(content).encode() + b"\n"


class WrongFieldError(Exception):
    """A field of an event that is not there or cannot be so.

    Attributes
    ----------
    field, value : str
    """

    def __init__(self, field: str, value: object) -> None:
        super().__init__(field)
        self.field, self.value = field, beginning(repr(value))


def event_of(line: bytes) -> Event:
    """Read an event from a line of JSON.

    Raises
    ------
    ValueError, RecursionError
        If it is no JSON.
    WrongFieldError
        If a field is missing or cannot be so.
    """
    content = json.loads(line)
    if not isinstance(content, dict):
        raise WrongFieldError("id", content)
    texts = {key: _text(content, key) for key in ("id", "at", "who")}
    try:
        datetime.fromisoformat(texts["at"])
    except ValueError as error:
        raise WrongFieldError("at", texts["at"]) from error
    if "undo" in content:
        return Undo(**texts, of=_text(content, "undo"))
    source = next((s for s in TEXT_SOURCES if s == content.get("source")), None)
    drawn = next((d for d in DRAWN if d == content.get("drawn")), None)
    if source is None or drawn is None:
        field = "source" if source is None else "drawn"
        raise WrongFieldError(field, content.get(field))
    note = _text(content, "note") if "note" in content else ""
    said = Said(source, _text(content, "text"), drawn, _values(content.get("values")), note)
    return Word(**texts, said=said)


def _text(content: Mapping[str, object], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or (key != "note" and not value):
        raise WrongFieldError(key, value)
    return value


def _values(content: object) -> Values:
    if not isinstance(content, dict):
        raise WrongFieldError("values", content)
    return {family: _marks(family, told) for family, told in content.items()}


def _marks(family: str, told: object) -> tuple[Mark, ...]:
    """Read a list of codes, one code, or null: silent."""
    words = [] if told is None else told if isinstance(told, list) else [told]
    marks = [parsed(word) if isinstance(word, str) else () for word in words]
    if any(len(each) != 1 for each in marks):
        raise WrongFieldError(f"values.{family}", told)
    return tuple(each[0] for each in marks)
