"""Draw what the customers of the made-up company think of two others that some of them use."""

from dataclasses import dataclass

import numpy as np

from kuski.demo import company
from kuski.demo.answers import Answers
from kuski.demo.company import Claims, Floats, Small
from kuski.demo.customers import Customers


@dataclass(frozen=True, slots=True)
class Rivals:
    """Hold what each answer says of the other companies; shape (n, 2).

    Attributes
    ----------
    is_used : bool array
        Whether the customer uses that company, and so can score it.
    hidden : float array
        Its hidden score before the noise of the occasion; in no table.
    score : int8 array, 1 to 7
        Shown where it is used.
    """

    is_used: Claims
    hidden: Floats
    score: Small


def draw_rivals(rng: np.random.Generator, customers: Customers, answers: Answers) -> Rivals:
    """Draw who uses which other company, and how each answer scores it."""
    people, rivals = len(customers.id), len(company.RIVALS)
    odds = np.array([rival.used for rival in company.RIVALS])
    on_attitude = np.array([rival.used_on_attitude for rival in company.RIVALS])
    logit = odds + on_attitude * customers.attitude[:, None]
    is_used = rng.random((people, rivals)) < 1 / (1 + np.exp(-logit))
    liking = np.array([rival.level for rival in company.RIVALS])
    liking = liking + company.RIVAL_ON_ATTITUDE * customers.attitude[:, None]
    liking += company.RIVAL_SD * rng.standard_normal((people, rivals))
    hidden = liking[answers.customer]
    noisy = hidden + rng.logistic(0.0, company.SCORE_NOISE, hidden.shape)
    return Rivals(
        is_used=is_used[answers.customer],
        hidden=hidden,
        score=(1 + np.searchsorted(company.SCORE_CUTS, noisy)).astype(np.int8),
    )
