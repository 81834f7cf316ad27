"""Reason: why customers are on a list, and what they are told to bring."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kuski.choose.called import action_called, segment_called
from kuski.choose.cell import Cell
from kuski.choose.entry import Entry
from kuski.choose.heads import segments_of
from kuski.choose.planned import levels_name, segment_name
from kuski.finding import Caller
from kuski.roles import Roles
from kuski.show.record import Record
from kuski.words import Estimate, Language, Quantity, say


@dataclass(frozen=True, slots=True)
class Offer:
    """What is done for customers, and what the last unit of the plan's money brings.

    Attributes
    ----------
    action : str
        Its identifier; several are joined by `BUNDLE`.
    labels : mapping
        How the table of actions calls each.
    price : float
    worth_unit, cost_unit : str
    """

    action: str
    labels: Mapping[str, str]
    price: float
    worth_unit: str
    cost_unit: str

    def called(self, caller: Caller) -> str:
        """Call it as people do."""
        return action_called(caller, self.action, self.labels)


def row_of(entry: Entry, offer: Offer, roles: Roles, language: Language) -> Record:
    """Say why an entry's customers are on the list."""
    cell, caller = entry.cell, Caller(roles.settings.names, language)
    level = levels_name(cell, roles)
    reason = say(
        f"choose.list_reason_{_case(entry, offer.price)}",
        language,
        action=offer.called(caller),
        segment=segment_words(cell, roles, language),
        level=level,
        worth=Estimate(entry.worth, entry.worth_low, entry.worth_high, offer.worth_unit),
        cost=Quantity(entry.cost, offer.cost_unit),
        per_cost=entry.per_cost,
        price=offer.price,
    )
    if cell.is_protected:
        reason = f"{reason} {say('choose.list_reason_protected', language)}"
    if entry.together:
        others = ", ".join(action_called(caller, one, offer.labels) for one in entry.together)
        reason = f"{reason} {say('choose.list_reason_together', language, actions=others)}"
    return {
        "action": offer.action,
        "segment": segment_name(cell, language),
        "level": level,
        "protected": int(cell.is_protected),
        "worth": entry.worth,
        "worth_low": entry.worth_low,
        "worth_high": entry.worth_high,
        "cost": entry.cost,
        "worth_per_cost": entry.per_cost if np.isfinite(entry.per_cost) else None,
        "price": offer.price,
        "reason": reason,
    }


def segment_words(cell: Cell, roles: Roles, language: Language) -> str:
    """Call the segment of a cell as people do."""
    columns = [segment.column for segment in segments_of(roles)]
    caller = Caller(roles.settings.names, language)
    return segment_called(caller, segment_name(cell, language), columns)


def _case(entry: Entry, price: float) -> str:
    if entry.rule is not None:
        return "rule"
    if not entry.cost:
        return "free"
    return "worth" if entry.per_cost >= price else "whole"
