"""Penalty and reward of each driver, which of them outweighs, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from kuski.finding import ends, known
from kuski.stats.penalty_reward import (
    ClassChances,
    FactorClass,
    asymmetry,
    asymmetry_interval,
)
from kuski.stats.resample import interval
from kuski.terms import DriverKind
from kuski.understand.asymmetry.contrast import Contrasted
from kuski.understand.asymmetry.hygiene import ClassProbabilities, probabilities

DriverClass = Literal["basic", "performance", "excitement", "none", "unsure"]
Doubt = Literal["cut", "sample"]
Untold = Literal["thin", "collinear", "interval"]


@dataclass(frozen=True, slots=True)
class DriverNumbers:
    """What low and high ratings of one driver go with, beside the ratings between.

    Attributes
    ----------
    driver : str
        Its name.
    kind : {"human", "digital", "price", "product", "process"} or None
        What sort of thing it is; null where nobody has said.
    low_n : float
        Answers that rate it low at the main cut: their share of the weight times all answers.
    between_n : float
        The same of those who rate it between.
    high_n : float
        The same of those who rate it high.
    penalty : float or None
        Score of low raters less that of those between, other drivers held alike; null where too few
        rate it low, between or high, or where other drivers determine it.
    reward : float or None
        The same of high raters.
    asymmetry : float or None
        −1: it only punishes, 0: as much as it rewards, 1: it only rewards; null where high ratings
        may go with no better score than low ones.
    class_ : {"basic", "performance", "excitement", "none", "unsure"} or None
        The likeliest class where it is sure over resamples and cuts, else "unsure"; "none" where
        high ratings may go with no better score than low ones. Null where it cannot be told.
    class_probabilities : ClassProbabilities or None
        Over resamples and cuts together.
    likeliest : {"basic", "performance", "excitement", "none"} or None
        The class with the highest probability.
    class_at_cut : {"basic", "performance", "excitement", "none"} or None
        The likeliest class at the main cut.
    class_at_cut_probability : float or None
        Its probability there.
    stays : float or None
        Share of the probability that stays in its class when the main cut is changed; null where
        there is no other cut.
    doubt : {"cut", "sample"} or None
        Of an unsure class: whether it hangs on the cut, being sure at the main one, or on who
        happened to answer.
    asymmetry_without_halo : float or None
        With the contrasts of the weakest driver taken off, as if it had no effect of its own and
        moods coloured all ratings alike; null where there is nothing to take off.
    class_without_halo : {"basic", "performance", "excitement", "none"} or None
        The likeliest class then, over resamples and cuts.
    class_without_halo_probability : float or None
        Its probability then.
    inflation : float or None
        Variance inflation of its low and high ratings by the other drivers', from 1; null where it
        is not told.
    untold : {"thin", "collinear", "interval"} or None
        Why its class is not told: too few rate it low, between or high; other drivers determine
        it; there is no interval, as with fewer than 20 replicates.
    """

    driver: str
    kind: DriverKind | None
    low_n: float
    between_n: float
    high_n: float
    penalty: float | None
    penalty_low: float | None
    penalty_high: float | None
    reward: float | None
    reward_low: float | None
    reward_high: float | None
    asymmetry: float | None
    asymmetry_low: float | None
    asymmetry_high: float | None
    class_: DriverClass | None
    class_probabilities: ClassProbabilities | None
    likeliest: FactorClass | None
    class_at_cut: FactorClass | None
    class_at_cut_probability: float | None
    stays: float | None
    doubt: Doubt | None
    asymmetry_without_halo: float | None
    class_without_halo: FactorClass | None
    class_without_halo_probability: float | None
    inflation: float | None
    untold: Untold | None

    @property
    def is_sure(self) -> bool:
        """Whether it surely belongs to one of the three classes."""
        return self.class_ in ("basic", "performance", "excitement")


def driver_numbers(of: Contrasted, *, sure: float) -> tuple[DriverNumbers, ...]:
    """Give the numbers of each driver, the most basic first, those without an asymmetry last."""
    free = of.without_halo
    chances = (of.chances(of.found), None if free is None else of.chances(free))
    found = [_numbers(of, i, chances, sure) for i in range(len(of.asked.drivers))]
    return tuple(sorted(found, key=_order))


def _order(numbers: DriverNumbers) -> tuple[int, float]:
    if numbers.asymmetry is None:
        return (1 if numbers.class_ else 2, 0.0)
    return (0, numbers.asymmetry)


def _numbers(
    of: Contrasted, i: int, chances: tuple[ClassChances, ClassChances | None], sure: float
) -> DriverNumbers:
    driver, main = of.asked.drivers[i], of.main
    low_n, between_n, high_n = (float(n) for n in of.sizes[:, main, i])
    low, high = (int(n) for n in of.held[:, main, i])
    down, up = of.found.penalty[:, main, i], of.found.reward[:, main, i]
    reach = interval(up - down, of.drawn, held=min(low, high))
    index = None if reach is None else asymmetry_interval(down, up, of.drawn, held=min(low, high))
    verdict = _Verdict() if reach is None else _verdict(of, i, chances[0], sure, index is None)
    free = _Free() if reach is None else _without_halo(of, i, chances[1])
    return DriverNumbers(
        driver.name,
        driver.kind,
        low_n,
        between_n,
        high_n,
        known(down[0]),
        *ends(interval(down, of.drawn, held=low)),
        known(up[0]),
        *ends(interval(up, of.drawn, held=high)),
        None if index is None else float(asymmetry(down[0], up[0])),
        *ends(index),
        class_=verdict.name,
        class_probabilities=verdict.overall,
        likeliest=None if verdict.overall is None else verdict.overall.likeliest,
        class_at_cut=None if verdict.at_cut is None else verdict.at_cut.likeliest,
        class_at_cut_probability=None
        if verdict.at_cut is None
        else verdict.at_cut.of(verdict.at_cut.likeliest),
        stays=None if reach is None else known(chances[0].stays[i]),
        doubt=verdict.doubt,
        asymmetry_without_halo=free.asymmetry,
        class_without_halo=None if free.chances is None else free.chances.likeliest,
        class_without_halo_probability=None
        if free.chances is None
        else free.chances.of(free.chances.likeliest),
        inflation=known(of.inflation[i]),
        untold=_untold(of, i) if reach is None else None,
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A driver's class; see `DriverNumbers`."""

    name: DriverClass | None = None
    overall: ClassProbabilities | None = None
    at_cut: ClassProbabilities | None = None
    doubt: Doubt | None = None


def _verdict(
    of: Contrasted, i: int, chances: ClassChances, sure: float, reaches_nowhere: bool
) -> _Verdict:
    overall = probabilities(chances, i, of.drawn)
    at_cut = probabilities(chances, i, of.drawn, cut=of.main)
    if overall is None or at_cut is None:
        return _Verdict()
    if reaches_nowhere:
        return _Verdict("none", overall, at_cut)
    if overall.of(overall.likeliest) >= sure:
        return _Verdict(overall.likeliest, overall, at_cut)
    is_sure_here = at_cut.of(at_cut.likeliest) >= sure
    return _Verdict("unsure", overall, at_cut, "cut" if is_sure_here else "sample")


@dataclass(frozen=True, slots=True)
class _Free:
    """What is left of a driver without halo; see `DriverNumbers`."""

    asymmetry: float | None = None
    chances: ClassProbabilities | None = None


def _without_halo(of: Contrasted, i: int, chances: ClassChances | None) -> _Free:
    free = of.without_halo
    if free is None or chances is None or i == of.weakest:
        return _Free()
    index = asymmetry(free.penalty[0, of.main, i], free.reward[0, of.main, i])
    return _Free(known(float(index)), probabilities(chances, i, of.drawn))


def _untold(of: Contrasted, i: int) -> Untold:
    if of.is_thin[of.main, i]:
        return "thin"
    return "interval" if of.is_known[of.main, i] else "collinear"
