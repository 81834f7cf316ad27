"""Keep the sums from which follows what is true of segments, batch by batch."""

from collections.abc import Mapping

import numpy as np

from kuski.demo import company
from kuski.demo.batch import Batch
from kuski.demo.company import Claims, Floats, Integers
from kuski.demo.customers import Customers, shared_attitude

# Each way to divide the customers, and how many segments it has.
CUTS = {
    "customer_type × age_group": len(company.TYPES) * len(company.AGES),
    "region": len(company.REGIONS),
    "customer_type": len(company.TYPES),
    "age_group": len(company.AGES),
}
# What happens to those who answer hangs on what they were by the attitude that it stands for, and
# worth by the step; both in classes so narrow that nothing is lost.
ATTITUDE_EDGES = np.linspace(-3.0, 3.0, 61)
STEP_EDGES = np.linspace(55.0, 155.0, 101)


def places(customers: Customers) -> Mapping[str, Integers]:
    """Tell each customer's segment in each cut; shape (n,)."""
    kind, age = customers.customer_type, customers.age
    found = (kind * len(company.AGES) + age, customers.region, kind, age)
    return dict(zip(CUTS, found, strict=True))


def segment_sums(batch: Batch, is_valid: Claims) -> Mapping[str, Floats]:
    """Sum people, money and moves by segment, and by what the customers were."""
    answers, customers = batch.answers, batch.customers
    valid = np.flatnonzero(is_valid)
    who = answers.customer[valid]
    weight = customers.weight[who]
    score = answers.score[valid].astype(np.int64)
    step = company.worth_step(customers.alike[who])
    last = np.full(len(customers.id), -1)
    last[who] = valid
    scored = np.flatnonzero(last >= 0)
    level = answers.score[last[scored]].astype(np.int64) - 1
    chance = company.chance_above(answers.hidden[last[who]])
    earlier = np.flatnonzero((answers.day[valid] < answers.day[last[who]]) & (score < company.TOP))
    up = chance[score[earlier] - 1, earlier]
    found: dict[str, Floats] = {}
    for cut, place in places(customers).items():
        n = CUTS[cut]
        of = place[who]
        at = of[earlier] * company.LEVELS + score[earlier] - 1
        found |= {
            f"{cut}: all": _by(place, n),
            f"{cut}: strategic": _by(place, n, customers.is_strategic),
            f"{cut}: latest": _by(place[scored] * company.LEVELS + level, n * company.LEVELS),
            f"{cut}: answers": _by(of, n),
            f"{cut}: weight": _by(of, n, weight),
            f"{cut}: worth": _by(of, n, weight * answers.expected_spend[valid]),
            f"{cut}: headroom": _by(of, n, weight * step * (company.TOP - score)),
            f"{cut}: earlier": _by(at, n * company.LEVELS),
            f"{cut}: up": _by(at, n * company.LEVELS, up),
        }
    return {**found, **_moved(batch, valid, weight, step)}


def _moved(batch: Batch, valid: Integers, weight: Floats, step: Floats) -> dict[str, Floats]:
    """Sum those who are content or at the top, by what they were, and where the content are."""
    answers, customers = batch.answers, batch.customers
    before = shared_attitude(customers.alike)[answers.customer[valid]]
    attitude = np.searchsorted(ATTITUDE_EDGES, before)
    chance = company.level_chances(answers.hidden[valid])
    middle = company.ZONES.index("middle") == company.ZONE_OF_LEVEL
    levels = np.arange(1, company.LEVELS + 1)
    n, steps = len(ATTITUDE_EDGES) + 1, len(STEP_EDGES) + 1
    own = np.where(answers.score[valid] >= company.MIDDLE, weight, 0.0)
    both = attitude * steps + np.searchsorted(STEP_EDGES, step)
    return {
        "content_weight": _by(attitude, n, weight * chance[middle].sum(axis=0)),
        "content_level": _by(attitude, n, weight * (levels[middle] @ chance[middle])),
        "content_sum": np.array(
            [own @ (answers.score[valid] < company.TOP), own @ _content_score(answers.score[valid])]
        ),
        "movable_weight": _by(both, n * steps, own),
        "movable_step": _by(both, n * steps, own * step),
    }


def _content_score(score: company.Small) -> Floats:
    return np.where(score < company.TOP, score, 0.0)


def _by(place: Integers, size: int, values: Floats | Claims | None = None) -> Floats:
    """Sum values (or count) by place; shape (size,)."""
    return np.bincount(place, values, minlength=size).astype(np.float64)
