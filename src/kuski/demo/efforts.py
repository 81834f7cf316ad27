"""Draw what the made-up company spends on its customers, most of it on the unhappy."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.answers import FIRST_DAY, Answers
from kuski.demo.company import Floats, Integers


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of effort.

    Attributes
    ----------
    name : str
    mean_cost : float
        Euros for a piece of work.
    chance : tuple of 7 floats, 0 to 1
        By the latest score, that the customer gets it within three months.
    """

    name: str
    mean_cost: float
    chance: tuple[float, float, float, float, float, float, float]


KINDS = (
    Kind("complaint_handling", 230.0, (0.82, 0.70, 0.48, 0.030, 0.012, 0.005, 0.003)),
    Kind("goodwill_credit", 90.0, (0.40, 0.30, 0.20, 0.03, 0.01, 0.005, 0.002)),
    Kind("care_call", 14.0, (0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06)),
    Kind("loyalty_gift", 25.0, (0.00, 0.00, 0.00, 0.02, 0.03, 0.06, 0.10)),
    Kind("app_help", 30.0, (0.06, 0.06, 0.06, 0.05, 0.04, 0.03, 0.03)),
)
_SILENT_CHANCE = np.array([0.03, 0.01, 0.03, 0.01, 0.03])
_COST_SD = 0.5  # of logs
FOLLOWS_DAYS = 90  # most days between an answer and the work that follows


@dataclass(frozen=True, slots=True)
class Efforts:
    """Hold the pieces of work done for a batch of customers, by customer; shape (n,).

    Attributes
    ----------
    customer : int64 array
        Place in the batch's customers.
    kind : int64 array
        Place in `KINDS`.
    day : datetime64[D] array
    cost : float array
        Euros.
    """

    customer: Integers
    kind: Integers
    day: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    cost: Floats


def draw_efforts(rng: np.random.Generator, answers: Answers) -> Efforts:
    """Draw the work that follows each customer's last occasion."""
    score, is_silent = answers.score[answers.is_last], answers.is_silent[answers.is_last]
    chance = np.array([kind.chance for kind in KINDS]).T[score - 1]
    chance[is_silent] = _SILENT_CHANCE
    customer, kind = np.nonzero(rng.random(chance.shape) < chance)
    mean = np.array([kind.mean_cost for kind in KINDS])[kind]
    luck = rng.lognormal(-(_COST_SD**2) / 2, _COST_SD, len(kind))
    after = rng.integers(1, FOLLOWS_DAYS + 1, len(kind))
    return Efforts(
        customer=customer.astype(np.int64),
        kind=kind.astype(np.int64),
        day=FIRST_DAY + answers.day[answers.is_last][customer] + after,
        cost=np.round(mean * luck, 2),
    )
