"""Doubts: what the checks of a plan tell of."""

from dataclasses import dataclass

import numpy as np

from kuski.choose.problem import Problem


@dataclass(frozen=True, slots=True)
class Doubts:
    """What could make the plan wrong.

    Attributes
    ----------
    is_default_money : bool
        Whether the money is what is spent today, for want of another amount.
    is_adjusted : bool
        Whether customers were held alike.
    left_out : tuple of str
        Actions for segments that are not crossed.
    big_capacity : tuple of str
        Actions with a capacity that looks like money.
    rules : int
        Rules of the study that hold for somebody.
    void_rules : int
        Rules for protected customers who are too few for a group.
    years : float or None
        For how long the efforts were gathered; None without efforts.
    other_unit : str or None
        Unit of the efforts where it is not that of the actions.
    known_cost : float
        Cost of efforts that are actions of the study.
    unmatched : float
        Cost of efforts for customers who are in no cell.
    """

    is_default_money: bool = False
    is_adjusted: bool = True
    left_out: tuple[str, ...] = ()
    big_capacity: tuple[str, ...] = ()
    rules: int = 0
    void_rules: int = 0
    years: float | None = None
    other_unit: str | None = None
    known_cost: float = 0.0
    unmatched: float = 0.0


def doubts_of(
    problem: Problem, *, is_default_money: bool, capacity: float, other_unit: str | None
) -> Doubts:
    """Look what there is to tell of.

    Parameters
    ----------
    problem : Problem
    is_default_money : bool
        Whether the study names no money.
    capacity : float
        A capacity of so many times all customers looks like money.
    other_unit : str or None
        Unit of the efforts where it is not that of the actions.
    """
    most = capacity * float(problem.people.sum())
    today = problem.today
    return Doubts(
        is_default_money=is_default_money,
        is_adjusted=problem.curves.is_adjusted,
        left_out=tuple(action.action for action in problem.left_out),
        big_capacity=tuple(
            action.action for action in problem.actions if most <= action.capacity < np.inf
        ),
        rules=sum(bool(rule.cells) for rule in problem.constraints.rules),
        void_rules=sum(not rule.cells for rule in problem.constraints.rules),
        years=None if today is None else today.efforts.years,
        other_unit=other_unit,
        known_cost=0.0 if today is None else today.known_cost,
        unmatched=0.0 if today is None else today.efforts.unmatched,
    )
