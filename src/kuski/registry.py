"""Every finding by name, in the order of the stages, with the module that makes it.

It imports nothing, so that a list of the findings costs nothing.
"""

FINDINGS: dict[str, str] = {
    "listen.quality": "kuski.listen.quality",
    "listen.stories": "kuski.listen.stories.finding",
    "understand.drivers": "kuski.understand.drivers.finding",
    "understand.asymmetry": "kuski.understand.asymmetry.finding",
    "understand.gap": "kuski.understand.gap.finding",
    "understand.leaving": "kuski.understand.leaving.finding",
    "understand.encounters": "kuski.understand.encounters.finding",
    "understand.expectations": "kuski.understand.expectations.finding",
    "understand.mirror": "kuski.understand.mirror.finding",
    "value.levels": "kuski.value.levels",
    "value.elevate": "kuski.value.elevate",
    "value.effort": "kuski.value.effort",
    "choose.audience": "kuski.choose.audience.finding",
    "choose.budget": "kuski.choose.budget.finding",
    "choose.disappointed": "kuski.choose.disappointed.finding",
    "choose.overservice": "kuski.choose.overservice.finding",
}
NAMES = tuple(FINDINGS)
