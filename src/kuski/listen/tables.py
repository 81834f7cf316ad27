"""Which file is which table, and what every column of it is for: profiles in, guesses out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kuski.listen import aside
from kuski.listen import outcome as outcomes
from kuski.listen import role as roles
from kuski.listen.contact import contact_guess
from kuski.listen.factor import FactorGuess, factor_guesses
from kuski.listen.guess import Guess, LeftOut, Role, TableGuess
from kuski.listen.hint import hint, plainly
from kuski.listen.importance import stated
from kuski.listen.kind import kind_guesses
from kuski.listen.overall import DriverGuess, driver_guess, score_guesses
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.rating import Battery, batteries, lone_ratings
from kuski.listen.reason import because
from kuski.listen.setting import Setting

LEAST_KEY = 0.5

_RATED_IN_WORDS = (
    "satisf", "agree", "excellent", "very good", "poor", "likely", "tyytyv", "samaa mielta",
    "erinomai", "huono", "todennakois",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StudyGuess:
    """What a study's files are.

    Attributes
    ----------
    responses : TableGuess or None
        None where no column of any file could be an overall score.
    customers, efforts, checked, maxdiff : TableGuess or None
    factors : tuple of FactorGuess
    unused : tuple of str
        Files that fit nowhere.
    """

    responses: TableGuess | None
    customers: TableGuess | None = None
    efforts: TableGuess | None = None
    checked: TableGuess | None = None
    maxdiff: TableGuess | None = None
    factors: tuple[FactorGuess, ...] = ()
    unused: tuple[str, ...] = ()

    def tables(self) -> tuple[tuple[str, TableGuess], ...]:
        """Name the tables that there are."""
        named = (
            ("responses", self.responses),
            ("customers", self.customers),
            ("efforts", self.efforts),
            ("checked", self.checked),
            ("maxdiff", self.maxdiff),
        )
        return tuple((name, part) for name, part in named if part is not None)


@dataclass(frozen=True, slots=True)
class _Ratings:
    """A table with what is rated in it."""

    table: TableProfile
    batteries: tuple[Battery, ...]
    alone: tuple[Battery, ...]
    scores: tuple[Guess, ...]

    @property
    def strength(self) -> tuple[float, int]:
        """How much speaks for these being the answers."""
        rated = len(self.batteries[0].ratings) if self.batteries else 0
        return (self.scores[0].sure + 0.02 * min(rated, 20) if self.scores else 0.0, rated)


@dataclass(frozen=True, slots=True)
class _Key:
    """A column of the answers and the column of another table that holds the same customers."""

    column: str
    other: str
    sure: float


def guess_tables(tables: Sequence[TableProfile]) -> StudyGuess:
    """Guess which table holds the answers, the customers, the efforts, and all columns' roles.

    Parameters
    ----------
    tables : sequence of TableProfile
    """
    rated = [_rated(table) for table in tables]
    main = max(rated, key=lambda part: part.strength, default=None)
    if main is None or not main.scores:
        return StudyGuess(None, unused=tuple(table.name for table in tables))
    others = [table for table in tables if table is not main.table]
    people, key = _customers_table(main.table, others)
    rest = [table for table in others if table is not people]
    work, efforts = _efforts_table(main.table, people, key, rest)
    customers = None if people is None or key is None else _customers(people, key)
    responses = _responses(main, key, customers)
    reasons = _reasons(((main.table, responses), (people, customers)))
    rest = [table for table in rest if table is not work]
    checked = _first(rest, lambda table: aside.checked(table, reasons))
    maxdiff = _first(rest, aside.maxdiff)
    used = {part.profile_name for part in (checked, maxdiff) if part is not None}
    return StudyGuess(
        responses=responses,
        customers=customers,
        efforts=efforts,
        checked=checked,
        maxdiff=maxdiff,
        factors=factor_guesses(responses.one("stated"), responses.one("drivers"), reasons),
        unused=tuple(table.name for table in rest if table.name not in used),
    )


def _reasons(
    tables: Sequence[tuple[TableProfile | None, TableGuess | None]],
) -> tuple[str, ...]:
    """List the reasons for leaving that customers gave."""
    for table, guess in tables:
        reason = None if guess is None else guess.one("reason")
        if table is not None and reason is not None:
            return table.by_name[reason.column].texts
    return ()


def _first(
    tables: Sequence[TableProfile], guess: Callable[[TableProfile], TableGuess | None]
) -> TableGuess | None:
    return next((found for table in tables if (found := guess(table)) is not None), None)


def _rated(table: TableProfile) -> _Ratings:
    found = batteries(table)
    alone = lone_ratings(table, found)
    return _Ratings(table, found, alone, score_guesses(found, alone))


def _responses(main: _Ratings, key: _Key | None, customers: TableGuess | None) -> TableGuess:
    setting = Setting(main.table, main.batteries, main.alone)
    score, *other_scores = main.scores
    setting = setting.without([score])
    guesses: dict[Role, tuple[Guess, ...]] = {"score": (score,)}
    others: dict[Role, tuple[Guess, ...]] = {"score": tuple(other_scores[:2])}

    def take(role: Role, ranked: Sequence[Guess], least: float = 0.4) -> Guess | None:
        nonlocal setting
        chosen = ranked[0] if ranked and ranked[0].sure >= least else None
        if chosen is not None:
            guesses[role] = (chosen,)
            setting = setting.without([chosen])
        others[role] = tuple(guess for guess in ranked if guess is not chosen)[:3]
        return chosen

    if key is not None:
        reasons = (because("customer_key", other=key.other),)
        take("customer", [Guess("customer", (key.column,), sure=key.sure, reasons=reasons)])
    else:
        take("customer", roles.customers(setting))
    ids = roles.row_ids(setting)
    setting = setting.without([Guess("customer", ids)])
    if (importance := stated(setting)) is not None:
        take("stated", [importance])
    if (rivals := roles.rivals(setting, score)) is not None:
        take("rivals", [rivals])
    take("weight", roles.weights(setting))
    take("time", roles.times(setting))
    take("wave", roles.waves(setting))
    take("comment", roles.comments(setting))
    take("contact", roles.contacts(setting))
    take("agent", roles.agents(setting))
    recommend = take("recommend", outcomes.recommends(setting))
    drivers = driver_guess(score, _without(main.batteries, setting), setting.taken)
    has_worth = customers is not None and customers.one("worth") is not None
    ranked_worth = outcomes.worths(setting, recommend)
    if has_worth:
        others["worth"] = ranked_worth[:3]
    else:
        take("worth", ranked_worth)
    if customers is None or customers.one("left") is None:
        if take("left", outcomes.leavers(setting)) is not None:
            take("duration", outcomes.durations(setting), least=0.5)
        take("reason", outcomes.told_reasons(setting), least=0.7)
    if drivers.guess is not None:
        guesses["drivers"] = (drivers.guess,)
        setting = setting.without([drivers.guess])
    _take_lists(setting, guesses, others)
    left_out = _left_out(setting, guesses, drivers, ids)
    rated = drivers.guess.columns if drivers.guess else ()
    columns = main.table.by_name
    contact = guesses.get("contact")
    return TableGuess(
        main.table.name,
        guesses,
        others,
        left_out,
        drivers.complete,
        kinds=kind_guesses([columns[name] for name in rated]),
        contacts=contact_guess(columns[contact[0].column].counts) if contact else None,
    )


def _without(found: Sequence[Battery], setting: Setting) -> tuple[Battery, ...]:
    """Return the batteries whose ratings are not all taken for something else."""
    return tuple(b for b in found if len(set(b.names) - setting.taken) > 0)


def _take_lists(
    setting: Setting, guesses: dict[Role, tuple[Guess, ...]], others: dict[Role, tuple[Guess, ...]]
) -> None:
    """Take the roles that several columns may have."""
    alike = roles.alikes(setting)
    setting = setting.without(alike)
    named, rest = roles.segments(setting)
    lists: tuple[tuple[Role, tuple[Guess, ...]], ...] = (("alike", alike), ("segments", named))
    guesses.update({role: found for role, found in lists if found})
    others["segments"] = rest


def _left_out(
    setting: Setting,
    guesses: dict[Role, tuple[Guess, ...]],
    drivers: DriverGuess,
    ids: tuple[str, ...],
) -> dict[LeftOut, tuple[str, ...]]:
    taken = setting.taken | {c for found in guesses.values() for g in found for c in g.columns}
    free = [column for column in setting.table.columns if column.name not in taken]
    left: dict[LeftOut, tuple[str, ...]] = {
        "row_ids": ids,
        "empty": tuple(c.name for c in free if not c.filled),
        "constant": tuple(c.name for c in free if c.distinct == 1),
        **drivers.left_out,
        "words": tuple(c.name for c in free if _is_rated_in_words(c)),
    }
    return {why: columns for why, columns in left.items() if columns}


def _is_rated_in_words(column: ColumnProfile) -> bool:
    if column.is_numeric or not 3 <= column.distinct <= 12:
        return False
    rated = [text for text in column.counts if any(w in plainly(text) for w in _RATED_IN_WORDS)]
    return len(rated) >= 0.6 * column.distinct


def _customers_table(
    main: TableProfile, others: Sequence[TableProfile]
) -> tuple[TableProfile | None, _Key | None]:
    """Find the table with one row per customer of the answers."""
    found = [
        (key, table)
        for table in others
        if (key := _shared_key(main, table, is_once=True)) is not None
    ]
    if not found:
        return None, None
    key, table = max(found, key=lambda pair: pair[0].sure)
    return table, key


def _shared_key(main: TableProfile, other: TableProfile, *, is_once: bool) -> _Key | None:
    keys = [
        _Key(column.name, candidate.name, sure)
        for column in main.columns
        if _may_be_key(column)
        for candidate in other.columns
        if _may_be_key(candidate) and candidate.is_unique == is_once
        and (sure := _sureness_of_key(column, candidate, main.is_whole and other.is_whole))
        >= LEAST_KEY
    ]  # fmt: skip
    return max(keys, key=lambda key: key.sure, default=None)


def _may_be_key(column: ColumnProfile) -> bool:
    is_name = column.is_whole if column.is_numeric else 0 < column.words <= 2
    return is_name and column.distinct > 1 and column.coverage >= 0.3 and column.dates < 0.5


def _sureness_of_key(column: ColumnProfile, other: ColumnProfile, is_whole: bool) -> float:
    """Tell how sure it is that two columns name the same customers."""
    is_same_name = plainly(column.name) == plainly(other.name)
    named = hint("customer", column.name) + hint("customer", other.name)
    if not (is_same_name or named):
        return 0.0
    known = set(other.texts)
    smaller = max(1, min(len(column.texts), len(known)))
    shared = sum(text in known for text in column.texts) / smaller
    if is_whole and shared < 0.2:
        return 0.0
    return min(0.97, 0.3 * is_same_name + 0.2 * named + 0.4 * shared)


def _customers(people: TableProfile, key: _Key) -> TableGuess:
    reasons = (because("customers_once", other=key.column),)
    own = Guess("customer", (key.other,), sure=key.sure, reasons=reasons)
    setting = Setting(people).without([own])
    ids = roles.row_ids(setting)
    setting = setting.without([Guess("customer", ids)])
    guesses: dict[Role, tuple[Guess, ...]] = {"customer": (own,)}
    others: dict[Role, tuple[Guess, ...]] = {}
    ranked: tuple[tuple[Role, tuple[Guess, ...]], ...] = (
        ("worth", outcomes.worths(setting, None)),
        ("left", outcomes.leavers(setting)),
        ("duration", outcomes.durations(setting)),
        ("reason", outcomes.told_reasons(setting)),
        ("strategic", outcomes.flags(setting, "strategic", "strategic")),
        ("protected", outcomes.flags(setting, "protected", "protected")),
    )
    for role, found in ranked:
        if role == "duration" and "left" not in guesses:
            continue
        if found and found[0].sure >= 0.5:
            guesses[role] = found[:1]
            setting = setting.without(found[:1])
            others[role] = found[1:4]
    _take_lists(setting, guesses, others)
    left_out: dict[LeftOut, tuple[str, ...]] = {"row_ids": ids} if ids else {}
    return TableGuess(people.name, guesses, others, left_out)


def _efforts_table(
    main: TableProfile,
    people: TableProfile | None,
    key: _Key | None,
    others: Sequence[TableProfile],
) -> tuple[TableProfile | None, TableGuess | None]:
    """Find the table with one row per piece of work: a cost, and whom it was for."""
    for table in others:
        guess = _efforts(table, main, people, key)
        if guess is not None:
            return table, guess
    return None, None


def _efforts(
    table: TableProfile, main: TableProfile, people: TableProfile | None, key: _Key | None
) -> TableGuess | None:
    setting = Setting(table)
    found = outcomes.costs(setting)
    if not found:
        return None
    guesses: dict[Role, tuple[Guess, ...]] = {"cost": found[:1]}
    others: dict[Role, tuple[Guess, ...]] = {"cost": found[1:3]}
    setting = setting.without(found[:1])
    if (whom := _whom(table, main, people, key)) is None:
        return None
    guesses[whom.role] = (whom,)
    setting = setting.without([whom])
    if kinds := roles.kinds(setting):
        guesses["kind"] = kinds[:1]
    if times := roles.times(setting):
        guesses["time"] = times[:1]
    return TableGuess(table.name, guesses, others)


def _whom(
    table: TableProfile, main: TableProfile, people: TableProfile | None, key: _Key | None
) -> Guess | None:
    """Tell for whom the work was: a customer, or else a segment of the same name."""
    source = people if people is not None else main
    shared = _shared_key(source, table, is_once=False) or _shared_key(source, table, is_once=True)
    if shared is not None and (key is None or shared.column in {key.column, key.other}):
        reasons = (because("efforts_customer", other=shared.column),)
        return Guess("customer", (shared.other,), sure=shared.sure, reasons=reasons)
    known = {plainly(c.name): c for t in (main, people) if t is not None for c in t.columns}
    for column in table.columns:
        same = known.get(plainly(column.name))
        if same is not None and 2 <= column.distinct <= 60 and set(column.texts) & set(same.texts):
            reasons = (because("efforts_segment", other=same.name),)
            return Guess("segment", (column.name,), sure=0.7, reasons=reasons)
    return None
