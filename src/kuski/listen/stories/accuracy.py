"""Accuracy: how often the coder is right, on stories that were checked at random."""

from dataclasses import dataclass

from kuski.listen.stories.crossing import Crossing
from kuski.stats.proportions import share_interval

LEAST = 5


@dataclass(frozen=True, slots=True)
class AccuracyNumbers:
    """How well the coder finds one code, on the stories that were checked at random.

    Attributes
    ----------
    said : int
        Stories that the coder gave the code.
    precision : float or None
        Share of these that have it, 0 to 1; None where there are fewer than five of them.
    there : int
        Stories that have the code.
    recall : float or None
        Share of these that the coder gave it, 0 to 1; None likewise.
    """

    said: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    there: int
    recall: float | None
    recall_low: float | None
    recall_high: float | None


def accuracy(crossing: Crossing) -> AccuracyNumbers:
    """Count how often the coder gave a code where it is, and where it is not."""
    said = crossing.is_random & crossing.said_code
    there = crossing.is_random & crossing.code
    hits, n_said, n_there = (crossing.counted(part) for part in (said & there, said, there))
    return AccuracyNumbers(n_said, *_rate(hits, n_said), n_there, *_rate(hits, n_there))


def _rate(hits: int, n: int) -> tuple[float | None, float | None, float | None]:
    if n < LEAST:
        return None, None, None
    found = share_interval(hits / n, n)
    return hits / n, found.low, found.high
