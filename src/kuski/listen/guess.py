"""What was guessed of a study: tables, roles, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kuski.listen.contact import ContactGuess
from kuski.listen.kind import KindGuess
from kuski.listen.reason import Reason
from kuski.moments import Code

Role = Literal[
    "score", "worth", "weight", "drivers", "stated", "alike", "segments", "customer", "time",
    "comment", "contact", "agent", "recommend", "left", "reason", "strategic", "protected",
    "cost", "segment", "kind", "wave", "duration", "rivals", "coded", "true", "items", "best",
    "worst", "respondent",
]  # fmt: skip
Certainty = Literal["sure", "likely", "unsure"]
LeftOut = Literal["row_ids", "empty", "constant", "summaries", "sparse", "beyond", "words"]

SURE, LIKELY = 0.8, 0.55


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess: what a column, or a list of them, is for.

    Attributes
    ----------
    role : str
        The key of the study file.
    columns : tuple of str
        One, or the drivers.
    scale : tuple of int or None
    missing : tuple of codes
    unit : str
    sure : float, 0 to 1
    reasons : tuple of Reason
    form : str
        Of stated importance: "points" or "ranks", empty where it was rated.
    """

    role: Role
    columns: tuple[str, ...]
    scale: tuple[int, int] | None = None
    missing: tuple[Code, ...] = ()
    unit: str = ""
    sure: float = 0.5
    reasons: tuple[Reason, ...] = ()
    form: str = ""

    @property
    def column(self) -> str:
        """The column, where there is one."""
        return self.columns[0]

    @property
    def certainty(self) -> Certainty:
        """How sure, in a word."""
        return "sure" if self.sure >= SURE else "likely" if self.sure >= LIKELY else "unsure"


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What one table is, and what its columns are for.

    Attributes
    ----------
    profile_name : str
        The profile's name.
    guesses : mapping of role to guesses
        What to write; several for alike and segments.
    others : mapping of role to guesses
        What else it could be, the likeliest first.
    left_out : mapping of why to columns
    complete : float or None
        Share of the scored rows that are complete on all drivers.
    kinds : tuple of KindGuess
        What sort of thing each driver is, where its words tell.
    contacts : ContactGuess or None
        What sort of thing each channel is.
    """

    profile_name: str
    guesses: Mapping[Role, tuple[Guess, ...]]
    others: Mapping[Role, tuple[Guess, ...]] = field(default_factory=dict)
    left_out: Mapping[LeftOut, tuple[str, ...]] = field(default_factory=dict)
    complete: float | None = None
    kinds: tuple[KindGuess, ...] = ()
    contacts: ContactGuess | None = None

    def one(self, role: Role) -> Guess | None:
        """Return the guess of a role that one column has."""
        found = self.guesses.get(role, ())
        return found[0] if found else None

    def all(self) -> tuple[Guess, ...]:
        """List every guess."""
        return tuple(guess for guesses in self.guesses.values() for guess in guesses)
