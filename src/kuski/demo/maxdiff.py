"""Draw which of four things a few customers of the made-up company call the most important."""

from collections.abc import Iterator

import numpy as np

from kuski.demo import company
from kuski.demo.company import Floats

RESPONDENTS = 300
SHOWN = 4


def draw_choices(rng: np.random.Generator) -> Iterator[tuple[int, list[str], str, str]]:
    """Draw (respondent, items shown, best, worst); each respondent misses each item once.

    The best of those shown is drawn with odds exp(u), the worst of the rest with odds exp(-u), u
    being `company.STATED_UTILITY`.
    """
    items = list(company.STATED_ITEMS.values())
    for respondent in range(1, RESPONDENTS + 1):
        for missed in rng.permutation(len(items)):
            shown = rng.permutation(np.delete(np.arange(len(items)), missed))
            best = _drawn(rng, company.STATED_UTILITY[shown])
            rest = np.delete(np.arange(SHOWN), best)
            worst = rest[_drawn(rng, -company.STATED_UTILITY[shown[rest]])]
            names = [items[place] for place in shown]
            yield respondent, names, names[best], names[worst]


def _drawn(rng: np.random.Generator, utility: Floats) -> int:
    """Draw one by its odds."""
    odds = np.exp(utility)
    return int(np.searchsorted(np.cumsum(odds / odds.sum())[:-1], rng.random(), side="right"))
