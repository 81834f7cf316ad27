"""Run commands in turn, each in a fresh process, and tell what each cost."""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

# What Kuski imports only where a large file asks for it.
LATE = ("numpy.ma", "polars", "polars.selectors", "pyarrow.compute", "pyarrow.parquet")


@dataclass(frozen=True)
class Cost:
    """Medians over the runs of one command.

    Attributes
    ----------
    cpu, wall : float
        Seconds that the command itself printed: without the start of Python and imports.
    memory : float
        Peak of the whole process in MiB.
    """

    cpu: float
    wall: float
    memory: float


def side_by_side(commands: Mapping[str, Sequence[str]], *, runs: int) -> dict[str, Cost]:
    """Take each command in turn, `runs` times; each prints ``cpu wall`` as its last line."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(_once(command))
    return {
        name: Cost(*(statistics.median(column) for column in zip(*rows, strict=True)))
        for name, rows in found.items()
    }


def load(*modules: str) -> None:
    """Import modules before the clock starts."""
    for module in modules:
        import_module(module)


def _once(command: Sequence[str]) -> tuple[float, float, float]:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=environment
    )
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    cpu, wall, memory = (float(part) for part in out.splitlines()[-1].split())
    return cpu, wall, memory


def peak_memory() -> float:
    """Tell this process' peak memory in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
