"""The commands on a plan: the customers who get something, or one action."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kuski.cli import failure, screen
from kuski.cli.command import Command, flag, language_option
from kuski.cli.spoken import Spoken
from kuski.words import say

if TYPE_CHECKING:
    from kuski.choose.everybody.roll import Roll
    from kuski.choose.listing import Listing


def list_command(spoken: Spoken) -> Command:
    """Make the command that lists customers."""
    language = spoken.language

    def option(name: str, place: str, case: str, **how: Any) -> click.Option:
        metavar = say(f"cli.{place}", language)
        return click.Option([name], metavar=metavar, help=say(f"cli.{case}", language), **how)

    return Command(
        "list",
        language,
        callback=partial(list_customers, spoken),
        params=[
            click.Argument(
                ["study"], type=click.Path(), default="study.toml",
                metavar=say("cli.study_place", language),
            ),
            option("--action", "action_place", "choose_list_action"),
            option("--money", "amount_place", "choose_money", type=float),
            option("--out", "path_place", "choose_list_out", type=click.Path()),
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say("cli.choose_list", language),
    )  # fmt: skip


def list_customers(
    spoken: Spoken,
    /,
    study: str,
    action: str | None,
    money: float | None,
    out: str | None,
    json: bool,
    quiet: bool,
) -> int:
    """Write everybody who gets something, or those whom the best plan gives an action."""
    import kuski
    from kuski.choose import listing
    from kuski.choose.everybody import listing as everybody
    from kuski.finding import Caller

    spoken.of_study(Path(study))
    opened = kuski.open(study, language=spoken.asked)
    language = opened.language
    with screen.progress_of(language, is_quiet=quiet or json) as progress:
        found: Listing | Roll
        if action is None:
            path = Path(everybody.FILE_NAME if out is None else out)
            found = everybody.list_everybody(opened, path, money=money, progress=progress)
        else:
            path = Path(listing.file_name(action) if out is None else out)
            found = listing.list_customers(opened, action, path, money=money, progress=progress)
    if json:
        screen.print_json(found.to_dict(opened.roles, language))
    elif not quiet:
        screen.print_table(found.table(opened.roles, language))
        for sentence in found.sentences(Caller(opened.settings.names, language)):
            click.echo(sentence)
        screen.say_line("cli.wrote", language, path=found.file)
    return failure.FINE
