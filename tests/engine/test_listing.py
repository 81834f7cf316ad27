"""The customers one by one, each with the level of the latest answer, as a plain loop has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.engine import collect, hashing, latest_levels, listing, people, source
from kuski.engine.groups import ScoresOf
from kuski.engine.listing import LatestLevels
from kuski.moments import Category, Levels, Needs, Panel, Variable

LEVELS = Levels(Variable("score", (1, 5)), (0.5, 1.5, 2.5, 3.5, 4.5, 5.5))
LAST = np.iinfo(np.int64).max


@pytest.fixture(params=[7, 1 << 18], ids=["small batches", "one batch"])
def small(request, monkeypatch):
    monkeypatch.setattr(source, "_ROWS", request.param)
    if request.param == 7:
        monkeypatch.setattr(listing, "_PENDING", 3)


def answers(size=500, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "who": rng.integers(1, 150, size).tolist(),
        "score": [None if x == 0 else int(x) for x in rng.integers(0, 6, size)],
        # Few days, so that many answers of one customer are at the same time.
        "day": rng.integers(0, 9, size).tolist(),
    }


def by_hand(told, time):
    found, when = {}, {}
    for row, (who, score) in enumerate(zip(told["who"], told["score"], strict=True)):
        moment = told[time][row] if time else row
        if score is not None and moment >= when.get(who, -1):
            found[who], when[who] = score - 1, moment
    return found


def keys(customers):
    return hashing.mixed(np.array(customers, np.int64))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("time", ["day", None])
def test_each_customer_has_the_latest_level_with_a_score(held, time):
    told = answers()
    latest = latest_levels(held(told, customer="who"), LEVELS, time)
    expected = by_hand(told, time)
    everybody = list(range(1, 200))
    assert latest.find(keys(everybody)).tolist() == [expected.get(who, -1) for who in everybody]
    assert latest.customers == len(expected)


@pytest.mark.usefixtures("small")
def test_the_latest_level_is_the_panel_s(held):
    told = answers(seed=3)
    table = held(told, customer="who")
    everybody = keys(list(range(1, 200)))
    panel = collect({"responses": table}, Needs(panel=Panel(LEVELS, time="day"))).panel
    groups = ScoresOf.of(panel).latest(everybody, np.full(len(everybody), LAST))
    theirs = [groups.keys[place][0] for place in groups.place]
    assert latest_levels(table, LEVELS, "day").find(everybody).tolist() == theirs


@pytest.mark.parametrize("spread", [1, 1 << 20, 1 << 50])
@pytest.mark.parametrize("sizes", [[0], [40, 3], [900, 0, 3_000]])
def test_a_slice_keeps_the_latest_also_of_hashes_that_are_nearly_alike(sizes, spread):
    rng = np.random.default_rng(1)
    kept, expected = listing._Slice(), {}
    for size in sizes:
        who, time, level = (rng.integers(0, most, size) for most in (12, 30, 11))
        kept.add((who * spread << 8 | level).astype(np.uint64), time)
        kept.latest()
        for one, moment, answer in zip(
            who.tolist(), time, (who * spread << 8 | level), strict=True
        ):
            if one not in expected or moment >= expected[one][0]:
                expected[one] = moment, answer
    assert kept.latest().tolist() == [answer for _, (_, answer) in sorted(expected.items())]


@given(
    near=st.lists(st.integers(0, 300), unique=True, max_size=80),
    end=st.sampled_from([0, 1 << 56, (1 << 64) - 301]),
)
def test_whoever_has_no_room_where_the_hash_says_is_found_further_on(near, end):
    """All these hashes begin alike, at the start, between two slices or at the very end."""
    hashes = sorted((one + end - (150 if end == 1 << 56 else 0)) % 2**64 for one in near)
    slices = [
        np.array([one << 8 & (1 << 64) - 1 | one % 11 for one in hashes if one >> 56 == front],
                 np.uint64)
        for front in range(256)
    ]  # fmt: skip
    latest = LatestLevels.of(slices)
    assert latest.find(np.array(hashes, np.uint64)).tolist() == [one % 11 for one in hashes]
    others = [one for one in range(end, end + 301) if one not in hashes]
    assert (latest.find(np.array(others, np.uint64)) == -1).all()


def test_levels_stay_exact_where_the_panel_keeps_a_part_of_the_customers(held):
    told = answers(2_000, seed=5)
    table = held(told, customer="who")
    panel = collect({"responses": table}, Needs(panel=Panel(LEVELS, time="day", limit=200))).panel
    assert panel.halvings > 0
    everybody = list(range(1, 150))
    expected = by_hand(told, "day")
    found = latest_levels(table, LEVELS, "day").find(keys(everybody))
    assert found.tolist() == [expected.get(who, -1) for who in everybody]


def test_nobody_has_a_level_where_nobody_answered(held):
    table = held({"who": [1, 2], "score": [None, 9]}, customer="who")
    latest = latest_levels(table, LEVELS, None)
    assert latest.find(keys([1, 2, 3])).tolist() == [-1, -1, -1]


@pytest.mark.usefixtures("small")
def test_a_customer_is_found_however_the_two_tables_write_the_number(held):
    latest = latest_levels(held({"who": ["17", "18.0", "x"], "score": [1, 2, 3]}, customer="who"),
                           LEVELS, None)  # fmt: skip
    table = held({"id": [17.0, 18.0, 19.0]}, customer="id")
    (some,) = people(table, latest)
    assert some.level.tolist() == [0, 1, -1]


@pytest.mark.usefixtures("small")
def test_customers_pass_by_once_in_the_order_of_their_table_with_what_is_asked(held):
    rng = np.random.default_rng(2)
    size = 100
    table = {
        "id": rng.permutation(size).tolist(),
        "area": [["north", "south", None][x] for x in rng.integers(0, 3, size)],
        "weak": [[0, 1, None][x] for x in rng.integers(0, 3, size)],
    }
    latest = latest_levels(held({"who": [1], "score": [3]}, customer="who"), LEVELS, None)
    weak, area = Variable("weak", (0, 1)), Category("area")
    seen = []
    for some in people(held(table, customer="id"), latest, segments=[area], flags=[weak]):
        texts, place = some.labels(area)
        named = [texts[i] if i >= 0 else None for i in place]
        seen += zip(some.customer.to_pylist(), named, some.flags(weak).tolist(), some.level,
                    strict=True)  # fmt: skip
    assert seen == [
        (who, area, weak == 1, 2 if who == 1 else -1)
        for who, area, weak in zip(*table.values(), strict=True)
    ]


def test_the_order_is_the_seed_s_and_does_not_follow_the_rows(held):
    table = held({"id": list(range(1, 1_001))}, customer="id")
    latest = latest_levels(held({"who": [1], "score": [1]}, customer="who"), LEVELS, None)
    (some,) = people(table, latest)
    first, again, other = some.order(1), some.order(1), some.order(2)
    assert np.array_equal(first, again)
    ranks = [np.argsort(np.argsort(order)) for order in (first, other, some.key)]
    rows = np.arange(1_000)
    # Four standard errors of a correlation of nothing over 1,000.
    for one, two in [(ranks[0], rows), (ranks[0], ranks[1]), (ranks[0], ranks[2])]:
        assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(1_000)


def test_keeping_some_keeps_their_rows_whole(held):
    table = held({"id": ["a", "b", "c", "d"]}, customer="id")
    answered = held({"who": ["d", "b"], "score": [5, 2]}, customer="who")
    (some,) = people(table, latest_levels(answered, LEVELS, None))
    kept = some.only(np.array([False, True, True, True]))
    assert kept.customer.to_pylist() == ["b", "c", "d"]
    assert kept.level.tolist() == [1, -1, 4]
    assert kept.order(1).tolist() == some.order(1)[1:].tolist()


@pytest.mark.parametrize("answered", [1, 3])
def test_whoever_has_a_score_is_kept_whole_where_few_have_one(held, answered):
    table = held({"id": [1, 2, 3, 4], "area": ["n", "s", "s", "n"]}, customer="id")
    told = held({"who": [4, 1, 2][:answered], "score": [5, 2, 1][:answered]}, customer="who")
    (some,) = people(table, latest_levels(told, LEVELS, None), segments=[Category("area")])
    kept = some.scored()
    rows = [3] if answered == 1 else [0, 1, 2, 3]
    assert kept.customer.to_pylist() == [row + 1 for row in rows]
    assert kept.level.tolist() == some.level[rows].tolist()
    assert kept.order(1).tolist() == some.order(1)[rows].tolist()
    texts, place = kept.labels(Category("area"))
    assert [texts[i] for i in place] == [["n", "s", "s", "n"][row] for row in rows]


def test_a_table_without_a_customer_is_no_table_of_people(held):
    latest = latest_levels(held({"who": [1], "score": [1]}, customer="who"), LEVELS, None)
    with pytest.raises(ValueError, match="names no customer"):
        next(people(held({"id": [1]}), latest))
