"""The ledger: everybody who gets less than under another allocation, and what that costs them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.budget.figures import level_label
from kuski.choose.disappointed.allocation import Allocation
from kuski.choose.disappointed.rival import RivalScores, strongest
from kuski.choose.plan import Plan
from kuski.choose.problem import Problem
from kuski.scale import Scale
from kuski.stats.draws import with_interval

Against = Literal["today", "equal"]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Known = tuple[float | None, float | None, float | None]

_UNKNOWN: Known = (None, None, None)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as less.

    Attributes
    ----------
    money : float
        In the unit of cost, a person and a year: half a cent is rounding.
    score : float
        Points of the score: nobody notices a twentieth of a point, and nobody can foretell it.
    """

    money: float = 0.005
    score: float = 0.05


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """One group of customers who get less: a segment at some levels of the score.

    Attributes
    ----------
    segment : str
        "others" where thin segments were merged, "everyone" where the study has none.
    level : int or str
        A level of the score, or several as "1–3".
    is_protected : bool
    people : float
    action : str
        What the plan does for them, actions joined by " + "; empty for nothing.
    money, money_today, money_equal : float
        For all of them in a year; today's is None without a table of efforts.
    score, score_today, score_equal : float
        What their score is expected to be.
    is_less_than_today, is_less_than_equal : bool
        Whether they get less money, or are expected to score lower.
    is_let_down_today, is_let_down_equal : bool
        Whether they are expected to score lower.
    worth_lost_today, worth_lost_equal : float
        Worth that the plan does without, a year; below 0 where it is more than before.
    leavers_today, leavers_equal : float or None
        How many more of them leave in a year; None where the study does not say who left.
    floors : tuple of str
        Actions that a rule of the study holds for them.
    rival : str or None
        The other company that most of those who score it score at least as high as us; None where
        no rival was asked about, or too few score one.
    rival_share : float or None
        That share, 0 to 1.
    """

    segment: str
    level: int | str
    is_protected: bool
    people: float
    action: str
    money: float
    money_today: float | None
    money_equal: float
    score: float
    score_today: float | None
    score_equal: float
    is_less_than_today: bool
    is_less_than_equal: bool
    is_let_down_today: bool
    is_let_down_equal: bool
    worth_lost_today: float | None
    worth_lost_today_low: float | None
    worth_lost_today_high: float | None
    worth_lost_equal: float
    worth_lost_equal_low: float | None
    worth_lost_equal_high: float | None
    leavers_today: float | None
    leavers_today_low: float | None
    leavers_today_high: float | None
    leavers_equal: float | None
    leavers_equal_low: float | None
    leavers_equal_high: float | None
    floors: tuple[str, ...]
    rival: str | None
    rival_share: float | None
    rival_share_low: float | None
    rival_share_high: float | None


@dataclass(frozen=True, slots=True)
class PartNumbers:
    """A part of all people: those who get less, or the rest. The two parts sum to the whole.

    Attributes
    ----------
    people : float
    money, money_before : float
        Under the plan, and under what it is compared with; a year.
    worth, worth_before : float
        Likewise, against doing nothing.
    """

    people: float
    money: float
    money_before: float
    worth: float
    worth_before: float


@dataclass(frozen=True, slots=True)
class ComparisonNumbers:
    """The plan beside another allocation.

    Attributes
    ----------
    against : {"today", "equal"}
        What is done today, or the same money for everybody.
    people : float
        Who get less.
    share : float
        Of all people in the plan, 0 to 1.
    let_down : float
        How many of them are expected to score lower.
    protected, protected_let_down : float
        How many of both are protected.
    score, score_before : float or None
        Mean expected score of those who are let down; None where nobody is.
    fall : float or None
        By how much theirs falls.
    worth_lost : float
        Worth that is lost in those who get less; below 0 where it is more than before.
    leavers : float or None
        How many more of those who get less leave in a year.
    less, rest, whole : PartNumbers
        Those who get less, all others, and both: as in the plan.
    """

    against: Against
    people: float
    share: float
    let_down: float
    protected: float
    protected_let_down: float
    score: float | None
    score_before: float | None
    fall: float | None
    fall_low: float | None
    fall_high: float | None
    worth_lost: float
    worth_lost_low: float | None
    worth_lost_high: float | None
    leavers: float | None
    leavers_low: float | None
    leavers_high: float | None
    less: PartNumbers
    rest: PartNumbers
    whole: PartNumbers


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan beside another allocation, cell by cell.

    Attributes
    ----------
    is_less, is_let_down : ndarray of bool, shape (n,)
    lost : ndarray, shape (R, n)
        Worth.
    fall : ndarray, shape (R, n)
        Of the expected score of one customer.
    leavers : ndarray, shape (R, n), or None
    """

    against: Against
    plan: Allocation
    before: Allocation
    people: Floats
    is_less: Booleans
    is_let_down: Booleans
    lost: Floats
    fall: Floats
    leavers: Floats | None


def compared(against: Against, plan: Allocation, before: Allocation, people: Floats) -> Comparison:
    """Find who gets less under a plan than before.

    Parameters
    ----------
    against : {"today", "equal"}
    plan, before : Allocation
    people : ndarray, shape (n,)
    """
    fall = before.score - plan.score
    is_let_down = fall[0] > THRESHOLDS.score
    less_money = before.cost - plan.cost > THRESHOLDS.money * people
    leavers = None
    if plan.leave is not None and before.leave is not None:
        leavers = (plan.leave - before.leave) * people
    return Comparison(
        against=against,
        plan=plan,
        before=before,
        people=people,
        is_less=np.asarray(is_let_down | less_money, np.bool_),
        is_let_down=np.asarray(is_let_down, np.bool_),
        lost=before.worth - plan.worth,
        fall=fall,
        leavers=leavers,
    )


def comparison_numbers(found: Comparison, is_protected: Booleans) -> ComparisonNumbers:
    """Sum a comparison up."""
    people, less, down = found.people, found.is_less, found.is_let_down
    heads = float(people[down].sum())
    score = before = None
    fall = _UNKNOWN
    if heads > 0:
        shares = people[down] / heads
        score = float(found.plan.score[0, down] @ shares)
        before = float(found.before.score[0, down] @ shares)
        fall = with_interval(found.fall[:, down] @ shares)
    lost = with_interval(found.lost[:, less].sum(axis=1))
    leavers = _UNKNOWN
    if found.leavers is not None:
        leavers = with_interval(found.leavers[:, less].sum(axis=1))
    return ComparisonNumbers(
        found.against,
        float(people[less].sum()),
        float(people[less].sum() / people.sum()),
        heads,
        float(people[less & is_protected].sum()),
        float(people[down & is_protected].sum()),
        score,
        before,
        *fall,
        float(lost[0] or 0.0),
        *lost[1:],
        *leavers,
        less=_part(found, less),
        rest=_part(found, ~less),
        whole=_part(found, np.ones_like(less)),
    )


def lines_of(
    problem: Problem,
    plan: Plan,
    today: Comparison | None,
    equal: Comparison,
    *,
    rivals: RivalScores,
    scale: Scale,
) -> tuple[LineNumbers, ...]:
    """Write a line for each cell that gets less than today or than an equal share.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    today, equal : Comparison
        `today` is None without a table of efforts.
    rivals : RivalScores
    scale : Scale

    Returns
    -------
    tuple of LineNumbers
        Those who lose the most worth first.
    """
    is_less = equal.is_less if today is None else equal.is_less | today.is_less
    lost = equal.lost[0] if today is None else np.maximum(equal.lost[0], today.lost[0])
    places = [int(i) for i in np.argsort(-lost, kind="stable") if is_less[i]]
    return tuple(_line(problem, plan, today, equal, rivals, scale, i) for i in places)


def _line(
    problem: Problem,
    plan: Plan,
    today: Comparison | None,
    equal: Comparison,
    rivals: RivalScores,
    scale: Scale,
    i: int,
) -> LineNumbers:
    cell = problem.cells[i]
    rival = strongest(rivals.among([cell]))
    return LineNumbers(
        cell.segment,
        level_label(scale, cell.levels),
        cell.is_protected,
        cell.people,
        problem.label(int(plan.choice[i])),
        float(plan.cost[i]),
        None if today is None else float(today.before.cost[i]),
        float(equal.before.cost[i]),
        float(equal.plan.score[0, i]),
        None if today is None else float(today.before.score[0, i]),
        float(equal.before.score[0, i]),
        today is not None and bool(today.is_less[i]),
        bool(equal.is_less[i]),
        today is not None and bool(today.is_let_down[i]),
        bool(equal.is_let_down[i]),
        *(_UNKNOWN if today is None else with_interval(today.lost[:, i])),
        *_sure(with_interval(equal.lost[:, i])),
        *_leavers(today, i),
        *_leavers(equal, i),
        floors=floors_of(problem, i),
        rival=None if rival is None else rival.rival,
        rival_share=None if rival is None else rival.share,
        rival_share_low=None if rival is None else rival.share_low,
        rival_share_high=None if rival is None else rival.share_high,
    )


def floors_of(problem: Problem, cell: int) -> tuple[str, ...]:
    """Name the actions that a floor or a must holds for a cell."""
    return tuple(
        dict.fromkeys(
            problem.actions[rule.action].action
            for rule in problem.constraints.rules
            if rule.kind != "must_not" and cell in rule.cells
        )
    )


def _sure(found: Known) -> tuple[float, float | None, float | None]:
    return (found[0] or 0.0, *found[1:])


def _leavers(found: Comparison | None, i: int) -> Known:
    if found is None or found.leavers is None:
        return _UNKNOWN
    return with_interval(found.leavers[:, i])


def _part(found: Comparison, chosen: Booleans) -> PartNumbers:
    return PartNumbers(
        float(found.people[chosen].sum()),
        float(found.plan.cost[chosen].sum()),
        float(found.before.cost[chosen].sum()),
        float(found.plan.worth[0, chosen].sum()),
        float(found.before.worth[0, chosen].sum()),
    )
