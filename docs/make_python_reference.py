"""Write the reference of numbers and of the Python interface, from the docstrings.

``python docs/make_python_reference.py`` writes ``docs/reference/numbers.md`` and
``docs/reference/python.md``; a test says where they no longer fit.
"""

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parent / "reference"
START = "<!-- What follows is written by docs/make_python_reference.py. -->\n"

# What the Python page shows, in order.
PUBLIC = (
    "kuski.open",
    "kuski.Study",
    "kuski.study.write",
    "kuski.finding.Finding",
    "kuski.finding.Sentence",
    "kuski.finding.Check",
    "kuski.finding.Refusal",
    "kuski.show.table.Table",
    "kuski.show.picture.svg",
    "kuski.show.picture.png",
    "kuski.demo.write",
    "kuski.errors",
)

# Keys whose docstrings leave them to their names.
KEYS = {
    "action": "The action's name in the table of actions; null where nothing is done.",
    "against": "What the plan is compared with: today, or the same money for everybody.",
    "by": "What the customers are divided by.",
    "cut": "The columns that make the segment.",
    "cuts": "What is told of each way to divide the customers.",
    "floors": "Rules that hold before anything is weighed, and whether they do.",
    "frontier": "Worth over money.",
    "gaps": "The largest differences between groups.",
    "grade": "How sure: safe, likely or a bet for a choice; A, B or C for a segment's evidence.",
    "groups": "What each group gets.",
    "is_protected": "Whether its customers are protected.",
    "knowing": "What it is worth to know each uncertain lift.",
    "measure": "What is compared.",
    "money": "In the unit of the actions' cost, a year.",
    "money_per_person": "Of the plan.",
    "money_per_person_today": "Of today's efforts.",
    "origin": "Given in the study, crossed, or found by the tree.",
    "pieces": "Pieces of work.",
    "scenario": "The way to spend the money.",
    "scenarios": "Other ways to spend the same money.",
    "segments": "Names of segments.",
    "today": "Today's spending by the same measure.",
    "adjusted": "Worth (or leaving) with customers held alike; null where it is refused.",
    "answered": "Cells with a usable value.",
    "answered_share": "Share of the rows with a usable value.",
    "SegmentBias.answered_share": "Its share of those who answered.",
    "answers": "Answers whose customers the plan moves, unweighted.",
    "below": "Share of this kind's cost below the middle.",
    "benchmark": "The strongest `alike` column.",
    "break_even_cost": "How many times dearer a step up there may be than a step up here.",
    "coded": "Cells with a code for missing.",
    "column": "The column's name.",
    "cost": "In the unit of cost.",
    "customers": "Customers in the segment.",
    "customers_share": "Its share of all customers.",
    "difference": "Share of those who answered less share of all customers.",
    "effort_share": "Share of the effort that can be tied to a score.",
    "eliminate": "The plan that lifts those below the middle to the middle.",
    "elevate": "The plan that lifts the middle and above to the top.",
    "empty": "Empty cells.",
    "even": "Probability that returns are even.",
    "falling": "Probability that returns fall.",
    "gain": "Of the whole plan, in the unit of worth; null where a level it needs has no answers.",
    "gain_per_person": "Gain over people.",
    "gain_share": "Share of what there is to gain; null where the study names no outcome.",
    "kind": "Which kind it is.",
    "left": "Share of customers who left.",
    "left_zone": "Share whose next score lies in another zone.",
    "level": "As on the scale; the text of the band where the study has `cuts`.",
    "middle": "Share of this kind's cost in the middle.",
    "move": "Next score less this one, in levels.",
    "n": "Answers, unweighted.",
    "MoveNumbers.n": "Pairs of answers, unweighted.",
    "LevelsNumbers.n_alike": "Those of them with every `alike` column; null where there is none.",
    "ElevateNumbers.n_alike": "Those of them with every `alike` column; null where there is none.",
    "n_outcome": "Answers with a score and an outcome.",
    "nps_n": "Answers to the recommending question.",
    "columns": "What each column held.",
    "levels": "One entry for each level, the lowest first.",
    "shape": "`rising`, `even` or `falling`; null where it cannot be told.",
    "shape_probabilities": "How likely each shape is.",
    "leaving_ratio": "Leaving at the top over leaving at the middle; null where it is not known.",
    "hidden_eliminate": "How strong a hidden cause must be; null where it cannot be told.",
    "hidden_elevate": "The same for elevate.",
    "rows": "Rows read.",
    "scored": "Rows with a score.",
    "QualityNumbers.customers": "Customers with a score.",
    "straight_lined": "Rows that gave one rating to all drivers.",
    "straight_of": "Rows that rated at least five drivers.",
    "score_mean": "Weighted mean score.",
    "nps": "Net promoter score, −100 to 100.",
    "response_rate": "Share of the customers table that gave a score; null without such a table.",
    "robustness_value": "What a hidden cause must explain to bring the slope to zero, 0 to 1.",
    "robustness_value_significance": "The same, to make the slope unsure.",
    "off_scale": "Numbers outside the scale.",
    "people": "People the plan lifts.",
    "Split.people": "Elevate over eliminate.",
    "people_share": "Their share of all people.",
    "position": "Where the level stands on the scale; of a band, its middle.",
    "ratio": "Gain of elevate over gain of eliminate; null where it is refused.",
    "rising": "Probability that returns rise.",
    "role": "What the column is for.",
    "segment": "The segment's column.",
    "share": "Weighted share of the answers.",
    "KindNumbers.share": "Share of the effort that can be tied to a score.",
    "split": "What the ratio is made of.",
    "steps": "Levels climbed by all of them together.",
    "steps_per_person": "Elevate over eliminate.",
    "top": "Share of this kind's cost at the top.",
    "unreadable": "Text or infinite numbers where a number was expected.",
    "value": "The segment's value in that column.",
    "worth": "Weighted mean worth, crude.",
    "worth_per_step": "Elevate over eliminate.",
    "zone": "`below`, `middle` or `top`.",
    "FactorNumbers.behaviour": "Share of what they explain of behaviour; null where refused.",
    "FactorNumbers.behaviour_rank": "Its place by `behaviour`, the largest first.",
    "FactorNumbers.derived": "Share of what they explain of the score; null where refused.",
    "FactorNumbers.derived_rank": "Its place by `derived`, the largest first.",
    "GapNumbers.behaviour_chance": "The same for behaviour.",
    "GapNumbers.behaviour_n": "Answers behind what is done.",
    "GapNumbers.behaviour_noise": "The same of `behaviour_r2`.",
    "GapNumbers.behaviour_r2": "Share of behaviour that all drivers explain, 0 to 1.",
    "GapNumbers.derived_n": "Answers behind what goes with the score.",
    "GapNumbers.derived_noise": "Part of `derived_r2` that is noise: its excess in resamples.",
    "GapNumbers.derived_r2": "Share of the score that all drivers explain, 0 to 1.",
    "GapNumbers.stated_n": "Answers behind what is stated; customers of reasons, or choices.",
    "GroupNumbers.group": "`treatment`, `price`, `product`, `life` or `other`.",
    "IncidenceNumbers.group": "As it was told; who left and told nothing is a group of its own.",
    "LeavingNumbers.groups": "In the order treatment, price, product, life, other.",
    "LeavingNumbers.time_unit": "`days`, `weeks`, `months`, `years` or `steps`, or null.",
    "ReasonNumbers.group": "`treatment`, `price`, `product`, `life` or `other`.",
    "SaidNumbers.group": "`treatment`, `price`, `product` or `life`.",
    "AgentsNumbers.agents": "Agents who are compared.",
    "AgentsNumbers.balance": "One entry for each `alike` column.",
    "AgentsNumbers.beyond": "What quality adds to `ols`: below zero where that is too high.",
    "AgentsNumbers.beyond_alike": "The same for `ols_alike`.",
    "AgentsNumbers.first_stage_f": "F of the first stage: how clearly agents move the score.",
    "AgentsNumbers.ols": "The same by least squares, as found: what a point goes with.",
    "AgentsNumbers.ols_alike": "The same by least squares with `alike` held alike.",
    "BalanceNumbers.status": "`ok`, `small` (too little to matter), `unseen` (too much cannot be "
    "ruled out) or `sorted` (agents get different customers).",
    "ContactNumbers.base_share": "Of all contacts; null where the answers name no contact.",
    "ContactNumbers.contact": "`phone`, `chat`, `face_to_face`, `email`, `letter`, `web`, `app` or "
    "`machine`.",
    "ContactNumbers.kind": "`human` or `digital`.",
    "ContactNumbers.stories": "One entry for each polarity.",
    "ExpectationsNumbers.best_alone_share": "Who score the company above all others, 0 to 1.",
    "ExpectationsNumbers.best_share": "Who score no other company higher, 0 to 1.",
    "ExpectationsNumbers.customers_panel": "Customers who answered again.",
    "ExpectationsNumbers.lambda_": "Share of a surprise that is expected next time, 0 to 1; in "
    "Python `lambda_`.",
    "ExpectationsNumbers.n_panel": "Answers that the same customer's next one follows.",
    "RivalNumbers.better_share": "Who score us higher, 0 to 1.",
    "RivalNumbers.even_share": "Who score both alike, 0 to 1.",
    "RivalNumbers.ours": "Our mean score.",
    "RivalNumbers.rival": "The rival's column.",
    "RivalNumbers.theirs": "The rival's mean score.",
    "StepNumbers.bar": "Change at unchanged ratings; below zero where the bar rose.",
    "StepNumbers.before": "The wave before.",
    "StepNumbers.change": "Change of the mean score.",
    "StepNumbers.performance": "Change that goes with changed ratings.",
    "StepNumbers.wave": "The wave.",
    "WaveNumbers.bar": "Change at unchanged ratings; below zero where the bar rose.",
    "WaveNumbers.performance": "Change that goes with changed ratings.",
    "WaveNumbers.score": "Mean score.",
    "WaveNumbers.wave": "The wave.",
    "FigureNumbers.kind": "`importance`, `leaving`, `share`, `score`, `nps` or `driver`.",
    "FigureNumbers.scale_high": "Upper end of its scale.",
    "FigureNumbers.scale_low": "Lower end of its scale, in its own unit as all below.",
    "FigureNumbers.what": "Its name in the table of forecasts, as `leaving_price`.",
    "GroupNumbers.equal_error": "Mean absolute error of giving each factor the same weight.",
    "GroupNumbers.error": "Mean absolute error of the mean guess, as a part of the scale.",
    "GroupNumbers.first": "The factor to which the leaders give most; null where two share it.",
    "GroupNumbers.importance_error": "The same of the leaders' mean guess.",
    "GroupNumbers.pairs": "Pairs of factors.",
    "GroupNumbers.pairs_right": "Those that the mean guesses put into the customers' order.",
    "GroupNumbers.single_error": "The same of a single leader, on average.",
    "GroupNumbers.true_first": "The factor to which the customers' answers give most.",
    "MirrorNumbers.group": "The leaders together; null where there is nothing to compare.",
    "MirrorNumbers.table_test": "null where too few stories say who tells them.",
    "SeedFactor.customers_told": "Share of the customers' excellent stories that is about it.",
    "SeedFactor.factor": "Its name in the study file.",
    "SeedFactor.leaders_told": "Share of the leaders' own excellent stories that is about it.",
    "SeedNumbers.customers_n": "Customers' excellent stories with a known kind of contact.",
    "SeedNumbers.customers_told": "The same of the customers' stories.",
    "SeedNumbers.leaders_n": "Leaders' own excellent stories with a known kind of contact.",
    "SeedNumbers.leaders_told": "Share of them in which a human served, 0 to 1.",
    "TableTest.by": "`factor` or `contact`.",
    "TableTest.chi2": "Pearson's chi².",
    "TableTest.columns": "What the stories are about.",
    "TableTest.df": "Degrees of freedom.",
    "TableTest.tellers": "`leader`, `employee` and `customer`, as far as they tell.",
    "TopicNumbers.figures": "Figures that speak of it.",
}

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """Split a docstring in numpy style; what comes first has the name ``""``."""
    parts = _SECTION.split(inspect.cleandoc(text))
    return {"": parts[0].strip()} | {
        name: body.strip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def entries(body: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Read a list of attributes or parameters: names, type, text."""
    for part in re.split(r"\n(?=\S)", body):
        head, _, text = part.partition("\n")
        names, _, kind = head.partition(" : ")
        told = inspect.cleandoc("\n" + text).strip() if text else ""
        yield tuple(name.strip() for name in names.split(",")), kind, told


def numbers_page() -> Iterator[str]:
    """List the keys of every finding's numbers."""
    from kuski.finding import Finding
    from kuski.registry import FINDINGS

    for name, home in FINDINGS.items():
        module = import_module(home)
        classes = [value for value in vars(module).values() if isinstance(value, type)]
        (made,) = (c for c in classes if issubclass(c, Finding) and vars(c).get("name") == name)
        hints = typing.get_type_hints(made, vars(module) | {"alt": types.SimpleNamespace()})
        yield f"\n## {name}\n\n{sections(made.__doc__ or '')['']}\n"
        yield from _keys(hints["numbers"], (name.partition(".")[2],), {})


def _keys(numbers: type, path: tuple[str, ...], seen: dict[type, str]) -> Iterator[str]:
    """Write one table of keys, then those of what stands inside."""
    hints = typing.get_type_hints(numbers)
    if path[1:]:
        yield f"\n### {'.'.join(path)}\n\n{sections(numbers.__doc__ or '')['']}\n"
    yield "\n| key | holds | what |\n|---|---|---|\n"
    inner: dict[str, type] = {}
    for field in dataclasses.fields(numbers):
        kind, part = _holds(hints[field.name])
        if part is not None and part not in seen:
            seen[part] = ".".join((*path, field.name))
            inner[field.name] = part
        if part is not None:
            kind = kind.replace("…", f"[{seen[part]}](#{seen[part].replace('.', '')})")
        key = field.name.removesuffix("_")
        yield f"| `{key}` | {kind} | {_what(numbers, field.name)} |\n"
    for key, part in inner.items():
        yield from _keys(part, (*path, key), seen)


def _what(numbers: type, key: str) -> str:
    """Say what a key means: in words of its own, or as its docstring does of this key alone."""
    names = {field.name for field in dataclasses.fields(numbers)}
    for end, word in (("_low", "Lower"), ("_high", "Upper")):
        whole = key.removesuffix(end)
        if whole != key and names & {whole, f"{whole}_"}:
            return f"{word} end of its 95 % interval."
    own, shared = _told(numbers)
    of_class = KEYS.get(f"{numbers.__name__}.{key}")
    return of_class or own.get(key) or KEYS.get(key) or shared.get(key, "")


def _told(numbers: type) -> tuple[dict[str, str], dict[str, str]]:
    """Gather what a dataclass and its bases say of single fields, and of several at once."""
    own: dict[str, str] = {}
    shared: dict[str, str] = {}
    for base in reversed(numbers.__mro__):
        listed = sections(base.__doc__ or "").get("Attributes", "")
        for names, _, text in entries(listed) if listed else ():
            if text:
                (own if len(names) == 1 else shared).update(
                    dict.fromkeys(names, " ".join(text.split()).replace("None ", "null "))
                )
    return own, shared


def _holds(kind: Any) -> tuple[str, type | None]:
    """Say what a key holds, and the dataclass inside if there is one."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        known = [part for part in parts if part is not type(None)]
        told = [_holds(part) for part in known]
        text = " or ".join(dict.fromkeys(word for word, _ in told))
        return text + (" or null" if type(None) in parts else ""), told[0][1]
    if origin is tuple:
        word, part = _holds(parts[0])
        return f"list of {word}", part
    if origin is typing.Literal:
        return "text", None
    if dataclasses.is_dataclass(kind):
        return "…", typing.cast("type", kind)
    plain = {bool: "true or false", float: "number", int: "whole number", str: "text"}
    return plain[kind], None


def python_page() -> Iterator[str]:
    """Write the public functions and classes."""
    for name in PUBLIC:
        try:
            home, _, short = name.rpartition(".")
            thing = getattr(import_module(home), short)
        except AttributeError:
            thing = import_module(name)
        yield f"\n## {name}\n"
        if inspect.ismodule(thing):
            yield from _module(thing)
        elif inspect.isclass(thing):
            yield from _class(thing)
        else:
            yield f"\n```text\n{name.rpartition('.')[2]}{_signature(thing)}\n```\n"
            yield _docstring(thing)


def _module(module: types.ModuleType) -> Iterator[str]:
    """Write a module's own text, and the first line of each class."""
    text = inspect.cleandoc(module.__doc__ or "")
    first, _, rest = text.partition("\n\n")
    tree, _, after = rest.removeprefix("::\n\n").partition("\n\n")
    tree = inspect.cleandoc("\n" + tree)
    yield f"\n{first}\n\n```text\n{tree}\n```\n\n{_plain(after)}\n"


def _class(made: type) -> Iterator[str]:
    yield _docstring(made)
    for name, value in vars(made).items():
        if name.startswith("_") or not getattr(value, "__doc__", None):
            continue
        if inspect.isfunction(value):
            yield f"\n### {made.__name__}.{name}{_signature(value)}\n"
            yield _docstring(value)
        elif isinstance(value, property) or type(value).__name__ == "cached_property":
            yield f"\n### {made.__name__}.{name}\n"
            yield _docstring(value)


def _signature(thing: Any) -> str:
    """Write the parameters without types, which Python versions write differently."""
    parts: list[str] = []
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        has_default = parameter.default is not parameter.empty and _is_short(parameter.default)
        parts.append(f"{parameter.name}={parameter.default!r}" if has_default else parameter.name)
    return f"({', '.join(parts)})"


def _is_short(default: Any) -> bool:
    return default is None or isinstance(default, str | int | float | bool)


def _docstring(thing: Any) -> str:
    """Write a docstring as Markdown."""
    found = sections(thing.__doc__ or "")
    out = [f"\n{_plain(found[''])}\n"]
    for name in ("Attributes", "Parameters", "Returns", "Raises", "Notes"):
        if name not in found:
            continue
        if name == "Notes":
            out.append(f"\n{_plain(found[name])}\n")
            continue
        out.append(f"\n**{name}**\n\n")
        for names, kind, text in entries(found[name]):
            head = ", ".join(f"`{part}`" for part in names) + (f" : {_plain(kind)}" if kind else "")
            told = " ".join(text.split())
            out.append(f"- {head}{'. ' + _plain(told) if told else ''}\n")
    return "".join(out)


def _plain(text: str) -> str:
    """Turn the marks of reStructuredText into those of Markdown."""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def page(name: str, before: str) -> str:
    """Return a page with its generated part written anew."""
    written = numbers_page() if name == "numbers.md" else python_page()
    return before.partition(START)[0] + START + "".join(written)


def missing_keys() -> list[str]:
    """List the keys that nobody explains."""
    return re.findall(r"^\| `(\w+)` \| [^|]* \|  \|$", "".join(numbers_page()), re.MULTILINE)


if __name__ == "__main__":
    for name in ("numbers.md", "python.md"):
        path = REFERENCE / name
        path.write_text(page(name, path.read_text(encoding="utf-8")), encoding="utf-8")
    for key in missing_keys():
        print(f"nobody explains {key}")
