"""Run the examples of the documentation, and write down what they print.

``python docs/examples.py`` runs every example of every page and writes the output that each now
gives into the page. The tests run the same examples and fail where a page says something else.

What counts as an example:

``python``   run as it stands; with ``>>>`` it is a session, and what it prints is compared.
``console``  lines with ``$ kuski`` are commands. What follows is compared, where anything follows:
             standard output, then standard error. A ``$ echo $?`` after a command shows its exit
             code; a command without one must exit with 0.
``toml``, ``csv`` with a ``title``   a file that the page's other examples find.

Everything else, such as ``sh`` and ``text``, is not run. A line ``...`` stands for any lines. Each
page runs in a folder of its own, where ``company/`` is the made-up company with 5,000 customers.
"""

import ast
import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
CUSTOMERS = 5_000

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_RUN = {"python", "console", "toml", "csv"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced example.

    Attributes
    ----------
    kind, title, text : str
    line : int
        Of its first line inside the fence.
    start, end : int
        Where `text` stands in the page.
    """

    kind: str
    title: str
    text: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a block said, and what it would say now.

    Attributes
    ----------
    block : Block
    text : str
        The block with the output that it gives now.
    trouble : str
        What went wrong apart from the output; empty where nothing did.
    """

    block: Block
    text: str
    trouble: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the block says what it gives."""
        return not self.trouble and _agrees(self.block.text, self.text)


@dataclass(slots=True)
class _Page:
    """The state that a page's examples share."""

    names: dict[str, object] = field(default_factory=lambda: {"__name__": "example"})
    exit_code: int = 0


def blocks(text: str) -> Iterator[Block]:
    """Find the examples of a page, in order."""
    for found in _FENCE.finditer(text):
        if found["kind"] in _RUN and not found["indent"]:
            line = text[: found.start("text")].count("\n") + 1
            yield Block(
                found["kind"],
                found["title"] or "",
                found["text"],
                line,
                found.start("text"),
                found.end("text"),
            )


def outcomes(text: str) -> Iterator[Outcome]:
    """Run the examples of a page one after the other, in the current folder."""
    page = _Page()
    for block in blocks(text):
        if block.title:
            Path(block.title).parent.mkdir(parents=True, exist_ok=True)
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            yield _console(block, page)
        elif block.kind == "python":
            yield (_session if ">>> " in block.text else _script)(block, page)


def _script(block: Block, page: _Page) -> Outcome:
    tree = compile(block.text, f"line {block.line}", "exec", ast.PyCF_ONLY_AST)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(tree, f"line {block.line}", "exec"), page.names)  # noqa: S102
    except Exception:
        return Outcome(block, block.text, traceback.format_exc(limit=-1))
    return Outcome(block, block.text)


def _session(block: Block, page: _Page) -> Outcome:
    out: list[str] = []
    for part in doctest.DocTestParser().parse(block.text):
        if isinstance(part, str):
            out.append(part)
            continue
        lines = part.source.splitlines()
        out += [f">>> {lines[0]}\n", *(f"... {line}".rstrip() + "\n" for line in lines[1:])]
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(part.source, f"line {block.line}", "single"), page.names)  # noqa: S102
        except Exception:
            return Outcome(block, block.text, traceback.format_exc(limit=-1))
        out.append(_kept(part.want, printed.getvalue()))
    return Outcome(block, "".join(out))


def _console(block: Block, page: _Page) -> Outcome:
    out: list[str] = []
    trouble = ""
    steps = re.split(r"^(?=\$ )", block.text, flags=re.MULTILINE)
    for i, step in enumerate(steps):
        command, _, said = step.partition("\n")
        if not command:
            continue
        if command == "$ echo $?":
            out.append(f"{command}\n{page.exit_code}\n")
            continue
        if not command.startswith("$ kuski "):
            return Outcome(block, block.text, f"{command}: only `$ kuski` and `$ echo $?` are run")
        page.exit_code, printed = kuski(*shlex.split(command)[2:])
        follows = steps[i + 1] if i + 1 < len(steps) else ""
        if page.exit_code and not follows.startswith("$ echo $?"):
            trouble = f"{command}: exit code {page.exit_code}\n{printed}"
        out.append(f"{command}\n{_kept(said, printed)}")
    return Outcome(block, "".join(out), trouble)


def kuski(*arguments: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it printed."""
    from kuski.cli import main

    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        code = main(arguments)
    return code, printed.getvalue() + errors.getvalue()


def _kept(said: str, printed: str) -> str:
    """Return what to write: nothing where nothing was shown, the old where it still agrees."""
    if not said.strip():
        return said
    shown = [line.rstrip() for line in printed.rstrip().splitlines()]
    tail = said[len(said.rstrip("\n")) + 1 :]
    if _agrees(said, "\n".join(shown) + "\n" + tail):
        return said
    return "\n".join(_shortened(said.rstrip().splitlines(), shown)) + "\n" + tail


def _shortened(said: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Leave out what was left out before: take as many lines from where each part began."""
    parts = [list(part) for is_gap, part in groupby(said, lambda line: line == "...") if not is_gap]
    if len(parts) == 1 and "..." not in said:
        return list(shown)
    out = ["..."] if said[0] == "..." else []
    start = 0
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1 and said[-1] != "..."
        if is_last:
            start = max(start, len(shown) - len(part))
        elif number or said[0] == "...":
            alike = [SequenceMatcher(None, part[0], line).ratio() for line in shown[start:]]
            start += alike.index(max(alike, default=0.0)) if alike else 0
        out += [*shown[start : start + len(part)], *([] if is_last else ["..."])]
        start += len(part)
    return out


def _agrees(said: str, given: str) -> bool:
    """Compare line by line; a line ``...`` stands for any number of lines."""
    lines = [line.rstrip() for line in said.splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in lines)
    text = "".join(line.rstrip() + "\n" for line in given.splitlines())
    return re.fullmatch(pattern, text) is not None


@contextlib.contextmanager
def own_folder(company: Path) -> Iterator[None]:
    """Work in an empty folder that holds the made-up company."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(company, Path(folder) / "company")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def main() -> None:
    """Write into every page what its examples print."""
    from kuski.demo import write

    os.environ["COLUMNS"] = "100"
    with tempfile.TemporaryDirectory() as folder:
        company = write(Path(folder) / "company", customers=CUSTOMERS).folder
        for path in PAGES:
            old = path.read_text(encoding="utf-8")
            with own_folder(company):
                found = list(outcomes(old))
            new = old
            for outcome in reversed(found):
                if outcome.trouble:
                    print(f"{path}:{outcome.block.line}: {outcome.trouble}")
                new = new[: outcome.block.start] + outcome.text + new[outcome.block.end :]
            if new != old:
                path.write_text(new, encoding="utf-8")
                print(f"{path}: written")


if __name__ == "__main__":
    main()
