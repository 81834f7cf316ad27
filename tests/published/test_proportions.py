"""Proportions against printed tables."""

import pytest

from kuski.stats.proportions import net_promoter_score, share_interval

# Numbers are compared to the last digit that the source prints.
PRINTED_4 = 5.1e-5


def test_19_promoters_9_passives_and_8_detractors_give_the_interval_of_rocks_2016():
    # Rocks 2016, adjusted Wald with three pseudo-answers at 90 %: 6.95 % to 49.46 %.
    found = net_promoter_score(19, 9, detractors=8, confidence=0.9)
    assert found.score == pytest.approx(11 / 36)
    assert found.low == pytest.approx(0.0695, abs=PRINTED_4)
    assert found.high == pytest.approx(0.4946, abs=PRINTED_4)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_equals_newcombes_table(hits, n, low, high):
    found = share_interval(hits / n, n)
    assert found.low == pytest.approx(low, abs=PRINTED_4)
    assert found.high == pytest.approx(high, abs=PRINTED_4)
