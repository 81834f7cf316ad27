"""Group: how often one group of reasons is told, and how often it is so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.resample import Resamples, interval
from kuski.understand.leaving.correction import Correction
from kuski.understand.leaving.leavers import Counted
from kuski.understand.leaving.reason import OTHER, Grouped, GroupName, Share, share_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """One group of reasons, as told and as it is so; shares between 0 and 1.

    Attributes
    ----------
    group : {"treatment", "price", "product", "life", "other"}
    n : int
        Who left and told a reason of the group.
    stated_share : float
        Of those who left and told a reason.
    share : float or None
        The same set right by the checked sample; None where there is none, or where refused.
    difference : float or None
        `share` less `stated_share`.
    inverted : float or None
        The share by the other way to use the checked sample: solved from how each true group is
        told, as a sample from elsewhere would have to be used.
    """

    group: GroupName
    n: int
    stated_share: float
    stated_share_low: float | None
    stated_share_high: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    inverted: float | None
    inverted_low: float | None
    inverted_high: float | None


def group_numbers(
    counted: Counted, groups: Grouped, name: GroupName, corrected: Correction | None
) -> GroupNumbers:
    """Give one group's share of those who told a reason, and the same set right."""
    keys = counted.keys_of(groups.texts.get(name, ()))
    stated = share_of(counted, keys, counted.keys_of(counted.reasons))
    share = difference = inverted = None
    if corrected is not None:
        share = corrected.share(name)
        difference = corrected.difference(name, stated.value)
        inverted = corrected.inverted_share(name)
    return GroupNumbers(
        name,
        int(counted.rows(*keys).sum()),
        stated.value,
        stated.low,
        stated.high,
        *_parts(share),
        *_parts(difference),
        *_parts(inverted),
    )


def _parts(share: Share | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if share is None else (share.value, share.low, share.high)


def commonest_groups(groups: Sequence[GroupNumbers]) -> tuple[GroupName, GroupName]:
    """Name the group most often told and the one most often so, other left aside."""
    named = [one for one in groups if one.group != OTHER]
    said = max(named, key=lambda one: one.stated_share)
    if said.share is None:
        return said.group, said.group
    return said.group, max(named, key=lambda one: one.share or 0.0).group


def is_sure(
    commonest: tuple[GroupName, GroupName],
    groups: Sequence[GroupNumbers],
    corrected: Correction | None,
    *,
    by_group: Floats,
    told: Sequence[GroupName],
    drawn: Resamples,
) -> bool:
    """Tell whether the commonest group is so beyond chance."""
    said, true = commonest
    others = [one for one in groups if one.group not in (true, OTHER)]
    if not others:
        return True
    if corrected is not None:
        rival = said if said != true else max(others, key=lambda one: one.share or 0.0).group
        low = corrected.lead(true, rival).low
        return low is not None and low > 0
    rival = max(others, key=lambda one: one.stated_share).group
    if rival not in told:
        return True
    lead = by_group[:, told.index(true)] - by_group[:, told.index(rival)]
    with np.errstate(invalid="ignore"):  # a resample in which nobody told a reason
        share = lead / by_group.sum(axis=1)
    found = interval(share, drawn)
    return found is not None and found.low > 0
