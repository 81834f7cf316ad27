"""Every role but the score and its drivers: told by a column's name and by what stands in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kuski.listen.guess import Guess, Role
from kuski.listen.hint import Meaning, hint, words_of
from kuski.listen.missing import Sorted, ordered, sort_codes
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.rating import Battery
from kuski.listen.reason import Reason, because
from kuski.moments import Code

MOST_CATEGORIES = 12
MOST_SEGMENTS = 8
LEAST_FILLED = 0.5

_MOST_ALIKE_WORDS = 20
_SURROGATE_IDS = 300
_CHANNELS = frozenset(
    "phone telephone call chat email mail sms web website online app mobile store branch shop "
    "office visit person face letter social puhelin puhelu chatti sahkoposti verkko verkkosivut "
    "nettisivut sovellus myymala kauppa konttori toimisto kasvokkain kirje some".split()
)
_UNITS = {
    "€": ("eur", "euro", "euros", "euroa", "e"),
    "$": ("usd", "dollar", "dollars"),
    "£": ("gbp", "pound", "pounds"),
    "kr": ("sek", "nok", "dkk", "kr", "kronor"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a table before its other roles are guessed.

    Attributes
    ----------
    table : TableProfile
    batteries : tuple of Battery
    alone : tuple of Battery
        Columns that could be ratings on their own.
    taken : frozenset of str
        Columns that have a role.
    """

    table: TableProfile
    batteries: tuple[Battery, ...] = ()
    alone: tuple[Battery, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def free(self) -> tuple[ColumnProfile, ...]:
        """The columns that hold something and have no role yet."""
        return tuple(
            column for column in self.table.columns
            if column.filled and column.name not in self.taken
        )  # fmt: skip

    @property
    def ratings(self) -> frozenset[str]:
        """The columns of the batteries."""
        return frozenset(name for battery in self.batteries for name in battery.names)

    @property
    def zero_is_missing(self) -> bool:
        """Whether the main battery writes 0 for no answer."""
        return bool(self.batteries) and 0 in self.batteries[0].missing

    def without(self, guesses: Iterable[Guess]) -> "Setting":
        """Take the columns of these guesses away."""
        names = {name for guess in guesses for name in guess.columns}
        return replace(self, taken=self.taken | names)


def row_ids(setting: Setting) -> tuple[str, ...]:
    """Name the columns that number the rows: no two rows alike, and nothing to count or read."""
    return tuple(c.name for c in setting.free if _is_identifier(c) and c.is_unique)


def weights(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could be survey weights."""
    found = []
    for column in setting.free:
        is_fraction = column.is_numeric and column.whole < 0.9 * column.numeric
        if not is_fraction or not column.low >= 0 or column.coverage < 0.9:
            continue
        named = _hint("weight", column)
        is_one = abs(column.mean - 1) <= 0.02
        if not named and not (is_one and column.high <= 20):
            continue
        sure = 0.4 * bool(named) + 0.45 * is_one + 0.1
        reasons = [because("by_name")] if named else []
        case = "weight_mean_one" if is_one else "weight_fractions"
        reasons.append(because(case, mean=column.mean))
        found.append(_guess("weight", column, sure if named else 0.35, reasons))
    return _ranked(found)


def customers(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say whose answer a row is: identifiers that repeat."""
    found = []
    for column in setting.free:
        if not _is_identifier(column) or column.coverage < LEAST_FILLED:
            continue
        named = 0.0 if hint("not_people", column.name) else _hint("customer", column)
        each = column.filled / column.distinct
        if named and column.distinct > MOST_CATEGORIES:
            case = "customer_once" if column.is_unique else "customer_repeats"
            reasons = [because("by_name"), because(case, n=column.distinct, each=each)]
            found.append(_guess("customer", column, 0.6 + 0.35 * named, reasons))
        elif not column.is_unique and _is_surrogate(column):
            reasons = [because("customer_numbers", n=column.distinct, each=each)]
            sure = 0.45 + 0.1 * column.distinct / max(c.distinct for c in setting.free)
            found.append(_guess("customer", column, sure, reasons))
    return _ranked(found)


def agents(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say who served."""
    found = []
    for column in setting.free:
        if not _is_identifier(column) or column.is_unique or column.distinct < 5:
            continue
        if column.name in setting.ratings:
            continue
        each = column.filled / column.distinct
        if named := _hint("agent", column):
            reasons = [because("by_name"), because("agent_serves", n=column.distinct, each=each)]
            found.append(_guess("agent", column, 0.5 + 0.4 * named, reasons))
        elif _is_surrogate(column) and each >= 5:
            reasons = [because("agent_numbers", n=column.distinct, each=each)]
            found.append(_guess("agent", column, 0.4, reasons))
    return _ranked(found)


def times(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say when the answer was given."""
    found = []
    for column in setting.free:
        if column.dates < 0.9 or column.coverage < LEAST_FILLED:
            continue
        words = words_of(column.name)
        at_end = words & {"recordeddate", "enddate", "end", "submitted", "answered", "completed"}
        sure = 0.6 + 0.25 * _hint("time", column) + (0.1 if at_end else 0.0)
        sure -= 0.2 if words & {"start", "startdate", "birth", "syntymaaika"} else 0.0
        reasons = [because("time_dates")]
        found.append(_guess("time", column, sure, reasons))
    return _ranked(found)


def comments(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could be answers in the customers' own words."""
    found = []
    for column in setting.free:
        if column.is_numeric or column.dates > 0.5:
            continue
        named = _hint("comment", column)
        is_free = column.words >= 4 and column.distinct >= 0.3 * column.filled
        if is_free or (named and column.words >= 2 and column.distinct > _MOST_ALIKE_WORDS):
            sure = 0.4 + 0.3 * is_free + 0.2 * named + 0.1 * column.coverage
            reasons = [because("comment_words", words=column.words, share=column.coverage)]
            found.append(_guess("comment", column, sure, reasons))
    return _ranked(found)


def contacts(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say through which channel the contact went."""
    found = []
    for column in setting.free:
        if column.is_numeric or not 2 <= column.distinct <= _MOST_ALIKE_WORDS:
            continue
        known = [text for text in column.counts if words_of(text) & _CHANNELS]
        named = _hint("contact", column)
        share = sum(column.counts[text] for text in known) / column.filled
        if named or (len(known) >= 2 and share >= 0.5):
            reasons = [because("by_name")] if named else []
            if known:
                reasons.append(because("contact_channels", some=", ".join(known[:3])))
            sure = 0.35 + 0.35 * named + 0.25 * (len(known) >= 2)
            found.append(_guess("contact", column, sure, reasons))
    return _ranked(found)


def recommends(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could ask how likely one is to recommend, from 0 to 10."""
    found = []
    for battery in (*setting.batteries, *setting.alone):
        for rating in battery.ratings:
            column = rating.column
            if column.name in setting.taken or battery.scale[1] != 10:
                continue
            named = _hint("recommend", column)
            goes_along = rating.rest >= 0.3 and battery.scale == (0, 10)
            if not named and not (goes_along and len(battery.ratings) == 1):
                continue
            case = "recommend_scale" if battery.scale[0] == 0 else "recommend_from_one"
            reasons = [because("by_name")] if named else []
            reasons += [because(case), *_code_reasons(battery)]
            found.append(
                Guess(
                    "recommend", (column.name,), battery.scale, battery.missing, "points",
                    0.4 + 0.5 * named + 0.05 * (battery.scale[0] == 0), tuple(reasons),
                )
            )  # fmt: skip
    return _ranked(found)


def worths(setting: Setting, recommend: Guess | None) -> tuple[Guess, ...]:
    """Rank the outcomes: money after the answer, recommending, a 0/1 outcome, loyalty as rated."""
    found = [_money_guess(column) for column in setting.free if _is_money(column)]
    if recommend is not None:
        reason = because("worth_recommend")
        sure = min(0.7, recommend.sure)
        missing_reasons = tuple(r for r in recommend.reasons if r.case.startswith("code"))
        found.append(
            replace(recommend, role="worth", sure=sure, reasons=(reason, *missing_reasons))
        )
    for column in setting.free:
        if _is_zero_one(column) and _hint("outcome", column) and not _hint("left", column):
            found.append(
                _guess("worth", column, 0.6, [because("worth_zero_one")], unit="%")
            )
    found += _loyalty_guesses(setting)
    return _ranked(found)


def _is_money(column: ColumnProfile) -> bool:
    is_amount = column.is_numeric and column.distinct > MOST_CATEGORIES and column.dates < 0.5
    return is_amount and bool(_hint("money", column)) and not _is_before(column)


def _is_before(column: ColumnProfile) -> bool:
    return bool(_hint("before", column)) and not hint("after", column.name)


def _money_guess(column: ColumnProfile) -> Guess:
    is_after = bool(_hint("after", column))
    reason = because("worth_money_after" if is_after else "worth_money")
    sure = 0.6 + 0.1 * _hint("money", column) + (0.2 if is_after else 0.0)
    return replace(_guess("worth", column, sure, [reason]), unit=unit_of(column))


def _loyalty_guesses(setting: Setting) -> list[Guess]:
    found = []
    for battery in (*setting.batteries, *setting.alone):
        for rating in battery.ratings:
            if rating.name in setting.taken:
                continue
            column = rating.column
            if _hint("loyalty", column) or _hint("recommend", column):
                found.append(
                    Guess(
                        "worth", (column.name,), battery.scale, battery.missing, "points", 0.4,
                        (because("worth_loyalty"),),
                    )
                )  # fmt: skip
    return found


def leavers(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say who left."""
    return _ranked(
        _guess("left", column, 0.55 + 0.35 * named, [because("by_name"), because("left_zero_one")])
        for column in setting.free
        if _is_zero_one(column) and (named := _hint("left", column))
    )


def flags(setting: Setting, role: Role, meaning: Meaning) -> tuple[Guess, ...]:
    """Rank the 0/1 columns of a meaning."""
    return _ranked(
        _guess(role, column, 0.5 + 0.4 * named, [because("by_name")])
        for column in setting.free
        if _is_zero_one(column) and (named := _hint(meaning, column))
    )


def told_reasons(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold the reason for leaving, as a category."""
    return _ranked(
        _guess("reason", column, 0.5 + 0.3 * named, [because("by_name")])
        for column in setting.free
        if (named := _hint("reason", column))
        and 2 <= column.distinct <= 60 and column.words < 8 and column.dates < 0.5
    )  # fmt: skip


def stated(setting: Setting) -> Guess | None:
    """Find the ratings of how important things are."""
    best: tuple[Battery, list[str]] | None = None
    for battery in (*setting.batteries, *setting.alone):
        names = [
            r.name for r in battery.ratings
            if r.name not in setting.taken and _hint("importance", r.column)
        ]  # fmt: skip
        if len(names) >= 2 and (best is None or len(names) > len(best[1])):
            best = battery, names
    if best is None:
        return _stated_alone(setting)
    battery, names = best
    reasons = (because("stated_named", n=len(names)),)
    return Guess("stated", tuple(names), battery.scale, battery.missing, sure=0.8, reasons=reasons)


def _stated_alone(setting: Setting) -> Guess | None:
    """Find importances that do not go with each other, and so are no battery."""
    found = [
        battery for battery in setting.alone
        if not setting.taken & set(battery.names) and _hint("importance", battery.ratings[0].column)
    ]  # fmt: skip
    if len(found) < 2:
        return None
    scale = max((b.scale for b in found), key=lambda s: (s[1] - s[0], s))
    missing: set[Code] = {code for b in found for code in b.missing}
    missing -= set(range(scale[0], scale[1] + 1))
    names = tuple(b.names[0] for b in found)
    reasons = (because("stated_named", n=len(names)),)
    return Guess("stated", names, scale, ordered(missing), sure=0.7, reasons=reasons)


def alikes(setting: Setting) -> tuple[Guess, ...]:
    """Rank what customers were before: past money, how often, how long. Never a rating."""
    found = []
    for column in setting.free:
        if column.name in setting.ratings or column.coverage < LEAST_FILLED or column.dates > 0.5:
            continue
        if not column.is_numeric and column.distinct > _MOST_ALIKE_WORDS:
            continue
        if column.distinct < 2 or _is_identifier(column) and column.is_unique and column.is_whole:
            continue
        was_money = bool(_hint("money", column)) and _is_before(column)
        named = 1.0 if was_money else _hint("alike", column)
        if not named or hint("after", column.name):
            continue
        codes, reasons = _codes(column, setting)
        case = "alike_money" if was_money else "alike_before"
        found.append(
            Guess(
                "alike", (column.name,), missing=codes, sure=0.35 + 0.4 * named,
                reasons=(because(case), *reasons),
            )
        )  # fmt: skip
    return _in_order(found, setting)


def segments(setting: Setting) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    """Take the columns of few categories that are called what segments are; list the others."""
    named, others = [], []
    for column in setting.free:
        if column.name in setting.ratings or column.coverage < LEAST_FILLED or column.dates > 0.5:
            continue
        sorted_codes = sort_codes(column)
        codes, reasons = _codes(column, setting)
        absent = sum(column.counts.get(str(code), 0) for code in codes)
        n = column.distinct - sum(str(code) in column.counts for code in codes)
        answered = column.filled - absent
        if not _is_category(column, sorted_codes, n) or answered < 0.7 * column.rows:
            continue
        most = max(t for text, t in column.counts.items() if text not in {str(c) for c in codes})
        if most > 0.97 * answered:
            continue
        strength = _hint("segment", column)
        guess = Guess(
            "segments", (column.name,), missing=codes, sure=0.35 + 0.4 * strength,
            reasons=(because("segment_categories", n=n), *reasons),
        )  # fmt: skip
        (named if strength else others).append(guess)
    ranked = sorted(named, key=lambda guess: -guess.sure)
    taken = _in_order(ranked[:MOST_SEGMENTS], setting)
    return taken, (*_in_order(ranked[MOST_SEGMENTS:], setting), *others)


def _is_category(column: ColumnProfile, codes: Sorted, n: int) -> bool:
    if not 2 <= n <= (MOST_CATEGORIES if column.is_numeric else 2 * MOST_CATEGORIES):
        return False
    if column.is_numeric:
        return all(float(value).is_integer() for value in codes.levels)
    return column.words < 6


def costs(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold what a piece of work cost, in money or hours."""
    found = []
    for column in setting.free:
        if not column.is_numeric or column.distinct < 3 or column.dates > 0.5:
            continue
        if named := max(_hint("cost", column), 0.9 * _hint("money", column)):
            guess = _guess("cost", column, 0.5 + 0.4 * named, [because("by_name")])
            found.append(replace(guess, unit=unit_of(column)))
        elif named := _hint("hours", column):
            guess = _guess("cost", column, 0.4 + 0.4 * named, [because("by_name")])
            found.append(replace(guess, unit="hours"))
    return _ranked(found)


def kinds(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold the kind of work."""
    return _ranked(
        _guess("kind", column, 0.5 + 0.3 * named, [because("by_name")])
        for column in setting.free
        if not column.is_numeric and 2 <= column.distinct <= 60 and (named := _hint("kind", column))
    )


def unit_of(column: ColumnProfile) -> str:
    """Read the unit of money off a column's name or label; empty where it does not tell."""
    words = words_of(column.name) | words_of(column.label)
    for unit, names in _UNITS.items():
        if unit in column.name + column.label or words & set(names):
            return unit
    return ""


def _hint(meaning: Meaning, column: ColumnProfile) -> float:
    return hint(meaning, column.name, column.label)


def _guess(
    role: Role, column: ColumnProfile, sure: float, reasons: Sequence[Reason], unit: str = ""
) -> Guess:
    codes = sort_codes(column).codes if column.is_numeric else ()
    return Guess(
        role, (column.name,), missing=codes, unit=unit, sure=min(0.97, sure), reasons=tuple(reasons)
    )


def _code_reasons(battery: Battery) -> list[Reason]:
    return [reason for reason in battery.reasons if reason.case.startswith("code")]


def _ranked(guesses: Iterable[Guess]) -> tuple[Guess, ...]:
    return tuple(sorted(guesses, key=lambda guess: -guess.sure))


def _in_order(guesses: Iterable[Guess], setting: Setting) -> tuple[Guess, ...]:
    place: Callable[[Guess], int] = lambda guess: setting.table.by_name[guess.column].place  # noqa: E731
    return tuple(sorted(guesses, key=place))


def _is_identifier(column: ColumnProfile) -> bool:
    """Tell whether the cells are names or whole numbers, such as an identifier is."""
    if column.dates > 0.5:
        return False
    return column.is_whole if column.is_numeric else 0 < column.words <= 2


def _is_surrogate(column: ColumnProfile) -> bool:
    """Tell whether the numbers fill their range as running numbers do, and are not rounded."""
    if not column.is_whole or column.distinct < _SURROGATE_IDS or column.low < 0:
        return False
    if hint("not_people", column.name):
        return False
    density = column.distinct / (column.high - column.low + 1)
    return density >= 0.5 and 0.1 <= column.round_share <= 0.3


def _is_zero_one(column: ColumnProfile) -> bool:
    """Tell whether what is answered is 0 or 1, and both occur."""
    levels = sort_codes(column).levels if column.is_numeric else {}
    return set(levels) == {0.0, 1.0}


def _codes(column: ColumnProfile, setting: Setting) -> tuple[tuple[Code, ...], list[Reason]]:
    """List a column's codes for missing, with the 0 that its neighbours write for no answer."""
    found = sort_codes(column)
    codes: set[Code] = set(found.codes)
    reasons = []
    if codes:
        reasons.append(because("codes_seen", codes=", ".join(str(c) for c in ordered(codes))))
    levels = {value for value in found.levels if float(value).is_integer()}
    if setting.zero_is_missing and 0 in levels and {1, 2} <= levels and len(levels) <= 26:
        codes.add(0)
        reasons.append(because("code_neighbours", code=0))
    return ordered(codes), reasons


