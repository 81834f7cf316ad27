"""People: the answers of the panel with everything that a policy tree needs of them."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.audience.asked import Asked, asked_of, column_of, replicates_of
from kuski.choose.audience.cut import strategic_of
from kuski.moments import Answers, Floats, Integers, Panel, Variable
from kuski.roles import Roles
from kuski.stats.doubly_robust import folds_of

Booleans = npt.NDArray[np.bool_]

# Most answers that are used: more of them hardly move a tree.
MOST = 200_000


def people_panel(roles: Roles, worth: Variable) -> Panel:
    """Ask for the answers, with worth, what is held alike and what a tree may ask of."""
    strategic = strategic_of(roles, prefix=True)
    columns = [worth, *roles.alike_variables]
    columns += [variable for one in asked_of(roles) for variable in one.variables]
    columns += [strategic[1]] if strategic else []
    return replace(roles.panel, columns=tuple(dict.fromkeys(columns)))


@dataclass(frozen=True, slots=True)
class People:
    """Answers with everything that the tree needs; m of them, in the panel's order.

    Attributes
    ----------
    asked : tuple of p Asked
        Those that at least one answer knows and that differ between answers.
    panel : Answers
    x : ndarray, shape (m, p)
        Numbers, and categories by their place in `Asked.categories`.
    worth : ndarray, shape (m,)
    known : ndarray of bool, shape (m,)
        Answers with a score and every column asked.
    rows : ndarray of bool, shape (m,)
        Those with a worth, every `alike` column and a weight too.
    is_top, is_content : ndarray of bool, shape (m,)
        Among `rows`.
    learns : ndarray of bool, shape (m,)
        Of the half that the tree grows on.
    replicate : ndarray of int, shape (m,)
    """

    asked: tuple[Asked, ...]
    panel: Answers
    x: Floats
    worth: Floats
    known: Booleans
    rows: Booleans
    is_top: Booleans
    is_content: Booleans
    learns: Booleans
    replicate: Integers

    @classmethod
    def of(cls, roles: Roles, worth: Variable, panel: Answers) -> "People":
        """Read the panel."""
        while len(panel) > MOST:
            panel = panel.within(panel.halvings + 1)
        asked, columns = [], []
        for one in asked_of(roles):
            column = _merged(panel, column_of(panel, one), one, roles.settings.study.disclosure)
            different = np.unique(column[np.isfinite(column)])
            if len(different) > 1:
                asked.append(one)
                columns.append(column)
        x = np.stack(columns, axis=1) if columns else np.empty((len(panel), 0))
        zones = np.array([*roles.scale.zones, "none"])[panel.level]
        money = panel.of(worth).astype(np.float64)
        known = np.isfinite(x).all(axis=1) & (panel.level >= 0)
        rows = known & np.isfinite(money) & (panel.weight > 0)
        for column_held in roles.alike_variables:
            rows &= np.isfinite(panel.of(column_held))
        return cls(
            asked=tuple(asked),
            panel=panel,
            x=x,
            worth=money,
            known=known,
            rows=rows,
            is_top=rows & (zones == "top"),
            is_content=rows & (zones == "middle"),
            learns=folds_of(panel.customer, 2) == 0,
            replicate=replicates_of(panel),
        )


def _merged(panel: Answers, column: Floats, one: Asked, least: int) -> Floats:
    """Put categories of fewer customers than may be shown among the others."""
    if not one.categories:
        return column
    is_known = np.isfinite(column) & (panel.level >= 0)
    pairs = np.unique(
        np.stack([column[is_known].astype(np.uint64), panel.customer[is_known]]), axis=1
    )
    counts = np.bincount(pairs[0].astype(np.int64), minlength=len(one.categories) + 1)
    thin = np.flatnonzero(counts < least)
    return np.where(np.isin(column, thin), float(len(one.categories)), column)
