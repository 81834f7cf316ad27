"""Candidates: the customers whom a rule names, found whether few or most gave a score."""

import numpy as np
import pyarrow as pa
import pytest

from kuski.choose.candidate import Rule
from kuski.engine import latest_levels, people
from kuski.engine.embedded import HeldTable, Session
from kuski.engine.scan import OpenTable
from kuski.moments import Category, Levels, Variable

LEVELS = Levels(Variable("score", (1, 2)), (0.5, 1.5, 2.5))
AREA = ["north", "south", "east", "north", "south", "east"]
# Rows: north, south and any other area, each unprotected and protected. The last column is for
# customers without a score.
SCORED = [[0, -1, -1], [-1] * 3, [1, 2, -1], [-1] * 3, [-1] * 3, [-1] * 3]
WITHOUT = [[-1, -1, 0], [-1] * 3, [-1, -1, 1], [-1] * 3, [-1] * 3, [-1] * 3]


def held(**columns):
    return OpenTable(HeldTable(Session(), "table", pa.table(columns)), "id")


@pytest.mark.parametrize("answered", [{1: 1}, {1: 1, 2: 2, 3: 1, 4: 2, 5: 1}])
@pytest.mark.parametrize("ranks", [SCORED, WITHOUT])
def test_everybody_whom_the_rule_names_is_ranked_also_without_a_score(answered, ranks):
    table = held(id=list(range(1, 7)), area=AREA)
    latest = latest_levels(held(id=list(answered), score=list(answered.values())), LEVELS, None)
    areas = {"north": 0, "south": 1}
    rule = Rule((Category("area"),), (areas,), None, np.array(ranks, np.int16))
    (some,) = people(table, latest, segments=rule.segments)
    named, rank = rule.ranked(some)
    expected = {}
    for who, area in enumerate(AREA, start=1):
        place = ranks[2 * areas.get(area, 2)][answered.get(who, 0) - 1]
        if place >= 0:
            expected[who] = place
    found = dict(zip(named.customer.to_pylist(), rank.tolist(), strict=True))
    assert found == expected
