"""Say what really moves the customers of the made-up company."""

from collections.abc import Sequence

import numpy as np

from kuski.demo import company
from kuski.demo.company import Floats
from kuski.demo.figures import Json, number, numbers, ratio, solved
from kuski.demo.forecasts import BELIEFS
from kuski.demo.ledger import TOLD_MONTHS, Sums
from kuski.demo.stories import POLARITIES, Story
from kuski.demo.value_truth import level_shares


def drivers_truth(sums: Sums) -> dict[str, Json]:
    """Say how the score goes with each driver, and how it hangs on it."""
    inner, outer = sums["linear_inner"], sums["linear_outer"]
    seen = solved(inner, outer)
    weight, mean, square = sums["score"]
    total = ratio(square, weight) - ratio(mean, weight) ** 2
    explained = ratio(seen @ outer, weight) - ratio(mean, weight) ** 2
    points = ratio(sums["slope"][0], weight)
    means = ratio(inner[0, 1:], weight)
    return {
        "r2": number(ratio(explained, total)),
        "drivers": [
            {
                "driver": driver.name,
                "kind": driver.kind,
                "slope": number(seen[place + 1]),
                "slope_below": number(driver.low * points),
                "slope_above": number(driver.high * points),
                "mean": number(means[place]),
            }
            for place, driver in enumerate(company.DRIVERS)
        ],
    }


def asymmetry_truth(sums: Sums) -> dict[str, Json]:
    """Say which drivers are expected and which delight."""
    seen = solved(sums["contrast_inner"], sums["contrast_outer"])
    penalties, rewards = np.split(seen[1:], 2)
    return {
        "cuts": [3, 6],
        "drivers": [
            {
                "driver": driver.name,
                "kind": driver.kind,
                "class": driver.factor_class,
                "true_asymmetry": number(driver.asymmetry),
                "penalty": number(penalties[place]),
                "reward": number(rewards[place]),
                "asymmetry": number(
                    ratio(
                        rewards[place] - abs(penalties[place]),
                        rewards[place] + abs(penalties[place]),
                    )
                ),
            }
            for place, driver in enumerate(company.DRIVERS)
        ],
    }


def gap_truth(sums: Sums) -> dict[str, Json]:
    """Say what is said to matter beside what does."""
    stated = ratio(sums["stated"], sums["score"][0])
    true = _importances()
    ranks = zip(_ranks(stated), _ranks(true), strict=True)
    return {
        "factors": [
            {
                "factor": factor,
                "drivers": [
                    name
                    for name, is_one in zip(
                        company.DRIVER_NAMES, company.FACTOR_DRIVERS[factor], strict=True
                    )
                    if is_one
                ],
                "stated": number(stated[place]),
                "stated_share": number(stated[place] / stated.sum()),
                "true_share": number(true[place] / true.sum()),
                "stated_rank": said,
                "true_rank": done,
            }
            for place, (factor, (said, done)) in enumerate(zip(company.STATED, ranks, strict=True))
        ],
        "maxdiff": [
            {"factor": factor, "item": item, "utility": number(utility), "share": number(share)}
            for (factor, item), utility, share in zip(
                company.STATED_ITEMS.items(),
                company.STATED_UTILITY,
                np.exp(company.STATED_UTILITY) / np.exp(company.STATED_UTILITY).sum(),
                strict=True,
            )
        ],
    }


def leaving_truth(sums: Sums) -> dict[str, Json]:
    """Say why customers leave, and what they say."""
    causes = sums["leaving_cause"]
    said = causes @ company.SAID
    return {
        "left": int(sums["leaving_said_drawn"][1:].sum()),
        "expected_share_left": number(causes.sum() / sums["people"][0]),
        "reasons": [
            {
                "reason": reason,
                "true_share": number(ratio(causes[place], causes.sum())),
                "stated_share": number(ratio(said[place], causes.sum())),
                "true_n": int(sums["leaving_cause_drawn"][place + 1]),
                "stated_n": int(sums["leaving_said_drawn"][place + 1]),
            }
            for place, reason in enumerate(company.REASONS)
        ],
        "said_when_true": {
            reason: dict(zip(company.REASONS, numbers(row), strict=True))
            for reason, row in zip(company.REASONS, company.SAID, strict=True)
        },
        "incidence": _incidence(sums),
    }


def _incidence(sums: Sums) -> list[dict[str, Json]]:
    """Say which share of all customers has left within so many months, by cause and as said."""
    return [
        {
            "months": months,
            "reasons": [
                {"reason": reason, "true": number(true), "stated": number(stated)}
                for reason, true, stated in zip(
                    company.REASONS, left, left @ company.SAID, strict=True
                )
            ],
        }
        for months, left in zip(
            TOLD_MONTHS, ratio(sums["leaving_by_month"], sums["people"][0]), strict=True
        )
    ]


def encounters_truth(sums: Sums, agents: Floats, stories: Sequence[Story]) -> dict[str, Json]:
    """Say what people are worth, and how often people are there."""
    points, worth = sums["agent_points"][0], sums["agent_worth"][0]
    channels = sums["channels"]
    return {
        "contacts": {
            name: int(count) for name, count in zip(company.CHANNELS, channels, strict=True)
        },
        "human_share_of_contacts": number(
            ratio(channels[: len(company.AGENTS)].sum(), channels.sum())
        ),
        "human_share_of_stories": {
            polarity: number(_human_share(stories, polarity)) for polarity in POLARITIES
        },
        "agents": len(agents),
        "agent_sd": number(agents.std()),
        "points_per_quality": number(ratio(points, sums["agent_weight"][0])),
        "worth_per_point": number(ratio(worth, points)),
    }


def expectations_truth(sums: Sums) -> dict[str, Json]:
    """Say how fast expectations follow, and how far the bar rose."""
    score = ratio(sums["year_score"], sums["year_weight"])
    stayed = ratio(sums["year_score_stayed"], sums["year_weight"])
    return {
        "lambda": company.EXPECTATION_SPEED,
        "half_life_answers": number(np.log(0.5) / np.log(1 - company.EXPECTATION_SPEED)),
        "pull": company.EXPECTATION_PULL,
        "years": [
            {
                "year": 2023 + place,
                "score": number(score[place]),
                "bar": number(score[place] - stayed[place]),
                "rest": number(stayed[place] - stayed[0]),
            }
            for place in range(len(score))
        ],
        **_rivals(sums),
    }


def _rivals(sums: Sums) -> dict[str, Json]:
    """Say how the same customers score the company and the others that they use."""
    ours, theirs, below, even, wallets = (
        ratio(sums[f"rival_{name}"], sums["rival_weight"])
        for name in ("ours", "theirs", "below", "even", "wallet")
    )
    alone, shared, wallet = ratio(sums["among"][1:4], sums["among"][0])
    return {
        "n_compared": int(sums["among"][4]),
        "rivals": [
            {
                "rival": rival.name,
                "n": int(sums["rival_n"][place]),
                "ours": number(ours[place]),
                "theirs": number(theirs[place]),
                "difference": number(ours[place] - theirs[place]),
                "better_share": number(below[place]),
                "even_share": number(even[place]),
                "wallet_share": number(wallets[place]),
            }
            for place, rival in enumerate(company.RIVALS)
        ],
        "best_alone_share": number(alone),
        "best_share": number(shared),
        "wallet_share": number(wallet),
    }


def mirror_truth(sums: Sums) -> dict[str, Json]:
    """Say what is so of what the leaders believe."""
    shares = level_shares(sums)
    importances = _importances() / _importances().sum()
    causes = ratio(sums["leaving_cause"], sums["leaving_cause"].sum())
    mean_score = shares @ np.arange(1, company.LEVELS + 1)
    true = {
        **{
            f"importance_{name}": share
            for name, share in zip(company.STATED, importances, strict=True)
        },
        "leaving_price": causes[company.REASONS.index("price")],
        "leaving_treatment": causes[company.REASONS.index("treatment")],
        "share_below": shares[company.ZONE_OF_LEVEL == 0].sum(),
        "share_top": shares[-1],
        "mean_score": mean_score,
    }
    return {
        "figures": [
            {
                "what": belief.what,
                "truth": number(true[belief.what]),
                "leaders_believe": belief.middle,
            }
            for belief in BELIEFS
        ]
    }


def _importances() -> Floats:
    """Sum the true slopes of the drivers behind each stated factor, below and above averaged."""
    slopes = (company.DRIVER_LOW + company.DRIVER_HIGH) / 2
    return np.array([slopes[drivers].sum() for drivers in company.FACTOR_DRIVERS.values()])


def _ranks(values: Floats) -> list[int]:
    """Rank from 1, the largest first."""
    return [int(rank) for rank in 1 + np.argsort(np.argsort(-values))]


def _human_share(stories: Sequence[Story], polarity: str) -> Floats:
    """Say in how many of the stories a human served; nan where none is told."""
    told = [story for story in stories if story.polarity == polarity]
    humans = company.CHANNELS[: len(company.AGENTS)]
    return ratio(sum(story.contact in humans for story in told), len(told))
