"""The program ``kuski``: its commands, and what it exits with."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from kuski.cli import failure
from kuski.cli.command import Command, Group, flag, language_option, study_argument
from kuski.cli.spoken import Spoken
from kuski.errors import KuskiError
from kuski.registry import NAMES
from kuski.terms import STAGES
from kuski.version import __version__
from kuski.words import Language, say

Maker = Callable[[], click.Command]


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if args is None else args)
    spoken = Spoken.of(words)
    try:
        code = commands(spoken).main(words, prog_name="kuski", standalone_mode=False)
    except KuskiError as error:
        return failure.tell_error(error, spoken.language)
    except click.ClickException as error:
        return failure.tell_usage(error, spoken.language)
    except (click.Abort, KeyboardInterrupt):
        return failure.tell_interrupt(spoken.language)
    except BrokenPipeError:
        # Python would flush at exit what nobody reads, and complain.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        return failure.CUT_OFF
    except Exception:
        return failure.tell_crash(spoken.language)
    return code if isinstance(code, int) else failure.FINE


def commands(spoken: Spoken) -> Group:
    """Build the commands in the language that is spoken."""
    language = spoken.language
    makers: dict[str, Maker] = {
        "init": partial(_init, spoken),
        "check": partial(_check, spoken),
        "run": partial(_run, spoken),
        "demo": partial(_demo, spoken),
        "stories": partial(_stories, spoken),
    }
    for stage in STAGES:
        if names := [name for name in NAMES if name.startswith(f"{stage}.")]:
            makers[stage] = partial(_stage, stage, names, spoken)
    version = click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_version,
        help=say("cli.version_option", language),
    )
    return Group(
        "kuski",
        language,
        makers=makers,
        text=say("cli.help", language),
        params=[language_option(language), version],
    )


class _Program(click.Group):
    """The program as click knows programs, for tests and documentation."""

    def main(  # type: ignore[override]  # it always exits, as a program does
        self, args: Sequence[str] | None = None, **_extra: Any
    ) -> NoReturn:
        """Run one command and exit."""
        raise SystemExit(main(args))


program = _Program("kuski")


def _show_version(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        click.echo(f"kuski {__version__}")
        ctx.exit()


def _stage(stage: str, names: Sequence[str], spoken: Spoken) -> Group:
    makers: dict[str, Maker] = {
        name.partition(".")[2]: partial(_finding, name, spoken) for name in names
    }
    if stage == "choose":
        makers["list"] = partial(_list, spoken)
    text = say(f"cli.stage_{stage}", spoken.language)
    return Group(stage, spoken.language, makers=makers, text=text)


def _finding(name: str, spoken: Spoken) -> Command:
    from kuski.cli.study import give_finding

    language = spoken.language
    short = name.partition(".")[2]
    return Command(
        short,
        language,
        callback=partial(give_finding, name, spoken),
        params=[
            study_argument(language),
            *([_money_option(language)] if name.startswith("choose.") else []),
            flag("--json", "json_option", language),
            flag("--strict", "strict_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say(f"{short}.question", language),
    )


def _list(spoken: Spoken) -> Command:
    from kuski.cli.choice import list_command

    return list_command(spoken)


def _money_option(language: Language) -> click.Option:
    return click.Option(
        ["--money"],
        type=float,
        metavar=say("cli.amount_place", language),
        help=say("cli.choose_money", language),
    )


def _init(spoken: Spoken) -> Command:
    from kuski.cli.drafting import draft_study

    language = spoken.language
    return Command(
        "init",
        language,
        callback=partial(draft_study, spoken),
        params=[
            click.Argument(
                ["files"], nargs=-1, required=True, type=click.Path(),
                metavar=say("cli.files_place", language),
            ),
            _path_option("--out", "init_out", "path_place", language, default="study.toml"),
            flag("--force", "init_force", language),
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say("cli.init", language),
    )  # fmt: skip


def _check(spoken: Spoken) -> Command:
    from kuski.cli.study import check_study

    language = spoken.language
    return Command(
        "check",
        language,
        callback=partial(check_study, spoken),
        params=[
            study_argument(language),
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say("cli.check", language),
    )


def _run(spoken: Spoken) -> Command:
    from kuski.cli.study import run_study

    language = spoken.language
    return Command(
        "run",
        language,
        callback=partial(run_study, spoken),
        params=[
            study_argument(language),
            _path_option("--out", "run_out", "folder_place", language),
            flag("--strict", "strict_option", language),
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say("cli.run", language),
    )


def _demo(spoken: Spoken) -> Command:
    from kuski.cli.demonstration import write_demo

    language = spoken.language
    number = say("cli.number_place", language)
    return Command(
        "demo",
        language,
        callback=partial(write_demo, spoken),
        params=[
            _path_option("--out", "demo_out", "folder_place", language),
            click.Option(
                ["--customers"], type=click.IntRange(min=1), default=50_000, metavar=number,
                help=say("cli.demo_customers", language),
            ),
            click.Option(
                ["--seed"], type=click.IntRange(min=0), default=1, metavar=number,
                help=say("cli.demo_seed", language),
            ),
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say("cli.demo", language),
    )  # fmt: skip


def _stories(spoken: Spoken) -> Group:
    from kuski.cli.stories import stories_group

    return stories_group(spoken)


def _path_option(
    name: str, case: str, place: str, language: Language, *, default: str | None = None
) -> click.Option:
    option = click.Option(
        [name],
        type=click.Path(),
        required=default is None,
        metavar=say(f"cli.{place}", language),
        help=say(f"cli.{case}", language),
    )
    if default is not None:
        option.default = default
    return option
