"""Found segments: whom a shallow policy tree, grown on one half of the customers, would serve."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.audience.asked import Asked, asked_of
from kuski.choose.audience.cut import Measured, strategic_of
from kuski.choose.audience.growth import THRESHOLDS, Rows
from kuski.choose.audience.move import earlier_to_latest, latest
from kuski.choose.audience.people import People, people_panel
from kuski.choose.audience.price import price_needs, price_of
from kuski.choose.audience.segment import Outcome, PolicyNumbers, PriceSource, RuleNumbers
from kuski.choose.cell import OTHERS
from kuski.finding import ends
from kuski.moments import (
    GROUPS,
    Collected,
    Floats,
    Integers,
    Needs,
    Variable,
)
from kuski.roles import Roles
from kuski.stats.doubly_robust import DoublyRobust, basis, doubly_robust, folds_of
from kuski.stats.policy_tree import Condition, ordered
from kuski.stats.policy_value import policy_value
from kuski.stats.resample import resamples

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of looking for segments.

    Attributes
    ----------
    outcome : str
        "found"; "alike" where the tree serves everybody or nobody; "not_held" where the other half
        does not bear it out; else why none could grow.
    asked : tuple of str
        Columns that the tree could ask of.
    policy : PolicyNumbers or None
    measured : Measured or None
        The sums of the segments, of the half that the tree never saw.
    rules : tuple of tuples of RuleNumbers
    served : tuple of bool
    """

    outcome: Outcome
    asked: tuple[str, ...] = ()
    policy: PolicyNumbers | None = None
    measured: Measured | None = None
    rules: tuple[tuple[RuleNumbers, ...], ...] = ()
    served: tuple[bool, ...] = ()


def found_needs(roles: Roles, worth: Variable) -> Needs:
    """Ask for the answers of a bounded part of the customers, with what a tree may ask of."""
    asked = asked_of(roles)
    if not asked:
        return Needs()
    return Needs(panel=people_panel(roles, worth)) | price_needs(roles)


def found_of(
    roles: Roles, worth: Variable, collected: Collected, rng: np.random.Generator
) -> Found:
    """Grow a tree on one half of the customers, and measure its segments on the other."""
    panel = collected.panel
    if not asked_of(roles) or panel is None:
        return Found("no_columns")
    people = People.of(roles, worth, panel)
    if not people.asked:
        return Found("no_columns")
    names = tuple(one.name for one in people.asked)
    is_half = [people.learns, ~people.learns]
    for half in is_half:
        for arm in (people.is_top, people.is_content):
            if (half & arm).sum() < THRESHOLDS.answers:
                return Found("too_few", names)
    return _grown(roles, people, collected, names, rng)


def _grown(
    roles: Roles,
    people: People,
    collected: Collected,
    names: tuple[str, ...],
    rng: np.random.Generator,
) -> Found:
    rows = people.is_top | people.is_content
    weight = people.panel.weight
    features = np.concatenate(
        [basis(_dummies(people.x[rows, i], one)) for i, one in enumerate(people.asked)], axis=1
    )
    customer = people.panel.customer[rows]
    scored = doubly_robust(
        people.worth[rows],
        people.is_top[rows],
        features,
        fold=folds_of(customer // np.uint64(2), THRESHOLDS.folds),
        weight=weight[rows],
    )
    codes = _ordered(people, rows, scored)
    x, weights, learns = codes.of(people.x[rows]), weight[rows], people.learns[rows]
    given = price_of(roles, collected, steps=_steps(roles, people))
    even = float(np.average(scored.scores[learns], weights=weights[learns]))
    prices: list[tuple[float, PriceSource]] = [] if given is None else [(given, "actions")]
    tries = [
        (Rows(scored.scores - price, x, weights, learns, customer), price, source)
        for price, source in (*prices, (even, "break_even"))
    ]
    grown = [(one, one[0].grown()) for one in tries]
    (tried, price, source), tree = next((each for each in grown if each[1]), grown[0])
    is_steady = tree is not None
    tree = tree or tried.constant()
    drawn = resamples(np.bincount(people.replicate[rows][~learns], minlength=GROUPS), rng=rng)
    values = policy_value(
        scored.scores[~learns],
        tree.serves(x[~learns]),
        cost=price,
        replicate=people.replicate[rows][~learns],
        resamples=drawn,
        weight=weights[~learns],
    )
    policy = PolicyNumbers(
        price,
        source,
        bool(prices) and source == "break_even",
        values.over_nobody,
        *ends(values.over_nobody_interval),
        values.over_everybody,
        *ends(values.over_everybody_interval),
        values.everybody,
        *ends(values.everybody_interval),
        served_share=values.served,
        agreement=tried.agreement(tree),
        clipped_share=scored.clipped,
        n=values.n,
        customers=len(np.unique(customer[~learns])),
    )
    if not is_steady:
        return Found("alike", names, policy)
    leaf = tree.leaf_of(codes.of(_filled(people.x)))
    return Found(
        "found",
        names,
        policy,
        _measured(roles, people, leaf, len(tree.leaves)),
        tuple(_rules(people.asked, codes, way) for way in tree.ways()),
        tuple(leaf.is_served for leaf in tree.leaves),
    )


@dataclass(frozen=True, slots=True)
class _Codes:
    """The order of each column's categories, by what serving them brings; None of a number.

    Attributes
    ----------
    places : tuple of p ndarrays or None
        The place of each category.
    held : tuple of p ndarrays of int
        Categories that anybody has.
    """

    places: tuple[Integers | None, ...]
    held: tuple[Integers, ...]

    def of(self, x: Floats) -> Floats:
        """Put places for categories, shape as x."""
        found = x.copy()
        for i, places in enumerate(self.places):
            if places is not None:
                found[:, i] = places[x[:, i].astype(np.int64)]
        return found


def _ordered(people: People, rows: Booleans, scored: DoublyRobust) -> _Codes:
    learns = people.learns[rows]
    places: list[Integers | None] = []
    for i, one in enumerate(people.asked):
        if not one.categories:
            places.append(None)
            continue
        codes = people.x[rows, i].astype(np.int64)
        weight = people.panel.weight[rows] * learns
        found = ordered(codes, scored.scores, weight)
        # Categories that nobody of these rows has come last.
        rest = np.arange(len(found), len(one.categories) + 1)
        places.append(np.concatenate([found, rest]))
    held = [np.unique(people.x[people.known, i]).astype(np.int64) for i in range(len(places))]
    return _Codes(tuple(places), tuple(held))


def _dummies(column: Floats, one: Asked) -> Floats:
    if not one.categories:
        return column[:, None]
    is_in = column[:, None] == np.arange(1, len(one.categories) + 1)
    return np.asarray(is_in, np.float64)


def _steps(roles: Roles, people: People) -> float:
    """Tell how many points lie between the content scores and the top, on average."""
    positions = np.array(roles.scale.positions)
    content = people.is_content
    mean = np.average(positions[people.panel.level[content]], weights=people.panel.weight[content])
    return roles.scale.top_position - float(mean)


def _filled(x: Floats) -> Floats:
    """Put 0 where a column is not known; such rows are left out of all sums."""
    return np.where(np.isfinite(x), x, 0.0)


def _measured(roles: Roles, people: People, leaf: Integers, leaves: int) -> Measured:
    """Sum worth by segment over the half that the tree never saw, and people over both."""
    panel, levels = people.panel, len(roles.scale.labels)
    alike = [panel.of(one).astype(np.float64) for one in roles.alike_variables]
    valued = people.rows & ~people.learns
    base = float(people.worth[valued].mean())
    z = np.stack([np.ones(len(panel)), people.worth - base, *alike], axis=1)[valued]
    place = (leaf * levels + panel.level)[valued] * GROUPS + people.replicate[valued]
    shape = (leaves, levels, GROUPS)
    cross = np.empty((*shape, z.shape[1], z.shape[1]))
    for i in range(z.shape[1]):
        for j in range(i + 1):
            products = panel.weight[valued] * z[:, i] * z[:, j]
            sums = np.bincount(place, products, leaves * levels * GROUPS).reshape(shape)
            cross[..., i, j] = cross[..., j, i] = sums
    last = latest(panel, people.known)
    at_last = (leaf * levels + panel.level)[last] * GROUPS + people.replicate[last]
    heads = np.bincount(at_last, minlength=leaves * levels * GROUPS).reshape(shape)
    return Measured(
        name="found",
        origin="found",
        segments=tuple(str(i + 1) for i in range(leaves)),
        merged=0,
        cross=cross,
        rows=np.bincount(place, minlength=leaves * levels * GROUPS).reshape(shape),
        base=base,
        heads=heads.astype(np.float64),
        times=2.0**panel.halvings,
        silent=None,
        pairs=earlier_to_latest(panel, np.where(people.known, leaf, -1), (leaves, levels))
        if roles.has_customers and roles.settings.responses.time is not None
        else None,
        strategic=_strategic(roles, people, leaf[last], last, leaves),
    )


def _strategic(
    roles: Roles, people: People, leaf: Integers, last: Integers, leaves: int
) -> Floats | None:
    found = strategic_of(roles, prefix=True)
    if found is None:
        return None
    values = people.panel.of(found[1])[last].astype(np.float64)
    is_known = np.isfinite(values)
    n = np.bincount(leaf[is_known], minlength=leaves)
    sums = np.bincount(leaf[is_known], values[is_known], leaves)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = sums / n
    return mean


def _rules(
    asked: tuple[Asked, ...], codes: _Codes, way: tuple[Condition, ...]
) -> tuple[RuleNumbers, ...]:
    found = []
    for step in way:
        one, places = asked[step.column], codes.places[step.column]
        if places is None:
            above = step.above if np.isfinite(step.above) else None
            up_to = step.up_to if np.isfinite(step.up_to) else None
            found.append(RuleNumbers(one.name, above, up_to, None))
            continue
        inside = np.flatnonzero((places > step.above) & (places <= step.up_to))
        words = [*one.categories, OTHERS]
        values = tuple(words[i] for i in inside if i in codes.held[step.column])
        found.append(RuleNumbers(one.name, None, None, values))
    return tuple(found)
