"""Called: actions and segments as people call them, in one language."""

from collections.abc import Mapping, Sequence

from kuski.choose.cell import JOINT
from kuski.finding import Caller, Finding

BUNDLE = " + "


def action_called(caller: Caller | Finding, own: str, labels: Mapping[str, str]) -> str:
    """Call an action, or a bundle of them.

    Parameters
    ----------
    caller : Caller or Finding
    own : str
        Identifiers, joined by `BUNDLE`.
    labels : mapping
        How the table of actions calls each; the study file's own names come first.
    """
    return BUNDLE.join(
        caller.named(part) if part in caller.names else labels.get(part, part)
        for part in own.split(BUNDLE)
    )


def segment_called(caller: Caller | Finding, own: str, columns: Sequence[str]) -> str:
    """Call a segment by what its values are called, each in its own column.

    Parameters
    ----------
    caller : Caller or Finding
    own : str
        Values, joined by `JOINT`.
    columns : sequence of str
        The columns that were crossed, in that order.
    """
    values = own.split(JOINT)
    if len(values) != len(columns):
        return own
    pairs = zip(columns, values, strict=True)
    return JOINT.join(caller.valued(column, value) for column, value in pairs)
