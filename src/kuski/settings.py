"""The study file: what the columns mean, typed and validated whole."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from kuski.errors import Fault, InputError, SettingsError
from kuski.lines import key_lines, line_of
from kuski.moments import Code
from kuski.scale import Scale
from kuski.terms import ContactKind, DriverKind, ReasonGroup, TableName

WAVE = "wave"


def _column_table(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _battery_table(value: object) -> object:
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


class BatteryRole(_Part):
    """Several columns on one scale."""

    columns: tuple[str, ...] = Field(min_length=1)
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()


class DriversRole(BatteryRole):
    """Ratings of the parts of the experience.

    ``kinds`` says what sort of thing each is, ``words`` which are categories and no ratings,
    ``groups`` which of them count as one driver, and ``keep`` which are never left out for being
    answered by few. ``cuts`` are the highest low and the lowest high rating.
    """

    kinds: Mapping[str, DriverKind] = Field(default_factory=dict)
    words: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    keep: tuple[str, ...] = ()
    cuts: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _names_its_columns(self) -> Self:
        grouped = [column for columns in self.groups.values() for column in columns]
        drivers = {*self.columns, *self.groups}
        for columns, known in (
            (self.kinds, drivers),
            (self.keep, drivers),
            (self.words, set(self.columns)),
            (grouped, set(self.columns)),
        ):
            if unknown := [column for column in columns if column not in known]:
                raise PydanticCustomError("not_a_driver", "", {"column": unknown[0]})
        if len(set(grouped)) < len(grouped):
            twice = next(column for column in grouped if grouped.count(column) > 1)
            raise PydanticCustomError("grouped_twice", "", {"column": twice})
        return self

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        if self.cuts and self.cuts[0] >= self.cuts[1]:
            raise PydanticCustomError("cuts_fall", "", {"low": self.cuts[0], "high": self.cuts[1]})
        return self


class StatedRole(BatteryRole):
    """What customers say matters: ratings of importance, points to share out, or ranks."""

    form: Literal["ratings", "points", "ranks"] = "ratings"


Column = Annotated[ColumnRole, BeforeValidator(_column_table)]
Score = Annotated[ScoreRole, BeforeValidator(_column_table)]
Amount = Annotated[AmountRole, BeforeValidator(_column_table)]
Battery = Annotated[BatteryRole, BeforeValidator(_battery_table)]
Drivers = Annotated[DriversRole, BeforeValidator(_battery_table)]
Stated = Annotated[StatedRole, BeforeValidator(_battery_table)]


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
    duration: Amount | None = None
    alike: tuple[Column, ...] = ()
    segments: tuple[Column, ...] = ()
    strategic: Column | None = None
    protected: Column | None = None


class WaveFile(_Part):
    """``[[responses.files]]``: one of several files that make up the answers.

    ``columns`` gives, for the study's name of a column, the file's own; what it does not name is
    called the same in both, and what the file lacks is missing.
    """

    file: str = Field(min_length=1)
    wave: str | None = None
    columns: Mapping[str, str] = Field(default_factory=dict)


class ResponsesPart(_PeoplePart):
    """``[responses]``: one row per answer."""

    files: tuple[WaveFile, ...] = ()

    score: Score
    customer: str | None = None
    time: str | None = None
    weight: Column | None = None
    wave: Column | None = None
    drivers: Drivers | None = None
    stated: Stated | None = None
    rivals: Battery | None = None
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
    factor: str | None = None


class CheckedPart(TablePart):
    """``[checked]``: one row per reason of a random sample that somebody checked."""

    coded: str
    true: str


class MaxDiffPart(TablePart):
    """``[maxdiff]``: one row per choice of the best and the worst of a few items."""

    items: tuple[str, ...] = Field(min_length=2)
    best: str
    worst: str
    respondent: str | None = None


class FactorPart(_Part):
    """``[factors.<name>]``: what people talk of, and where the study holds it."""

    stated: str | None = None
    drivers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    item: str | None = None


class ForecastsPart(TablePart):
    """``[forecasts]``: one row per guess of a leader, whose name nobody reads unless ``named``."""

    leader: str
    what: str
    guess: str
    named: bool = False


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
    checked: CheckedPart | None = None
    maxdiff: MaxDiffPart | None = None
    factors: Mapping[str, FactorPart] = Field(default_factory=dict)
    reasons: Mapping[ReasonGroup, tuple[str, ...]] = Field(default_factory=dict)
    contacts: Mapping[ContactKind, tuple[str, ...]] = Field(default_factory=dict)
    names: Mapping[str, str | Mapping[Literal["fi", "en"], str]] = Field(default_factory=dict)

    def tables(self) -> dict[TableName, TablePart]:
        """Name the tables that the study has."""
        names: tuple[TableName, ...] = (
            "responses",
            "customers",
            "efforts",
            "actions",
            "stories",
            "forecasts",
            "checked",
            "maxdiff",
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
    for name in set(parts) & _TABLES:
        part = parts[name]
        if sum(key in part for key in ("file", "url", "files")) != 1:
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
    faults += _strangers(parts, lines)
    files = [file for file in responses.get("files", ()) if isinstance(file, dict)]
    without = [file for file in files if "wave" not in file]
    if 0 < len(without) < len(files):
        values = {"file": without[0].get("file", "")}
        place = lines.get(("responses", "files"))
        faults.append(Fault("some_waves", "responses.files", place, values))
    if "efforts" in parts and not {"customer", "segment"} & set(parts["efforts"]):
        faults.append(Fault("effort_for_nobody", "efforts", lines.get(("efforts",))))
    return faults


def _strangers(
    parts: Mapping[str, dict[str, Any]], lines: Mapping[tuple[str, ...], int]
) -> list[Fault]:
    """Find the factors that name drivers or stated columns which the answers do not have."""
    responses = parts.get("responses", {})
    faults = []
    for name, factor in parts.get("factors", {}).items():
        for key, role in (("stated", "stated"), ("drivers", "drivers")):
            named = factor.get(key, []) if isinstance(factor, dict) else []
            known = _columns_of(responses.get(role))
            for column in [named] if isinstance(named, str) else named:
                if column not in known:
                    place = lines.get(("factors", name, key), lines.get(("factors", name)))
                    values = {"column": column, "role": f"responses.{role}"}
                    faults.append(Fault("not_in_battery", f"factors.{name}.{key}", place, values))
    return faults


def _columns_of(battery: object) -> set[str]:
    """Name the columns of a battery, and its groups, as the study file writes them."""
    if not isinstance(battery, dict):
        return set(battery) if isinstance(battery, list) else set()
    return {*battery.get("columns", ()), *battery.get("groups", {})}


def _syntax_fault(error: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    reason = str(error).split(" (at ")[0]
    return Fault("syntax", "", int(found[1]) if found else None, {"reason": reason})


def _fault(found: dict[str, Any], lines: Mapping[tuple[str, ...], int]) -> Fault:
    place = tuple(str(part) for part in found["loc"] if part != "[key]")
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


_OWN_FAULTS = {"scale_falls", "zones", "not_a_driver", "grouped_twice", "cuts_fall"}
_TABLES = set(get_args(TableName))
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
