"""Seed patterns: how a code's triggers are written in a codebook, and what a written one means."""

from dataclasses import dataclass

from kuski.text.token import TOKEN, folded

GAP = 4  # tokens that "..." may stand for
_WEIGHTS = {"#": 1 / 3, "~": 3 / 4}
_SIGNS = {"+": 1, "-": -1}
_ALL = "..."


@dataclass(frozen=True, slots=True)
class Element:
    """Hold what one word of a text must be.

    Attributes
    ----------
    exact : frozenset of str
        Whole words, case-folded.
    starts, ends, inside : tuple of str
        What a word begins with, ends with, or holds.
    """

    exact: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    inside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Hold a seed pattern, taken apart.

    Attributes
    ----------
    text : str
        As it was written.
    elements : tuple of Element
        In the order in which they must come.
    gaps : tuple of bool
        Before each element: whether up to `GAP` other tokens may stand there; the first is False.
    weight : float
        1; three quarters for a yielding pattern (``~``), a third for a weak one (``#``).
    sign : int
        1 where the words praise by themselves, -1 where they blame, else 0.
    """

    text: str
    elements: tuple[Element, ...]
    gaps: tuple[bool, ...]
    weight: float
    sign: int = 0


def parsed(text: str) -> Pattern:
    """Take a written pattern apart.

    Raises
    ------
    ValueError
        With the piece that can never match as its only argument; the whole text where a pattern
        is empty, or begins or ends with "...".
    """
    bare = text.strip()
    weight = _WEIGHTS.get(bare[:1], 1.0)
    pieces = (bare[1:] if weight < 1 else bare).split()
    sign = _SIGNS.get(pieces[-1], 0) if pieces else 0
    if sign:
        pieces.pop()
    if not pieces or _ALL in (pieces[0], pieces[-1]):
        raise ValueError(text)
    elements, gaps, is_gap = [], [], False
    for piece in pieces:
        if piece == _ALL:
            if is_gap:
                raise ValueError(text)
            is_gap = True
            continue
        elements.append(_element(piece))
        gaps.append(is_gap)
        is_gap = False
    return Pattern(text, tuple(elements), tuple(gaps), weight, sign)


def _element(piece: str) -> Element:
    kinds: dict[tuple[bool, bool], list[str]] = {
        (is_end, is_start): [] for is_end in (False, True) for is_start in (False, True)
    }
    for alternative in piece.split("|"):
        bare = folded(alternative.removeprefix("*").removesuffix("*"))
        is_start, is_end = alternative.endswith("*"), alternative.startswith("*")
        found = TOKEN.fullmatch("a" * is_end + bare + "a" * is_start)
        if not bare or found is None or found.lastgroup is not None:
            raise ValueError(piece)
        kinds[is_end, is_start].append(bare)
    return Element(
        exact=frozenset(kinds[False, False]),
        starts=tuple(kinds[False, True]),
        ends=tuple(kinds[True, False]),
        inside=tuple(kinds[True, True]),
    )
