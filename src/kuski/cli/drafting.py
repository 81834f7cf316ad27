"""The command that drafts a study file from data never seen before."""

from pathlib import Path

from kuski.cli import failure, screen
from kuski.cli.spoken import Spoken


def draft_study(
    spoken: Spoken, /, files: tuple[str, ...], out: str, force: bool, json: bool, quiet: bool
) -> int:
    """Read the files, guess, write the study file and show the guesses."""
    from kuski.listen.draft import draft, write

    sketch = draft([Path(file) for file in files], Path(out), language=spoken.language)
    path = write(sketch, force=force)
    if json:
        screen.print_json(sketch.to_dict())
    elif not quiet:
        screen.print_table(sketch.table())
        screen.say_line("cli.wrote", spoken.language, path=path)
        screen.say_line("cli.next_check", spoken.language, file=path)
    return failure.FINE
