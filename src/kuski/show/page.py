"""A page: what every page that Kuski writes looks like, in light and dark, with the font inside."""

from functools import lru_cache
from importlib.resources import files

from kuski.show import theme


@lru_cache
def stylesheet() -> str:
    """Write the CSS that pages share: font, colours, headings, contents, folds, tables, paper."""
    dark = theme.variables(theme.DARK)
    return "\n".join(
        (
            theme.font_face(),
            f":root{{{theme.variables(theme.LIGHT)}}}",
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}",
            (files("kuski.show") / "page.css").read_text(encoding="utf-8"),
        )
    )
