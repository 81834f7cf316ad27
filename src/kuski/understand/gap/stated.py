"""Stated: what customers say matters, in whatever form they were asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.moments import Category, Moments, Need, Variable
from kuski.roles import Factor, Roles
from kuski.stats.best_worst import Tasks, best_worst, unconnected
from kuski.stats.resample import Resamples, totals
from kuski.terms import CUSTOMERS, TableName

StatedForm = Literal["ratings", "points", "ranks", "maxdiff", "reasons"]
LEAST_FACTORS = 2
ROUNDING = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stated:
    """Stated importance in one form, once per resample.

    Attributes
    ----------
    form : {"ratings", "points", "ranks", "maxdiff", "reasons"}
    shares : ndarray, shape (R, F)
        By factor, 0 to 1; each row adds to 1. NaN throughout where the answers do not tell.
    values : ndarray, shape (F,)
        Of the whole, as asked: mean rating, points or rank; of reasons how many told each; of best
        and worst choices how often best less how often worst, −1 to 1.
    n : int
        Answers, or choices, or customers who left and told one of these reasons.
    lost : int
        Rows of the table of choices that name no best and worst of what was shown.
    untold : tuple of str
        Items whose utility the choices do not tell.
    """

    form: StatedForm
    shares: Floats
    values: Floats
    n: int
    lost: int = 0
    untold: tuple[str, ...] = ()


def stated_forms(roles: Roles, factors: Sequence[Factor]) -> dict[StatedForm, tuple[Factor, ...]]:
    """List the forms in which at least two of the factors were asked, the main one first."""
    asked = roles.settings.responses.stated
    found: dict[StatedForm, tuple[Factor, ...]] = {}
    if asked is not None:
        found[asked.form] = tuple(factor for factor in factors if factor.stated)
    if roles.settings.maxdiff is not None:
        found["maxdiff"] = tuple(factor for factor in factors if factor.item)
    if roles.reason is not None:
        found["reasons"] = tuple(factor for factor in factors if factor.reasons)
    return {form: factors for form, factors in found.items() if len(factors) >= LEAST_FACTORS}


def stated_need(roles: Roles, form: StatedForm, factors: Sequence[Factor]) -> Need:
    """Ask for the sums behind one form."""
    if form == "maxdiff":
        return _choices_need(roles)
    if form == "reasons":
        return _reasons_need(roles)
    columns = tuple(_bounded(roles, form, factor.stated) for factor in factors if factor.stated)
    return Need("responses", columns, (), roles.weight)


def stated_importance(
    roles: Roles,
    form: StatedForm,
    factors: Sequence[Factor],
    moments: Moments,
    drawn: Resamples,
) -> Stated:
    """Share importance among the factors as customers state it, once per resample.

    Parameters
    ----------
    roles : Roles
    form : {"ratings", "points", "ranks", "maxdiff", "reasons"}
    factors : sequence of F Factor
    moments : Moments
        Of `stated_need`, on the replicates of `drawn`.
    drawn : Resamples

    Returns
    -------
    Stated

    Notes
    -----
    Each is divided by its sum over the factors: mean ratings; mean points; of ranks the mean number
    of columns that a factor stands before (Borda's count: its share of all pairs won); how many
    told the factor's reasons; exp(utility) of best and worst choices (`best_worst`).
    """
    if form == "maxdiff":
        return _from_choices(factors, moments, drawn)
    if form == "reasons":
        return _from_reasons(roles, factors, moments, drawn)
    means = _means(moments, drawn)
    size = len(roles.settings.responses.stated.columns) if roles.settings.responses.stated else 0
    worth = size - means if form == "ranks" else means
    return Stated(form, _shares(worth), means[0], moments.n)


def _bounded(roles: Roles, form: StatedForm, asked: Variable) -> Variable:
    """Keep points and ranks within what they can be, where the study gives no scale."""
    stated = roles.settings.responses.stated
    if asked.scale is not None or stated is None or form == "ratings":
        return asked
    highest = math.inf if form == "points" else float(len(stated.columns))
    return replace(asked, scale=(0.0 if form == "points" else 1.0, highest))


def _means(moments: Moments, drawn: Resamples) -> Floats:
    """Average each column, shape (R, F)."""
    sums = totals(moments.at([()]).cross[0, :, 0], drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = sums[:, 1:] / sums[:, :1] + moments.origin
    return found


def _shares(worth: Floats) -> Floats:
    """Divide by the sum; NaN where that is nothing, or a part of it lies below nothing."""
    total = worth.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = worth / total
    is_told = (total > 0) & (shares.min(axis=1, keepdims=True) >= -ROUNDING)
    found: Floats = np.where(is_told, np.maximum(shares, 0.0), np.nan)
    return found


def _reasons_need(roles: Roles) -> Need:
    """Ask how many left with each reason; each customer once where customers have a table."""
    reason, left = roles.reason or Category(""), roles.left
    is_of_customers = reason.column.startswith(CUSTOMERS)
    table: TableName = "customers" if is_of_customers else "responses"
    bare = Category(reason.column.removeprefix(CUSTOMERS), reason.missing)
    columns: tuple[Variable, ...] = ()
    if left is not None and left.column.startswith(CUSTOMERS) == is_of_customers:
        columns = (replace(left, column=left.column.removeprefix(CUSTOMERS)),)
    return Need(table, columns, (bare,), None if is_of_customers else roles.weight)


def _from_reasons(
    roles: Roles, factors: Sequence[Factor], moments: Moments, drawn: Resamples
) -> Stated:
    weight, rows = moments.cross[..., 0, 0], moments.rows.astype(np.float64)
    if len(moments.origin):
        share = moments.cross[..., 0, 1] + moments.origin[0] * weight
        with np.errstate(invalid="ignore", divide="ignore"):
            rows = rows * np.where(weight > 0, share / weight, 0.0)
        weight = share
    texts = [str(text) for (text,) in moments.groups]
    belongs = np.array(
        [[_tells(roles, text, factor) for text in texts] for factor in factors], dtype=np.float64
    ).reshape(len(factors), len(texts))
    told = belongs @ weight
    people = (belongs @ rows).sum(axis=1)
    return Stated("reasons", _shares(totals(told.T, drawn)), people, round(float(people.sum())))


def _tells(roles: Roles, text: str, factor: Factor) -> bool:
    """Tell whether a reason speaks of a factor: by its text, or by the group it belongs to."""
    named = {reason.strip().casefold() for reason in factor.reasons}
    return text.strip().casefold() in named or roles.reason_group(text) in named


def _choices_need(roles: Roles) -> Need:
    table = roles.settings.maxdiff
    columns = () if table is None else (*table.items, table.best, table.worst)
    return Need("maxdiff", (), tuple(Category(column) for column in columns))


def _from_choices(factors: Sequence[Factor], moments: Moments, drawn: Resamples) -> Stated:
    tasks = [_Task.of(tuple(str(part) for part in group)) for group in moments.groups]
    is_whole = np.array([task.is_whole for task in tasks], dtype=np.bool_)
    items = sorted({item for task in tasks if task.is_whole for item in task.shown})
    wanted = [factor.item or "" for factor in factors]
    n = int(moments.rows[is_whole].sum())
    unseen = tuple(item for item in wanted if item not in items)
    if unseen:
        nothing = np.full((len(drawn.counts), len(factors)), np.nan)
        return Stated("maxdiff", nothing, nothing[0], n, moments.n - n, unseen)
    whole = [task for task in tasks if task.is_whole]
    patterns = sorted({(task.shown, task.best, task.worst) for task in whole})
    place = {pattern: i for i, pattern in enumerate(patterns)}
    answers = np.zeros((len(patterns), moments.rows.shape[1]))
    which = [place[task.shown, task.best, task.worst] for task in whole]
    np.add.at(answers, which, moments.cross[is_whole, :, 0, 0])
    asked = Tasks.of(
        [[item in shown for item in items] for shown, _, _ in patterns],
        [items.index(best) for _, best, _ in patterns],
        [items.index(worst) for _, _, worst in patterns],
    )
    found = best_worst(asked, totals(answers.T, drawn))
    own = [items.index(item) for item in wanted]
    return Stated(
        "maxdiff",
        _shares(found.shares[:, own]),
        found.counts[0, own],
        n,
        moments.n - n,
        tuple(items[i] for i in unconnected(asked, answers.sum(axis=1))),
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """One pattern of the table of choices."""

    shown: tuple[str, ...]
    best: str
    worst: str

    @classmethod
    def of(cls, group: tuple[str, ...]) -> "_Task":
        *shown, best, worst = group
        return cls(tuple(sorted(set(shown))), best, worst)

    @property
    def is_whole(self) -> bool:
        """Whether best and worst are two of what was shown."""
        return self.best != self.worst and {self.best, self.worst} <= set(self.shown)
