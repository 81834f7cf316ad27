"""One scan gathers what a plain computation over all rows gives, however the rows are cut."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.engine import OpenTable, collect, hashing, scan, source
from kuski.engine.embedded import HeldTable, Session
from kuski.errors import DataError
from kuski.moments import (
    GROUPS,
    Category,
    Levels,
    Need,
    Needs,
    Panel,
    Tally,
    Variable,
)

# Sums of some thousand products of like size.
EXACT = 1e-11

SCORE = Variable("score", (1, 7), (9,))
LEVELS = Levels(SCORE, tuple(x - 0.5 for x in range(1, 9)))
WORTH, AGE, WEIGHT = Variable("worth"), Variable("age"), Variable("weight")


def frame(seed, size, customers):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": rng.integers(1, customers + 1, size),
            "score": rng.choice([1, 2, 3, 4, 5, 6, 7, 9], size),
            "worth": np.where(rng.random(size) < 0.2, np.nan, rng.lognormal(5, 1, size)),
            "age": rng.integers(18, 90, size),
            "weight": rng.choice([0.0, 0.5, 1.0, 2.0], size),
            "region": rng.choice(["north", "south", "", "west"], size),
        }
    )


def opened(data, customer="customer"):
    table = pa.Table.from_pandas(data, preserve_index=False)
    return {"responses": OpenTable(HeldTable(Session(), "data", table), customer)}


def by_hand(data, group, columns, weight):
    """Sum with pandas: for each group and replicate, count, squares and cross-products."""
    used = data[columns].notna().all(axis=1) & group.notna() & (weight > 0)
    hashes = pd.Series(hashing.hashes(pa.array(data["customer"])), data.index)
    is_folded = hashes[used].nunique() > GROUPS
    replicate = hashes % GROUPS if is_folded else hashes
    z = np.column_stack([np.ones(len(data)), data[columns].to_numpy(float)])
    found = {}
    for key, rows in data[used].groupby([group[used], replicate[used]]).groups.items():
        w = weight.loc[rows].to_numpy()
        part = z[rows]
        found[key] = len(rows), (w**2).sum(), (part * w[:, None]).T @ part
    return found, is_folded


def assert_sums(moments, expected, is_folded):
    assert moments.is_folded is is_folded
    seen = 0
    for (group, replicate), (rows, squares, cross) in expected.items():
        i = moments.groups.index((group,))
        j = int(np.searchsorted(moments.replicates, np.uint64(replicate)))
        assert moments.replicates[j] == replicate
        assert moments.rows[i, j] == rows
        np.testing.assert_allclose(moments.squares[i, j], squares, rtol=EXACT)
        turn = np.eye(len(cross))
        turn[1:, 0] = moments.origin
        np.testing.assert_allclose(turn @ moments.cross[i, j] @ turn.T, cross, rtol=EXACT)
        seen += rows
    assert moments.n == seen


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    customers=st.sampled_from([5, 150, 260, 5000]),
    batch=st.sampled_from([1, 13, 100, 999, 1 << 18]),
)
def test_sums_by_level_equal_a_plain_computation_whatever_the_batches(seed, customers, batch):
    data = frame(seed, 150 if batch == 1 else 1500, customers)
    need = Need("responses", (WORTH, AGE), (LEVELS,), WEIGHT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_ROWS", batch)
        found = collect(opened(data), Needs.of(need)).moments[need]
    level = (data["score"] - 1).where(data["score"] <= 7)
    expected, is_folded = by_hand(data, level, ["worth", "age"], data["weight"])
    assert found.groups == tuple((i,) for i in range(7))
    if not is_folded and found.is_folded:
        raise AssertionError("folded with fewer customers than groups")
    assert_sums(found, expected, is_folded)


def test_sums_by_category_and_without_weight(monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 97)
    data = frame(1, 2000, 3000)
    need = Need("responses", (AGE,), (Category("region", ("west",)),))
    found = collect(opened(data), Needs.of(need)).moments[need]
    region = data["region"].where(data["region"].isin(["north", "south"]))
    assert_sums(found, *by_hand(data, region, ["age"], pd.Series(1.0, data.index)))


def test_groups_cross(monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 500)
    data = frame(2, 3000, 3000)
    need = Need("responses", (), (LEVELS, Category("region")))
    found = collect(opened(data), Needs.of(need)).moments[need]
    score = data["score"]
    for (level, region), rows in zip(found.groups, found.rows.sum(axis=1), strict=True):
        assert rows == ((score == level + 1) & (data["region"] == region)).sum()
    assert found.n == ((score <= 7) & (data["region"] != "")).sum()


def test_many_categories_cross_without_room_for_what_no_row_has():
    size = 4000
    rng = np.random.default_rng(0)
    place = rng.integers(0, 300, size)
    data = pd.DataFrame({"a": [f"a{i}" for i in place], "b": [f"b{i // 2}" for i in place]})
    need = Need("responses", (), (Category("a"), Category("b")))
    found = collect(opened(data, None), Needs.of(need)).moments[need]
    assert len(found.groups) == len(np.unique(place))
    assert found.n == size


def test_every_row_is_a_customer_where_there_is_no_customer_column(monkeypatch):
    data = frame(3, 1000, 50)
    need = Need("responses", (AGE,))
    whole = collect(opened(data, None), Needs.of(need)).moments[need]
    monkeypatch.setattr(source, "_ROWS", 64)
    parts = collect(opened(data, None), Needs.of(need)).moments[need]
    assert whole.is_folded
    np.testing.assert_array_equal(whole.rows, parts.rows)
    few = collect(opened(data.head(30), None), Needs.of(need)).moments[need]
    assert len(few.replicates) == 30


def test_a_customer_may_be_a_number_a_float_or_a_text():
    data = frame(4, 900, 300)
    need = Need("responses", (AGE,), (LEVELS,))
    found = [
        collect(opened(data.assign(customer=cells)), Needs.of(need)).moments[need]
        for cells in (
            data["customer"],
            data["customer"].astype(float),
            data["customer"].astype(str),
            data["customer"].astype(str) + ".0",
            data["customer"].astype(str).astype("category"),
        )
    ]
    for other in found[1:]:
        np.testing.assert_array_equal(other.replicates, found[0].replicates)
        np.testing.assert_array_equal(other.rows, found[0].rows)
        np.testing.assert_array_equal(other.cross, found[0].cross)


@pytest.mark.parametrize("scores", [[1.0, 1.49, 1.5, 7.49, 0.4, 7.6], ["1", "1,49", "1,5", "7.49"]])
def test_levels_hold_from_their_lower_edge_to_below_the_next(scores):
    data = pd.DataFrame({"score": scores})
    levels = Levels(Variable("score"), LEVELS.edges)
    need = Need("responses", (), (levels,))
    found = collect(opened(data, None), Needs.of(need)).moments[need]
    assert found.rows.sum(axis=1).tolist() == [2, 1, 0, 0, 0, 0, 1]


def test_levels_of_bytes_and_of_wider_numbers_are_the_same():
    scores = np.arange(-5, 15)
    levels = Levels(Variable("score"), (0.0, 6.5, 8.5, float("inf")))
    need = Need("responses", (), (levels,))
    counts = {
        kind: collect(
            opened(pd.DataFrame({"score": scores.astype(kind)}), None), Needs.of(need)
        ).moments[need].rows.sum(axis=1).tolist()
        for kind in (np.int8, np.int16, np.int64, np.float32, np.float64)
    }  # fmt: skip
    assert set(map(tuple, counts.values())) == {(7, 2, 6)}


def test_a_table_without_rows_gives_counts_of_nothing():
    data = frame(0, 5, 5).head(0)
    need = Need("responses", (AGE,), (LEVELS,), WEIGHT)
    tally = Tally("responses", (SCORE,), ("region",), identity=())
    found = collect(opened(data), Needs.of(need, tallies=[tally], panel=Panel(LEVELS)))
    assert found.moments[need].n == 0
    assert found.moments[need].groups == tuple((i,) for i in range(7))
    assert found.tallies[tally].rows == 0
    assert found.tallies[tally].rows_seen.distinct == 0
    assert len(found.panel) == 0


def test_one_row_is_enough_for_sums():
    data = frame(0, 1, 1).assign(score=4, worth=10.0, weight=2.0)
    need = Need("responses", (WORTH,), (LEVELS,), WEIGHT)
    found = collect(opened(data), Needs.of(need)).moments[need]
    np.testing.assert_array_equal(found.origin, [10])
    np.testing.assert_array_equal(found.cross[3, 0], [[2, 0], [0, 0]])


def test_cross_products_are_symmetric_to_the_last_bit():
    data = frame(7, 20_000, 9000).assign(weight=np.random.default_rng(0).random(20_000))
    need = Need("responses", (WORTH, AGE), (LEVELS,), WEIGHT)
    cross = collect(opened(data), Needs.of(need)).moments[need].cross
    np.testing.assert_array_equal(cross, np.swapaxes(cross, -1, -2))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_rows_without_a_weight_above_zero_do_not_count(bad):
    data = frame(0, 4, 9).assign(score=4, age=[20, 30, 40, 50], weight=[1.0, bad, 2.0, bad])
    need = Need("responses", (AGE,), (), WEIGHT)
    found = collect(opened(data), Needs.of(need)).moments[need]
    assert found.n == 2
    np.testing.assert_array_equal(found.cross.sum(axis=(0, 1)), [[3, 100], [100, 3600]])


def test_infinite_money_is_no_answer():
    data = frame(0, 3, 9).assign(worth=[1.0, np.inf, 2.0])
    need, tally = Need("responses", (WORTH,)), Tally("responses", (WORTH,))
    found = collect(opened(data), Needs.of(need, tallies=[tally]))
    assert found.moments[need].n == 2
    counts = found.tallies[tally].columns["worth"]
    assert (counts.unreadable, counts.unreadable_values, counts.high) == (1, ("inf",), 2.0)


def test_a_column_that_is_not_there_is_an_error_with_those_that_are():
    with pytest.raises(DataError) as caught:
        collect(opened(frame(0, 3, 3)), Needs.of(Need("responses", (Variable("income"),))))
    assert caught.value.case == "no_column"
    assert "income" in str(caught.value)
    assert "region" in str(caught.value)


def test_more_groups_than_fit_are_an_error_and_not_a_full_memory(monkeypatch):
    monkeypatch.setattr(scan, "_MOST_NUMBERS", 100 * GROUPS)
    data = pd.DataFrame({"agent": [f"a{i}" for i in range(101)]})
    need = Need("responses", (), (Category("agent"),))
    with pytest.raises(DataError) as caught:
        collect(opened(data, None), Needs.of(need))
    assert caught.value.case == "too_many_groups"
    assert "agent" in str(caught.value)
    assert collect(opened(data.head(100), None), Needs.of(need)).moments[need].n == 100


def test_progress_tells_the_rows_read_so_far(monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 40)
    told = []
    need = Need("responses", (AGE,))
    collect(opened(frame(0, 100, 9)), Needs.of(need), progress=lambda *part: told.append(part))
    assert told == [("responses", 40), ("responses", 80), ("responses", 100)]


def test_names_are_never_read_as_sql(tmp_path):
    from kuski.engine.files import open_file

    path = tmp_path / "it's.csv"
    path.write_text('"select; drop table","a""b",\'c\n1,2,3\n4,5,6\n', encoding="utf-8")
    names = ("select; drop table", 'a"b', "'c")
    table = {"responses": OpenTable(open_file(Session(), path), None)}
    need = Need("responses", tuple(Variable(name) for name in names))
    found = collect(table, Needs.of(need)).moments[need]
    np.testing.assert_array_equal(found.cross.sum(axis=(0, 1))[0], [2, 5, 7, 9])


# The panel.


def test_the_panel_holds_every_answer_below_its_limit(monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 111)
    data = frame(5, 1000, 200).assign(day=lambda d: pd.Timestamp("2024-01-01"))
    found = collect(opened(data), Needs.of(panel=Panel(LEVELS, weight=WEIGHT))).panel
    np.testing.assert_array_equal(found.customer, hashing.hashes(pa.array(data["customer"])))
    np.testing.assert_array_equal(found.time, np.arange(1000))
    np.testing.assert_array_equal(found.level, np.where(data["score"] == 9, -1, data["score"] - 1))
    np.testing.assert_array_equal(found.weight, data["weight"])


@pytest.mark.parametrize("batch", [700, 5000, 1 << 18])
def test_the_panel_beyond_its_limit_does_not_depend_on_the_batches(monkeypatch, batch):
    monkeypatch.setattr(scan, "_PENDING", 2000)
    data = frame(6, 30_000, 9000)
    panel = Panel(LEVELS, limit=3000)
    expected = collect(opened(data), Needs.of(panel=panel)).panel
    monkeypatch.setattr(source, "_ROWS", batch)
    found = collect(opened(data), Needs.of(panel=panel)).panel
    assert len(found) <= 3000
    assert found.halvings == expected.halvings > 0
    np.testing.assert_array_equal(found.time, expected.time)
    np.testing.assert_array_equal(found.customer, expected.customer)


# The tally.


def test_a_tally_counts_cells_texts_repeats_and_straight_lines(monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 3)
    items = {f"q{i}": [5, 5, 1, 3, 5, 5, None, 9] for i in range(5)}
    items["q4"] = [5, 5, 2, 3, 5, 9, 4, 9]
    data = pd.DataFrame({**items, "comment": ["a", "a", "", " ", "b", "c", None, "d"]})
    block = tuple(Variable(name, (1, 5), (9,)) for name in items)
    tally = Tally("responses", block, ("comment",), block, identity=())
    found = collect(opened(data, None), Needs.of(tallies=[tally])).tallies[tally]
    assert found.rows == 8
    assert found.columns["q0"].answered == 6
    assert found.columns["q0"].empty == 1
    assert found.columns["q4"].coded == 2
    assert (found.columns["comment"].answered, found.columns["comment"].empty) == (5, 3)
    assert (found.straight, found.straight_of) == (4, 5)
    assert (found.rows_seen.distinct, found.rows_seen.repeats) == (7, 1)


def test_repeats_are_told_by_the_columns_that_are_named():
    data = pd.DataFrame({"id": [1, 1, 2], "day": ["a", "a", "a"], "score": [3, 4, 5]})
    tallies = [
        Tally("responses", (), identity=identity)
        for identity in (("id", "day"), ("day",), (), None)
    ]
    found = collect(opened(data, None), Needs.of(tallies=tallies)).tallies
    assert [found[tally].rows_seen.repeats for tally in tallies] == [1, 2, 0, 0]


def test_repeats_beyond_the_limit_are_bounded_and_right_on_average(monkeypatch):
    monkeypatch.setattr(scan, "_PENDING", 50_000)
    monkeypatch.setattr(source, "_ROWS", 60_000)
    place = np.arange(1_400_000)
    place[-200_000:] = place[:200_000]
    table = pa.table({"id": place})
    tally = Tally("responses", (), identity=())
    found = collect(
        {"responses": OpenTable(HeldTable(Session(), "many", table), None)},
        Needs.of(tallies=[tally]),
    ).tallies[tally]
    assert len(found.rows_seen) <= 1_000_000
    assert found.rows_seen.distinct == pytest.approx(1_200_000, rel=0.01)
    assert found.rows_seen.repeats == pytest.approx(200_000, rel=0.02)
