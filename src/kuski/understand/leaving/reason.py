"""Reason: what those who left said, and the groups that reasons belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kuski.roles import Roles
from kuski.stats.proportions import cluster_n, share_interval
from kuski.terms import ReasonGroup
from kuski.understand.leaving.leavers import Counted, Key

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
GroupName = Literal["treatment", "price", "product", "life", "other"]

OTHER: GroupName = "other"
GROUPS: tuple[GroupName, ...] = (*get_args(ReasonGroup), OTHER)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval, 0 to 1; the ends are None where there is none."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ReasonNumbers:
    """One reason as it was told.

    Attributes
    ----------
    reason : str or None
        None stands for those of the group that fewer told than may be shown, taken together.
    group : {"treatment", "price", "product", "life", "other"}
    n : int
        Who left and told it.
    share : float
        Of those who left and told a reason, 0 to 1.
    """

    reason: str | None
    group: GroupName
    n: int
    share: float
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """The reasons by group, with those that too few told taken together.

    Attributes
    ----------
    texts : mapping of GroupName to tuple of str
        What was said of each group that is shown, in the order of `GROUPS`.
    shown_as : mapping of GroupName to GroupName
        The group under which each is shown.
    unknown : tuple of str
        What the study puts into no group, the commonest first, where enough told it to be shown.
    """

    texts: Mapping[GroupName, tuple[str, ...]]
    shown_as: Mapping[GroupName, GroupName]
    unknown: tuple[str, ...]

    @property
    def names(self) -> tuple[GroupName, ...]:
        """The groups that are shown."""
        return tuple(self.texts)


def group_of(roles: Roles, reason: str) -> GroupName:
    """Find the group of a reason."""
    return roles.reason_group(reason) or OTHER


def grouped(roles: Roles, counted: Counted) -> Grouped:
    """Put the reasons into groups, and groups of too few people into other."""
    least = roles.settings.study.disclosure
    reasons = counted.reasons
    n = {text: int(counted.rows(*counted.keys_of((text,))).sum()) for text in reasons}
    own: dict[GroupName, tuple[str, ...]] = {
        group: tuple(text for text in reasons if group_of(roles, text) == group) for group in GROUPS
    }
    heads = {group: sum(n[text] for text in own[group]) for group in GROUPS}
    hidden = _hidden(heads, least)
    shown_as: dict[GroupName, GroupName] = {
        group: OTHER if group in hidden else group for group in GROUPS
    }
    texts: dict[GroupName, tuple[str, ...]] = {}
    for group in GROUPS:
        members = tuple(text for text in reasons if shown_as[group_of(roles, text)] == group)
        if members:
            texts[group] = members
    return Grouped(
        texts=texts,
        shown_as=shown_as,
        unknown=tuple(text for text in own[OTHER] if n[text] >= least),
    )


def _hidden(heads: Mapping[GroupName, int], least: int) -> set[GroupName]:
    """Choose the groups that go into other, so that neither they nor other is below the limit."""
    hidden = {group for group, n in heads.items() if group != OTHER and 0 < n < least}
    rest = sorted((n, group) for group, n in heads.items() if group != OTHER and n >= least)
    while rest and 0 < heads[OTHER] + sum(heads[group] for group in hidden) < least:
        hidden.add(rest.pop(0)[1])
    return hidden


def reason_numbers(roles: Roles, counted: Counted, groups: Grouped) -> tuple[ReasonNumbers, ...]:
    """Give each reason with its share, those told by too few taken together within their group."""
    least = roles.settings.study.disclosure
    told = counted.keys_of(counted.reasons)
    found: list[ReasonNumbers] = []
    for group, texts in groups.texts.items():
        for reason, members in _shown(counted, texts, least):
            share = share_of(counted, counted.keys_of(members), told)
            n = int(counted.rows(*counted.keys_of(members)).sum())
            found.append(ReasonNumbers(reason, group, n, share.value, share.low, share.high))
    return tuple(sorted(found, key=lambda one: -one.n))


def _shown(
    counted: Counted, texts: Sequence[str], least: int
) -> list[tuple[str | None, tuple[str, ...]]]:
    n = [int(counted.rows(*counted.keys_of((text,))).sum()) for text in texts]
    kept = sum(one >= least for one in n)
    while kept and 0 < sum(n[kept:]) < least:
        kept -= 1
    found: list[tuple[str | None, tuple[str, ...]]] = [(text, (text,)) for text in texts[:kept]]
    if kept < len(texts):
        found.append((None, tuple(texts[kept:])))
    return found


def share_of(
    counted: Counted,
    part: Sequence[Key],
    whole: Sequence[Key],
) -> Share:
    """Give the share that some groups have of others that hold them, with Wilson's interval."""
    of_part, of_whole = counted.weight(*part), counted.weight(*whole)
    rows = counted.rows(*whole)
    share = min(float(of_part.sum() / of_whole.sum()), 1.0)
    n: float | None = float(rows.sum())
    if not counted.leavers.is_plain and 0 < share < 1:
        cross = np.stack([of_whole, of_part, of_part, of_part], axis=1).reshape(-1, 2, 2)
        n = cluster_n(cross, rows)
    if n is None:
        return Share(share, None, None)
    ends = share_interval(share, n)
    return Share(share, ends.low, ends.high)
