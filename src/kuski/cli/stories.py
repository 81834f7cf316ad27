"""The group ``kuski stories``: code what people tell, look at why, put it right, trust it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click

from kuski.cli.command import Command, Group, flag, language_option, study_argument
from kuski.cli.spoken import Spoken
from kuski.terms import TEXT_LANGUAGES, TEXT_SOURCES
from kuski.words import Language, say

_Options = Sequence[click.Parameter]


def stories_group(spoken: Spoken) -> Group:
    """Build the group in the language that is spoken."""
    makers: dict[str, Callable[[], click.Command]] = {
        "code": partial(_code, spoken),
        "show": partial(_show, spoken),
        "review": partial(_review, spoken),
        "sample": partial(_sample, spoken),
        "correct": partial(_correct, spoken),
        "undo": partial(_undo, spoken),
        "log": partial(_log, spoken),
        "agree": partial(_agree, spoken),
        "themes": partial(_themes, spoken),
        "try": partial(_try, spoken),
        "add": partial(_add, spoken),
        "codebook": partial(_codebook, spoken),
    }
    text = say("cli.stories", spoken.language)
    return Group("stories", spoken.language, makers=makers, text=text)


def _code(spoken: Spoken) -> Command:
    from kuski.cli.coded import code_stories

    language = spoken.language
    params = [study_argument(language), flag("--yes", "stories_yes", language)]
    return _command("code", spoken, code_stories, params)


def _show(spoken: Spoken) -> Command:
    from kuski.cli.coded import show_stories

    language = spoken.language
    params = [
        study_argument(language),
        _option("--code", "stories_code_option", "code_place", language),
        _number("--most", "stories_show_most", language, default=20, least=1),
        flag("--mask", "stories_mask", language),
    ]
    return _command("show", spoken, show_stories, params)


def _review(spoken: Spoken) -> Command:
    from kuski.cli.coded import review_stories

    language = spoken.language
    params = [
        study_argument(language),
        _option("--out", "stories_review_out", "path_place", language, required=True),
        _number("--most", "stories_review_most", language, default=12, least=1),
        flag("--mask", "stories_mask", language),
    ]
    return _command("review", spoken, review_stories, params)


def _sample(spoken: Spoken) -> Command:
    from kuski.cli.checking import sample_stories

    language = spoken.language
    params = [
        study_argument(language),
        _option("--out", "stories_sample_out", "path_place", language, required=True),
        _number("--random", "stories_random", language, default=100, least=0),
        _number("--uncertain", "stories_uncertain", language, default=50, least=0),
        _option("--family", "stories_family", "family_place", language, multiple=True),
        click.Option(
            ["--source"],
            type=click.Choice(TEXT_SOURCES, case_sensitive=False),
            help=say("cli.stories_source", language),
        ),
        flag("--mask", "stories_mask", language),
        flag("--force", "init_force", language),
    ]
    return _command("sample", spoken, sample_stories, params)


def _correct(spoken: Spoken) -> Command:
    from kuski.cli.checking import correct_stories

    language = spoken.language
    params = [
        _argument("sheet", "sheet_place", language),
        study_argument(language),
        _option("--by", "stories_by", "person_place", language, required=True),
    ]
    return _command("correct", spoken, correct_stories, params)


def _undo(spoken: Spoken) -> Command:
    from kuski.cli.checking import undo_stories

    language = spoken.language
    params = [
        _argument("event", "id_place", language),
        study_argument(language),
        _option("--by", "stories_undo_by", "person_place", language),
        flag("--whole-sheet", "stories_whole_sheet", language),
    ]
    return _command("undo", spoken, undo_stories, params)


def _log(spoken: Spoken) -> Command:
    from kuski.cli.checking import log_stories

    language = spoken.language
    params = [
        study_argument(language),
        _number("--most", "stories_log_most", language, default=50, least=1),
        flag("--mask", "stories_mask", language),
    ]
    return _command("log", spoken, log_stories, params)


def _agree(spoken: Spoken) -> Command:
    from kuski.cli.checking import compare_coders

    language = spoken.language
    params = [
        study_argument(language),
        _option("--sheet", "stories_agree_sheet", "sheet_place", language, multiple=True),
        flag("--mask", "stories_mask", language),
    ]
    return _command("agree", spoken, compare_coders, params)


def _themes(spoken: Spoken) -> Command:
    from kuski.cli.codes import suggest_themes

    language = spoken.language
    params = [
        study_argument(language),
        _option("--by", "stories_themes_by", "family_place", language),
        _number("--most", "stories_themes_most", language, default=10, least=1),
        flag("--mask", "stories_mask", language),
    ]
    return _command("themes", spoken, suggest_themes, params)


def _try(spoken: Spoken) -> Command:
    from kuski.cli.codes import try_seeds

    language = spoken.language
    params = [
        _argument("first", "seed_place", language),
        _argument("second", "seed_place", language),
        study_argument(language),
        _text_language(language),
        flag("--mask", "stories_mask", language),
    ]
    return _command("try", spoken, try_seeds, params)


def _add(spoken: Spoken) -> Command:
    from kuski.cli.codes import add_code

    language = spoken.language
    params = [
        _argument("code", "code_place", language),
        _argument("first", "seed_place", language),
        _argument("second", "seed_place", language),
        study_argument(language),
        _option("--family", "stories_add_family", "family_place", language, default="factor"),
        _text_language(language),
        _option("--label", "stories_label", "text_place", language),
        _option("--definition", "stories_definition", "text_place", language),
    ]
    return _command("add", spoken, add_code, params)


def _codebook(spoken: Spoken) -> Command:
    from kuski.cli.codes import write_codebook

    language = spoken.language
    params = [
        _option("--out", "stories_codebook_out", "path_place", language, required=True),
        flag("--force", "init_force", language),
    ]
    return _command("codebook", spoken, write_codebook, params)


def _command(name: str, spoken: Spoken, callback: Callable[..., int], params: _Options) -> Command:
    language = spoken.language
    return Command(
        name,
        language,
        callback=partial(callback, spoken),
        params=[
            *params,
            flag("--json", "json_option", language),
            flag("--quiet", "quiet_option", language),
            language_option(language),
        ],
        text=say(f"cli.stories_{name}", language),
    )


def _argument(name: str, place: str, language: Language) -> click.Argument:
    return click.Argument([name], metavar=say(f"cli.{place}", language))


def _option(name: str, case: str, place: str, language: Language, **how: Any) -> click.Option:
    metavar = say(f"cli.{place}", language)
    return click.Option([name], metavar=metavar, help=say(f"cli.{case}", language), **how)


def _number(name: str, case: str, language: Language, *, default: int, least: int) -> click.Option:
    kind = click.IntRange(min=least)
    return _option(name, case, "number_place", language, type=kind, default=default)


def _text_language(language: Language) -> click.Option:
    return click.Option(
        ["--in", "text_language"],
        type=click.Choice(TEXT_LANGUAGES, case_sensitive=False),
        help=say("cli.stories_in", language),
    )
