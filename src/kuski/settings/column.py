"""Columns of a study: how the study file names one, or several on one scale."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kuski.moments import Code
from kuski.scale import Scale
from kuski.terms import DriverKind


def _column_table(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _battery_table(value: object) -> object:
    return {"columns": value} if isinstance(value, list) else value


class Part(BaseModel):
    """A part of the study file: what it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class ColumnRole(Part):
    """A column with its scale and its codes for missing."""

    column: str = Field(min_length=1)
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _scale_rises(self) -> Self:
        if self.scale and self.scale[0] >= self.scale[1]:
            raise PydanticCustomError(
                "scale_falls", "", {"low": self.scale[0], "high": self.scale[1]}
            )
        return self


class ScoreRole(ColumnRole):
    """The overall rating.

    ``middle`` and ``top`` move the zones; ``cuts`` makes levels of a long scale (0-100).
    """

    scale: tuple[float, float]
    middle: float | None = None
    top: tuple[float, ...] | None = None
    cuts: tuple[float, ...] = ()

    @cached_property
    def levels(self) -> Scale:
        """The scale with its levels and zones."""
        return Scale.of(self.scale, middle=self.middle, top=self.top, cuts=self.cuts)

    @model_validator(mode="after")
    def _zones_fit(self) -> Self:
        try:
            _ = self.levels
        except ValueError as error:
            raise PydanticCustomError("zones", "", {"value": str(error)}) from error
        return self


class AmountRole(ColumnRole):
    """A column with a unit: money, points, hours."""

    unit: str = ""


class BatteryRole(Part):
    """Several columns on one scale."""

    columns: tuple[str, ...] = Field(min_length=1)
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()


class DriversRole(BatteryRole):
    """Ratings of the parts of the experience.

    ``kinds`` says what sort of thing each is, ``words`` which are categories and no ratings,
    ``groups`` which of them count as one driver, and ``keep`` which are never left out for being
    answered by few. ``cuts`` are the highest low and the lowest high rating.
    """

    kinds: Mapping[str, DriverKind] = Field(default_factory=dict)
    words: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    keep: tuple[str, ...] = ()
    cuts: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _names_its_columns(self) -> Self:
        grouped = [column for columns in self.groups.values() for column in columns]
        drivers = {*self.columns, *self.groups}
        for columns, known in (
            (self.kinds, drivers),
            (self.keep, drivers),
            (self.words, set(self.columns)),
            (grouped, set(self.columns)),
        ):
            if unknown := [column for column in columns if column not in known]:
                raise PydanticCustomError("not_a_driver", "", {"column": unknown[0]})
        if len(set(grouped)) < len(grouped):
            twice = next(column for column in grouped if grouped.count(column) > 1)
            raise PydanticCustomError("grouped_twice", "", {"column": twice})
        return self

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        if self.cuts and self.cuts[0] >= self.cuts[1]:
            raise PydanticCustomError("cuts_fall", "", {"low": self.cuts[0], "high": self.cuts[1]})
        return self


class StatedRole(BatteryRole):
    """What customers say matters: ratings of importance, points to share out, or ranks."""

    form: Literal["ratings", "points", "ranks"] = "ratings"


Column = Annotated[ColumnRole, BeforeValidator(_column_table)]
Score = Annotated[ScoreRole, BeforeValidator(_column_table)]
Amount = Annotated[AmountRole, BeforeValidator(_column_table)]
Battery = Annotated[BatteryRole, BeforeValidator(_battery_table)]
Drivers = Annotated[DriversRole, BeforeValidator(_battery_table)]
Stated = Annotated[StatedRole, BeforeValidator(_battery_table)]
