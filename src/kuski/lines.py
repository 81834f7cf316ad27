"""On which line of a TOML text each table, key and element of a list stands."""

import re
from collections import Counter
from collections.abc import Mapping

Place = tuple[str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|'
    r"'''.*?'''(?:'{0,2})|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[Place, int]:
    r"""Tell on which line each table, key and element of a right TOML text stands, from 1.

    Examples
    --------
    >>> key_lines('[a]\nb = { c = 1 }\n')
    {('a',): 1, ('a', 'b'): 2, ('a', 'b', 'c'): 2}
    """
    return _Walk(text).lines


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """Find the line of a key, or of the nearest thing that holds it."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return None


class _Walk:
    """One walk through a text, which has been parsed before and holds no error."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Place, int] = {}
        repeats: Counter[Place] = Counter()
        table: Place = ()
        self._skip_blank()
        while self.at < len(text):
            start = self.at
            if self._takes("[["):
                name = self._header()
                table = (*name, str(repeats[name]))
                repeats[name] += 1
                self._note(table, start)
            elif self._takes("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()

    def _header(self) -> Place:
        table = self._key(())
        while self._takes("]"):
            pass
        return table

    def _pair(self, above: Place) -> None:
        place = self._key(above)
        self._takes("=")
        self._value(place)

    def _key(self, above: Place) -> Place:
        """Take a key with dots, and note all its parts."""
        place = above
        while True:
            found = _BARE.match(self.text, self.at) or _STRING.match(self.text, self.at)
            if found is None:
                return place
            place = (*place, found[0].strip("\"'"))
            self._note(place, self.at)
            self.at = found.end()
            self._skip_blank()
            if not self._takes("."):
                return place

    def _value(self, place: Place) -> None:
        if self._takes("["):
            number = 0
            while not self._takes("]"):
                self._note((*place, str(number)), self.at)
                self._value((*place, str(number)))
                self._takes(",")
                number += 1
        elif self._takes("{"):
            while not self._takes("}"):
                self._pair(place)
                self._takes(",")
        else:
            found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            self.at = found.end() if found else len(self.text)
            self._skip_blank()

    def _takes(self, sign: str) -> bool:
        """Step over a sign and the blanks after it, if it stands here."""
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        self._skip_blank()
        return True

    def _skip_blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _note(self, place: Place, at: int) -> None:
        self.lines.setdefault(place, self.text.count("\n", 0, at) + 1)
