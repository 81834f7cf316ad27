"""Conflict: which constraints cannot be kept together."""

from collections.abc import Sequence

import numpy as np

from kuski.stats.constraints import Limit, Rule, stacked, together
from kuski.stats.highs import Model
from kuski.stats.inputs import Booleans, Floats


def conflict(
    allowed: Booleans, limits: Sequence[Limit], rules: Sequence[Rule], *, nodes: int
) -> tuple[str, ...]:
    """Name constraints of which any one less could be kept; none where all can be.

    Parameters
    ----------
    allowed : ndarray of bool, shape (n, c)
        Choices that are there at all, rules aside; at least one in each cell.
    limits : sequence of Limit
        The money among them.
    rules : sequence of Rule
    nodes : int
        Branchings for each question whether some constraints can be kept.

    Returns
    -------
    tuple of str
        In the order given, limits first.

    Notes
    -----
    First all limits may be overstepped, by as little as can be. Those with a price there, and the
    rules that forbid something cheaper at these prices, cannot be kept together (Farkas' lemma:
    the least that the rules let cells take, at these prices, is above what there is). Then one
    after another is left out for good if the rest still cannot be kept (the deletion filter of
    Chinneck & Dravnieks 1991). Where only whole cells cannot keep them, all are filtered.

    References
    ----------
    Chinneck & Dravnieks 1991, *Locating minimal infeasible constraint sets in linear programs*,
    ORSA Journal on Computing 3(2).
    Gleeson & Ryan 1990, *Identifying minimally infeasible subsystems of inequalities*, ORSA
    Journal on Computing 2(1).
    """
    suspects = _suspects(allowed, limits, rules)
    if _can_keep(allowed, suspects, nodes):
        suspects = [*limits, *rules]
        if _can_keep(allowed, suspects, nodes):
            return ()
    for one in tuple(suspects):
        rest = [other for other in suspects if other is not one]
        if not _can_keep(allowed, rest, nodes):
            suspects = rest
    return tuple(one.name for one in suspects)


def in_the_way(
    left: Floats, allowed: Booleans, rules: Sequence[Rule], *, beyond: float
) -> list[Rule]:
    """Find the rules without which some cell would choose otherwise.

    Parameters
    ----------
    left : ndarray, shape (n, c)
        What each choice is worth when all that it takes is paid; −inf where it is not there.
    allowed : ndarray of bool, shape (n, c)
        What all rules allow.
    rules : sequence of Rule
    beyond : float
        By how much a forbidden choice must be better to count.

    Returns
    -------
    list of Rule
    """
    best = np.where(allowed, left, -np.inf).max(axis=1, keepdims=True)
    is_better = left > best + beyond
    return [rule for rule in rules if (is_better & ~rule.allowed).any()]


def _suspects(
    allowed: Booleans, limits: Sequence[Limit], rules: Sequence[Rule]
) -> list[Limit | Rule]:
    """Find constraints that even divided cells cannot keep; anything where they can."""
    ruled = together(allowed, rules)
    empty = ~ruled.any(axis=1)
    if empty.any():
        cell = int(empty.argmax())
        return [rule for rule in rules if (allowed & ~rule.allowed)[cell].any()]
    amount, most = stacked(limits)
    price = Model(amount, most, ruled).overstepped()
    left = np.where(allowed, -np.tensordot(price, amount, axes=1), -np.inf)
    priced = [limit for limit, one in zip(limits, price, strict=True) if one > 0]
    return [*priced, *in_the_way(left, ruled, rules, beyond=0.0)]


def _can_keep(allowed: Booleans, some: Sequence[Limit | Rule], nodes: int) -> bool:
    limits = [one for one in some if isinstance(one, Limit)]
    ruled = together(allowed, [one for one in some if isinstance(one, Rule)])
    if not ruled.any(axis=1).all():
        return False
    if not limits:
        return True
    model = Model(*stacked(limits), ruled)
    nothing = np.zeros(ruled.shape)
    if model.relaxed(nothing) is None:
        return False
    return model.whole(nothing, gap=0.0, nodes=nodes) is not None
