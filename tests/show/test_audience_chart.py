"""The chart of `choose.audience`: valid, legible at both widths, and true in its areas."""

import re

import pytest

from kuski.show.charts import headroom_by_segment
from kuski.show.picture import svg
from kuski.show.theme import LIGHT


def segment(cut, name, people, headroom, low=None, high=None, grade="A", **more):
    return {
        "cut": cut,
        "segment": name,
        "people": people,
        "share": people / 1_000,
        "headroom": headroom,
        "headroom_low": low,
        "headroom_high": high,
        "headroom_total": None if headroom is None else headroom * people,
        "grade": grade,
        "mean": 100.0,
        "is_served": None,
    } | more


RECORDS = (
    segment("region", "Uusimaa", 600, 130.0, 110.0, 150.0),
    segment("region", "Lappi", 300, 90.0, 40.0, 140.0, "C"),
    segment("region", "muut", 100, -20.0, -60.0, 20.0, "B"),
    segment("found", "past spend above 820, visits at most 7", 1_000, 95.0, is_served=True),
)


def drawn(records=RECORDS, **changes):
    asked = {"unit": "€", "language": "en", "narrow": False} | changes
    return headroom_by_segment(records, **asked)


def rows(chart, kind):
    layers = [layer for panel in chart.to_dict()["vconcat"] for layer in panel["layer"]]
    return [
        row for layer in layers if layer["mark"]["type"] == kind for row in layer["data"]["values"]
    ]


def bars(chart):
    return [row for row in rows(chart, "rect") if row["width"] != 10.0]


def words(chart):
    return [row["text"] for row in rows(chart, "text")]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    "records", [RECORDS, RECORDS[:1], (*RECORDS[:1], segment("a", "b", 10, None))]
)
def test_it_is_valid_and_as_wide_as_its_place(language, narrow, records):
    chart = drawn(records, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg(chart, language=language))[1])
    assert 0.9 <= width / (340 if narrow else 720) <= 1.1


def test_a_bars_area_is_what_the_segment_has_to_gain_in_all():
    chart = drawn()
    areas = [(bar["x2"] - bar["x"]) * bar["width"] for bar in bars(chart)]
    totals = [abs(record["headroom_total"]) for record in RECORDS]
    assert [area / areas[0] for area in areas] == pytest.approx([t / totals[0] for t in totals])


def test_the_intervals_lie_over_the_bars_and_none_is_drawn_where_none_is_known():
    ink = [row for row in rows(drawn(), "rule") if row["color"] == LIGHT.ink]
    whiskers = [row for row in ink if row["y"] == row["y2"]]
    assert len(whiskers) == 3
    first = bars(drawn())[0]
    assert whiskers[0]["x"] < first["x2"] < whiskers[0]["x2"]


def test_borrowed_evidence_is_grey_and_the_legend_says_so():
    assert [bar["color"] for bar in bars(drawn())] == [
        LIGHT.blue,
        LIGHT.slate,
        LIGHT.blue,
        LIGHT.blue,
    ]
    assert "mostly borrowed (C)" in words(drawn())
    assert "mostly borrowed (C)" not in words(drawn(RECORDS[:1]))


def test_people_and_sums_are_written_beside_and_the_served_are_named():
    told = words(drawn())
    assert "600 customers · €78,000" in told
    assert any(text.endswith(("(serve)", "…")) for text in told)
    assert "600 vastausta · 78\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€" in words(
        drawn(language="fi", is_of_people=False)
    )


def test_of_many_segments_the_biggest_eight_are_drawn():
    many = tuple(segment("region", f"place {i}", 10 + i, 100.0) for i in range(20))
    assert {bar for bar in words(drawn(many)) if bar.startswith("place")} == {
        f"place {i}" for i in range(12, 20)
    }


@pytest.mark.parametrize("narrow", [False, True])
def test_no_two_words_lie_upon_each_other(narrow):
    placed = [row for row in rows(drawn(narrow=narrow), "text") if row["color"] != LIGHT.paper]
    at = [(round(row["x"]), round(row["y"]), row["align"]) for row in placed]
    assert len(at) == len(set(at))
