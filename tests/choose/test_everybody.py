"""The list of everybody: each the best action at the price, within all that binds a plan."""

from collections import Counter

import numpy as np
import pytest

import kuski
from kuski.choose.everybody import listing
from kuski.choose.everybody.allocation import allocation_of
from kuski.choose.everybody.kind import Sorter
from kuski.choose.everybody.listing import list_everybody
from kuski.choose.planned import planned
from kuski.errors import DataError, InputError, OutputError
from kuski.finding import Caller
from kuski.stats.targeting import targets

from .lists import people_of, rows_of

FLOOR = '[[choose.floors]]\naction = "call"\nsegment = "protected"\n'
BUNDLES = {"roles": 'group = "group"\n', "group": ["talk", "amends", "amends"]}
ROLES = 'customer = "customer"\nsegments = ["area"]\nprotected = "weak"\nalike = ["bought"]'
# What sums of cells and of rows are computed to.
ROUNDING = 1e-6


def given(rows):
    """How many customers each action is given to, bundles taken apart."""
    return Counter(action for row in rows for action in row["action"].split(" + "))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "list.parquet"


@pytest.fixture
def steep(make_study, actions):
    """Return a function that makes a study in which a step is worth more to those who buy much.

    A step is worth 50, and `more` for each standard deviation of what they bought before.
    """

    def make(more, *, n=4000, seed=1, money=3000, choose="", text=False):
        rng = np.random.default_rng(seed)
        who = [f"c{i}" for i in range(n)]
        score = rng.choice(np.arange(1, 8), n, p=[0.04, 0.06, 0.1, 0.15, 0.2, 0.25, 0.2])
        bought = rng.normal(0, 1, n)
        if text:
            bought = (bought > 0).astype(float) * 2 - 1
        worth = 100 + 20 * bought + (50 + more * bought) * score + rng.normal(0, 40, n)
        known = np.where(rng.random(n) < 0.02, np.nan, bought)
        cells = ["" if np.isnan(own) else f"{own:.4f}" for own in known]
        if text:
            cells = ["much" if own > 0 else "little" for own in bought]
        study = make_study(
            {"customer": who, "score": score.tolist(), "worth": worth.tolist()},
            'customer = "customer"\nscore = { column = "score", scale = [1, 7] }\n'
            'worth = { column = "worth", unit = "€" }',
            study=f"disclosure = 10\n[choose]\nmoney = {money}\n{choose}",
            customers=(
                {
                    "customer": who,
                    "area": rng.choice(["north", "south"], n).tolist(),
                    "weak": (rng.random(n) < 0.1).astype(int).tolist(),
                    "bought": cells,
                },
                ROLES,
            ),
            actions=actions(capacity=[5000, 5000, 5000]),
        )
        step = dict(zip(who, 50 + more * bought, strict=True))
        return study, step

    return make


def truly(rows, step, level):
    """What a call truly brings those who get it; lifts as they are believed cancel out."""
    return sum(
        step[row["customer"]] * min(0.2, 7 - level[row["customer"]])
        for row in rows
        if row["action"] == "call"
    )


@pytest.mark.parametrize("bundles", [False, True])
@pytest.mark.parametrize("money", [500, 3000, 8000, 20_000])
def test_never_above_the_money_or_any_capacity(choosing, actions, out, money, bundles):
    table = actions(**BUNDLES) if bundles else actions()
    study = choosing(choose=f"money = {money}\n", table=table)
    found = list_everybody(study, out)
    rows = rows_of(out)
    capacity = dict(zip(["call", "credit", "visit"], [500, 300, 200], strict=True))
    assert all(n <= capacity[action] for action, n in given(rows).items())
    assert sum(row["cost"] for row in rows) == pytest.approx(found.cost)
    assert found.cost <= money
    assert len({row["customer"] for row in rows}) == len(rows) == found.people > 0


def test_scarce_actions_go_to_as_many_as_there_is_capacity_for(choosing, actions, out):
    table = actions(capacity=[37, 5, 11], **BUNDLES)
    study = choosing(choose="money = 20000\n", table=table)
    list_everybody(study, out)
    # What is left of the money would pay for anybody, so that capacity alone stops it.
    assert given(rows_of(out)) == {"call": 37, "credit": 5, "visit": 11}


def test_everybody_gets_what_they_may_get_and_is_told_so(choosing, out):
    study = choosing(choose="money = 8000\n")
    list_everybody(study, out)
    people = people_of(study)
    for row in rows_of(out):
        area, weak, level = people[row["customer"]]
        first, _, last = row["level"].partition("–")
        assert int(first) <= level <= int(last or first)
        assert row["segment"] == area
        assert row["protected"] == weak
        assert row["action"] != "credit" or level <= 3
        assert row["action"] != "visit" or area == "north"
        assert row["worth_low"] <= row["worth"] <= row["worth_high"]
        assert row["worth_per_cost"] == pytest.approx(row["worth"] / row["cost"])


def test_the_promised_sum_is_what_the_rows_add_up_to(choosing, out):
    found = list_everybody(choosing(choose="money = 8000\n"), out)
    worth, low, high = found.worth
    assert sum(row["worth"] for row in rows_of(out)) == pytest.approx(worth)
    assert low < worth < high
    assert sum(part.people for part in found.parts) == found.people
    assert found.gap < 0.01


def test_a_protected_customer_never_loses_a_floor(choosing, out):
    study = choosing(n=3000, choose=f"money = 1800\n{FLOOR}")
    found = list_everybody(study, out)
    got = {row["customer"] for row in rows_of(out)}
    weak = {who for who, (_, is_weak, _) in people_of(study).items() if is_weak}
    assert weak <= got
    assert not found.unkept
    assert any("A rule of the study" in row["reason"] for row in rows_of(out))


def test_protected_customers_too_few_for_a_cell_are_told(choosing, out):
    study = choosing(choose=f"money = 700\n{FLOOR}")
    found = list_everybody(study, out)
    got = {row["customer"] for row in rows_of(out)}
    weak = {who for who, (_, is_weak, _) in people_of(study).items() if is_weak}
    assert found.unkept == len(weak - got) > 0
    assert any("protected" in text for text in found.sentences(Caller(study.settings.names, "en")))


def test_what_must_not_be_is_not(choosing, out):
    rule = '[[choose.must_not]]\naction = "call"\nsegment = "north"\n'
    study = choosing(choose=f"money = 8000\n{rule}")
    list_everybody(study, out)
    assert not any(
        "call" in row["action"].split(" + ") for row in rows_of(out) if row["segment"] == "north"
    )


def test_no_segment_gets_more_than_its_share_of_the_money(choosing, out):
    study = choosing(choose="money = 3000\nshare = 0.5\n")
    list_everybody(study, out)
    spent = Counter()
    for row in rows_of(out):
        spent[row["segment"]] += row["cost"]
    assert max(spent.values()) <= 1500


@pytest.fixture
def offered(monkeypatch):
    """What every customer of a list could get, once it is made: value, cost, and the money."""
    found = {}

    def kept(problem, gains, money):
        people = gains.kinds.people
        each = problem.uses @ np.array([action.cost for action in problem.actions])
        allowed = problem.allowed[gains.kinds.cell]
        found["value"] = np.where(allowed, gains.mean, np.nan).repeat(people, axis=0)
        found["cost"] = np.where(allowed, each, np.nan).repeat(people, axis=0)
        found["money"] = money
        found["capacity"] = [np.inf, *problem.constraints.capacities]
        return allocation_of(problem, gains, money)

    monkeypatch.setattr(listing, "allocation_of", kept)
    return found


def best_of_all(value, cost, money, unit=5):
    """The most that customers can bring, by dynamic programming over money in whole units."""
    best = np.zeros(int(money // unit) + 1)
    for worths, costs in zip(value, cost, strict=True):
        found = np.full_like(best, -np.inf)
        for worth, price in zip(worths, costs, strict=True):
            if np.isfinite(worth) and price <= money:
                step = round(price / unit)
                found[step:] = np.maximum(found[step:], best[: len(best) - step] + worth)
        best = found
    return best.max()


@pytest.mark.parametrize("money", [100, 735, 2000, 5005])
def test_it_agrees_with_the_best_of_all_ways_on_a_small_study(
    choosing, actions, out, offered, money
):
    table = actions(capacity=[10_000] * 3)
    found = list_everybody(choosing(n=240, choose=f"money = {money}\n", table=table), out)
    best = best_of_all(offered["value"], offered["cost"], money)
    # No more than one customer's worth is left, out of hundreds.
    assert best - np.nanmax(offered["value"]) <= found.draws[0] <= best + ROUNDING
    assert found.bound >= best - ROUNDING


@pytest.mark.parametrize("money", [1000, 4000, 9000])
def test_it_agrees_with_targeting_each_customer_by_price(steep, out, offered, money):
    found = list_everybody(steep(15, money=money)[0], out)
    alone = targets(**offered)
    assert found.draws[0] == pytest.approx(alone.value, rel=1e-3)
    assert found.price == pytest.approx(alone.price, rel=0.02)
    assert alone.value <= found.bound + ROUNDING


def test_where_customers_differ_in_nothing_but_cells_it_is_the_plan_of_cells(choosing, out):
    # Enough customers that every level of a segment is a cell of its own.
    study = choosing(n=4000, choose="money = 8000\n", customers={"weak": [0] * 4000})
    found = list_everybody(study, out)
    assert found.steps is None
    cells = planned(study, None)
    assert all(len(cell.levels) == 1 for cell in cells.problem.cells)
    worth = cells.plan.value[0].sum()
    assert found.by_cells[0] == pytest.approx(worth)
    # It may only be better by what the plan of whole cells leaves over.
    assert -ROUNDING <= found.draws[0] - worth <= 1.01 * cells.plan.gap * worth + ROUNDING


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_lot(choosing, tmp_path):
    study = choosing(choose="money = 800\n")
    found = list_everybody(study, tmp_path / "1.csv")
    assert any(lot.people < lot.of for lot in found.lots)
    list_everybody(study, tmp_path / "2.csv")
    first = (tmp_path / "1.csv").read_bytes()
    assert (tmp_path / "2.csv").read_bytes() == first
    text = study.path.read_text(encoding="utf-8").replace("disclosure", "seed = 7\ndisclosure")
    study.path.write_text(text, encoding="utf-8")
    list_everybody(kuski.open(study.path), tmp_path / "3.csv")
    assert [row["customer"] for row in rows_of(tmp_path / "3.csv")] != [
        row["customer"] for row in rows_of(tmp_path / "1.csv")
    ]


def test_more_money_never_brings_less(choosing, tmp_path):
    study = choosing()
    worth = [
        list_everybody(study, tmp_path / "list.csv", money=money).draws[0]
        for money in (100, 300, 1000, 3000, 9000, 30_000)
    ]
    assert worth == sorted(worth)


def test_those_whom_a_step_is_worth_more_come_first(steep, out):
    study, step = steep(15)
    found = list_everybody(study, out)
    level = {who: own for who, (_, _, own) in people_of(study).items()}
    rows = rows_of(out)
    assert found.steps is not None
    assert found.steps[0] < found.step < found.steps[1]
    listed = [step[row["customer"]] for row in rows]
    assert np.mean(listed) > np.mean(list(step.values())) + 10
    assert found.gained[0] > 0
    # What is promised is what there truly is, but for what a call is believed to lift.
    _, low, high = found.worth
    assert low <= truly(rows, step, level) <= high
    assert any("For customers like this one" in row["reason"] for row in rows)


def test_a_text_that_is_held_alike_tells_customers_apart(steep, out):
    study, step = steep(15, text=True)
    found = list_everybody(study, out)
    assert found.steps is not None
    assert np.mean([step[row["customer"]] for row in rows_of(out)]) > 55


def test_where_nothing_makes_a_step_worth_more_promises_are_kept(steep, out):
    kept = []
    for seed in range(1, 9):
        study, step = steep(0, n=1500, seed=seed)
        found = list_everybody(study, out)
        assert abs(found.gained[0]) < 0.05 * found.draws[0]
        level = {who: own for who, (_, _, own) in people_of(study).items()}
        promised, own = found.draws[0], truly(rows_of(out), step, level)
        kept.append(promised / own)
    # Promised lifts are shrunk a little, so that a promise may even be below what is brought.
    assert 0.9 < np.mean(kept) < 1.05


def test_a_kind_is_never_smaller_than_may_be_told(steep, out):
    study, _ = steep(15)
    found = list_everybody(study, out)
    assert all(lot.of >= 10 for lot in found.lots)


def test_no_money_is_an_empty_list_with_its_columns(choosing, tmp_path):
    study = choosing()
    found = list_everybody(study, tmp_path / "list.csv", money=0)
    assert found.people == 0
    assert rows_of(tmp_path / "list.csv") == []
    assert (tmp_path / "list.csv").read_text(encoding="utf-8-sig").startswith('"customer","action"')
    assert "0 " in found.sentences(Caller(study.settings.names, "en"))[0]


def test_money_and_kinds_of_files_are_checked_as_for_one_action(choosing, tmp_path):
    study = choosing(choose="money = 8000\n")
    with pytest.raises(InputError, match="at least 0"):
        list_everybody(study, tmp_path / "list.csv", money=-1)
    with pytest.raises(InputError, match=r"expected \.csv or \.parquet"):
        list_everybody(study, tmp_path / "list.xlsx")
    with pytest.raises(InputError, match="the study's own"):
        list_everybody(study, study.settings.folder / "customers.csv")


def test_rules_that_cannot_be_kept_say_so_and_leave_no_file(choosing, out):
    must = '[[choose.must]]\naction = "visit"\nlevel = 5\n'
    with pytest.raises(InputError) as raised:
        list_everybody(choosing(choose="money = 1\n" + must), out)
    assert raised.value.case == "choose_list_refused"
    assert not out.exists()


def test_a_customer_who_stands_twice_is_an_error_and_leaves_no_file(choosing, out):
    study = choosing(choose="money = 8000\n")
    path = study.settings.folder / "customers.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, *lines[1:]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        list_everybody(kuski.open(study.path), out)
    assert raised.value.case == "repeated_customer"
    assert not out.exists()


def test_a_full_disk_leaves_what_was_there(choosing, tmp_path, monkeypatch):
    out = tmp_path / "lists" / "list.csv"
    out.parent.mkdir()
    out.write_text("before", encoding="utf-8")

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(listing, "write_sheet", full)
    with pytest.raises(OutputError, match="No space left"):
        list_everybody(choosing(choose="money = 8000\n"), out)
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert out.read_text(encoding="utf-8") == "before"


def test_customers_without_a_segment_are_told_and_not_listed(choosing, out):
    rng = np.random.default_rng(4)
    area = [[None, "north", "south"][i] for i in rng.integers(0, 3, 600)]
    study = choosing(choose="money = 20000\n", customers={"area": area})
    found = list_everybody(study, out)
    assert found.left_out >= sum(one is None for one in area)
    people = people_of(study)
    assert {people[row["customer"]][0] for row in rows_of(out)} == {"north", "south"}
    assert any(
        str(found.left_out) in text for text in found.sentences(Caller(study.settings.names, "fi"))
    )


def test_every_sentence_is_said_in_both_languages(choosing, steep, out):
    for study in (choosing(choose="money = 800\n"), steep(15)[0]):
        found = list_everybody(study, out)
        for language in ("en", "fi"):
            assert len(found.sentences(Caller(study.settings.names, language))) >= 4
            assert found.table(study.roles, language).records


@pytest.fixture
def plain(make_study, actions):
    """Return a function that makes a study without segments, some actions worth money straight."""

    def make(**columns):
        rng = np.random.default_rng(3)
        who, score = [f"c{i}" for i in range(900)], rng.integers(1, 8, 900)
        worth = 100 + 50 * score + rng.normal(0, 40, 900)
        table, roles = actions('worth = "straight"\n', who=["everyone"] * 3, **columns)
        return make_study(
            {"customer": who, "score": score.tolist(), "worth": worth.tolist()},
            'customer = "customer"\nscore = { column = "score", scale = [1, 7] }\nworth = "worth"',
            study="disclosure = 10\n[choose]\nmoney = 4000\n",
            customers=({"customer": who}, 'customer = "customer"'),
            actions=(table, roles),
        )

    return make


def test_straight_worth_and_no_segments_are_priced_as_in_the_plan(plain, out):
    study = plain(straight=[12.0, None, 55.0])
    found = list_everybody(study, out)
    cells = planned(study, None)
    worth = cells.plan.worth[0]
    assert found.by_cells[0] == pytest.approx(worth)
    assert np.allclose(found.by_cells, cells.plan.worth)
    assert found.draws[0] >= worth - ROUNDING
    assert {row["segment"] for row in rows_of(out)} == {"all customers"}


def test_cells_that_shrank_below_what_may_be_told_are_no_list(plain, out, monkeypatch):
    # As where the plan was counted on a part of the answers, and the list counts all.
    monkeypatch.setattr(Sorter, "kinds", lambda self, least, own=Sorter.kinds: own(self, 10_000))
    with pytest.raises(InputError) as raised:
        list_everybody(plain(straight=[12.0, None, 55.0]), out)
    assert raised.value.case == "choose_list_refused"
    assert not out.exists()
