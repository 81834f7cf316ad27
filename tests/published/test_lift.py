"""Newcombe 1998, Statistics in Medicine 17, table II: method 10, the score interval."""

import pytest

from kuski.stats.lift import difference_interval
from kuski.stats.proportions import share_interval

TABLE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]
# The table has four decimals.
PRINTED = {"abs": 0.5e-4 + 1e-9}


@pytest.mark.parametrize(("one", "two", "printed"), TABLE)
def test_the_difference_of_shares_is_as_printed(one, two, printed):
    shares = one[0] / one[1], two[0] / two[1]
    found = difference_interval(
        shares[0],
        share_interval(shares[0], one[1]),
        other=shares[1],
        other_interval=share_interval(shares[1], two[1]),
    )
    assert (found.low, found.high) == pytest.approx(printed, **PRINTED)
