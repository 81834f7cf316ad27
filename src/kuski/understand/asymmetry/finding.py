"""What is merely expected, and what delights?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.stats.penalty_reward import CLASS_CUT, CLASSES, FactorClass
from kuski.stats.resample import resamples
from kuski.understand.asymmetry.contrast import Asked, Contrasted, asked, is_rating
from kuski.understand.asymmetry.cut import Cut, cut_grid
from kuski.understand.asymmetry.hygiene import (
    ClassProbabilities,
    HygieneNumbers,
    PoolNumbers,
    hygiene,
    kind_pools,
)
from kuski.understand.asymmetry.penalty import DriverNumbers, driver_numbers
from kuski.words import Estimate, Quantity

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.asymmetry"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a class, a sentence or a check changes.

    Attributes
    ----------
    class_cut : float
        Asymmetry beyond which a driver is basic or excitement: with a third, the one side is twice
        the other.
    sure : float
        Probability from which on a class is sure.
    possible : float
        Probability from which on a second class is named.
    least : int
        Fewest answers that may be low, between or high for a driver's class to be told.
    used : float
        Share of the scored answers that rate every driver, below which it is a warning.
    inflation : float
        Variance inflation of a driver's low and high ratings that is a warning.
    """

    class_cut: float = CLASS_CUT
    sure: float = 0.8
    possible: float = 0.05
    least: int = 30
    used: float = 0.8
    inflation: float = 10.0


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class CutNumbers:
    """One way to cut: ratings up to `low` are low, those from `high` on are high.

    Attributes
    ----------
    low : float
        The highest low rating.
    high : float
        The lowest high rating.
    """

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HaloNumbers:
    """The most that moods can have coloured all contrasts: those of the weakest driver.

    Attributes
    ----------
    driver : str
        The one whose low and high ratings go with scores that are least apart.
    penalty : float
        Its own, at the main cut.
    reward : float
        Its own, at the main cut.
    """

    driver: str
    penalty: float
    reward: float


@dataclass(frozen=True, slots=True)
class AsymmetryNumbers:
    """The numbers of `understand.asymmetry`.

    Attributes
    ----------
    drivers : tuple of DriverNumbers
        The most basic first; those whose asymmetry is not told last.
    cut : CutNumbers or None
        The main cut: that of penalties, rewards and asymmetries.
    cuts : tuple of CutNumbers
        Every cut that was tried, the main one among them.
    class_cut : float
        Asymmetry beyond which a driver is basic or excitement.
    stays : float or None
        Share of the probability that stays in its class when the main cut is changed, mean over the
        drivers; null where it is not known of any.
    kinds : tuple of PoolNumbers
        The drivers of each kind as one.
    hygiene : HygieneNumbers
        Whether digital and process drivers are basic, and human ones exciting.
    halo : HaloNumbers or None
        Null where the weakest driver reaches nowhere, or there is only one.
    scored : int
        Answers with a score, also those that do not rate every driver.
    """

    drivers: tuple[DriverNumbers, ...]
    cut: CutNumbers | None
    cuts: tuple[CutNumbers, ...]
    class_cut: float
    stays: float | None
    kinds: tuple[PoolNumbers, ...]
    hygiene: HygieneNumbers
    halo: HaloNumbers | None
    scored: int


_EMPTY = AsymmetryNumbers(
    (), None, (), THRESHOLDS.class_cut, None, (), HygieneNumbers("refused"), None, 0
)


@dataclass(frozen=True, repr=False)
class Asymmetry(Finding):
    """Penalties and rewards by driver.

    Attributes
    ----------
    numbers : AsymmetryNumbers
    left_out : tuple of str
        Drivers that too few answers rate.
    unrated : tuple of str
        Drivers that are no ratings: held alike, without low and high.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Brandt 1987, A procedure for identifying value-enhancing service components, AMA",
        "Mikulić & Prebežac 2008, Prioritizing improvement of service attributes, MSQ 18(6)",
        "Kano, Seraku, Takahashi & Tsuji 1984, Attractive quality and must-be quality",
        "Efron & Tibshirani 1998, The problem of regions, Annals of Statistics 26(5)",
        "Fieller 1954, Some problems in interval estimation, JRSS B 16(2)",
    )

    numbers: AsymmetryNumbers
    left_out: tuple[str, ...]
    unrated: tuple[str, ...]

    @property
    def caption(self) -> str:
        """What the chart measures."""
        cut = self.numbers.cut
        ends = {} if cut is None else {"low": cut.low, "high": cut.high}
        return self._sentence("caption", n=self.n, **ends).text

    def table(self) -> Table:
        """Lay the drivers out."""
        columns = (
            Column("driver", self._sentence("driver").text),
            Column("kind_name", self._sentence("kind").text),
            Column("penalty", self._sentence("penalty").text, "estimate"),
            Column("reward", self._sentence("reward").text, "estimate"),
            Column("asymmetry", self._sentence("asymmetry").text, "estimate"),
            Column("class_name", self._sentence("class").text),
            Column("chances", self._sentence("chance").text),
        )
        return Table(columns, tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        estimates = ("penalty", "reward", "asymmetry")
        shown = ["driver", "kind"]
        shown += [name + end for name in estimates for end in ("", "_low", "_high")]
        return [
            {key: getattr(driver, key) for key in shown}
            | {
                "driver": self.named(driver.driver),
                "class": driver.class_,
                "kind_name": "" if driver.kind is None else self._word(f"kind_{driver.kind}"),
                "class_name": self._word(f"class_{driver.class_ or 'untold'}"),
                "chances": self._chances(driver),
            }
            for driver in self.numbers.drivers
        ]

    def _chances(self, driver: DriverNumbers) -> str:
        """Write the probability of a sure class, or the two likeliest classes of an unsure one."""
        chances = driver.class_probabilities
        if driver.class_ is None or driver.class_ == "none" or chances is None:
            return ""
        if driver.class_ != "unsure":
            return self._sentence("probability", chance=chances.of(driver.class_)).text
        return self._likely((name, chances.of(name)) for name in _two_likeliest(chances))

    def _likely(self, classes: Iterable[tuple[FactorClass, float]]) -> str:
        parts = [
            self._sentence("likely", name=self._word(f"class_{name}").lower(), chance=chance).text
            for name, chance in classes
        ]
        return ", ".join(parts)

    def _word(self, case: str) -> str:
        return self._sentence(case).text

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the penalties to the left and the rewards to the right."""
        from kuski.show.charts import penalties_and_rewards

        return penalties_and_rewards(self._records(), language=self.language, narrow=narrow)

    def story(self) -> tuple[Sentence, ...]:
        """Say what is expected and what delights, whether people are behind it, and how sure."""
        return (
            self._first(),
            *self._example("basic"),
            *self._example("excitement"),
            *self._unsure(),
            *self._hygiene(),
            self._sentence("goes_with"),
        )

    def checks(self) -> tuple[Check, ...]:
        """Try what would put a driver into the wrong class."""
        return (
            *self._thin(),
            self._cuts(),
            *self._halo(),
            self._lost(),
            *self._left_out(),
            *self._collinear(),
            *self._turned(),
        )

    def _named(self, name: str) -> list[DriverNumbers]:
        return [driver for driver in self.numbers.drivers if driver.class_ == name]

    def _names(self, drivers: Iterable[DriverNumbers]) -> str:
        return ", ".join(self.named(driver.driver) for driver in drivers)

    def _may_be(self, name: FactorClass) -> list[DriverNumbers]:
        """List the unsure drivers that may belong to a class."""
        return [
            driver
            for driver in self._named("unsure")
            if driver.class_probabilities is not None
            and driver.class_probabilities.of(name) > 1 - THRESHOLDS.sure
        ]

    def _first(self) -> Sentence:
        basic, exciting = self._named("basic"), self._named("excitement")[::-1]
        may_expect, may_delight = self._may_be("basic"), self._may_be("excitement")[::-1]
        lists = {
            "basic": self._names(basic),
            "exciting": self._names(exciting),
            "may_expect": self._names(may_expect),
            "may_delight": self._names(may_delight),
        }
        if basic and exciting:
            return self._sentence("first_both", **lists)
        if basic:
            return self._sentence("first_basic" + "_maybe" * bool(may_delight), **lists)
        if exciting:
            return self._sentence("first_exciting" + "_maybe" * bool(may_expect), **lists)
        told = [driver for driver in self.numbers.drivers if driver.class_ is not None]
        if not told:
            return self._sentence("first_untold")
        if all(driver.class_ == "performance" for driver in told):
            return self._sentence("first_even")
        return self._sentence("first_unsure")

    def _example(self, name: str) -> list[Sentence]:
        drivers = self._named(name)
        if not drivers:
            return []
        driver = max(drivers, key=lambda one: (one.reward or 0.0) - (one.penalty or 0.0))
        penalty = Estimate(driver.penalty, driver.penalty_low, driver.penalty_high)
        reward = Estimate(driver.reward, driver.reward_low, driver.reward_high)
        return [
            self._sentence(
                f"example_{name}", driver=self.named(driver.driver), penalty=penalty, reward=reward
            )
        ]

    def _unsure(self) -> list[Sentence]:
        unsure = self._named("unsure")
        found = []
        for doubt in ("cut", "sample"):
            some = [driver for driver in unsure if driver.doubt == doubt]
            if some:
                drivers = ", ".join(
                    f"{self.named(one.driver)} ({self._chances(one)})" for one in some
                )
                found.append(self._sentence(f"unsure_{doubt}", n=len(some), drivers=drivers))
        if nowhere := self._named("none"):
            found.append(self._sentence("none", n=len(nowhere), drivers=self._names(nowhere)))
        return found

    def _hygiene(self) -> list[Sentence]:
        found = self.numbers.hygiene
        if found.expected is None or found.human is None or found.probability is None:
            case = "hygiene_not_tagged" if found.answer == "not_tagged" else "hygiene_refused"
            return [self._sentence(case)]
        is_beside = found.probability_without_halo is not None and found.answer != "yes"
        sentence = self._sentence(
            f"hygiene_{found.answer}" + "_halo" * is_beside,
            chance=found.probability,
            without=found.probability_without_halo,
            basic=found.basic_probability,
            exciting=found.exciting_probability,
        )
        return [sentence, *self._order(found, found.expected, found.human)]

    def _order(
        self, found: HygieneNumbers, expected: PoolNumbers, human: PoolNumbers
    ) -> list[Sentence]:
        order, sure = found.order_probability, THRESHOLDS.sure
        if order is None:
            return []
        case = (
            "order_holds" if order >= sure else "order_fails" if order <= 1 - sure else "order_open"
        )
        return [
            self._sentence(
                case,
                chance=1 - order if case == "order_fails" else order,
                human=_asymmetry(human),
                expected=_asymmetry(expected),
            )
        ]

    def _thin(self) -> list[Check]:
        found = []
        for reason in ("thin", "interval"):
            some = [driver for driver in self.numbers.drivers if driver.untold == reason]
            if some:
                found.append(
                    self._check(
                        reason,
                        "refuse",
                        n=len(some),
                        drivers=self._names(some),
                        least=THRESHOLDS.least,
                    )
                )
        return found or [self._check("enough", "ok", least=THRESHOLDS.least)]

    def _cuts(self) -> Check:
        hanging = [driver for driver in self._named("unsure") if driver.doubt == "cut"]
        n, stays = len(self.numbers.cuts), Quantity(self.numbers.stays, "%")
        if self.numbers.stays is None:
            return self._check("one_cut", "warn")
        if not hanging:
            return self._check("cut_steady", "ok", cuts=n, stays=stays)
        return self._check(
            "cut", "warn", n=len(hanging), drivers=self._names(hanging), cuts=n, stays=stays
        )

    def _halo(self) -> list[Check]:
        halo = self.numbers.halo
        if halo is None:
            return []
        moved = [found for driver in self.numbers.drivers for found in _moved(driver)]
        values = {
            "driver": self.named(halo.driver),
            "penalty": Quantity(halo.penalty),
            "reward": Quantity(halo.reward),
        }
        if not moved:
            return [self._check("halo_steady", "ok", **values)]
        drivers = ", ".join(
            f"{self.named(one.driver)} ({self._likely([(name, chance)])})"
            for one, name, chance in moved
        )
        return [self._check("halo", "warn", n=len(moved), drivers=drivers, **values)]

    def _lost(self) -> Check:
        scored = self.numbers.scored
        status = warned(self.n < THRESHOLDS.used * scored)
        return self._check(
            "lost", status, n=self.n, scored=scored, limit=Quantity(THRESHOLDS.used, "%")
        )

    def _left_out(self) -> list[Check]:
        found = []
        for check, names in (("left_out", self.left_out), ("unrated", self.unrated)):
            if names:
                found.append(
                    self._check(
                        check, "warn", n=len(names), drivers=", ".join(map(self.named, names))
                    )
                )
        return found

    def _collinear(self) -> list[Check]:
        drivers, limit = self.numbers.drivers, THRESHOLDS.inflation
        one = [driver for driver in drivers if driver.untold == "collinear"]
        like = [d for d in drivers if d.inflation is not None and d.inflation > limit]
        found = []
        if one:
            found.append(self._check("collinear", "refuse", n=len(one), drivers=self._names(one)))
        if like:
            found.append(
                self._check("alike", "warn", n=len(like), drivers=self._names(like), limit=limit)
            )
        return found or [self._check("apart", "ok", limit=limit)]

    def _turned(self) -> list[Check]:
        turned = [driver for driver in self.numbers.drivers if _is_turned(driver)]
        if not turned:
            return []
        return [self._check("turned", "warn", n=len(turned), drivers=self._names(turned))]


def _two_likeliest(chances: ClassProbabilities) -> tuple[FactorClass, ...]:
    """Name the likeliest class, and the next one where it is not out of the question."""
    first, second, *_ = sorted(CLASSES, key=chances.of, reverse=True)
    return (first, second) if chances.of(second) >= THRESHOLDS.possible else (first,)


def _moved(driver: DriverNumbers) -> list[tuple[DriverNumbers, FactorClass, float]]:
    """Return the driver with its class without halo, where it is likely and another one."""
    name, chance = driver.class_without_halo, driver.class_without_halo_probability
    if name is None or chance is None or name == driver.likeliest or chance <= 0.5:
        return []
    return [(driver, name, chance)]


def _is_turned(driver: DriverNumbers) -> bool:
    """Tell whether bad ratings surely go with better scores, or high ones with worse."""
    is_penalty = driver.penalty_low is not None and driver.penalty_low > 0
    return is_penalty or (driver.reward_high is not None and driver.reward_high < 0)


def _asymmetry(pool: PoolNumbers) -> Estimate:
    return Estimate(pool.asymmetry, pool.asymmetry_low, pool.asymmetry_high)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for low and high ratings at every cut beside the score."""
    reason = _reason(roles)
    if reason is not None:
        return _refused(reason)
    found = asked(roles)
    if found is None:
        return _refused("asymmetry_no_drivers")
    return Needs.of(found.need, roles.scored_need)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Contrast low and high ratings with those between."""
    found = asked(roles)
    if found is None:
        return _refused(_reason(roles) or "asymmetry_no_drivers")
    moments, scored = collected.moments[found.need], collected.moments[roles.scored_need].n
    if moments.n < THRESHOLDS.least:
        return _refused("asymmetry_too_few", n=moments.n, least=THRESHOLDS.least)
    if not _varies(found, moments.cross[0].sum(axis=0)):
        return _refused("one_level")
    drawn = resamples(moments.rows, rng=rng)
    of = Contrasted(found, moments, drawn, THRESHOLDS.least, THRESHOLDS.class_cut)
    drivers = driver_numbers(of, sure=THRESHOLDS.sure)
    stays = [driver.stays for driver in drivers if driver.stays is not None]
    return Asymmetry(
        n=moments.n,
        language="en",
        numbers=AsymmetryNumbers(
            drivers=drivers,
            cut=_cut(found.grid.main),
            cuts=tuple(_cut(cut) for cut in found.grid.cuts),
            class_cut=THRESHOLDS.class_cut,
            stays=float(np.mean(stays)) if stays else None,
            kinds=kind_pools(of),
            hygiene=hygiene(of, sure=THRESHOLDS.sure),
            halo=_halo(of),
            scored=scored,
        ),
        left_out=tuple(driver.name for driver in roles.choice.left_out),
        unrated=tuple(driver.name for driver in roles.choice.drivers if not is_rating(driver)),
    )


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY, **values)


def _reason(roles: Roles) -> str | None:
    """Say why the study cannot be asked, or None."""
    role = roles.settings.responses.drivers
    if role is None or not any(is_rating(driver) for driver in roles.choice.drivers):
        return "asymmetry_no_drivers"
    if role.scale is None:
        return "asymmetry_no_scale"
    return "asymmetry_no_cut" if cut_grid(role.scale, role.cuts) is None else None


def _varies(found: Asked, whole: np.ndarray) -> bool:
    place = found.outcome
    square, mean = whole[place, place] / whole[0, 0], whole[0, place] / whole[0, 0]
    return bool(square - mean**2 > 1e-12)


def _cut(cut: Cut) -> CutNumbers:
    return CutNumbers(cut.low, cut.high)


def _halo(of: Contrasted) -> HaloNumbers | None:
    if of.without_halo is None or of.weakest is None:
        return None
    found = of.found
    return HaloNumbers(
        of.asked.drivers[of.weakest].name,
        float(found.penalty[0, of.main, of.weakest]),
        float(found.reward[0, of.main, of.weakest]),
    )
