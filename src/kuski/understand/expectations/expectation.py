"""Expectation: the numbers of what customers have come to expect."""

from dataclasses import dataclass
from typing import Literal

SlopesOf = Literal["customers", "waves"]


@dataclass(frozen=True, slots=True)
class WaveNumbers:
    """One wave: its mean score, and what of the change since the first wave came from where.

    In points of the score. `performance` goes with the ratings; `bar` came about at unchanged
    ratings and is below zero where the bar rose; they add up to the change of the score.
    """

    wave: str
    n: int
    score: float
    score_low: float | None
    score_high: float | None
    performance: float
    performance_low: float | None
    performance_high: float | None
    bar: float
    bar_low: float | None
    bar_high: float | None


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """What happened from one wave to the next, in points of the score."""

    before: str
    wave: str
    change: float
    performance: float
    performance_low: float | None
    performance_high: float | None
    bar: float
    bar_low: float | None
    bar_high: float | None


@dataclass(frozen=True, slots=True)
class RivalNumbers:
    """One other company, among those who score both.

    Attributes
    ----------
    rival : str
    n : int
    ours, theirs : float
        Mean scores, in points.
    difference : float
        ours less theirs.
    better_share, even_share : float
        Who score us higher, and alike, 0 to 1.
    wallet_share : float
        The rival's mean share of wallet by the Wallet Allocation Rule, 0 to 1.
    """

    rival: str
    n: int
    ours: float | None
    theirs: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    better_share: float | None
    better_share_low: float | None
    better_share_high: float | None
    even_share: float | None
    wallet_share: float | None


@dataclass(frozen=True, slots=True)
class ExpectationsNumbers:
    """The numbers of `understand.expectations`.

    Attributes
    ----------
    waves : tuple of WaveNumbers
        Against the first wave; empty where there are fewer than two to compare.
    steps : tuple of StepNumbers
        From each wave to the next.
    slopes : {"customers", "waves"} or None
        Whether ratings were weighed by slopes within customers or within waves.
    bar_by_waves : float or None
        The bar of the last wave by slopes within waves, where those within customers were used.
    contrast : float or None
        What an expectation one point higher takes off the score, as a share of what an experience
        one point better adds, if expectations went half of the way after each answer. Whether
        anything is told of their speed hangs on whether its interval lies above zero.
    lambda_ : float or None
        In JSON `lambda`: the share of a surprise that is expected next time, above 0 and at most 1.
    lambda_uncorrected : float or None
        The same with no correction for what is experienced next hanging on this score.
    half_life_answers : float or None
        After how many answers half of a surprise is expected.
    pull : float or None
        As `contrast`, at the speed that was found.
    feedback : float or None
        How the score goes with the experience after it, as a share of how it goes with its own.
    n_panel, customers_panel : int
        Answers that the same customer's next one follows, and customers who answered again.
    n_compared : int
        Answers that score the company and another one.
    rivals : tuple of RivalNumbers
        Those with fewer answers than the disclosure threshold are left out.
    best_alone_share, best_share : float or None
        Who score the company highest, alone or with others, 0 to 1.
    wallet_share : float or None
        Mean share of wallet by the Wallet Allocation Rule, 0 to 1.
    """

    waves: tuple[WaveNumbers, ...] = ()
    steps: tuple[StepNumbers, ...] = ()
    slopes: SlopesOf | None = None
    bar_by_waves: float | None = None
    bar_by_waves_low: float | None = None
    bar_by_waves_high: float | None = None
    contrast: float | None = None
    contrast_low: float | None = None
    contrast_high: float | None = None
    lambda_: float | None = None
    lambda_low: float | None = None
    lambda_high: float | None = None
    lambda_uncorrected: float | None = None
    half_life_answers: float | None = None
    half_life_answers_low: float | None = None
    half_life_answers_high: float | None = None
    pull: float | None = None
    pull_low: float | None = None
    pull_high: float | None = None
    feedback: float | None = None
    feedback_low: float | None = None
    feedback_high: float | None = None
    n_panel: int = 0
    customers_panel: int = 0
    n_compared: int = 0
    rivals: tuple[RivalNumbers, ...] = ()
    best_alone_share: float | None = None
    best_alone_share_low: float | None = None
    best_alone_share_high: float | None = None
    best_share: float | None = None
    best_share_low: float | None = None
    best_share_high: float | None = None
    wallet_share: float | None = None
    wallet_share_low: float | None = None
    wallet_share_high: float | None = None
