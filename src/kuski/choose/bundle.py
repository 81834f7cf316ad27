"""Bundles: what one customer can get: nothing, an action, or several that do not exclude others."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from kuski.choose.action import Action
from kuski.choose.cell import Cell
from kuski.choose.constraint import Rule, may_get
from kuski.choose.lift import Lifts
from kuski.errors import DataError

# Bundles grow as the product of the groups; beyond this nobody could read the plan either.
MOST_CHOICES = 64

Booleans = npt.NDArray[np.bool_]
Bundle = tuple[int, ...]


def bundles_of(actions: Sequence[Action]) -> tuple[Bundle, ...]:
    """List nothing, each action, and bundles of at most one action of each group.

    Raises
    ------
    DataError
        Where there are too many.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, action in enumerate(actions):
        groups[action.group].append(place)
    n = int(np.prod([1 + len(own) for own in groups.values()], dtype=np.float64))
    if n > MOST_CHOICES:
        raise DataError("choose_many_bundles", n=n, most=MOST_CHOICES, groups=len(groups))
    parts = [[(), *((place,) for place in own)] for own in groups.values()]
    found = [tuple(sorted(sum(chosen, ()))) for chosen in product(*parts)]
    return tuple(sorted(found, key=lambda choice: (len(choice), choice)))


def uses_of(actions: Sequence[Action], bundles: Sequence[Bundle]) -> Booleans:
    """Tell which actions each bundle holds, shape (c, A)."""
    return np.array([[place in own for place in range(len(actions))] for own in bundles])


def eligible_for(
    actions: Sequence[Action],
    cells: Sequence[Cell],
    bundles: Sequence[Bundle],
    columns: Sequence[str],
) -> Booleans:
    """Tell which bundles each cell could have if there were no rules, shape (n, c)."""
    may = np.array([[may_get(action, cell, columns) for action in actions] for cell in cells])
    found = ~(uses_of(actions, bundles)[None] & ~may[:, None]).any(axis=2)
    return np.asarray(found, np.bool_)


def allowed_by(rules: Sequence[Rule], eligible: Booleans, uses: Booleans, lifts: Lifts) -> Booleans:
    """Tell which bundles each cell may have, shape (n, c)."""
    allowed = eligible.copy()
    for rule in rules:
        allowed[list(rule.cells)] &= kept_by(rule, uses, lifts)
    return allowed


def kept_by(rule: Rule, uses: Booleans, lifts: Lifts) -> Booleans:
    """Tell which bundles keep a rule, shape (c,).

    A floor is kept by its action, or by what is believed to bring at least as much.
    """
    holds: Booleans = uses[:, rule.action]
    if rule.kind == "must_not":
        return np.asarray(~holds, np.bool_)
    if rule.kind == "must":
        return holds
    return np.asarray(holds | (uses @ lifts.mean >= lifts.mean[rule.action]), np.bool_)
