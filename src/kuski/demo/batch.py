"""Draw a batch of customers with all that happens to them."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.answers import Answers, draw_answers
from kuski.demo.checked import Checked, draw_checked
from kuski.demo.comments import Comments, draw_comments
from kuski.demo.company import Floats
from kuski.demo.customers import Customers, draw_customers
from kuski.demo.dirt import Dirt, draw_dirt
from kuski.demo.efforts import Efforts, draw_efforts
from kuski.demo.leaving import Leaving, draw_leaving
from kuski.demo.rivals import Rivals, draw_rivals


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold everything about a batch of customers; places in one part refer to another's rows."""

    customers: Customers
    answers: Answers
    comments: Comments
    leaving: Leaving
    efforts: Efforts
    dirt: Dirt
    rivals: Rivals
    checked: Checked


def draw_batch(rng: np.random.Generator, agents: Floats, *, first: int, size: int) -> Batch:
    """Draw the customers numbered from `first`, and everything of theirs."""
    # Each of these draws from a stream of its own, so that it moves nothing else.
    month_rng, rival_rng, check_rng = rng.spawn(3)
    customers = draw_customers(rng, first, size)
    answers = draw_answers(rng, customers, agents)
    comments = draw_comments(rng, customers, answers)
    leaving = draw_leaving(rng, month_rng, answers)
    return Batch(
        customers=customers,
        answers=answers,
        comments=comments,
        leaving=leaving,
        efforts=draw_efforts(rng, answers),
        dirt=draw_dirt(rng, answers),
        rivals=draw_rivals(rival_rng, customers, answers),
        checked=draw_checked(check_rng, customers, leaving),
    )
