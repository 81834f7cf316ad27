"""The problem: who could get what, at which cost and worth, and what binds the choice.

Every finding of this stage stands on it. `problem_needs` asks for the sums, `problem_of` makes of
them cells by choices: value on each draw, cost, and what moves besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.action import Action, action_needs, actions_of
from kuski.choose.bundle import allowed_by, bundles_of, eligible_for, uses_of
from kuski.choose.cell import Cell, cells_of
from kuski.choose.constraint import PROTECTED, Constraints, may_get, rules_of
from kuski.choose.curve import Curves, curve_needs, curves_of
from kuski.choose.effort import Efforts, effort_needs, efforts_of
from kuski.choose.heads import Heads, as_in_answers, head_needs, heads_of, protected_of, segments_of
from kuski.choose.lift import Lifts, lifts_of
from kuski.choose.today import Today, today_of
from kuski.errors import DataError, InputError
from kuski.finding import Refusal
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.terms import ZONES

# Draws of the truth on which plans are tried: steady to about one point of a hundred in a share.
DRAWS = 400

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Problem:
    """Cells by choices.

    Attributes
    ----------
    cells : tuple of n Cell
    actions : tuple of A Action
        Those that somebody in a cell may get.
    choices : tuple of c tuples of int
        The actions of each choice, as places in `actions`; the first is nothing, ``()``. They are
        the same for all cells; what a cell may not have is NaN in `value` and `cost`.
    value : ndarray, shape (R, n, c)
        Worth that a choice brings to all people of a cell in a year, against nothing; row 0 is the
        estimate, the rest are draws of what may be true.
    cost : ndarray, shape (n, c)
        A year, for all people of a cell; NaN where not allowed.
    eligible : ndarray of bool, shape (n, c)
        Who could get each choice if there were no rules.
    people : ndarray, shape (n,)
    score_now : ndarray, shape (n,)
        Mean score of each cell.
    score_gain : ndarray, shape (n, c)
        Points of the score by which one customer of a cell is expected to move.
    score_draws : ndarray, shape (R, n, c)
        The same on each draw, also of what only a rule forbids; NaN where nobody is eligible.
    leave_now : ndarray, shape (n,), or None
        Chance that a customer of a cell leaves, 0 to 1, as the score goes with it; None where the
        study does not say who left.
    leave_change : ndarray, shape (R, n, c), or None
        By how much that chance changes for one customer; below 0 where fewer leave.
    worth_now : ndarray, shape (R, n)
        Worth of one customer of a cell with nothing done.
    constraints : Constraints
        Capacities, the cap on a segment's money, and the rules (those are in NaN already).
    today : Today or None
        What is spent now; None without a table of efforts.
    lifts : Lifts
    curves : Curves
    segments : tuple of str
        The columns that are crossed; empty where the study has none.
    left_out : tuple of Action
        Actions that are only for a segment that is not among `segments`, or for nobody in a cell.
    people_left_out : float
        Customers with a score who are in no cell: their segment is empty or too thin.
    people_unscored : float
        Customers who never gave a score: they are told, and not targeted.
    n : int
        Answers behind the worth.
    worth_unit, cost_unit : str
    """

    cells: tuple[Cell, ...]
    actions: tuple[Action, ...]
    choices: tuple[tuple[int, ...], ...]
    value: Floats
    cost: Floats
    eligible: Booleans
    people: Floats
    score_now: Floats
    score_gain: Floats
    score_draws: Floats
    leave_now: Floats | None
    leave_change: Floats | None
    worth_now: Floats
    constraints: Constraints
    today: Today | None
    lifts: Lifts
    curves: Curves
    segments: tuple[str, ...]
    left_out: tuple[Action, ...]
    people_left_out: float
    people_unscored: float
    n: int
    worth_unit: str
    cost_unit: str

    @property
    def allowed(self) -> Booleans:
        """Which choices a cell may have, shape (n, c)."""
        return np.asarray(np.isfinite(self.cost), np.bool_)

    @property
    def uses(self) -> Booleans:
        """Which actions a choice holds, shape (c, A)."""
        return uses_of(self.actions, self.choices)

    @property
    def labels(self) -> dict[str, str]:
        """How the table of actions calls each."""
        return {action.action: action.label for action in self.actions}

    def label(self, choice: int) -> str:
        """Name a choice by its actions' identifiers; nothing is the empty text."""
        return " + ".join(self.actions[place].action for place in self.choices[choice])


def problem_needs(roles: Roles) -> Needs | Refusal:
    """Ask for everything that the choice stands on, or say why it cannot be made.

    Raises
    ------
    InputError
        Where ``[choose]`` names a segment that the study does not have.
    """
    part = roles.settings.actions
    if part is None:
        return _refused("choose_no_actions")
    if not (part.lift or part.worth):
        return _refused("choose_no_lift")
    if roles.worth is None:
        return _refused("no_worth")
    segments = segments_of(roles)
    asked = Needs.of(*head_needs(roles, segments).values())
    if roles.settings.customers is not None:
        asked |= Needs(panel=roles.panel)
    theirs = as_in_answers(roles, segments)
    asked |= Needs.of(*effort_needs(roles).values())
    return asked | action_needs(part) | curve_needs(roles, theirs)


def problem_of(
    roles: Roles, collected: Collected, rng: np.random.Generator, *, draws: int = DRAWS
) -> Problem | Refusal:
    """Set the problem up.

    Parameters
    ----------
    roles : Roles
    collected : Collected
        With what `problem_needs` asked for.
    rng : numpy.random.Generator
    draws : int
        At least 100; the problem has one row more, the estimate.

    Returns
    -------
    Problem or Refusal
        The refusal is then given the finding's name with `Refusal.of`.

    Raises
    ------
    DataError
        Where the table of actions holds what cannot be.
    InputError
        Where a rule of ``[choose]`` names what the study does not have.
    """
    asked = problem_needs(roles)
    if isinstance(asked, Refusal):
        return asked
    every = actions_of(roles, collected)
    _check_zones(every)
    segments = segments_of(roles)
    columns = tuple(segment.column for segment in segments)
    known = [action for action in every if not action.column or action.is_by_zone]
    known += [action for action in every if action not in known and action.column in columns]
    curves = curves_of(roles, as_in_answers(roles, segments), collected, draws=draws, rng=rng)
    if isinstance(curves, Refusal):
        return curves
    counted = heads_of(roles, collected, segments)
    cells = cells_of(counted.people, roles.scale, least=roles.settings.study.disclosure)
    if not cells:
        return _refused("choose_no_cells", least=roles.settings.study.disclosure)
    actions = tuple(
        action
        for action in every
        if action in known and any(may_get(action, cell, columns) for cell in cells)
    )
    if not actions:
        return _refused("choose_nobody_may")
    lifts = lifts_of(
        actions,
        span=float(curves.positions[-1] - curves.positions[0]),
        slope=curves.slope,
        draws=draws,
        rng=rng,
    )
    choose = roles.settings.choose
    if any(rule.segment == PROTECTED for rule in (*choose.floors, *choose.must, *choose.must_not)):
        _check_protected(roles)
    constraints = Constraints(
        capacities=tuple(action.capacity for action in actions),
        share=choose.share,
        rules=rules_of(choose, actions, cells, columns=columns, scale=roles.scale),
    )
    choices = bundles_of(actions)
    eligible = eligible_for(actions, cells, choices, columns)
    allowed = allowed_by(constraints.rules, eligible, uses_of(actions, choices), lifts)
    if (clash := _clash(allowed, cells, constraints, actions)) is not None:
        return clash
    return _problem(
        cells=cells,
        actions=actions,
        choices=choices,
        eligible=eligible,
        allowed=allowed,
        lifts=lifts,
        curves=curves,
        constraints=constraints,
        efforts=efforts_of(roles, collected, cells),
        segments=columns,
        left_out=tuple(action for action in every if action not in actions),
        counted=counted,
        roles=roles,
    )


def _problem(
    *,
    cells: tuple[Cell, ...],
    actions: tuple[Action, ...],
    choices: tuple[tuple[int, ...], ...],
    eligible: Booleans,
    allowed: Booleans,
    lifts: Lifts,
    curves: Curves,
    constraints: Constraints,
    efforts: Efforts | None,
    segments: tuple[str, ...],
    left_out: tuple[Action, ...],
    counted: Heads,
    roles: Roles,
) -> Problem:
    people = np.array([cell.people for cell in cells])
    uses = uses_of(actions, choices).astype(np.float64)
    points = lifts.points @ uses.T
    through = (lifts.points * ~lifts.is_straight) @ uses.T
    straight = lifts.worth @ uses.T
    gain = (
        np.stack([curves.worth_gain(cell, through) for cell in cells], axis=1) + straight[:, None]
    )
    moved = np.stack([curves.score_gain(cell, points) for cell in cells], axis=1)
    leave = None
    if curves.left is not None:
        changes = [curves.left_change(cell, points) for cell in cells]
        leave = np.stack([part for part in changes if part is not None], axis=1)
    one = uses @ np.array([action.cost for action in actions])
    value = np.where(allowed, gain * people[:, None], np.nan)
    cost = np.where(allowed, one * people[:, None], np.nan)
    part = roles.settings.actions
    return Problem(
        cells=cells,
        actions=actions,
        choices=choices,
        value=value,
        cost=cost,
        eligible=eligible,
        people=people,
        score_now=np.array([_mean(curves.positions, cell) for cell in cells]),
        score_gain=np.where(allowed, moved[0], np.nan),
        score_draws=np.where(eligible, moved, np.nan),
        leave_now=None
        if curves.left is None
        else np.array([_mean(np.diagonal(curves.left[0]), cell) for cell in cells]),
        leave_change=None if leave is None else np.where(eligible, leave, np.nan),
        worth_now=np.stack([_means(curves.now, cell) for cell in cells], axis=1),
        constraints=constraints,
        today=None
        if efforts is None
        else today_of(
            efforts,
            actions=actions,
            choices=choices,
            value=gain * people[:, None],
            cost=np.broadcast_to(one, gain.shape[1:]) * people[:, None],
            eligible=eligible,
            allowed=allowed,
            people=people,
        ),
        lifts=lifts,
        curves=curves,
        segments=segments,
        left_out=left_out,
        people_left_out=max(counted.scored - float(people.sum()), 0.0),
        people_unscored=counted.unscored,
        n=curves.n,
        worth_unit=roles.worth_unit,
        cost_unit="" if part is None else part.cost.unit,
    )


def _mean(values: Floats, cell: Cell) -> float:
    return float(np.dot(values[list(cell.levels)], cell.by_level))


def _means(values: Floats, cell: Cell) -> Floats:
    found: Floats = values[:, list(cell.levels)] @ np.array(cell.by_level)
    return found


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name="", numbers=None, **values)


def _check_zones(actions: Sequence[Action]) -> None:
    for action in actions:
        if action.is_by_zone and action.value not in ZONES:
            raise DataError("choose_who", action=action.action, value=f"zone = {action.value}")


def _check_protected(roles: Roles) -> None:
    if protected_of(roles) is None:
        raise InputError("choose_nobody_protected")


def _clash(
    allowed: Booleans, cells: Sequence[Cell], constraints: Constraints, actions: Sequence[Action]
) -> Refusal | None:
    """Refuse where the rules leave a cell without any choice."""
    without = np.flatnonzero(~allowed.any(axis=1))
    if not without.size:
        return None
    cell = int(without[0])
    named = dict.fromkeys(
        actions[rule.action].action for rule in constraints.rules if cell in rule.cells
    )
    return _refused(
        "choose_rules_clash",
        segment=cells[cell].segment,
        actions=", ".join(named),
        n=int(without.size),
    )
