"""`kuski run` on a study file as a user runs it, the start of Python and the report included."""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Print the median CPU seconds of several runs after one that is not counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    seconds = [_once(asked.study) for _ in range(asked.runs + 1)][1:]
    print(f"{statistics.median(seconds):.2f} s of CPU ({min(seconds):.2f} to {max(seconds):.2f})")


def _once(study: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [sys.executable, "-m", "kuski", "run", str(study), "--out", out, "--quiet"],
            check=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
