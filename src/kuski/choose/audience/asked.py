"""What a person can be asked: a number or a category that was so before the score."""

from dataclasses import dataclass

import numpy as np

from kuski.moments import GROUPS, Answers, Floats, Integers, Variable
from kuski.roles import Roles, variable
from kuski.settings import ColumnRole
from kuski.terms import CUSTOMERS

# Most categories of a column, and most columns.
MOST_CATEGORIES = 19
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """One column: a number, or the category that a person is in.

    Attributes
    ----------
    name : str
    variables : tuple of Variable
        One for a number, one 0/1 variable for each category.
    categories : tuple of str
        Empty for a number.
    """

    name: str
    variables: tuple[Variable, ...]
    categories: tuple[str, ...]


def asked_of(roles: Roles) -> tuple[Asked, ...]:
    """List what a tree may ask of: the `alike` columns and the segments, each once."""
    settings, found = roles.settings, dict[str, Asked]()
    for part, prefix in ((settings.responses, ""), (settings.customers, CUSTOMERS)):
        if part is None or (prefix and not roles.has_customers):
            continue
        for role in (*part.alike, *part.segments):
            found.setdefault(prefix + role.column, asked_by(roles, role, prefix))
    return tuple(found.values())[:MOST_COLUMNS]


def asked_by(roles: Roles, role: ColumnRole, prefix: str) -> Asked:
    """Say how a column can be read of each answer: by its categories where they are known."""
    asked = variable(role, prefix=prefix)
    words = roles.categories.get(asked.column, ())[:MOST_CATEGORIES]
    if not words:
        return Asked(role.column, (asked,), ())
    dummies = tuple(Variable(asked.column, missing=asked.missing, equals=word) for word in words)
    return Asked(role.column, dummies, words)


def column_of(panel: Answers, one: Asked) -> Floats:
    """Read a column: numbers, or places of categories, the rest of many being one more; (m,)."""
    values = np.stack([panel.of(variable) for variable in one.variables], axis=1)
    if not one.categories:
        return values[:, 0].astype(np.float64)
    is_here = values == 1
    place = np.where(is_here.any(axis=1), is_here.argmax(axis=1), len(one.categories))
    return np.where(np.isfinite(values).all(axis=1), place.astype(np.float64), np.nan)


def replicates_of(panel: Answers) -> Integers:
    """Give each answer the random group of its customer: one a customer while they are few."""
    customers, place = np.unique(panel.customer, return_inverse=True)
    if len(customers) <= GROUPS:
        return place.astype(np.int64)
    return (panel.customer % np.uint64(GROUPS)).astype(np.int64)
