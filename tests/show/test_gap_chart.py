"""Said and done: every factor at its place on both sides, in both widths, and nothing overlaps."""

import re
from itertools import pairwise

import pytest

from kuski.show.charts import said_and_done
from kuski.show.picture import svg
from kuski.show.theme import LIGHT

LONG = "Kuinka ystävällisesti ja asiantuntevasti teitä palveltiin viimeksi"
WIDTHS = {False: 720, True: 340}


def record(factor, said, done, direction, low=None, high=None):
    """One factor, by its place on either side."""
    return {
        "factor": factor,
        "said": 0.4 - 0.05 * said,
        "said_low": 0.38 - 0.05 * said,
        "said_high": 0.42 - 0.05 * said,
        "said_rank": said,
        "said_rank_low": said,
        "said_rank_high": said,
        "done": 0.4 - 0.05 * done,
        "done_low": 0.3 - 0.05 * done,
        "done_high": 0.5 - 0.05 * done,
        "done_rank": done,
        "done_rank_low": low or done,
        "done_rank_high": high or done,
        "direction": direction,
    }


RECORDS = (
    record("Price", 1, 5, -1.0, 4, 5),
    record("Product", 2, 3, 0.0, 2, 4),
    record(LONG, 3, 3, 0.0),
    record("<script>alert('x')</script>", 4, 2, 0.0),
    record("Treatment", 5, 1, 1.0),
)

every_width = pytest.mark.parametrize("narrow", [False, True])
every_language = pytest.mark.parametrize("language", ["en", "fi"])


def drawn(records=RECORDS, *, language="en", narrow=False):
    return said_and_done(
        records, said="Said to matter", done="Goes with leaving", language=language, narrow=narrow
    )


def marks(chart, kind):
    """The rows of every layer of one kind of mark."""
    layers = [layer for part in chart.to_dict()["vconcat"] for layer in part["layer"]]
    return [
        row for layer in layers if layer["mark"]["type"] == kind for row in layer["data"]["values"]
    ]


def words(chart, language="en"):
    return re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg(chart, language=language))


@every_width
@every_language
def test_the_chart_is_valid_and_as_wide_as_its_place(narrow, language):
    chart = drawn(language=language, narrow=narrow)
    chart.to_dict(validate=True)
    box = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg(chart, language=language))
    assert float(box[1]) <= 1.08 * WIDTHS[narrow]


@every_width
def test_each_factor_stands_at_its_place_on_both_sides(narrow):
    rules = marks(drawn(narrow=narrow), "rule")
    assert len(rules) == len(RECORDS)
    colors = [rule["color"] for rule in rules]
    assert colors.count(LIGHT.orange) == colors.count(LIGHT.blue) == 1
    fall = next(rule for rule in rules if rule["color"] == LIGHT.orange)
    rise = next(rule for rule in rules if rule["color"] == LIGHT.blue)
    assert fall["y"] == rise["y2"] < fall["y2"] == rise["y"]
    assert set(colors[-2:]) == {LIGHT.orange, LIGHT.blue}


@every_width
def test_no_two_factors_share_a_place_even_where_their_ranks_are_equal(narrow):
    rules = marks(drawn(narrow=narrow), "rule")
    for key in ("y", "y2"):
        places = sorted(rule[key] for rule in rules)
        gaps = [after - before for before, after in pairwise(places)]
        assert min(gaps) >= (60 if narrow else 48)


@every_width
@every_language
def test_words_stay_on_their_side(narrow, language):
    whole = WIDTHS[narrow]
    for text in marks(drawn(language=language, narrow=narrow), "text"):
        if text["align"] == "left":
            assert text["x"] > whole / 2
        if text["align"] == "right":
            assert text["x"] < whole / 2


def test_shares_places_and_ranks_are_written():
    told = words(drawn())
    assert {"Price", "Treatment", "Said to matter", "Goes with leaving"} <= set(told)
    assert "15% (5 to 25) · place 4–5" in told
    assert "35% (25 to 45) · place sure" in told
    assert sum(text == "3" for text in told) == 3
    assert "15 % (5–25) · sija 4–5" in [
        text.replace("\N{NO-BREAK SPACE}", " ") for text in words(drawn(language="fi"), "fi")
    ]


def test_an_interval_too_narrow_to_see_is_left_to_the_table():
    narrow = dict(RECORDS[0], said=0.2284, said_low=0.2282, said_high=0.2287)
    assert "23% · place sure" in words(drawn([narrow]))


def test_what_is_not_known_is_left_out():
    for records in ([], [{"factor": "Price"}], [dict(RECORDS[0], done_rank=None)]):
        chart = drawn(records)
        chart.to_dict(validate=True)
        assert "NaN" not in svg(chart, language="en")
        assert marks(chart, "rule") == []
    bare = dict(RECORDS[0], done_low=None, done_high=None, done_rank_low=None)
    assert "15%" in words(drawn([bare]))


def test_a_long_name_is_shortened_and_script_stays_text():
    picture = svg(drawn(), language="en")
    assert "<script" not in picture
    assert LONG not in picture
    assert any(text.endswith("…") for text in words(drawn()))
