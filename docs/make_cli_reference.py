"""Paste what ``--help`` says of every command into ``docs/reference/command-line.md``.

``python docs/make_cli_reference.py`` writes the page; a test says where it no longer fits.
"""

from collections.abc import Iterator
from pathlib import Path

import click
from examples import kuski

PAGE = Path(__file__).parent / "reference" / "command-line.md"
_START = "<!-- What follows is written by docs/make_cli_reference.py. -->\n"


def commands() -> Iterator[tuple[str, ...]]:
    """Name every command, a group before what is in it."""
    from kuski.cli.program import commands as program
    from kuski.cli.spoken import Spoken

    def walk(group: click.Group, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            yield (*names, name)
            if isinstance(command, click.Group):
                yield from walk(command, (*names, name))

    yield ()
    yield from walk(program(Spoken(None, "en")), ())


def page(before: str) -> str:
    """Return the page with the help of every command after its introduction."""
    introduction = before.partition(_START)[0]
    parts = [f"{introduction}{_START}"]
    for names in commands():
        _, text = kuski("--language", "en", *names, "--help")
        title = " ".join(("kuski", *names))
        parts.append(f"\n## {title}\n\n```text\n{text.rstrip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
