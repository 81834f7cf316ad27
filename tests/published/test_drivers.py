"""Importance against the numbers printed for R's public data sets."""

import numpy as np
import pytest

import kuski
from kuski.stats.relative_weights import relative_weights
from kuski.stats.shapley import shapley

from .provinces import MTCARS, SWISS, SWISS_COLUMNS, table

# Numbers are compared to the last digit that the source prints.
PRINTED_7, PRINTED_6 = 5.1e-8, 5.1e-7

SWISS_LMG = (0.0570912, 0.1711730, 0.2601347, 0.1055702, 0.1127659)
SWISS_JOHNSON = (0.048417, 0.154708, 0.271964, 0.114680, 0.116966)
MTCARS_JOHNSON = (0.2284797, 0.2221469, 0.2321744, 0.0963886)


def products(rows):
    """Sum the products of z = (1, columns), of which the first is the outcome."""
    z = np.column_stack([np.ones(len(rows)), rows])
    return z.T @ z


def each(columns):
    return [[place] for place in range(2, 2 + columns)]


def test_lmg_of_swiss_is_that_of_groemping_2006():
    found = shapley(products(table(SWISS)), outcome=1, groups=each(5))
    assert found.r2 == pytest.approx(0.7067350, abs=PRINTED_7)
    np.testing.assert_allclose(found.shares, SWISS_LMG, atol=PRINTED_7)


def test_johnsons_weights_of_swiss_are_those_of_r():
    found = relative_weights(products(table(SWISS)), outcome=1, groups=each(5))
    np.testing.assert_allclose(found.weights, SWISS_JOHNSON, atol=PRINTED_6)


def test_johnsons_weights_of_mtcars_are_those_of_r():
    found = relative_weights(products(table(MTCARS)), outcome=1, groups=each(4))
    assert found.r2 == pytest.approx(0.7791896, abs=PRINTED_7)
    np.testing.assert_allclose(found.weights, MTCARS_JOHNSON, atol=PRINTED_7)


@pytest.fixture(scope="module")
def swiss(tmp_path_factory):
    """The finding for a study of Fertility, whose score is no rating."""
    folder = tmp_path_factory.mktemp("swiss")
    lines = [",".join(SWISS_COLUMNS), *(",".join(map(str, row)) for row in table(SWISS))]
    (folder / "swiss.csv").write_text("\n".join(lines), encoding="utf-8")
    drivers = ", ".join(f'"{name}"' for name in SWISS_COLUMNS[1:])
    (folder / "study.toml").write_text(
        '[study]\nname = "Swiss"\n\n[responses]\nfile = "swiss.csv"\n'
        'score = { column = "Fertility", scale = [0, 100], cuts = [25, 50, 75] }\n'
        f"drivers = [{drivers}]\n",
        encoding="utf-8",
    )
    return kuski.open(folder / "study.toml").finding("understand.drivers")


def test_a_study_of_swiss_gives_the_printed_numbers(swiss):
    assert swiss.n == 47
    assert swiss.numbers.r2 == pytest.approx(0.7067350, abs=PRINTED_7)
    found = {one.driver: one for one in swiss.numbers.drivers}
    for name, lmg, johnson in zip(SWISS_COLUMNS[1:], SWISS_LMG, SWISS_JOHNSON, strict=True):
        assert found[name].lmg == pytest.approx(lmg, abs=PRINTED_7)
        assert found[name].johnson == pytest.approx(johnson, abs=PRINTED_6)


def test_slopes_of_swiss_are_those_of_rs_lm(swiss):
    # summary(lm(Fertility ~ ., data = swiss)), as printed by R's help page of the data.
    printed = (-0.17211, -0.25801, -0.87094, 0.10412, 1.07705)
    found = {one.driver: one.slope for one in swiss.numbers.drivers}
    for name, slope in zip(SWISS_COLUMNS[1:], printed, strict=True):
        assert found[name] == pytest.approx(slope, abs=5.1e-6)


def test_no_driver_of_swiss_is_zeroed(swiss):
    assert len(swiss.numbers.drivers) == 5
    for one in swiss.numbers.drivers:
        assert 0 <= one.lmg_low < one.lmg < one.lmg_high
        assert 1 <= one.rank_low <= one.rank <= one.rank_high <= 5


def test_a_study_of_swiss_draws_importance_without_means(swiss):
    # Shares of farmers and of soldiers have no common scale to be rated on.
    assert swiss.chart().to_dict() != swiss.chart(narrow=True).to_dict()
    assert "Mean rating" not in str(swiss.chart().to_dict())
