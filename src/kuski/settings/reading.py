"""Reading a study file: TOML, with every fault of it at once, each with its line."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from kuski.errors import Fault, InputError, SettingsError
from kuski.lines import key_lines, line_of
from kuski.settings.part import Settings
from kuski.terms import TableName


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
    told = dict(found.get("ctx", {}))
    limit = next((told[sign] for sign in ("ge", "gt", "le", "lt") if sign in told), None)
    return Fault(expected, key, line, {"value": value, "limit": limit, **told})


_OWN_FAULTS = {
    "scale_falls",
    "zones",
    "not_a_driver",
    "grouped_twice",
    "cuts_fall",
    "no_language_model",
}
_TABLES = set(get_args(TableName)) - {"codes"}
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
    "less_than": "too_large",
    "finite": "not_finite",
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
