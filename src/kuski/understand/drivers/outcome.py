"""An outcome beside the score: worth or leaving, and what it goes with."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kuski.finding import ends
from kuski.moments import Collected, Needs, Variable
from kuski.roles import Roles
from kuski.understand.behaviour import behaviour_moments, behaviour_needs
from kuski.understand.drivers.driver import ShareNumbers, share_numbers
from kuski.understand.importance import driver_importance

OutcomeName = Literal["worth", "left"]


@dataclass(frozen=True, slots=True)
class OutcomeNumbers:
    """What an outcome other than the score goes with.

    Attributes
    ----------
    outcome : {"worth", "left"}
        Worth, or whether the customer left.
    n : int
        Answers that rated every driver and have the outcome; of customers the latest answer alone,
        where the outcome stands with them.
    r2 : float
        Share of the outcome's variance that all drivers explain together, 0 to 1.
    r2_low, r2_high : float or None
    drivers : tuple of ShareNumbers
        The most important first.
    """

    outcome: OutcomeName
    n: int
    r2: float
    r2_low: float | None
    r2_high: float | None
    drivers: tuple[ShareNumbers, ...]


def outcome_needs(roles: Roles) -> Needs:
    """Ask for importance for every outcome that the study has beside the score."""
    asked = Needs()
    for outcome in _outcomes(roles).values():
        asked |= behaviour_needs(roles, outcome)
    return asked


def outcomes(
    roles: Roles, collected: Collected, rng: np.random.Generator
) -> tuple[tuple[OutcomeNumbers, ...], tuple[OutcomeName, ...]]:
    """Divide R² of each outcome; and name those with too few answers, or all alike."""
    told: list[OutcomeNumbers] = []
    refused: list[OutcomeName] = []
    for name, outcome in _outcomes(roles).items():
        moments = behaviour_moments(roles, outcome, collected)
        found = driver_importance(roles, moments, rng=rng)
        if found is None:
            refused.append(name)
            continue
        told.append(
            OutcomeNumbers(
                name,
                moments.n,
                found.r2,
                *ends(found.r2_interval),
                share_numbers(roles, found),
            )
        )
    return tuple(told), tuple(refused)


def _outcomes(roles: Roles) -> dict[OutcomeName, Variable]:
    named: tuple[tuple[OutcomeName, Variable | None], ...] = (
        ("worth", roles.worth),
        ("left", roles.left),
    )
    rated = {part.column for driver in roles.choice.drivers for part in driver.variables}
    return {
        name: outcome
        for name, outcome in named
        if outcome is not None and outcome.column not in rated
    }
