"""The terminal: findings, tables and progress, drawn by rich; nothing here computes."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from kuski.words import Language, say

if TYPE_CHECKING:
    from rich.console import Console

    from kuski.finding import Finding, Status
    from kuski.show.table import Table

_PIPE_WIDTH = 500
_COLOURS = {"ok": "green", "warn": "yellow", "refuse": "red"}


def print_json(value: Any) -> None:
    """Print plain data as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_finding(finding: "Finding") -> None:
    """Print a finding: message, table, sentences, checks, sources."""
    from rich.table import Table as Grid
    from rich.text import Text

    console = _console()
    message, *sentences = finding.story()
    console.print(Text(message.text, style="bold"))
    if message.advice:
        console.print(Text(f"→ {message.advice}"))
    if (table := finding.table()).records:
        console.print()
        print_table(table, caption=finding.caption)
    for sentence in sentences:
        console.print(Text(f"\n{sentence.text}"))
        if sentence.advice:
            console.print(Text(f"→ {sentence.advice}"))
    language = finding.language
    console.print(Text(f"\n{say('cli.checks', language)}", style="bold"))
    grid = Grid.grid(padding=(0, 1))
    for check in finding.checks():
        grid.add_row("", Text(*_status(check.status, language)), Text(check.text))
    console.print(grid)
    if finding.sources:
        console.print(Text(f"\n{say('cli.sources', language)}", style="bold"))
        for source in finding.sources:
            console.print(Text(f"  {source}"))


def print_headline(finding: "Finding") -> None:
    """Print a finding's title, status and message."""
    from rich.text import Text

    line = Text.assemble(
        (finding.title, "bold"), "  ", _status(finding.status, finding.language), "\n  ",
        finding.story()[0].text,
    )  # fmt: skip
    _console().print(line)


def print_table(table: "Table", *, caption: str = "") -> None:
    """Print a table with its columns aligned."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    console = _console()
    if caption:
        console.print(Text(caption, style="dim"))
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in table.columns:
        is_text = column.kind == "text"
        grid.add_column(Text(column.title), justify="left" if is_text else "right", overflow="fold")
    for cells in table.cells():
        grid.add_row(*(Text(cell) for cell in cells))
    console.print(grid)


@contextmanager
def progress_of(
    language: Language, *, is_quiet: bool
) -> Iterator[Callable[[str, int], None] | None]:
    """Lend a callable that shows rows read, on a terminal only; None where there is none."""
    if is_quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_console(to_stderr=True), transient=True) as bar:
        task = bar.add_task(say("cli.computing", language), total=None)

        def tell(table: str, rows: int) -> None:
            reading = say("cli.reading", language, table=table)
            bar.update(task, description=f"{reading} · {say('cli.rows', language, n=rows)}")

        yield tell


@contextmanager
def bar_of(
    case: str, language: Language, *, is_quiet: bool
) -> Iterator[Callable[[int, int], None] | None]:
    """Lend a callable that shows how much of a known whole is done, on a terminal only."""
    if is_quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(console=_console(to_stderr=True), transient=True) as bar:
        task = bar.add_task(say(case, language), total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def say_line(case: str, language: Language, **values: object) -> None:
    """Print one sentence."""
    click.echo(say(case, language, **values))


def lines(texts: Sequence[str], *, to_stderr: bool = False) -> None:
    """Print lines as they are."""
    for text in texts:
        click.echo(text, err=to_stderr)


def _status(status: "Status", language: Language) -> tuple[str, str]:
    return say(f"cli.status_{status}", language), f"bold {_COLOURS[status]}"


def _console(*, to_stderr: bool = False) -> "Console":
    """Make a console that is as wide as the terminal, and wide enough for any pipe."""
    from rich.console import Console as Plain

    class Console(Plain):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
