"""What goes wrong in a command, said in a sentence, with an exit code that a scheduler can use.

0: fine. 1: a finding was refused, and ``--strict`` asked to hear of it. 2: bad input or usage.
70: a fault of Kuski's own, with its traceback. 130: interrupted. 141: whoever read the output left.
"""

import click

from kuski.cli.command import ExtraArguments
from kuski.errors import KuskiError
from kuski.words import Language, say

FINE, REFUSED, BAD_INPUT, CRASHED, INTERRUPTED, CUT_OFF = 0, 1, 2, 70, 130, 141


def tell_error(error: KuskiError, language: Language) -> int:
    """Say what was wrong with the input."""
    click.echo(error.text(language), err=True)
    return BAD_INPUT


def tell_usage(error: click.ClickException, language: Language) -> int:
    """Say what was wrong with the command."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    click.echo(say("cli.error", language, reason=_usage_text(error, language)), err=True)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(say("cli.see_help", language, command=error.ctx.command_path), err=True)
    return BAD_INPUT


def tell_crash(language: Language) -> int:
    """Show the traceback of what should not have happened."""
    import traceback

    traceback.print_exc()
    click.echo(say("cli.crash", language), err=True)
    return CRASHED


def tell_interrupt(language: Language) -> int:
    """Say that the user stopped it."""
    click.echo("\n" + say("cli.interrupted", language), err=True)
    return INTERRUPTED


def _usage_text(error: click.ClickException, language: Language) -> str:
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ())
        case = "no_such_option_near" if near else "no_such_option"
        return say(f"cli.{case}", language, name=error.option_name, near=near)
    if isinstance(error, click.exceptions.NoSuchCommand):
        names = _command_names(error.ctx)
        return say("cli.no_such_command", language, name=error.command_name, names=names)
    if isinstance(error, ExtraArguments):
        values = " ".join(error.values)
        return say("cli.extra_arguments", language, n=len(error.values), values=values)
    if isinstance(error, click.MissingParameter):
        return say("cli.missing_argument", language, name=_name(error.param))
    if isinstance(error, click.BadOptionUsage):
        return say("cli.missing_value", language, name=error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _bad_value(error, error.param, language)
    return error.format_message()


def _bad_value(error: click.BadParameter, param: click.Parameter, language: Language) -> str:
    kind = param.type
    if isinstance(kind, click.Choice):
        value = error.message.split("'")[1] if "'" in error.message else ""
        choices = ", ".join(str(choice) for choice in kind.choices)
        return say("cli.bad_choice", language, value=value, name=_name(param), choices=choices)
    if isinstance(kind, click.IntRange):
        return say("cli.bad_number", language, name=_name(param), least=kind.min)
    return error.format_message()


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    if isinstance(param, click.Option):
        return param.opts[0]
    return (param.metavar or param.human_readable_name).strip("[].")


def _command_names(ctx: click.Context | None) -> str:
    if ctx is None or not isinstance(ctx.command, click.Group):
        return ""
    return ", ".join(ctx.command.list_commands(ctx))
