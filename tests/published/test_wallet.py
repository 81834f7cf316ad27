"""Shares of wallet as Keiningham, Aksoy, Williams & Buoye 2015 print them."""

import numpy as np
import pytest

from kuski.stats.wallet import wallet_shares

# The rule's table: share of wallet by rank, for two to four brands in use.
RULE = {
    2: [2 / 3, 1 / 3],
    3: [1 / 2, 1 / 3, 1 / 6],
    4: [0.4, 0.3, 0.2, 0.1],
}


@pytest.mark.parametrize("brands", RULE)
def test_shares_by_rank_are_those_of_the_rule(brands):
    scores = np.arange(brands, 0, -1)[None]
    assert wallet_shares(scores)[0] == pytest.approx(RULE[brands], abs=1e-12)


def test_two_brands_that_score_alike_share_their_ranks():
    # Both first of three: the mean of 1/2 and 1/3 each.
    assert wallet_shares([[9, 9, 2]])[0] == pytest.approx([5 / 12, 5 / 12, 1 / 6], abs=1e-12)
