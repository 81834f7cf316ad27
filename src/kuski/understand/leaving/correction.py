"""Correction: what is said at the door, set right by a sample of leavers that was checked."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.moments import Category, Collected, Need
from kuski.roles import Roles
from kuski.stats.misclassification import (
    TrueShares,
    drawn_interval,
    inverted_shares,
    random_sample_probability,
    reclassified_shares,
)
from kuski.stats.resample import Resamples
from kuski.understand.leaving.reason import GROUPS, Grouped, GroupName, Share, group_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Correction:
    """The shares of what is so, from the shares of what was said and a checked sample.

    Attributes
    ----------
    groups : tuple of m GroupName
    n : int
        Leavers that were checked.
    probability : float
        Of codes as far from all leavers' in a random sample of them, 0 to 1.
    direct : TrueShares
        The groups said, each divided as the checked of that group are.
    inverted : TrueShares
        The other way: solved from how each true group is told.
    """

    groups: tuple[GroupName, ...]
    n: int
    probability: float
    direct: TrueShares
    inverted: TrueShares

    @property
    def is_refused(self) -> bool:
        """Whether nothing is set right."""
        return self.direct.refused is not None

    def share(self, group: GroupName) -> Share | None:
        """Give the share of a group, or nothing where refused."""
        return self._read(self.direct, group)

    def inverted_share(self, group: GroupName) -> Share | None:
        """Give the share of a group by the other way, or nothing where refused."""
        return self._read(self.inverted, group)

    def difference(self, group: GroupName, stated: float) -> Share | None:
        """Give the share of a group less what is said of it, or nothing where refused."""
        if self.is_refused:
            return None
        place = self.groups.index(group)
        value = float(self.direct.shares[place]) - stated
        return self._ends(value, self.direct.difference_draws[:, place])

    def lead(self, group: GroupName, other: GroupName) -> Share:
        """Give by how much one group is commoner than another."""
        one, two = self.groups.index(group), self.groups.index(other)
        value = float(self.direct.shares[one] - self.direct.shares[two])
        return self._ends(value, self.direct.draws[:, one] - self.direct.draws[:, two])

    def _read(self, shares: TrueShares, group: GroupName) -> Share | None:
        if shares.refused is not None or group not in self.groups:
            return None
        place = self.groups.index(group)
        return self._ends(float(shares.shares[place]), shares.draws[:, place])

    def _ends(self, value: float, draws: Floats) -> Share:
        found = drawn_interval(value, draws, replicates=self.direct.replicates)
        return Share(value, found.low, found.high)


def checked_need(roles: Roles) -> Need | None:
    """Ask for the checked sample: what was said by what is so."""
    checked = roles.settings.checked
    if checked is None:
        return None
    return Need("checked", (), (Category(checked.coded), Category(checked.true)))


def correction(
    roles: Roles,
    collected: Collected,
    groups: Grouped,
    *,
    said: Floats,
    drawn: Resamples,
    rng: np.random.Generator,
) -> Correction | None:
    """Set the shares right; None where no sample was checked.

    Parameters
    ----------
    roles : Roles
    collected : Collected
    groups : Grouped
    said : ndarray, shape (R, groups shown)
        Weight of each group on each resample.
    drawn : Resamples
    rng : numpy.random.Generator
    """
    need = checked_need(roles)
    if need is None:
        return None
    table = np.zeros((len(GROUPS), len(GROUPS)))
    moments = collected.moments[need]
    for (coded, true), n in zip(moments.groups, moments.rows.sum(axis=1), strict=True):
        told, so = (groups.shown_as[group_of(roles, str(text))] for text in (coded, true))
        table[GROUPS.index(told), GROUPS.index(so)] += n
    if not table.any():
        return None
    is_used = np.array([name in groups.names for name in GROUPS])
    is_used |= table.any(axis=0) | table.any(axis=1)
    names = tuple(name for name, used in zip(GROUPS, is_used, strict=True) if used)
    counts = table[np.ix_(is_used, is_used)]
    weight = np.zeros((len(said), len(names)))
    for place, name in enumerate(groups.names):
        weight[:, names.index(name)] = said[:, place]
    return Correction(
        groups=names,
        n=int(counts.sum()),
        probability=random_sample_probability(weight[0], counts.sum(axis=1)),
        direct=reclassified_shares(weight, counts, resamples=drawn, rng=rng),
        inverted=inverted_shares(weight, counts, resamples=drawn, rng=rng),
    )
