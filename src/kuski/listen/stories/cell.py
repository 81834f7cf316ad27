"""A cell: how a text stands in a spreadsheet, and how it is known again when it comes back."""

import re
from collections.abc import Callable

Mask = Callable[[str], str]

LONGEST = 32_767
"""What a cell of Excel holds, in UTF-16 units."""

_CUT = " […]"
# What starts a formula in some spreadsheet, behind blanks too, or slips in front of one.
_FORMULA = r"\s*[=+\-@＝＋－＠]|[\t\r\n]"
_RISKY = re.compile(rf"'*(?:{_FORMULA})")
_NEUTRAL = re.compile(rf"'+(?:{_FORMULA})")
_LINE_END = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
# What no cell, or no text file, can hold.
_UNHELD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def shown(text: str, mask: Mask | None = None) -> str:
    r"""Write a text as a cell holds it: line ends of one kind, no control signs, not too long.

    Parameters
    ----------
    text : str
    mask : callable or None
        Hides personal data.

    Examples
    --------
    >>> shown("one\r\ntwo\x07")
    'one\ntwo�'
    """
    head = text[: 2 * LONGEST]
    plain = _UNHELD.sub("\ufffd", _LINE_END.sub("\n", mask(head) if mask else head))
    is_cut = len(text) > 2 * LONGEST or _length(plain) > LONGEST
    return _cut(plain) if is_cut else plain


def neutral(text: str) -> str:
    """Put a mark before what a spreadsheet would take for a formula; `restored` takes it away.

    Examples
    --------
    >>> neutral("=1+1"), neutral("a=b"), neutral("'=1")
    ("'=1+1", 'a=b', "''=1")
    """
    return f"'{text}" if _RISKY.match(text) else text


def restored(text: str) -> str:
    """Undo `neutral`."""
    return text[1:] if _NEUTRAL.match(text) else text


def is_same(text: str, cell: str, encoding: str = "utf-8", mask: Mask | None = None) -> bool:
    """Tell whether a cell that came back still holds a text.

    Parameters
    ----------
    text : str
    cell : str
        As it came back, whichever program saved it.
    encoding : str
        Of the file: what it cannot write came back as question marks.
    mask : callable or None
        What may have hidden personal data when the cell was written.
    """
    known = shown(text, mask)
    kept = settled(known.encode(encoding, "replace").decode(encoding))
    return settled(restored(cell)) == kept or settled(cell) == kept


def settled(text: str) -> str:
    """Leave out what programs change unasked: blanks, and control signs."""
    return _BLANKS.sub(" ", _UNHELD.sub("\ufffd", text)).strip()


def _length(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def _cut(text: str) -> str:
    """Cut so that no letter is halved."""
    kept = text[: LONGEST - len(_CUT)]
    while _length(kept) > LONGEST - len(_CUT):
        kept = kept[: -max(1, (_length(kept) - LONGEST + len(_CUT)) // 2)]
    return kept + _CUT
