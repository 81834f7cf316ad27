"""Small tables beside the answers: reasons that somebody checked, and choices of best and worst."""

from collections.abc import Sequence

from kuski.listen.guess import Guess, Role, TableGuess
from kuski.listen.hint import hint
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.reason import because
from kuski.listen.setting import hinted

MOST_REASONS = 60
LEAST_ITEMS = 3
MOST_ITEMS = 60


def checked(table: TableProfile, reasons: Sequence[str]) -> TableGuess | None:
    """Take a table as checked reasons: one column as told, one as found, both with known reasons.

    Parameters
    ----------
    table : TableProfile
    reasons : sequence of str
        Texts of the reasons for leaving in the study.
    """
    known = set(reasons)
    columns = [column for column in _categories(table, MOST_REASONS) if known & set(column.texts)]
    found = [column for column in columns if hint("checked", column.name)]
    told = [c for c in columns if c not in found and hint("told", c.name)]
    if len(found) != 1 or len(told) != 1:
        return None
    reason = because("checked_reasons", n=len(known & set(told[0].texts)))
    return TableGuess(
        table.name,
        {
            "coded": (Guess("coded", (told[0].name,), sure=0.8, reasons=(reason,)),),
            "true": (Guess("true", (found[0].name,), sure=0.8, reasons=(reason,)),),
        },
    )


def maxdiff(table: TableProfile) -> TableGuess | None:
    """Take a table as choices: columns with the items shown, and which was best and which worst."""
    columns = _categories(table, MOST_ITEMS)
    best = [column for column in columns if hint("best", column.name)]
    worst = [column for column in columns if hint("worst", column.name)]
    if len(best) != 1 or len(worst) != 1:
        return None
    chosen = {*best[0].texts, *worst[0].texts}
    items = [
        column for column in columns
        if column not in (best[0], worst[0]) and set(column.texts) & chosen
    ]  # fmt: skip
    shown = {text for column in items for text in column.texts}
    if len(items) < LEAST_ITEMS or not chosen <= shown:
        return None
    reasons = (because("maxdiff_items", n=len(shown), columns=len(items)),)
    taken = {column.name for column in (*items, best[0], worst[0])}
    who = [
        column for column in table.columns
        if column.name not in taken and hinted("respondent", column) and not column.is_unique
    ]  # fmt: skip
    found: dict[Role, tuple[Guess, ...]] = {
        "items": (
            Guess("items", tuple(column.name for column in items), sure=0.85, reasons=reasons),
        ),
        "best": (Guess("best", (best[0].name,), sure=0.85, reasons=(because("by_name"),)),),
        "worst": (Guess("worst", (worst[0].name,), sure=0.85, reasons=(because("by_name"),)),),
    }
    if who:
        each = who[0].filled / who[0].distinct
        repeats = because("customer_repeats", n=who[0].distinct, each=each)
        guess = Guess("respondent", (who[0].name,), sure=0.8, reasons=(repeats,))
        found["respondent"] = (guess,)
    return TableGuess(table.name, found)


def _categories(table: TableProfile, most: int) -> list[ColumnProfile]:
    return [c for c in table.columns if 2 <= c.distinct <= most and c.coverage >= 0.9]
