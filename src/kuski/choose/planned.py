"""Planned: the plan that a list is made of, and what must hold before anything is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kuski.choose.cell import EVERYONE, OTHERS, Cell
from kuski.choose.decision import decision_of
from kuski.choose.plan import Plan
from kuski.choose.problem import Problem, problem_needs
from kuski.choose.sheet import KINDS
from kuski.engine import Progress
from kuski.errors import InputError
from kuski.finding import Refusal
from kuski.moments import Collected
from kuski.roles import Roles
from kuski.words import Language, say

if TYPE_CHECKING:
    from kuski.study import Study


@dataclass(frozen=True, slots=True)
class Planned:
    """The best plan of cells, and what it was made of.

    Attributes
    ----------
    problem : Problem
    plan : Plan
    collected : Collected
    """

    problem: Problem
    plan: Plan
    collected: Collected


def checked(study: "Study", out: Path, money: float | None) -> "Study":
    """Check what a list is asked for, before any work is done.

    Parameters
    ----------
    study : Study
    out : Path
        Where the list is to be written.
    money : float or None
        What there is in all; the study's own where None.

    Returns
    -------
    Study
        With the money.

    Raises
    ------
    InputError
        If the money is no amount, the file is of another kind or one of the study's own, or the
        study has no table of customers.
    """
    if money is not None:
        study = study.spending(money)
    _check_out(study, out)
    if study.settings.customers is None:
        raise InputError("choose_list_no_customers")
    return study


def planned(study: "Study", progress: Progress | None) -> Planned:
    """Make the plan as the finding on the budget does, from the same draws.

    Raises
    ------
    InputError
        If no plan can be made.
    """
    asked = problem_needs(study.roles)
    if isinstance(asked, Refusal):
        raise refused(asked, study.language)
    collected = study.collected(asked, progress=progress)
    rng = np.random.default_rng(study.settings.study.seed)
    decision = decision_of(study.roles, collected, rng)
    if isinstance(decision, Refusal):
        raise refused(decision, study.language)
    if isinstance(decision.plan, Refusal):
        raise refused(decision.plan, study.language)
    return Planned(decision.problem, decision.plan, collected)


def refused(refusal: Refusal, language: Language) -> InputError:
    """Make an error of a plan's refusal."""
    (sentence,) = refusal.translated(language).story()
    return InputError("choose_list_refused", reason=sentence.text, advice=sentence.advice)


def segment_name(cell: Cell, language: Language) -> str:
    """Name the segment of a cell."""
    own = {EVERYONE: "list_everyone", OTHERS: "list_others"}.get(cell.segment)
    return cell.segment if own is None else say(f"choose.{own}", language)


def levels_name(cell: Cell, roles: Roles) -> str:
    """Name the levels of a cell."""
    labels = roles.scale.labels
    first, last = labels[cell.levels[0]], labels[cell.levels[-1]]
    return first if first == last else f"{first}–{last}"


def _check_out(study: "Study", out: Path) -> None:
    """Refuse a file of another kind, and the study's own files."""
    kind = out.suffix.lower()
    if kind not in KINDS:
        raise InputError("choose_list_kind", file=out, kind=kind or out.name)
    files = [study.path]
    for part in study.settings.tables().values():
        names = [part.file, *(one.file for one in getattr(part, "files", ()))]
        files += [study.settings.folder / name for name in names if name]
    if out.resolve() in {file.resolve() for file in files}:
        raise InputError("choose_list_own_file", file=out)
