"""Who answered, when, through whom, in which segment: told by names and by what the cells hold."""

from kuski.listen.guess import Guess
from kuski.listen.hint import hint, words_of
from kuski.listen.missing import Sorted, ordered, sort_codes
from kuski.listen.profile import ColumnProfile
from kuski.listen.reason import because
from kuski.listen.setting import Setting, codes_of, guessed, hinted, in_order, is_before, ranked

MOST_CATEGORIES = 12
MOST_NAMED_CATEGORIES = 15
MOST_SEGMENTS = 8
LEAST_FILLED = 0.5

_MOST_ALIKE_WORDS = 20
_MOST_WAVES = 40
_YEAR = frozenset({"year", "vuosi", "survey", "kysely", "tutkimus"})
_SURROGATE_IDS = 300
_CHANNELS = frozenset({
    "phone", "telephone", "call", "chat", "email", "mail", "sms", "web", "website", "online", "app",
    "mobile", "store", "branch", "shop", "office", "visit", "person", "face", "letter", "social",
    "puhelin", "puhelu", "chatti", "sahkoposti", "verkko", "verkkosivut", "nettisivut", "sovellus",
    "myymala", "kauppa", "konttori", "toimisto", "kasvokkain", "kirje", "some",
})  # fmt: skip


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
        named = hinted("weight", column)
        is_one = abs(column.mean - 1) <= 0.02
        if not named and not (is_one and column.high <= 20):
            continue
        sure = 0.4 * bool(named) + 0.45 * is_one + 0.1
        reasons = [because("by_name")] if named else []
        case = "weight_mean_one" if is_one else "weight_fractions"
        reasons.append(because(case, mean=column.mean))
        found.append(guessed("weight", column, sure if named else 0.35, reasons))
    return ranked(found)


def customers(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say whose answer a row is: identifiers that repeat."""
    found = []
    for column in setting.free:
        if not _is_identifier(column) or column.coverage < LEAST_FILLED:
            continue
        named = 0.0 if hint("not_people", column.name) else hinted("customer", column)
        each = column.filled / column.distinct
        if named and column.distinct > MOST_CATEGORIES:
            case = "customer_once" if column.is_unique else "customer_repeats"
            reasons = [because("by_name"), because(case, n=column.distinct, each=each)]
            found.append(guessed("customer", column, 0.6 + 0.35 * named, reasons))
        elif not column.is_unique and _is_surrogate(column):
            reasons = [because("customer_numbers", n=column.distinct, each=each)]
            sure = 0.45 + 0.1 * column.distinct / max(c.distinct for c in setting.free)
            found.append(guessed("customer", column, sure, reasons))
    return ranked(found)


def agents(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say who served."""
    found = []
    for column in setting.free:
        if not _is_identifier(column) or column.is_unique or column.distinct < 5:
            continue
        if column.name in setting.ratings:
            continue
        each = column.filled / column.distinct
        if named := hinted("agent", column):
            reasons = [because("by_name"), because("agent_serves", n=column.distinct, each=each)]
            found.append(guessed("agent", column, 0.5 + 0.4 * named, reasons))
        elif _is_surrogate(column) and each >= 5:
            reasons = [because("agent_numbers", n=column.distinct, each=each)]
            found.append(guessed("agent", column, 0.4, reasons))
    return ranked(found)


def times(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say when the answer was given."""
    found = []
    for column in setting.free:
        if column.dates < 0.9 or column.coverage < LEAST_FILLED:
            continue
        words = words_of(column.name)
        at_end = words & {"recordeddate", "enddate", "end", "submitted", "answered", "completed"}
        sure = 0.6 + 0.25 * hinted("time", column) + (0.1 if at_end else 0.0)
        sure -= 0.2 if words & {"start", "startdate", "birth", "syntymaaika"} else 0.0
        reasons = [because("time_dates")]
        found.append(guessed("time", column, sure, reasons))
    return ranked(found)


def waves(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say in which round of asking the answer was given."""
    found = []
    for column in setting.free:
        if not 2 <= column.distinct <= _MOST_WAVES or column.coverage < 0.9:
            continue
        named = hint("wave", column.name)
        are_years = column.is_whole and column.low >= 1990 and column.high <= 2100
        is_year = are_years and words_of(column.name) <= _YEAR
        if not (named and column.dates < 0.5) and not is_year:
            continue
        case = "wave_years" if are_years else "wave_rounds"
        reasons = [because("by_name"), because(case, n=column.distinct)]
        found.append(guessed("wave", column, 0.55 + 0.2 * named + 0.2 * are_years, reasons))
    return ranked(found)


def rivals(setting: Setting, score: Guess) -> Guess | None:
    """Find the scores of other companies, on the scale of the score."""
    low, high = score.scale or (0, 0)
    columns = [
        column for column in setting.free
        if hint("rival", column.name) and column.is_whole
        and set(sort_codes(column).levels) <= set(range(low, high + 1))
    ]  # fmt: skip
    if not columns:
        return None
    codes = ordered({code for column in columns for code in sort_codes(column).codes})
    reasons = (because("rivals_named", n=len(columns), low=low, high=high),)
    names = tuple(column.name for column in columns)
    return Guess("rivals", names, score.scale, codes, sure=0.75, reasons=reasons)


def comments(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could be answers in the customers' own words."""
    found = []
    for column in setting.free:
        if column.is_numeric or column.dates > 0.5:
            continue
        named = hinted("comment", column)
        is_free = column.words >= 4 and column.distinct >= 0.3 * column.filled
        if is_free or (named and column.words >= 2 and column.distinct > _MOST_ALIKE_WORDS):
            sure = 0.4 + 0.3 * is_free + 0.2 * named + 0.1 * column.coverage
            reasons = [because("comment_words", words=column.words, share=column.coverage)]
            found.append(guessed("comment", column, sure, reasons))
    return ranked(found)


def contacts(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could say through which channel the contact went."""
    found = []
    for column in setting.free:
        if column.is_numeric or not 2 <= column.distinct <= _MOST_ALIKE_WORDS:
            continue
        known = [text for text in column.counts if words_of(text) & _CHANNELS]
        named = hinted("contact", column)
        share = sum(column.counts[text] for text in known) / column.filled
        if named or (len(known) >= 2 and share >= 0.5):
            reasons = [because("by_name")] if named else []
            if known:
                reasons.append(because("contact_channels", some=", ".join(known[:3])))
            sure = 0.35 + 0.35 * named + 0.25 * (len(known) >= 2)
            found.append(guessed("contact", column, sure, reasons))
    return ranked(found)


def alikes(setting: Setting) -> tuple[Guess, ...]:
    """Rank what customers were before: past money, how often, how long. Never a rating."""
    found = []
    for column in setting.free:
        if column.name in setting.ratings or column.coverage < LEAST_FILLED or column.dates > 0.5:
            continue
        if not column.is_numeric and column.distinct > _MOST_ALIKE_WORDS:
            continue
        if column.distinct < 2 or (column.is_unique and column.is_whole):
            continue
        was_money = bool(hinted("money", column)) and is_before(column)
        named = 1.0 if was_money else hinted("alike", column)
        if not named or hint("after", column.name):
            continue
        codes, reasons = codes_of(column, setting)
        case = "alike_money" if was_money else "alike_before"
        found.append(
            Guess(
                "alike", (column.name,), missing=codes, sure=0.35 + 0.4 * named,
                reasons=(because(case), *reasons),
            )
        )  # fmt: skip
    return in_order(found, setting)


def segments(setting: Setting) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    """Take the columns of few categories that are called what segments are; list the others."""
    named: list[Guess] = []
    others: list[Guess] = []
    for column in setting.free:
        if column.name in setting.ratings or column.coverage < LEAST_FILLED or column.dates > 0.5:
            continue
        sorted_codes = sort_codes(column)
        codes, reasons = codes_of(column, setting)
        absent = sum(column.counts.get(str(code), 0) for code in codes)
        n = column.distinct - sum(str(code) in column.counts for code in codes)
        answered = column.filled - absent
        strength = hinted("segment", column)
        largest = MOST_NAMED_CATEGORIES if strength else MOST_CATEGORIES
        if not _is_category(column, sorted_codes, n, largest) or answered < 0.7 * column.rows:
            continue
        most = max(t for text, t in column.counts.items() if text not in {str(c) for c in codes})
        if most > 0.95 * answered:
            continue
        guess = Guess(
            "segments", (column.name,), missing=codes, sure=0.35 + 0.4 * strength,
            reasons=(because("segment_categories", n=n), *reasons),
        )  # fmt: skip
        (named if strength else others).append(guess)
    ranked = sorted(named, key=lambda guess: -guess.sure)
    taken = in_order(ranked[:MOST_SEGMENTS], setting)
    return taken, (*in_order(ranked[MOST_SEGMENTS:], setting), *others)


def _is_category(column: ColumnProfile, codes: Sorted, n: int, largest: int) -> bool:
    if not 2 <= n <= (largest if column.is_numeric else 2 * largest):
        return False
    if column.is_numeric:
        return all(float(value).is_integer() for value in codes.levels)
    return column.words < 6


def kinds(setting: Setting) -> tuple[Guess, ...]:
    """Rank the columns that could hold the kind of work."""
    return ranked(
        guessed("kind", column, 0.5 + 0.3 * named, [because("by_name")])
        for column in setting.free
        if not column.is_numeric
        and 2 <= column.distinct <= 60
        and (named := hinted("kind", column))
    )


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
