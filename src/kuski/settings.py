"""The study file: what the columns mean, typed and validated whole."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from kuski.errors import Fault, InputError, SettingsError
from kuski.lines import key_lines, line_of
from kuski.moments import Code
from kuski.scale import Scale
from kuski.terms import DriverKind, TableName


def _column_table(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _driver_table(value: object) -> object:
    return {"columns": value} if isinstance(value, list) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class ColumnRole(_Part):
    """A column with its scale and its codes for missing."""

    column: str = Field(min_length=1)
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _scale_rises(self) -> Self:
        if self.scale and self.scale[0] >= self.scale[1]:
            raise PydanticCustomError(
                "scale_falls", "", {"low": self.scale[0], "high": self.scale[1]}
            )
        return self


class ScoreRole(ColumnRole):
    """The overall rating.

    ``middle`` and ``top`` move the zones; ``cuts`` makes levels of a long scale (0-100).
    """

    scale: tuple[float, float]
    middle: float | None = None
    top: tuple[float, ...] | None = None
    cuts: tuple[float, ...] = ()

    @cached_property
    def levels(self) -> Scale:
        """The scale with its levels and zones."""
        return Scale.of(self.scale, middle=self.middle, top=self.top, cuts=self.cuts)

    @model_validator(mode="after")
    def _zones_fit(self) -> Self:
        try:
            _ = self.levels
        except ValueError as error:
            raise PydanticCustomError("zones", "", {"value": str(error)}) from error
        return self


class AmountRole(ColumnRole):
    """A column with a unit: money, points, hours."""

    unit: str = ""


class DriversRole(_Part):
    """Ratings of the parts of the experience, on one scale."""

    columns: tuple[str, ...] = Field(min_length=1)
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()
    kinds: Mapping[str, DriverKind] = Field(default_factory=dict)


Column = Annotated[ColumnRole, BeforeValidator(_column_table)]
Score = Annotated[ScoreRole, BeforeValidator(_column_table)]
Amount = Annotated[AmountRole, BeforeValidator(_column_table)]
Drivers = Annotated[DriversRole, BeforeValidator(_driver_table)]


class StudyPart(_Part):
    """``[study]``."""

    name: str = Field(min_length=1)
    language: Literal["fi", "en"] = "en"
    seed: int = Field(default=1, ge=0)
    disclosure: int = Field(default=10, ge=1)


class TablePart(_Part):
    """Where a table is: a file, or a table behind an address that Ibis knows."""

    file: str | None = None
    url: str | None = None
    table: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class _PeoplePart(TablePart):
    """What may stand with the answers or with the customers."""

    worth: Amount | None = None
    left: Column | None = None
    reason: Column | None = None
    alike: tuple[Column, ...] = ()
    segments: tuple[Column, ...] = ()
    strategic: Column | None = None
    protected: Column | None = None


class ResponsesPart(_PeoplePart):
    """``[responses]``: one row per answer."""

    score: Score
    customer: str | None = None
    time: str | None = None
    weight: Column | None = None
    drivers: Drivers | None = None
    stated: Drivers | None = None
    recommend: Column | None = None
    comment: str | None = None
    contact: str | None = None
    agent: str | None = None


class CustomersPart(_PeoplePart):
    """``[customers]``: one row per customer, also those who never answered."""

    customer: str


class EffortsPart(TablePart):
    """``[efforts]``: one row per piece of work."""

    cost: Amount
    customer: str | None = None
    segment: str | None = None
    kind: str | None = None
    time: str | None = None


class ActionsPart(TablePart):
    """``[actions]``: one row per thing one could do."""

    action: str
    cost: Amount
    eligible: str | None = None
    lift: str | None = None
    lift_low: str | None = None
    lift_high: str | None = None
    source: str | None = None
    capacity: str | None = None
    name: str | None = None


class StoriesPart(TablePart):
    """``[stories]``: one row per told story."""

    text: str
    teller: str | None = None
    polarity: str | None = None
    sector: str | None = None
    contact: str | None = None
    language: str | None = None


class ForecastsPart(TablePart):
    """``[forecasts]``: one row per guess of a leader."""

    leader: str
    what: str
    guess: str


class Settings(_Part):
    """A whole study file.

    Attributes
    ----------
    folder : Path
        The study file's folder, from which the paths in it are read.
    """

    folder: Path = Field(exclude=True)
    study: StudyPart
    responses: ResponsesPart
    customers: CustomersPart | None = None
    efforts: EffortsPart | None = None
    actions: ActionsPart | None = None
    stories: StoriesPart | None = None
    forecasts: ForecastsPart | None = None

    def tables(self) -> dict[TableName, TablePart]:
        """Name the tables that the study has."""
        names: tuple[TableName, ...] = (
            "responses",
            "customers",
            "efforts",
            "actions",
            "stories",
            "forecasts",
        )
        return {name: part for name in names if (part := getattr(self, name)) is not None}


def load(path: Path) -> Settings:
    """Read a study file.

    Raises
    ------
    SettingsError
        With every fault of the file at once, each with its line.
    InputError
        If there is no such file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError("no_file", file=path) from error
    except UnicodeDecodeError as error:
        raise SettingsError(path, [Fault("study_not_utf8", "")]) from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, [_syntax_fault(error)]) from error
    lines = key_lines(text)
    faults = _crossed(content, lines)
    try:
        settings = Settings(**{**content, "folder": path.resolve().parent})
    except ValidationError as error:
        faults += [_fault(dict(found), lines) for found in error.errors(include_url=False)]
        raise SettingsError(path, faults) from error
    if faults:
        raise SettingsError(path, faults)
    return settings


def _crossed(content: dict[str, Any], lines: Mapping[tuple[str, ...], int]) -> list[Fault]:
    """Find what is wrong between settings that are each right."""
    parts = {name: part for name, part in content.items() if isinstance(part, dict)}
    faults: list[Fault] = []
    if "folder" in content:
        known = ", ".join(_known_keys(()))
        faults.append(Fault("unknown_key", "folder", lines.get(("folder",)), {"known": known}))
    for name in set(parts) & set(Settings.model_fields) - {"study"}:
        part = parts[name]
        if ("file" in part) == ("url" in part):
            faults.append(Fault("one_place", name, lines.get((name,))))
        elif "url" in part and "table" not in part:
            place = lines.get((name, "url"))
            faults.append(Fault("url_needs_table", name, place, {"url": part["url"]}))
    responses, customers = parts.get("responses", {}), parts.get("customers", {})
    if customers and "customer" not in responses:
        faults.append(Fault("customers_need_key", "customers", lines.get(("customers",))))
    for role in ("worth", "left", "reason", "strategic", "protected"):
        if role in responses and role in customers:
            place = lines.get(("customers", role))
            faults.append(Fault("role_twice", f"customers.{role}", place, {"role": role}))
    if "efforts" in parts and not {"customer", "segment"} & set(parts["efforts"]):
        faults.append(Fault("effort_for_nobody", "efforts", lines.get(("efforts",))))
    return faults


def _syntax_fault(error: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    reason = str(error).split(" (at ")[0]
    return Fault("syntax", "", int(found[1]) if found else None, {"reason": reason})


def _fault(found: dict[str, Any], lines: Mapping[tuple[str, ...], int]) -> Fault:
    place = tuple(str(part) for part in found["loc"])
    kind, key = str(found["type"]), ".".join(place)
    line = line_of(lines, place)
    given: Any = found.get("input")
    if kind == "extra_forbidden":
        known = _known_keys(place[:-1])
        near = difflib.get_close_matches(place[-1], known, n=1)
        values: dict[str, object] = {"near": near[0] if near else "", "known": ", ".join(known)}
        return Fault("unknown_key_near" if near else "unknown_key", key, line, values)
    if kind == "missing":
        return Fault("missing_key", key, line or 1)
    if kind in _OWN_FAULTS:
        return Fault(kind, key, line, dict(found.get("ctx", {})))
    expected = next((case for prefix, case in _EXPECTED.items() if kind.startswith(prefix)), None)
    value = "{…}" if isinstance(given, dict) else repr(given)
    if expected is None:
        return Fault("invalid", key, line, {"value": value, "reason": found["msg"]})
    return Fault(expected, key, line, {"value": value, **found.get("ctx", {})})


_OWN_FAULTS = {"scale_falls", "zones"}
_EXPECTED = {
    "string_too_short": "empty_text",
    "string": "expected_text",
    "float": "expected_number",
    "int": "expected_number",
    "tuple": "expected_list",
    "too_short": "expected_list",
    "too_long": "expected_pair",
    "literal": "expected_choice",
    "greater_than": "too_small",
    "model": "expected_table",
    "mapping": "expected_table",
    "dict": "expected_table",
}


def _known_keys(place: tuple[str, ...]) -> list[str]:
    """List the keys that a part of the study file may hold."""
    model: Any = Settings
    for part in place:
        field = model.model_fields.get(part) if model is not None else None
        model = _model_in(field.annotation) if field else model
    return [name for name in model.model_fields if name != "folder"]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if (found := _model_in(part)) is not None:
            return found
    return None
