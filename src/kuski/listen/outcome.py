"""Outcomes: what a score may be worth, who recommends, who left and why."""

from dataclasses import replace

from kuski.listen.guess import Guess, Role
from kuski.listen.hint import hint, words_of
from kuski.listen.profile import ColumnProfile
from kuski.listen.reason import because
from kuski.listen.setting import (
    Setting,
    code_reasons,
    guessed,
    hinted,
    is_before,
    is_zero_one,
    ranked,
    unit_of,
)
from kuski.listen.vocabulary import Meaning

_LEAST_AMOUNTS = 13
_TIME_UNITS = {
    "months": {"month", "months", "kuukausi", "kuukaudet", "kuukautta", "kk"},
    "days": {"day", "days", "paiva", "paivat", "paivaa", "pv"},
    "years": {"year", "years", "vuosi", "vuodet", "vuotta", "v"},
}


def recommends(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could ask how likely one is to recommend, from 0 to 10."""
    found = []
    for battery in (*setting.batteries, *setting.alone):
        for rating in battery.ratings:
            column = rating.column
            if column.name in setting.taken or battery.scale[1] != 10:
                continue
            named = hinted("recommend", column)
            goes_along = rating.rest >= 0.3 and battery.scale == (0, 10)
            if not named and not (goes_along and len(battery.ratings) == 1):
                continue
            case = "recommend_scale" if battery.scale[0] == 0 else "recommend_from_one"
            reasons = [because("by_name")] if named else []
            reasons += [because(case), *code_reasons(battery)]
            found.append(
                Guess(
                    "recommend", (column.name,), battery.scale, battery.missing, "points",
                    0.4 + 0.5 * named + 0.05 * (battery.scale[0] == 0), tuple(reasons),
                )
            )  # fmt: skip
    return ranked(found)


def worths(setting: Setting, recommend: Guess | None) -> tuple[Guess, ...]:
    """Rank the outcomes: money after the answer, recommending, a 0/1 outcome, loyalty as rated."""
    found = [_money_guess(column) for column in setting.free if _is_money(column)]
    if recommend is not None:
        reason = because("worth_recommend_too" if found else "worth_recommend")
        sure = min(0.7, recommend.sure)
        missing_reasons = tuple(r for r in recommend.reasons if r.case.startswith("code"))
        found.append(
            replace(recommend, role="worth", sure=sure, reasons=(reason, *missing_reasons))
        )
    found += [
        guessed("worth", column, 0.6, [because("worth_zero_one")], unit="%")
        for column in setting.free
        if is_zero_one(column) and hinted("outcome", column) and not hinted("left", column)
    ]
    found += _loyalty_guesses(setting, is_last=not found)
    return ranked(found)


def _is_money(column: ColumnProfile) -> bool:
    is_amount = column.is_numeric and column.distinct >= _LEAST_AMOUNTS and column.dates < 0.5
    return is_amount and bool(hinted("money", column)) and not is_before(column)


def _money_guess(column: ColumnProfile) -> Guess:
    is_after = bool(hinted("after", column))
    reason = because("worth_money_after" if is_after else "worth_money")
    sure = 0.6 + 0.1 * hinted("money", column) + (0.2 if is_after else 0.0)
    return replace(guessed("worth", column, sure, [reason]), unit=unit_of(column))


def _loyalty_guesses(setting: Setting, *, is_last: bool) -> list[Guess]:
    """Rank ratings of loyalty; where nothing better is there, they say so."""
    reason = because("worth_loyalty" if is_last else "worth_opinion")
    found = []
    for battery in (*setting.batteries, *setting.alone):
        for rating in battery.ratings:
            if rating.name in setting.taken:
                continue
            column = rating.column
            if hinted("loyalty", column) or hinted("recommend", column):
                found.append(
                    Guess(
                        "worth", (column.name,), battery.scale, battery.missing, "points", 0.4,
                        (reason,),
                    )
                )  # fmt: skip
    return found


def leavers(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say who left."""
    return ranked(
        guessed("left", column, 0.55 + 0.35 * named, [because("by_name"), because("left_zero_one")])
        for column in setting.free
        if is_zero_one(column) and (named := hinted("left", column))
    )


def told_reasons(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold the reason for leaving, as a category."""
    return ranked(
        guessed("reason", column, 0.5 + 0.3 * named, [because("by_name")])
        for column in setting.free
        if (named := hinted("reason", column))
        and 2 <= column.distinct <= 60 and column.words < 8 and column.dates < 0.5
    )  # fmt: skip


def durations(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say how long it took until those who left did."""
    found = []
    for column in setting.free:
        if not column.is_numeric or column.distinct < 3 or not column.low >= 0:
            continue
        if not (named := hint("duration", column.name)) or hinted("alike", column):
            continue
        guess = guessed("duration", column, 0.45 + 0.3 * named, [because("duration_named")])
        found.append(replace(guess, unit=_unit_of_time(column)))
    return ranked(found)


def _unit_of_time(column: ColumnProfile) -> str:
    words = words_of(column.name) | words_of(column.label)
    return next((unit for unit, names in _TIME_UNITS.items() if words & names), "")


def flags(setting: Setting, role: Role, meaning: Meaning) -> tuple[Guess, ...]:
    """Rank the 0/1 columns of a meaning."""
    return ranked(
        guessed(role, column, 0.5 + 0.4 * named, [because("by_name")])
        for column in setting.free
        if is_zero_one(column) and (named := hinted(meaning, column))
    )


def costs(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold what a piece of work cost, in money or hours."""
    found = []
    for column in setting.free:
        if not column.is_numeric or column.distinct < 3 or column.dates > 0.5:
            continue
        if named := max(hinted("cost", column), 0.9 * hinted("money", column)):
            guess = guessed("cost", column, 0.5 + 0.4 * named, [because("by_name")])
            found.append(replace(guess, unit=unit_of(column)))
        elif named := hinted("hours", column):
            guess = guessed("cost", column, 0.4 + 0.4 * named, [because("by_name")])
            found.append(replace(guess, unit="hours"))
    return ranked(found)
