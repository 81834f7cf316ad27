"""A base rate: the share of a kind of contact among all contacts, told of or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kuski.finding import ends
from kuski.listen.stories.share import ShareNumbers
from kuski.moments import Category, Collected, Moments, Need
from kuski.roles import Roles
from kuski.stats.lift import lift_interval
from kuski.stats.proportions import cluster_n, share_interval
from kuski.stats.resample import MIN_REPLICATES, Interval
from kuski.terms import CODES, ContactKind

Found = tuple[float | None, float | None, float | None]
_NOTHING: Found = (None, None, None)


def base_need(roles: Roles) -> Need | None:
    """Count all contacts; None where the answers name none but those that their texts tell of."""
    contact = roles.settings.responses.contact
    if contact is None or contact.startswith(CODES):
        return None
    return Need("responses", (), (Category(contact),), roles.weight, is_optional=True)


@dataclass(frozen=True, slots=True)
class BaseRate:
    """All contacts of the answers, by kind.

    Attributes
    ----------
    moments : Moments or None
    kinds : tuple of (ContactKind or None)
        Of each group of the moments.
    least : int
        Shares of fewer answers are not shown.
    """

    moments: Moments | None
    kinds: tuple[ContactKind | None, ...]
    least: int

    @classmethod
    def of(cls, roles: Roles, collected: Collected) -> "BaseRate":
        """Look the contacts up."""
        need = base_need(roles)
        found = None if need is None else collected.moments.get(need)
        groups = () if found is None else found.groups
        kinds = tuple(roles.contact_kind(str(text)) for (text,) in groups)
        return cls(found, kinds, roles.settings.study.disclosure)

    @property
    def n(self) -> int:
        """Answers whose contact is known."""
        return self._rows(is_known=True)

    @property
    def unknown(self) -> int:
        """Answers whose contact is there but nobody says what it means."""
        return self._rows(is_known=False)

    @property
    def unknown_texts(self) -> list[str]:
        """The contacts that nobody says the meaning of, where enough rows have them."""
        if self.moments is None:
            return []
        rows = self.moments.rows.sum(axis=1).tolist()
        return [
            str(text)
            for (text,), kind, n in zip(self.moments.groups, self.kinds, rows, strict=True)
            if kind is None and n >= self.least
        ]

    def share(self, wanted: Sequence[ContactKind]) -> Found:
        """Give the share of some kinds among all known ones, with its interval."""
        if self.moments is None or self.n < self.least:
            return _NOTHING
        known = np.array([kind is not None for kind in self.kinds], dtype=np.float64)
        inside = np.array([kind in wanted for kind in self.kinds], dtype=np.float64)
        weight, rows = self.moments.cross[..., 0, 0], known @ self.moments.rows
        whole, part = known @ weight, inside @ weight
        if whole.sum() <= 0 or 0 < inside @ self.moments.rows.sum(axis=1) < self.least:
            return _NOTHING
        share = float(part.sum() / whole.sum())
        replicates = int((rows > 0).sum())
        if replicates < MIN_REPLICATES:
            return share, None, None
        cross = np.array([[whole, part], [part, part]]).transpose(2, 0, 1)
        # Where all or none are, answers of one customer may all go together: each group is one.
        worth = cluster_n(cross, rows) or float(replicates)
        return share, *ends(share_interval(min(share, 1.0), worth))

    def lift(self, told: ShareNumbers, wanted: Sequence[ContactKind]) -> Found:
        """Set a share of the stories over the share of all contacts."""
        base, low, high = self.share(wanted)
        if not base or told.share is None:
            return _NOTHING
        lift = told.share / base
        if low is None or high is None or told.share_low is None or told.share_high is None:
            return lift, None, None
        among, around = Interval(low, high), Interval(told.share_low, told.share_high)
        return lift, *ends(lift_interval(told.share, around, base=base, base_interval=among))

    def _rows(self, *, is_known: bool) -> int:
        if self.moments is None:
            return 0
        chosen = np.array([(kind is not None) == is_known for kind in self.kinds], dtype=np.bool_)
        return int(self.moments.rows[chosen].sum())
