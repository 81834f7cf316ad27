"""Customers who answer again and again, with expectations that follow: what the tests look at."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

WEIGHTS = np.array([0.5, 0.4, 0.3, 0.1])
# Shares of customers by number of answers, 2 to 8: the mean is 3.9.
TIMES = np.array([0.10, 0.25, 0.29, 0.22, 0.10, 0.03, 0.01])


@dataclass(frozen=True)
class World:
    """How scores come about.

    Attributes
    ----------
    speed, pull : float
    answers : int or None
        Of each customer; None draws them by `TIMES`.
    usual : float
        Standard deviation of what customers usually experience; attitude and the first expectation
        go with it.
    noise : float
        Scale of the logistic noise.
    feedback : float
        How far each rating answers to the noise of the score before.
    mood : float
        How far each rating and, for a tenth of that, the score bear the mood of the moment.
    """

    speed: float = 0.3
    pull: float = 0.5
    answers: int | None = None
    usual: float = 0.5
    noise: float = 0.5
    feedback: float = 0.0
    mood: float = 0.0


@dataclass(frozen=True)
class Rows:
    customer: npt.NDArray[np.uint64]
    time: Integers
    score: Floats
    ratings: Floats

    def chosen(self, places: npt.NDArray[np.int64]) -> "Rows":
        return Rows(
            self.customer[places], self.time[places], self.score[places], self.ratings[places]
        )


def draw(world: World, customers: int, rng: np.random.Generator) -> Rows:
    """Draw the answers of some customers, in the order of time."""
    n = customers
    usual = world.usual * rng.standard_normal(n)
    expected = usual + 0.4 * rng.standard_normal(n)
    attitude = usual + 0.7 * rng.standard_normal(n)
    if world.answers is None:
        times = rng.choice(np.arange(2, 9), size=n, p=TIMES)
    else:
        times = np.full(n, world.answers)
    noise = np.zeros(n)
    parts = []
    for turn in range(times.max()):
        mood = rng.standard_normal(n)
        common = usual + world.mood * mood + world.feedback * noise
        ratings = common[:, None] + 1.2 * rng.standard_normal((n, len(WEIGHTS)))
        noise = rng.logistic(0, world.noise, n) if world.noise else np.zeros(n)
        felt = ratings @ WEIGHTS
        score = attitude + felt - world.pull * expected - 0.06 * turn
        score += noise + 0.1 * world.mood * mood
        here = np.flatnonzero(times > turn)
        parts.append((here, np.full(len(here), turn), score[here], ratings[here]))
        expected = expected + world.speed * (felt - expected)
    who, when, scores, rated = (np.concatenate(part) for part in zip(*parts, strict=True))
    names = rng.integers(0, 2**63, n).astype(np.uint64)
    return Rows(names[who], when, scores, rated)
