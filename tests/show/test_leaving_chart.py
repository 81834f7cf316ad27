"""The chart of leaving fits its place, keeps to the palette, and lets no words overlap."""

import re
from dataclasses import fields
from itertools import pairwise

import pytest

from kuski.show.charts import reasons_for_leaving
from kuski.show.picture import svg
from kuski.show.theme import LIGHT

PALETTE = {getattr(LIGHT, field.name) for field in fields(LIGHT)}
# A chart may be this much wider than it says, for a tick label at its end.
SLACK = 1.08

every_width = pytest.mark.parametrize("narrow", [False, True])
NAMES = ("kohtelu", "hinta", "elämäntilanne", "muu", "ei kerrottu")


def records(*, corrected=True):
    found = []
    for i, name in enumerate(NAMES[:4]):
        one = {"name": name, "stated_share": 0.5 / (i + 1)}
        one |= {"stated_share_low": 0.4 / (i + 1), "stated_share_high": 0.6 / (i + 1)}
        share = 0.1 * (i + 1) if corrected else None
        one |= {
            "share": share,
            "share_low": share and share / 2,
            "share_high": share and 1.2 * share,
        }
        found.append(one)
    return found


def curves(ends=(0.052, 0.051, 0.05, 0.002, 0.001)):
    return [
        {"name": name, "time": time, "share": end * time / 36}
        for name, end in zip(NAMES, ends, strict=True)
        for time in (0.0, 6.0, 12.0, 36.0)
    ]


def drawn(rows=None, points=None, *, language="fi", narrow=False):
    return reasons_for_leaving(
        records() if rows is None else rows,
        curves() if points is None else points,
        unit="kuukautta", language=language, narrow=narrow,
    )  # fmt: skip


@every_width
@pytest.mark.parametrize("points", [[], curves()])
@pytest.mark.parametrize("rows", [records(), records(corrected=False)])
def test_it_is_valid_as_wide_as_its_place_and_in_the_palette(rows, points, narrow):
    chart = drawn(rows, points, narrow=narrow)
    chart.to_dict(validate=True)
    picture = svg(chart, language="fi")
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', picture)[1])
    assert 0.95 <= width / (340 if narrow else 720) <= SLACK
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', picture)) - {"none"}
    assert used <= PALETTE
    assert "NaN" not in picture


@every_width
def test_nothing_known_leaves_gaps(narrow):
    unknown = [{"name": "hinta", "stated_share": None, "share": None}]
    for rows in ([], unknown):
        assert "NaN" not in svg(drawn(rows, [], narrow=narrow), language="fi")


@every_width
@pytest.mark.parametrize("ends", [(0.05,) * 5, (0.0,) * 5, (0.05, 0.04, 0.03, 0.02, 0.01)])
def test_names_at_the_ends_of_lines_keep_apart_and_stay_inside(ends, narrow):
    panel = drawn(points=curves(ends), narrow=narrow).to_dict()["vconcat"][1]
    words = [
        row
        for layer in panel["layer"]
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]
    places = sorted(
        row["y"] for row in words if row["text"].split()[0] in ("kohtelu", "hinta", "muu")
    )
    assert len(places) == 3
    assert all(below - above >= 14 for above, below in pairwise(places))
    assert max(row["y"] for row in words) <= panel["height"] + 20


def test_shares_are_written_as_each_language_does():
    finnish = svg(drawn(), language="fi")
    assert "50\N{NO-BREAK SPACE}% kerrottu" in finnish
    assert "10\N{NO-BREAK SPACE}% oikaistu" in finnish
    assert "50% told" in svg(drawn(language="en"), language="en")
