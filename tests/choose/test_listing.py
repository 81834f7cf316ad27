"""The list of customers for an action: the plan's rule, row by row, within the capacity."""

import errno
import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import kuski
from kuski.choose import sheet
from kuski.choose.everybody.listing import list_everybody
from kuski.choose.listing import Part, file_name, list_customers, write_list
from kuski.errors import DataError, InputError, OutputError
from kuski.finding import Caller

from .lists import people_of, rows_of

FLOOR = '[[choose.floors]]\naction = "call"\nsegment = "protected"\n'
LEVEL = {"call": 4, "credit": 2, "visit": 5}
MUST = '[[choose.must]]\naction = "{action}"\nlevel = {level}\n'


def named_levels(text):
    first, _, last = text.partition("–")
    return range(int(first), int(last or first) + 1)


def again(study, listing, out, **changes):
    """Write a list once more, with other limits than the plan's."""
    parts = tuple(Part(part.entry, 0, 0) for part in listing.parts)
    asked = replace(listing, file=out, parts=parts, **changes)
    return write_list(study, asked, segments=["area"])


def fits(row, people):
    area, weak, level = people[row["customer"]]
    return (
        row["segment"] in (area, "small segments together")
        and int(row["protected"]) == weak
        and level in named_levels(row["level"])
    )


@pytest.fixture
def out(tmp_path):
    return tmp_path / "list.parquet"


@pytest.mark.parametrize("action", ["call", "credit", "visit"])
def test_everybody_listed_fits_the_rule_and_everybody_who_fits_is_listed(choosing, out, action):
    rule = FLOOR if action == "call" else MUST.format(action=action, level=LEVEL[action])
    study = choosing(choose=f"money = 12000\n{rule}")
    found = list_customers(study, action, out)
    rows, people = rows_of(out), people_of(study)
    assert len(rows) == found.people > 0
    assert all(fits(row, people) for row in rows)
    for part in found.parts:
        cell = part.entry.cell
        here = [
            who
            for who, (area, weak, level) in people.items()
            if (area,) in cell.members and weak == cell.is_protected and level - 1 in cell.levels
        ]
        assert part.found == len(here) == cell.people
    if not found.passed_over:
        assert found.people == found.planned


def test_each_customer_is_listed_once_in_the_order_of_the_table(choosing, out):
    study = choosing(choose="money = 8000")
    list_customers(study, "call", out)
    who = [row["customer"] for row in rows_of(out)]
    assert len(set(who)) == len(who)
    order = {name: place for place, name in enumerate(people_of(study))}
    assert [order[name] for name in who] == sorted(order[name] for name in who)


def test_never_more_than_the_capacity_whatever_the_plan(choosing, tmp_path):
    study = choosing(choose="money = 8000")
    whole = list_customers(study, "call", tmp_path / "whole.csv")
    everybody = {row["customer"] for row in rows_of(tmp_path / "whole.csv")}
    before: set[str] = set()
    for capacity in (0, 1, 9, 50, 51, 117, whole.people - 1, whole.people, 10_000):
        found = again(study, whole, tmp_path / "part.parquet", capacity=capacity)
        who = {row["customer"] for row in rows_of(tmp_path / "part.parquet")}
        assert len(who) == found.people == min(capacity, whole.people)
        assert found.passed_over == whole.people - found.people
        assert before <= who <= everybody
        # Capacity goes to the cells in their order: one of them at most gets a part.
        shares = [part.listed / part.found for part in found.parts]
        assert shares == sorted(shares, reverse=True)
        assert sum(0 < share < 1 for share in shares) <= 1
        before = who


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_draw(choosing, tmp_path):
    def drawn(study, name):
        whole = list_customers(study, "call", tmp_path / "whole.csv")
        again(study, whole, tmp_path / name, capacity=50)
        return (tmp_path / name).read_bytes()

    study = choosing(choose="money = 8000")
    first = drawn(study, "1.csv")
    assert drawn(study, "2.csv") == first
    text = study.path.read_text(encoding="utf-8").replace("disclosure", "seed = 7\ndisclosure")
    study.path.write_text(text, encoding="utf-8")
    other = drawn(kuski.open(study.path), "3.csv")
    assert {line.split(b",")[0] for line in other.splitlines()} != {
        line.split(b",")[0] for line in first.splitlines()
    }


def test_a_rule_s_customers_come_before_those_whom_money_pays_for(choosing, out):
    study = choosing(choose=f"money = 12000\n{FLOOR}")
    found = list_customers(study, "call", out)
    ruled = [part.entry.rule is not None for part in found.parts]
    assert ruled == sorted(ruled, reverse=True)
    assert any(ruled)
    paid = [part.entry.per_cost for part in found.parts if part.entry.rule is None]
    assert paid == sorted(paid, reverse=True)
    said = {row["reason"] for row in rows_of(out) if row["protected"] == 1}
    assert any("A rule of the study gives it" in text for text in said)
    assert all("Protected customer." in text for text in said)


def test_a_cell_below_the_threshold_is_not_listed(choosing, out):
    study = choosing(choose="money = 8000")
    whole = list_customers(study, "call", out)
    small = min(part.found for part in whole.parts)
    found = again(study, whole, out, least=small + 1)
    assert found.hidden == sum(part.found == small for part in whole.parts) > 0
    assert min(part.listed for part in found.parts if part.listed) > small
    assert all(row["found"] is None for row in found.table(study.roles, "en").records
               if not row["listed"])  # fmt: skip


def test_worth_price_and_sums_are_the_plan_s(choosing, out):
    study = choosing(choose="money = 8000")
    found = list_customers(study, "call", out)
    rows = rows_of(out)
    assert {row["cost"] for row in rows} == {5.0}
    assert sum(row["cost"] for row in rows) == pytest.approx(found.cost)
    assert sum(row["worth"] for row in rows) == pytest.approx(found.worth[0])
    assert {row["price"] for row in rows} == {found.price}
    for row in rows:
        assert row["worth_low"] <= row["worth"] <= row["worth_high"]
        assert row["worth_per_cost"] == pytest.approx(row["worth"] / row["cost"])
    low, high = found.worth[1:]
    assert low < found.worth[0] < high


def test_finnish_and_csv_say_the_same_people(choosing, tmp_path):
    study = choosing(choose="money = 8000")
    first = list_customers(study, "call", tmp_path / "list.csv")
    finnish = kuski.open(study.path, language="fi")
    list_customers(finnish, "call", tmp_path / "lista.parquet")
    english, suomi = rows_of(tmp_path / "list.csv"), rows_of(tmp_path / "lista.parquet")
    assert [row["customer"] for row in english] == [row["customer"] for row in suomi]
    assert "Expected worth" in english[0]["reason"]
    assert "Odotettu arvo" in suomi[0]["reason"]
    assert (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("asiakasta" in text for text in first.sentences(Caller(study.settings.names, "fi")))
    assert first.table(study.roles, "fi").columns[0].title == "Segmentti"


def test_no_spreadsheet_takes_a_customer_or_a_segment_for_a_formula(choosing, tmp_path):
    n = 600
    strange = {0: "=1+1", 1: "@sum", 2: "-17", 3: "+358401", 4: "\tx", 5: "-cmd|' /C calc'!A0"}
    who = [strange.get(i, f"ä{i}") for i in range(n)]
    study = choosing(
        n=n, choose="money = 20000",
        customers={"customer": who, "area": ["=HYPERLINK(1)" if i % 2 else "south"
                                             for i in range(n)]},
    )  # fmt: skip
    text = (study.settings.folder / "responses.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    body = [f'"{who[i]}",' + line.partition(",")[2] for i, line in enumerate(lines[1:])]
    (study.settings.folder / "responses.csv").write_text(
        "\n".join([lines[0], *body]), encoding="utf-8"
    )
    list_customers(study, "call", tmp_path / "list.csv")
    list_customers(study, "call", tmp_path / "list.parquet")
    plain = [row["customer"] for row in rows_of(tmp_path / "list.parquet")]
    safe = rows_of(tmp_path / "list.csv")
    marked = {name: row["customer"] for name, row in zip(plain, safe, strict=True)}
    for name in ("=1+1", "@sum", "-cmd|' /C calc'!A0"):
        assert marked.get(name, f"'{name}") == f"'{name}"
    assert {name for name, cell in marked.items() if name != cell} <= set(strange.values())
    assert all(marked[name] == name for name in ("-17", "+358401") if name in marked)
    assert any(name.startswith("'=HYPERLINK") for name in {row["segment"] for row in safe})


def test_a_customers_column_with_a_name_that_is_taken_gives_way(choosing, tmp_path):
    table = sheet._Form.of([dict.fromkeys(sheet._KINDS, None)], "reason", is_csv=False)
    assert table.customer == "customer"
    assert "reason" in table.told


def test_money_on_the_command_replaces_the_study_s(choosing, out):
    study = choosing(choose="money = 500")
    little = list_customers(study, "call", out).people
    assert list_customers(study, "call", out, money=8000).people > little


@pytest.mark.parametrize(
    ("action", "case"),
    [("walk", "choose_list_unknown_action"), ("credit", "choose_list_not_in_plan")],
)
def test_an_action_that_nobody_gets_is_told_with_those_that_somebody_does(
    choosing, out, action, case
):
    study = choosing(choose="money = 300")
    with pytest.raises(InputError) as raised:
        list_customers(study, action, out)
    assert raised.value.case == case
    assert "call" in raised.value.text("fi")
    assert not out.exists()


def test_no_money_is_no_list(choosing, out):
    with pytest.raises(InputError) as raised:
        list_customers(choosing(), "call", out, money=0)
    assert raised.value.case == "choose_list_empty_plan"


def test_a_plan_that_cannot_be_made_says_why(choosing, out):
    study = choosing(choose="money = 1\n" + MUST.format(action="visit", level=5))
    with pytest.raises(InputError) as raised:
        list_customers(study, "visit", out)
    assert raised.value.case == "choose_list_refused"
    assert raised.value.values["reason"] in raised.value.text("en")


def test_a_study_without_a_table_of_customers_has_nobody_to_list(make_study, actions, out):
    study = make_study(
        {"score": [1, 2], "worth": [1, 2]},
        'score = { column = "score", scale = [1, 7] }\nworth = "worth"', actions=actions(),
    )  # fmt: skip
    with pytest.raises(InputError) as raised:
        list_customers(study, "call", out)
    assert raised.value.case == "choose_list_no_customers"


def test_a_customer_who_stands_twice_is_an_error_and_leaves_no_file(choosing, out):
    study = choosing(choose="money = 8000")
    path = study.settings.folder / "customers.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, *lines[1:]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        list_customers(kuski.open(study.path), "call", out, money=9000)
    assert raised.value.case == "repeated_customer"
    assert not out.exists()


@pytest.mark.parametrize("name", ["list.xlsx", "list"])
def test_a_file_of_another_kind_is_refused(choosing, tmp_path, name):
    with pytest.raises(InputError, match=r"expected \.csv or \.parquet"):
        list_customers(choosing(choose="money = 8000"), "call", tmp_path / name)


@pytest.mark.parametrize("name", ["customers.csv", "responses.csv", "actions.csv"])
def test_the_study_s_own_files_are_never_written_over(choosing, name):
    study = choosing(choose="money = 8000")
    path = study.settings.folder / name
    before = path.read_bytes()
    with pytest.raises(InputError, match="the study's own"):
        list_customers(study, "call", path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("money", [-1.0, math.inf, math.nan])
def test_money_that_means_nothing_is_refused(choosing, out, money):
    with pytest.raises(InputError, match="at least 0"):
        list_customers(choosing(), "call", out, money=money)


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
@pytest.mark.parametrize("place", ["_opened", "_in"])
def test_a_full_disk_leaves_what_was_there(choosing, tmp_path, monkeypatch, kind, place):
    out = tmp_path / "lists" / f"list{kind}"
    out.parent.mkdir()
    out.write_text("before", encoding="utf-8")

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sheet, place, full)
    with pytest.raises(OutputError, match="No space left"):
        list_customers(choosing(choose="money = 8000"), "call", out)
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert out.read_text(encoding="utf-8") == "before"


def test_the_file_s_name_has_no_signs_that_a_system_refuses():
    assert file_name("a/b:c d") == "list-a_b_c_d.csv"
    assert Path(file_name("../x")).parent == Path()


def test_customers_without_a_segment_or_a_score_are_on_no_list(choosing, out):
    rng = np.random.default_rng(4)
    area = [[None, "north", "south"][i] for i in rng.integers(0, 3, 600)]
    study = choosing(choose="money = 20000", customers={"area": area})
    list_customers(study, "call", out)
    people = people_of(study)
    assert {people[row["customer"]][0] for row in rows_of(out)} <= {"north", "south"}


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_long_list_of_groups_is_summed_up_on_screen_and_whole_in_json(choosing, out, language):
    areas = [f"area {i % 12}" for i in range(600)]
    study = choosing(choose="money = 1e6\n", customers={"area": areas}, language=language)
    found = list_customers(study, "call", out)
    shown = found.table(study.roles, language).records
    assert len(found.parts) > len(shown) == 16
    more = str(len(found.parts) - 15)
    assert str(shown[-1]["segment"]).startswith(more)
    assert sum(row["listed"] for row in shown) == found.people
    cells = found.to_dict(study.roles, language)["cells"]
    assert len(cells) == len(found.parts)
    assert sum(row["listed"] for row in cells) == found.people


@pytest.mark.parametrize("listed", [partial(list_customers, action="call"), list_everybody])
def test_bad_weights_make_no_list(choosing, out, listed):
    study = choosing(choose="money = 4000\n", roles='weight = "trust"\n', trust=[-1.0] * 600)
    with pytest.raises(DataError, match="weight below zero"):
        listed(study, out=out)
    assert not out.exists()
