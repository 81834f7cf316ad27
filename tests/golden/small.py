"""A small study that gives every finding something to say, for tests to look at as a whole."""

from pathlib import Path
from typing import Any

import numpy as np

from ..listen.stories.told import draw, write_codes

STUDY = 'language = "fi"\nseed = 7'
ROLES = """
score = { column = "score", scale = [1, 7], missing = [9] }
worth = { column = "worth", unit = "€" }
customer = "customer"
time = "day"
weight = "weight"
recommend = "recommend"
contact = "channel"
agent = "agent"
wave = "year"
rivals = { columns = ["rival"], scale = [1, 7] }
stated = { columns = ["says_care", "says_price"], scale = [1, 7] }
[responses.drivers]
columns = ["a", "b", "c", "d", "e"]
scale = [1, 7]
kinds = { a = "human", b = "human", c = "price", d = "product", e = "process" }
"""
CUSTOMERS = """
customer = "customer"
alike = ["past", "town"]
segments = ["town"]
left = "left"
reason = "reason"
duration = { column = "months", unit = "months" }
"""
EFFORTS = (
    'customer = "customer"\ncost = { column = "cost", unit = "€" }\nkind = "kind"\ntime = "day"'
)
ACTIONS = """
action = "action"
name = "name"
cost = { column = "cost", unit = "€" }
lift = "lift"
lift_low = "lift_low"
lift_high = "lift_high"
source = "source"
capacity = "capacity"
[choose]
money = 1500
segments = ["town"]
"""
CHECKED = 'coded = "coded"\ntrue = "true"'
STORIES = """
text = "text"
teller = "teller"
polarity = "polarity"
contact = "contact"
[codes]
codebook = "book.toml"
"""
FORECASTS = """
leader = "leader"
what = "what"
guess = "guess"
[factors.care]
stated = "says_care"
drivers = ["a", "b"]
reasons = ["treatment"]
[factors.price]
stated = "says_price"
drivers = ["c"]
reasons = ["price"]
[factors.product]
drivers = ["d"]
reasons = ["product"]
"""
# Ten of them in each channel.
PEOPLE, AGENTS, LEADERS = 400, 10, 5
REASONS = ("treatment", "price", "product", "life")
GUESSES = {
    "importance_care": 0.2,
    "importance_price": 0.6,
    "importance_product": 0.2,
    "leaving_treatment": 0.1,
    "leaving_price": 0.6,
    "mean_score": 5.0,
}

Table = dict[str, Any]


def code(folder: Path) -> None:
    """Write codes of the stories, of which half were checked, some by two people."""
    columns = draw(120, random=60, second=40).columns
    write_codes(folder, columns | {"text": [f"story {i}" for i in range(120)]})


def small() -> tuple[Table, dict[str, tuple[Table, str]]]:
    """Four hundred customers, of whom three in four answer, twice at most; and what is told."""
    # A plain congruential generator, so that no library's version can change the rows.
    state = np.uint64(20261122)
    numbers = np.empty(20_000)
    with np.errstate(over="ignore"):
        for i in range(len(numbers)):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            numbers[i] = float(state >> np.uint64(11)) / 2**53
    draw = iter(numbers)

    def some(n: int) -> np.ndarray:
        return np.array([next(draw) for _ in range(n)])

    past = 50 + 100 * some(PEOPLE) ** 2
    town = np.array(["Turku", "Oulu", "Inari"])[np.searchsorted([0.6, 0.95], some(PEOPLE))]
    who = np.concatenate([np.flatnonzero(some(PEOPLE) < 0.75), np.flatnonzero(some(PEOPLE) < 0.4)])
    n = len(who)
    score = np.clip(np.floor(1 + 7 * (0.6 * some(n) + 0.4 * past[who] / 150)), 1, 7)
    worth = 20 * score + 0.8 * past[who] + 40 * some(n)
    answers = {
        "customer": who.tolist(),
        "day": [f"2025-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}" for i in range(n)],
        "score": [9 if x < 0.01 else int(s) for x, s in zip(some(n), score, strict=True)],
        "worth": worth.round(2).tolist(),
        "weight": (0.5 + some(n)).round(3).tolist(),
        "recommend": np.clip(np.round(score + 3 * some(n) + 1), 0, 10).astype(int).tolist(),
    }
    for name in "abcde":
        answers[name] = np.clip(np.round(score + 2 * some(n) - 1), 1, 7).astype(int).tolist()
    customers = {
        "customer": list(range(PEOPLE)),
        "past": past.round(2).tolist(),
        "town": town.tolist(),
        "left": (some(PEOPLE) < 0.15).astype(int).tolist(),
    }
    efforts = {
        "customer": np.floor(some(250) * PEOPLE).astype(int).tolist(),
        "cost": (5 + 40 * some(250)).round(2).tolist(),
        "kind": ["call" if x < 0.7 else "gift" for x in some(250)],
        "day": [f"2025-{1 + i % 12:02d}-15" for i in range(250)],
    }
    channel = np.array(["phone", "chat", "web"])[np.searchsorted([0.4, 0.7], some(n))]
    # Agents get like customers, and serve the better the higher their number.
    served = np.empty(n, dtype=object)
    luck = score - 2.8 * past[who] / 150 + 4 * some(n)
    for kind in ("phone", "chat"):
        here = np.flatnonzero(channel == kind)
        ranked = here[np.argsort(luck[here], kind="stable")]
        served[ranked] = [f"{kind} {AGENTS * i // len(here)}" for i in range(len(here))]
    answers |= {
        "year": [str(2024 + i % 2) for i in range(n)],
        "channel": channel.tolist(),
        "agent": served.tolist(),
        "rival": [int(1 + 7 * x) if x < 0.9 else None for x in some(n)],
        "says_care": np.floor(1 + 6 * some(n)).astype(int).tolist(),
        "says_price": np.floor(3 + 5 * some(n)).astype(int).tolist(),
    }
    told = [REASONS[i] for i in np.searchsorted([0.2, 0.7, 0.9], some(PEOPLE))]
    months = np.ceil(12 * some(PEOPLE)).astype(int)
    gone = [left == 1 for left in customers["left"]]
    customers |= {
        "reason": [reason if left else None for reason, left in zip(told, gone, strict=True)],
        "months": [int(m) if left else 12 for m, left in zip(months, gone, strict=True)],
    }
    coded = [reason for reason, left in zip(told, gone, strict=True) if left][:40]
    true = [
        "treatment" if c == "price" and x < 0.4 else c
        for c, x in zip(coded, some(len(coded)), strict=True)
    ]
    polarity = ["excellent" if x < 0.6 else "awful" for x in some(120)]
    human = np.where([p == "excellent" for p in polarity], 0.9, 0.6)
    stories = {
        "text": [f"story {i}" for i in range(120)],
        "teller": ["leader" if x < 0.3 else "customer" for x in some(120)],
        "polarity": polarity,
        "contact": ["phone" if is_human else "web" for is_human in some(120) < human],
    }
    asked = [(f"leader {i}", what) for i in range(LEADERS) for what in GUESSES]
    forecasts = {
        "leader": [leader for leader, _ in asked],
        "what": [what for _, what in asked],
        "guess": [
            round(GUESSES[what] * (0.9 + 0.2 * x), 3)
            for (_, what), x in zip(asked, some(len(asked)), strict=True)
        ],
    }
    actions = {
        "action": ["call", "coach", "gift"],
        "name": ["A call", "Coaching", "A gift"],
        "cost": [4, 9, 15],
        "lift": [0.3, 0.5, 0.9],
        "lift_low": [0.2, 0.3, 0.2],
        "lift_high": [0.4, 0.7, 1.6],
        "source": ["experiment", "past", "guess"],
        "capacity": [200, 150, 100],
    }
    return answers, {
        "actions": (actions, ACTIONS),
        "customers": (customers, CUSTOMERS),
        "efforts": (efforts, EFFORTS),
        "checked": ({"coded": coded, "true": true}, CHECKED),
        "stories": (stories, STORIES),
        "forecasts": (forecasts, FORECASTS),
    }
