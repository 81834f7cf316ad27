"""Say what there is to gain in each segment of the made-up company, and whom a rule could find."""

import numpy as np

from kuski.demo import company
from kuski.demo.actions import ACTIONS
from kuski.demo.company import Floats
from kuski.demo.figures import Json, number, numbers, ratio
from kuski.demo.ledger import Sums
from kuski.demo.offers import believed_lift, segment_name
from kuski.demo.segments import ATTITUDE_EDGES, CUTS, STEP_EDGES

_VALUES = {"region": company.REGIONS, "customer_type": company.TYPES, "age_group": company.AGES}


def audience_truth(sums: Sums) -> dict[str, Json]:
    """Say what each segment is, is worth and could be, and what any rule could find.

    Notes
    -----
    Headroom is ``step (7 - score)``, averaged over the weighted answers, with a customer's own step
    (`company.worth_step`): what each would spend at the top, less what is spent now.
    """
    parts = [_cut(sums, cut) for cut in CUTS]
    return {
        "segments": [segment for _, segments in parts for segment in segments],
        "cuts": [cut for cut, _ in parts],
        "policy": _policy(sums),
    }


def _cut(sums: Sums, cut: str) -> tuple[dict[str, Json], list[Json]]:
    """Say what is true of one way to divide the customers, and of each segment."""
    n = CUTS[cut]
    own = {name: sums[f"{cut}: {name}"] for name in ("all", "strategic", "answers", "weight")}
    latest, earlier, ups = (
        sums[f"{cut}: {name}"].reshape(n, -1) for name in ("latest", "earlier", "up")
    )
    people, moves = latest.sum(axis=1), earlier.sum(axis=1)
    worth, headroom = (
        ratio(sums[f"{cut}: {name}"], own["weight"]) for name in ("worth", "headroom")
    )
    zones = np.stack([latest[:, i == company.ZONE_OF_LEVEL].sum(axis=1) for i in range(3)])
    odds = np.nan_to_num(ratio(ups.sum(axis=0), earlier.sum(axis=0)))
    up, expected = ratio(ups.sum(axis=1), moves), ratio(earlier @ odds, moves)
    segments: list[Json] = [
        {
            "cut": cut,
            "segment": _name(cut, i),
            "people": int(people[i]),
            "share": number(ratio(people[i], people.sum())),
            "silent_share": number(1 - ratio(people[i], own["all"][i])),
            "n": int(own["answers"][i]),
            "worth": number(worth[i]),
            "headroom": number(headroom[i]),
            "headroom_total": number(headroom[i] * people[i]),
            **dict(zip(company.ZONES, numbers(ratio(zones[:, i], people[i])), strict=True)),
            "levels": numbers(ratio(latest[i], people[i])),
            "up": number(up[i]),
            "up_expected": number(expected[i]),
            "moves": int(moves[i]),
            "strategic": number(ratio(own["strategic"][i], own["all"][i])),
        }
        for i in range(n)
    ]
    whole = ratio(sums[f"{cut}: headroom"].sum(), own["weight"].sum())
    first = int(np.nan_to_num(headroom, nan=-np.inf).argmax())
    return {
        "cut": cut,
        "people": int(people.sum()),
        "headroom": number(whole),
        "spread": number(
            np.sqrt(ratio(people @ np.nan_to_num(headroom - whole) ** 2, people.sum()))
        ),
        "first": _name(cut, first),
    }, segments


def _policy(sums: Sums) -> list[Json]:
    """Say what a rule that knew each one's gain would bring, at both prices.

    Notes
    -----
    Whom it is asked of are those at the content scores or at the top. Those at the top would be, at
    a content score, where the content with the same past are; that hangs on the past through the
    attitude that it stands for. No tree can bring more than `best_over_everybody`.
    """
    shape = (len(ATTITUDE_EDGES) + 1, len(STEP_EDGES) + 1)
    weight = sums["movable_weight"].reshape(shape)
    step = ratio(sums["movable_step"].reshape(shape), weight)
    level = ratio(sums["content_level"], sums["content_weight"])[:, None]
    gain = np.where(weight > 0, step * (company.TOP - level), 0.0)
    whole = ratio((weight * gain).sum(), weight.sum())
    steps = company.TOP - ratio(sums["content_sum"][1], sums["content_sum"][0])
    cheapest = min(
        action.cost / believed_lift(action) for action in ACTIONS if action.who == "everyone"
    )
    return [
        _at_price(source, price, gain, weight)
        for source, price in (("actions", steps * cheapest), ("break_even", whole))
    ]


def _at_price(source: str, price: float | Floats, gain: Floats, weight: Floats) -> dict[str, Json]:
    over = gain - price
    everybody = ratio((weight * over).sum(), weight.sum())
    best = ratio((weight * np.maximum(over, 0.0)).sum(), weight.sum())
    return {
        "price_source": source,
        "price": number(price),
        "everybody": number(everybody),
        "best_over_nobody": number(best),
        "best_over_everybody": number(best - everybody),
        "best_served_share": number(ratio((weight * (over > 0)).sum(), weight.sum())),
    }


def _name(cut: str, place: int) -> str:
    return _VALUES[cut][place] if cut in _VALUES else segment_name(place)
