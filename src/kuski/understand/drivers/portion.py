"""A portion of the customers: importance within each segment."""

from dataclasses import dataclass

import numpy as np

from kuski.moments import Collected, Need
from kuski.roles import Roles
from kuski.terms import CUSTOMERS
from kuski.understand.drivers.driver import ShareNumbers, share_numbers
from kuski.understand.importance import driver_importance, importance_need, least_answers

MOST_OF_A_COLUMN = 12
_DRAWS = 400


@dataclass(frozen=True, slots=True)
class SegmentNumbers:
    """Importance for the score in one segment.

    Attributes
    ----------
    column : str
        Of segments.
    segment : str
        What the column holds.
    n : int
        Answers that rated every driver.
    r2 : float
        Share of the score's variance that all drivers explain together, 0 to 1.
    r2_low, r2_high : float or None
    drivers : tuple of ShareNumbers
        The most important first.
    """

    column: str
    segment: str
    n: int
    r2: float
    r2_low: float | None
    r2_high: float | None
    drivers: tuple[ShareNumbers, ...]


@dataclass(frozen=True, slots=True)
class Portions:
    """The segments that are told, how many are not, and the columns that hold too many."""

    told: tuple[SegmentNumbers, ...]
    hidden: int
    crowded: tuple[str, ...]


def segment_needs(roles: Roles) -> dict[str, Need]:
    """Ask for importance by each column of segments, of the answers and of the customers."""
    return {
        category.column.removeprefix(CUSTOMERS): importance_need(roles, roles.score, [category])
        for category in roles.segments_of_answers
    }


def portions(roles: Roles, collected: Collected, rng: np.random.Generator) -> Portions:
    """Divide R² within each segment with enough answers, the largest of each column."""
    told: list[SegmentNumbers] = []
    crowded: list[str] = []
    hidden = 0
    answers, people = least_answers(roles), roles.settings.study.disclosure
    for column, need in segment_needs(roles).items():
        moments = collected.moments.get(need)
        if moments is None:
            crowded.append(column)
            continue
        sizes = moments.rows.sum(axis=1)
        # Every replicate with rows holds at least one customer.
        is_told = (sizes >= answers) & ((moments.rows > 0).sum(axis=1) >= people)
        largest = [i for i in np.argsort(-sizes, kind="stable") if is_told[i]]
        kept = []
        for place in largest[:MOST_OF_A_COLUMN]:
            group = moments.groups[place]
            found = driver_importance(roles, moments, group, n_draws=_DRAWS, rng=rng)
            if found is not None:
                r2 = found.r2_interval
                kept.append(
                    SegmentNumbers(
                        column,
                        str(group[0]),
                        int(sizes[place]),
                        found.r2,
                        None if r2 is None else r2.low,
                        None if r2 is None else r2.high,
                        share_numbers(roles, found),
                    )
                )
        told += sorted(kept, key=lambda segment: segment.segment)
        hidden += len(sizes) - len(kept)
    return Portions(tuple(told), hidden, tuple(crowded))
