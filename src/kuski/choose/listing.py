"""Listing: the customers for an action, written through the engine in one scan by a rule.

The rule is the plan's: segment, level and protection say in which cell a customer is, and the cell
who gets what. Cells that a rule of the study gives the action come first, then those where a unit
of money brings most. The last cell for which there is capacity left is filled in an order that is
random, and the same for the same seed: by the engine's hash of the customer and the study's seed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kuski.choose.candidate import Rule, close, gather
from kuski.choose.entry import Entry, entries_of
from kuski.choose.plan import Plan
from kuski.choose.planned import checked, planned
from kuski.choose.problem import Problem
from kuski.choose.queue import Queue
from kuski.choose.reason import Offer, row_of, segment_words
from kuski.choose.sheet import write_sheet
from kuski.engine import Progress
from kuski.finding import Caller
from kuski.output import writing
from kuski.roles import Roles
from kuski.show.record import Record
from kuski.show.table import Column, Kind, Table
from kuski.stats.draws import with_interval
from kuski.words import Estimate, Language, Quantity, say

if TYPE_CHECKING:
    from kuski.study import Study

_UNUSUAL = re.compile(r"[^\w.-]")
_CANDIDATES = "candidates.arrow"
# More lines would not be read in a terminal; the file and JSON have all.
_LINES = 15
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("segment", "text"), ("level", "text"), ("protected", "text"), ("found", "count"),
    ("listed", "count"), ("worth", "estimate"), ("cost", "quantity"), ("worth_per_cost", "number"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one cell.

    Attributes
    ----------
    entry : Entry
    found : int
        Customers in the cell.
    listed : int
        Those of them on the list; 0 where the cell is smaller than may be disclosed.
    """

    entry: Entry
    found: int
    listed: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of customers for an action.

    Attributes
    ----------
    file : Path
    action : str
        Its identifier.
    labels : mapping
        How the table of actions calls each.
    parts : tuple of Part
        The cells in the order in which capacity goes to them.
    capacity : float
        Customers who can get the action; may be infinite.
    price : float
        What the last unit of the plan's money brings.
    planned : float
        Customers whom the plan gives the action. It differs from those listed where the study has
        more answers than the plan was counted on; the list is counted on all of them.
    least : int
        The smallest cell that is listed.
    worth_unit, cost_unit : str
    """

    file: Path
    action: str
    labels: Mapping[str, str]
    parts: tuple[Part, ...]
    capacity: float
    price: float
    planned: float
    least: int
    worth_unit: str
    cost_unit: str

    @property
    def offer(self) -> Offer:
        """What the customers get."""
        return Offer(self.action, self.labels, self.price, self.worth_unit, self.cost_unit)

    @property
    def people(self) -> int:
        """Customers on the list."""
        return sum(part.listed for part in self.parts)

    @property
    def passed_over(self) -> int:
        """Customers for whom there was no capacity left."""
        return sum(part.found - part.listed for part in self.parts if part.found >= self.least)

    @property
    def hidden(self) -> int:
        """Cells too small to be listed."""
        return sum(0 < part.found < self.least for part in self.parts)

    @property
    def cost(self) -> float:
        """A year, of all who are listed."""
        return sum(part.listed * part.entry.cost for part in self.parts)

    @property
    def worth(self) -> tuple[float, float, float]:
        """What the listed bring more in a year, with its 95 % interval."""
        draws = sum(
            (part.listed * part.entry.draws for part in self.parts),
            start=np.zeros_like(self.parts[0].entry.draws),
        )
        return with_interval(draws)

    def table(self, roles: Roles, language: Language) -> Table:
        """List the first cells in the order in which capacity goes to them, and sum up the rest."""
        units = {"worth": self.worth_unit, "cost": self.cost_unit}
        columns = tuple(
            Column(key, say(f"choose.list_column_{key}", language), kind, units.get(key, ""))
            for key, kind in _COLUMNS
        )
        parts, rest = self.parts[:_LINES], self.parts[_LINES:]
        if len(rest) == 1:
            parts, rest = self.parts, ()
        records = [self._record(part, roles, language) for part in parts]
        if rest:
            named = say("choose.list_more", language, n=len(rest))
            records.append(
                {
                    **dict.fromkeys(records[0], None),
                    "segment": named,
                    "level": "",
                    "protected": "",
                    "found": sum(part.found for part in rest if part.found >= self.least),
                    "listed": sum(part.listed for part in rest),
                }
            )
        return Table(columns, tuple(records), language)

    def sentences(self, caller: Caller) -> tuple[str, ...]:
        """Say what the list holds, and what it does not."""
        language = caller.language
        worth, low, high = self.worth
        said = [
            say(
                "choose.list_sum",
                language,
                action=self.offer.called(caller),
                n=self.people,
                cost=Quantity(self.cost, self.cost_unit),
                worth=Estimate(worth, low, high, self.worth_unit),
            )
        ]
        if n := self.passed_over:
            said.append(say("choose.list_capacity", language, n=n, capacity=self.capacity))
        if n := self.hidden:
            said.append(say("choose.list_hidden", language, n=n, least=self.least))
        found = sum(part.found for part in self.parts)
        if abs(found - self.planned) >= 1:
            said.append(say("choose.list_planned", language, planned=self.planned))
        return tuple(said)

    def to_dict(self, roles: Roles, language: Language) -> dict[str, Any]:
        """Return all of it as plain data for JSON."""
        worth, low, high = self.worth
        return {
            "file": str(self.file),
            "action": self.action,
            "people": self.people,
            "capacity": self.capacity if np.isfinite(self.capacity) else None,
            "passed_over": self.passed_over,
            "hidden": self.hidden,
            "cost": self.cost,
            "worth": worth,
            "worth_low": low,
            "worth_high": high,
            "shadow_price": self.price,
            "cells": [dict(self._record(part, roles, language)) for part in self.parts],
        }

    def _record(self, part: Part, roles: Roles, language: Language) -> Record:
        answer = "yes" if part.entry.cell.is_protected else "no"
        return {
            **row_of(part.entry, self.offer, roles, language),
            "segment": segment_words(part.entry.cell, roles, language),
            "protected": say(f"choose.list_{answer}", language),
            "found": part.found if part.found >= self.least else None,
            "listed": part.listed,
        }


def file_name(action: str) -> str:
    """Name the file of an action's list, in signs that every system takes."""
    return f"list-{_UNUSUAL.sub('_', action)}.csv"


def list_customers(
    study: "Study",
    action: str,
    out: Path,
    *,
    money: float | None = None,
    progress: Progress | None = None,
) -> Listing:
    """Write the customers whom the best plan gives an action.

    Parameters
    ----------
    study : Study
    action : str
        Its identifier in the table of actions.
    out : Path
        Ends in ``.csv`` or ``.parquet``; the file is replaced when the list is whole.
    money : float or None
        What there is in all; the study's own where None.
    progress : callable or None
        Called with a table's name and the rows read so far.

    Returns
    -------
    Listing

    Raises
    ------
    InputError
        If the plan cannot be made or does not hold the action, the study has no table of customers,
        or the file is of another kind or one of the study's own.
    OutputError
        If the file cannot be written; what stood there before is left as it was.
    """
    study = checked(study, out, money)
    found = planned(study, progress)
    problem, least = found.problem, study.settings.study.disclosure
    asked = wanted(problem, found.plan, action, out=out, least=least)
    return write_list(study, asked, segments=problem.segments, progress=progress)


def wanted(problem: Problem, plan: Plan, action: str, *, out: Path, least: int) -> Listing:
    """Say what a list is to hold, before anybody is on it.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    action : str
        Its identifier.
    out : Path
    least : int
        The smallest cell that is listed.

    Raises
    ------
    InputError
        As `entries_of`.
    """
    entries = entries_of(problem, plan, action)
    place = [one.action for one in problem.actions].index(action)
    return Listing(
        file=out,
        action=action,
        labels=problem.labels,
        parts=tuple(Part(entry, 0, 0) for entry in entries),
        capacity=problem.constraints.capacities[place],
        price=plan.price,
        planned=sum(entry.cell.people for entry in entries),
        least=least,
        worth_unit=problem.worth_unit,
        cost_unit=problem.cost_unit,
    )


def write_list(
    study: "Study",
    asked: Listing,
    *,
    segments: Sequence[str],
    progress: Progress | None = None,
) -> Listing:
    """Write the customers of some cells, in one scan of their table.

    Parameters
    ----------
    study : Study
    asked : Listing
        What the list is to hold.
    segments : sequence of str
        The crossed segments, as columns of the customers' table.
    progress : callable or None

    Returns
    -------
    Listing
        With what became of each cell.

    Raises
    ------
    DataError
        If a customer stands on the list twice.
    OutputError
        If the file cannot be written.
    """
    column = study.tables["customers"].customer or ""
    entries = [part.entry for part in asked.parts]
    queue = Queue(len(entries), most=asked.capacity, least=asked.least)
    rule = Rule.of(study, segments, entries)
    with writing(asked.file) as draft:
        candidates = draft.with_name(_CANDIDATES)
        gather(study, rule, queue, to=candidates, progress=progress)
        close(study, queue)
        rows = [row_of(entry, asked.offer, study.roles, study.language) for entry in entries]
        listed = write_sheet(draft, candidates, queue, rows, customer=column)
    parts = zip(entries, queue.counts.tolist(), listed.tolist(), strict=True)
    return replace(asked, parts=tuple(Part(*part) for part in parts))
