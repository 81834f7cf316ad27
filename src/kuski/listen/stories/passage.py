"""A passage: a text cut into pieces that show why it was coded so, safe to be shown anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kuski.text.masking import Personal
from kuski.text.seeds import Hit

MOST = 1_500
"""Characters of a text that are shown."""

_AROUND = 160
_REPLACEMENT = "\ufffd"
# Signs that no page may hold, or that reach beyond their own text. One sign for one sign: places
# in the text stay where they were.
_UNSEEN: dict[int, int | str] = {
    **{number: 0x2400 + number for number in range(32) if chr(number) not in "\t\n\r"},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), _REPLACEMENT),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), _REPLACEMENT),
}

Kind = Literal["plain", "mark", "masked", "gap"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Attributes
    ----------
    kind : {"plain", "mark", "masked", "gap"}
        Words; words that triggered a code; personal data that were hidden; what was left out.
    text : str
        What is shown; of hidden data their kind.
    codes : tuple of (family, code)
        Which the words triggered.
    """

    kind: Kind
    text: str
    codes: tuple[tuple[str, str], ...] = ()


def visible(text: str) -> str:
    r"""Put a sign that can be seen in place of each that cannot, as many as there were.

    Examples
    --------
    >>> visible("a\x00b")
    'a␀b'
    """
    return text.translate(_UNSEEN)


def pieces(
    text: str, hits: Iterable[Hit], hidden: Sequence[Personal] = (), *, most: int = MOST
) -> tuple[Piece, ...]:
    """Cut a text at the words that triggered codes.

    Parameters
    ----------
    text : str
    hits : iterable of Hit
        Those that speak against a code are left out.
    hidden : sequence of Personal
        Personal data that must not be seen.
    most : int
        Characters to show. Of a longer text the beginning and what lies around the hits.
    """
    spans = _clusters(hit for hit in hits if hit.weight > 0 and hit.end <= len(text))
    covers = [(each.start, each.end, Piece("masked", each.kind)) for each in hidden]
    # What is hidden stays hidden, also where words in it triggered a code.
    marks = [
        (start, end, Piece("mark", visible(text[start:end]), codes))
        for start, end, codes in spans
        if not any(start < last and first < end for first, last, _ in covers)
    ]
    placed = sorted((*marks, *covers), key=lambda each: each[:2])
    found: list[Piece] = []
    for first, last in _windows(len(text), [(start, end) for start, end, _ in placed], most):
        if first > 0:
            found.append(Piece("gap", "…"))
        found += _window(text, placed, first, last)
    if found and last < len(text):
        found.append(Piece("gap", "…"))
    return tuple(found)


def triggers(text: str, hits: Iterable[Hit], hidden: Sequence[Personal] = ()) -> tuple[str, ...]:
    """List the words that triggered codes, in their order, each once."""
    found = (
        " ".join(piece.text.split()) for piece in pieces(text, hits, hidden) if piece.kind == "mark"
    )
    return tuple(dict.fromkeys(found))


def shortened(text: str, hidden: Sequence[Personal] = (), *, most: int) -> str:
    """Write the beginning of a text on one line."""
    shown = pieces(text[: 4 * most], (), [each for each in hidden if each.end <= 4 * most])
    words = "".join(f"[{p.text}]" if p.kind == "masked" else p.text for p in shown)
    plain = " ".join(words.split())
    return plain if len(plain) <= most and len(text) <= 4 * most else plain[: most - 1] + "…"


def _clusters(hits: Iterable[Hit]) -> list[tuple[int, int, tuple[tuple[str, str], ...]]]:
    """Join hits that overlap: one mark with all their codes."""
    found: list[tuple[int, int, tuple[tuple[str, str], ...]]] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.end)):
        own = (hit.family, hit.code)
        if found and hit.start < found[-1][1]:
            start, end, codes = found[-1]
            found[-1] = (start, max(end, hit.end), tuple(dict.fromkeys((*codes, own))))
        else:
            found.append((hit.start, hit.end, (own,)))
    return found


def _windows(length: int, spans: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Choose what of a text is shown: all, or its beginning and what lies around the spans."""
    if length <= most:
        return [(0, length)] if length else []
    found = [(0, 2 * _AROUND)]
    left = most - 2 * _AROUND
    for start, end in spans:
        first, last = max(0, start - _AROUND), min(length, end + _AROUND)
        if last <= found[-1][1]:
            continue
        grown = last - max(first, found[-1][1])
        if grown > left:
            break
        left -= grown
        if first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _window(
    text: str, placed: Sequence[tuple[int, int, Piece]], first: int, last: int
) -> Iterator[Piece]:
    at = first
    for start, end, piece in placed:
        if end <= at or start >= last:
            continue
        if start > at:
            yield Piece("plain", visible(text[at:start]))
        if piece.kind == "mark":
            piece = replace(piece, text=visible(text[max(start, at) : min(end, last)]))  # noqa: PLW2901
        yield piece
        at = end
    if at < last:
        yield Piece("plain", visible(text[at:last]))
