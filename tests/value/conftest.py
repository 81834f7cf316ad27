from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.finding import plain


@pytest.fixture(scope="session")
def answers() -> Callable[..., dict[str, list[Any]]]:
    """Return a function that lays out so many answers at each level, with a worth for each."""

    def make(
        heads: Mapping[float, int], worth: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> dict[str, list[Any]]:
        score = np.repeat(list(heads), list(heads.values())).astype(float)
        found = 10.0 * score if worth is None else worth(score)
        return {"score": score.tolist(), "worth": np.asarray(found).tolist()}

    return make


@pytest.fixture(scope="session")
def noisy() -> Callable[..., dict[str, list[Any]]]:
    """Return a function that draws answers of customers, with what they were before and weights."""

    def make(seed: int, n: int = 1_500, levels: int = 5) -> dict[str, list[Any]]:
        rng = np.random.default_rng(seed)
        before = rng.lognormal(0, 0.5, n)
        member = (rng.random(n) < 0.4).astype(float)
        latent = 0.6 * before + 0.3 * member + rng.normal(0, 1, n)
        score = 1 + np.digitize(latent, np.quantile(latent, np.arange(1, levels) / levels))
        worth = 100 + 20 * score + (5 + 2 * score) * before + 8 * member
        worth = worth * rng.lognormal(-0.02, 0.2, n)
        columns = {
            "score": score,
            "worth": worth,
            "before": before,
            "member": member,
            "weight": rng.lognormal(0, 0.4, n),
            "customer": rng.integers(0, n // 3, n),
        }
        return {name: values.tolist() for name, values in columns.items()}

    return make


@pytest.fixture(scope="session")
def flat() -> Callable[..., dict[str, Any]]:
    """Return a function that lists all figures of some findings by their path."""

    def spread(value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, dict | list):
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            return {k: v for key, part in parts for k, v in spread(part, f"{path}.{key}").items()}
        return {path: value}

    def figures(study: kuski.Study, names: Iterable[str]) -> dict[str, Any]:
        return spread({found.name: plain(found.numbers) for found in study.findings(names)}, "")

    return figures
