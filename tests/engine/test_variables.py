"""Ranges, gaps, years and columns of the panel: as a plain loop over the rows would have them."""

import numpy as np
import pytest

from kuski.engine import collect, source
from kuski.errors import DataError
from kuski.moments import Levels, Need, Needs, Panel, Period, Variable

SCORE = Variable("score", (1, 5), (9,))
SCORES = [1, 2, None, 5, 9, 3, 7, 4]
FILLED = [1, 2, 0, 5, 0, 3, 0, 4]
IS_GAP = [0, 0, 1, 0, 1, 0, 1, 0]


@pytest.fixture(params=[3, 1 << 18])
def small(request, monkeypatch):
    monkeypatch.setattr(source, "_ROWS", request.param)


def whole(found):
    """Give cross-products about zero, summed over groups and replicates."""
    shift = np.eye(len(found.origin) + 1)
    shift[1:, 0] = found.origin
    return shift @ found.cross.sum(axis=(0, 1)) @ shift.T


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("cells", [SCORES, [None if x is None else str(x) for x in SCORES]])
def test_a_range_is_one_within_and_keeps_its_gaps(held, cells):
    low = Variable("score", (1, 5), (9,), within=(1, 3))
    need = Need("responses", (low, SCORE))
    found = collect({"responses": held({"score": cells})}, Needs.of(need)).moments[need]
    assert found.n == 5
    assert whole(found)[0].tolist() == [5, 3, 15]


@pytest.mark.usefixtures("small")
def test_moments_of_pairs_come_from_filled_values_and_flags(held):
    other = [2, None, 3, 4, 5, None, 1, 2]
    columns = {"score": SCORES, "other": other}
    filled = (
        Variable("score", (1, 5), (9,), gap="zero"),
        Variable("other", gap="zero"),
        Variable("score", (1, 5), (9,), gap="flag"),
        Variable("other", gap="flag"),
    )
    need = Need("responses", filled)
    found = collect({"responses": held(columns)}, Needs.of(need)).moments[need]
    z = np.column_stack(
        [np.ones(8), FILLED, [x or 0 for x in other], IS_GAP, [x is None for x in other]]
    ).astype(float)
    assert found.n == 8
    assert whole(found) == pytest.approx(z.T @ z)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "cells",
    [
        ["2023-12-31", "2024-01-01", None, "31.12.2024 klo 23.59", "never", "2024-06"],
        [2023, 2024, None, 2024, 12, 2024],
        ["2023", "2024", "", "2024", "x", "2024"],
        np.array(
            ["2023-12-31", "2024-01-01", "NaT", "2024-12-31T23:59", "NaT", "2024-06-01"],
            dtype="datetime64[us]",
        ),
        np.array(
            ["2023-12-31", "2024-01-01", "NaT", "2024-12-31", "NaT", "2024-06-01"],
            dtype="datetime64[D]",
        ),
    ],
    ids=["texts", "numbers", "numbers as texts", "moments", "days"],
)
def test_answers_fall_into_calendar_years(held, cells):
    need = Need("responses", (), (Period("on"),))
    found = collect({"responses": held({"on": cells})}, Needs.of(need)).moments[need]
    assert dict(zip(found.groups, found.rows.sum(axis=1), strict=True)) == {
        ("2023",): 1,
        ("2024",): 3,
    }


def test_answers_fall_into_months_and_years_without_them(held):
    cells = ["2023-12-31", "2024-01-01", None, "31.1.2024 klo 23.59", "never", "2024", "2024-06"]
    need = Need("responses", (), (Period("on", unit="month"),))
    found = collect({"responses": held({"on": cells})}, Needs.of(need)).moments[need]
    assert dict(zip(found.groups, found.rows.sum(axis=1), strict=True)) == {
        ("2023-12",): 1,
        ("2024",): 1,
        ("2024-01",): 2,
        ("2024-06",): 1,
    }


@pytest.mark.usefixtures("small")
def test_the_panel_keeps_what_is_asked_of_each_answer(held):
    table = held({"who": [1, 1, 2, 2, 3, 3, 4, 4], "score": SCORES, "ease": [1.5, None] * 4})
    levels = Levels(SCORE, (0.5, 2.5, 5.5))
    ease = Variable("ease")
    asked = Needs(panel=Panel(levels, columns=(ease,))) | Needs(panel=Panel(levels))
    asked |= Needs(panel=Panel(levels, columns=(SCORE, ease)))
    assert asked.panel == Panel(levels, columns=(ease, SCORE))
    panel = collect({"responses": table}, asked).panel
    assert panel.of(ease) == pytest.approx([1.5, np.nan] * 4, nan_ok=True)
    assert panel.of(SCORE) == pytest.approx([1, 2, np.nan, 5, np.nan, 3, np.nan, 4], nan_ok=True)
    with pytest.raises(ValueError, match="not in the panel"):
        panel.of(Variable("other"))


def test_a_thinned_panel_keeps_columns_beside_their_customers(held):
    rng = np.random.default_rng(1)
    who = rng.integers(0, 500, 3_000)
    table = held({"who": who, "score": rng.integers(1, 6, 3_000), "same": who}, customer="who")
    same = Variable("same")
    panel = Panel(Levels(SCORE, (0.5, 5.5)), limit=800, columns=(same,))
    found = collect({"responses": table}, Needs(panel=panel)).panel
    assert found.halvings > 0
    assert len(found) == len(found.values) <= 800
    assert len(set(zip(found.customer.tolist(), found.of(same).tolist(), strict=True))) == len(
        set(found.customer.tolist())
    )


def test_an_optional_need_is_given_up_where_its_groups_are_too_many(held, monkeypatch):
    from kuski.engine import scan
    from kuski.moments import Category

    monkeypatch.setattr(scan, "_MOST_NUMBERS", 100_000)
    table = held({"score": [1] * 400, "agent": [f"a{i}" for i in range(400)]})
    kept = Need("responses", (SCORE,))
    needed = Need("responses", (SCORE,), (Category("agent"),))
    optional = Need("responses", (SCORE,), (Category("agent"),), is_optional=True)
    found = collect({"responses": table}, Needs.of(kept, optional)).moments
    assert set(found) == {kept}
    assert found[kept].n == 400
    with pytest.raises(DataError, match="agent"):
        collect({"responses": table}, Needs.of(kept, needed))
