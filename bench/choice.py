"""The best choices for the money: many draws of cells, and many single customers by price.

Peer: HiGHS. Its linear program alone, and branching to a whole plan, take the same customers. Each
plan's largest gap to the linear bound stands beside its seconds, so that none is fast by being
worse.

    python bench/choice.py

Making the tables and imports are outside the clock.
"""

import argparse
import subprocess
import sys
import time

from side_by_side import load, peak_memory, side_by_side

ACTIONS = 6
WAYS = {
    "draws": "greedy, {cells:,} cells, {draws} draws",
    "frontier": "frontier of 50 amounts, the same",
    "many": "targets, {customers:,} customers",
    "people": "targets with capacities, the same",
    "few": "targets, {peer:,} customers",
    "greedy": "greedy, the same customers, exact bound",
    "linear": "HiGHS, linear program, the same",
    "whole": "programme.solve, whole plan, the same",
    "limits": "programme.by_draw, 500 cells, 7 limits, {draws} draws",
}


def main() -> None:
    """Print seconds and gap of each way, and its CPU over that of targets on as many customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peer", type=int, default=10_000, help="customers for HiGHS")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = {name: getattr(asked, name) for name in ("cells", "draws", "customers", "peer")}
    if asked.one:
        _MAKERS[asked.one](**sizes)
        return
    given = [word for name, size in sizes.items() for word in (f"--{name}", str(size))]
    print(f"{'way':<52} {'CPU s':>9} {'wall s':>9} {'MiB':>6} {'CPU x':>9} {'gap':>9}")
    cost = side_by_side({way: [__file__, *given, "--one", way] for way in WAYS}, runs=asked.runs)
    for way, found in cost.items():
        gap = _gap([sys.executable, __file__, *given, "--one", way])
        ratio = f"{found.cpu / cost['few'].cpu:>9.1f}" if way in _SAME else f"{'':>9}"
        print(
            f"{WAYS[way].format(**sizes):<52} {found.cpu:>9.4f} {found.wall:>9.4f} "
            f"{found.memory:>6.0f} {ratio} {gap:>9}"
        )
    ratio = cost["linear"].cpu / cost["few"].cpu
    print(f"\nHiGHS' linear program over targets, {asked.peer:,} customers: {ratio:.0f} x")


def _gap(command: list[str]) -> str:
    """Run once more and tell the largest gap to the linear bound, where there is one."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return lines[0] if len(lines) > 1 else ""


def _offers(rows: int, draws: int | None = None):
    """Draw worth and cost of nothing and of each action: worth about its cost, and uneven."""
    import numpy as np

    rng = np.random.default_rng(1)
    cost = np.zeros((rows, 1 + ACTIONS))
    cost[:, 1:] = rng.lognormal(1, 0.6, (rows, ACTIONS))
    value = cost * rng.lognormal(0.2, 0.6, cost.shape)
    if draws is not None:
        value = value * rng.lognormal(0, 0.3, (draws, 1, 1 + ACTIONS))
        value *= rng.lognormal(0, 0.1, (draws, rows, 1))
    return value, cost, 0.2 * cost.max(axis=1).sum()


def _draws(cells: int, draws: int, **_) -> None:
    load("kuski.stats.choice")
    from kuski.stats.choice import greedy

    value, cost, money = _offers(cells, draws)
    _timed(lambda: greedy(value, cost, money))


def _frontier(cells: int, draws: int, **_) -> None:
    load("kuski.stats.choice")
    import numpy as np

    from kuski.stats.choice import frontier

    value, cost, money = _offers(cells, draws)
    _timed(lambda: frontier(value, cost, np.linspace(0, 3 * money, 50)))


def _many(customers: int, **_) -> None:
    load("kuski.stats.targeting")
    from kuski.stats.targeting import targets

    value, cost, money = _offers(customers)
    _timed(lambda: targets(value, cost, money))


def _people(customers: int, **_) -> None:
    load("kuski.stats.targeting", "highspy")
    import numpy as np

    from kuski.stats.targeting import targets

    value, cost, money = _offers(customers)
    capacity = np.array([np.inf] + [0.05 * customers] * ACTIONS)
    _timed(lambda: targets(value, cost, money, capacity=capacity))


def _few(peer: int, **_) -> None:
    _many(peer)


def _greedy(peer: int, **_) -> None:
    load("kuski.stats.choice")
    from kuski.stats.choice import greedy

    value, cost, money = _offers(peer)
    _timed(lambda: greedy(value[None], cost, money))


def _linear(peer: int, **_) -> None:
    """Solve the linear program as it stands, with HiGHS' own options."""
    load("highspy")
    import highspy
    import numpy as np

    value, cost, money = _offers(peer)
    size, choices = value.size, value.shape[1]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size, peer + 1
    lp.col_cost_ = -value.ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(size), np.full(size, highspy.kHighsInf)
    lp.row_lower_ = np.append(np.ones(peer), -highspy.kHighsInf)
    lp.row_upper_ = np.append(np.ones(peer), money)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = 2 * np.arange(size + 1)
    index = np.column_stack([np.arange(size) // choices, np.full(size, peer)])
    lp.a_matrix_.index_ = index.ravel()
    lp.a_matrix_.value_ = np.column_stack([np.ones(size), cost.ravel()]).ravel()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(lp)

    def solved():
        highs.run()
        return -highs.getInfo().objective_function_value

    _timed(solved)


def _whole(peer: int, **_) -> None:
    load("kuski.stats.programme", "highspy")
    from kuski.stats.programme import solve

    value, cost, money = _offers(peer)
    _timed(lambda: solve(value, cost, money))


def _limits(draws: int, **_) -> None:
    load("kuski.stats.programme", "highspy")
    import numpy as np

    from kuski.stats.constraints import cap, capacity
    from kuski.stats.programme import by_draw

    value, cost, money = _offers(500, draws)
    people, places = np.ones(500), np.arange(1 + ACTIONS)
    limits = [
        capacity(f"action {at}", people=people, holds=places == at, most=25.0)
        for at in range(1, 1 + ACTIONS)
    ]
    limits.append(cap("first half", cost=cost, cells=np.arange(500) < 250, most=0.45 * money))
    _timed(lambda: by_draw(value, cost, money, limits=limits))


def _timed(solve) -> None:
    """Print the largest gap to the linear bound, and then seconds and memory."""
    import numpy as np

    cpu, wall = time.process_time(), time.perf_counter()
    found = solve()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if hasattr(found, "bound"):
        gap = np.max(1 - np.asarray(found.value) / np.asarray(found.bound))
        print(f"{gap:.1e}")
    print(cpu, wall, peak_memory())


_MAKERS = {
    "draws": _draws,
    "frontier": _frontier,
    "many": _many,
    "people": _people,
    "few": _few,
    "greedy": _greedy,
    "linear": _linear,
    "whole": _whole,
    "limits": _limits,
}
_SAME = ("few", "greedy", "linear", "whole")

if __name__ == "__main__":
    main()
