"""A cut: one way to divide people into segments, and the sums that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kuski.choose.audience.move import moves_needs, moves_of
from kuski.choose.audience.segment import THRESHOLDS, Origin
from kuski.choose.cell import JOINT, OTHERS
from kuski.moments import (
    Category,
    Collected,
    Floats,
    Grouping,
    Integers,
    LevelOf,
    Moments,
    Need,
    Needs,
    Variable,
)
from kuski.roles import Roles, variable
from kuski.terms import CUSTOMERS, TableName

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to divide people, given by the study.

    Attributes
    ----------
    columns : tuple of Category
        Of the answers, one or two.
    is_of_customers : bool
        Whether the columns stand in the customers table.
    """

    columns: tuple[Category, ...]
    is_of_customers: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The columns as the study's tables name them."""
        return tuple(column.column.removeprefix(CUSTOMERS) for column in self.columns)

    @property
    def name(self) -> str:
        """The cut in one text."""
        return JOINT.join(self.names)

    @property
    def origin(self) -> Origin:
        """Whether it is a column or two crossed."""
        return "given" if len(self.columns) == 1 else "crossed"

    @property
    def bare(self) -> tuple[Category, ...]:
        """The columns as their own table names them."""
        return tuple(
            Category(name, one.missing) for name, one in zip(self.names, self.columns, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """The sums of S segments; segments too thin were merged.

    Attributes
    ----------
    name : str
    origin : {"given", "crossed", "found"}
    segments : tuple of str
    merged : int
        How many segments went to the others, which then come last.
    cross : ndarray, shape (S, K, G, q, q)
        By segment, level and replicate, z = (1, worth, alike columns).
    rows : ndarray of int, shape (S, K, G)
    base : float
        What was taken off worth before summing.
    heads : ndarray, shape (S, K, H)
        People by level of their latest score and by replicate.
    times : float
        How many people each of them stands for.
    silent : ndarray, shape (S,), or None
        Customers who never gave a score, as many as `heads` count.
    pairs : ndarray, shape (S, K, K, H), or None
        Earlier answers by their level and that of the same customer's latest.
    strategic : ndarray, shape (S,), or None
    """

    name: str
    origin: Origin
    segments: tuple[str, ...]
    merged: int
    cross: Floats
    rows: Integers
    base: float
    heads: Floats
    times: float
    silent: Floats | None
    pairs: Floats | None
    strategic: Floats | None


def cuts_of(roles: Roles) -> tuple[Cut, ...]:
    """List the given segments, and two of them crossed: those named to choose by, or the first."""
    wanted = roles.settings.choose.segments
    found: list[Cut] = []
    for table in ("customers", "responses"):
        if table == "customers" and not roles.has_customers:
            continue
        prefix = CUSTOMERS if table == "customers" else ""
        given = [
            Cut((Category(prefix + one.column, one.missing),), table == "customers")
            for one in roles.segments(table)
        ]
        found += given
        named = [cut for cut in given if cut.name in wanted]
        two = (named if len(named) > 1 else given)[:2]
        found += [
            Cut((*one.columns, *other.columns), one.is_of_customers)
            for one, other in combinations(two, 2)
        ]
    # Those to choose by come first: they are what is spoken of.
    return tuple(sorted(found, key=lambda cut: not wanted or set(cut.names) != set(wanted)))


def worth_need(roles: Roles, worth: Variable, cut: Cut) -> Need:
    """Ask for worth with what is held alike, by segment and level."""
    by: tuple[Grouping, ...] = (*cut.columns, roles.score_levels)
    columns = (worth, *roles.alike_variables)
    return Need("responses", columns, by, roles.weight, is_optional=True)


def cut_needs(roles: Roles, worth: Variable, cut: Cut) -> Needs:
    """Ask for all sums of a cut."""
    asked = [worth_need(roles, worth, cut), _heads_need(roles, cut)]
    strategic = _strategic_need(roles, cut)
    asked += [strategic] if strategic else []
    return Needs.of(*asked) | moves_needs(roles, cut.columns)


def measured(roles: Roles, worth: Variable, cut: Cut, collected: Collected) -> Measured | None:
    """Lay a cut's sums out; None where fewer than two segments can be shown."""
    answers = collected.moments.get(worth_need(roles, worth, cut))
    heads = collected.moments.get(_heads_need(roles, cut))
    if answers is None or heads is None or not answers.n or not heads.n:
        return None
    levels = range(len(roles.scale.labels))
    keys = sorted({_key(cut, group) for moments in (answers, heads) for group in moments.groups})
    scored, worthy = _by_level(heads, keys, levels), _by_level(answers, keys, levels)
    n_heads, n_worthy = (rows.sum(axis=(1, 2)).tolist() for rows in (scored.rows, worthy.rows))
    shown, merged = merged_segments(
        keys,
        dict(zip(keys, n_heads, strict=True)),
        dict(zip(keys, n_worthy, strict=True)),
        least=roles.settings.study.disclosure,
    )
    groups = [[key] for key in shown] + ([merged] if merged else [])
    if len(groups) < 2:
        return None
    place = {key: i for i, key in enumerate(keys)}
    places = [[place[key] for key in group] for group in groups]
    silent = _by_level(heads, keys, [-1]).rows if cut.is_of_customers else None
    halved = 0 if collected.panel is None or not cut.is_of_customers else collected.panel.halvings
    return Measured(
        name=cut.name,
        origin=cut.origin,
        segments=(*(JOINT.join(key) for key in shown), *([OTHERS] if merged else [])),
        merged=len(merged),
        cross=_summed(worthy.cross, places),
        rows=_summed(worthy.rows, places).astype(np.int64),
        base=float(answers.origin[0]),
        heads=_summed(scored.rows, places),
        times=2.0**halved if cut.is_of_customers else _people_per_answer(roles, heads, collected),
        silent=None if silent is None else _summed(silent, places).sum(axis=(1, 2)),
        pairs=moves_of(roles, cut.columns, groups, collected.panel),
        strategic=_strategic(roles, cut, (keys, places), collected),
    )


def strategic_of(roles: Roles, *, prefix: bool) -> tuple[TableName, Variable] | None:
    """Find the strategic weight, and the table it stands in."""
    settings = roles.settings
    for table, part in (("customers", settings.customers), ("responses", settings.responses)):
        if part is not None and part.strategic is not None:
            is_far = prefix and table == "customers"
            found = variable(part.strategic, prefix=CUSTOMERS if is_far else "")
            return ("customers", found) if table == "customers" else ("responses", found)
    return None


def _heads_need(roles: Roles, cut: Cut) -> Need:
    if cut.is_of_customers:
        by: tuple[Grouping, ...] = (*cut.bare, LevelOf(at_last=True))
        return Need("customers", (), by, is_optional=True)
    return Need("responses", (), (*cut.columns, roles.score_levels), roles.weight, is_optional=True)


def _strategic_need(roles: Roles, cut: Cut) -> Need | None:
    found = strategic_of(roles, prefix=False)
    if found is None or (found[0] == "customers") != cut.is_of_customers:
        return None
    table, column = found
    return Need(
        table, (column,), cut.bare if cut.is_of_customers else cut.columns, is_optional=True
    )


def _people_per_answer(roles: Roles, heads: Moments, collected: Collected) -> float:
    """Spread the customers over the answers, where a segment is of answers."""
    if not roles.has_customers or collected.panel is None:
        return 1.0
    return collected.panel.customers / heads.n


def _key(cut: Cut, group: tuple[int | str, ...]) -> Key:
    return tuple(str(part) for part in group[: len(cut.columns)])


def merged_segments(
    keys: Sequence[Key], heads: dict[Key, int], answers: dict[Key, int], *, least: int
) -> tuple[list[Key], list[Key]]:
    """Part the segments that can be shown from those that go together.

    Parameters
    ----------
    keys : sequence of tuple of str
    heads, answers : dict
        People, and answers with a worth, of each.
    least : int
        Fewest people who may be shown.

    Notes
    -----
    Those merged must be enough together, or a thin one could be told by taking the shown ones from
    the whole; the smallest ones shown then join them. Where two columns are crossed that holds for
    each value of either too, since its whole is shown by itself.
    """

    def is_thick(some: Sequence[Key]) -> bool:
        n = sum(answers[key] for key in some)
        return sum(heads[key] for key in some) >= least and n >= max(least, THRESHOLDS.answers)

    by_size = sorted(keys, key=lambda key: (-heads[key], key))
    shown = [key for key in by_size if is_thick([key])][: THRESHOLDS.most]
    kept = set(shown)
    merged = [key for key in by_size if key not in kept]
    while merged and shown and not is_thick(merged):
        merged.append(shown.pop())
    while (more := _told_by_margins(shown, merged, heads, least)) is not None:
        shown.remove(more)
        merged.append(more)
    return sorted(shown), sorted(merged)


def _told_by_margins(
    shown: Sequence[Key], merged: Sequence[Key], heads: dict[Key, int], least: int
) -> Key | None:
    """Find a shown segment that must join the merged ones, so that no margin gives one away."""
    sides = len(merged[0]) if merged else 0
    for side in range(sides if sides > 1 else 0):
        for value in sorted({key[side] for key in merged}):
            n = sum(heads[key] for key in merged if key[side] == value)
            beside = [key for key in shown if key[side] == value]
            if 0 < n < least and beside:
                return min(beside, key=lambda key: (heads[key], key))
    return None


@dataclass(frozen=True, slots=True)
class _ByLevel:
    """Rows and cross-products by segment, level and replicate."""

    rows: Integers
    cross: Floats


def _by_level(moments: Moments, keys: Sequence[Key], levels: Sequence[int]) -> _ByLevel:
    whole = moments.at([(*key, level) for key in keys for level in levels])
    return _ByLevel(
        whole.rows.reshape(len(keys), len(levels), -1),
        whole.cross.reshape(len(keys), len(levels), *whole.cross.shape[1:]),
    )


def _summed(values: Floats | Integers, places: Sequence[Sequence[int]]) -> Floats:
    """Sum what belongs to each group, shape (S, ...)."""
    return np.stack([values[list(group)].sum(axis=0) for group in places]).astype(np.float64)


def _strategic(
    roles: Roles,
    cut: Cut,
    groups: tuple[Sequence[Key], Sequence[Sequence[int]]],
    collected: Collected,
) -> Floats | None:
    need = _strategic_need(roles, cut)
    found = None if need is None else collected.moments.get(need)
    if found is None or not found.n:
        return None
    keys, places = groups
    sums = _summed(found.at(keys).cross.sum(axis=1)[:, 0], places)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = sums[:, 1] / sums[:, 0] + float(found.origin[0])
    return mean
