"""Answers as rows, and the moments that the statistics get to see of them."""

from dataclasses import dataclass

import numpy as np
import pytest

LEVELS, REPLICATES = 5, 40


@dataclass(frozen=True)
class Answers:
    level: np.ndarray
    worth: np.ndarray
    x: np.ndarray
    weight: np.ndarray
    replicate: np.ndarray

    def moments(self, *, origin=0.0, replicates=REPLICATES):
        """Return cross-products about an origin, shape (K, G, q, q), and rows, shape (K, G)."""
        columns = np.column_stack([self.worth, self.x]) - origin
        z = np.column_stack([np.ones(len(columns)), columns])
        cross = np.zeros((LEVELS, replicates, z.shape[1], z.shape[1]))
        rows = np.zeros((LEVELS, replicates), dtype=int)
        products = self.weight[:, None, None] * z[:, :, None] * z[:, None, :]
        np.add.at(cross, (self.level, self.replicate), products)
        np.add.at(rows, (self.level, self.replicate), 1)
        return cross, rows

    def chosen(self, rows):
        """Return the answers at these places, some perhaps several times."""
        return Answers(
            self.level[rows], self.worth[rows], self.x[rows], self.weight[rows],
            self.replicate[rows],
        )  # fmt: skip


def draw_answers(seed, *, n=1500):
    rng = np.random.default_rng(seed)
    replicate = rng.integers(0, REPLICATES, n)
    x = np.column_stack([rng.lognormal(0, 0.5, n), rng.random(n) < 0.4, rng.normal(3, 2, n)])
    latent = 0.5 * x[:, 0] + 0.3 * x[:, 1] + 0.2 * x[:, 2] + rng.normal(0, 1, n)
    level = np.digitize(latent, np.quantile(latent, [0.02, 0.2, 0.5, 0.8]))
    by_replicate = rng.normal(0, 0.5, REPLICATES)[replicate]
    worth = 100 + 20 * level + (5 + level) * x[:, 0] + 3 * x[:, 1] + by_replicate
    worth *= rng.lognormal(-0.02, 0.2, n)
    return Answers(level, worth, x, rng.lognormal(0, 0.4, n), replicate)


@pytest.fixture
def answers():
    return draw_answers(1)


@pytest.fixture(scope="session")
def drawn():
    """Return a function that draws other answers."""
    return draw_answers
