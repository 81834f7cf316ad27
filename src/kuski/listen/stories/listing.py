"""Listings: what the commands on stories show, as tables."""

from collections.abc import Mapping, Sequence

from kuski.listen.stories.agreement import CodeAgreement, Comparison
from kuski.listen.stories.coding import CodingReport
from kuski.listen.stories.event import Event, Undo
from kuski.listen.stories.fault import beginning
from kuski.listen.stories.ledger import Checked, standing
from kuski.listen.stories.mark import Values, written
from kuski.listen.stories.passage import shortened, triggers
from kuski.listen.stories.sheet import column_title
from kuski.listen.stories.story import Story
from kuski.show.record import Record
from kuski.show.table import Column, Kind, Table
from kuski.terms import TextSource
from kuski.text.document import Document
from kuski.text.masking import Personal
from kuski.text.seeds import Hit
from kuski.text.themes import Caught, Place, Theme
from kuski.words import Language, say

_TEXT = 72
_AROUND = 30


def coded(report: CodingReport, language: Language) -> Table:
    """List what was coded of each table."""
    columns = _columns(
        language, ("source", "text"), ("column", "text"), ("rows", "count"), ("texts", "count"),
        ("units", "count"), ("silent", "count"), ("unsure", "count"), ("languages", "text"),
    )  # fmt: skip
    records: tuple[Record, ...] = tuple(
        {
            "source": one.source,
            "column": one.column,
            "rows": one.rows,
            "texts": one.texts,
            "units": one.units,
            "silent": one.silent_rows,
            "unsure": one.unsure,
            "languages": ", ".join(f"{name or '?'} {n}" for name, n in one.languages),
        }
        for one in report.sources
    )
    return Table(columns, records, language)


def shown(
    stories: Sequence[Story],
    seen: Mapping[tuple[TextSource, str], Checked],
    hits: Mapping[str, Sequence[Hit]],
    hidden: Mapping[str, Sequence[Personal]],
    language: Language,
) -> Table:
    """List stories with their codes and the words that triggered them."""
    columns = _columns(
        language, ("text", "text"), ("codes", "text"), ("words", "text"), ("checked", "text")
    )
    records = tuple(
        {
            "id": story.id,
            "text": shortened(story.text, hidden[story.text], most=_TEXT),
            "codes": _codes(story.told(seen.get(story.key))),
            "words": ", ".join(
                triggers(story.text, story.reasons(hits[story.text]), hidden[story.text])
            ),
            "checked": _people(seen.get(story.key)),
        }
        for story in stories
    )
    return Table(columns, records, language)


def logged(
    events: Sequence[Event],
    language: Language,
    hidden: Mapping[str, Sequence[Personal]],
    *,
    most: int,
) -> Table:
    """List the latest of what people said and took back, the oldest of them first."""
    columns = _columns(
        language, ("id", "text"), ("at", "text"), ("who", "text"), ("part", "text"),
        ("said", "text"), ("text", "text"), ("stands", "text"),
    )  # fmt: skip
    alive = {event.id for event in standing(events)}
    records = []
    for event in events[-most:]:
        state = say(f"listing.{'stands' if event.id in alive else 'undone'}", language)
        record = {"id": event.id, "at": event.at, "who": event.who, "stands": state}
        if isinstance(event, Undo):
            record |= {"part": "", "text": "", "said": say("listing.undo", language, id=event.of)}
        else:
            said = event.said
            record |= {
                "part": say(f"sheet.part_{said.drawn}", language),
                "said": _codes(said.values),
                "text": shortened(said.text, hidden.get(said.text, ()), most=_TEXT // 2),
            }
        records.append(record)
    return Table(columns, tuple(records), language)


def agreed(found: Comparison, language: Language) -> Table:
    """List how far people agree on each code that anybody gave."""
    columns = _columns(
        language, ("family", "text"), ("code", "text"), ("stories", "count"), ("given", "count"),
        ("same", "share"), ("alpha", "estimate"),
    )  # fmt: skip
    records = tuple(_agreed(each, language) for each in found.codes if each.given)
    return Table(columns, records, language)


def apart(found: Comparison, language: Language, hidden: Mapping[str, Sequence[Personal]]) -> Table:
    """List the stories on which people differ, with what each said."""
    titles = tuple(Column(f"said_{n}", who) for n, who in enumerate(found.people))
    columns = (*_columns(language, ("text", "text"), ("family", "text")), *titles)
    records = tuple(
        {
            "text": shortened(each.text, hidden.get(each.text, ()), most=_TEXT),
            "family": column_title(each.family, language),
            **{
                f"said_{n}": ", ".join(dict(each.said).get(who, ("–",))) or "∅"
                for n, who in enumerate(found.people)
            },
        }
        for each in found.disagreements
    )
    return Table(columns, records, language)


def suggested(themes: Sequence[Theme], documents: Sequence[Document], language: Language) -> Table:
    """List words that may be worth a code, with one place where each stands."""
    columns = _columns(
        language, ("theme", "text"), ("language", "text"), ("group", "text"), ("n", "count"),
        ("share", "share"), ("lift", "number"), ("uncoded", "count"), ("example", "text"),
    )  # fmt: skip
    records = tuple(
        {
            "theme": " ".join(theme.words),
            "language": theme.language,
            "group": theme.group or say("listing.no_code", language),
            "n": theme.n,
            "share": theme.share,
            "lift": theme.lift,
            "uncoded": theme.n_uncoded,
            "example": around(theme.examples[0], documents) if theme.examples else "",
        }
        for theme in themes
    )
    return Table(columns, records, language)


def seeds(found: Caught, language: Language) -> Table:
    """List how many stories each seed meets."""
    columns = _columns(language, ("seed", "text"), ("n", "count"))
    records: tuple[Record, ...] = tuple({"seed": seed, "n": n} for seed, n in found.by_seed)
    return Table(columns, records, language)


def around(place: Place, documents: Sequence[Document]) -> str:
    """Write a place with a few words on each side."""
    text = documents[place.document].text
    start, end = max(0, place.start - _AROUND), min(len(text), place.end + _AROUND)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    return f"{head}{beginning(text[start:end], 200)}{tail}"


def _agreed(each: CodeAgreement, language: Language) -> dict[str, str | int | float | None]:
    return {
        "family": column_title(each.family, language),
        "code": each.code or say("listing.whole_family", language),
        "stories": each.stories,
        "given": each.given,
        "same": each.same,
        "alpha": each.alpha,
        "alpha_low": each.low,
        "alpha_high": each.high,
    }


def _codes(values: Values) -> str:
    return " · ".join(
        f"{family} {written(marks)}" if marks[0].code.isdigit() else written(marks)
        for family, marks in values.items()
        if marks
    )


def _people(checked: Checked | None) -> str:
    return ", ".join(word.who for word in checked.words) if checked else ""


def _columns(language: Language, *named: tuple[str, Kind]) -> tuple[Column, ...]:
    return tuple(Column(key, say(f"listing.column_{key}", language), kind) for key, kind in named)
