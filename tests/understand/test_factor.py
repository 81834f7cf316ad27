"""Importance of factors against the definition: every order of factors, each by least squares."""

import json
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from kuski.engine import collect
from kuski.moments import Needs
from kuski.stats.resample import resamples
from kuski.understand.factor import factor_importance, factor_positions
from kuski.understand.importance import importance_need

N = 240
NAMES = ["a1", "a2", "b1", "c1", "c2", "other"]
GROUPS = {"a": ["a1", "a2"], "b": ["b1"], "c": ["c1", "c2"]}
# Two ways through the same sums.
SAME = 1e-9


@pytest.fixture
def answers():
    rng = np.random.default_rng(11)
    common = rng.normal(0, 0.7, (N, 1))
    ratings = np.clip(np.round(4 + common + rng.normal(0, 1.2, (N, len(NAMES)))), 1, 7)
    pull = ratings @ [0.3, 0.1, 0.4, 0.0, 0.2, 0.6] - 2.5 + rng.normal(0, 0.8, N)
    columns = dict(zip(NAMES, ratings.T.tolist(), strict=True))
    return {**columns, "id": list(range(N)), "score": np.clip(np.round(pull), 1, 7).tolist()}


def study(make_study, answers, factors, grouped=""):
    battery = ", ".join(f'"{name}"' for name in NAMES)
    return make_study(
        answers,
        'score = { column = "score", scale = [1, 7] }\ncustomer = "id"\n'
        f"drivers = {{ columns = [{battery}], scale = [1, 7]{grouped} }}\n{factors}",
    )


def text(groups):
    return "\n".join(
        f"[factors.{name}]\ndrivers = {json.dumps(columns)}" for name, columns in groups.items()
    )


def explained(answers, columns):
    """R² of least squares on rows."""
    y = np.array(answers["score"])
    x = np.column_stack([np.ones(N), *(answers[name] for name in columns)])
    left = y - x @ np.linalg.lstsq(x, y)[0]
    return 1 - left.var() / y.var()


def by_definition(answers, groups):
    """The Shapley value of each group, from its definition."""
    found = {}
    for name in groups:
        others = [other for other in groups if other != name]
        value = 0.0
        for size in range(len(others) + 1):
            weight = factorial(size) * factorial(len(others) - size) / factorial(len(groups))
            for before in combinations(others, size):
                columns = [column for one in before for column in groups[one]]
                gained = explained(answers, [*columns, *groups[name]])
                value += weight * (gained - explained(answers, columns))
        found[name] = value
    return found


def importance(make_study, answers, groups):
    found = study(make_study, answers, text(groups))
    need = importance_need(found.roles, found.roles.score)
    moments = collect(found.tables, Needs.of(need)).moments[need]
    drawn = resamples(moments.rows, n_draws=100, rng=np.random.default_rng(1))
    return found.roles, factor_importance(found.roles, moments, drawn)


def test_shares_are_the_shapley_values_of_the_factors_with_the_rest_left_out(make_study, answers):
    _, found = importance(make_study, answers, GROUPS)
    expected = by_definition(answers, GROUPS | {"rest": ["other"]})
    own = np.array([expected[name] for name in GROUPS])
    assert found.names == tuple(GROUPS)
    assert found.shares[0] == pytest.approx(own / own.sum(), abs=SAME)
    assert found.r2[0] == pytest.approx(explained(answers, NAMES), abs=SAME)
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(len(found.shares)))


def test_without_a_rest_the_factors_share_everything(make_study, answers):
    groups = GROUPS | {"d": ["other"]}
    _, found = importance(make_study, answers, groups)
    expected = np.array(list(by_definition(answers, groups).values()))
    assert found.shares[0] == pytest.approx(expected / expected.sum(), abs=SAME)


def test_a_factor_may_name_a_driver_of_several_columns_or_one_of_them(make_study, answers):
    grouped = ', groups = { both = ["a1", "a2"] }'
    whole = study(make_study, answers, text({"a": ["both"], "b": ["b1"]}), grouped)
    part = study(make_study, answers, text({"a": ["a1"], "b": ["b1"]}), grouped)
    assert len(factor_positions(whole.roles)["a"]) == 2
    assert len(factor_positions(part.roles)["a"]) == 1


def test_a_factor_whose_driver_was_left_out_is_left_out(make_study, answers):
    few = [value if place < 60 else None for place, value in enumerate(answers["b1"])]
    found = study(make_study, answers | {"b1": few}, text(GROUPS))
    assert [driver.name for driver in found.roles.choice.left_out] == ["b1"]
    assert set(factor_positions(found.roles)) == {"a", "c"}
