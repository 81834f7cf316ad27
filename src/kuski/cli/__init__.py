"""The command line: a command parses, calls one library function, prints."""

from kuski.cli.program import main, program

__all__ = ["main", "program"]
