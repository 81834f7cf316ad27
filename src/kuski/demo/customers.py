"""Draw the customers of the made-up company, also those who never answer."""

from dataclasses import dataclass

import numpy as np

from kuski.demo import company
from kuski.demo.company import Claims, Floats, Integers


@dataclass(frozen=True, slots=True)
class Customers:
    """Hold a batch of customers; every array has shape (n,) unless said.

    Attributes
    ----------
    id : int64 array
        1 and up, over all batches.
    region, customer_type, age : int64 arrays
        Places in `company.REGIONS`, `company.TYPES` and `company.AGES`.
    alike : float array, shape (n, 3)
        Past spend in euros, tenure in years, visits a year.
    attitude : float array
        What a customer brings to every answer; in no table.
    speaks_english, is_strategic, is_protected : bool arrays
    answers : int64 array
        How often the customer answers, 0 to 8.
    weight : float array
        Survey weight: undoes what region and age do to answering, and nothing else.
    """

    id: Integers
    region: Integers
    customer_type: Integers
    age: Integers
    alike: Floats
    attitude: Floats
    speaks_english: Claims
    is_strategic: Claims
    is_protected: Claims
    answers: Integers
    weight: Floats


def draw_customers(rng: np.random.Generator, first: int, size: int) -> Customers:
    """Draw `size` customers, numbered from `first`."""
    region = rng.choice(len(company.REGIONS), size, p=company.REGION_SHARE)
    customer_type = rng.choice(len(company.TYPES), size, p=company.TYPE_SHARE)
    age = rng.choice(len(company.AGES), size, p=company.AGE_SHARE)
    alike = _alike(rng, customer_type)
    own = company.ATTITUDE_OWN_SD * rng.standard_normal(size)
    attitude = shared_attitude(alike) + own
    answer_rate = company.REGION_ANSWERS[region] * company.AGE_ANSWERS[age]
    return Customers(
        id=np.arange(first, first + size, dtype=np.int64),
        region=region,
        customer_type=customer_type,
        age=age,
        alike=alike,
        attitude=attitude,
        speaks_english=rng.random(size) < company.ENGLISH_SHARE,
        is_strategic=rng.random(size) < _strategic_chance(customer_type, region),
        is_protected=rng.random(size) < np.where(age == len(company.AGES) - 1, 0.12, 0.015),
        answers=_answers(rng, answer_rate, alike, attitude),
        weight=np.round(company.WEIGHT_UNIT / answer_rate, 6),
    )


def _alike(rng: np.random.Generator, customer_type: Integers) -> Floats:
    """Draw past spend, tenure and visits: one habit moves both spend and visits."""
    size = len(customer_type)
    habit = rng.standard_normal(size)
    log_spend = 6.35 + 0.55 * habit + 0.50 * rng.standard_normal(size)
    spend = np.exp(log_spend + company.TYPE_SPEND[customer_type])
    tenure = rng.gamma(1.7, 4.2, size)
    visits = 1 + rng.poisson(np.exp(2.1 + 0.60 * habit))
    return np.column_stack([np.round(spend, 2), np.round(tenure, 1), visits.astype(np.float64)])


def shared_attitude(alike: Floats) -> Floats:
    """Make heavy users happier: the confounding, and all of it seen in the alike columns."""
    spend = (np.log(alike[:, 0]) - 6.43) / 0.76
    tenure = (np.log1p(alike[:, 1]) - 1.95) / 0.70
    visits = (np.log(alike[:, 2]) - 2.10) / 0.65
    return np.asarray(
        company.ATTITUDE_ON_SPEND * spend
        + company.ATTITUDE_ON_VISITS * visits
        + company.ATTITUDE_ON_TENURE * tenure
    )


def _strategic_chance(customer_type: Integers, region: Integers) -> Floats:
    """Companies in the two biggest regions are whom the strategy is about."""
    is_wanted = (customer_type == company.TYPES.index("company")) & (region < 2)
    return np.where(is_wanted, 0.60, 0.06)


def _answers(
    rng: np.random.Generator, answer_rate: Floats, alike: Floats, attitude: Floats
) -> Integers:
    """Draw how often each answers: never, or once to eight times."""
    size = len(alike)
    is_light = 1 / (1 + np.exp((alike[:, 2] - 7) / 2))
    is_unhappy = 1 / (1 + np.exp((attitude + 0.6) / 0.3))
    beyond_weight = 1 - company.SILENT_LIGHT * is_light * is_unhappy
    does_answer = rng.random(size) < company.ANSWER_CHANCE * answer_rate * beyond_weight
    times = 1 + rng.binomial(company.ANSWERS_MOST - 1, company.ANSWERS_MORE, size)
    return np.where(does_answer, times, 0).astype(np.int64)
