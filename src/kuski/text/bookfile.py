"""A codebook's file: TOML read with all its faults at once, and written."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from kuski.errors import Fault, InputError, SettingsError
from kuski.terms import REASON_GROUPS, TEXT_LANGUAGES, ReasonGroup, TextLanguage
from kuski.text.codebook import (
    FAMILIES,
    VERSION,
    Code,
    Codebook,
    Family,
    FamilyKind,
    Lists,
    Negation,
    Words,
)
from kuski.text.pattern import parsed

MOST_CHARACTERS = 2_000_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")  # of a code that is no column: intensity has 1 to 3
# Columns of the table of codes; a code of factor, or a family, must not be called so.
_OTHER_COLUMNS = (
    "text source of incident rows weight language state counted checked unsure human reason"
)
_TAKEN = frozenset(_OTHER_COLUMNS.split())
_ENDINGS = ("_sign", "_chance", "_machine", "_second")
_WITH_REASONS = ("factor", "circumstance")
_WORDS = ("label", "definition", "include", "exclude")
_LISTS = ("seeds", "unless", "examples", "others")
_KINDS: tuple[FamilyKind, ...] = ("many", "one")
_NEGATIONS: tuple[Negation, ...] = ("keeps", "drops")

_T = TypeVar("_T", bound=str)


def text_of(path: Path) -> str:
    """Read a user's codebook file.

    Raises
    ------
    InputError
        If it is not there, not UTF-8, or far too large.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            "stories_book_unreadable", file=path, reason=error.strerror or type(error).__name__
        ) from error
    if len(content) > MOST_CHARACTERS:
        raise InputError("stories_book_too_large", file=path, n=len(content), most=MOST_CHARACTERS)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("stories_book_not_utf8", file=path, place=error.start) from error


def read_families(text: str, file: Path, *, known: Codebook | None = None) -> list[Family]:
    """Read the families of a codebook's file.

    Parameters
    ----------
    text : str
        TOML.
    file : Path
        Named in faults.
    known : Codebook, optional
        The book that the file adds to: what the file leaves out of a family that this book has is
        taken from it.

    Raises
    ------
    SettingsError
        An `InputError`: every fault with its line, family and code.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("stories_book_not_toml", file=file, reason=error) from error
    book = _Book(_Lines(text), known)
    families = book.families(content)
    if book.faults:
        raise SettingsError(file, book.faults)
    return families


def written(book: Codebook) -> str:
    """Write a book as TOML."""
    lines = [f"version = {book.version}"]
    for family in book.families:
        lines += ["", "[[families]]", f"name = {_string(family.name)}"]
        lines += [f"kind = {_string(family.kind)}", f"negation = {_string(family.negation)}"]
        lines.append(f"question = {_inline(family.question)}")
        for code in family.codes:
            lines += ["", "[[families.codes]]", f"code = {_string(code.code)}"]
            lines += [f"{key} = {_inline(getattr(code, key))}" for key in _WORDS]
            if code.reason is not None:
                lines.append(f"reason = {_string(code.reason)}")
            for key in _LISTS:
                lines += _table(key, getattr(code, key))
    return "\n".join(lines) + "\n"


def _table(key: str, lists: Lists) -> Iterator[str]:
    if lists:
        yield f"[families.codes.{key}]"
    for language, texts in lists.items():
        yield f"{language} = ["
        yield from (f"    {_string(text)}," for text in texts)
        yield "]"


def _inline(words: Words) -> str:
    return "{ " + ", ".join(f"{key} = {_string(text)}" for key, text in words.items()) + " }"


def _string(text: str) -> str:
    # A string of JSON is one of TOML but for the one control character that JSON leaves bare.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class _Lines:
    """Where each family and code begins."""

    def __init__(self, text: str) -> None:
        self._places: dict[tuple[int, ...], int] = {}
        family, code = -1, -1
        for number, line in enumerate(text.splitlines(), start=1):
            header = line.split("#")[0].replace(" ", "").strip()
            if header == "[[families]]":
                family, code = family + 1, -1
                self._places[family,] = number
            elif header == "[[families.codes]]":
                code += 1
                self._places[family, code] = number

    def of(self, *place: int) -> int | None:
        return self._places.get(place)


@dataclass(slots=True)
class _Book:
    """A file on its way to families, and what is wrong with it."""

    lines: _Lines
    known: Codebook | None
    faults: list[Fault] = field(default_factory=list)
    _line: int | None = None

    def families(self, content: Mapping[str, object]) -> list[Family]:
        self._keys(content, "", ("version", "families"))
        if content.get("version") != VERSION:
            self._fault(
                "stories_version", "version", value=content.get("version"), expected=VERSION
            )
        families = []
        for place, table in enumerate(self._tables(content, "families", "families")):
            self._line = self.lines.of(place)
            if (family := self._family(place, table)) is not None:
                families.append(family)
        self._once([family.name for family in families], "families")
        return families

    def _family(self, place: int, table: Mapping[str, object]) -> Family | None:
        name = self._name(table, "name", f"families[{place + 1}]", _NAME)
        if name is None:
            return None
        self._keys(table, name, ("name", "kind", "negation", "question", "codes"))
        self._free(name, name, is_family=True)
        old = self._old(name)
        kind = self._choice(table, "kind", name, _KINDS, old.kind if old else None)
        negation = self._choice(
            table, "negation", name, _NEGATIONS, old.negation if old else "keeps"
        )
        if old is not None and kind != old.kind:
            self._fault("stories_fixed", f"{name}.kind", value=kind, expected=old.kind)
        question = self._words(table, "question", name) or (old.question if old else _same(""))
        codes = []
        for number, each in enumerate(self._tables(table, "codes", name)):
            self._line = self.lines.of(place, number)
            if (code := self._code(number, each, name)) is not None:
                codes.append(code)
        self._once([code.code for code in codes], name)
        return Family(name, kind, negation, question, tuple(codes))

    def _old(self, name: str) -> Family | None:
        found = self.known.families if self.known else ()
        return next((family for family in found if family.name == name), None)

    def _code(self, place: int, table: Mapping[str, object], family: str) -> Code | None:
        form = _NAME if family == "factor" else _VALUE
        name = self._name(table, "code", f"{family}.codes[{place + 1}]", form)
        if name is None:
            return None
        key = f"{family}.{name}"
        self._keys(table, key, ("code", *_WORDS, "reason", *_LISTS))
        if family == "factor":
            self._free(name, key, is_family=False)
        words = {each: self._words(table, each, key) for each in _WORDS}
        lists = {each: self._lists(table, each, key) for each in _LISTS}
        for each in ("seeds", "unless"):
            self._patterns(lists[each], f"{key}.{each}")
        return Code(
            code=name,
            label=words["label"] or _same(name.replace("_", " ")),
            definition=words["definition"] or _same(""),
            include=words["include"] or _same(""),
            exclude=words["exclude"] or _same(""),
            reason=self._reason(table, family, key),
            seeds=lists["seeds"],
            unless=lists["unless"],
            examples=lists["examples"],
            others=lists["others"],
        )

    def _reason(self, table: Mapping[str, object], family: str, key: str) -> ReasonGroup | None:
        if family not in _WITH_REASONS:
            if "reason" in table:
                self._fault("stories_reason", f"{key}.reason", expected=" | ".join(_WITH_REASONS))
            return None
        ordinary: ReasonGroup = "life" if family == "circumstance" else "treatment"
        return self._choice(table, "reason", key, REASON_GROUPS, ordinary)

    def _patterns(self, lists: Lists, key: str) -> None:
        for language, patterns in lists.items():
            for pattern in patterns:
                try:
                    parsed(pattern)
                except ValueError as error:
                    self._fault("stories_pattern", f"{key}.{language}", value=pattern, part=error)

    def _tables(
        self, table: Mapping[str, object], name: str, key: str
    ) -> Sequence[Mapping[str, object]]:
        found = table.get(name)
        if not isinstance(found, list) or not found or not all(isinstance(x, dict) for x in found):
            self._fault(
                "stories_tables",
                key,
                value=_short(found),
                expected=f"[[{'families.codes' if name == 'codes' else name}]]",
            )
            return ()
        return found

    def _keys(self, table: Mapping[str, object], key: str, known: Sequence[str]) -> None:
        for name in table:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                where = f"{key}.{name}" if key else name
                expected = near[0] if near else ", ".join(known)
                self._fault("stories_key", where, expected=expected)

    def _name(
        self, table: Mapping[str, object], name: str, key: str, form: re.Pattern[str]
    ) -> str | None:
        found = table.get(name)
        if isinstance(found, str) and form.fullmatch(found):
            return found
        self._fault("stories_name", f"{key}.{name}", value=_short(found))
        return None

    def _free(self, name: str, key: str, *, is_family: bool) -> None:
        taken = _TAKEN if is_family else _TAKEN | set(FAMILIES)
        if name in taken or name.endswith(_ENDINGS):
            self._fault("stories_taken", key, value=name)

    def _once(self, names: Sequence[str], key: str) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._fault("stories_twice", key, value=name)

    def _choice(
        self,
        table: Mapping[str, object],
        name: str,
        key: str,
        choices: Sequence[_T],
        ordinary: _T | None,
    ) -> _T:
        found = table.get(name, ordinary)
        for choice in choices:
            if found == choice:
                return choice
        self._fault(
            "stories_choice", f"{key}.{name}", value=_short(found), expected=", ".join(choices)
        )
        return choices[0]

    def _words(self, table: Mapping[str, object], name: str, key: str) -> Words | None:
        found = self._by_language(table, name, key)
        texts = {
            language: text.strip()
            for language, text in found.items()
            if isinstance(text, str) and text.strip()
        }
        if not all(isinstance(text, str) for text in found.values()):
            self._fault("stories_words", f"{key}.{name}", value=_short(table.get(name)))
        if not texts:
            return None
        first = next(texts[each] for each in ("en", *TEXT_LANGUAGES) if each in texts)
        return {language: texts.get(language, first) for language in TEXT_LANGUAGES}

    def _lists(self, table: Mapping[str, object], name: str, key: str) -> Lists:
        lists: dict[TextLanguage, tuple[str, ...]] = {}
        for language, texts in self._by_language(table, name, key).items():
            if isinstance(texts, list) and all(isinstance(x, str) and x.strip() for x in texts):
                lists[language] = tuple(texts)
            else:
                self._fault("stories_list", f"{key}.{name}.{language}", value=_short(texts))
        return lists

    def _by_language(
        self, table: Mapping[str, object], name: str, key: str
    ) -> dict[TextLanguage, object]:
        found = table.get(name, {})
        if not isinstance(found, dict):
            self._fault("stories_by_language", f"{key}.{name}", value=_short(found))
            return {}
        self._keys(found, f"{key}.{name}", TEXT_LANGUAGES)
        return {language: found[language] for language in TEXT_LANGUAGES if language in found}

    def _fault(self, case: str, key: str, **values: object) -> None:
        self.faults.append(Fault(case, key, self._line, values))


def _same(text: str) -> Words:
    return dict.fromkeys(TEXT_LANGUAGES, text)


def _short(value: object) -> str:
    """Write the beginning of a value that was wrong."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
