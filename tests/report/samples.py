"""Findings to look at the page by: four with invented numbers, and all of small studies."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import altair as alt

import kuski
from kuski.finding import Check, Finding, Refusal, Sentence
from kuski.show.charts import answered_by_column, effort_by_zone, plans, worth_by_level
from kuski.show.table import Column, Table

from ..golden.small import ROLES, STUDY, code, small

NASTY = "<script>alert('x')</script>"
LONG = (
    "Kuinka tyytyväinen olit asiakaspalvelumme ystävällisyyteen ja asiantuntemukseen "
    "viimeisimmässä yhteydenotossasi_erittäinpitkäsarakkeennimiilmanvälejäjokaeikatkea"
)

# Names in the data of the small study, and those that stand in their place.
HARD = {
    "a": NASTY,
    "b": LONG,
    "rival": 'O\'Neill & "Söner" <Ab>',
    "care": 'hoito & "huolenpito" <b>',
    "c": '"><img src=x onerror=alert(1)>',
}


def level_records() -> tuple[dict[str, str | float | None], ...]:
    """Seven levels; the first has no adjusted worth and the second no interval."""
    crude = (310, 395, 520, 690, 905, 1180, 1640)
    adjusted = (None, 455, 560, 700, 880, 1090, 1420)
    n = (1480, 2010, 3490, 8470, 10500, 13020, 11030)
    share = (0.03, 0.04, 0.07, 0.17, 0.21, 0.26, 0.22)
    zones = ("below", "below", "below", "middle", "middle", "middle", "top")
    return tuple(
        {
            "level": str(i + 1),
            "position": i + 1,
            "n": n[i],
            "share": share[i],
            "zone": zones[i],
            "worth": crude[i],
            "worth_low": crude[i] - 60,
            "worth_high": crude[i] + 70,
            "adjusted": main,
            "adjusted_low": None if main is None or i == 1 else main - 75,
            "adjusted_high": None if main is None or i == 1 else main + 80,
        }
        for i, main in enumerate(adjusted)
    )


SPLIT = {
    "people": 7.62,
    "steps_per_person": 1.02,
    "worth_per_step": 0.875,
    "worth_per_step_low": 0.54,
    "worth_per_step_high": 1.53,
    "ratio": 6.8,
    "ratio_low": 4.2,
    "ratio_high": 11.9,
}


def plan_records() -> tuple[dict[str, str | float | None], ...]:
    """Both plans, with customers held alike and as found."""
    keys = ("gain", "gain_low", "gain_high", "crude", "crude_low", "crude_high")
    below = (184e3, 22e3, 390e3, 310e3, 160e3, 470e3)
    above = (1251e3, 1010e3, 1490e3, 1830e3, 1650e3, 2010e3)
    return (
        {"plan": "eliminate", **dict(zip(keys, below, strict=True))},
        {"plan": "elevate", **dict(zip(keys, above, strict=True))},
    )


def effort_records() -> tuple[dict[str, str | float | None], ...]:
    """Three zones and the effort that belongs to none."""
    below = {"effort_share": 0.62, "effort_share_low": 0.59, "effort_share_high": 0.65}
    gain = {"gain_share": 0.128, "gain_share_low": 0.02, "gain_share_high": 0.22}
    return (
        {"zone": "below", **below, **gain},
        {"zone": "middle", "effort_share": 0.31, "gain_share": 0.872},
        {"zone": "top", "effort_share": 0.05, "gain_share": 0.0},
        {"zone": "unknown", "effort_share": 0.02, "gain_share": None},
    )


def column_records() -> tuple[dict[str, str | float | None], ...]:
    """Six columns, two of them with names that are hard to show."""
    rows = (
        ("score", 50_000, 1_240, 0, 0),
        ("spend_after", 48_700, 2_540, 0, 0),
        ("attention", 31_256, 19_600, 384, 0),
        (LONG, 26_600, 19_471, 3_074, 2_095),
        (NASTY, 46_100, 3_074, 1_025, 1_041),
        ("price_level", 49_190, 2_050, 0, 0),
    )
    keys = ("column", "answered", "empty", "off_scale", "unreadable")
    return tuple(dict(zip(keys, row, strict=True)) for row in rows)


@dataclass(frozen=True, slots=True)
class Plan:
    gain: float | None
    gain_low: float | None
    gain_high: float | None


@dataclass(frozen=True, slots=True)
class ElevateNumbers:
    elevate: Plan = Plan(1_251_000.0, 1_010_000.0, 1_490_000.0)
    ratio: float | None = 6.8
    ratio_low: float | None = 4.2
    ratio_high: float | None = 11.9


@dataclass(frozen=True, slots=True)
class Zone:
    zone: str
    effort_share: float
    effort_share_low: float
    effort_share_high: float
    gain_share: float | None


@dataclass(frozen=True, slots=True)
class EffortNumbers:
    zones: tuple[Zone, ...] = (
        Zone("below", 0.62, 0.59, 0.65, 0.128),
        Zone("middle", 0.31, 0.28, 0.34, 0.872),
        Zone("top", 0.07, 0.06, 0.08, 0.0),
    )


@dataclass(frozen=True, slots=True)
class QualityNumbers:
    rows: int = 51_240
    scored: int = 50_000
    nps: float | None = 39.84
    nps_low: float | None = 37.1
    nps_high: float | None = 42.4


@dataclass(frozen=True, slots=True)
class Empty:
    """No numbers."""


@dataclass(frozen=True)
class Sample(Finding):
    """What all samples share: words in two languages instead of a catalogue."""

    sources: ClassVar[tuple[str, ...]] = (
        (
            "Kline 2011, Oaxaca-Blinder as a reweighting estimator, American "
            "Economic Review 101(3), "
            "https://doi.org/10.1257/aer.101.3.532"
        ),
        "Cinelli & Hazlett 2020, Making sense of sensitivity, JRSS B 82(1)",
    )
    words: ClassVar[dict[str, tuple[str, str]]]
    tellings: ClassVar[tuple[tuple[str, str, str, str], ...]]
    tries: ClassVar[tuple[tuple[str, str, str], ...]]

    def _word(self, key: str) -> str:
        english, finnish = self.words[key]
        return english if self.language == "en" else finnish

    @property
    def title(self) -> str:
        return self._word("title")

    @property
    def question(self) -> str:
        return self._word("question")

    @property
    def caption(self) -> str:
        return self._word("caption")

    @property
    def method(self) -> str:
        return (
            "Within each level, worth is regressed on what customers were before, then predicted "
            "for everybody. Intervals resample 200 random groups of customers."
            if self.language == "en"
            else "Kullakin tasolla arvoa selitetään sillä, mitä asiakkaat olivat ennen, ja ennuste "
            "lasketaan kaikille. Välit saadaan 200 satunnaisryhmän uusinta-otannalla."
        )

    def story(self) -> tuple[Sentence, ...]:
        i = 0 if self.language == "en" else 2
        return tuple(
            Sentence(f"sample.{n}", told[i], told[i + 1]) for n, told in enumerate(self.tellings)
        )

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(f"check_{i}", status, english if self.language == "en" else finnish)
            for i, (status, english, finnish) in enumerate(self.tries)
        )


@dataclass(frozen=True)
class Quality(Sample):
    name: ClassVar[str] = "listen.quality"
    words: ClassVar = {
        "title": ("Quality of the answers", "Vastausten laatu"),
        "question": ("Can these answers be trusted?", "Voiko näihin vastauksiin luottaa?"),
        "caption": (
            "Share of rows answered, by column · 50,000 answers with a score",
            (
                "Vastattujen rivien osuus sarakkeittain · "
                "50\N{NO-BREAK SPACE}000 vastausta, joissa on "
                "arvosana"
            ),
        ),
    }
    tellings: ClassVar = (
        (
            "50,000 of 51,240 rows have a score that can be used (98%); 1,240 have none.",
            "",
            (
                "50\N{NO-BREAK SPACE}000 rivillä 51\N{NO-BREAK SPACE}240 rivistä on kelvollinen "
                "arvosana (98\N{NO-BREAK SPACE}%); 1\N{NO-BREAK SPACE}240 riviltä se puuttuu."
            ),
            "",
        ),
        (
            "The net promoter score is 39.8 (37.1 to 42.4).",
            "",
            "Nettosuositteluluku on 39,8 (37,1–42,4).",
            "",
        ),
    )
    tries: ClassVar = (
        ("ok", "There are no duplicates.", "Kaksoiskappaleita ei ole."),
        ("ok", "2.1% of answers are straight lines.", "2,1 % vastauksista on suoraviivaisia."),
        ("ok", "Weights keep 83% of the sample.", "Painot säilyttävät 83 % otoksesta."),
        (
            "warn",
            f"{NASTY} holds 204 values off its scale, as 0 and 6.",
            f"Sarakkeessa {NASTY} on 204 asteikon ulkopuolista arvoa, kuten 0 ja 6.",
        ),
    )

    def table(self) -> Table:
        titles = ("Column", "Answered", "Empty", "Off the scale", "Unreadable")
        keys = ("column", "answered", "empty", "off_scale", "unreadable")
        columns = tuple(
            Column(key, title, "text" if key == "column" else "count")
            for key, title in zip(keys, titles, strict=True)
        )
        return Table(columns, column_records(), self.language)

    def chart(self, *, narrow: bool = False) -> alt.VConcatChart:
        return answered_by_column(column_records(), language=self.language, narrow=narrow)


@dataclass(frozen=True)
class Levels(Sample):
    name: ClassVar[str] = "value.levels"
    words: ClassVar = {
        "title": ("Worth by level", "Arvo tasoittain"),
        "question": (
            "What is a customer worth at each score?",
            "Minkä arvoinen asiakas on kullakin arvosanalla?",
        ),
        "caption": (
            (
                "Line: mean worth (€) with customers held alike · Bars: share of the answers · "
                "n = 48,700"
            ),
            (
                "Viiva: keskimääräinen arvo (€), kun asiakkaat on vakioitu · Palkit: osuus "
                "vastauksista · n = 48\N{NO-BREAK SPACE}700"
            ),
        ),
    }
    tellings: ClassVar = (
        (
            (
                "A customer at 7 goes with a worth of €1,420 (1,345 to 1,500), one at 4 with €700 "
                "(625 to 780)."
            ),
            "",
            (
                "Arvosanan 7 antanut asiakas tuo 1\N{NO-BREAK SPACE}420\N{NO-BREAK SPACE}€ "
                "(1\N{NO-BREAK SPACE}345–1\N{NO-BREAK SPACE}500), arvosanan 4 antanut "
                "700\N{NO-BREAK SPACE}€ (625–780)."
            ),
            "",
        ),
        (
            (
                "Returns are even: a step up goes with much the same worth above "
                "the middle as below "
                "it (probability 83%)."
            ),
            "",
            (
                "Tuotot ovat tasaiset: askel ylöspäin on keskikohdan yläpuolella jokseenkin saman "
                "arvoinen kuin alapuolella (todennäköisyys 83\N{NO-BREAK SPACE}%)."
            ),
            "",
        ),
        (
            (
                "With nothing done, those below the middle move by 0.9 (0.7 to "
                "1.1) levels at their "
                "next answer."
            ),
            "Measure every rescue against this, or it will seem to work by itself.",
            (
                "Vaikka mitään ei tehtäisi, keskikohdan alle jääneet liikkuvat seuraavassa "
                "vastauksessa 0,9 (0,7–1,1) tasoa."
            ),
            "Vertaa jokaista pelastusyritystä tähän, tai se näyttää toimivan itsestään.",
        ),
    )
    tries: ClassVar = (
        ("ok", "Every level has at least 30 answers.", "Joka tasolla on ainakin 30 vastausta."),
        (
            "refuse",
            "Level 1: hardly anybody there is like everybody, so its adjusted worth is refused.",
            (
                "Taso 1: siellä ei juuri ole keskivertoa vastaavia asiakkaita, "
                "joten vakioitua arvoa "
                "ei anneta."
            ),
        ),
    )

    def table(self) -> Table:
        columns = (
            Column("level", "Level"),
            Column("n", "Answers", "count"),
            Column("share", "Share", "share"),
            Column("worth", "Worth as found", "estimate", "€"),
            Column("adjusted", "Worth, customers held alike", "estimate", "€"),
        )
        return Table(columns, level_records(), self.language)

    def chart(self, *, narrow: bool = False) -> alt.VConcatChart:
        return worth_by_level(level_records(), unit="€", language=self.language, narrow=narrow)


@dataclass(frozen=True)
class Elevate(Sample):
    name: ClassVar[str] = "value.elevate"
    words: ClassVar = {
        "title": ("Eliminate or elevate", "Poista vai nosta"),
        "question": (
            "Lift the unhappy or the content?",
            "Nostetaanko tyytymättömiä vai tyytyväisiä?",
        ),
        "caption": (
            (
                "What each plan would gain if worth followed the score; lines are 95% intervals · "
                "n = 48,700"
            ),
            (
                "Mitä kumpikin suunnitelma toisi, jos arvo seuraisi arvosanaa; janat ovat "
                "95\N{NO-BREAK SPACE}%:n "
                "välejä · n = 48\N{NO-BREAK SPACE}700"
            ),
        ),
    }
    tellings: ClassVar = (
        (
            (
                "Lifting the content goes with 6.8 (4.2 to 11.9) times the gain of lifting the "
                "unhappy."
            ),
            "Plan first for those who are content, and keep the bottom from growing.",
            (
                "Tyytyväisten nostamiseen liittyvä hyöty on 6,8 (4,2–11,9) kertaa tyytymättömien "
                "nostamisen hyöty."
            ),
            "Suunnittele ensin tyytyväisille ja pidä huoli, ettei pohja kasva.",
        ),
        (
            (
                "Most of the ratio is headcount: 7.6 times the people × 1.02 "
                "times the steps each × "
                "0.88 times the worth per step = 6.8."
            ),
            "More people also cost more to reach: compare the plans per step, not in all.",
            (
                "Suhde on enimmäkseen väkimäärää: ihmisiä 7,6-kertaisesti × askelia henkeä kohden "
                "1,02-kertaisesti × arvoa askelta kohden 0,88-kertaisesti = 6,8."
            ),
            (
                "Useamman ihmisen tavoittaminen myös maksaa enemmän: vertaa suunnitelmia askelta "
                "kohden."
            ),
        ),
    )
    tries: ClassVar = (
        (
            "warn",
            "A hidden cause 1.3 times as strong as past_spend would wipe out eliminate's gain.",
            (
                "Piilosyy, joka olisi 1,3 kertaa niin vahva kuin past_spend, pyyhkisi pois "
                "poista-suunnitelman hyödyn."
            ),
        ),
        ("ok", "Eliminate rests on 6,980 answers.", "Poista perustuu 6 980 vastaukseen."),
        ("ok", "Elevate rests on 31,990 answers.", "Nosta perustuu 31 990 vastaukseen."),
        ("ok", "48,700 of 50,000 answers are used.", "48 700 vastausta 50 000:sta on mukana."),
    )

    unit: str = "€"

    def table(self) -> Table:
        columns = (
            Column("plan", "Plan"),
            Column("gain", "Gain, customers held alike", "estimate", "€"),
            Column("crude", "Gain as found", "estimate", "€"),
        )
        return Table(columns, plan_records(), self.language)

    def chart(self, *, narrow: bool = False) -> alt.VConcatChart:
        return plans(plan_records(), unit="€", language=self.language, narrow=narrow, split=SPLIT)


@dataclass(frozen=True)
class Effort(Sample):
    name: ClassVar[str] = "value.effort"
    words: ClassVar = {
        "title": ("Where the effort goes", "Mihin panokset menevät"),
        "question": ("Where does our effort go?", "Mihin panoksemme menevät?"),
        "caption": (
            "Share of the effort against share of what there is to gain · 12,400 pieces of work",
            (
                "Osuus panoksista ja osuus saatavissa olevasta hyödystä · 12\N{NO-BREAK SPACE}400 "
                "työsuoritetta"
            ),
        ),
    }
    tellings: ClassVar = (
        (
            (
                "Customers below the middle take 62% (59 to 65) of the effort, "
                "where 13% of the gain "
                "is to be had."
            ),
            "Ask of each piece of work below the middle what would happen without it.",
            (
                "Keskikohdan alle jääneet vievät 62\N{NO-BREAK SPACE}% (59–65) panoksista, vaikka "
                "hyödystä on siellä saatavissa 13\N{NO-BREAK SPACE}%."
            ),
            "Kysy jokaisesta keskikohdan alle kohdistuvasta työstä, mitä ilman sitä tapahtuisi.",
        ),
    )
    tries: ClassVar = (
        ("ok", "2.4% of the effort belongs to no zone.", "2,4 % panoksista ei kuulu millekään."),
    )

    def table(self) -> Table:
        columns = (
            Column("zone", "Zone"),
            Column("effort_share", "Share of the effort", "estimate", "%"),
            Column("gain_share", "Share of what there is to gain", "estimate", "%"),
        )
        return Table(columns, effort_records(), self.language)

    def chart(self, *, narrow: bool = False) -> alt.VConcatChart:
        return effort_by_zone(effort_records(), language=self.language, narrow=narrow)


def quality() -> Quality:
    return Quality(n=50_000, language="en", numbers=QualityNumbers())


def levels() -> Levels:
    return Levels(n=48_700, language="en", numbers=Empty())


def elevate() -> Elevate:
    return Elevate(n=48_700, language="en", numbers=ElevateNumbers())


def effort() -> Effort:
    return Effort(n=12_400, language="en", numbers=EffortNumbers())


def refused() -> Refusal:
    return Refusal(n=0, language="en", numbers=Empty(), refused="value.effort", reason="no_efforts")


def findings() -> tuple[Finding, ...]:
    """Four findings that were given."""
    return (quality(), levels(), elevate(), effort())


def every_finding(folder: Path, write: Callable[..., Path]) -> tuple[Finding, ...]:
    """All there are, of the small study, with names that are hard to show."""
    answers, tables = small()
    answers = {HARD.get(column, column): values for column, values in answers.items()}
    parts = {
        name: ({column: _hard(values) for column, values in content.items()}, _quoted(roles))
        for name, (content, roles) in tables.items()
    }
    path = write(folder, answers, _quoted(ROLES), study=STUDY, **parts)
    code(folder)
    return kuski.open(path).findings()


def every_refusal(folder: Path, write: Callable[..., Path]) -> tuple[Finding, ...]:
    """All there are, of a study that has a score and nothing else."""
    answers = {"score": [1 + i % 5 for i in range(60)]}
    return kuski.open(
        write(folder, answers, 'score = { column = "score", scale = [1, 5] }')
    ).findings()


def _hard(values: list[object]) -> list[object]:
    """Put the hard names in the place of the others, also behind what a guess is of."""
    found = []
    for value in values:
        what, _, name = str(value).partition("importance_")
        is_guess = what == "" and name in HARD
        found.append(f"importance_{HARD[name]}" if is_guess else HARD.get(str(value), value))
    return found


def _quoted(roles: str) -> str:
    """Write the hard names into a part of the study file."""
    for name, hard in HARD.items():
        quoted = json.dumps(hard, ensure_ascii=False)
        for before, after in (('"{}"', "{}"), (" {} =", " {} ="), ("factors.{}]", "factors.{}]")):
            roles = roles.replace(before.format(name), after.format(quoted))
    return roles
