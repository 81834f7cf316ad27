"""A study: from its file to its findings, in one scan of each table."""

import json
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

from kuski.engine import (
    OpenTable,
    Progress,
    answer_patterns,
    collect,
    column_categories,
    open_codes,
    open_tables,
    text_categories,
)
from kuski.errors import DataError, Fault, InputError, SettingsError
from kuski.finding import Finding, Names, Refusal, plain
from kuski.lines import key_lines, line_of
from kuski.listen.stories.table import FACTOR, schema
from kuski.moments import Collected, Counts, Needs, Tally, Variable
from kuski.output import write_texts
from kuski.registry import FINDINGS, NAMES
from kuski.roles import Roles, codebook_of, ratings, variable
from kuski.settings import BatteryRole, ColumnRole, DriversRole, Settings, load
from kuski.terms import CODES, TEXT_SOURCES, TableName
from kuski.version import __version__
from kuski.words import Language

_LONGEST_EXAMPLE = 20


class Maker(Protocol):
    """What a finding's module offers."""

    def needs(self, roles: Roles) -> Needs | Refusal:
        """Say which sums the finding needs, or why it cannot be given."""

    def find(self, roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
        """Make the finding."""


@dataclass(frozen=True)
class Study:
    """A company's data and what they mean.

    Attributes
    ----------
    path : Path
        The study file.
    settings : Settings
    language : {"fi", "en"}
        Of what is said.

    Examples
    --------
    >>> study = open("demo/company/study.toml")       # doctest: +SKIP
    >>> study.finding("value.elevate").numbers.ratio  # doctest: +SKIP
    """

    path: Path
    settings: Settings
    language: Language

    def finding(self, name: str) -> Finding:
        """Give one finding.

        Raises
        ------
        InputError
            If there is no finding of that name.
        """
        return self.findings([name])[0]

    def findings(
        self, names: Iterable[str] = NAMES, *, progress: Progress | None = None
    ) -> tuple[Finding, ...]:
        """Give several findings from one scan of each table.

        Parameters
        ----------
        names : iterable of str
            All findings unless told otherwise.
        progress : callable or None
            Called with a table's name and the rows read so far.
        """
        makers = {name: _maker(name) for name in names}
        asked = {name: maker.needs(self.roles) for name, maker in makers.items()}
        needs = Needs()
        for answer in asked.values():
            needs |= answer if isinstance(answer, Needs) else Needs()
        collected = self.collected(needs, progress=progress)
        found: list[Finding] = []
        for name, answer in asked.items():
            if isinstance(answer, Refusal):
                found.append(answer.translated(self.language))
                continue
            rng = np.random.default_rng(self.settings.study.seed)
            finding = makers[name].find(self.roles, collected, rng)
            known = {**self._code_names, **self.settings.names}
            found.append(replace(finding, names=known, language=self.language))
        return tuple(found)

    def collected(self, needs: Needs, *, progress: Progress | None = None) -> Collected:
        """Gather sums in one scan of each table, and check what no figure can live with.

        Parameters
        ----------
        needs : Needs
        progress : callable or None
            Called with a table's name and the rows read so far.

        Raises
        ------
        DataError, SettingsError
            If a table has no rows, a customer stands twice, a weight is negative or a score a text.
        """
        found = collect(self.tables, needs | Needs.of(tallies=self._basis), progress=progress)
        self._check_basis(found)
        return found

    def spending(self, money: float) -> "Study":
        """Give the same study with so much money to choose what to do with.

        Parameters
        ----------
        money : float
            >= 0, in the unit of the actions' cost.

        Raises
        ------
        InputError
            If it is negative or no finite number.
        """
        if not 0 <= money < math.inf:
            raise InputError("choose_money", money=str(money))
        choose = self.settings.choose.model_copy(update={"money": money})
        return replace(self, settings=self.settings.model_copy(update={"choose": choose}))

    def check(self) -> tuple[Fault, ...]:
        """List everything that is wrong between the study file and the data."""
        try:
            tables = self.tables
        except SettingsError as error:
            return error.faults
        named = self.settings.tables()
        tallies = [tally for name in named if (tally := self._numbers_of(name)).columns]
        try:
            collected = collect(tables, Needs.of(tallies=[*tallies, *self._basis]))
        except DataError as error:
            return (self._fault_of(error),)
        faults = [
            fault
            for tally in tallies
            if tally in collected.tallies
            for fault in self._unreadable(tally, collected.tallies[tally])
        ]
        told = {fault.key for fault in faults}
        for place, wrong in self._data_errors(collected):
            if ".".join(place) not in told:
                reason = wrong.text(self.language)
                faults.append(self._fault("bad_table", place, reason=reason))
        return tuple(faults)

    @cached_property
    def tables(self) -> dict[TableName, OpenTable]:
        """The study's tables, opened, with every named column found.

        Raises
        ------
        SettingsError
            With every table that cannot be opened and every column that is not there.
        """
        opened: dict[TableName, OpenTable] = {}
        faults: list[Fault] = []
        for name, part in self.settings.tables().items():
            try:
                opened |= open_tables(self.settings, {name: part})
            except DataError as error:
                reason = error.text(self.language)
                faults.append(self._fault("bad_table", self._file_of(name, error), reason=reason))
        faults += [fault for name, table in opened.items() for fault in self._absent(name, table)]
        faults += [fault for name in opened for fault in self._twice(name)]
        codes = None if faults else open_codes(self.settings)
        if faults:
            raise SettingsError(self.path, faults)
        return opened if codes is None else {**opened, "codes": codes}

    @cached_property
    def roles(self) -> Roles:
        """The columns by role."""
        categories: dict[str, tuple[str, ...]] = {}
        for name, prefix in (("responses", ""), ("customers", "customers.")):
            part = getattr(self.settings, name)
            if part is not None and (part.alike or part.segments):
                columns = [variable(role) for role in (*part.alike, *part.segments)]
                words = text_categories(self.tables[name], columns)  # type: ignore[index]
                categories |= {prefix + column: found for column, found in words.items()}
        is_coded = self._is_coded
        drivers = self.settings.responses.drivers
        if drivers is None:
            return Roles(self.settings, categories, is_coded=is_coded)
        responses = self.tables["responses"]
        categories |= column_categories(responses, drivers.words, drivers.missing)
        asked = Roles(self.settings, categories, is_coded=is_coded)
        patterns = answer_patterns(responses, asked.score, asked.driver_columns)
        return replace(asked, patterns=patterns)

    @property
    def _is_coded(self) -> bool:
        """Whether the texts were coded, and by the codebook as it is now."""
        codes = self.tables.get("codes")
        if codes is None:
            return False
        return set(schema(codebook_of(self.settings)).names) <= set(codes.source.columns)

    @cached_property
    def _code_names(self) -> Names:
        """How people call the columns that hold codes, and the factors that stories were coded as.

        A sign is called as its code is.
        """
        if not self.roles.is_coded:
            return {}
        book = self.roles.codebook
        stories = self.settings.stories
        found: dict[str, dict[Language, str]] = {}
        for family, code in ((each, code) for each in book.families for code in each.codes):
            label: dict[Language, str] = {"fi": code.label["fi"], "en": code.label["en"]}
            if family.name == FACTOR:
                found |= {f"{CODES}{code.code}{end}": label for end in ("", "_sign")}
                if stories is not None and stories.factor == f"{CODES}{FACTOR}":
                    found[code.code] = label
            elif family.kind == "many":
                found[f"{CODES}{family.name}.{code.code}"] = label
        return found

    @property
    def _basis(self) -> tuple[Tally, ...]:
        """What every run counts, whatever was asked: scores and weights, and customers."""
        roles, customers = self.roles, self.settings.customers
        weights = (roles.weight,) if roles.weight else ()
        responses = Tally("responses", (roles.score, *weights))
        if customers is None:
            return (responses,)
        key = (customers.customer,)
        return (responses, Tally("customers", (), texts=key, identity=key))

    def _check_basis(self, collected: Collected) -> None:
        responses = self._basis[0]
        counts = collected.tallies.get(responses)
        if counts is not None and (faults := self._unreadable(responses, counts)):
            raise SettingsError(self.path, faults)
        for _, error in self._data_errors(collected):
            raise error

    def _data_errors(self, collected: Collected) -> Iterator[tuple[tuple[str, str], DataError]]:
        """Say what no finding can live with, and where in the study file it belongs."""
        for tally in self._basis:
            counts = collected.tallies.get(tally)
            file = self.tables[tally.table].source.name
            if counts is None or not counts.rows:
                yield (tally.table, "file"), DataError("no_rows", file=file)
            elif tally.table == "customers":
                yield from self._repeated_customers(counts, file)
            else:
                yield from self._bad_weights(counts, file)

    def _repeated_customers(
        self, counts: Counts, file: str
    ) -> Iterator[tuple[tuple[str, str], DataError]]:
        ((column, cells),) = counts.columns.items()
        # Rows without a key match no answer, so that they repeat nobody.
        repeats = counts.rows_seen.repeats - max(cells.empty - 1, 0)
        if repeats > 0:
            error = DataError("repeated_customer", file=file, n=repeats, column=column)
            yield ("customers", "customer"), error

    def _bad_weights(
        self, counts: Counts, file: str
    ) -> Iterator[tuple[tuple[str, str], DataError]]:
        weight, score = self.roles.weight, self.settings.responses.score.column
        if weight is None or weight.column == score:
            return
        found, place = counts.columns[weight.column], ("responses", "weight")
        if found.low is not None and found.low < 0:
            n = self._below_zero(weight)
            error = DataError(
                "negative_weights", file=file, n=n, column=weight.column, low=found.low
            )
            yield place, error
        elif not found.high:
            yield place, DataError("no_weights", file=file, column=weight.column)

    def _below_zero(self, weight: Variable) -> int:
        """Count the rows with a negative weight: a second scan, made only to say what is wrong."""
        tally = Tally("responses", (replace(weight, scale=(0, math.inf)),))
        counts = collect(self.tables, Needs.of(tallies=[tally])).tallies[tally]
        return counts.columns[weight.column].off_scale

    def _numbers_of(self, name: TableName) -> Tally:
        """Name the columns of a table that must hold numbers."""
        part = self.settings.tables()[name]
        roles: list[ColumnRole] = []
        for field in ("score", "worth", "left", "duration", "weight", "recommend", "cost"):
            role = getattr(part, field, None)
            roles += [role] if role is not None else []
        columns = [variable(role) for role in roles]
        for field in ("drivers", "stated", "rivals"):
            battery: BatteryRole | None = getattr(part, field, None)
            words = battery.words if isinstance(battery, DriversRole) else ()
            columns += [column for column in ratings(battery) if column.column not in words]
        return Tally(name, tuple({column.column: column for column in columns}.values()))

    def _unreadable(self, tally: Tally, counts: Counts) -> list[Fault]:
        faults = []
        for column in tally.columns:
            found = counts.columns[column.column]
            if found.unreadable and found.unreadable >= found.answered:
                faults.append(
                    self._fault(
                        "text_in_numbers",
                        self._place_of(tally.table, column.column),
                        column=column.column,
                        n=found.unreadable,
                        rows=counts.rows,
                        examples=", ".join(_shortened(value) for value in found.unreadable_values),
                    )
                )
        return faults

    def _absent(self, name: TableName, table: OpenTable) -> list[Fault]:
        from difflib import get_close_matches

        faults = []
        there = table.source.columns
        for place, column in self._named_columns(name):
            if column in there:
                continue
            if column.startswith(CODES) and name in TEXT_SOURCES and not _has_codes(there):
                values = {"column": column, "study": self.path.name}
                case = "no_codes_yet" if name in self.settings.texts() else "no_text_to_code"
                faults.append(self._fault(case, place, **values))
                continue
            near = get_close_matches(column, there, n=1)
            values = {"column": column, "file": table.source.name}
            if near:
                faults.append(self._fault("no_column", place, near=near[0], **values))
            else:
                some = ", ".join(there[:12]) + (" …" if len(there) > 12 else "")
                faults.append(self._fault("no_column_like", place, columns=some, **values))
        return faults

    def _twice(self, name: TableName) -> list[Fault]:
        """Find the columns that two roles name with different scales."""
        twice: list[tuple[str, str]] = []
        scales: dict[str, tuple[float, float]] = {}
        for key, item in self._items(name):
            if isinstance(item, ColumnRole | BatteryRole) and (scale := item.scale):
                columns = _columns_in(item)
                twice += [(key, c) for c in columns if scales.setdefault(c, scale) != scale]
        return [self._fault("column_twice", (name, key), column=c) for key, c in twice]

    def _named_columns(self, name: TableName) -> list[tuple[tuple[str, ...], str]]:
        """List every column that the study file names in one table, with its place in the file."""
        return [
            ((name, key), column) for key, item in self._items(name) for column in _columns_in(item)
        ]

    def _items(self, name: TableName) -> Iterator[tuple[str, object]]:
        """Go through what the study file says of a table's columns, key by key."""
        part = self.settings.tables()[name]
        places = {"file", "files", "url", "table", "encoding", "delimiter", "sheet"}
        for key in type(part).model_fields:
            value = getattr(part, key)
            if key not in places and value is not None:
                items = value if isinstance(value, tuple) else (value,)
                yield from ((key, item) for item in items)

    def _fault_of(self, error: DataError) -> Fault:
        """Tell an error that came up while a table was read as a fault of that table."""
        files = {table.source.name: name for name, table in self.tables.items()}
        place = (files.get(str(error.values.get("file")), "responses"), "file")
        return self._fault("bad_table", place, reason=error.text(self.language))

    def _file_of(self, name: TableName, error: DataError) -> tuple[str, ...]:
        """Find where the study file names the file that an error speaks of."""
        responses = self.settings.responses
        if name == "responses" and responses.files:
            wanted = Path(str(error.values.get("file"))).name
            for number, file in enumerate(responses.files):
                if Path(file.file).name == wanted:
                    return (name, "files", str(number))
        return (name, "file")

    def _place_of(self, name: TableName, column: str) -> tuple[str, ...]:
        return next(place for place, found in self._named_columns(name) if found == column)

    def _fault(self, case: str, place: tuple[str, ...], **values: object) -> Fault:
        lines = key_lines(self.path.read_text(encoding="utf-8-sig"))
        return Fault(case, ".".join(place), line_of(lines, place), values)


def open(path: str | os.PathLike[str], *, language: Language | None = None) -> Study:  # noqa: A001
    """Open a study file.

    Parameters
    ----------
    path : path
        Of ``study.toml``.
    language : {"fi", "en"} or None
        The study file's own where None.

    Raises
    ------
    SettingsError
        With every fault of the file at once.
    """
    file = Path(path)
    settings = load(file)
    return Study(file, settings, language or settings.study.language)


def write(
    study: Study, findings: tuple[Finding, ...], out: Path, *, today: date
) -> tuple[Path, ...]:
    """Write ``findings.json`` and ``report.html``, both or neither.

    Parameters
    ----------
    study : Study
    findings : tuple of Finding
    out : Path
        A folder; made if it is not there.
    today : date
        Stands in the report.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    from kuski.report import render_report

    name = study.settings.study.name
    content = {
        "findings.json": _as_json(study, findings, today),
        "report.html": render_report(
            findings,
            study=name,
            source=study.tables["responses"].source.name,
            today=today,
            language=study.language,
        ),
    }
    return write_texts(out, content)


def _as_json(study: Study, findings: tuple[Finding, ...], today: date) -> str:
    content = {
        "study": study.settings.study.name,
        "language": study.language,
        "date": today.isoformat(),
        "kuski": __version__,
        "findings": [finding.to_dict() for finding in findings],
    }
    return json.dumps(plain(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _maker(name: str) -> Maker:
    if name not in FINDINGS:
        raise InputError("unknown_finding", name=name, names=", ".join(NAMES))
    module: Maker = import_module(FINDINGS[name])
    return module


def _shortened(value: str) -> str:
    """Keep what a customer wrote out of terminals and logs, but for its beginning."""
    return value if len(value) <= _LONGEST_EXAMPLE else value[: _LONGEST_EXAMPLE - 1] + "…"


def _has_codes(columns: Iterable[str]) -> bool:
    return any(column.startswith(CODES) for column in columns)


def _columns_in(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, ColumnRole):
        return (value.column,)
    return value.columns if isinstance(value, BatteryRole) else ()
