"""The core of a linear programme gives what the whole one gives, or says that it does not know."""

import numpy as np
import pytest

from kuski.stats import core, programme
from kuski.stats.constraints import stacked, together
from kuski.stats.core import Core
from kuski.stats.highs import Model
from kuski.stats.programme import by_draw

from .test_programme import company, keeps

# What the solver lets prices be off by, times some.
SOLVER = 1e-7


@pytest.fixture
def small(monkeypatch):
    """Make cores of some hundred cells, so that tests are quick."""
    monkeypatch.setattr(core, "_SAMPLE", 100)
    monkeypatch.setattr(core, "_CORES", (60, 250))
    monkeypatch.setattr(programme, "CORE_FROM", 300)


def posed(seed, **kwargs):
    value, cost, money, limits, rules = company(seed, cells=400, **kwargs)
    amount, most = stacked(limits)
    allowed = together(np.ones(cost.shape, bool), rules)
    return value, np.concatenate([cost[None], amount]), np.append(money, most), allowed


@pytest.mark.parametrize("seed", range(6))
def test_the_core_is_worth_what_all_cells_are_and_has_their_prices(small, seed):
    values, amount, most, allowed = posed(seed, draws=4)
    sifted, whole = Core(amount, most, allowed), Model(amount, most, allowed)
    known = 0
    for value in values:
        found, wanted = sifted.relaxed(value), whole.relaxed(value)
        if found is None:
            continue
        known += 1
        worth, best = (value * found.share).sum(), (value * wanted.share).sum()
        assert worth == pytest.approx(best, rel=SOLVER)
        np.testing.assert_allclose(found.price, wanted.price, rtol=SOLVER, atol=SOLVER)
        np.testing.assert_allclose(found.share.sum(axis=1), 1.0)
        assert ((amount * found.share).sum(axis=(1, 2)) <= most * (1 + SOLVER)).all()
        assert not found.share[~allowed].any()
    assert known


@pytest.mark.parametrize("seed", range(4))
def test_draws_are_chosen_for_alike_with_and_without_it(small, monkeypatch, seed):
    value, cost, money, limits, rules = company(seed, cells=400, draws=6)
    quick = by_draw(value, cost, money, limits=limits, rules=rules)
    monkeypatch.setattr(programme, "CORE_FROM", 1_000)
    whole = by_draw(value, cost, money, limits=limits, rules=rules)
    np.testing.assert_allclose(quick.bound, whole.bound, rtol=SOLVER)
    np.testing.assert_allclose(quick.price, whole.price, rtol=SOLVER)
    np.testing.assert_allclose(quick.value, whole.value, rtol=SOLVER)
    for draw, worth in enumerate(value):
        assert keeps(quick.choice[draw], worth, cost, money, limits, rules)


@pytest.mark.parametrize("money", [0.0, 1e9])
def test_money_that_is_nothing_or_no_matter_is_none(small, money):
    value, cost, _, limits, _ = company(3, cells=400, draws=2)
    found = by_draw(value, cost, money, limits=limits)
    if money:
        assert found.price == pytest.approx(0.0, abs=SOLVER)
    assert (found.value <= found.bound).all()
    assert (found.cost <= money).all()


def test_what_cannot_be_kept_is_not_made_up(small):
    values, amount, most, allowed = posed(1)
    needy = amount + 1.0
    assert Core(needy, most * 0.0 + 0.5, allowed).relaxed(values[0]) is None
