"""Those who answered: how they differ from all customers in what is held alike."""

from dataclasses import dataclass

import numpy as np

from kuski.finding import ends, known
from kuski.moments import AnsweredBy, Collected, Moments, Need
from kuski.roles import Roles
from kuski.stats.balance import balance
from kuski.stats.resample import resamples


@dataclass(frozen=True, slots=True)
class AnsweredNumbers:
    """How those who answered differ from all customers in one `alike` column.

    Attributes
    ----------
    column : str
    difference : float or None
        In standard deviations of all customers.
    """

    column: str
    difference: float | None
    difference_low: float | None
    difference_high: float | None


def answered_need(roles: Roles) -> Need | None:
    """Ask for what is held alike, of those who answered and of those who did not."""
    customers = roles.settings.customers
    if customers is None:
        return None
    own = [alike for alike in roles.alike if alike.is_of_customers]
    columns = tuple(variable for alike in own for variable in alike.bare)
    return Need("customers", columns, (AnsweredBy(),)) if columns else None


def answered_numbers(
    roles: Roles, collected: Collected, rng: np.random.Generator
) -> tuple[AnsweredNumbers, ...]:
    """Compare those who answered with all customers, in what is held alike."""
    need = answered_need(roles)
    if need is None:
        return ()
    moments = collected.moments[need].at([("yes",), ("no",)])
    if not moments.rows[0].any():
        return ()
    people = _people_alike(moments)
    drawn = resamples(moments.rows, rng=rng)
    found = balance(moments.cross[0], moments.cross[1], rows=moments.rows, resamples=drawn)
    return tuple(
        AnsweredNumbers(
            variable.column if variable.equals is None else f"{variable.column} {variable.equals}",
            known(found.standardised[i]),
            *ends(found.intervals[i]),
        )
        for i, variable in enumerate(need.columns)
        if variable.equals is None or people[i] >= roles.settings.study.disclosure
    )


def _people_alike(moments: Moments) -> list[int]:
    """Count the customers in each category that is held alike, as sums of its 0/1 variable."""
    cross = moments.cross.sum(axis=(0, 1))
    return [round(n) for n in cross[0, 1:] + moments.origin * cross[0, 0]]
