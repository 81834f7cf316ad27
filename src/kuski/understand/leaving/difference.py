"""Difference: how those who gave a reason had last rated the company, against those who stayed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.finding import ends, known
from kuski.moments import GROUPS as GROUPS_OF_CUSTOMERS
from kuski.moments import Answers, Hashes, Panel, Variable
from kuski.roles import Roles
from kuski.stats.difference import standardised_differences
from kuski.stats.resample import Resamples, intervals, resamples, totals
from kuski.stats.shapley import shapley
from kuski.terms import DRIVER_KINDS, DriverKind
from kuski.understand.importance import driver_positions
from kuski.understand.leaving.leavers import LEFT, STAYED
from kuski.understand.leaving.reason import GROUPS, OTHER, Grouped, GroupName

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# Fewer customers than this say little of what those who gave a reason had rated.
LEAST_RATED = 30
_MOST_COLUMNS = 40
_STAYED, _UNKNOWN = -1, -2
# The kind of driver that a reason speaks of.
_OWN: dict[GroupName, DriverKind] = {"treatment": "human", "price": "price", "product": "product"}


@dataclass(frozen=True, slots=True)
class KindNumbers:
    """How ratings of one kind differ between those who gave a reason and those who stayed.

    Attributes
    ----------
    kind : {"human", "digital", "price", "product", "process"}
    difference : float or None
        Mean rating of those who gave the reason less that of those who stayed, in standard
        deviations of those who stayed; below zero where they had rated it lower.
    share : float or None
        Shapley share of what all kinds explain of having left for this reason against staying, in
        a linear probability, 0 to 1.
    """

    kind: DriverKind
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class SaidNumbers:
    """What those who gave reasons of one group had rated lower than those who stayed.

    Attributes
    ----------
    group : {"treatment", "price", "product", "life", "other"}
    n : int
        Customers who gave such a reason and had rated; the last answer of each counts.
    kinds : tuple of KindNumbers
        The lowest first.
    lowest : {"human", "digital", "price", "product", "process"} or None
        The kind that is surely lowest: lower than with those who stayed, and lower than the kind
        that the reason speaks of, unless it is that kind.
    """

    group: GroupName
    n: int
    kinds: tuple[KindNumbers, ...]
    lowest: DriverKind | None


def own_kind(group: GroupName) -> DriverKind | None:
    """Name the kind of driver that a group of reasons speaks of."""
    return _OWN.get(group)


def rated_panel(roles: Roles) -> Panel | None:
    """Ask for answers with their ratings, and whether the customer left and why."""
    left = roles.left
    if left is None or roles.reason is None or not _positions(roles):
        return None
    columns = (*_ratings(roles), left, *(reason for _, reason in _reasons(roles)))
    return replace(roles.panel, columns=tuple(dict.fromkeys(columns)))


def said_numbers(
    roles: Roles, answers: Answers | None, groups: Grouped, rng: np.random.Generator
) -> tuple[SaidNumbers, ...]:
    """Compare those who gave each group of reasons with those who stayed, by their last answers.

    Earlier answers would dilute the comparison: most of them were given before whatever made the
    customer leave.
    """
    asked = rated_panel(roles)
    if asked is None or answers is None:
        return ()
    rated = _last_rated(roles, answers)
    least = max(LEAST_RATED, roles.settings.study.disclosure)
    stayed = rated.group == _STAYED
    rest, positions = rated.cross(stayed), _positions(roles)
    found = []
    for group in groups.names:
        said = np.isin(
            rated.group, [i for i, one in enumerate(GROUPS) if groups.shown_as[one] == group]
        )
        if group == OTHER or min(said.sum(), stayed.sum()) < least:
            continue
        found.append(
            _said(
                group,
                rated.cross(said),
                rest,
                rows=np.stack([rated.rows(said), rated.rows(stayed)]),
                positions=positions,
                rng=rng,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Rated:
    """The last complete answer of each customer.

    Attributes
    ----------
    z : ndarray, shape (m, q)
        1, the ratings about their means, and whether the customer left.
    weight : ndarray, shape (m,)
    group : ndarray of int, shape (m,)
        Place of what was said among `GROUPS`, or `_STAYED`, or `_UNKNOWN`.
    replicate : ndarray of int, shape (m,)
    """

    z: Floats
    weight: Floats
    group: Integers
    replicate: Integers

    def cross(self, part: Booleans) -> Floats:
        """Sum w·z·z' over some of the customers by replicate, shape (G, q, q)."""
        chosen = np.flatnonzero(part)
        chosen = chosen[np.argsort(self.replicate[chosen], kind="stable")]
        ends = np.cumsum(self.rows(part))
        found = np.zeros((GROUPS_OF_CUSTOMERS, self.z.shape[1], self.z.shape[1]))
        for replicate, here in enumerate(np.split(chosen, ends[:-1])):
            found[replicate] = (self.weight[here, None] * self.z[here]).T @ self.z[here]
        return found

    def rows(self, part: Booleans) -> Integers:
        """Count some of the customers by replicate, shape (G,)."""
        return np.bincount(self.replicate[part], minlength=GROUPS_OF_CUSTOMERS).astype(np.int64)


def _last_rated(roles: Roles, answers: Answers) -> _Rated:
    """Take the last answer of each customer in which everything was rated."""
    left = answers.of(_left(roles))
    ratings = np.stack([answers.of(rating) for rating in _ratings(roles)], axis=1)
    usable = np.flatnonzero(np.isfinite(ratings).all(axis=1) & np.isfinite(left))
    order = usable[np.lexsort((answers.time[usable], answers.customer[usable]))]
    customer = answers.customer[order]
    is_last = np.append(customer[1:] != customer[:-1], True) if len(order) else order > 0
    last = order[is_last]
    group = np.where(left[last] == STAYED, _STAYED, _UNKNOWN)
    for name, reason in _reasons(roles):
        has_said = (answers.of(reason)[last] == 1) & (left[last] == LEFT)
        group[has_said] = GROUPS.index(name)
    values = ratings[last].astype(np.float64)
    about = values - (values.mean(axis=0) if len(values) else 0.0)
    return _Rated(
        z=np.column_stack([np.ones(len(last)), about, left[last]]),
        weight=answers.weight[last],
        group=group,
        replicate=_replicates(answers.customer[last]),
    )


def _replicates(customer: Hashes) -> Integers:
    """Put customers into random groups: each one of its own where there are few."""
    if len(customer) <= GROUPS_OF_CUSTOMERS:
        return np.arange(len(customer))
    return (customer % np.uint64(GROUPS_OF_CUSTOMERS)).astype(np.int64)


def _left(roles: Roles) -> Variable:
    if roles.left is None:
        raise ValueError("the study does not tell who left; ask rated_panel first")
    return roles.left


def _ratings(roles: Roles) -> tuple[Variable, ...]:
    return tuple(part for driver in roles.choice.drivers for part in driver.variables)


def _reasons(roles: Roles) -> tuple[tuple[GroupName, Variable], ...]:
    """Make a 0/1 variable of each reason that the study file groups, and of the groups' names."""
    if roles.reason is None:
        return ()
    names = [way for name in GROUPS for way in (name, name.capitalize(), name.upper())]
    listed = [text for texts in roles.settings.reasons.values() for text in texts]
    column, missing = roles.reason.column, roles.reason.missing
    return tuple(
        (group, Variable(column, missing=missing, equals=text))
        for text in dict.fromkeys((*listed, *names))
        if (group := roles.reason_group(text)) is not None
    )


def _positions(roles: Roles) -> dict[DriverKind, tuple[int, ...]]:
    """Name the places in z of the ratings of each kind; nothing where there are too many."""
    found: dict[DriverKind, tuple[int, ...]] = {}
    chosen = roles.choice.drivers
    if len(_ratings(roles)) > _MOST_COLUMNS:
        return found
    for kind in DRIVER_KINDS:
        places = tuple(
            place
            for driver, positions in zip(chosen, driver_positions(roles), strict=True)
            for variable, place in zip(driver.variables, positions, strict=True)
            if driver.kind == kind and variable.equals is None
        )
        if places:
            found[kind] = places
    return found


def _said(
    group: GroupName,
    part: Floats,
    rest: Floats,
    *,
    rows: Integers,
    positions: Mapping[DriverKind, tuple[int, ...]],
    rng: np.random.Generator,
) -> SaidNumbers:
    kinds = tuple(positions)
    drawn = resamples(rows, rng=rng)
    held = np.full(len(kinds), int((rows[0] > 0).sum()))
    players = list(positions.values())
    apart = standardised_differences(part, rest, groups=players, resamples=drawn)
    whole = totals(part + rest, drawn)
    divided = shapley(whole, outcome=whole.shape[-1] - 1, groups=players)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = divided.shares / divided.r2[:, None]
    apart_ends = intervals(apart, drawn, held=held)
    share_ends = intervals(shares, drawn, held=held)
    numbers = [
        KindNumbers(
            kind,
            known(apart[0, i]),
            *ends(apart_ends[i]),
            known(shares[0, i]),
            *ends(share_ends[i]),
        )
        for i, kind in enumerate(kinds)
    ]
    order = sorted(range(len(kinds)), key=lambda i: numbers[i].difference or 0.0)
    return SaidNumbers(
        group=group,
        n=int(rows[0].sum()),
        kinds=tuple(numbers[i] for i in order),
        lowest=_lowest(group, kinds, apart, drawn, held=int(held[0])),
    )


def _lowest(
    group: GroupName,
    kinds: tuple[DriverKind, ...],
    apart: Floats,
    drawn: Resamples,
    *,
    held: int,
) -> DriverKind | None:
    if not np.isfinite(apart[0]).all():
        return None
    place = int(np.argmin(apart[0]))
    against = [apart[:, place]]
    own = own_kind(group)
    if own in kinds and own != kinds[place]:
        against.append(apart[:, place] - apart[:, kinds.index(own)])
    spans = intervals(np.stack(against, axis=1), drawn, held=np.full(len(against), held))
    is_sure = all(span is not None and span.high < 0 for span in spans)
    return kinds[place] if is_sure else None
