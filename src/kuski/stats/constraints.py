"""Constraints: what a plan of choices must keep beside its money."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats

MONEY = "money"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much of something over all cells.

    Attributes
    ----------
    name : str
        What it is called where it binds; not "money".
    amount : ndarray, shape (n, c)
        How much each choice takes, >= 0, in the unit of `most`.
    most : float
        How much there is, >= 0.
    """

    name: str
    amount: Floats
    most: float


@dataclass(frozen=True, slots=True)
class Rule:
    """In each cell only some choices.

    Attributes
    ----------
    name : str
        What it is called where it binds; not "money".
    allowed : ndarray of bool, shape (n, c)
        Several rules hold together: a choice is allowed where every rule allows it.
    """

    name: str
    allowed: Booleans


def capacity(name: str, *, people: npt.ArrayLike, holds: npt.ArrayLike, most: float) -> Limit:
    """Let an action reach at most so many people.

    Parameters
    ----------
    name : str
    people : array_like, shape (n,)
        People in each cell.
    holds : array_like of bool, shape (c,) or (n, c)
        Whether a choice holds the action; several may, where actions come in bundles.
    most : float
        People that the action can reach.

    Returns
    -------
    Limit
    """
    each = np.asarray(people, dtype=np.float64)[:, None]
    return Limit(name, each * np.asarray(holds, dtype=np.bool_), most)


def cap(name: str, *, cost: npt.ArrayLike, cells: npt.ArrayLike, most: float) -> Limit:
    """Let at most so much money go to a group of cells.

    Parameters
    ----------
    name : str
    cost : array_like, shape (n, c)
    cells : array_like of bool, shape (n,)
        The group.
    most : float
        In money: a share of the budget times the budget.

    Returns
    -------
    Limit
    """
    in_group = np.asarray(cells, dtype=np.bool_)[:, None]
    return Limit(name, np.where(in_group, np.asarray(cost, dtype=np.float64), 0.0), most)


def keep(name: str, *, cells: npt.ArrayLike, holds: npt.ArrayLike) -> Rule:
    """Give each of some cells a choice that holds something: a floor, or a must.

    Parameters
    ----------
    name : str
    cells : array_like of bool, shape (n,)
        Where it is kept.
    holds : array_like of bool, shape (c,) or (n, c)
        Whether a choice holds it: the action, or at least its service.

    Returns
    -------
    Rule
    """
    elsewhere = ~np.asarray(cells, dtype=np.bool_)[:, None]
    return Rule(name, elsewhere | np.asarray(holds, dtype=np.bool_))


def leave_out(name: str, *, cells: npt.ArrayLike, holds: npt.ArrayLike) -> Rule:
    """Give none of some cells a choice that holds something: a must-not.

    Parameters
    ----------
    name, cells, holds
        As for `keep`.

    Returns
    -------
    Rule
    """
    return keep(name, cells=cells, holds=~np.asarray(holds, dtype=np.bool_))


def stacked(limits: Sequence[Limit]) -> tuple[Floats, Floats]:
    """Return the amounts of limits, shape (m, n, c), and how much there is, shape (m,)."""
    return np.stack([limit.amount for limit in limits]), np.array([one.most for one in limits])


def together(allowed: Booleans, rules: Sequence[Rule]) -> Booleans:
    """Tell which choices are allowed under all rules, shape (n, c)."""
    found = allowed.copy()
    for rule in rules:
        found &= rule.allowed
    return found


def checked_limits(limits: Sequence[Limit], shape: tuple[int, int]) -> None:
    """Say what is wrong with limits to n cells and c choices.

    Raises
    ------
    ValueError
        Where a shape does not fit, or a number is negative or not finite.
    """
    for limit in limits:
        if limit.amount.shape != shape:
            raise ValueError(
                f"limit {limit.name!r} has amounts of shape {limit.amount.shape}, "
                f"expected {shape}: cells and choices"
            )
        if not (np.isfinite(limit.amount).all() and (limit.amount >= 0).all()):
            raise ValueError(
                f"limit {limit.name!r} holds amounts that are negative or not finite, "
                "expected >= 0; give 0 where a choice takes nothing of it"
            )
        if not (np.isfinite(limit.most) and limit.most >= 0):
            raise ValueError(
                f"limit {limit.name!r} is {limit.most:g}, expected a number >= 0; "
                "leave the limit out where there is none"
            )


def checked_rules(rules: Sequence[Rule], shape: tuple[int, int]) -> None:
    """Say what is wrong with rules for n cells and c choices.

    Raises
    ------
    ValueError
        Where a shape does not fit.
    """
    for rule in rules:
        if rule.allowed.shape != shape:
            raise ValueError(
                f"rule {rule.name!r} has shape {rule.allowed.shape}, expected {shape}: "
                "cells and choices"
            )


def checked_names(limits: Sequence[Limit], rules: Sequence[Rule]) -> None:
    """Say which name is taken twice.

    Raises
    ------
    ValueError
        Where two constraints have one name, or one is called as the money is.
    """
    names = [MONEY, *(limit.name for limit in limits), *(rule.name for rule in rules)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two constraints are called {twice[0]!r}; give each a name of its own")
