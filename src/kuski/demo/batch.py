"""Draw a batch of customers with all that happens to them."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.answers import Answers, draw_answers
from kuski.demo.comments import Comments, draw_comments
from kuski.demo.company import Floats
from kuski.demo.customers import Customers, draw_customers
from kuski.demo.dirt import Dirt, draw_dirt
from kuski.demo.efforts import Efforts, draw_efforts
from kuski.demo.leaving import Leaving, draw_leaving


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold everything about a batch of customers; places in one part refer to another's rows."""

    customers: Customers
    answers: Answers
    comments: Comments
    leaving: Leaving
    efforts: Efforts
    dirt: Dirt


def draw_batch(rng: np.random.Generator, agents: Floats, *, first: int, size: int) -> Batch:
    """Draw the customers numbered from `first`, and everything of theirs."""
    customers = draw_customers(rng, first, size)
    answers = draw_answers(rng, customers, agents)
    return Batch(
        customers=customers,
        answers=answers,
        comments=draw_comments(rng, customers, answers),
        leaving=draw_leaving(rng, answers),
        efforts=draw_efforts(rng, answers),
        dirt=draw_dirt(rng, answers),
    )
