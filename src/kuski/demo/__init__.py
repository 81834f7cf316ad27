"""Write a made-up company whose true effects are known.

`write` writes its tables, its study file and its truth; `write_answers` writes a plain table of any
length, for timings. The equations, the true effects and the traps stand in `kuski.demo.company`.
"""

from kuski.demo.bench import write_answers
from kuski.demo.writer import DemoFiles, write

__all__ = ["DemoFiles", "write", "write_answers"]
