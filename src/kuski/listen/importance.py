"""What customers say matters: importances as ratings, as points to share out, or as ranks."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.listen.guess import Guess
from kuski.listen.missing import ordered
from kuski.listen.profile import ColumnProfile
from kuski.listen.rating import Battery
from kuski.listen.reason import because
from kuski.listen.setting import Setting, hinted
from kuski.moments import Code

POINTS = 100
LEAST_ROWS = 20
LEAST_SHARE = 0.9

Numbers = npt.NDArray[np.float64]


def stated(setting: Setting) -> Guess | None:
    """Find how important customers say that things are."""
    return _shared_out(setting) or _ranked(setting) or _rated(setting)


def _shared_out(setting: Setting) -> Guess | None:
    """Find columns that are called importances or points, and share out 100 in nearly every row."""
    columns, numbers = _called(setting, ("importance", "points"))
    if numbers is None or numbers.min() < 0:
        return None
    sums = numbers.sum(axis=1)
    share = float(np.mean(np.abs(sums - POINTS) < 0.5))
    if share < LEAST_SHARE:
        return None
    reasons = (because("stated_points", n=len(columns), share=share),)
    return Guess("stated", columns, (0, POINTS), form="points", sure=0.9, reasons=reasons)


def _ranked(setting: Setting) -> Guess | None:
    """Find columns that are called importances or ranks, and rank one another in each row."""
    columns, numbers = _called(setting, ("importance", "rank"))
    if numbers is None:
        return None
    wanted = np.arange(1, len(columns) + 1)
    share = float(np.mean((np.sort(numbers, axis=1) == wanted).all(axis=1)))
    if share < LEAST_SHARE:
        return None
    reasons = (because("stated_ranks", n=len(columns), share=share),)
    scale = (1, len(columns))
    return Guess("stated", columns, scale, form="ranks", sure=0.85, reasons=reasons)


def _called(
    setting: Setting, meanings: Sequence[Literal["importance", "points", "rank"]]
) -> tuple[tuple[str, ...], Numbers | None]:
    """Take the number columns that are called so, and the rows that filled all of them."""
    columns = [
        column for column in setting.free
        if column.numbers is not None and column.is_numeric and column.is_whole
        and any(hinted(meaning, column) for meaning in meanings)
    ]  # fmt: skip
    names = tuple(column.name for column in columns)
    if len(columns) < 3:
        return names, None
    sheet = np.column_stack([_numbers(column) for column in columns])
    whole = sheet[~np.isnan(sheet).any(axis=1)]
    return names, whole if len(whole) >= LEAST_ROWS else None


def _numbers(column: ColumnProfile) -> Numbers:
    return np.asarray(column.numbers, dtype=np.float64)


def _rated(setting: Setting) -> Guess | None:
    """Find the ratings of how important things are."""
    best: tuple[Battery, list[str]] | None = None
    for battery in (*setting.batteries, *setting.alone):
        names = [
            r.name for r in battery.ratings
            if r.name not in setting.taken and hinted("importance", r.column)
        ]  # fmt: skip
        if len(names) >= 2 and (best is None or len(names) > len(best[1])):
            best = battery, names
    if best is None:
        return _rated_alone(setting)
    battery, names = best
    reasons = (because("stated_named", n=len(names)),)
    return Guess("stated", tuple(names), battery.scale, battery.missing, sure=0.8, reasons=reasons)


def _rated_alone(setting: Setting) -> Guess | None:
    """Find importances that do not go with each other, and so are no battery."""
    free = [battery for battery in setting.alone if not setting.taken & set(battery.names)]
    found = [battery for battery in free if hinted("importance", battery.ratings[0].column)]
    if len(found) < 2:
        return None
    scale = max((b.scale for b in found), key=lambda s: (s[1] - s[0], s))
    missing: set[Code] = {code for b in found for code in b.missing}
    missing -= set(range(scale[0], scale[1] + 1))
    names = tuple(b.names[0] for b in found)
    reasons = (because("stated_named", n=len(names)),)
    return Guess("stated", names, scale, ordered(missing), sure=0.7, reasons=reasons)
