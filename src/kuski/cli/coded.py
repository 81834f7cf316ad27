"""The commands that code stories, and show why."""

from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kuski.cli import failure, screen
from kuski.cli.reading import reading_of
from kuski.cli.spoken import Spoken
from kuski.words import Language, say

if TYPE_CHECKING:
    from kuski.text.language_model import CostEstimate


def code_stories(spoken: Spoken, /, study: str, yes: bool, json: bool, quiet: bool) -> int:
    """Code the texts of a study and write the table of codes."""
    import kuski
    from kuski.finding import plain
    from kuski.listen.stories import listing
    from kuski.listen.stories.coders import coders_of
    from kuski.listen.stories.coding import code_study
    from kuski.roles import codebook_of

    spoken.of_study(Path(study))
    opened = kuski.open(study, language=spoken.asked)
    language = opened.language
    agree = partial(_agreed, language, is_agreed=yes, is_asked=not (quiet or json))
    settings = opened.settings
    coders = coders_of(settings, codebook_of(settings), confirm=agree)
    with screen.bar_of("cli.coding", language, is_quiet=quiet or json) as progress:
        report = code_study(opened, coders=coders, progress=progress)
    if json:
        screen.print_json(plain({**asdict(report), "file": str(report.file)}))
    elif not quiet:
        screen.print_table(listing.coded(report, language))
        if report.taught or report.measured:
            screen.say_line("listing.learned", language, n=report.taught, measured=report.measured)
        screen.say_line("listing.not_frequencies", language)
        file = Path(study).parent / opened.settings.codes.file
        screen.say_line("cli.wrote", language, path=file)
        screen.say_line("listing.next_review", language, study=study)
        if not report.measured:
            screen.say_line("listing.next_sample", language, study=study)
    return failure.FINE


def _agreed(
    language: Language, estimate: "CostEstimate", *, is_agreed: bool, is_asked: bool
) -> bool:
    """Tell what a language model will cost, and ask whether to go on unless that was said."""
    cost = estimate.cost
    case = "cli.model_cost" if cost is not None else "cli.model_tokens"
    text = say(
        case,
        language,
        n=estimate.texts,
        requests=estimate.requests,
        tokens=estimate.tokens_in + estimate.tokens_out,
        cost=cost or 0.0,
    )
    click.echo(text, err=True)
    return is_agreed or (is_asked and click.confirm(say("cli.model_go_on", language), err=True))


def show_stories(
    spoken: Spoken,
    /,
    study: str,
    code: str | None,
    most: int,
    mask: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Print stories with their codes and the words that triggered them."""
    from kuski.listen.stories import listing
    from kuski.listen.stories.review import with_code

    reading, language = reading_of(spoken, study, mask=mask)
    found = with_code(reading.stories, reading.seen, reading.book, code)
    chosen = found[:most]
    texts = list(dict.fromkeys(story.text for story in chosen))
    table = listing.shown(
        chosen, reading.seen, reading.hits(texts), reading.hidden(texts), language
    )
    if json:
        screen.print_json(table.to_dict())
    elif not quiet:
        screen.print_table(table)
        screen.say_line("listing.of_all", language, n=len(chosen), whole=len(found))
        screen.say_line("listing.not_frequencies", language)
    return failure.FINE


def review_stories(
    spoken: Spoken,
    /,
    study: str,
    out: str,
    most: int,
    mask: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Write the review page."""
    from kuski.listen.stories.review import render_review, review
    from kuski.output import write_texts

    reading, language = reading_of(spoken, study, mask=mask)
    found = review(reading.stories, reading.seen, reading.book, most=most)
    page = render_review(
        found,
        reading.hits(found.texts),
        study=reading.study.settings.study.name,
        today=date.today(),  # noqa: DTZ011
        language=language,
        hide=reading.hide if reading.is_masked else None,
    )
    path = Path(out)
    (written,) = write_texts(path.parent, {path.name: page})
    if json:
        counts = {f"{each.family.name}.{each.code.code}": each.count for each in found.codes}
        screen.print_json({"file": str(written), "stories": found.stories, "counts": counts})
    elif not quiet:
        screen.say_line("cli.wrote", language, path=written)
    return failure.FINE
