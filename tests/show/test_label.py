from hypothesis import given
from hypothesis import strategies as st

from kuski.show.charts.label import Line, labels

WIDTH, HEIGHT = 40.0, 13.0
Y = st.floats(0, 250)


def boxes(points, placed):
    """The room that each label takes: left, top, right, bottom."""
    lefts = {"left": 0.0, "center": -0.5 * WIDTH, "right": -WIDTH}
    tops = {"top": 0.0, "bottom": -HEIGHT}
    corners = [
        (x + label.dx + lefts[label.align], y + label.dy + tops[label.baseline])
        for (x, y), label in zip(points, placed, strict=True)
    ]
    return [(left, top, left + WIDTH, top + HEIGHT) for left, top in corners]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def place(points, lines=()):
    told = ["1 640"] * len(points)
    widths = [WIDTH] * len(points)
    return labels(told, points, widths=widths, height=HEIGHT, lines=lines, edge=1000)


@given(st.lists(Y, min_size=2, max_size=11))
def test_labels_never_cover_each_other_where_points_are_a_label_apart(ys):
    points = [(100 + 45.0 * i, y) for i, y in enumerate(ys)]
    found = boxes(points, place(points))
    assert not any(overlap(a, b) for i, a in enumerate(found) for b in found[i + 1 :])


@given(Y, Y)
def test_a_label_stands_beside_the_line_and_not_upon_it(before, after):
    points = [(100.0, before), (300.0, after)]
    (start, end) = points
    (one, other) = boxes(points, place(points, [Line(*start, *end)]))
    slope = (after - before) / 200
    for left, top, right, bottom in (one, other):
        ys = [before + slope * (x - 100) for x in (max(left, 100), min(right, 300))]
        is_beside = right <= 100 or left >= 300
        assert is_beside or max(ys) <= top or min(ys) >= bottom


def test_a_label_goes_above_a_rising_line_to_the_left():
    points = [(100.0, 200.0), (200.0, 100.0), (300.0, 20.0)]
    lines = [Line(*points[0], *points[1]), Line(*points[1], *points[2])]
    label = place(points, lines)[1]
    assert (label.align, label.baseline) == ("right", "bottom")
