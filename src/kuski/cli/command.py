"""Commands, groups and options of click whose help is spoken in one language."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from kuski.words import LANGUAGES, Language, say


class ExtraArguments(click.UsageError):
    """More arguments than the command takes.

    Attributes
    ----------
    values : tuple of str
    """

    def __init__(self, values: Sequence[str], ctx: click.Context) -> None:
        super().__init__("extra arguments", ctx)
        self.values = tuple(values)


class _Help:
    """How a command or a group writes its help."""

    language: Language

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:  # noqa: ARG002
        """List the parameters, the help option last."""
        return [*self.params, self.help_flag]  # type: ignore[attr-defined]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        prefix = say("cli.usage", self.language) + " "
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        shown = [p for p in self.get_params(ctx) if not isinstance(p, click.Argument)]
        records = [param.get_help_record(ctx) for param in shown]
        rows = [record for record in records if record is not None]
        with formatter.section(say("cli.options", self.language)):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class Command(_Help, click.Command):
    """A command that speaks one language."""

    def __init__(
        self,
        name: str,
        language: Language,
        *,
        callback: Callable[..., Any],
        params: Sequence[click.Parameter],
        text: str,
    ) -> None:
        super().__init__(
            name,
            callback=callback,
            params=list(params),
            help=text,
            short_help=_first_paragraph(text),
            options_metavar=say("cli.options_place", language),
            add_help_option=False,
        )
        self.language = language
        self.help_flag = help_flag(language)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; what is left over is named."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left:
            raise ExtraArguments(left, ctx)
        return left


class Group(_Help, click.Group):
    """A group whose commands are made when first asked for.

    Parameters
    ----------
    name : str
    language : {"fi", "en"}
    makers : dict of name to callable
        Makes the command of that name.
    text : str
    params : sequence of Parameter
    """

    def __init__(
        self,
        name: str,
        language: Language,
        *,
        makers: dict[str, Callable[[], click.Command]],
        text: str,
        params: Sequence[click.Parameter] = (),
    ) -> None:
        super().__init__(
            name,
            params=list(params),
            help=text,
            short_help=_first_paragraph(text),
            options_metavar=say("cli.options_place", language),
            subcommand_metavar=say("cli.command_place", language),
            add_help_option=False,
        )
        self.language = language
        self.help_flag = help_flag(language)
        self.makers = makers

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order in which one meets them."""
        return list(self.makers)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Make the command of that name."""
        return self.makers[cmd_name]() if cmd_name in self.makers else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with its first sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.short_help or "") for name, command in commands if command]
        with formatter.section(say("cli.commands", self.language)):
            formatter.write_dl(rows)


def help_flag(language: Language) -> click.Option:
    """Make the option that shows the help."""
    return click.Option(
        ["--help", "-h"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_help,
        help=say("cli.help_option", language),
    )


def language_option(language: Language) -> click.Option:
    """Make the option that chooses the language; `kuski.cli.spoken` reads it."""
    return click.Option(
        ["--language"],
        type=click.Choice(LANGUAGES, case_sensitive=False),
        is_eager=True,
        expose_value=False,
        help=say("cli.language_option", language),
    )


def study_argument(language: Language) -> click.Argument:
    """Make the argument that names the study file."""
    return click.Argument(
        ["study"],
        type=click.Path(),
        default="study.toml",
        metavar=say("cli.study_place", language),
    )


def flag(name: str, case: str, language: Language) -> click.Option:
    """Make an option that is there or not."""
    return click.Option([name], is_flag=True, help=say(f"cli.{case}", language))


def _show_help(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


def _first_paragraph(text: str) -> str:
    return text.partition("\n\n")[0]
