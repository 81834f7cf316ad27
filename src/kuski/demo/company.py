"""State what is true of a made-up Finnish company, Esimerkki Oy, and how its data mislead.

Esimerkki sells things for the home to households and firms: in shops, by phone, in a chat, by
e-mail, on the web and in an app. Over 2023 to 2025 it asked its customers how they were served.
Nobody here exists. What the equations below say is true, exactly; `truth.json` says the same
in figures, by finding. Figures in this text are those of 50,000 customers and seed 1.

The tables
----------
responses   120,644 rows: a score (1-7), twelve ratings (1-7), five stated importances, the scores
            of two rivals by those who use them, 0-10, comment, channel, agent, survey weight, and
            `spend_after`: euros in the next 12 months.
customers   50,000, of whom 29,964 answered, once to eight times; who has left, in which of the 12
            months after the latest occasion (12 for those who stay), and what they said.
efforts     10,704 pieces of work for single customers, most of them for the unhappy.
checked_reasons    250 of those who left, by lot: what was said, and why they left.
maxdiff     300 people, each with five rounds of four things: which matters most, and which least.
actions, stories, forecasts    what could be done; what people tell; what leaders believe.

The equations
-------------
Attitude. What customer i brings to every answer:
    a = 0.46 log spend + 0.18 log visits + 0.10 log tenure (each standardised) + N(0, 0.62)
Ratings. Driver d on occasion j, rounded and kept within 1 to 7:
    level_d + 0.30 a + 0.35 mood + 0.06 (year - 2023) + [human driver] agent + N(0, 1.05)
    with mood ~ N(0, 1); agent ~ N(0, 0.40) for each of 200 agents, 0 on the web and in the app.
Experience. x = sum over drivers of low (rating - 4) below 4, high (rating - 4) above: `DRIVERS`.
Score. The level whose cuts hold 0.90 a + 0.20 mood + x - 0.5 e - bar + logistic noise (0.5).
    Expectation e moves 0.30 of the way to x after each answer. The bar: 0, 0.12, 0.24 by year.
Worth. At level k:
    26 + 54 k + (0.40 + 0.02 k) spend + (6 + 0.5 k) tenure + (8 + 0.5 k) visits,
    times skewed luck of mean one, partly shared by a customer's answers: never below zero, so
    nothing is clipped and the mean is exactly the line. Nothing else moves worth: not the drivers,
    not the agent, not the year, but through the score.
Leaving. Four yearly hazards, after the customer's latest occasion:
    treatment 0.034 exp(-0.75 (human - 5)), price 0.012 exp(-0.35 (price_level - 5)),
    product 0.012 exp(-0.45 (product and digital - 5)), life 0.016
    with the mean ratings of that occasion, constant over the 12 months in which all are followed.
    What is said at the door is another matter: `SAID`.
Rivals. `rival_a` is used by half of the customers, `rival_b` with odds exp(-0.9 - 1.1 a). Both are
    scored with the same cuts and noise, on a level (0.45, 1.05) + 0.50 a + N(0, 0.70) a customer.
Choices. Of the four shown the best is drawn with odds exp(u), the worst of the rest with exp(-u),
    u being what is said to matter, less its mean: `STATED_UTILITY`.
Answering. The chance is 0.71 x region x age x silence. The survey weight undoes region and age.

What is true
------------
Returns are even. Each step of the score is worth 81 euros a year, at the bottom as at the top
    (54 euros, and 2 more for every 100 euros that the customer spends anyway). Elevate brings 5.15
    times what eliminate does, by headcount alone: people 4.71 x steps 1.09 x worth per step 1.00.
    `break_even_cost` is therefore 1: a step up there may cost what a step down here costs, no more.
`app_works` (digital) is purely basic: below 4 it hurts most of all, above 4 it brings nothing.
    `billing` (process) is nearly so. `attention` and `ownership` (human) excite. The other eight
    are even or nearly so.
Treatment moves the score most and price least. 46 % of the leavers leave for treatment, 20 % for
    price.
A better agent lifts the score; 1 point of score so won is worth 79 euros.
5 % are protected, most of them 60 or over: whatever the plan, they get at least a call after each
    visit. 500,000 euros a year, in customer type x age x score, are best spent on coaching and new
    things in the app for those below the top and, for 3 %, on a contact of their own: worth 702,000
    by what may be believed of the lifts. As much for every head brings 594,000 of that, and 80 % to
    the unhappy 350,000.
A year of today's work costs 268,000. Spent best on those whom it is for it brings 199,000; the best
    plan for as much brings 239,000 more.
At the top everybody would be worth 141 euros more, in every segment within a few euros. Whoever is
    content gains more than the cheapest move to the top costs, so no rule beats serving all.
A surprise wears off: 0.30 of it is expected next time; half of it is gone after 1.9 answers.

The traps
---------
Heavy users are happier and spend more anyway. So the crude worth of a step is too high everywhere
    and rises steeply (104 to 258 euros), and the crude ratio is 9.36: about the nine that is told.
    Wrong upwards in every figure: gains of both plans, ratio, worth per step (1.82 for 1.00).
    All of the confounding runs through `past_spend`, `tenure_years` and `visits_a_year`, so
    holding these alike finds the truth. In a real company it might not: ask for the hidden cause.
    Slopes differ by level, and levels differ in who is there: one common slope misses a little.
Those who score 1 score 3.1 higher next time with nothing done, those who score 7 lose 1.3. Whoever
    rescues the unhappy will see a miracle. See `expected_moves`.
Unhappy light users fall silent (`SILENT_LIGHT`), and no weight undoes it: everybody's latest score
    would be 4.95, those who answer say 5.15, weighted 5.15. The truths of worth are about the
    weighted answers as they are, not about those who never answer.
79 % of the cost goes to those below the middle, by each customer's latest score (`zones`). Spread
    over all the answers of each it is 40 % (`zones_spread`), since who is unhappy today was not
    yesterday. Both leave out the 18 % that went to customers who never answered.
Price is said to matter most (mean 6.1) and comes fifth; treatment is said last and comes first.
    53 % of the leavers say price; half of those who say so left for treatment. `said_when_true`
    corrects the reasons. The leaders believe what is said.
Whoever uses `rival_b` is less happy here. Its users score it 5.20, everybody scores the company
    5.17: about even, it seems. Those same users score the company 4.70, so it trails by 0.50;
    `rival_a` it leads by 0.31. Among those who use any rival, 40 % score the company above all
    others, and by its ranks it gets 48 % of what they spend (Wallet Allocation Rule).
Mood and attitude colour all ratings (halo): slopes of the score on the ratings are too high for
    drivers that do little, and even `app_works` seems to bring a reward of 0.12 points above 5.
    The truth has both: what the method will see (`slope`, `penalty`, `reward`), computed without
    noise, and what is so (`slope_below`, `slope_above`, `class`, `true_asymmetry`).
Least squares of spend on score says 155 euros a point among those whom an agent served; with the
    agent's quality as instrument the answer is about 79.
The score stands still over three years (5.17, 5.18, 5.14) though the work got better: better
    ratings brought 0.16 points, the rising bar took 0.19.
Nine in ten excellent stories have a human in them, but so have two in three of all contacts.
A step is worth 74 euros to those below the middle and 89 at the top, since heavy users are happier;
    a plan that takes the 81 of all for each thinks too well of lifting the unhappy.
Beliefs about actions that are guesses are far too high: see `true_lift`. Shrunk as guesses should
    be, they still sell new things in the app, which bring nothing: the plan for 500,000 euros truly
    brings 488,000, and a trial of that one action would have told. With 150,000 euros the plan asks
    no guess, promises 256,000 and brings 251,000.
Dirt: 238 exact duplicate rows, 1,870 answers ticked straight down (their scores are sound, their
    ratings are not), 498 scores of 9, in each driver about 0.4 % of -99 and 1 % empty. All of it
    falls by chance, and truths leave it out: they are about distinct answers with a valid score.

Not as in life
--------------
Leaving does not lower spend. Agents affect nobody but through the ratings. Efforts and actions
change nothing. Customers do not talk to each other. The months after two answers may overlap, yet
the money of each is drawn anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Claims = npt.NDArray[np.bool_]

Kind = Literal["human", "digital", "price", "product", "process"]
FactorClass = Literal["basic", "performance", "excitement"]


@dataclass(frozen=True, slots=True)
class Driver:
    """Hold one of the twelve things that customers rate from 1 to 7.

    Attributes
    ----------
    name : str
        Its column in the responses.
    kind : Kind
        What sort of thing it is.
    level : float
        Mean of the rating before it is rounded, for an average customer in 2023.
    low, high : float
        What one step of the rating adds to the hidden score, below and above 4.
    """

    name: str
    kind: Kind
    level: float
    low: float
    high: float

    @property
    def asymmetry(self) -> float:
        """(high - low) / (high + low): -1 only hurts, +1 only delights."""
        return (self.high - self.low) / (self.high + self.low)

    @property
    def factor_class(self) -> FactorClass:
        """The class by `asymmetry`, cut at a third."""
        if self.asymmetry < -1 / 3:
            return "basic"
        return "excitement" if self.asymmetry > 1 / 3 else "performance"


DRIVERS = (
    Driver("attention", "human", 4.9, low=0.03, high=0.48),
    Driver("friendliness", "human", 5.3, low=0.12, high=0.18),
    Driver("expertise", "human", 5.1, low=0.16, high=0.16),
    Driver("ownership", "human", 4.6, low=0.04, high=0.48),
    Driver("app_works", "digital", 5.0, low=0.50, high=0.00),
    Driver("ease_online", "digital", 4.9, low=0.12, high=0.12),
    Driver("price_level", "price", 4.2, low=0.08, high=0.08),
    Driver("product_quality", "product", 5.5, low=0.16, high=0.16),
    Driver("selection", "product", 5.1, low=0.05, high=0.05),
    Driver("waiting_time", "process", 4.5, low=0.18, high=0.12),
    Driver("delivery", "process", 5.0, low=0.12, high=0.12),
    Driver("billing", "process", 5.2, low=0.22, high=0.03),
)
DRIVER_NAMES = tuple(driver.name for driver in DRIVERS)
HUMAN = np.array([driver.kind == "human" for driver in DRIVERS])
DIGITAL = np.array([driver.kind == "digital" for driver in DRIVERS])
PRICE = np.array([driver.kind == "price" for driver in DRIVERS])
PRODUCT = np.array([driver.kind == "product" for driver in DRIVERS])
PROCESS = np.array([driver.kind == "process" for driver in DRIVERS])
DRIVER_LEVEL = np.array([driver.level for driver in DRIVERS])
DRIVER_LOW = np.array([driver.low for driver in DRIVERS])
DRIVER_HIGH = np.array([driver.high for driver in DRIVERS])

# What customers say matters (1-7, means) and the drivers that each factor stands for.
STATED = {"price": 6.2, "product": 5.8, "speed": 5.4, "app": 4.9, "treatment": 4.6}
FACTOR_DRIVERS: Mapping[str, Claims] = {
    "price": PRICE,
    "product": PRODUCT,
    "speed": PROCESS,
    "app": DIGITAL,
    "treatment": HUMAN,
}

# The same five, as the small best-worst survey words them, and what the choices in it are drawn by.
STATED_ITEMS = {
    "price": "Edullinen hinta",
    "product": "Laadukkaat tuotteet",
    "speed": "Nopea asiointi",
    "app": "Toimiva sovellus",
    "treatment": "Hyvä kohtelu",
}
STATED_UTILITY = np.array(list(STATED.values())) - np.mean(list(STATED.values()))

# Who the customers are. Shares, then the odds of answering that the survey weight undoes.
REGIONS = (
    "Uusimaa",
    "Pirkanmaa",
    "Varsinais-Suomi",
    "Pohjois-Pohjanmaa",
    "Keski-Suomi",
    "Lappi",
)
REGION_SHARE = np.array([0.36, 0.16, 0.15, 0.14, 0.10, 0.09])
REGION_ANSWERS = np.array([0.85, 1.00, 1.00, 1.10, 1.05, 1.15])
TYPES = ("household", "sole_trader", "company", "association")
TYPE_SHARE = np.array([0.74, 0.11, 0.12, 0.03])
TYPE_SPEND = np.array([0.0, 0.15, 0.45, 0.10])
AGES = ("18-29", "30-44", "45-59", "60+")
AGE_SHARE = np.array([0.20, 0.27, 0.27, 0.26])
AGE_ANSWERS = np.array([0.75, 0.95, 1.05, 1.15])
ENGLISH_SHARE = 0.33

# Who answers at all, and how often.
ANSWER_CHANCE = 0.71
SILENT_LIGHT = 0.90  # how far the unhappy and light users fall silent; no weight undoes it
ANSWERS_MOST = 8
ANSWERS_MORE = 0.43
WEIGHT_UNIT = 0.97  # so that the mean weight of an answer is one

# Contacts. Agents serve one channel each, and the next customer in line gets any of them.
CHANNELS = ("phone", "chat", "face_to_face", "e-mail", "web", "app")
CHANNEL_SHARE_BY_AGE = np.array(
    [
        [0.14, 0.22, 0.08, 0.08, 0.20, 0.28],
        [0.20, 0.20, 0.11, 0.11, 0.20, 0.18],
        [0.27, 0.15, 0.15, 0.13, 0.20, 0.10],
        [0.36, 0.07, 0.24, 0.11, 0.17, 0.05],
    ]
)
AGENTS = np.array([80, 45, 45, 30])  # in phone, chat, face to face and e-mail
AGENT_SD = 0.40

# Attitude: what a customer brings to every answer, and what makes worth look steeper than it is.
ATTITUDE_ON_SPEND = 0.46
ATTITUDE_ON_VISITS = 0.18
ATTITUDE_ON_TENURE = 0.10
ATTITUDE_OWN_SD = 0.62

# Ratings, and the hidden score they add up to.
RATING_ON_ATTITUDE = 0.30
RATING_ON_MOOD = 0.35
RATING_SD = 1.05
RATING_TREND = 0.06  # the work gets better by this much a year
SCORE_ON_ATTITUDE = 0.90
SCORE_ON_MOOD = 0.20
SCORE_NOISE = 0.50  # scale of the logistic noise
BAR_BY_YEAR = np.array([0.0, 0.12, 0.24])  # what was good enough in 2023 is not in 2025
EXPECTATION_SPEED = 0.30  # lambda: the share of a surprise that becomes the new expectation
EXPECTATION_PULL = 0.50
EXPECTATION_START = 1.95
EXPECTATION_START_SD = 0.40
SCORE_CUTS = np.array([-2.35, -1.63, -0.92, 0.13, 1.11, 2.45])
LEVELS = 7


@dataclass(frozen=True, slots=True)
class Rival:
    """Hold another company that some of the customers use too, and score beside this one.

    Attributes
    ----------
    name : str
        Its column in the responses.
    level : float
        Its hidden score for an average customer.
    used, used_on_attitude : float
        Log odds of using it, for an average customer, and for one step of attitude.
    """

    name: str
    level: float
    used: float
    used_on_attitude: float


# The first is used by anybody and is no match; the second by those who are less happy here.
RIVALS = (
    Rival("rival_a", 0.45, used=0.0, used_on_attitude=0.0),
    Rival("rival_b", 1.05, used=-0.9, used_on_attitude=-1.1),
)
RIVAL_ON_ATTITUDE = 0.50
RIVAL_SD = 0.70

# Worth: euros in the 12 months after an answer, straight in the level and in what came before.
ALIKE = ("past_spend", "tenure_years", "visits_a_year")
WORTH_START = 26.0
WORTH_STEP = 54.0
WORTH_ALIKE = np.array([0.40, 6.0, 8.0])
WORTH_ALIKE_STEP = np.array([0.02, 0.5, 0.5])
WORTH_CUSTOMER_SD = 0.40  # of logs: what a customer's answers share
WORTH_ANSWER_SD = 0.45

# Leaving within 12 months: yearly hazards of four causes, and what is said at the door.
REASONS = ("treatment", "price", "product", "life")
HAZARD = np.array([0.034, 0.012, 0.012, 0.016])  # at ratings of 5
HAZARD_ON_RATING = np.array([-0.75, -0.35, -0.45, 0.0])
MONTHS = 12  # how long everybody is followed
SAID = np.array(  # rows: why they left; columns: what they say, both in the order of REASONS
    [
        [0.24, 0.58, 0.12, 0.06],
        [0.02, 0.92, 0.03, 0.03],
        [0.04, 0.40, 0.50, 0.06],
        [0.01, 0.08, 0.02, 0.89],
    ]
)

# Dirt, as shares of answers (of cells for the drivers).
SCORE_UNKNOWN = 9
RATING_UNKNOWN = -99
SCORE_UNKNOWN_SHARE = 0.004
RATING_UNKNOWN_SHARE = 0.004
RATING_EMPTY_SHARE = 0.010
DUPLICATE_SHARE = 0.002
STRAIGHT_SHARE = 0.015

# The zones of a 1-7 scale: where a plan picks people up, and where it puts them down.
ZONES = ("below", "middle", "top")
ZONE_OF_LEVEL = np.array([0, 0, 0, 1, 1, 1, 2])
MIDDLE, TOP = 4, 7


def expected_spend(level: Integers | Small, alike: Floats) -> Floats:
    """Say what customers at these levels are expected to spend in 12 months.

    Parameters
    ----------
    level : integer array, shape (n,), 1 to 7
    alike : float array, shape (n, 3)
        `past_spend` in euros, `tenure_years`, `visits_a_year`.

    Returns
    -------
    float array, shape (n,), euros

    Notes
    -----
    ``26 + 54 k + (0.40 + 0.02 k) past_spend + (6 + 0.5 k) tenure + (8 + 0.5 k) visits``.
    Straight in k for every customer, so returns neither rise nor fall; steeper for heavy users.
    """
    at_level = WORTH_START + WORTH_STEP * level
    common = alike @ WORTH_ALIKE
    steeper = alike @ WORTH_ALIKE_STEP
    return np.asarray(at_level + common + level * steeper, dtype=np.float64)


def worth_step(alike: Floats) -> Floats:
    """Say what one step of the score is worth to each customer; shape (n,), euros a year."""
    return np.asarray(WORTH_STEP + alike @ WORTH_ALIKE_STEP, dtype=np.float64)


def experience(ratings: Small) -> Floats:
    """Add twelve ratings up to what they do to the hidden score.

    Parameters
    ----------
    ratings : int8 array, shape (n, 12), 1 to 7

    Returns
    -------
    float array, shape (n,), points of the hidden score; 0 where all ratings are 4
    """
    above = np.maximum(ratings - MIDDLE, 0) @ DRIVER_HIGH
    below = np.minimum(ratings - MIDDLE, 0) @ DRIVER_LOW
    return np.asarray(above + below, dtype=np.float64)


def chance_above(hidden: Floats) -> Floats:
    """Say how likely a score above each level is, before the noise of the occasion.

    Parameters
    ----------
    hidden : float array, shape (n,)

    Returns
    -------
    float array, shape (6, n), 0 to 1
        Row k - 1: chance that the score is above k.
    """
    return np.asarray(1 / (1 + np.exp((SCORE_CUTS[:, None] - hidden) / SCORE_NOISE)))


def level_chances(hidden: Floats) -> Floats:
    """Say how likely each level is, before the noise of the occasion; shape (7, n)."""
    above = chance_above(hidden)
    one, nothing = np.ones((1, len(hidden))), np.zeros((1, len(hidden)))
    return np.asarray(np.vstack([one, above]) - np.vstack([above, nothing]))


def expected_score(hidden: Floats) -> Floats:
    """Say what score is expected, before the noise of the occasion; shape (n,), 1 to 7."""
    return np.asarray(1 + chance_above(hidden).sum(axis=0))


def score_slope(hidden: Floats) -> Floats:
    """Say how the expected score moves with the hidden one; shape (n,), points per point."""
    above = chance_above(hidden)
    return np.asarray((above * (1 - above)).sum(axis=0) / SCORE_NOISE)
