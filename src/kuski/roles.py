"""The study's columns by role, as variables that a finding can ask sums of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kuski.moments import Category, Levels, Panel, Variable
from kuski.scale import Scale
from kuski.settings import ColumnRole, DriversRole, Settings
from kuski.terms import TableName

_CUSTOMERS = "customers."
_MOST_DUMMIES = 19
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
        return all(variable.column.startswith(_CUSTOMERS) for variable in self.variables)

    @property
    def bare(self) -> tuple[Variable, ...]:
        """The variables as the customers table itself names them."""
        return tuple(
            replace(variable, column=variable.column.removeprefix(_CUSTOMERS))
            for variable in self.variables
        )


@dataclass(frozen=True)
class Roles:
    """What the study's columns are for.

    Attributes
    ----------
    settings : Settings
    categories : mapping
        Of the `alike` columns that hold text: their categories, the most common first.
    """

    settings: Settings
    categories: Categories

    @property
    def scale(self) -> Scale:
        """The score's levels and zones."""
        return self.settings.responses.score.levels

    @cached_property
    def score(self) -> Variable:
        """The overall rating."""
        return variable(self.settings.responses.score)

    @property
    def score_levels(self) -> Levels:
        """Groups by the level of the score."""
        return Levels(self.score, self.scale.edges)

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
        return _battery(self.settings.responses.drivers)

    @cached_property
    def alike(self) -> tuple[Alike, ...]:
        """What customers were before the score."""
        own = [self._alike(role, "") for role in self.settings.responses.alike]
        customers = self.settings.customers
        theirs = (
            [] if customers is None else [self._alike(role, _CUSTOMERS) for role in customers.alike]
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

    def _person(self, role: str, *, scale: tuple[float, float] | None = None) -> Variable | None:
        for part, prefix in ((self.settings.responses, ""), (self.settings.customers, _CUSTOMERS)):
            found: ColumnRole | None = getattr(part, role, None)
            if found is not None:
                return variable(found, prefix=prefix, scale=found.scale or scale)
        return None

    def _alike(self, role: ColumnRole, prefix: str) -> Alike:
        column = prefix + role.column
        if column not in self.categories:
            return Alike(role.column, (variable(role, prefix=prefix),))
        kept = self.categories[column][1 : 1 + _MOST_DUMMIES]
        return Alike(
            role.column,
            tuple(Variable(column, missing=role.missing, equals=text) for text in kept),
        )


def variable(
    role: ColumnRole, *, prefix: str = "", scale: tuple[float, float] | None = None
) -> Variable:
    """Make a variable of a column's role; a prefix tells that it stands in another table."""
    return Variable(prefix + role.column, scale or role.scale, role.missing)


def _battery(role: DriversRole | None) -> tuple[Variable, ...]:
    if role is None:
        return ()
    return tuple(Variable(column, role.scale, role.missing) for column in role.columns)
