"""Every finding by name, in the order of the stages, with the module that makes it.

It imports nothing, so that a list of the findings costs nothing.
"""

FINDINGS: dict[str, str] = {
    "listen.quality": "kuski.listen.quality",
    "value.levels": "kuski.value.levels",
    "value.elevate": "kuski.value.elevate",
    "value.effort": "kuski.value.effort",
}
NAMES = tuple(FINDINGS)
