"""Calibration: how far off the leaders' guesses are, figure by figure, one by one and together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.finding import ends, known
from kuski.roles import Roles
from kuski.stats.forecasts import (
    Crowd,
    crowd,
    crps,
    mean_interval,
    rank_agreement,
    rank_interval,
)
from kuski.stats.resample import Interval
from kuski.understand.mirror.figure import Figure, FigureKind
from kuski.understand.mirror.forecast import Forecasts
from kuski.understand.mirror.truth import Truths

Verdict = Literal["overrated", "underrated", "right", "unsure"]
SATISFACTION = "satisfaction"
# Which way a figure points when customers are happier; shares in the middle say nothing of it.
_HAPPIER = {"share_below": -1.0, "share_top": 1.0, "mean_score": 1.0, "nps": 1.0}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FigureNumbers:
    """One figure: what the customers' answers say, and what the leaders guess.

    Attributes
    ----------
    what : str
    kind : {"importance", "leaving", "share", "score", "nps", "driver"}
    name : str
        The factor, group of reasons, zone or driver.
    n : int
        Leaders who guessed it.
    scale_low, scale_high : float
        Ends of its scale, in its own unit as all below: a share is 0 to 1.
    truth : float or None
        From the customers' answers.
    leaders : float
        Mean guess; its interval is for the mean of such leaders.
    difference : float or None
        Mean guess less truth; its interval holds the uncertainty of both.
    crps : float or None
        Of the guesses against what is known of the truth, averaged over the leaders.
    verdict : {"overrated", "underrated", "right", "unsure"} or None
        "right": the mean guess lies within the truth's interval. "overrated", "underrated": it
        does not, and neither does the difference's interval hold zero. "unsure": it does not, but
        the leaders differ too much among themselves. None without an interval of the truth.
    """

    what: str
    kind: FigureKind
    name: str
    n: int
    scale_low: float
    scale_high: float
    truth: float | None
    truth_low: float | None
    truth_high: float | None
    leaders: float
    leaders_low: float | None
    leaders_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    crps: float | None
    verdict: Verdict | None

    @property
    def is_share(self) -> bool:
        """Whether it is a share, 0 to 1."""
        return self.kind in ("importance", "leaving", "share")

    @property
    def miss(self) -> float:
        """The difference as a part of the scale; 0 where the truth is not known."""
        return (self.difference or 0.0) / (self.scale_high - self.scale_low)


@dataclass(frozen=True, slots=True)
class LeaderNumbers:
    """One leader, under a number that says nothing of who it is, or under a name.

    Attributes
    ----------
    leader : int or str
        From 1, in an order drawn by chance; the name where the study says to name leaders.
    n : int
        Figures guessed whose truth is known.
    error : float or None
        Mean absolute error, as a part of each figure's scale.
    crps : float or None
        Mean CRPS, as a part of each figure's scale; the least it can be is not zero.
    rank_agreement : float or None
        Kendall's tau-b of the guessed importances with the customers', −1 to 1.
    """

    leader: int | str
    n: int
    error: float | None
    crps: float | None
    rank_agreement: float | None
    rank_agreement_low: float | None
    rank_agreement_high: float | None


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """The leaders together.

    Attributes
    ----------
    n : int
        Leaders.
    figures : int
        Figures whose truth is known.
    error, single_error : float or None
        Of the mean guess and of a single leader: mean absolute error, as a part of the scale.
    gain : float or None
        `single_error` less `error`.
    beaten : float or None
        Share of the leaders whom the mean guess beats, 0 to 1.
    crps : float or None
        Of the mean guess, as a part of the scale.
    rank_agreement : float or None
        Of the mean guesses of the importances with the customers', −1 to 1.
    pairs, pairs_right : int
        Pairs of factors, and those that the mean guesses put into the order of the estimates.
    first, true_first : str or None
        The factor to which the leaders, and the customers' answers, give most; None where two
        share the place.
    first_chance : float or None
        Share of resamples in which the leaders' first factor is the customers' first, 0 to 1.
    equal_error, importance_error : float or None
        Mean absolute error of giving each factor the same weight, and of the leaders' mean guess.
    off_sum : int
        Leaders whose importances of all factors do not add up to one.
    """

    n: int
    figures: int
    error: float | None
    single_error: float | None
    gain: float | None
    beaten: float | None
    crps: float | None
    rank_agreement: float | None
    rank_agreement_low: float | None
    rank_agreement_high: float | None
    pairs: int
    pairs_right: int
    first: str | None
    true_first: str | None
    first_chance: float | None
    equal_error: float | None
    importance_error: float | None
    off_sum: int


@dataclass(frozen=True, slots=True)
class TopicNumbers:
    """What the leaders believe of one thing, over all figures that speak of it.

    Attributes
    ----------
    topic : str
        A factor, a group of reasons, or "satisfaction": how content customers are.
    figures : int
    bias : float
        Mean guess less truth as a part of the scale, averaged over the figures and the leaders; of
        satisfaction above zero where leaders think customers happier than they are.
    """

    topic: str
    figures: int
    bias: float
    bias_low: float | None
    bias_high: float | None


def figure_numbers(guessed: Forecasts, truths: Truths) -> tuple[FigureNumbers, ...]:
    """Set the leaders' guesses of each figure against the customers' answers."""
    scores = crps(truths.draws, guessed.guesses)
    return tuple(
        _figure(figure, guessed.guesses[:, i], scores[:, i], truths, i)
        for i, figure in enumerate(truths.figures)
    )


def _figure(
    figure: Figure, guesses: Floats, scores: Floats, truths: Truths, place: int
) -> FigureNumbers:
    given = guesses[np.isfinite(guesses)]
    mean, truth = float(given.mean()), float(truths.estimates[place])
    limits = truths.limits[place]
    se, df = _truth_error(truths, np.eye(len(truths.figures))[place])
    between = None
    if limits is not None:
        between = mean_interval(given - truth, truth_se=se, truth_df=df)
    return FigureNumbers(
        figure.what,
        figure.kind,
        figure.name,
        len(given),
        figure.low,
        figure.high,
        known(truth),
        *ends(limits),
        mean,
        *ends(mean_interval(given)),
        known(mean - truth),
        *ends(between),
        float(np.nanmean(scores)) if limits is not None else None,
        _verdict(mean, limits, between),
    )


def _verdict(mean: float, limits: Interval | None, between: Interval | None) -> Verdict | None:
    if limits is None or between is None:
        return None
    if limits.low <= mean <= limits.high:
        return "right"
    if between.low <= 0 <= between.high:
        return "unsure"
    return "overrated" if between.low > 0 else "underrated"


def leader_numbers(guessed: Forecasts, truths: Truths) -> tuple[LeaderNumbers, ...]:
    """Score each leader, under a number or a name."""
    error, score = _scaled_errors(guessed, truths)
    important = _important(truths)
    return tuple(
        LeaderNumbers(
            guessed.names[place] if guessed.names else place + 1,
            int(np.isfinite(error[place]).sum()),
            _mean(error[place]),
            _mean(score[place]),
            *_agreement(guesses[important], truths),
        )
        for place, guesses in enumerate(guessed.guesses)
    )


def group_numbers(guessed: Forecasts, truths: Truths, *, off_by: float) -> GroupNumbers:
    """Score the leaders together.

    Parameters
    ----------
    guessed : Forecasts
    truths : Truths
    off_by : float
        How far from one a leader's importances may add up.
    """
    together = _crowd(guessed, truths)
    # Guesses of 0.1 and 0.7 average to what 0.3 and 0.5 do, but for rounding.
    mean = np.asarray(np.nanmean(guessed.guesses, axis=0)).round(12)
    width = _widths(truths)
    score = crps(truths.draws, mean[None])[0] / width
    important = _important(truths)
    guess, true = mean[important], truths.estimates[important]
    pairs, right = _pairs(guess, true)
    is_whole = len(true) >= 2 and abs(float(true.sum()) - 1) < 1e-6
    names = [figure.name for figure in truths.figures if figure.kind == "importance"]
    sums = guessed.guesses[:, important].sum(axis=1)
    return GroupNumbers(
        guessed.n,
        int(np.isfinite(truths.estimates).sum()),
        None if together is None else together.error,
        None if together is None else together.single_error,
        None if together is None else together.gain,
        None if together is None else together.beaten,
        _mean(score),
        *_agreement(guess, truths),
        pairs=pairs,
        pairs_right=right,
        first=_first(names, guess) if pairs else None,
        true_first=_first(names, true) if pairs else None,
        first_chance=_first_chance(guess, truths.draws[:, important]) if pairs else None,
        equal_error=float(np.abs(1 / len(true) - true).mean()) if is_whole else None,
        importance_error=float(np.abs(guess - true).mean()) if is_whole else None,
        off_sum=int((np.abs(sums - 1) > off_by).sum()) if is_whole else 0,
    )


def topic_numbers(roles: Roles, guessed: Forecasts, truths: Truths) -> tuple[TopicNumbers, ...]:
    """Say on what the leaders lean, and which way, over all figures on the same thing."""
    signs: dict[str, Floats] = {}
    for place, figure in enumerate(truths.figures):
        topic, sign = _topic(roles, figure)
        if sign and truths.limits[place] is not None:
            signs.setdefault(topic, np.zeros(len(truths.figures)))[place] = sign
    return tuple(_lean(topic, sign, guessed, truths) for topic, sign in signs.items())


def _lean(topic: str, sign: Floats, guessed: Forecasts, truths: Truths) -> TopicNumbers:
    chosen = np.flatnonzero(sign)
    scale = (sign / _widths(truths))[chosen]
    off = (guessed.guesses[:, chosen] - truths.estimates[chosen]) * scale
    is_given = np.isfinite(off)
    some = is_given.any(axis=1)
    each = np.nanmean(off[some], axis=1)
    weight = np.zeros(len(sign))
    weight[chosen] = (is_given[some] / is_given[some].sum(axis=1)[:, None]).mean(axis=0) * scale
    se, df = _truth_error(truths, weight)
    limits = mean_interval(each, truth_se=se, truth_df=df)
    return TopicNumbers(topic, len(chosen), float(each.mean()), *ends(limits))


def _topic(roles: Roles, figure: Figure) -> tuple[str, float]:
    """Name what a figure speaks of, and which way it points; 0 where it points nowhere."""
    if figure.kind == "importance":
        return figure.name, 1.0
    if figure.kind == "leaving":
        for factor in roles.factors:
            if figure.name in {roles.reason_group(reason) for reason in factor.reasons}:
                return factor.name, 1.0
        return figure.name, 1.0
    return SATISFACTION, 1.0 if figure.kind == "driver" else _HAPPIER.get(figure.what, 0.0)


def _truth_error(truths: Truths, weight: Floats) -> tuple[float, float]:
    """Give the standard error of a weighted sum of the truths, and its degrees of freedom."""
    chosen = np.flatnonzero(weight)
    draws = truths.draws[:, chosen] @ weight[chosen]
    given = draws[np.isfinite(draws)]
    n = truths.drawn.replicates
    # Draws spread too little by √((n − 1)/n).
    wider = np.sqrt(n / (n - 1)) if n > 1 else 1.0
    return (float(given.std()) * wider if given.size else 0.0), max(n - 1.0, 1.0)


def _scaled_errors(guessed: Forecasts, truths: Truths) -> tuple[Floats, Floats]:
    """Give absolute error and CRPS of every guess as parts of the scale, each shape (n, f)."""
    width = _widths(truths)
    error = np.abs(guessed.guesses - truths.estimates) / width
    return error, crps(truths.draws, guessed.guesses) / width


def _crowd(guessed: Forecasts, truths: Truths) -> Crowd | None:
    is_known = np.isfinite(truths.estimates)
    width = _widths(truths)[is_known]
    guesses = guessed.guesses[:, is_known] / width
    guesses = guesses[np.isfinite(guesses).any(axis=1)]
    return crowd(guesses, truths.estimates[is_known] / width) if is_known.any() else None


def _agreement(guess: Floats, truths: Truths) -> tuple[float | None, float | None, float | None]:
    """Compare the order of the importances that were guessed with the customers'."""
    given = np.isfinite(guess) & np.isfinite(truths.importances[0])
    if given.sum() < 2:
        return None, None, None
    true = truths.importances[:, given]
    value = float(rank_agreement(true[0], guess[given]))
    if not np.isfinite(value):
        return None, None, None
    return value, *ends(rank_interval(true, guess[given], truths.drawn))


def _pairs(guess: Floats, true: Floats) -> tuple[int, int]:
    """Count the pairs of factors, and those that are guessed in the right order."""
    given = np.flatnonzero(np.isfinite(guess) & np.isfinite(true))
    first, second = (given[place] for place in np.triu_indices(len(given), 1))
    is_right = (guess[first] - guess[second]) * (true[first] - true[second]) > 0
    return len(first), int(is_right.sum())


def _first(names: Sequence[str], values: Floats) -> str | None:
    """Name the largest; None where two are."""
    largest = np.flatnonzero(values == np.nanmax(values))
    return names[int(largest[0])] if len(largest) == 1 else None


def _first_chance(guess: Floats, draws: Floats) -> float | None:
    """Say how often what is guessed to be the largest is so."""
    given = draws[np.isfinite(draws).all(axis=1)]
    if not len(given):
        return None
    return float((np.argmax(given, axis=1) == np.nanargmax(guess)).mean())


def _important(truths: Truths) -> npt.NDArray[np.bool_]:
    return np.array([figure.kind == "importance" for figure in truths.figures], dtype=bool)


def _widths(truths: Truths) -> Floats:
    return np.array([figure.width for figure in truths.figures])


def _mean(values: Floats) -> float | None:
    given = values[np.isfinite(values)]
    return float(given.mean()) if given.size else None
