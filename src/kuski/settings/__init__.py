"""The study file: what the columns mean, typed and validated whole."""

from kuski.settings.column import (
    AmountRole,
    BatteryRole,
    ColumnRole,
    DriversRole,
    ScoreRole,
    StatedRole,
)
from kuski.settings.part import WAVE, FactorPart, LanguageModelPart, Settings, TablePart, WaveFile
from kuski.settings.reading import load

__all__ = [
    "WAVE",
    "AmountRole",
    "BatteryRole",
    "ColumnRole",
    "DriversRole",
    "FactorPart",
    "LanguageModelPart",
    "ScoreRole",
    "Settings",
    "StatedRole",
    "TablePart",
    "WaveFile",
    "load",
]
