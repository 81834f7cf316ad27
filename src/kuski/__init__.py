"""Kuski steers customer experience: what a better experience is worth, and where.

>>> import kuski
>>> study = kuski.open("study.toml")             # doctest: +SKIP
>>> study.finding("value.elevate")               # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from kuski.version import __version__

if TYPE_CHECKING:
    from kuski.study import Study, open  # noqa: A004  # kuski.open reads as it should

_HOMES = {"Study": "kuski.study", "open": "kuski.study"}

__all__ = ["Study", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kuski' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
