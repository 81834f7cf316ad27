"""Take a random sample of those who left the made-up company, and ask them again, properly."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.company import Floats, Integers
from kuski.demo.customers import Customers
from kuski.demo.leaving import Leaving

CHECKED = 250


@dataclass(frozen=True, slots=True)
class Checked:
    """Hold leavers in the order of their lots; the sample is the first `CHECKED` of all of them.

    Attributes
    ----------
    lot : float array, shape (n,)
        Rising.
    customer : int64 array
        Numbers of customers.
    said, cause : int64 arrays
        Places in `company.REASONS`: what was said at the door, and why they left.
    """

    lot: Floats
    customer: Integers
    said: Integers
    cause: Integers

    def __add__(self, other: "Checked") -> "Checked":
        return _first(
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("lot", "customer", "said", "cause")
            )
        )


NOBODY = Checked(np.empty(0), *(np.empty(0, np.int64) for _ in range(3)))


def draw_checked(rng: np.random.Generator, customers: Customers, leaving: Leaving) -> Checked:
    """Draw a lot for each leaver, so that samples of batches add up to one of all customers."""
    gone = np.flatnonzero(leaving.has_left)
    return _first(
        rng.random(len(gone)), customers.id[gone], leaving.said[gone], leaving.cause[gone]
    )


def _first(lot: Floats, customer: Integers, said: Integers, cause: Integers) -> Checked:
    kept = np.argsort(lot, kind="stable")[:CHECKED]
    return Checked(lot[kept], customer[kept], said[kept], cause[kept])
