"""Say what a better experience is worth in the made-up company."""

import numpy as np

from kuski.demo import company
from kuski.demo.company import Floats
from kuski.demo.efforts import KINDS
from kuski.demo.figures import Json, number, ratio, solved
from kuski.demo.ledger import UNKNOWN_ZONE, Sums


def levels_truth(sums: Sums) -> dict[str, Json]:
    """Say what a customer is worth at each level, crude and held alike, and how scores move."""
    adjusted, crude = _adjusted_worth(sums), _crude_worth(sums)
    shares = level_shares(sums)
    moves = ratio(sums["move"], sums["move_weight"])
    left_crude = ratio(sums["leaving_outer"][:, 0], sums["leaving_inner"][:, 0, 0])
    left_adjusted = _left_adjusted(sums)
    levels = range(company.LEVELS)
    return {
        "levels": [
            {
                "level": place + 1,
                "n": int(sums["level_n"][place]),
                "share": number(shares[place]),
                "worth": number(crude[place]),
                "adjusted": number(adjusted[place]),
            }
            for place in levels
        ],
        "shape": _shape(adjusted),
        "crude_shape": _shape(crude),
        "leaving": [
            {
                "level": place + 1,
                "left": number(left_crude[place]),
                "adjusted": number(left_adjusted[place]),
            }
            for place in levels
        ],
        "expected_moves": [
            {
                "level": place + 1,
                "n": int(sums["move_n"][place]),
                "move": number(moves[place]),
            }
            for place in levels
        ],
    }


def elevate_truth(sums: Sums) -> dict[str, Json]:
    """Say what lifting the unhappy and lifting the content bring, held alike and crude."""
    return {**_plans(sums, _adjusted_worth(sums)), "crude": _plans(sums, _crude_worth(sums))}


def effort_truth(sums: Sums) -> dict[str, Json]:
    """Say where the effort goes, and what there is to gain there."""
    adjusted = _adjusted_worth(sums)
    cost = sums["effort_cost"][:, :UNKNOWN_ZONE]
    by_zone, spread = cost.sum(axis=0), sums["effort_spread"]
    gains = np.array([_plan(sums, adjusted, zone)[2] for zone in ("below", "middle")] + [0.0])
    kinds = sums["effort_cost"].sum(axis=1)
    return {
        "zones": _zones(by_zone, gains),
        "zones_spread": _zones(spread, gains),
        "kinds": [
            {
                "kind": kind.name,
                "cost": number(kinds[place]),
                "below_share": number(ratio(cost[place, 0], cost[place].sum())),
            }
            for place, kind in enumerate(KINDS)
        ],
        "n": int(sums["effort_n"][0]),
        "cost": number(kinds.sum()),
        "cost_unknown_zone": number(sums["effort_cost"][:, UNKNOWN_ZONE].sum()),
    }


def level_shares(sums: Sums) -> Floats:
    """Share the weighted answers out by level; shape (7,)."""
    return ratio(sums["level_weight"], sums["level_weight"].sum())


def _adjusted_worth(sums: Sums) -> Floats:
    """Say what the answering customers would spend on average were all of them at a level."""
    everybody = np.tile(_mean_alike(sums), (company.LEVELS, 1))
    return company.expected_spend(np.arange(1, company.LEVELS + 1), everybody)


def _crude_worth(sums: Sums) -> Floats:
    """Say what those who are at a level are expected to spend."""
    return ratio(sums["level_spend"], sums["level_weight"])


def _mean_alike(sums: Sums) -> Floats:
    return ratio(sums["alike"], sums["level_weight"].sum())


def _shape(worth: Floats) -> str | None:
    """Compare the mean step above the middle with the one below it."""
    middle = company.MIDDLE - 1
    below, above = (worth[middle] - worth[0]) / middle, (worth[-1] - worth[middle]) / middle
    if not np.isfinite(below + above):
        return None
    if abs(above - below) < 0.05 * abs(above + below):
        return "even"
    return "rising" if above > below else "falling"


def _left_adjusted(sums: Sums) -> Floats:
    """Predict the chance of leaving for everybody at each level, from that level's own slopes."""
    at = np.append(1.0, _mean_alike(sums))
    return np.array(
        [
            at @ solved(inner, outer)
            for inner, outer in zip(sums["leaving_inner"], sums["leaving_outer"], strict=True)
        ]
    )


def _plans(sums: Sums, worth: Floats) -> dict[str, Json]:
    eliminate, elevate = (_plan(sums, worth, zone) for zone in ("below", "middle"))
    people, steps, gain = ratio(elevate, eliminate)
    per_step = ratio(gain, steps)
    return {
        "eliminate": _plan_truth(eliminate),
        "elevate": _plan_truth(elevate),
        "ratio": number(gain),
        "split": {
            "people": number(people),
            "steps_per_person": number(ratio(steps, people)),
            "worth_per_step": number(per_step),
        },
        "break_even_cost": number(per_step),
    }


def _plan(sums: Sums, worth: Floats, zone: str) -> Floats:
    """Lift one zone: people, steps, gain in euros a year; shape (3,)."""
    lifted = company.ZONES.index(zone) == company.ZONE_OF_LEVEL
    target = company.MIDDLE - 1 if zone == "below" else company.TOP - 1
    chosen = np.flatnonzero(lifted)
    people = sums["people"][2] * level_shares(sums)[chosen]
    gain = people @ (worth[target] - worth[chosen])
    return np.array([people.sum(), people @ (target - chosen), gain])


def _plan_truth(plan: Floats) -> dict[str, Json]:
    people, steps, gain = plan
    return {
        "people": number(people),
        "steps": number(steps),
        "gain": number(gain),
        "gain_per_person": number(ratio(gain, people)),
    }


def _zones(cost: Floats, gains: Floats) -> list[Json]:
    return [
        {
            "zone": zone,
            "cost": number(cost[place]),
            "effort_share": number(ratio(cost[place], cost.sum())),
            "gain_share": number(ratio(gains[place], gains.sum())),
            "gain_per_cost": number(ratio(gains[place], cost[place])),
        }
        for place, zone in enumerate(company.ZONES)
    ]
