"""Lay a batch of the made-up company out as Arrow tables."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.demo import company
from kuski.demo.answers import FIRST_DAY
from kuski.demo.batch import Batch
from kuski.demo.comments import comment_texts
from kuski.demo.company import Claims, Integers
from kuski.demo.efforts import KINDS

_AGENT_NAMES = tuple(f"agent-{number:03d}" for number in range(1, int(company.AGENTS.sum()) + 1))
_ANSWER_IDS_EACH = 10

RESPONSES = pa.schema(
    [
        ("answer_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("answered_on", pa.date32()),
        ("channel", pa.string()),
        ("agent_id", pa.string()),
        ("weight", pa.float64()),
        ("score", pa.int8()),
        ("recommend", pa.int8()),
        *((name, pa.int8()) for name in company.DRIVER_NAMES),
        *((f"importance_{name}", pa.int8()) for name in company.STATED),
        *((rival.name, pa.int8()) for rival in company.RIVALS),
        ("comment", pa.string()),
        ("spend_after", pa.float64()),
    ]
)
CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("region", pa.string()),
        ("customer_type", pa.string()),
        ("age_group", pa.string()),
        ("tenure_years", pa.float64()),
        ("past_spend", pa.float64()),
        ("visits_a_year", pa.int16()),
        ("strategic", pa.int8()),
        ("protected", pa.int8()),
        ("left", pa.int8()),
        ("months", pa.int8()),
        ("reason", pa.string()),
    ]
)
EFFORTS = pa.schema(
    [
        ("effort_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("spent_on", pa.date32()),
        ("kind", pa.string()),
        ("cost", pa.float64()),
    ]
)


def responses(batch: Batch) -> pa.Table:
    """Lay out the answers, one row each and two for a duplicate."""
    answers, customers, dirt, rivals = batch.answers, batch.customers, batch.dirt, batch.rivals
    rows = dirt.rows
    customer = answers.customer[rows]
    customer_id = customers.id[customer]
    agent = answers.agent[rows]
    columns = [
        pa.array(customer_id * _ANSWER_IDS_EACH + answers.turn[rows]),
        pa.array(customer_id),
        pa.array(FIRST_DAY + answers.day[rows]),
        _words(company.CHANNELS, answers.channel[rows]),
        _words(_AGENT_NAMES, agent, agent < 0),
        pa.array(np.round(customers.weight[customer], 6)),
        pa.array(dirt.score[rows]),
        pa.array(answers.recommend[rows]),
        *(
            pa.array(dirt.ratings[rows, place], mask=dirt.is_empty[rows, place])
            for place in range(len(company.DRIVERS))
        ),
        *(pa.array(answers.importances[rows, place]) for place in range(len(company.STATED))),
        *(
            pa.array(rivals.score[rows, place], mask=~rivals.is_used[rows, place])
            for place in range(len(company.RIVALS))
        ),
        comment_texts(batch.comments, answers.channel, rows),
        pa.array(answers.spend[rows]),
    ]
    return pa.Table.from_arrays(columns, schema=RESPONSES)


def customers(batch: Batch) -> pa.Table:
    """Lay out the customers, also those who never answered."""
    who, leaving = batch.customers, batch.leaving
    columns = [
        pa.array(who.id),
        _words(company.REGIONS, who.region),
        _words(company.TYPES, who.customer_type),
        _words(company.AGES, who.age),
        pa.array(who.alike[:, 1]),
        pa.array(who.alike[:, 0]),
        pa.array(who.alike[:, 2].astype(np.int16)),
        _flags(who.is_strategic),
        _flags(who.is_protected),
        _flags(leaving.has_left),
        pa.array(leaving.months),
        _words(company.REASONS, leaving.said, ~leaving.has_left),
    ]
    return pa.Table.from_arrays(columns, schema=CUSTOMERS)


def efforts(batch: Batch) -> pa.Table:
    """Lay out the pieces of work."""
    done = batch.efforts
    customer_id = batch.customers.id[done.customer]
    columns = [
        pa.array(customer_id * len(KINDS) + done.kind),
        pa.array(customer_id),
        pa.array(done.day),
        _words([kind.name for kind in KINDS], done.kind),
        pa.array(done.cost),
    ]
    return pa.Table.from_arrays(columns, schema=EFFORTS)


def _words(words: Sequence[str], place: Integers, is_missing: Claims | None = None) -> pa.Array:
    """Spell places out; null where missing."""
    return pa.array(words).take(pa.array(place, mask=is_missing))


def _flags(claims: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(claims.astype(np.int8))
