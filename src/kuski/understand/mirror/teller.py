"""The teller of a story: leader, employee or customer, and whether they tell of the same things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kuski.moments import Category, Collected, Need
from kuski.roles import Roles
from kuski.stats.contingency import contingency
from kuski.understand.encounters.contact import polarity_of

Teller = Literal["leader", "employee", "customer"]
By = Literal["factor", "contact"]
TELLERS: tuple[Teller, ...] = get_args(Teller)
OTHER = "other"

_TELLER_WORDS: dict[Teller, str] = {
    "leader": "leader leaders manager managers management director executive boss supervisor "
    "johtaja johtajat johto esihenkilö esimies päällikkö",
    "employee": "employee employees staff worker työntekijä työntekijät henkilöstö henkilökunta",
    "customer": "customer customers client clients consumer asiakas asiakkaat kuluttaja",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Stories counted by who tells them.

    Attributes
    ----------
    names : tuple of c str
        Kinds of contact, or factors.
    counts : dict
        For each teller, an array of shape (c,).
    """

    names: tuple[str, ...]
    counts: Mapping[Teller, npt.NDArray[np.int64]]

    def n(self, teller: Teller) -> int:
        """How many stories one kind of teller told."""
        return int(self.counts[teller].sum())

    def share(self, teller: Teller, names: Sequence[str]) -> float | None:
        """Share of one kind of teller's stories that have one of these names."""
        if not (n := self.n(teller)):
            return None
        inside = np.isin(self.names, list(names))
        return float(self.counts[teller][inside].sum()) / n


@dataclass(frozen=True, slots=True)
class TableTest:
    """Whether leaders, employees and customers tell of the same things.

    Attributes
    ----------
    by : {"factor", "contact"}
    tellers, columns : tuple of str
    counts : tuple of tuples of int
        Stories, one row per teller.
    chi2 : float
    df : int
    p : float
        0 to 1.
    method : {"chi2", "permutation"}
        Where `p` comes from.
    cramer_v : float
        0 to 1.
    residuals : tuple of tuples of float
        Adjusted standardised residuals, one row per teller.
    """

    by: By
    tellers: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    chi2: float
    df: int
    p: float
    method: str
    cramer_v: float
    residuals: tuple[tuple[float, ...], ...]


def story_needs(roles: Roles) -> dict[By, Need]:
    """Ask for counts of stories by teller, polarity and contact, and by factor where coded.

    Nothing where stories do not say who tells them and which are excellent.
    """
    part = roles.settings.stories
    if part is None or part.teller is None or part.polarity is None:
        return {}
    head = (Category(part.teller), Category(part.polarity))
    columns: dict[By, str | None] = {"factor": part.factor, "contact": part.contact}
    return {
        by: Need("stories", (), (*head, Category(column)))
        for by, column in columns.items()
        if column
    }


def told(roles: Roles, collected: Collected, by: By) -> Told | None:
    """Count the excellent stories by teller; None where there are none."""
    need = story_needs(roles).get(by)
    moments = None if need is None else collected.moments.get(need)
    if moments is None or not moments.n:
        return None
    found: dict[str, dict[Teller, int]] = {}
    for (text, polarity, about), n in zip(moments.groups, moments.rows.sum(axis=1), strict=True):
        who = teller_of(str(text))
        name = str(about) if by == "factor" else roles.contact_kind(str(about))
        if who is None or name is None or polarity_of(str(polarity)) != "excellent":
            continue
        row = found.setdefault(name, dict.fromkeys(TELLERS, 0))
        row[who] += int(n)
    if not found:
        return None
    names = tuple(sorted(found))
    return Told(names, {who: np.array([found[name][who] for name in names]) for who in TELLERS})


def teller_of(text: str) -> Teller | None:
    """Find who tells; None where nobody says who that is."""
    wanted = text.casefold().strip()
    return next((who for who, words in _TELLER_WORDS.items() if wanted in words.split()), None)


def table_test(stories: Told, by: By, least: int, rng: np.random.Generator) -> TableTest | None:
    """Test whether the tellers tell of the same things.

    Tellers with fewer than `least` stories are left out, and what fewer stories speak of is taken
    together. None where less than two of either are left.
    """
    tellers = [who for who in TELLERS if stories.n(who) >= least]
    counts = np.array([stories.counts[who] for who in tellers]).reshape(len(tellers), -1)
    is_large = counts.sum(axis=0) >= least
    rest = counts[:, ~is_large].sum(axis=1)
    names = [name for name, kept in zip(stories.names, is_large, strict=True) if kept]
    counts = counts[:, is_large]
    if rest.sum() >= least:
        names, counts = [*names, OTHER], np.column_stack([counts, rest])
    kept = [place for place, row in enumerate(counts) if row.any()]
    if len(kept) < 2 or len(names) < 2:
        return None
    counts = counts[kept]
    found = contingency(counts, rng=rng)
    return TableTest(
        by=by,
        tellers=tuple(tellers[place] for place in kept),
        columns=tuple(names),
        counts=tuple(tuple(int(n) for n in row) for row in counts),
        chi2=found.chi2,
        df=found.df,
        p=found.p,
        method=found.method,
        cramer_v=found.cramer_v,
        residuals=tuple(tuple(float(x) for x in row) for row in found.residuals),
    )
