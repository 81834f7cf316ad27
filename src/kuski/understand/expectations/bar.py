"""Bar: how the mean score moved from wave to wave, with the ratings and without them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.finding import ends, known
from kuski.moments import GROUPS, Collected, Moments, Need
from kuski.roles import Roles, wave_order
from kuski.stats.adaptation import within_cross
from kuski.stats.decomposition import Decomposition, decomposition
from kuski.stats.occasions import Occasions
from kuski.stats.resample import Interval, Resamples, interval, resamples
from kuski.understand.expectations.expectation import SlopesOf, StepNumbers, WaveNumbers
from kuski.understand.importance import importance_need

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where waves are compared, and how.

    Attributes
    ----------
    thin : int
        Fewest complete answers of a wave that is compared.
    repeated : int
        Repeated answers for each rating from which slopes are taken within customers.
    """

    thin: int = 30
    repeated: int = 30


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Bar:
    """All waves.

    Attributes
    ----------
    waves : tuple of WaveNumbers
    steps : tuple of StepNumbers
    thin : tuple of str
        Waves with too few complete answers, left out.
    slopes : {"customers", "waves"}
        Whether ratings were weighed by slopes within customers or within waves.
    other, other_low, other_high : float or None
        The bar of the last wave by the slopes within waves, where the others were used.
    """

    waves: tuple[WaveNumbers, ...]
    steps: tuple[StepNumbers, ...]
    thin: tuple[str, ...]
    slopes: SlopesOf
    other: float | None
    other_low: float | None
    other_high: float | None


def bar_need(roles: Roles) -> Need | None:
    """Ask for the sums of ratings and score by wave; None without waves or drivers."""
    if roles.waves is None or not roles.choice.drivers:
        return None
    return importance_need(roles, roles.score, (roles.waves,))


def bar(
    roles: Roles, collected: Collected, given: Occasions | None, rng: np.random.Generator
) -> Bar | None:
    """Divide the change between waves; None where fewer than two have enough answers."""
    need = bar_need(roles)
    moments = None if need is None else collected.moments.get(need)
    if moments is None:
        return None
    least = max(THRESHOLDS.thin, roles.settings.study.disclosure)
    order = sorted(range(len(moments.groups)), key=lambda i: wave_order(str(moments.groups[i][0])))
    counts = moments.rows.sum(axis=1)
    kept = [i for i in order if counts[i] >= least]
    if len(kept) < 2:
        return None
    chosen = moments.at([moments.groups[i] for i in kept])
    drawn = resamples(chosen.rows, rng=rng)
    within = _within(chosen, given)
    found = decomposition(chosen.cross, resamples=drawn, within=within)
    other = None if within is None else decomposition(chosen.cross, resamples=drawn)
    seen = _Seen(chosen, found, drawn)
    other_ends = ends(None if other is None else seen.interval(other.bar[:, -1], [0, -1]))
    return Bar(
        waves=tuple(seen.waves()),
        steps=tuple(seen.steps()),
        thin=tuple(str(moments.groups[i][0]) for i in order if i not in kept),
        slopes="waves" if within is None else "customers",
        other=None if other is None else known(other.bar[0, -1]),
        other_low=other_ends[0],
        other_high=other_ends[1],
    )


def _within(moments: Moments, given: Occasions | None) -> Floats | None:
    """Sum within customers, where enough of them answered again and fall into the same groups."""
    if given is None or not moments.is_folded:
        return None
    ratings = given.ratings.shape[1]
    if given.n - len(given.start) < THRESHOLDS.repeated * ratings:
        return None
    return within_cross(given, GROUPS)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The decomposition with the groups that it came from."""

    moments: Moments
    found: Decomposition
    drawn: Resamples

    def waves(self) -> Iterator[WaveNumbers]:
        """Tell each wave against the first."""
        counts = self.moments.rows.sum(axis=1)
        for i, name in enumerate(self._names):
            score = self.found.score[:, i] + self.moments.origin[-1]
            performance, risen = self.found.performance[:, i], self.found.bar[:, i]
            yield WaveNumbers(
                name,
                int(counts[i]),
                float(score[0]),
                *ends(self.interval(score, [i])),
                float(performance[0]),
                *ends(self.interval(performance, [0, i])),
                float(risen[0]),
                *ends(self.interval(risen, [0, i])),
            )

    def steps(self) -> Iterator[StepNumbers]:
        """Tell each wave against the one before."""
        for i, (before, name) in enumerate(zip(self._names, self._names[1:], strict=False)):
            score, performance, risen = (
                part[:, i + 1] - part[:, i]
                for part in (self.found.score, self.found.performance, self.found.bar)
            )
            yield StepNumbers(
                before,
                name,
                float(score[0]),
                float(performance[0]),
                *ends(self.interval(performance, [i, i + 1])),
                float(risen[0]),
                *ends(self.interval(risen, [i, i + 1])),
            )

    def interval(self, values: Floats, waves: Sequence[int]) -> Interval | None:
        """Find an interval for what these waves carry."""
        held = int((self.moments.rows[list(waves)] > 0).sum(axis=1).min())
        return interval(values, self.drawn, held=held)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(str(group[0]) for group in self.moments.groups)
