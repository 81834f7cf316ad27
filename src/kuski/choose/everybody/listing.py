"""Listing: everybody who gets something, each the best action at the price of the money.

Customers go through twice. First they are sorted into kinds and counted, and stay as a name, a kind
and a key in a file beside the list. Once it is known what each kind gets, they are read from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kuski.choose.candidate import CUSTOMER, batch_of, close, read_batches, write_batches
from kuski.choose.everybody.allocation import Allocation, allocation_of
from kuski.choose.everybody.gain import Gains
from kuski.choose.everybody.kind import Kinds, Sorter
from kuski.choose.everybody.lot import Lot, lots_of, ranks_of
from kuski.choose.everybody.roll import Part, Roll
from kuski.choose.everybody.steepness import steepness_of
from kuski.choose.planned import Planned, checked, planned, refused
from kuski.choose.problem import Problem
from kuski.choose.queue import Queue
from kuski.choose.reason import Offer, row_of
from kuski.choose.sheet import write_sheet
from kuski.engine import Progress, arrays, latest_levels, people
from kuski.errors import DataError
from kuski.finding import Refusal
from kuski.moments import Hashes, Integers
from kuski.output import writing
from kuski.show.record import Record
from kuski.stats.inputs import Booleans, Floats
from kuski.words import Quantity, say

if TYPE_CHECKING:
    from kuski.study import Study

FILE_NAME = "list.csv"
_COUNTED, _CANDIDATES = "counted.arrow", "candidates.arrow"
_TENTHS = (0.1, 0.9)


def list_everybody(
    study: "Study",
    out: Path,
    *,
    money: float | None = None,
    progress: Progress | None = None,
) -> Roll:
    """Write everybody who gets something, one row a customer.

    Parameters
    ----------
    study : Study
    out : Path
        Ends in ``.csv`` or ``.parquet``; the file is replaced when the list is whole.
    money : float or None
        What there is in all; the study's own where None.
    progress : callable or None
        Called with a table's name and the rows read so far.

    Returns
    -------
    Roll

    Raises
    ------
    InputError
        If no plan can be made, the study has no table of customers, or the file is of another kind
        or one of the study's own.
    DataError
        If a customer stands on the list twice.
    OutputError
        If the file cannot be written; what stood there before is left as it was.
    """
    study = checked(study, out, money)
    found = planned(study, progress)
    problem, least = found.problem, study.settings.study.disclosure
    rng = np.random.default_rng(study.settings.study.seed)
    steepness = steepness_of(study.roles, found.collected, problem.curves, rng)
    sorter = Sorter(study, problem.segments, problem.cells, steepness)
    with writing(out) as draft:
        counted, candidates = draft.with_name(_COUNTED), draft.with_name(_CANDIDATES)
        write_batches(counted, _coded(study, sorter, progress))
        kinds = sorter.kinds(least)
        if not len(kinds.people):
            few = Refusal.because("choose_no_cells", name="", numbers=None, least=least)
            raise refused(few, study.language)
        gains = Gains.of(problem, kinds, steepness)
        allocation = allocation_of(problem, gains, found.plan.money)
        if allocation is None:
            binding = ", ".join(found.plan.binding)
            clash = Refusal.because("choose_no_plan", name="", numbers=None, binding=binding)
            raise refused(clash, study.language)
        lots = lots_of(problem, gains, allocation)
        drawn = _Drawn.of(counted, kinds, allocation, lots)
        write_batches(candidates, _chosen(counted, drawn))
        roll = _roll(out, found, gains, allocation, lots, sorter, least)
        _write(study, draft, candidates, roll, problem)
    return roll


def _coded(study: "Study", sorter: Sorter, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    time, score = study.settings.responses.time, study.roles.score_levels
    latest = latest_levels(study.tables["responses"], score, time)
    table, segments, rows = study.tables["customers"], sorter.rule.segments, 0
    for some in people(table, latest, segments=segments, flags=sorter.flags):
        rows += some.rows
        named, code = sorter.coded(some)
        yield batch_of(named.customer, code, named.order(study.settings.study.seed))
        if progress is not None:
            progress("customers", rows)
    if not rows:
        raise DataError("no_rows", file=table.source.name)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Who of a kind is in which lot: those with the smallest keys were drawn.

    Attributes
    ----------
    kind : ndarray of int, shape (codes,)
    last : ndarray of uint64, shape (n,)
        Key of the last who was drawn of each kind.
    drawn, others : ndarray of int, shape (n,)
        Place among the lots of those who were drawn, and of those who were not; −1 for nothing.
    has_lot : ndarray of bool, shape (n,)
    """

    kind: Integers
    last: Hashes
    drawn: Integers
    others: Integers
    has_lot: Booleans

    @classmethod
    def of(cls, counted: Path, kinds: Kinds, found: Allocation, lots: tuple[Lot, ...]) -> "_Drawn":
        has_lot = found.lot > 0
        keys: dict[int, list[Hashes]] = {kind: [] for kind in np.flatnonzero(has_lot).tolist()}
        for _, code, key in read_batches(counted) if keys else ():
            kind = kinds.of_code[code]
            for own, parts in keys.items():
                parts.append(key[kind == own])
        last = np.zeros(len(found.lot), np.uint64)
        for own, parts in keys.items():
            n = int(found.lot[own])
            last[own] = np.partition(np.concatenate(parts), n - 1)[n - 1]
        return cls(kinds.of_code, last, *ranks_of(lots, found), has_lot)

    def rank(self, code: Integers, key: Hashes) -> Integers:
        """Give customers the place of their lot; −1 where they get nothing."""
        kind = self.kind[code]
        is_drawn = self.has_lot[kind] & (key <= self.last[kind])
        found = np.where(is_drawn, self.drawn[kind], self.others[kind])
        return np.where(kind < 0, -1, found)


def _chosen(counted: Path, drawn: _Drawn) -> Iterator[pa.RecordBatch]:
    """Keep those who get something, with the place of their lot."""
    for batch, code, key in read_batches(counted):
        rank = drawn.rank(code, key)
        is_in = rank >= 0
        customer = batch.column(CUSTOMER).filter(arrays.filter_of(is_in))
        yield batch_of(customer, rank[is_in], key[is_in])


def _roll(
    out: Path,
    found: Planned,
    gains: Gains,
    allocation: Allocation,
    lots: tuple[Lot, ...],
    sorter: Sorter,
    least: int,
) -> Roll:
    problem, kinds = found.problem, gains.kinds
    by_cells = found.plan.choice[kinds.cell]
    cost = problem.uses @ np.array([action.cost for action in problem.actions])
    steps = gains.step()
    return Roll(
        file=out,
        lots=lots,
        parts=_parts(problem, lots, allocation.price),
        money=found.plan.money,
        price=allocation.price,
        bound=allocation.bound,
        by_cells=gains.draws(by_cells) @ kinds.people,
        cells_cost=float(cost[by_cells] @ kinds.people),
        step=problem.curves.slope,
        steps=_tenths(steps, kinds.people) if sorter.is_steep else None,
        left_out=sorter.scored - int(sorter.counts.sum()),
        hidden=kinds.hidden,
        unkept=_unkept(problem, kinds, sorter),
        least=least,
        worth_unit=problem.worth_unit,
        cost_unit=problem.cost_unit,
    )


def _unkept(problem: Problem, kinds: Kinds, sorter: Sorter) -> int:
    """Count the protected who are in no cell, where there is a floor to keep for them."""
    has_floor = any(rule.kind == "floor" for rule in problem.constraints.rules)
    return sorter.protected - sorter.protected_in(kinds) if has_floor else 0


def _tenths(steps: Floats, people: Integers) -> tuple[float, float]:
    """Say where the lowest tenth of the customers ends and the highest begins."""
    order = np.argsort(steps)
    below = np.cumsum(people[order]) / people.sum()
    low, high = (steps[order][np.searchsorted(below, tenth)] for tenth in _TENTHS)
    return float(low), float(high)


def _parts(problem: Problem, lots: tuple[Lot, ...], price: float) -> tuple[Part, ...]:
    """Sum the lots up by what they get."""
    parts = []
    for choice in sorted({lot.choice for lot in lots}):
        own = [lot for lot in lots if lot.choice == choice]
        parts.append(
            Part(
                offer=_offer(problem, choice, price),
                people=sum(lot.people for lot in own),
                cost=sum(lot.people * lot.entry.cost for lot in own),
                draws=np.sum([lot.people * lot.entry.draws for lot in own], axis=0),
            )
        )
    return tuple(sorted(parts, key=lambda part: part.per_cost, reverse=True))


def _offer(problem: Problem, choice: int, price: float) -> Offer:
    return Offer(
        action=problem.label(choice),
        labels=problem.labels,
        price=price,
        worth_unit=problem.worth_unit,
        cost_unit=problem.cost_unit,
    )


def _write(study: "Study", draft: Path, candidates: Path, roll: Roll, problem: Problem) -> None:
    """Write the list itself, each row with its reason."""
    lots = roll.lots
    queue = Queue(len(lots), most=np.inf, least=0)
    for _, rank, key in read_batches(candidates):
        queue.add(rank, key)
    close(study, queue)
    column = study.tables["customers"].customer or ""
    rows = [_row(study, lot, roll, problem) for lot in lots]
    write_sheet(draft, candidates, queue, rows, customer=column)


def _row(study: "Study", lot: Lot, roll: Roll, problem: Problem) -> Record:
    """Say why a lot's customers are on the list."""
    offer = _offer(problem, lot.choice, roll.price)
    row, language = row_of(lot.entry, offer, study.roles, study.language), study.language
    reasons = [str(row["reason"])]
    if roll.steps is not None:
        own, usual = (Quantity(step, roll.worth_unit) for step in (lot.step, roll.step))
        reasons.append(say("choose.list_reason_step", language, own=own, usual=usual))
    if lot.people < lot.of:
        reasons.append(say("choose.list_reason_drawn", language, n=lot.people, of=lot.of))
    return {**row, "reason": " ".join(reasons)}
