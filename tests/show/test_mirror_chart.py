"""The mirror's picture: every figure has its numbers, its guesses and room for its words."""

import re

import pytest

from kuski.show.charts import guesses_against_truth
from kuski.show.charts.mirror import MOST_ROWS
from kuski.show.charts.panel import text_width
from kuski.show.picture import svg
from kuski.show.theme import LIGHT, SIZE

every_language = pytest.mark.parametrize("language", ["en", "fi"])
every_width = pytest.mark.parametrize("narrow", [False, True])
# A picture may be this much wider than it says, for half a tick label at its end.
SLACK = 1.03


def record(kind, row, truth, leaders, *, scale=(0.0, 1.0), width=0.02):
    return {
        "kind": kind,
        "row": row,
        "scale_low": scale[0],
        "scale_high": scale[1],
        "truth": truth,
        "truth_low": None if truth is None else truth - width * (scale[1] - scale[0]),
        "truth_high": None if truth is None else truth + width * (scale[1] - scale[0]),
        "leaders": leaders,
    }


RECORDS = [
    record("importance", "Treatment", 0.52, 0.10),
    record("importance", "Price and what goes with it in the long run", 0.06, 0.35),
    record("leaving", "Price", 0.21, 0.52, width=0.06),
    record("share", "Below the middle", 0.13, 0.22),
    record("score", "Mean score", 5.18, 4.69, scale=(1.0, 7.0)),
    record("driver", "Attention", 4.9, 5.0, scale=(1.0, 7.0)),
    record("driver", "Waiting", 3.9, 3.1, scale=(1.0, 5.0)),
    record("nps", "NPS", -12.0, 31.0, scale=(-100.0, 100.0)),
]
GUESSES = [[one["leaders"] - 0.01, one["leaders"], one["leaders"] + 0.01] for one in RECORDS]


def drawn(chart, language="en"):
    return svg(chart, language=language)


def words(chart, language="en"):
    return re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", drawn(chart, language))


def layers(chart):
    return chart.to_dict()["vconcat"][0]["layer"]


def dots(chart):
    """The places of single leaders, without the legend's."""
    return [
        row
        for layer in layers(chart)
        if layer["mark"].get("size") == 26
        for row in layer["data"]["values"]
        if row["y"] > 0
    ]


def texts(chart):
    return [
        row
        for layer in layers(chart)
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]


@every_language
@every_width
def test_the_picture_is_valid_and_as_wide_as_its_place(language, narrow):
    chart = guesses_against_truth(RECORDS, GUESSES, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn(chart, language))[1])
    assert 0.95 <= width / (340 if narrow else 720) <= SLACK


@every_width
def test_every_colour_is_one_of_the_palette(narrow):
    chart = guesses_against_truth(RECORDS, GUESSES, language="en", narrow=narrow)
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn(chart))) - {"none"}
    assert used <= {LIGHT.paper, LIGHT.ink, LIGHT.muted, LIGHT.grid, LIGHT.axis, LIGHT.slate,
                    LIGHT.blue, LIGHT.orange}  # fmt: skip


@every_width
def test_no_two_words_lie_upon_each_other(narrow):
    for language in ("en", "fi"):
        chart = guesses_against_truth(RECORDS, GUESSES, language=language, narrow=narrow)
        boxes = []
        for one in texts(chart):
            wide = text_width(one["text"], one["size"])
            shift = {"left": 0.0, "center": 0.5, "right": 1.0}[one["align"]]
            left = one["x"] - shift * wide
            boxes.append((left, one["y"] - 0.8 * one["size"], left + wide, one["y"], one["text"]))
        for i, (left, top, right, bottom, said) in enumerate(boxes):
            for other in boxes[i + 1 :]:
                meets = (
                    left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
                )
                assert not meets, (said, other[4])


def test_numbers_are_written_as_each_language_and_figure_writes_them():
    english = words(guesses_against_truth(RECORDS, GUESSES, language="en"))
    assert {"52%", "10%", "5.2", "4.7", "−12", "31", "1", "7", "−100", "100"} <= set(english)
    finnish = words(guesses_against_truth(RECORDS, GUESSES, language="fi"), "fi")
    assert {"52\N{NO-BREAK SPACE}%", "5,2", "4,7", "−12"} <= set(finnish)


def test_a_scale_that_several_figures_share_is_written_once_below_the_last():
    told = words(guesses_against_truth(RECORDS, GUESSES, language="en"))
    assert told.count("7") == 1
    assert told.count("1") == 2


def test_every_guess_is_a_dot_on_the_line_of_its_figure():
    chart = guesses_against_truth(RECORDS, GUESSES, language="en")
    assert len(dots(chart)) == sum(len(guessed) for guessed in GUESSES)
    assert len({dot["y"] for dot in dots(chart)}) == len(RECORDS)
    points = [row for layer in layers(chart) if layer["mark"].get("size") == 110
              for row in layer["data"]["values"]]  # fmt: skip
    assert {row["y"] for row in points} == {dot["y"] for dot in dots(chart)}
    assert [row["shape"] for row in points].count("diamond") == len(RECORDS)


def test_figures_of_one_kind_stand_together_the_largest_truth_first():
    records = [RECORDS[3], RECORDS[1], RECORDS[4], RECORDS[0]]
    names = [
        row["text"]
        for row in texts(guesses_against_truth(records, [[0.1]] * 4, language="en", narrow=True))
        if row["size"] == SIZE and row["color"] == LIGHT.ink and row["weight"] == 400
    ]
    assert names[0] == "Treatment"
    assert names[1].startswith("Price and")
    assert names[2:] == ["Below the middle", "Mean score"]


@every_width
def test_what_is_not_known_leaves_a_gap(narrow):
    unknown = [record("share", "Top", None, 0.2), record("score", "Mean", None, 4, scale=(1, 7))]
    for records, guessed in ((unknown, [[0.2], [4.0]]), ([], [])):
        chart = guesses_against_truth(records, guessed, language="en", narrow=narrow)
        chart.to_dict(validate=True)
        assert "NaN" not in drawn(chart)
    assert "–" in words(guesses_against_truth(unknown, [[0.2], [4.0]], language="en"))


def test_of_very_many_figures_those_farthest_off_are_drawn():
    many = [
        record("driver", f"Driver {place}", 4.0, 4.0 + place / 20, scale=(1.0, 7.0))
        for place in range(MOST_ROWS + 5)
    ]
    told = words(guesses_against_truth(many, [[4.0]] * len(many), language="en"))
    assert "Driver 5" in told
    assert "Driver 4" not in told
