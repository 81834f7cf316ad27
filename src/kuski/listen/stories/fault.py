"""Faults of files that people wrote on: all of them at once, each with its line or row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kuski.errors import InputError
from kuski.words import Language, say

_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong in a row.

    Attributes
    ----------
    case : str
        The name of the sentence in ``words/catalogues/sheet.toml``, after ``fault_``.
    row : int
        Of the sheet or line of the ledger, from 1.
    values : mapping
        What the sentence names.
    """

    case: str
    row: int
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Say the value, what was expected, what to do."""
        return say(f"sheet.fault_{self.case}", language, **self.values)


class RowsError(InputError):
    """A sheet or a ledger with faults; nothing of it was taken.

    Attributes
    ----------
    file : Path
    faults : tuple of RowFault
        In the order of the rows.
    """

    def __init__(self, case: str, file: Path, faults: Sequence[RowFault]) -> None:
        super().__init__(case, file=file, n=len(faults))
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))

    def text(self, language: Language) -> str:
        """Say how many faults there are, then each on its own line."""
        shown = self.faults[:_MOST_SHOWN]
        lines = [f"{self.file}:{fault.row}: {fault.text(language)}" for fault in shown]
        if more := len(self.faults) - len(shown):
            lines.append(say("sheet.fault_more", language, n=more))
        return "\n".join((super().text(language), *lines))


def beginning(text: str, most: int = 40) -> str:
    """Keep what people wrote out of terminals and logs, but for its beginning."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return plain if len(plain) <= most and len(text) <= 4 * most else plain[: most - 1] + "…"
