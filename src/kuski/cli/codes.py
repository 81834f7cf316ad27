"""The commands on the codebook: suggest themes, try seeds, add a code, write the book to edit."""

import shlex
from pathlib import Path

from kuski.cli import failure, screen
from kuski.cli.reading import reading_of
from kuski.cli.spoken import Spoken
from kuski.errors import InputError
from kuski.terms import TEXT_LANGUAGES, TextLanguage

OWN_BOOK = "codebook.toml"


def suggest_themes(
    spoken: Spoken, /, study: str, by: str | None, most: int, mask: bool, json: bool, quiet: bool
) -> int:
    """Print words that may be worth a code; nothing is assigned."""
    from kuski.listen.stories import listing
    from kuski.text.themes import suggested

    reading, language = reading_of(spoken, study, mask=mask)
    groups = None if by is None else reading.groups(by)
    themes = suggested(reading.documents, reading.factors, groups, most=most)
    table = listing.suggested(themes, reading.documents, language)
    if json:
        screen.print_json(table.to_dict())
    elif not quiet:
        if table.records:
            screen.print_table(table)
            screen.say_line("listing.next_try", language, study=study)
        else:
            screen.say_line("listing.no_themes", language)
    return failure.FINE


def try_seeds(
    spoken: Spoken,
    /,
    first: str,
    second: str,
    study: str,
    text_language: str | None,
    mask: bool,
    json: bool,
    quiet: bool,
) -> int:
    """Print what two seed phrases would catch."""
    from kuski.listen.stories import listing
    from kuski.text.themes import caught

    reading, language = reading_of(spoken, study, mask=mask)
    own = _language(text_language, spoken)
    found = caught(reading.documents, {own: (first, second)})
    examples = [listing.around(place, reading.documents) for place in found.examples]
    if json:
        screen.print_json(
            {
                "language": own,
                "n": found.n,
                "share": found.share,
                "by_seed": [{"seed": seed, "n": n} for seed, n in found.by_seed],
                "examples": examples,
            }
        )
    elif not quiet:
        screen.print_table(listing.seeds(found, language))
        whole = len(reading.documents)
        screen.say_line("listing.caught", language, n=found.n, whole=whole, share=found.share)
        screen.lines([f"  {example}" for example in examples])
        if found.n:
            seeds = shlex.join((first, second))
            screen.say_line("listing.next_add", language, seeds=seeds, study=study)
    return failure.FINE


def add_code(
    spoken: Spoken,
    /,
    code: str,
    first: str,
    second: str,
    study: str,
    family: str,
    text_language: str | None,
    label: str | None,
    definition: str | None,
    json: bool,
    quiet: bool,
) -> int:
    """Put a code of the user's own into the study's codebook file."""
    from kuski.listen.stories import addition

    reading, language = reading_of(spoken, study)
    settings = reading.study.settings
    path = Path(study).parent / (settings.codes.codebook or OWN_BOOK)
    own = _language(text_language, spoken)
    new = addition.Addition(family, code, label or "", definition or "", {own: (first, second)})
    addition.add_code(path, new)
    if json:
        screen.print_json({"file": str(path), "family": family, "code": code})
    elif not quiet:
        screen.say_line("listing.added", language, family=family, code=code, path=path)
        if settings.codes.codebook is None:
            screen.say_line("listing.name_the_book", language, study=study, book=path.name)
        screen.say_line("listing.next_code", language, study=study)
    return failure.FINE


def write_codebook(spoken: Spoken, /, out: str, force: bool, json: bool, quiet: bool) -> int:
    """Write the shipped codebook, to be read or edited."""
    from kuski.output import write_texts
    from kuski.text.codebook import dump, shipped

    path = Path(out)
    if path.exists() and not force:
        raise InputError("stories_file_exists", file=path)
    (written,) = write_texts(path.parent, {path.name: dump(shipped())})
    if json:
        screen.print_json({"file": str(written)})
    elif not quiet:
        screen.say_line("cli.wrote", spoken.language, path=written)
    return failure.FINE


def _language(asked: str | None, spoken: Spoken) -> TextLanguage:
    """Tell which language seeds are in: the one that is spoken, unless told."""
    name = asked or spoken.language
    return next(language for language in TEXT_LANGUAGES if language == name)
