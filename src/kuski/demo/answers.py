"""Draw the answers: contacts, agents, ratings, scores and the money that follows."""

from dataclasses import dataclass

import numpy as np

from kuski.demo import company
from kuski.demo.company import Claims, Floats, Integers, Small
from kuski.demo.customers import Customers

FIRST_DAY = np.datetime64("2023-01-01")
DAYS = int((np.datetime64("2026-01-01") - FIRST_DAY).astype(int))
_YEAR_STARTS = (np.array(["2024-01-01", "2025-01-01"], dtype="datetime64[D]") - FIRST_DAY).astype(
    np.int64
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold a batch of answers, by customer and then by day; shape (n,) unless said.

    Those who never answer get one occasion too, which no table shows: it decides whether they
    leave, and what the scores would be if everybody answered.

    Attributes
    ----------
    customer : int64 array
        Place in the batch's customers.
    turn : int64 array
        0 for a customer's first answer, 1 for the next.
    is_last, is_silent : bool arrays
    day, year : int64 arrays
        Days since 1 January 2023; 0 for 2023.
    channel, agent : int64 arrays
        Place in `company.CHANNELS`; number of the agent, -1 where no human served.
    agent_quality : float array
        In steps of a human rating, 0 where no human served; in no table.
    ratings : int8 array, shape (n, 12), 1 to 7
    experience, expectation : float arrays
        Points of the hidden score; in no table.
    hidden : float array
        The hidden score before the noise of the occasion; in no table.
    score, recommend : int8 arrays
        1 to 7; 0 to 10.
    importances : int8 array, shape (n, 5), 1 to 7
        What the customer says matters, in the order of `company.STATED`.
    expected_spend, spend : float arrays
        Euros in the 12 months after, without and with noise.
    """

    customer: Integers
    turn: Integers
    is_last: Claims
    is_silent: Claims
    day: Integers
    year: Integers
    channel: Integers
    agent: Integers
    agent_quality: Floats
    ratings: Small
    experience: Floats
    expectation: Floats
    hidden: Floats
    score: Small
    recommend: Small
    importances: Small
    expected_spend: Floats
    spend: Floats


def draw_agents(rng: np.random.Generator) -> Floats:
    """Draw how good each agent is, in steps of the human ratings; shape (200,)."""
    return company.AGENT_SD * rng.standard_normal(int(company.AGENTS.sum()))


def draw_answers(rng: np.random.Generator, customers: Customers, agents: Floats) -> Answers:
    """Draw every answer of a batch of customers."""
    occasions = np.maximum(customers.answers, 1)
    customer = np.repeat(np.arange(len(occasions)), occasions)
    first = np.cumsum(occasions) - occasions
    turn = np.arange(len(customer)) - first[customer]
    is_silent = customers.answers[customer] == 0
    day = _days(rng, customer, is_silent)
    year = np.searchsorted(_YEAR_STARTS, day, side="right")
    channel = _channels(rng, customers.age[customer])
    agent = _agents(rng, channel)
    quality = np.where(agent < 0, 0.0, agents[agent])
    mood = rng.standard_normal(len(customer))
    attitude = customers.attitude[customer]
    ratings = _ratings(rng, attitude, mood, quality, year)
    felt = company.experience(ratings)
    expectation = _expectations(rng, felt, first, occasions)
    hidden = (
        company.SCORE_ON_ATTITUDE * attitude
        + company.SCORE_ON_MOOD * mood
        + felt
        - company.EXPECTATION_PULL * expectation
        - company.BAR_BY_YEAR[year]
    )
    noisy = hidden + rng.logistic(0.0, company.SCORE_NOISE, len(hidden))
    score = (1 + np.searchsorted(company.SCORE_CUTS, noisy)).astype(np.int8)
    expected_spend = company.expected_spend(score, customers.alike[customer])
    luck = _luck(rng, company.WORTH_CUSTOMER_SD, len(occasions))[customer]
    luck *= _luck(rng, company.WORTH_ANSWER_SD, len(customer))
    return Answers(
        customer=customer,
        turn=turn,
        is_last=turn == occasions[customer] - 1,
        is_silent=is_silent,
        day=day,
        year=year,
        channel=channel,
        agent=agent,
        agent_quality=quality,
        ratings=ratings,
        experience=felt,
        expectation=expectation,
        hidden=hidden,
        score=score,
        recommend=_recommend(rng, noisy),
        importances=_importances(rng, len(hidden)),
        expected_spend=expected_spend,
        spend=np.round(expected_spend * luck, 2),
    )


def _days(rng: np.random.Generator, customer: Integers, is_silent: Claims) -> Integers:
    """Draw days over the three years, in order within each customer.

    The one day of the silent is dated like the latest of four, so that latest days compare.
    """
    share = rng.random(len(customer))
    day = (DAYS * np.where(is_silent, share**0.25, share)).astype(np.int64)
    return np.sort(customer * DAYS + day) - customer * DAYS


def _channels(rng: np.random.Generator, age: Integers) -> Integers:
    """Draw the channel, which hangs on age alone."""
    chance = rng.random(len(age))
    below = np.cumsum(company.CHANNEL_SHARE_BY_AGE, axis=1)[age, :-1]
    return np.asarray((chance[:, None] >= below).sum(axis=1), dtype=np.int64)


def _agents(rng: np.random.Generator, channel: Integers) -> Integers:
    """Give each human contact any agent of its channel, by chance alone."""
    crew = np.append(company.AGENTS, [1, 1])
    start = np.append(np.cumsum(company.AGENTS) - company.AGENTS, [0, 0])
    drawn = (rng.random(len(channel)) * crew[channel]).astype(np.int64) + start[channel]
    return np.where(channel < len(company.AGENTS), drawn, -1)


def _ratings(
    rng: np.random.Generator, attitude: Floats, mood: Floats, quality: Floats, year: Integers
) -> Small:
    """Draw the twelve ratings; attitude and mood move all of them, the agent the human ones."""
    common = (
        company.RATING_ON_ATTITUDE * attitude
        + company.RATING_ON_MOOD * mood
        + company.RATING_TREND * year
    )
    rating = company.RATING_SD * rng.standard_normal((len(mood), len(company.DRIVERS)))
    rating += company.DRIVER_LEVEL
    rating += common[:, None]
    rating[:, company.HUMAN] += quality[:, None]
    return np.clip(np.rint(rating), 1, company.LEVELS).astype(np.int8)


def _expectations(
    rng: np.random.Generator, felt: Floats, first: Integers, occasions: Integers
) -> Floats:
    """Move each customer's expectation a share of the way after each answer."""
    start = company.EXPECTATION_START_SD * rng.standard_normal(len(first))
    expected = company.EXPECTATION_START + start
    before = np.empty(len(felt))
    for turn in range(int(occasions.max(initial=0))):
        who = np.flatnonzero(occasions > turn)
        at = first[who] + turn
        before[at] = expected[who]
        expected[who] += company.EXPECTATION_SPEED * (felt[at] - expected[who])
    return before


def _luck(rng: np.random.Generator, sd: float, size: int) -> Floats:
    """Draw skewed factors of mean one."""
    return rng.lognormal(-(sd**2) / 2, sd, size)


def _recommend(rng: np.random.Generator, noisy: Floats) -> Small:
    """Draw the 0-10 answer beside the score."""
    liking = 6.3 + 0.95 * noisy + 0.8 * rng.standard_normal(len(noisy))
    return np.clip(np.rint(liking), 0, 10).astype(np.int8)


def _importances(rng: np.random.Generator, size: int) -> Small:
    """Draw what is said to matter, whatever was rated."""
    means = np.array(list(company.STATED.values()))
    said = means + 0.9 * rng.standard_normal((size, len(means)))
    return np.clip(np.rint(said), 1, company.LEVELS).astype(np.int8)
