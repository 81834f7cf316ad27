"""Draw the pictures of the README and the tutorial from the made-up company.

``python docs/make_pictures.py`` writes ``docs/images/*.svg``.
"""

import re
import tempfile
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
PICTURES = ("understand.drivers", "understand.gap", "value.levels", "value.elevate")
_FALLBACK = "Inter, Helvetica, Arial, sans-serif"


def main() -> None:
    """Write the pictures."""
    import kuski
    from kuski.demo import write
    from kuski.show.picture import svg

    with tempfile.TemporaryDirectory() as folder:
        study = kuski.open(write(Path(folder)).study, language="en")
        for name in PICTURES:
            finding = study.finding(name)
            drawn = svg(finding.chart(), language="en", label=finding.story()[0].text)
            path = IMAGES / f"{finding.area}.svg"
            path.write_text(_alone(drawn) + "\n", encoding="utf-8")
            print(f"{path}: {path.stat().st_size:,} bytes")


def _alone(drawn: str) -> str:
    """Give a picture that stands in no page a size, paper to lie on, and fonts to fall back on."""
    found = re.search(r'viewBox="0 0 (\S+) (\S+)"', drawn)
    if found is None:
        raise ValueError(f"no viewBox in {drawn[:80]}")
    width, height = found.groups()
    wide, high = f"{float(width) + 32:g}", f"{float(height) + 24:g}"
    paper = f'<rect x="-16" y="-12" width="{wide}" height="{high}" fill="#fff"/>'
    head, _, body = drawn.partition(">")
    head = head.replace('width="100%"', f'width="{wide}"')
    head = head.replace(found[0], f'viewBox="-16 -12 {wide} {high}"')
    return f"{head}>{paper}{body}".replace('font-family="Inter"', f'font-family="{_FALLBACK}"')


if __name__ == "__main__":
    main()
