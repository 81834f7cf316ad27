"""The commands for a person's work on stories: draw, correct, take back, look up, compare."""

from collections.abc import Sequence
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from kuski.cli import failure, screen
from kuski.cli.reading import reading_of
from kuski.cli.spoken import Spoken
from kuski.errors import InputError

if TYPE_CHECKING:
    from kuski.listen.stories.agreement import Words
    from kuski.listen.stories.reading import Reading


def sample_stories(
    spoken: Spoken,
    /,
    study: str,
    out: str,
    random: int,
    uncertain: int,
    family: tuple[str, ...],
    source: str | None,
    mask: bool,
    force: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Draw the stories that are worth a person's minute."""
    from kuski.listen.stories.sample import sample
    from kuski.listen.stories.sheet import layout, write_sheet

    reading, language = reading_of(spoken, study, mask=mask)
    seed = reading.study.settings.study.seed
    form = layout(reading.book, family, language)
    stories = [story for story in reading.stories if source in {None, story.source}]
    drawn = sample(stories, reading.seen, random=random, uncertain=uncertain, seed=seed)
    if not drawn.drawn:
        raise InputError("stories_all_checked", n=drawn.stories)
    cover = reading.mask if reading.is_masked else None
    path = write_sheet(Path(out), drawn.drawn, form, mask=cover, force=force)
    counts = {
        "random": len(drawn.random),
        "uncertain": len(drawn.uncertain),
        "checked": drawn.checked,
    }
    if json:
        whole = {"stories": drawn.stories, "passed_over": drawn.skipped}
        screen.print_json({"file": str(path), **counts, **whole})
    elif not quiet:
        screen.say_line("listing.drew", language, whole=drawn.stories, **counts)
        if drawn.skipped:
            screen.say_line("listing.drew_skipped", language, n=drawn.skipped)
        screen.say_line("cli.wrote", language, path=path)
        screen.say_line("listing.next_correct", language, sheet=path, study=study)
    return failure.FINE


def correct_stories(
    spoken: Spoken, /, sheet: str, study: str, by: str, json: bool, quiet: bool
) -> int:
    """Take a corrected sheet into the ledger: all of it or nothing."""
    from kuski.listen.stories.correction import read_correction
    from kuski.listen.stories.ledger import checked, read, record
    from kuski.listen.stories.sample import passed_over

    reading, language = reading_of(spoken, study)
    found = read_correction(Path(sheet), reading.stories, reading.book, mask=reading.mask)
    news = found.news(reading.seen, by)
    words = record(reading.ledger, news, who=by, at=_now()) if news else ()
    seen = checked(read(reading.ledger))
    sources = {said.source for said in found.said if said.drawn == "random"}
    drawn = [story for story in reading.stories if story.source in sources]
    left = passed_over(drawn, seen, reading.study.settings.study.seed)
    known = len(found.said) - len(news)
    if json:
        screen.print_json(
            {
                "ledger": str(reading.ledger),
                "taken": [word.id for word in words],
                "known": known,
                "blank": found.blank,
                "unmarked": found.unmarked,
                "passed_over": left,
            }
        )
    elif not quiet:
        screen.say_line("listing.took", language, n=len(words), who=" ".join(by.split()))
        notes = {
            "known": known,
            "blank": found.blank,
            "unmarked": found.unmarked,
            "passed_over": left,
        }
        for case, n in notes.items():
            if n:
                screen.say_line(f"listing.{case}", language, n=n)
        if words:
            screen.say_line("listing.next_code", language, study=study)
    return failure.FINE


def undo_stories(
    spoken: Spoken,
    /,
    event: str,
    study: str,
    by: str | None,
    whole_sheet: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Take a correction back, or its whole sheet."""
    from kuski.listen.stories.ledger import companions, read, undo

    reading, language = reading_of(spoken, study)
    events = read(reading.ledger)
    ids = companions(events, event) if whole_sheet else (event,)
    undone = undo(reading.ledger, ids, who=by or getuser(), at=_now())
    if json:
        screen.print_json([{"id": each.id, "undo": each.of} for each in undone])
    elif not quiet:
        screen.say_line("listing.took_back", language, n=len(undone), first=undone[0].id)
        screen.say_line("listing.next_code", language, study=study)
    return failure.FINE


def log_stories(
    spoken: Spoken, /, study: str, most: int, mask: bool, json: bool, quiet: bool
) -> int:
    """Print what was corrected, by whom and when."""
    from kuski.listen.stories import listing
    from kuski.listen.stories.event import Word
    from kuski.listen.stories.ledger import read

    reading, language = reading_of(spoken, study, mask=mask)
    events = read(reading.ledger)
    most = len(events) or 1 if json else most
    shown = events[-most:]
    hidden = reading.hidden(event.said.text for event in shown if isinstance(event, Word))
    table = listing.logged(events, language, hidden, most=most)
    if json:
        screen.print_json(table.to_dict())
    elif quiet:
        return failure.FINE
    elif not events:
        screen.say_line("listing.empty_log", language)
    else:
        screen.print_table(table)
        if more := len(events) - len(shown):
            screen.say_line("listing.log_more", language, n=more)
    return failure.FINE


def compare_coders(
    spoken: Spoken,
    /,
    study: str,
    sheet: tuple[str, ...],
    mask: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Print how far people agree, and where they do not."""
    import numpy as np

    from kuski.listen.stories import listing
    from kuski.listen.stories.agreement import comparison, words_of_ledger

    reading, language = reading_of(spoken, study, mask=mask)
    words = _words_of(reading, sheet) if sheet else words_of_ledger(reading.seen)
    rng = np.random.default_rng(reading.study.settings.study.seed)
    found = comparison(words, reading.book, rng=rng)
    if not found.stories:
        raise InputError("stories_nothing_compared")
    hidden = reading.hidden(each.text for each in found.disagreements)
    codes, apart = listing.agreed(found, language), listing.apart(found, language, hidden)
    if json:
        tables = {"codes": codes.to_dict(), "disagreements": apart.to_dict()}
        screen.print_json({"people": list(found.people), "stories": found.stories, **tables})
    elif not quiet:
        people = ", ".join(found.people)
        screen.say_line("listing.compared", language, people=people, n=found.stories)
        screen.print_table(codes)
        screen.say_line("listing.alpha_guide", language)
        if found.disagreements:
            screen.print_table(apart)
            screen.say_line("listing.apart", language, n=len(found.disagreements))
    return failure.FINE


def _words_of(reading: "Reading", sheets: Sequence[str]) -> "Words":
    from kuski.listen.stories.agreement import words_of_sheets
    from kuski.listen.stories.correction import read_correction

    names = [Path(sheet).stem for sheet in sheets]
    if len(set(names)) < len(names) or len(names) < 2:
        raise InputError("stories_two_sheets", n=len(names))
    read = [
        read_correction(Path(sheet), reading.stories, reading.book, mask=reading.mask)
        for sheet in sheets
    ]
    return words_of_sheets(dict(zip(names, read, strict=True)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
