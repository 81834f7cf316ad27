"""TOML as Kuski writes it: values, and comments that are safe whatever they name."""

import json
import math
import re
import textwrap

WIDTH = 100


def toml(value: object) -> str:
    """Write a text, a number, a list or a table in braces as TOML."""
    if isinstance(value, dict):
        return f"{{ {pairs(value)} }}"
    if isinstance(value, list):
        return f"[{', '.join(toml(part) for part in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float) and value.is_integer() and math.isfinite(value):
        return str(int(value))
    return repr(value)


def key(name: str) -> str:
    """Write a name as the key of a table."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml(name)


def pairs(inside: dict[str, object]) -> str:
    """Write what stands between the braces of a table."""
    return ", ".join(f"{key} = {toml(value)}" for key, value in inside.items())


def comment(text: str, *, indent: str = "", hanging: str = "") -> list[str]:
    """Break a text into lines of comment; `hanging` stands before all but the first."""
    lead = f"{indent}# "
    return textwrap.wrap(
        clean(text), WIDTH, initial_indent=lead, subsequent_indent=lead + hanging,
        break_long_words=False, break_on_hyphens=False,
    ) or [lead.rstrip()]  # fmt: skip


def clean(text: str) -> str:
    """Blank what may not stand in a comment: line ends and control signs."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)
