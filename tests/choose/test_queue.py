"""The queue: as many as there is room for, the first ranks first, however the candidates come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.choose import queue
from kuski.choose.queue import Queue

CANDIDATES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2**64 - 1)), max_size=80, unique_by=lambda c: c[1]
)


def taken(parts, *, most, least, ranks=4):
    """Put parts through a queue; list who is in."""
    line = Queue(ranks, most=most, least=least)
    kept = []
    for part in parts:
        rank = np.array([one[0] for one in part], np.int64)
        key = np.array([one[1] for one in part], np.uint64)
        may = line.add(rank, key)
        kept += [one for one, is_in in zip(part, may, strict=True) if is_in]
    line.close()
    rank = np.array([one[0] for one in kept], np.int64)
    key = np.array([one[1] for one in kept], np.uint64)
    found = [one for one, is_in in zip(kept, line.holds(rank, key), strict=True) if is_in]
    return found, line


def by_hand(candidates, *, most, least):
    counts = np.bincount([rank for rank, _ in candidates], minlength=4)
    large = sorted(one for one in candidates if counts[one[0]] >= least)
    return set(large if most == np.inf else large[: int(most)])


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """Let the queue settle again and again."""
    monkeypatch.setattr(queue, "_PENDING", 5)


@given(
    candidates=CANDIDATES,
    most=st.one_of(st.integers(0, 90), st.just(np.inf)),
    least=st.integers(1, 12),
    size=st.integers(1, 30),
)
def test_those_who_are_in_are_the_first_by_rank_and_key(candidates, most, least, size):
    parts = [candidates[i : i + size] for i in range(0, len(candidates), size)]
    found, line = taken(parts, most=most, least=least)
    assert len(found) <= most
    assert set(found) == by_hand(candidates, most=most, least=least)
    assert line.counts.sum() == len(candidates)
    assert line.repeats == 0


@given(candidates=CANDIDATES, most=st.integers(1, 60), order=st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(candidates, most, order):
    shuffled = list(candidates)
    order.shuffle(shuffled)
    first, _ = taken([candidates], most=most, least=2)
    second, _ = taken([shuffled[i : i + 7] for i in range(0, len(shuffled), 7)], most=most, least=2)
    assert set(first) == set(second)


def test_whoever_comes_twice_is_counted():
    _, line = taken([[(0, 5), (0, 6)], [(0, 5), (1, 9)]], most=np.inf, least=1)
    assert line.repeats == 1


def test_memory_holds_about_twice_as_many_keys_as_there_is_room_for():
    line = Queue(2, most=100, least=1)
    rng = np.random.default_rng(1)
    for _ in range(200):
        line.add(rng.integers(0, 2, 50), rng.integers(0, 2**63, 50).astype(np.uint64))
        assert sum(len(key) for _, key in line._parts) <= 2 * 100 + 50
