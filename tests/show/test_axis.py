from hypothesis import given
from hypothesis import strategies as st

from kuski.show.charts.axis import round_axis

ENDS = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))


@given(ENDS)
def test_ticks_lie_between_the_ends_and_are_few(ends):
    axis = round_axis(ends[0], ends[0] + ends[1])
    assert 2 <= len(axis.ticks) <= 7
    assert all(-1e-6 <= axis.share(tick) <= 1 + 1e-6 for tick in axis.ticks)


def test_ticks_are_round():
    assert round_axis(0, 1787).ticks == (0, 500, 1000, 1500)
    assert round_axis(0, 0.95).ticks == (0, 0.2, 0.4, 0.6, 0.8)
    assert round_axis(0, 0.95).spec(is_share=True)["format"] == ".0%"
    assert round_axis(-3, 10.4).ticks == (0, 5, 10)
