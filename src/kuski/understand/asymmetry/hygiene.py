"""Hygiene: are digital and process drivers merely expected, and do human ones delight?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kuski.finding import ends
from kuski.stats.penalty_reward import (
    CLASSES,
    ClassChances,
    Contrasts,
    FactorClass,
    asymmetry,
    asymmetry_interval,
    classes,
)
from kuski.stats.resample import MIN_REPLICATES, Resamples, interval
from kuski.terms import DriverKind
from kuski.understand.asymmetry.contrast import Contrasted

Booleans = npt.NDArray[np.bool_]
Answer = Literal["yes", "no", "unsure", "not_tagged", "refused"]

EXPECTED: tuple[DriverKind, ...] = ("digital", "process")
DELIGHTING: tuple[DriverKind, ...] = ("human",)


@dataclass(frozen=True, slots=True)
class ClassProbabilities:
    """How probable each class is over resamples and cuts; they add to 1.

    Attributes
    ----------
    basic : float
        It punishes more than twice as much as it rewards.
    performance : float
        Between the two.
    excitement : float
        It rewards more than twice as much as it punishes.
    none : float
        High ratings go with no better score than low ones.
    """

    basic: float
    performance: float
    excitement: float
    none: float

    @property
    def likeliest(self) -> FactorClass:
        """The class with the highest probability."""
        return max(CLASSES, key=self.of)

    def of(self, name: FactorClass) -> float:
        """Return the probability of one class."""
        found: float = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True)
class PoolNumbers:
    """Several drivers as one: all of them low at once, or high at once.

    Attributes
    ----------
    kinds : tuple of str
        The kinds of driver in it.
    drivers : int
        How many of them there are whose contrasts are told at the main cut.
    penalty : float
        Sum of their penalties, in the unit of the score.
    reward : float
        Sum of their rewards.
    asymmetry : float or None
        Of these sums, −1 to 1; null where the reach may be zero.
    class_probabilities : ClassProbabilities or None
        Over resamples and cuts; null with fewer than 20 replicates.
    class_probabilities_without_halo : ClassProbabilities or None
        With the weakest driver's contrasts taken off every driver's; null where there is nothing
        to take off.
    """

    kinds: tuple[DriverKind, ...]
    drivers: int
    penalty: float
    penalty_low: float | None
    penalty_high: float | None
    reward: float
    reward_low: float | None
    reward_high: float | None
    asymmetry: float | None
    asymmetry_low: float | None
    asymmetry_high: float | None
    class_probabilities: ClassProbabilities | None
    class_probabilities_without_halo: ClassProbabilities | None


@dataclass(frozen=True, slots=True)
class HygieneNumbers:
    """The hygiene test: digital and process drivers as a whole, beside human ones as a whole.

    Attributes
    ----------
    answer : {"yes", "no", "unsure", "not_tagged", "refused"}
        Whether the former are basic and the latter exciting: yes where that is sure as found, no
        where it is surely not so, neither as found nor without halo. Not tagged where drivers of
        either side have no kind; refused where too few rate them low or high.
    probability : float or None
        That both hold, over resamples and cuts.
    probability_without_halo : float or None
        The same with the weakest driver's contrasts taken off every driver's.
    basic_probability : float or None
        That digital and process drivers as a whole are basic.
    exciting_probability : float or None
        That human drivers as a whole are exciting.
    order_probability : float or None
        That human drivers have the higher asymmetry of the two.
    difference : float or None
        Asymmetry of human less that of digital and process drivers at the main cut, −2 to 2.
    expected : PoolNumbers or None
        Digital and process drivers as one.
    human : PoolNumbers or None
        Human drivers as one.
    """

    answer: Answer
    probability: float | None = None
    probability_without_halo: float | None = None
    basic_probability: float | None = None
    exciting_probability: float | None = None
    order_probability: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    expected: PoolNumbers | None = None
    human: PoolNumbers | None = None


def hygiene(of: Contrasted, *, sure: float) -> HygieneNumbers:
    """Answer the question.

    Parameters
    ----------
    of : Contrasted
    sure : float
        Probability from which on it is sure, and below 1 less which it is surely not so.
    """
    members = np.stack([_members(of, EXPECTED), _members(of, DELIGHTING)])
    if not members.any(axis=1).all():
        return HygieneNumbers("not_tagged")
    expected, human = (pool(of, kinds) for kinds in (EXPECTED, DELIGHTING))
    if expected is None or human is None or expected.class_probabilities is None:
        return HygieneNumbers("refused", expected=expected, human=human)
    as_found = _both(of, of.found.pooled(members))
    without = None
    if of.without_halo is not None:
        without = _both(of, of.without_halo.pooled(members)).both
    likely = [as_found.both, *([] if without is None else [without])]
    answer: Answer = "unsure"
    if as_found.both >= sure:
        answer = "yes"
    elif max(likely) <= 1 - sure:
        answer = "no"
    return HygieneNumbers(
        answer=answer,
        probability=as_found.both,
        probability_without_halo=without,
        basic_probability=as_found.basic,
        exciting_probability=as_found.exciting,
        order_probability=as_found.order,
        difference=as_found.difference,
        difference_low=as_found.ends[0],
        difference_high=as_found.ends[1],
        expected=expected,
        human=human,
    )


def kind_pools(of: Contrasted) -> tuple[PoolNumbers, ...]:
    """Pool the drivers of each kind that is tagged."""
    pools = (pool(of, (kind,)) for kind in get_args(DriverKind))
    return tuple(found for found in pools if found is not None)


def pool(of: Contrasted, kinds: tuple[DriverKind, ...]) -> PoolNumbers | None:
    """Take the drivers of some kinds as one; None where none of them has contrasts."""
    members = _members(of, kinds)
    known = members & of.is_known[of.main]
    if not known.any():
        return None
    summed = of.found.pooled(members[None])
    down, up = summed.penalty[:, of.main, 0], summed.reward[:, of.main, 0]
    index = asymmetry_interval(down, up, of.drawn)
    free = of.without_halo
    return PoolNumbers(
        kinds,
        int(known.sum()),
        float(down[0]),
        *ends(interval(down, of.drawn)),
        float(up[0]),
        *ends(interval(up, of.drawn)),
        None if index is None else float(asymmetry(down[0], up[0])),
        *ends(index),
        class_probabilities=probabilities(of.chances(summed), 0, of.drawn),
        class_probabilities_without_halo=None
        if free is None
        else probabilities(of.chances(free.pooled(members[None])), 0, of.drawn),
    )


def probabilities(
    chances: ClassChances, driver: int, drawn: Resamples, *, cut: int | None = None
) -> ClassProbabilities | None:
    """Name the probabilities of one driver, over all cuts or at one of them."""
    found = chances.shares[driver] if cut is None else chances.by_cut[cut, driver]
    if drawn.replicates < MIN_REPLICATES or not np.isfinite(found).all():
        return None
    return ClassProbabilities(*found.tolist())


@dataclass(frozen=True, slots=True)
class _Both:
    """The two pools beside each other; see `HygieneNumbers`."""

    both: float
    basic: float
    exciting: float
    order: float
    difference: float | None
    ends: tuple[float | None, float | None]


def _both(of: Contrasted, pools: Contrasts) -> _Both:
    found = classes(pools.penalty, pools.reward, class_cut=of.class_cut)
    draws = found[1 + of.drawn.replicates :]
    known: Booleans = np.all(draws >= 0, axis=-1, keepdims=True)[..., 0]
    is_basic = draws[..., 0] == CLASSES.index("basic")
    is_exciting = draws[..., 1] == CLASSES.index("excitement")
    index = asymmetry(pools.penalty, pools.reward)
    ahead = index[..., 1] - index[..., 0]
    difference = ahead[:, of.main]
    is_ahead: Booleans = ahead[1 + of.drawn.replicates :] > 0
    return _Both(
        both=_share(is_basic & is_exciting, known),
        basic=_share(is_basic, known),
        exciting=_share(is_exciting, known),
        order=_share(is_ahead, known),
        difference=float(difference[0]) if np.isfinite(difference[0]) else None,
        ends=ends(interval(difference, of.drawn)),
    )


def _share(holds: Booleans, known: Booleans) -> float:
    """Average over the cuts the share of resamples in which something holds."""
    some = known.any(axis=0)
    each = (holds & known)[:, some].sum(axis=0) / known[:, some].sum(axis=0)
    return float(each.mean())


def _members(of: Contrasted, kinds: Iterable[DriverKind]) -> Booleans:
    wanted = set(kinds)
    return np.array([driver.kind in wanted for driver in of.asked.drivers])
