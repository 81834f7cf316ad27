"""What can go wrong, as a tree.

::

    KuskiError
    ├── InputError            what the user gave cannot be used (exit code 2)
    │   ├── SettingsError     the study file: all its faults at once
    │   ├── DataError         a table: cannot be read, or does not hold what was promised
    │   └── OutputError       the place to write to
    └── MissingExtraError     an optional library is needed and not installed

An error is a case of the message catalogue with its values, so that it can be told in Finnish and
English; ``str(error)`` is English. A finding that cannot be given is no error: it is a finding that
refuses (see `kuski.finding.Refusal`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kuski.words import Language, say


class KuskiError(Exception):
    """Base of every error that Kuski raises on purpose.

    Parameters
    ----------
    case : str
        The name of the sentence in ``words/catalogues/errors.toml``.
    **values
        What the sentence names: the value that was wrong, what was expected.
    """

    def __init__(self, case: str, /, **values: object) -> None:
        super().__init__(case)
        self.case = case
        self.values = values

    def text(self, language: Language) -> str:
        """Say what was wrong, what was expected and what to do."""
        return say(f"errors.{self.case}", language, **self.values)

    def __str__(self) -> str:
        return self.text("en")


class InputError(KuskiError):
    """What the user gave cannot be used."""


class DataError(InputError):
    """A table cannot be read, or does not hold what the study file promised."""


class OutputError(InputError):
    """The place to write to cannot be written to."""


class MissingExtraError(KuskiError):
    """An optional library is needed and not installed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a study file.

    Attributes
    ----------
    case : str
        The name of the sentence in ``words/catalogues/faults.toml``.
    key : str
        Where in the file, as ``responses.score.scale``.
    line : int or None
        Line of the file, from 1; None where the fault belongs to the file as a whole.
    values : dict
        What the sentence names.
    """

    case: str
    key: str
    line: int | None = None
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Say the value, what was expected and what to do."""
        return say(f"faults.{self.case}", language, key=self.key, **self.values)


class SettingsError(InputError):
    """A study file with faults, all of them at once.

    Attributes
    ----------
    file : Path
    faults : tuple of Fault
        In the order of the lines.
    """

    def __init__(self, file: Path, faults: Sequence[Fault]) -> None:
        super().__init__("settings", file=file, n=len(faults))
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.key)))

    def lines(self, language: Language) -> tuple[str, ...]:
        """List the faults as ``file:line: what is wrong``."""
        return tuple(
            f"{self.file}:{fault.line or 1}: {fault.text(language)}" for fault in self.faults
        )

    def text(self, language: Language) -> str:
        """Say how many faults there are, then each on its own line."""
        return "\n".join((super().text(language), *self.lines(language)))
