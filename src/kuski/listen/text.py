"""The text of a study file: what was guessed, each guess with its reasons and how sure it is."""

import os
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kuski.listen.guess import Guess, LeftOut, Role, TableGuess
from kuski.listen.overall import MOST_DRIVERS
from kuski.listen.profile import TableProfile
from kuski.listen.tables import StudyGuess
from kuski.listen.toml import WIDTH, clean, comment, key, pairs, toml
from kuski.words import Language, say

MOST_NAMED = 24
ORDER: tuple[Role, ...] = (
    "score", "worth", "recommend", "weight", "drivers", "stated", "rivals", "alike", "segments",
    "customer", "time", "wave", "comment", "contact", "agent", "left", "duration", "reason",
    "strategic", "protected", "cost", "segment", "kind",
    "coded", "true", "items", "best", "worst", "respondent",
)  # fmt: skip

_WITH_CODES = frozenset(
    {"score", "worth", "weight", "recommend", "left", "cost", "duration", "wave"}
)
_WITH_UNIT = frozenset({"worth", "cost", "duration"})
_PLAIN_NAMES = frozenset(
    {"responses", "answers", "data", "export", "survey", "vastaukset", "kysely"}
)


@dataclass(frozen=True, slots=True)
class File:
    """One file as it was read.

    Attributes
    ----------
    path : Path
    profile : TableProfile
    encoding : str or None
        Where the text is not UTF-8.
    """

    path: Path
    profile: TableProfile
    encoding: str | None


class StudyText:
    """Writes the parts of the file one after the other."""

    def __init__(
        self, files: Sequence[File], guess: StudyGuess, out: Path, language: Language
    ) -> None:
        self.files = {file.profile.name: file for file in files}
        self.guess = guess
        self.out = out
        self.language: Language = language

    def text(self) -> str:
        """Return the whole file."""
        lines = [*self._head(), *self._study()]
        for name, part in self.guess.tables():
            lines += ["", *self._table(name, part)]
        lines += [*self._contacts(), *self._factors()]
        return "\n".join(lines) + "\n"

    def _say(self, case: str, **values: object) -> str:
        return say(f"init.{case}", self.language, **values)

    def _head(self) -> Iterator[str]:
        names = [str(file.path.name) for file in self.files.values()]
        yield from comment(self._say("head", n=len(names), files=", ".join(names)))
        for file in self.files.values():
            case = "read_all" if file.profile.is_whole else "read_first"
            n, columns = file.profile.rows, len(file.profile.columns)
            yield from comment(self._say(case, file=file.path.name, n=n, columns=columns))
        if self.guess.unused:
            unused = ", ".join(Path(name).name for name in self.guess.unused)
            yield from comment(self._say("unused_files", files=unused))
        yield from comment(self._say("head_check"))
        yield f"#   kuski check {clean(self.out.name)}"
        yield f"#   kuski run {clean(self.out.name)} --out out"
        yield ""

    def _study(self) -> Iterator[str]:
        yield from comment(self._say("study"))
        yield "[study]"
        yield f"name = {toml(self._name())}"
        yield f"language = {toml(self.language)}"

    def _name(self) -> str:
        responses = self.guess.responses
        path = self.files[responses.profile_name].path if responses else self.out
        if path.stem.casefold() in _PLAIN_NAMES:
            return path.resolve().parent.name or path.stem
        return path.stem

    def _table(self, name: str, part: TableGuess) -> Iterator[str]:
        file = self.files[part.profile_name]
        yield from comment(self._say(name))
        yield f"[{name}]"
        yield f"file = {toml(self._relative(file.path))}"
        if file.encoding:
            yield from comment(self._say("encoding", encoding=file.encoding))
            yield f"encoding = {toml(file.encoding)}"
        for role in ORDER:
            if role == "drivers" and part.kinds:
                continue
            if role in part.guesses:
                yield ""
                yield from self._role(role, part)
            elif role == "worth" and name == "responses" and self._has_no_worth():
                yield ""
                yield from self._no_worth()
            elif part.others.get(role):
                yield ""
                yield from self._others(role, part, "perhaps")
        yield from self._left_out(part)
        if part.kinds:
            yield ""
            yield from self._drivers_with_kinds(part)

    def _drivers_with_kinds(self, part: TableGuess) -> Iterator[str]:
        """Write the drivers as a table of their own, with what sort of thing each is."""
        guess = part.guesses["drivers"][0]
        yield from comment(self._why(guess, part))
        yield "[responses.drivers]"
        yield f"columns = {_listed(guess.columns, 'columns')}"
        if guess.scale is not None:
            yield f"scale = {toml(list(guess.scale))}"
        if guess.missing:
            yield f"missing = {toml(list(guess.missing))}"
        yield from ("", *comment(self._say("kinds")), "[responses.drivers.kinds]")
        for kind in part.kinds:
            line = f"{key(kind.column)} = {toml(kind.kind)}"
            yield f"{line}  # {clean(kind.reason.text(self.language))}"
        told = {kind.column for kind in part.kinds}
        if rest := tuple(name for name in guess.columns if name not in told):
            yield from comment(self._say("kinds_unknown", columns=_some(rest)))

    def _contacts(self) -> Iterator[str]:
        """Write what sort of thing each channel is."""
        found = self.guess.responses.contacts if self.guess.responses else None
        if found is None or not found.kinds:
            return
        yield from ("", *comment(self._say("contacts")), "[contacts]")
        for kind, texts in found.kinds.items():
            yield f"{kind} = {_listed(texts, kind)}"
        if found.unknown:
            yield from comment(self._say("contacts_unknown", contacts=_some(found.unknown)))

    def _factors(self) -> Iterator[str]:
        """Write what is said to matter beside the drivers and reasons behind it."""
        found = self.guess.factors
        if not found:
            return
        is_whole = all(factor.drivers for factor in found)
        yield from ("", *comment(self._say("factors" if is_whole else "factors_unpaired")))
        for number, factor in enumerate(found):
            lines = [
                *([""] if number else []),
                f"[factors.{key(factor.name)}]",
                f"stated = {toml(factor.stated)}",
                *f"drivers = {_listed(factor.drivers, '# drivers')}".splitlines(),
            ]
            if factor.reasons:
                lines += f"reasons = {_listed(factor.reasons, '# reasons')}".splitlines()
            yield from lines if is_whole else (f"# {clean(line)}".rstrip() for line in lines)

    def _relative(self, path: Path) -> str:
        try:
            return Path(os.path.relpath(path.resolve(), self.out.resolve().parent)).as_posix()
        except ValueError:
            return path.resolve().as_posix()

    def _has_no_worth(self) -> bool:
        return all(part.one("worth") is None for _, part in self.guess.tables())

    def _no_worth(self) -> Iterator[str]:
        yield from comment(self._say("no_worth"))
        example = toml({"column": self._say("worth_example"), "unit": "€"})
        yield f"# worth = {example}"

    def _role(self, role: Role, part: TableGuess) -> Iterator[str]:
        found = part.guesses[role]
        if role in {"alike", "segments"}:
            yield from self._list(role, found, part)
            return
        guess = found[0]
        yield from comment(self._why(guess, part))
        yield f"{role} = {self._value(guess)}"
        yield from self._others(role, part, "or")

    def _why(self, guess: Guess, part: TableGuess) -> str:
        why = [reason.text(self.language) for reason in guess.reasons]
        if guess.role == "drivers" and part.complete is not None:
            why.append(self._say("drivers_complete", share=part.complete))
        if guess.role in {"worth", "cost"} and not guess.unit:
            why.append(self._say("worth_no_unit"))
        return self._say(
            "guess",
            role=self._say(f"role_{guess.role}"),
            certainty=self._say(guess.certainty),
            sure=guess.sure,
            why=" ".join(why),
        )

    def _list(self, role: Role, found: tuple[Guess, ...], part: TableGuess) -> Iterator[str]:
        yield from comment(self._say(f"role_{role}") + ".")
        yield f"{role} = ["
        for guess in found:
            yield from self._item(guess)
        yield "]"
        if role == "segments" and (rest := part.others.get("segments")):
            names = _some(tuple(guess.column for guess in rest))
            yield from comment(self._say("segments_others", columns=names))

    def _item(self, guess: Guess) -> Iterator[str]:
        """Write one of a list, with its reasons beside it, or above where there is no room."""
        why = " ".join(reason.text(self.language) for reason in guess.reasons)
        item = f"    {self._value(guess)},"
        beside = f"{item}  # {clean(f'{self._say(guess.certainty)}: {why}')}"
        if len(beside) <= WIDTH:
            yield beside
            return
        yield from comment(f"{self._say(guess.certainty)}: {why}", indent="    ")
        yield item

    def _others(self, role: Role, part: TableGuess, case: str) -> Iterator[str]:
        rest = part.others.get(role, ())
        if role in {"alike", "segments"}:
            if rest:
                names = _some(tuple(guess.column for guess in rest))
                yield from comment(self._say("segments_others", columns=names))
            return
        for guess in rest[:2]:
            why = " ".join(reason.text(self.language) for reason in guess.reasons[:2])
            lead = self._say(case)
            yield from comment(f"{lead} {self._say(guess.certainty)}. {why}")
            yield f"# {role} = {clean(self._value(guess))}"

    def _value(self, guess: Guess) -> str:
        if guess.role in {"drivers", "stated", "rivals"}:
            return _battery_value(guess)
        if guess.role == "items":
            return _listed(guess.columns, "items")
        if guess.role not in {*_WITH_CODES, "alike", "segments"}:
            return toml(guess.column)
        inside: dict[str, object] = {"column": guess.column}
        if guess.scale is not None:
            inside["scale"] = list(guess.scale)
        if guess.missing:
            inside["missing"] = list(guess.missing)
        if guess.unit and guess.role in _WITH_UNIT:
            inside["unit"] = guess.unit
        return toml(guess.column) if len(inside) == 1 else toml(inside)

    def _left_out(self, part: TableGuess) -> Iterator[str]:
        if not part.left_out:
            return
        yield ""
        yield from comment(self._say("left_out"))
        order: tuple[LeftOut, ...] = (
            "sparse", "summaries", "beyond", "row_ids", "empty", "constant", "words"
        )  # fmt: skip
        for why in order:
            if columns := part.left_out.get(why):
                text = self._say(f"out_{why}", columns=_some(columns), most=MOST_DRIVERS)
                yield from comment(f"- {text}", hanging="  ")


def _battery_value(guess: Guess) -> str:
    inside: dict[str, object] = {"columns": list(guess.columns)}
    if guess.scale is not None:
        inside["scale"] = list(guess.scale)
    if guess.missing:
        inside["missing"] = list(guess.missing)
    if guess.form:
        inside["form"] = guess.form
    line = toml(inside)
    if len(line) <= WIDTH - len("drivers = "):
        return line
    rest = {name: value for name, value in inside.items() if name != "columns"}
    return f"{{ {pairs(rest)}{', ' if rest else ''}columns = {_broken(guess.columns)} }}"


def _listed(names: Sequence[str], name: str) -> str:
    """Write a list on one line, or on several where there is no room beside its name."""
    line = toml(list(names))
    return line if len(f"{name} = {line}") <= WIDTH else _broken(names)


def _broken(names: Sequence[str]) -> str:
    lines = textwrap.wrap(
        ", ".join(toml(name).replace(" ", "\x00") for name in names), WIDTH - 4,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    listed = "\n".join("    " + line.replace("\x00", " ") for line in lines)
    return f"[\n{listed}\n]"


def _some(columns: Sequence[str]) -> str:
    named = ", ".join(columns[:MOST_NAMED])
    return f"{named} …" if len(columns) > MOST_NAMED else named
