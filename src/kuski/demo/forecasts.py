"""Draw what the leaders of the made-up company believe of their customers."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Belief:
    """Hold what a dozen leaders believe of one figure.

    Attributes
    ----------
    what : str
        The figure's name.
    middle, spread : float
        Mean and standard deviation of the leaders' guesses.
    highest : float
        The most that makes sense.
    """

    what: str
    middle: float
    spread: float
    highest: float


BELIEFS = (
    Belief("importance_price", 0.36, 0.06, 1.0),
    Belief("importance_product", 0.24, 0.05, 1.0),
    Belief("importance_speed", 0.17, 0.04, 1.0),
    Belief("importance_app", 0.14, 0.04, 1.0),
    Belief("importance_treatment", 0.09, 0.03, 1.0),
    Belief("leaving_price", 0.55, 0.09, 1.0),
    Belief("leaving_treatment", 0.14, 0.05, 1.0),
    Belief("share_below", 0.22, 0.06, 1.0),
    Belief("share_top", 0.15, 0.05, 1.0),
    Belief("mean_score", 4.7, 0.35, 7.0),
)
LEADERS = 12


def draw_forecasts(rng: np.random.Generator) -> list[tuple[str, str, float]]:
    """Draw (leader, what, guess) for every leader and figure."""
    rows = []
    for leader in range(1, LEADERS + 1):
        leaning = rng.standard_normal()
        for belief in BELIEFS:
            off = belief.spread * (0.4 * leaning + 0.9 * rng.standard_normal())
            guess = min(max(belief.middle + off, 0.0), belief.highest)
            rows.append((f"leader-{leader:02d}", belief.what, round(guess, 2)))
    return rows
