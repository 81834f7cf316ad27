"""Answers that agents served, as rows, and the moments that the statistics get to see of them."""

from dataclasses import dataclass, replace

import numpy as np

from kuski.stats.agents import agent_cells

NAMES = ("score", "worth", "before", "member")
SCORE, WORTH, BEFORE, MEMBER = 1, 2, 3, 4


@dataclass(frozen=True)
class Served:
    """Rows of answers; `columns` holds score, worth and two things the customer was before."""

    columns: np.ndarray
    weight: np.ndarray
    agent: np.ndarray
    stratum: np.ndarray
    group: np.ndarray

    @property
    def unit(self):
        """Place of each row's agent within its stratum, and the names of agents and strata."""
        both = np.char.add(np.char.add(self.stratum, "|"), self.agent)
        found, place = np.unique(both, return_inverse=True)
        return place, [name.split("|")[1] for name in found], [name.split("|")[0] for name in found]

    def moments(self, *, origin=0.0, groups=None):
        """Return cross-products, shape (U, G, q, q), and rows, shape (U, G)."""
        place, agents, strata = self.unit
        size = groups or int(self.group.max()) + 1
        z = np.column_stack([np.ones(len(self.weight)), self.columns - origin])
        products = self.weight[:, None, None] * z[:, :, None] * z[:, None, :]
        cross = np.zeros((len(agents), size, z.shape[1], z.shape[1]))
        rows = np.zeros((len(agents), size), dtype=int)
        np.add.at(cross, (place, self.group), products)
        np.add.at(rows, (place, self.group), 1)
        return cross, rows, agents, strata

    def cells(self, *, least=10, origin=0.0):
        """Lay the rows out as the statistics want them."""
        cross, rows, agents, strata = self.moments(origin=origin)
        return agent_cells(cross, rows, agents=agents, strata=strata, least=least)

    def quality(self):
        """Mean score that the row's agent got from customers of other groups, by loops."""
        place, agents, _ = self.unit
        score = self.columns[:, 0]
        found = np.full(len(score), np.nan)
        for unit in range(len(agents)):
            here = place == unit
            for group in np.unique(self.group[here]):
                others = here & (self.group != group)
                if others.any():
                    mine = here & (self.group == group)
                    found[mine] = np.average(score[others], weights=self.weight[others])
        return found

    @property
    def quality_of_cells(self):
        """The same from sums by cell: as fast as simulations want it."""
        cross, _, _, _ = self.moments()
        weight, score = cross[..., 0, 0], cross[..., 0, 1]
        others = weight.sum(axis=1, keepdims=True) - weight
        found = (score.sum(axis=1, keepdims=True) - score) / others
        return found[self.unit[0], self.group]

    def changed(self, **fields):
        """Return the same rows with something else about them."""
        return replace(self, **fields)


def draw_served(
    seed,
    *,
    agents=60,
    customers=800,
    answers=3,
    groups=100,
    spread=0.4,
    effect=2.0,
    hidden=1.0,
    sorting=0.0,
    direct=0.0,
    uneven=0.0,
    strata=2,
):
    """Draw answers whose hidden mood moves both score and worth, so that least squares errs.

    `spread` is the standard deviation of agents, `sorting` how far better agents get customers with
    more `before`, `direct` what agents do to worth beside the score, `uneven` how agents' numbers
    of customers differ.
    """
    rng = np.random.default_rng(seed)
    n = customers * answers
    customer = np.repeat(np.arange(customers), answers)
    quality = spread * rng.standard_normal(agents)
    busy = rng.lognormal(0, uneven, agents)
    home = np.arange(agents) % strata
    stratum = rng.integers(0, strata, n)
    before = rng.lognormal(0, 0.6, customers)[customer]
    member = (rng.random(customers) < 0.4).astype(float)[customer]
    chance = np.where(home == stratum[:, None], busy, 0.0)
    if sorting:
        chance = chance * np.exp(sorting * quality / max(spread, 1e-9) * (before - 1)[:, None])
    edges = np.cumsum(chance, axis=1)
    agent = (rng.random(n)[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    mood = 0.7 * rng.standard_normal(customers)[customer] + 0.7 * rng.standard_normal(n)
    score = 5 + quality[agent] + 0.5 * stratum + 0.3 * before + mood
    score += 0.7 * rng.standard_normal(n)
    beside = direct * rng.standard_normal(agents)[agent]
    worth = 10 + effect * score + 1.5 * before + member + stratum + hidden * mood + beside
    worth += 1.5 * rng.standard_normal(n) + 0.8 * rng.standard_normal(customers)[customer]
    return Served(
        columns=np.column_stack([score, worth, before, member]),
        weight=rng.lognormal(0, 0.3, n),
        agent=np.char.add("a", agent.astype(str)),
        stratum=np.char.add("s", stratum.astype(str)),
        group=customer % groups,
    )
