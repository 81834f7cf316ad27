"""Measure how often other ways to make an interval hold the truth; run by hand, no test.

``python tests/coverage/interval_ways.py [STUDIES]`` prints the tables of the decision note.
"""

import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtrit
from test_intervals import SEED, Answer, Company, answer, found_intervals, true_numbers, true_values

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]


def statistics(found: Answer) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return every statistic on each resample, and the replicates that hold each."""
    assert found.worth.adjusted is not None
    columns, held = [found.worth.crude, found.worth.adjusted], [*found.worth.held] * 2
    for plan in (found.crude, found.adjusted):
        ratio = np.where(plan.eliminate.gain > 0, plan.ratio, np.inf)
        columns.append(np.column_stack([plan.eliminate.gain, plan.elevate.gain, ratio]))
        held += [found.held] * 3
    return np.concatenate(columns, axis=1), np.array(held)


class Sample:
    """What the ways share: estimate, draws, and influence by leaving out replicates."""

    def __init__(self, values: Floats, replicates: int, held: npt.NDArray[np.int64]) -> None:
        left_out, self.draws = values[1 : 1 + replicates], values[1 + replicates :]
        influence = left_out.mean(axis=0) - left_out
        squares = (influence**2).sum(axis=0)
        self.estimate, self.held = values[0], np.maximum(held, 2)
        self.acceleration = (influence**3).sum(axis=0) / (6 * squares**1.5)
        uneven = (influence**4).sum(axis=0) / squares**2
        self.df = 2 / np.maximum(uneven - 1 / self.held, 2 / (self.held - 1))
        self.se = np.sqrt(squares * self.held / (self.held - 1))
        self.ordered = np.sort(self.draws, axis=0)
        below = (self.draws < self.estimate).mean(axis=0)
        self.bias = ndtri(np.clip(below, 1e-3, 1 - 1e-3))

    def at(self, low: Floats, high: Floats) -> Limits:
        """Percentiles of the draws at normal deviates."""
        return self._at(low), self._at(high)

    def _at(self, deviates: Floats) -> Floats:
        place = np.rint(np.nan_to_num(ndtr(deviates)) * (len(self.ordered) - 1)).astype(int)
        place = np.broadcast_to(place, self.estimate.shape)
        return np.take_along_axis(self.ordered, place[None], axis=0)[0]


def expanded(df: Floats) -> Floats:
    return -np.sqrt((df + 1) / df) * stdtrit(df, 0.025)


def bca(sample: Sample, z: Floats) -> Limits:
    def moved(deviate: Floats) -> Floats:
        return sample.bias + deviate / (1 - sample.acceleration * deviate)

    return sample.at(moved(sample.bias - z), moved(sample.bias + z))


def symmetric(sample: Sample, z: Floats) -> Limits:
    return sample.estimate - z * sample.se, sample.estimate + z * sample.se


def logarithmic(sample: Sample, z: Floats) -> Limits:
    reach = np.exp(z * sample.se / sample.estimate)
    return sample.estimate / reach, sample.estimate * reach


def basic(sample: Sample) -> Limits:
    low, high = sample.at(NORMAL, -NORMAL)
    return 2 * sample.estimate - low, 2 * sample.estimate - high


def moved(sample: Sample) -> Limits:
    z = expanded(sample.df)
    shift = sample.acceleration * z**2
    return sample.at(shift - z, shift + z)


NORMAL = np.array(-ndtri(0.025))

WAYS: dict[str, Callable[[Sample], Limits]] = {
    "percentile": lambda s: s.at(-NORMAL, NORMAL),
    "basic (reversed percentile)": basic,
    "BCa": lambda s: bca(s, NORMAL),
    "jackknife, Student's t": lambda s: symmetric(s, -stdtrit(s.held - 1.0, 0.025)),
    "jackknife on the logarithm": lambda s: logarithmic(s, -stdtrit(s.held - 1.0, 0.025)),
    "expanded percentile, n = replicates held": lambda s: s.at(
        -expanded(s.held - 1.0), expanded(s.held - 1.0)
    ),
    "expanded percentile, n = carriers": lambda s: s.at(-expanded(s.df), expanded(s.df)),
    "BCa, expanded, n = carriers": lambda s: bca(s, expanded(s.df)),
    "the same, moved by a·z² (chosen)": moved,
}
KINDS = {
    "crude levels": range(7),
    "adjusted levels": range(7, 14),
    "gains": (14, 15, 17, 18),
    "ratio, crude": (16,),
    "ratio, adjusted": (19,),
}


def measured(company: Company, n: int, studies: int) -> dict[str, Floats]:
    """Return by way the share of studies that hold the truth, by statistic; NaN where refused."""
    rng = np.random.default_rng([SEED, n])
    truth = true_numbers(true_values(company))
    hits: dict[str, list[Floats]] = {way: [] for way in [*WAYS, FIELLER]}
    for _ in range(studies):
        found = answer(company, n, rng)
        own = found_intervals(found)
        hits[FIELLER].append(
            np.array(
                [
                    np.nan if at is None else float(at.low <= true <= at.high)
                    for at, true in zip(own, truth, strict=True)
                ]
            )
        )
        values, held = statistics(found)
        with np.errstate(all="ignore"):
            sample = Sample(values, found.resamples.replicates, held)
            for way, limits in WAYS.items():
                low, high = limits(sample)
                hold = np.where(np.isfinite(low), (low <= truth) & (truth <= high), np.nan)
                hold[[16, 19]] = np.where(low[[14, 17]] > 0, hold[[16, 19]], np.nan)
                hits[way].append(hold)
    return {way: np.array(held) for way, held in hits.items()}


FIELLER = "chosen, ratio by Fieller (as built)"


def show(*cells: str) -> None:
    sys.stdout.write(" ".join(cells) + "\n")


def main(studies: int) -> None:
    for sigma in (0.5, 0.8, 1.0):
        for n in (800, 5000):
            show(f"\nsigma {sigma}, n {n}, {studies} studies\n")
            show("| way |", " | ".join(KINDS), "| ratio given, crude / adjusted |")
            show("|---|" + "---|" * (len(KINDS) + 1))
            for way, hits in measured(Company(sigma=sigma), n, studies).items():
                rates = 100 * np.nanmean(hits, axis=0)
                cells = [
                    f"{min(rates[list(kind)]):.1f} to {max(rates[list(kind)]):.1f}"
                    if len(kind) > 1
                    else f"{rates[kind[0]]:.1f}"
                    for kind in KINDS.values()
                ]
                given = 100 * np.isfinite(hits[:, [16, 19]]).mean(axis=0)
                show(f"| {way} |", " | ".join(cells), f"| {given[0]:.0f} / {given[1]:.0f} % |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
