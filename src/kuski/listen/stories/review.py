"""The review: each code with the words that triggered it, on one page without the network."""

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from kuski.errors import InputError
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import SIGNED, Mark, Sign, Values
from kuski.listen.stories.passage import Piece, pieces
from kuski.listen.stories.sample import CUT
from kuski.listen.stories.sheet import column_title
from kuski.listen.stories.story import Story
from kuski.show import page
from kuski.terms import TEXT_LANGUAGES, TextSource
from kuski.text.codebook import Code, Codebook, Family
from kuski.text.masking import Personal
from kuski.text.seeds import Hit
from kuski.version import __version__
from kuski.words import Language, say

if TYPE_CHECKING:
    from jinja2 import Environment

MOST = 12
_OPEN = 3

Key = tuple[TextSource, str]
By = Literal["machine", "person", "removed"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A code with the stories that are shown for it.

    Attributes
    ----------
    family : Family
    code : Code
    count : int
        How many stories have it: by a person's word where one looked, else by the machine's.
    stories : tuple of Story
        Also those where the machine gave it and a person took it away.
    """

    family: Family
    code: Code
    count: int
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a review shows.

    Attributes
    ----------
    book : Codebook
    stories : int
    unsure : int
    random, uncertain : int
        Checked by a person, by part.
    seen : mapping of source and text to Checked
    codes : tuple of Chosen
    """

    book: Codebook
    stories: int
    unsure: int
    random: int
    uncertain: int
    seen: Mapping[Key, Checked]
    codes: tuple[Chosen, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are shown, each once: those whose hits are wanted."""
        shown = (story.text for chosen in self.codes for story in chosen.stories)
        return tuple(dict.fromkeys(shown))


@dataclass(frozen=True, slots=True)
class Chip:
    """One code of a story.

    Attributes
    ----------
    label : str
    sign : {-1, 0, 1}
    chance : float or None
        What the machine thinks, of a factor.
    by : {"machine", "person", "removed"}
        Whose word it is; "removed" where the machine gave it and a person took it away.
    is_own : bool
        Whether it is the code under which the story stands.
    """

    label: str
    sign: Sign
    chance: float | None
    by: By
    is_own: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A story as the page shows it."""

    pieces: tuple[Piece, ...]
    language: str
    rows: int
    is_unsure: bool
    who: tuple[str, ...]
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A code as the page shows it: `width` is its bar, in percent of the family's longest."""

    id: str
    key: tuple[str, str]
    code: Code
    count: int
    share: float
    width: float
    open: tuple[Shown, ...]
    folded: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A family as the page shows it."""

    id: str
    title: str
    question: str
    entries: tuple[Entry, ...]


def review(
    stories: Sequence[Story], seen: Mapping[Key, Checked], book: Codebook, *, most: int = MOST
) -> Review:
    """Choose for each code the stories to look at.

    Parameters
    ----------
    stories : sequence of Story
    seen : mapping of source and text to Checked
    book : Codebook
    most : int
        Stories a code: what people checked first, then the least and the most sure in turns.
    """
    counts: Counter[tuple[str, str]] = Counter()
    having: dict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in stories:
        told = _keys(story.told(seen.get(story.key)))
        counts.update(told)
        for key in told | _keys(story.machine):
            having[key].append(story)
    codes = []
    for family in book.families:
        for code in family.codes:
            key = family.name, code.code
            chosen = _chosen(having[key], seen, code.code, most)
            codes.append(Chosen(family, code, counts[key], chosen))
    parts = [seen[story.key].drawn for story in stories if story.key in seen]
    return Review(
        book=book,
        stories=len(stories),
        unsure=sum(story.is_unsure for story in stories),
        random=parts.count("random"),
        uncertain=parts.count("uncertain"),
        seen=seen,
        codes=tuple(codes),
    )


def with_code(
    stories: Sequence[Story], seen: Mapping[Key, Checked], book: Codebook, code: str | None
) -> tuple[Story, ...]:
    """List the stories that have a code of any family, the commonest texts first; all where None.

    Raises
    ------
    InputError
        If the book has no such code.
    """
    ordered = sorted(stories, key=lambda story: (-story.rows, story.id))
    if code is None:
        return tuple(ordered)
    known = [name for _, name in book.columns]
    if code not in known:
        near = get_close_matches(code, known, n=1)
        case = "stories_no_code_near" if near else "stories_no_code"
        named = ", ".join(known)
        raise InputError(case, code=code, near=near[0] if near else "", codes=named)
    return tuple(
        story
        for story in ordered
        if any(m.code == code for marks in story.told(seen.get(story.key)).values() for m in marks)
    )


def render_review(
    found: Review,
    hits: Mapping[str, Sequence[Hit]],
    *,
    study: str,
    today: date,
    language: Language,
    hide: Callable[[str], Sequence[Personal]] | None = None,
) -> str:
    """Lay a review out as one HTML page.

    Parameters
    ----------
    found : Review
    hits : mapping of text to Hits
        Why each text that is shown was coded so.
    study : str
        Its name.
    today : date
        Stands on the page.
    language : {"fi", "en"}
    hide : callable or None
        Finds the personal data that must not be seen.

    Returns
    -------
    str
        HTML that asks for nothing: the font is inside, there is no script, and its own content
        security policy forbids both. All that people wrote is escaped.
    """
    style = _stylesheet()
    template = _environment().get_template("review.html.jinja")
    labels = {
        (family.name, code.code): code.label[language]
        for family in found.book.families
        for code in family.codes
    }
    return template.render(
        language=language,
        say=lambda case, **values: say(f"review.{case}", language, **values),
        style=Markup(style),  # noqa: S704  # our own files
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        study=study,
        version=__version__,
        today=today.isoformat(),
        today_in_words=_in_words(today, language),
        review=found,
        chapters=tuple(_chapters(found, hits, labels, language, hide)),
        labels=labels,
        languages=TEXT_LANGUAGES,
        is_masked=hide is not None,
    )


def _keys(values: Values) -> set[tuple[str, str]]:
    return {(family, mark.code) for family, marks in values.items() for mark in marks}


def _chosen(
    stories: Sequence[Story], seen: Mapping[Key, Checked], code: str, most: int
) -> tuple[Story, ...]:
    people = [story for story in stories if story.key in seen]
    others = [story for story in stories if story.key not in seen]
    sure = sorted(others, key=lambda story: (-story.chances.get(code, 0.0), story.id))
    unsure = sorted(others, key=lambda story: (abs(story.chances.get(code, 1.0) - CUT), story.id))
    turns = (story for pair in zip(unsure, sure, strict=True) for story in pair)
    whole = {story.key: story for story in (*sorted(people, key=lambda s: s.id), *turns)}
    return tuple(whole.values())[:most]


def _chapters(
    found: Review,
    hits: Mapping[str, Sequence[Hit]],
    labels: Mapping[tuple[str, str], str],
    language: Language,
    hide: Callable[[str], Sequence[Personal]] | None,
) -> Iterator[Chapter]:
    hidden = {text: hide(text) if hide else () for text in found.texts}
    for family in found.book.families:
        own = [chosen for chosen in found.codes if chosen.family.name == family.name]
        largest = max((chosen.count for chosen in own), default=0) or 1
        entries = []
        for chosen in own:
            key = (family.name, chosen.code.code)
            shown = tuple(
                Shown(
                    pieces=pieces(
                        story.text,
                        story.reasons(hits.get(story.text, ())),
                        hidden[story.text],
                    ),
                    language=story.language or "",
                    rows=story.rows,
                    is_unsure=story.is_unsure,
                    who=_people(found.seen.get(story.key)),
                    chips=tuple(_chips(story, found.seen.get(story.key), labels, key)),
                )
                for story in chosen.stories
            )
            entries.append(
                Entry(
                    id=f"{family.name}-{chosen.code.code}",
                    key=key,
                    code=chosen.code,
                    count=chosen.count,
                    share=chosen.count / max(1, found.stories),
                    width=round(100 * chosen.count / largest, 1),
                    open=shown[:_OPEN],
                    folded=shown[_OPEN:],
                )
            )
        title = column_title(family.name, language)
        yield Chapter(family.name, title, family.question[language], tuple(entries))


def _people(checked: Checked | None) -> tuple[str, ...]:
    return tuple(word.who for word in checked.words) if checked else ()


def _chips(
    story: Story,
    checked: Checked | None,
    labels: Mapping[tuple[str, str], str],
    own: tuple[str, str],
) -> Iterator[Chip]:
    """List a story's codes, and what a person took away; the one it stands under first."""
    found: list[tuple[tuple[str, str], Mark, By]] = []
    for family, marks in story.told(checked).items():
        is_persons = checked is not None and family in checked.first
        found += [((family, m.code), m, "person" if is_persons else "machine") for m in marks]
        kept = {mark.code for mark in marks}
        if is_persons:
            gone = (mark for mark in story.machine.get(family, ()) if mark.code not in kept)
            found += [((family, mark.code), mark, "removed") for mark in gone]
    for key, mark, by in sorted(found, key=lambda each: each[0] != own):
        is_factor = key[0] == SIGNED
        yield Chip(
            label=labels.get(key, mark.code),
            sign=mark.sign,
            chance=story.chances.get(mark.code) if is_factor and by != "person" else None,
            by=by,
            is_own=key == own,
        )


@lru_cache
def _stylesheet() -> str:
    own = files("kuski.listen.stories") / "templates" / "review.css"
    return page.stylesheet() + "\n" + own.read_text(encoding="utf-8")


@lru_cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("kuski.listen.stories"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _in_words(today: date, language: Language) -> str:
    from babel.dates import format_date

    return format_date(today, format="d MMMM y" if language == "en" else "long", locale=language)
