"""Is it people? Humans in told stories against all contacts, and what a better encounter brings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, Status, warned
from kuski.listen.stories.base_rate import base_need
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.understand.encounters.agent import THRESHOLDS as AGENT_THRESHOLDS
from kuski.understand.encounters.agent import (
    AgentsNumbers,
    BalanceNumbers,
    Reason,
    agent_need,
    agents_found,
)
from kuski.understand.encounters.contact import (
    ContactNumbers,
    ContactShares,
    Polarity,
    StoriesNumbers,
    contact_shares,
    story_need,
)
from kuski.words import Estimate, Quantity, figure

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.encounters"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence changes.

    Attributes
    ----------
    told : float
        Share of memorable service that is told to have a human in it.
    near : float
        How far from the told share a share may be and still be in line with it.
    """

    told: float = 0.9
    near: float = 0.05


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class EncountersNumbers:
    """The numbers of `understand.encounters`; shares are between 0 and 1.

    Attributes
    ----------
    stories : int
        Told stories whose contact, and polarity where there is one, is known.
    contacts_known : int
        Answers whose contact is known: the base.
    base_human_share : float or None
        Share of all contacts in which a human served; None where the answers name no contact.
    human_share : tuple of StoriesNumbers
        Share of the stories of each polarity in which a human served, and its lift: that share over
        the base share.
    human_lift : float or None
        Of the excellent stories, or of all where their polarity is not known.
    excellent_less_awful : float or None
        Human share of the excellent stories less that of the awful ones.
    contacts : tuple of ContactNumbers
        Each kind of contact that enough stories tell of.
    agents : AgentsNumbers or None
        What agents bring; `worth_per_point` is None where a check refuses it.
    """

    stories: int = 0
    contacts_known: int = 0
    base_human_share: float | None = None
    base_human_share_low: float | None = None
    base_human_share_high: float | None = None
    human_share: tuple[StoriesNumbers, ...] = ()
    human_lift: float | None = None
    human_lift_low: float | None = None
    human_lift_high: float | None = None
    excellent_less_awful: float | None = None
    excellent_less_awful_low: float | None = None
    excellent_less_awful_high: float | None = None
    contacts: tuple[ContactNumbers, ...] = ()
    agents: AgentsNumbers | None = None


@dataclass(frozen=True, repr=False)
class Encounters(Finding):
    """Is it people?

    Attributes
    ----------
    numbers : EncountersNumbers
    told : ContactShares or None
        What the stories and the contacts say; None without stories.
    refused : str or None
        Why what a better encounter is worth is not told.
    unit : str
        Of the worth.
    disclosure : int
        Fewer stories than this are not shown.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Angrist, Imbens & Krueger 1999, Jackknife instrumental variables estimation",
        "Huang & Sudhir 2021, The causal effect of service satisfaction on customer loyalty",
        "Cameron, Gelbach & Miller 2011, Robust inference with multiway clustering",
        "Donner & Zou 2012, Closed-form confidence intervals (the lift)",
        "Newcombe 1998, Interval estimation for the difference between independent proportions",
    )

    numbers: EncountersNumbers
    told: ContactShares | None
    refused: Reason | None
    unit: str
    disclosure: int

    @property
    def caption(self) -> str:
        """What the chart measures."""
        if self._main is None:
            return self._sentence("caption_agents", n=self.n).text
        return self._sentence("caption", stories=self.numbers.stories, n=self.n).text

    def table(self) -> Table:
        """Lay the human share and each contact out, or the agents where there are no stories."""
        if self._main is None:
            return self._agents_table()
        columns = [Column("name", self._sentence("contact").text)]
        columns += [
            Column(part.polarity, self._sentence(f"share_{part.polarity}").text, "estimate", "%")
            for part in self.numbers.human_share
        ]
        if self.numbers.base_human_share is not None:
            columns.append(Column("base", self._sentence("share_base").text, "estimate", "%"))
            columns.append(Column("lift", self._sentence("lift").text, "estimate"))
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        numbers = self.numbers
        human: dict[str, str | float | None] = {
            "key": "human",
            "kind": "human",
            "name": self._sentence("human").text,
            "base": numbers.base_human_share,
            "base_low": numbers.base_human_share_low,
            "base_high": numbers.base_human_share_high,
        }
        records = [human | self._shares(numbers.human_share)]
        for contact in numbers.contacts:
            one: dict[str, str | float | None] = {
                "key": contact.contact,
                "kind": contact.kind,
                "name": self._sentence(f"kind_{contact.contact}").text,
                "base": contact.base_share,
                "base_low": contact.base_share_low,
                "base_high": contact.base_share_high,
            }
            records.append(one | self._shares(contact.stories))
        return records

    def _shares(self, stories: tuple[StoriesNumbers, ...]) -> dict[str, str | float | None]:
        found: dict[str, str | float | None] = {}
        for part in stories:
            found |= {
                part.polarity: part.share,
                f"{part.polarity}_low": part.share_low,
                f"{part.polarity}_high": part.share_high,
            }
            if self._main is not None and part.polarity == self._main.polarity:
                found |= {"lift": part.lift, "lift_low": part.lift_low, "lift_high": part.lift_high}
        return found

    def _agents_table(self) -> Table:
        columns = (
            Column("column", self._sentence("alike").text),
            Column("agent_share", self._sentence("agent_share").text, "share"),
            Column("quality_slope", self._sentence("quality_slope").text, "number"),
            Column("verdict", self._sentence("verdict").text),
        )
        balance = () if self.numbers.agents is None else self.numbers.agents.balance
        records = tuple(
            {key: getattr(one, key) for key in BalanceNumbers.__dataclass_fields__}
            | {"verdict": self._sentence(f"verdict_{one.status}").text}
            for one in balance
        )
        return Table(columns, records, self.language)

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the human shares, and the two estimates of what a better encounter brings."""
        from kuski.show.charts import human_encounters

        numbers, agents = self.numbers, self.numbers.agents
        shares: list[dict[str, str | float | None]] = [
            {
                "of": part.polarity,
                "share": part.share,
                "share_low": part.share_low,
                "share_high": part.share_high,
            }
            for part in numbers.human_share
            if part.share is not None
        ]
        if shares and numbers.base_human_share is not None:
            low, high = numbers.base_human_share_low, numbers.base_human_share_high
            shares.append(
                {
                    "of": "contacts",
                    "share": numbers.base_human_share,
                    "share_low": low,
                    "share_high": high,
                }
            )
        effects: list[dict[str, str | float | None]] = []
        if agents is not None and agents.worth_per_point is not None:
            effects = [
                {
                    "way": "instrument",
                    "worth": agents.worth_per_point,
                    "worth_low": agents.worth_per_point_low,
                    "worth_high": agents.worth_per_point_high,
                },
                {
                    "way": "ols_alike",
                    "worth": agents.ols_alike,
                    "worth_low": agents.ols_alike_low,
                    "worth_high": agents.ols_alike_high,
                },
                {
                    "way": "ols",
                    "worth": agents.ols,
                    "worth_low": agents.ols_low,
                    "worth_high": agents.ols_high,
                },
            ]
        if not shares and not effects:
            return None
        return human_encounters(
            shares, effects, unit=self.unit, language=self.language, narrow=narrow
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say whether it is people, what is told, and what a better encounter brings."""
        return (*self._people(), *self._agents())

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the shares and the effect wrong."""
        return (*self._story_checks(), *self._agent_checks())

    @property
    def _main(self) -> StoriesNumbers | None:
        return _main(self.numbers.human_share)

    def _people(self) -> tuple[Sentence, ...]:
        main = self._main
        if main is None:
            return ()
        return (self._lift(main), *self._awful(main), self._told(main), *self._contact(main))

    def _lift(self, main: StoriesNumbers) -> Sentence:
        numbers = self.numbers
        base = Estimate(
            numbers.base_human_share,
            numbers.base_human_share_low,
            numbers.base_human_share_high,
            "%",
        )
        values: dict[str, object] = {
            "stories": self._sentence(f"of_{main.polarity}").text,
            "share": _estimate(main),
        }
        if base.value is None:
            return self._sentence("people_no_base", **values)
        if main.lift is None or main.lift_low is None or main.lift_high is None:
            return self._sentence("people_no_lift", **values, base=base)
        lift = Estimate(main.lift, main.lift_low, main.lift_high)
        case = (
            "people_more"
            if main.lift_low > 1
            else "people_less"
            if main.lift_high < 1
            else "people_same"
        )
        return self._sentence(case, **values, base=base, lift=lift)

    def _awful(self, main: StoriesNumbers) -> list[Sentence]:
        numbers = self.numbers
        low, high = numbers.excellent_less_awful_low, numbers.excellent_less_awful_high
        awful = next((part for part in numbers.human_share if part.polarity == "awful"), None)
        if awful is None or awful is main or low is None or high is None:
            return []
        case = "awful_fewer" if low > 0 else "awful_more" if high < 0 else "awful_same"
        return [self._sentence(case, share=_estimate(awful))]

    def _told(self, main: StoriesNumbers) -> Sentence:
        told = Quantity(THRESHOLDS.told, "%")
        near, low, high = THRESHOLDS.near, main.share_low or 0.0, main.share_high or 1.0
        case = "told_holds" if low - near <= THRESHOLDS.told <= high + near else "told_fails"
        return self._sentence(case, told=told, share=Quantity(main.share, "%"))

    def _contact(self, main: StoriesNumbers) -> list[Sentence]:
        """Name the contact whose share of the stories most exceeds its share of all contacts."""
        found = [
            (part.lift, contact, part)
            for contact in self.numbers.contacts
            for part in contact.stories
            if part.polarity == main.polarity and part.lift and (part.lift_low or 0.0) > 1
        ]
        if not found:
            return []
        lift, contact, part = max(found, key=lambda one: one[0])
        return [
            self._sentence(
                "contact_most",
                contact=self._sentence(f"kind_{contact.contact}").text,
                stories=self._sentence(f"of_{main.polarity}").text,
                share=_estimate(part),
                base=Quantity(contact.base_share, "%"),
                lift=Estimate(lift, part.lift_low, part.lift_high),
            )
        ]

    def _agents(self) -> tuple[Sentence, ...]:
        agents = self.numbers.agents
        if self.refused is not None or agents is None:
            return () if self.refused == "agents_none" else (self._untold(),)
        low, high = agents.worth_per_point_low or 0.0, agents.worth_per_point_high or 0.0
        case = "cause_more" if low > 0 else "cause_less" if high < 0 else "cause_unsure"
        worth = Estimate(agents.worth_per_point, low, high, self.unit)
        errs = _errs(agents.beyond_low, agents.beyond_high)
        ols = Estimate(agents.ols, agents.ols_low, agents.ols_high, self.unit)
        errs_alike = _errs(agents.beyond_alike_low, agents.beyond_alike_high)
        alike = Estimate(agents.ols_alike, agents.ols_alike_low, agents.ols_alike_high, self.unit)
        columns = ", ".join(self.named(one.column) for one in agents.balance)
        return (
            self._sentence(case, worth=worth),
            self._sentence(f"ols_{errs}", ols=ols),
            self._sentence(f"alike_{errs_alike}", ols=alike, columns=columns),
            self._sentence("spread", sd=figure(agents.agent_sd, self.language)),
        )

    def _untold(self) -> Sentence:
        balance = () if self.numbers.agents is None else self.numbers.agents.balance
        is_sorted = any(one.status == "sorted" for one in balance)
        return self._sentence("untold_sorted" if is_sorted else "untold")

    def _story_checks(self) -> list[Check]:
        told = self.told
        if told is None:
            return [self._check("no_stories", "warn")]
        found = [self._check("told", "warn")]
        thin = [part for part in told.human_share if part.share is None]
        if thin or not told.human_share:
            n = min((part.n for part in thin), default=0)
            found.append(self._check("few_stories", "refuse", n=n, least=self.disclosure))
        if self._main is not None and self.numbers.base_human_share is None:
            found.append(self._check("no_base", "refuse"))
        elif self._main is not None and self._main.lift_low is None:
            found.append(self._check("no_lift", "refuse"))
        if told.unknown_stories or told.unknown_contacts:
            found.append(self._unknown(told))
        if told.left_out:
            found.append(self._check("left_out", "ok", n=told.left_out, least=self.disclosure))
        return found

    def _unknown(self, told: ContactShares) -> Check:
        counts = {"stories": told.unknown_stories, "contacts": told.unknown_contacts}
        if not told.unknown_texts:
            return self._check("unknown_rare", "warn", **counts)
        return self._check("unknown", "warn", **counts, texts=", ".join(told.unknown_texts))

    def _agent_checks(self) -> list[Check]:
        agents = self.numbers.agents
        found = [self._refused(self.refused)] if self.refused is not None else []
        if agents is None:
            return found
        found += self._balance(agents)
        if agents.small_agents:
            found.append(self._check("small_agents", "ok", n=agents.small_agents))
        if agents.worth_per_point is None:
            return found
        f = agents.first_stage_f or 0.0
        is_weak = f < AGENT_THRESHOLDS.strong
        values: dict[str, object] = {
            "f": figure(f, self.language),
            "limit": AGENT_THRESHOLDS.strong,
        }
        found.append(self._check("rather_weak" if is_weak else "strong", warned(is_weak), **values))
        p, limit = agents.other_ways_p or 0.0, AGENT_THRESHOLDS.chance
        is_other = p < limit
        found.append(
            self._check(
                "other_ways" if is_other else "one_way",
                warned(is_other),
                p=p,
                limit=limit,
            )
        )
        found.append(self._check("assumes", "warn"))
        return found

    def _refused(self, reason: Reason) -> Check:
        agents = self.numbers.agents
        if reason == "agents_none":
            return self._check(reason, "warn")
        if reason == "agents_few":
            return self._check(reason, "refuse", least=AGENT_THRESHOLDS.agents)
        if reason == "agents_weak":
            f = None if agents is None else agents.first_stage_f
            return self._check(reason, "refuse", f=figure(f, self.language))
        return self._check(reason, "refuse")

    def _balance(self, agents: AgentsNumbers) -> list[Check]:
        if not agents.balance:
            return []
        by_status = {
            status: [one.column for one in agents.balance if one.status == status]
            for status in ("sorted", "small", "unseen")
        }
        status = next((name for name, columns in by_status.items() if columns), "ok")
        columns = by_status.get(status, [])
        case = f"balance_{status}"
        values: dict[str, object] = {
            "limit": AGENT_THRESHOLDS.chance,
            "columns": ", ".join(
                map(self.named, columns or [one.column for one in agents.balance])
            ),
        }
        if status in ("sorted", "small"):
            values["small"] = Quantity(AGENT_THRESHOLDS.small, "%")
        else:
            values["unseen"] = Quantity(
                max((one.unseen or 0.0 for one in agents.balance), default=0.0), "%"
            )
            values["most"] = Quantity(AGENT_THRESHOLDS.unseen, "%")
        outcome: Status = "refuse" if status == "sorted" else "ok" if status == "ok" else "warn"
        return [self._check(case, outcome, **values)]


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for the stories and all contacts by contact, and for score and worth by agent."""
    of_stories, agents = story_need(roles), agent_need(roles)
    if of_stories is None and agents is None:
        return _refused("encounters_nothing")
    asked = [of_stories, None if of_stories is None else base_need(roles), agents]
    return Needs.of(*(need for need in asked if need is not None))


def find(
    roles: Roles,
    collected: Collected,
    rng: np.random.Generator,  # noqa: ARG001 - every finding is given one; no interval here draws
) -> Finding:
    """Say whether it is people."""
    asked = needs(roles)
    if isinstance(asked, Refusal):
        return asked
    told, agents = contact_shares(roles, collected), agents_found(roles, collected)
    main = None if told is None else _main(told.human_share)
    if main is None and agents.numbers is None:
        return _refused("encounters_too_few")
    n = 0 if agents.numbers is None else agents.numbers.n
    if told is not None and main is not None:
        n = told.contacts
    return Encounters(
        n=n,
        language="en",
        numbers=_numbers(told, agents.numbers),
        told=told,
        refused=agents.refused,
        unit=roles.worth_unit,
        disclosure=roles.settings.study.disclosure,
    )


def _refused(reason: str) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=EncountersNumbers())


def _main(stories: tuple[StoriesNumbers, ...]) -> StoriesNumbers | None:
    """Take the stories that the answer is about: the excellent ones where there are enough."""
    order: tuple[Polarity, ...] = ("excellent", "told", "awful")
    given = {part.polarity: part for part in stories if part.share is not None}
    return next((given[polarity] for polarity in order if polarity in given), None)


def _numbers(told: ContactShares | None, agents: AgentsNumbers | None) -> EncountersNumbers:
    if told is None:
        return EncountersNumbers(agents=agents)
    main = _main(told.human_share)
    return EncountersNumbers(
        stories=told.stories,
        contacts_known=told.contacts,
        base_human_share=told.base_human_share,
        base_human_share_low=told.base_human_share_low,
        base_human_share_high=told.base_human_share_high,
        human_share=told.human_share,
        human_lift=None if main is None else main.lift,
        human_lift_low=None if main is None else main.lift_low,
        human_lift_high=None if main is None else main.lift_high,
        excellent_less_awful=told.difference,
        excellent_less_awful_low=told.difference_low,
        excellent_less_awful_high=told.difference_high,
        contacts=told.by_contact,
        agents=agents,
    )


def _errs(low: float | None, high: float | None) -> str:
    """Say which way least squares errs, by what the agents' quality adds to it."""
    if low is None or high is None:
        return "same"
    return "high" if high < 0 else "low" if low > 0 else "same"


def _estimate(part: StoriesNumbers) -> Estimate:
    return Estimate(part.share, part.share_low, part.share_high, "%")
