"""The study's columns by role, as variables that a finding can ask sums of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

from kuski.moments import AnswerPatterns, Category, Levels, Need, Panel, Period, Variable
from kuski.scale import Scale
from kuski.settings import WAVE, BatteryRole, ColumnRole, Settings
from kuski.terms import CUSTOMERS, ContactKind, DriverKind, ReasonGroup, TableName
from kuski.text.codebook import Codebook, load, shipped

LEAST_COMPLETE = 0.5

_MOST_DUMMIES = 19
_CONTACT_WORDS: dict[ContactKind, str] = {
    "phone": "phone telephone call calls puhelin puhelu puhelimitse puhelinpalvelu",
    "chat": "chat livechat chatti keskustelu pikaviesti",
    "face_to_face": "facetoface inperson visit store shop branch counter desk meeting "
    "kasvokkain kasvotusten käynti myymälä konttori toimipiste tapaaminen",
    "email": "email mail sähköposti sposti meili",
    "letter": "letter post kirje posti",
    "web": "web website online internet site verkko verkkosivu verkkosivut verkkokauppa "
    "verkkopalvelu netti",
    "app": "app mobile mobileapp application sovellus mobiili mobiilisovellus",
    "machine": "machine kiosk bot chatbot ivr automaatti botti robotti",
}
_RECOMMEND_SCALES = {(0, 10), (1, 10)}

Categories = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Alike:
    """One thing held alike: a number, or a text as 0/1 variables for all categories but the first.

    Attributes
    ----------
    name : str
        The column's name.
    variables : tuple of Variable
    """

    name: str
    variables: tuple[Variable, ...]

    @property
    def is_of_customers(self) -> bool:
        """Whether the column stands in the customers table."""
        return all(variable.column.startswith(CUSTOMERS) for variable in self.variables)

    @property
    def bare(self) -> tuple[Variable, ...]:
        """The variables as the customers table itself names them."""
        return tuple(
            replace(variable, column=variable.column.removeprefix(CUSTOMERS))
            for variable in self.variables
        )


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of the experience: a rating, or several variables that count as one.

    Attributes
    ----------
    name : str
        The column's name, or the group's.
    variables : tuple of Variable
    kind : {"human", "digital", "price", "product", "process"} or None
    answered : float
        Share of the scored answers that rated it, 0 to 1.
    """

    name: str
    variables: tuple[Variable, ...]
    kind: DriverKind | None
    answered: float


@dataclass(frozen=True, slots=True)
class DriverChoice:
    """The drivers that are looked at together.

    Attributes
    ----------
    drivers : tuple of Driver
    left_out : tuple of Driver
        Answered by so few that keeping them would throw most answers away.
    complete : float
        Share of the scored answers that rated all of `drivers`, 0 to 1.
    """

    drivers: tuple[Driver, ...]
    left_out: tuple[Driver, ...]
    complete: float


@dataclass(frozen=True, slots=True)
class Factor:
    """What people talk of, and where the study holds it.

    Attributes
    ----------
    name : str
    stated : Variable or None
        How much customers say that it matters.
    drivers : tuple of str
        Names of the drivers, or of the columns, behind it.
    reasons : tuple of str
        Reasons for leaving that speak of it.
    item : str or None
        Its name in the table of best and worst choices.
    """

    name: str
    stated: Variable | None
    drivers: tuple[str, ...]
    reasons: tuple[str, ...]
    item: str | None


@dataclass(frozen=True)
class Roles:
    """What the study's columns are for.

    Attributes
    ----------
    settings : Settings
    categories : mapping
        Of the columns that hold categories, among `alike` and the drivers: what they hold, the most
        common first.
    patterns : AnswerPatterns or None
        Which of `driver_columns` were answered together; None without drivers.
    is_coded : bool
        Whether the study's texts were coded.
    """

    settings: Settings
    categories: Categories
    patterns: AnswerPatterns | None = None
    is_coded: bool = False

    @property
    def scale(self) -> Scale:
        """The score's levels and zones."""
        return self.settings.responses.score.levels

    @cached_property
    def score(self) -> Variable:
        """The overall rating."""
        return variable(self.settings.responses.score)

    @cached_property
    def codebook(self) -> Codebook:
        """What texts may be coded as."""
        return codebook_of(self.settings)

    @property
    def score_levels(self) -> Levels:
        """Groups by the level of the score."""
        return Levels(self.score, self.scale.edges)

    @property
    def scored_need(self) -> Need:
        """Ask for the answers with a score, by level."""
        return Need("responses", (), (self.score_levels,), self.weight)

    @property
    def weight(self) -> Variable | None:
        """The survey weight."""
        role = self.settings.responses.weight
        return None if role is None else variable(role)

    @property
    def worth(self) -> Variable | None:
        """What a customer brings after the score was given."""
        return self._person("worth")

    @property
    def left(self) -> Variable | None:
        """Whether the customer left, 0 or 1."""
        return self._person("left", scale=(0, 1))

    @property
    def worth_unit(self) -> str:
        """Unit of the worth, as the study file writes it."""
        for part in (self.settings.responses, self.settings.customers):
            if part is not None and part.worth is not None:
                return part.worth.unit
        return ""

    @property
    def recommend(self) -> Variable | None:
        """The question of recommending: as named, or a score or worth asked on 0-10 or 1-10."""
        responses = self.settings.responses
        named = responses.recommend
        if named is None and responses.score.scale in _RECOMMEND_SCALES:
            return self.score
        if named is None and responses.worth is not None and responses.worth.unit == "points":
            named = responses.worth
        if named is None or (named.scale or (0, 10)) not in _RECOMMEND_SCALES:
            return None
        return variable(named, scale=named.scale or (0, 10))

    @property
    def drivers(self) -> tuple[Variable, ...]:
        """The ratings of the parts of the experience."""
        role = self.settings.responses.drivers
        words = () if role is None else role.words
        return tuple(rating for rating in ratings(role) if rating.column not in words)

    @cached_property
    def driver_columns(self) -> tuple[tuple[Variable, ...], ...]:
        """The variables of each driver: those of a group together, in the order of the columns."""
        return tuple(variables for _, variables in self._named_drivers)

    @cached_property
    def choice(self) -> DriverChoice:
        """The drivers that are looked at together, each answer rating all of them.

        While fewer than `LEAST_COMPLETE` of the scored answers rate every driver, the one that
        fewest rate is left out. A driver that the study says to keep never is: then it is the share
        of the answers that rate those.
        """
        role, patterns = self.settings.responses.drivers, self.patterns
        if role is None or patterns is None:
            return DriverChoice((), (), 0.0)
        answered = patterns.shares.tolist()
        drivers = tuple(
            Driver(name, variables, role.kinds.get(name) or self._kind(variables), answered[i])
            for i, (name, variables) in enumerate(self._named_drivers)
        )
        kept = list(range(len(drivers)))
        always = [place for place in kept if drivers[place].name in role.keep]
        least = LEAST_COMPLETE * patterns.complete(always)
        for place in sorted(kept, key=lambda i: answered[i]):
            if patterns.complete(kept) >= least or len(kept) == 1:
                break
            if drivers[place].name not in role.keep:
                kept.remove(place)
        return DriverChoice(
            drivers=tuple(drivers[place] for place in kept),
            left_out=tuple(one for place, one in enumerate(drivers) if place not in kept),
            complete=patterns.complete(kept),
        )

    @property
    def _named_drivers(self) -> tuple[tuple[str, tuple[Variable, ...]], ...]:
        role = self.settings.responses.drivers
        if role is None:
            return ()
        group_of = {column: name for name, columns in role.groups.items() for column in columns}
        found: dict[str, tuple[Variable, ...]] = {}
        for rating in ratings(role):
            name = group_of.get(rating.column, rating.column)
            one = self._parts(rating) if rating.column in role.words else (rating,)
            found[name] = (*found.get(name, ()), *one)
        return tuple(found.items())

    def _kind(self, variables: tuple[Variable, ...]) -> DriverKind | None:
        """Give a group the kind of its columns, where they all have one and the same."""
        role = self.settings.responses.drivers
        kinds = {role.kinds.get(one.column) for one in variables} if role else {None}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What people talk of: as named, in the order of the study file."""
        stated = {rating.column: rating for rating in ratings(self.settings.responses.stated)}
        return tuple(
            Factor(
                name,
                None if part.stated is None else stated[part.stated],
                part.drivers,
                part.reasons,
                part.item,
            )
            for name, part in self.settings.factors.items()
        )

    @property
    def rivals(self) -> tuple[Variable, ...]:
        """The same respondents' scores of other companies."""
        return ratings(self.settings.responses.rivals)

    @property
    def waves(self) -> Category | Period | None:
        """The rounds of asking: as named, by file, or the calendar years of the answers."""
        responses = self.settings.responses
        if responses.wave is not None:
            return Category(responses.wave.column, responses.wave.missing)
        if any(file.wave is not None for file in responses.files):
            return Category(WAVE)
        return None if responses.time is None else Period(responses.time)

    @property
    def duration(self) -> Category | None:
        """How long each customer was followed: until they left, or until last seen."""
        return self._category("duration")

    @property
    def reason(self) -> Category | None:
        """What those who left said."""
        return self._category("reason")

    def reason_group(self, reason: str) -> ReasonGroup | None:
        """Find the group of a reason; None where it belongs to none."""
        wanted = _bare(reason)
        for group, reasons in self.settings.reasons.items():
            if wanted in {_bare(one) for one in reasons}:
                return group
        return next((group for group in get_args(ReasonGroup) if group == wanted), None)

    def contact_kind(self, contact: str) -> ContactKind | None:
        """Find the kind of a contact; None where nobody says what it is."""
        wanted = _bare(contact)
        for kind, contacts in self.settings.contacts.items():
            if wanted in {_bare(one) for one in contacts}:
                return kind
        return next(
            (kind for kind, words in _CONTACT_WORDS.items() if wanted in words.split()), None
        )

    @cached_property
    def alike(self) -> tuple[Alike, ...]:
        """What customers were before the score."""
        own = [self._alike(role, "") for role in self.settings.responses.alike]
        customers = self.settings.customers
        theirs = (
            [] if customers is None else [self._alike(role, CUSTOMERS) for role in customers.alike]
        )
        return tuple(own + theirs)

    @property
    def alike_variables(self) -> tuple[Variable, ...]:
        """All variables of `alike`, in order."""
        return tuple(part for alike in self.alike for part in alike.variables)

    @property
    def panel(self) -> Panel:
        """The answers of a bounded part of the customers."""
        return Panel(self.score_levels, time=self.settings.responses.time, weight=self.weight)

    @property
    def has_customers(self) -> bool:
        """Whether answers can be told apart by customer."""
        return self.settings.responses.customer is not None

    def segments(self, table: TableName) -> tuple[Category, ...]:
        """List the segments that stand in one table."""
        part = self.settings.tables().get(table)
        roles: Sequence[ColumnRole] = getattr(part, "segments", ())
        return tuple(Category(role.column, role.missing) for role in roles)

    @property
    def segments_of_answers(self) -> tuple[Category, ...]:
        """All segments by which answers can be grouped, also those of their customers."""
        theirs = tuple(
            Category(CUSTOMERS + part.column, part.missing) for part in self.segments("customers")
        )
        return self.segments("responses") + theirs

    @property
    def recommend_need(self) -> Need | None:
        """Ask for the answers to the question of recommending: detractors, passives, promoters."""
        if self.recommend is None:
            return None
        low, high = self.recommend.scale or (0, 10)
        cuts = (low - 0.5, high - 3.5, high - 1.5, high + 0.5)
        return Need("responses", (), (Levels(self.recommend, cuts),), self.weight)

    def _person(self, role: str, *, scale: tuple[float, float] | None = None) -> Variable | None:
        for part, prefix in ((self.settings.responses, ""), (self.settings.customers, CUSTOMERS)):
            found: ColumnRole | None = getattr(part, role, None)
            if found is not None:
                return variable(found, prefix=prefix, scale=found.scale or scale)
        return None

    def _alike(self, role: ColumnRole, prefix: str) -> Alike:
        column = prefix + role.column
        asked = variable(role, prefix=prefix)
        return Alike(role.column, self._parts(asked) if column in self.categories else (asked,))

    def _parts(self, asked: Variable) -> tuple[Variable, ...]:
        """Make 0/1 variables of a column's categories, all but the most common one."""
        kept = self.categories.get(asked.column, ())[1 : 1 + _MOST_DUMMIES]
        return tuple(Variable(asked.column, missing=asked.missing, equals=text) for text in kept)

    def _category(self, role: str) -> Category | None:
        for part, prefix in ((self.settings.responses, ""), (self.settings.customers, CUSTOMERS)):
            found: ColumnRole | None = getattr(part, role, None)
            if found is not None:
                return Category(prefix + found.column, found.missing)
        return None


def variable(
    role: ColumnRole, *, prefix: str = "", scale: tuple[float, float] | None = None
) -> Variable:
    """Make a variable of a column's role; a prefix tells that it stands in another table."""
    return Variable(prefix + role.column, scale or role.scale, role.missing)


def wave_order(wave: str) -> tuple[bool, float, str]:
    """Return what waves are sorted by: numbers by their size, then texts."""
    try:
        return (False, float(wave), wave)
    except ValueError:
        return (True, 0.0, wave)


def ratings(role: BatteryRole | None) -> tuple[Variable, ...]:
    """Make a variable of each column of a battery."""
    if role is None:
        return ()
    return tuple(Variable(column, role.scale, role.missing) for column in role.columns)


def _bare(text: str) -> str:
    """Take the letters and digits of a word, in small letters."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def codebook_of(settings: Settings) -> Codebook:
    """Read what a study's texts may be coded as: the shipped book, with its own codes in it.

    Raises
    ------
    InputError
        If the study's codebook is at fault.
    """
    own = settings.codes.codebook
    return shipped() if own is None else load(settings.folder / own)
