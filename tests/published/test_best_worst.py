"""Best-worst choices out of two are the model of Bradley & Terry, whose published example holds.

Wins in baseball's American League, eastern division, 1987: Agresti 2002, *Categorical Data
Analysis*, table 10.10, and the abilities that the R package BradleyTerry2 prints for them (Turner
& Firth 2012, *Bradley-Terry models in R*, Journal of Statistical Software 48(9), section 2).
"""

import numpy as np
import pytest

from kuski.stats.best_worst import Tasks, best_worst

TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
)
# Above Baltimore, as printed.
ABILITIES = (1.5813559, 1.4364084, 1.2944851, 1.2476178, 1.1076977, 0.6838528, 0.0)


def test_choices_out_of_two_give_the_published_abilities():
    best, worst = np.nonzero(WINS)
    places = np.arange(len(TEAMS))
    shown = (places == best[:, None]) | (places == worst[:, None])
    found = best_worst(Tasks.of(shown, best, worst), WINS[best, worst][None])
    # Seven decimals are printed; the glm behind them stops at a change of 1e-8 in the deviance.
    above = found.utilities[0] - found.utilities[0, -1]
    assert above.tolist() == pytest.approx(ABILITIES, abs=2e-5)
    balance = (WINS.sum(axis=1) - WINS.sum(axis=0)) / 78
    assert found.counts[0].tolist() == pytest.approx(balance.tolist())
