"""A finding: the answer to one question, with four faces that are all plain data.

It stands above `kuski.show`, since two of its faces are a table and a chart, and below the stages,
which fill it.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from kuski.show.table import Table
from kuski.stats.resample import Interval
from kuski.words import Language, cases, say

if TYPE_CHECKING:
    import altair as alt

Status = Literal["ok", "warn", "refuse"]
Names = Mapping[str, str | Mapping[Language, str]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing the finding says.

    Attributes
    ----------
    case : str
        Its name in the message catalogue, as ``"elevate.no_winner"``.
    text : str
    advice : str
        What to do about it; empty where nothing follows.
    """

    case: str
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which the answer could be wrong, tried.

    Attributes
    ----------
    check : str
        Its name, as ``"thin_levels"``.
    status : {"ok", "warn", "refuse"}
    text : str
        What was found, with the threshold that decided.
    """

    check: str
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls columns, their values, factors and actions as people do.

    Attributes
    ----------
    names : Names
    language : {"fi", "en"}
    """

    names: Names
    language: Language

    def named(self, own: str) -> str:
        """Call a column, a factor or an action: in this language where that is known."""
        found = self.names.get(own, own)
        if isinstance(found, str):
            return found
        return found.get(self.language) or next(iter(found.values()), own)

    def valued(self, column: str, value: str) -> str:
        """Call a value of a column; ``[names]`` writes it as ``column = value``."""
        own = f"{column} = {value}"
        return self.named(own) if own in self.names else value


@dataclass(frozen=True, repr=False)
class Finding(ABC):
    """The answer to one question of a leader.

    Every finding is a frozen dataclass made with ``repr=False``: its repr is the short table.

    Attributes
    ----------
    n : int
        How many answers with a score it rests on.
    language : {"fi", "en"}
        Of the sentences, titles and charts; see `translated`.
    numbers : dataclass
        The answer: the public contract.
    names : mapping
        How people call columns, factors and the like, in one language or in each; `numbers` keep
        the study's own names.
    """

    name: ClassVar[str]
    sources: ClassVar[tuple[str, ...]]

    n: int
    language: Language
    numbers: Any
    names: Names = field(default_factory=dict, kw_only=True)

    @abstractmethod
    def table(self) -> Table:
        """Lay the answer out as a table."""

    @abstractmethod
    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the answer (Altair), for a desktop or a phone; None where there is nothing to draw.

        The message is not in the picture: it is the first sentence of `story`.
        """

    @abstractmethod
    def story(self) -> tuple[Sentence, ...]:
        """Tell the answer; the first sentence is the message of the chart."""

    @abstractmethod
    def checks(self) -> tuple[Check, ...]:
        """List what could make the answer wrong, and what was found."""

    @property
    def area(self) -> str:
        """The finding's own catalogue of sentences."""
        return self.name.rpartition(".")[2]

    @property
    def question(self) -> str:
        """The leader's question."""
        return say(f"{self.area}.question", self.language)

    @property
    def title(self) -> str:
        """The finding's name in words."""
        return say(f"{self.area}.title", self.language)

    @property
    def caption(self) -> str:
        """What the chart measures, in what unit, on how many."""
        return say(f"{self.area}.caption", self.language, n=self.n)

    @property
    def method(self) -> str:
        """How the answer was found and what it assumes."""
        return say(f"{self.area}.method", self.language)

    @property
    def status(self) -> Status:
        """Refused where the answer itself is; else doubtful where any check is not ok."""
        if self.is_refused:
            return "refuse"
        return warned(any(check.status != "ok" for check in self.checks()))

    @property
    def is_refused(self) -> bool:
        """Whether the answer itself is refused, and not only a part of it."""
        return False

    def translated(self, language: Language) -> Self:
        """Return the same finding in another language."""
        return replace(self, language=language)

    def to_dict(self) -> dict[str, Any]:
        """Return all faces as plain data, with NaN as None."""
        chart = self.chart()
        return {
            "finding": self.name,
            "question": self.question,
            "n": self.n,
            "numbers": plain(self.numbers),
            "table": plain(self.table().to_dict()),
            "chart": None if chart is None else plain(chart.to_dict(validate=False)),
            "story": plain(self.story()),
            "checks": plain(self.checks()),
            "sources": list(self.sources),
        }

    def named(self, own: str) -> str:
        """Call a column, a factor or an action as people do."""
        return Caller(self.names, self.language).named(own)

    def valued(self, column: str, value: str) -> str:
        """Call a value of a column as people do."""
        return Caller(self.names, self.language).valued(column, value)

    def _sentence(self, case: str, **values: object) -> Sentence:
        """Say a case of the finding's own catalogue, with the advice that belongs to it."""
        name = f"{self.area}.{case}"
        return Sentence(name, say(name, self.language, **values), self._advice(name, values))

    def _advice(self, name: str, values: dict[str, object]) -> str:
        advice = f"{name}_advice"
        return say(advice, self.language, **values) if advice in cases(self.area) else ""

    def _check(self, check: str, status: Status, **values: object) -> Check:
        """Say what a check found; its text is the case ``check_`` + its name."""
        return Check(check, status, say(f"{self.area}.check_{check}", self.language, **values))

    def __repr__(self) -> str:
        message = self.story()[0].text
        return f"{self.name} (n = {self.n})\n{message}\n{self.table()}".rstrip()

    def _repr_html_(self) -> str:
        message = escape(self.story()[0].text)
        return f"<h3>{message}</h3>{self.table().to_html(self.caption)}"


@dataclass(frozen=True, repr=False)
class Refusal(Finding):
    """A finding that cannot be given: a normal answer, with its reason and the next step.

    Attributes
    ----------
    refused : str
        Name of the finding.
    reason : str
        The case in the catalogue of refusals, as ``"no_worth"``.
    values : tuple of pairs
        What the sentence names.
    numbers : dataclass
        The finding's keys, with nothing in them.
    """

    sources: ClassVar[tuple[str, ...]] = ()

    refused: str
    reason: str
    values: tuple[tuple[str, object], ...] = ()

    @property
    def name(self) -> str:  # type: ignore[override]  # every refusal bears the name it refuses
        """Name of the finding that was refused."""
        return self.refused

    @property
    def caption(self) -> str:
        """Nothing, for nothing is drawn."""
        return ""

    @property
    def is_refused(self) -> bool:
        """Say that it is."""
        return True

    @classmethod
    def because(cls, reason: str, *, name: str, numbers: Any, **values: object) -> "Refusal":
        """Refuse a finding; the values are those that the sentence of the reason names."""
        return cls(
            n=0,
            language="en",
            numbers=numbers,
            refused=name,
            reason=reason,
            values=tuple(values.items()),
        )

    def of(self, name: str, numbers: Any) -> "Refusal":
        """Return the same refusal for another finding."""
        return replace(self, refused=name, numbers=numbers)

    def table(self) -> Table:
        """Return an empty table."""
        return Table((), (), self.language)

    def chart(self, *, narrow: bool = False) -> None:
        """Draw nothing."""

    def story(self) -> tuple[Sentence, ...]:
        """Say why, and what to do."""
        case = f"refusals.{self.reason}"
        values = dict(self.values)
        text = say(case, self.language, **values)
        return (Sentence(case, text, say(f"{case}_advice", self.language, **values)),)

    def checks(self) -> tuple[Check, ...]:
        """Return the one check that refused."""
        return (Check(self.reason, "refuse", self.story()[0].text),)


def warned(is_doubtful: bool) -> Status:
    """Return the status of a check that can only warn."""
    return "warn" if is_doubtful else "ok"


def ends(interval: Interval | None) -> tuple[float | None, float | None]:
    """Return both ends of an interval, or nothing twice."""
    return (None, None) if interval is None else (interval.low, interval.high)


def known(value: float) -> float | None:
    """Return a number, or nothing where it is not finite."""
    return float(value) if math.isfinite(value) else None


def plain(value: Any) -> Any:
    """Turn dataclasses, tuples and NumPy numbers into what JSON holds; NaN becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        # What Python keeps for itself, as "class", bears an underscore at its end there.
        return {f.name.removesuffix("_"): plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
