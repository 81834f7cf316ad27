"""Small studies with something to choose between."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.choose.problem import Problem, problem_needs, problem_of
from kuski.engine import collect
from kuski.finding import Refusal

ACTIONS: dict[str, Sequence[Any]] = {
    "action": ["call", "credit", "visit"],
    "cost": [5.0, 20.0, 60.0],
    "who": ["everyone", "zone = below", "area = north"],
    "lift": [0.2, 0.5, 0.8],
    "low": [0.1, 0.1, 0.5],
    "high": [0.3, 0.9, 1.1],
    "source": ["experiment", "guess", "past"],
    "capacity": [500, 300, 200],
}
ACTION_ROLES = """action = "action"
cost = { column = "cost", unit = "€" }
eligible = "who"
lift = "lift"
lift_low = "low"
lift_high = "high"
source = "source"
capacity = "capacity"
"""


@pytest.fixture(scope="session")
def actions() -> Callable[..., tuple[dict[str, Sequence[Any]], str]]:
    """Return a function that gives the table of actions, with other columns put in its place."""

    def make(roles: str = "", **columns: Sequence[Any]) -> tuple[dict[str, Sequence[Any]], str]:
        return {**ACTIONS, **columns}, ACTION_ROLES + roles

    return make


@pytest.fixture
def choosing(
    make_study: Callable[..., kuski.Study], actions: Callable[..., Any]
) -> Callable[..., kuski.Study]:
    """Return a function that makes a study of so many customers who answered once.

    Worth is 50 a step of a score from 1 to 7, the same for everybody, and luck.
    """

    def make(
        *,
        n: int = 600,
        seed: int = 1,
        choose: str = "",
        table: Any = None,
        efforts: Mapping[str, Sequence[Any]] | None = None,
        effort_roles: str = "",
        effort_unit: str = "€",
        customers: Mapping[str, Sequence[Any]] | None = None,
        roles: str = "",
        language: str | None = None,
        **columns: Sequence[Any],
    ) -> kuski.Study:
        rng = np.random.default_rng(seed)
        who = [f"c{i}" for i in range(n)]
        score = rng.choice(np.arange(1, 8), n, p=[0.04, 0.06, 0.1, 0.15, 0.2, 0.25, 0.2])
        worth = 100 + 50 * score + rng.normal(0, 40, n)
        people = {
            "customer": who,
            "area": rng.choice(["north", "south"], n, p=[0.4, 0.6]).tolist(),
            "weak": (rng.random(n) < 0.1).astype(int).tolist(),
            **(customers or {}),
        }
        answers = {"customer": who, "score": score.tolist(), "worth": worth.tolist(), **columns}
        given = (
            {}
            if efforts is None
            else {
                "efforts": (
                    efforts,
                    'customer = "customer"\nkind = "kind"\n'
                    f'cost = {{ column = "cost", unit = "{effort_unit}" }}\n' + effort_roles,
                )
            }
        )
        return make_study(
            answers,
            'customer = "customer"\nscore = { column = "score", scale = [1, 7] }\n'
            'worth = { column = "worth", unit = "€" }\n' + roles,
            study=f"disclosure = 10\n[choose]\n{choose}",
            customers=(people, 'customer = "customer"\nsegments = ["area"]\nprotected = "weak"'),
            actions=actions() if table is None else table,
            language=language,
            **given,
        )

    return make


@pytest.fixture(scope="session")
def problem() -> Callable[..., Problem | Refusal]:
    """Return a function that sets up the problem of a study."""

    def make(study: kuski.Study, *, draws: int = 100, seed: int = 1) -> Problem | Refusal:
        asked = problem_needs(study.roles)
        if isinstance(asked, Refusal):
            return asked
        collected = collect(study.tables, asked)
        return problem_of(study.roles, collected, np.random.default_rng(seed), draws=draws)

    return make
