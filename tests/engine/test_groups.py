"""Customers and efforts are grouped by what their customer answered, as a plain loop would."""

from collections import defaultdict

import numpy as np
import pytest

from kuski.engine import collect, source
from kuski.moments import AnsweredBy, Category, LevelOf, Levels, Need, Needs, Panel, Variable

LEVELS = Levels(Variable("score", (1, 5)), (0.5, 1.5, 2.5, 3.5, 4.5, 5.5))
COST = Variable("cost")


@pytest.fixture(params=[7, 1 << 18])
def small(request, monkeypatch):
    monkeypatch.setattr(source, "_ROWS", request.param)


@pytest.fixture
def company(held):
    rng = np.random.default_rng(0)
    size = 400
    answers = {
        "who": rng.integers(1, 120, size),
        "score": [None if x == 0 else int(x) for x in rng.integers(0, 6, size)],
        "day": rng.integers(0, 50, size),
    }
    efforts = {
        "customer": [None if x == 0 else int(x) for x in rng.integers(0, 160, 300)],
        "cost": rng.integers(1, 50, 300),
        "when": rng.integers(0, 50, 300),
        "kind": rng.choice(["call", "visit"], 300),
    }
    tables = {
        "responses": held(answers, customer="who"),
        "efforts": held(efforts, customer="customer"),
    }
    return tables, answers, efforts


def sums_by(found):
    return {
        key[0]: cross.sum(axis=0)[0, 1] + found.origin[0] * cross.sum(axis=0)[0, 0]
        for key, cross in zip(found.groups, found.cross, strict=True)
        if cross.any()
    }


@pytest.mark.usefixtures("small")
def test_customers_are_parted_by_whether_they_gave_a_score(company, held):
    tables, answers, _ = company
    people = {"id": list(range(1, 200)), "cost": list(range(1, 200))}
    tables["customers"] = held(people, customer="id")
    need = Need("customers", (COST,), (AnsweredBy(),))
    found = collect(tables, Needs.of(need, panel=Panel(LEVELS))).moments[need]
    scored = {who for who, score in zip(answers["who"], answers["score"], strict=True) if score}
    assert found.groups == (("no",), ("yes",))
    assert sums_by(found) == {"yes": sum(scored), "no": sum(range(1, 200)) - sum(scored)}


@pytest.mark.usefixtures("small")
def test_costs_are_shared_out_over_the_levels_of_the_customers_answers(company):
    tables, answers, efforts = company
    need = Need("efforts", (COST,), (LevelOf(),))
    found = collect(tables, Needs.of(need, panel=Panel(LEVELS))).moments[need]
    scores = defaultdict(list)
    for who, score in zip(answers["who"], answers["score"], strict=True):
        if score is not None:
            scores[who].append(score - 1)
    expected = defaultdict(float)
    for who, cost in zip(efforts["customer"], efforts["cost"], strict=True):
        levels = scores.get(who) or [-1]
        for level in levels:
            expected[level] += cost / len(levels)
    assert sums_by(found) == pytest.approx(expected)


@pytest.mark.usefixtures("small")
def test_costs_go_to_the_latest_score_until_then_or_the_first_after(company):
    tables, answers, efforts = company
    need = Need("efforts", (COST,), (LevelOf("when"), Category("kind")))
    found = collect(tables, Needs.of(need, panel=Panel(LEVELS, time="day"))).moments[need]
    scores = defaultdict(list)
    for row, (who, score, day) in enumerate(zip(*answers.values(), strict=True)):
        if score is not None:
            scores[who].append((day, row, score - 1))
    expected = defaultdict(float)
    for who, cost, when, kind in zip(*efforts.values(), strict=True):
        known = sorted(scores.get(who, []))
        before = [level for day, _, level in known if day <= when]
        level = before[-1] if before else known[0][2] if known else -1
        expected[level, kind] += cost
    got = {
        key: cross.sum(axis=0)[0, 1]
        for key, cross in zip(found.groups, found.cross, strict=True)
        if cross.any()
    }
    assert got == pytest.approx(expected)


def test_customers_outside_the_panels_part_are_left_out(held):
    size = 20_000
    tables = {
        "responses": held({"who": np.arange(size), "score": np.full(size, 4)}, customer="who"),
        "customers": held(
            {"id": np.arange(size + 5000), "cost": np.ones(size + 5000)}, customer="id"
        ),
    }
    yes = Need("customers", (COST,), (AnsweredBy(),))
    level = Need("customers", (COST,), (LevelOf(),))
    panel = Panel(LEVELS, limit=3000)
    collected = collect(tables, Needs.of(yes, level, panel=panel))
    part = 2**collected.panel.halvings
    assert part > 1
    answered = sums_by(collected.moments[yes])
    assert answered["yes"] == len(collected.panel)
    assert answered["yes"] * part == pytest.approx(size, rel=0.08)
    assert answered["no"] * part == pytest.approx(5000, rel=0.15)
    assert sums_by(collected.moments[level]) == {3: answered["yes"], -1: answered["no"]}


def test_where_nobody_gave_a_score_everybody_is_without(held):
    tables = {
        "responses": held({"who": [1, 2], "score": [None, 9]}, customer="who"),
        "efforts": held({"id": [1, 2, 3], "cost": [1, 2, 3], "when": [1, 1, 1]}, customer="id"),
    }
    needs = [Need("efforts", (COST,), (by,)) for by in (LevelOf(), LevelOf("when"))]
    found = collect(tables, Needs.of(*needs, panel=Panel(LEVELS, time=None)))
    assert all(sums_by(found.moments[need]) == {-1: 6} for need in needs)


def test_grouping_by_answers_without_a_panel_is_a_mistake(held):
    tables = {"customers": held({"id": [1], "cost": [1]}, customer="id")}
    with pytest.raises(ValueError, match="panel"):
        collect(tables, Needs.of(Need("customers", (COST,), (AnsweredBy(),))))


def test_rows_are_split_over_groups_only_once(company):
    tables, _, _ = company
    need = Need("efforts", (COST,), (LevelOf(), LevelOf()))
    with pytest.raises(ValueError, match="only once"):
        collect(tables, Needs.of(need, panel=Panel(LEVELS)))


@pytest.mark.parametrize("by", [(LevelOf(), Category("kind")), (Category("kind"), LevelOf())])
def test_split_rows_cross_with_other_groups(company, by):
    tables, _, efforts = company
    need = Need("efforts", (COST,), by)
    found = collect(tables, Needs.of(need, panel=Panel(LEVELS))).moments[need]
    for kind in ("call", "visit"):
        cost = sum(c for c, k in zip(efforts["cost"], efforts["kind"], strict=True) if k == kind)
        total = sum(
            cross.sum(axis=0)[0, 1]
            for key, cross in zip(found.groups, found.cross, strict=True)
            if kind in key
        )
        assert total == pytest.approx(cost)


@pytest.mark.usefixtures("small")
def test_a_customer_takes_the_level_of_the_latest_answer(company, held):
    tables, answers, _ = company
    people = {"id": list(range(1, 200)), "cost": list(range(1, 200))}
    tables["customers"] = held(people, customer="id")
    need = Need("customers", (COST,), (LevelOf(at_last=True),))
    found = collect(tables, Needs.of(need, panel=Panel(LEVELS, time="day"))).moments[need]
    latest: dict[int, tuple[int, int, int]] = {}
    rows = zip(answers["who"], answers["day"], answers["score"], strict=True)
    for row, (who, day, score) in enumerate(rows):
        if score:
            latest[who] = max(latest.get(who, (-1, -1, 0)), (day, row, score))
    expected: dict[int, int] = defaultdict(int)
    for who in people["id"]:
        expected[latest[who][2] - 1 if who in latest else -1] += who
    assert sums_by(found) == pytest.approx(dict(expected))
