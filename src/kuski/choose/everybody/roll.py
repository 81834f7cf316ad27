"""The roll: everybody who gets something, summed up."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kuski.choose.everybody.lot import Lot
from kuski.choose.reason import Offer
from kuski.finding import Caller
from kuski.roles import Roles
from kuski.show.record import Record
from kuski.show.table import Column, Kind, Table
from kuski.stats.draws import with_interval
from kuski.words import Estimate, Language, Quantity, say

# A difference to the plan of cells below this share of it is told as none.
_ALIKE = 1e-3
# A list that lacks less than this share of the best there can be is told as the best.
_BEST = 1e-4
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("action", "text"), ("listed", "count"), ("worth_in_all", "estimate"),
    ("cost_in_all", "quantity"), ("worth_per_cost", "number"),
)  # fmt: skip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """Everybody who gets the same.

    Attributes
    ----------
    offer : Offer
    people : int
    cost : float
        A year, of all of them.
    draws : ndarray, shape (R,)
        What they bring more in a year, on each draw; row 0 is the estimate.
    """

    offer: Offer
    people: int
    cost: float
    draws: Floats

    @property
    def per_cost(self) -> float:
        """Worth of a unit of money spent here; infinite where it costs nothing."""
        return float(self.draws[0]) / self.cost if self.cost > 0 else np.inf


@dataclass(frozen=True, slots=True)
class Roll:
    """A list of everybody who gets something, each the best at the price of the money.

    Attributes
    ----------
    file : Path
    lots : tuple of Lot
        Who gets what, and why; a row of the file is of one of them.
    parts : tuple of Part
        By what they get, most worth for the money first.
    money : float
    price : float
        What the next unit of money would bring: λ.
    bound : float
        Nothing that keeps the money and the rules is expected to bring more.
    by_cells : ndarray, shape (R,)
        What the best plan of cells would bring by the same customers, told apart alike.
    cells_cost : float
        Its cost.
    step : float
        What a step of the score is worth on average.
    steps : tuple of two floats, or None
        What it is worth to those tenths whom it is worth least and most, as customers were told
        apart; None where they were not, beyond segment and score.
    left_out : int
        Customers with a score who are in no cell of the plan.
    hidden : int
        Those in cells that are too small to be told.
    unkept : int
        Protected customers among all of these, where the study has floors.
    least : int
        The smallest number of customers that is told.
    worth_unit, cost_unit : str
    """

    file: Path
    lots: tuple[Lot, ...]
    parts: tuple[Part, ...]
    money: float
    price: float
    bound: float
    by_cells: Floats
    cells_cost: float
    step: float
    steps: tuple[float, float] | None
    left_out: int
    hidden: int
    unkept: int
    least: int
    worth_unit: str
    cost_unit: str

    @property
    def people(self) -> int:
        """Customers on the list."""
        return sum(part.people for part in self.parts)

    @property
    def cost(self) -> float:
        """A year, of all who are listed."""
        return sum(part.cost for part in self.parts)

    @property
    def draws(self) -> Floats:
        """What the listed bring more in a year on each draw, shape (R,)."""
        return sum((part.draws for part in self.parts), start=np.zeros_like(self.by_cells))

    @property
    def worth(self) -> tuple[float, float, float]:
        """What the listed bring more in a year, with its 95 % interval."""
        return with_interval(self.draws)

    @property
    def gained(self) -> tuple[float, float, float]:
        """By how much that is more than the best plan of cells brings, with its 95 % interval."""
        return with_interval(self.draws - self.by_cells)

    @property
    def gap(self) -> float:
        """How far the worth may be below the best there is, as a share of it."""
        worth = float(self.draws[0])
        return max(self.bound - worth, 0.0) / self.bound if self.bound > 0 else 0.0

    def table(self, roles: Roles, language: Language) -> Table:
        """List what is done, and for how many."""
        units = {"worth_in_all": self.worth_unit, "cost_in_all": self.cost_unit}
        columns = tuple(
            Column(key, say(f"choose.list_column_{key}", language), kind, units.get(key, ""))
            for key, kind in _COLUMNS
        )
        caller = Caller(roles.settings.names, language)
        return Table(columns, tuple(_record(part, caller) for part in self.parts), language)

    def sentences(self, caller: Caller) -> tuple[str, ...]:
        """Say what the list holds, how it compares with the plan of cells, and what it lacks."""
        language = caller.language
        said = [
            say(
                "choose.list_all_sum",
                language,
                n=self.people,
                cost=Quantity(self.cost, self.cost_unit),
                money=Quantity(self.money, self.cost_unit),
                worth=Estimate(*self.worth, self.worth_unit),
            ),
            say(
                f"choose.list_all_{'best' if self.gap < _BEST else 'price'}",
                language,
                price=self.price,
                gap=self.gap,
            ),
            self._against_cells(language),
            self._told_apart(language),
        ]
        if self.hidden:
            said.append(say("choose.list_all_hidden", language, n=self.hidden, least=self.least))
        if self.left_out:
            said.append(
                say("choose.list_all_left_out", language, n=self.left_out, least=self.least)
            )
        if self.unkept:
            said.append(say("choose.list_all_unkept", language, n=self.unkept))
        return tuple(said)

    def to_dict(self, roles: Roles, language: Language) -> dict[str, Any]:
        """Return all of it as plain data for JSON."""
        worth, low, high = self.worth
        gained, gained_low, gained_high = self.gained
        return {
            "file": str(self.file),
            "people": self.people,
            "money": self.money,
            "cost": self.cost,
            "worth": worth,
            "worth_low": low,
            "worth_high": high,
            "shadow_price": self.price,
            "gap": self.gap,
            "cells_worth": float(self.by_cells[0]),
            "cells_cost": self.cells_cost,
            "gained": gained,
            "gained_low": gained_low,
            "gained_high": gained_high,
            "step": self.step,
            "step_lowest": None if self.steps is None else self.steps[0],
            "step_highest": None if self.steps is None else self.steps[1],
            "hidden": self.hidden,
            "left_out": self.left_out,
            "unkept": self.unkept,
            "actions": [dict(record) for record in self.table(roles, language).records],
        }

    def _against_cells(self, language: Language) -> str:
        gained, cells = self.gained, float(self.by_cells[0])
        is_alike = abs(gained[0]) <= _ALIKE * abs(cells)
        return say(
            f"choose.list_all_{'like' if is_alike else 'unlike'}_cells",
            language,
            gained=Estimate(*gained, self.worth_unit),
            cells=Quantity(cells, self.worth_unit),
            cost=Quantity(self.cells_cost, self.cost_unit),
        )

    def _told_apart(self, language: Language) -> str:
        if self.steps is None:
            return say("choose.list_all_no_steps", language)
        low, high = (Quantity(step, self.worth_unit) for step in self.steps)
        step = Quantity(self.step, self.worth_unit)
        return say("choose.list_all_steps", language, step=step, low=low, high=high)


def _record(part: Part, caller: Caller) -> Record:
    worth, low, high = with_interval(part.draws)
    return {
        "action": part.offer.called(caller),
        "listed": part.people,
        "worth_in_all": worth,
        "worth_in_all_low": low,
        "worth_in_all_high": high,
        "cost_in_all": part.cost,
        "worth_per_cost": part.per_cost if part.cost > 0 else None,
    }
