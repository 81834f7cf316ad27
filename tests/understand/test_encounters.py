"""`understand.encounters` on small studies: shares counted by hand, and what it refuses."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import kuski
from kuski.finding import plain
from kuski.understand.encounters.contact import polarity_of

NAME = "understand.encounters"
SCORE = 'score = { column = "score", scale = [1, 7] }\n'
STORIES = 'text = "text"\npolarity = "polarity"\ncontact = "contact"\n'
ROWS = SCORE + 'customer = "customer"\ncontact = "channel"\nagent = "agent"\n'
AGENTS = ROWS + 'worth = { column = "worth", unit = "€" }\nalike = ["before", "region"]\n'


def told(**counts):
    """Lay out stories: ``told(excellent_phone=3)``."""
    rows = [
        (polarity, contact)
        for key, n in counts.items()
        for polarity, contact in [key.split("_", 1)] * n
    ]
    return {
        "text": [f"story {i}" for i in range(len(rows))],
        "polarity": [polarity for polarity, _ in rows],
        "contact": [contact for _, contact in rows],
    }


def contacts(**counts):
    """Lay out answers by contact, three of each customer."""
    channel = [name for name, n in counts.items() for _ in range(n)]
    order = np.random.default_rng(1).permutation(len(channel))
    return {
        "score": [4 + i % 3 for i in range(len(channel))],
        "customer": [i // 3 for i in range(len(channel))],
        "channel": [channel[i] for i in order],
    }


CONTACT = SCORE + 'customer = "customer"\ncontact = "channel"\n'
TOLD = told(excellent_phone=30, excellent_chat=12, excellent_web=8, awful_phone=10, awful_web=30)
BASE = contacts(phone=200, chat=100, web=300)


def find(study):
    (found,) = study.findings([NAME])
    return found


def cases(finding):
    return [sentence.case.partition(".")[2] for sentence in finding.story()]


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


class TestStories:
    def test_shares_are_counts_over_counts_with_wilsons_interval(self, make_study):
        found = find(make_study(BASE, CONTACT, stories=(TOLD, STORIES))).numbers
        assert (found.stories, found.contacts_known) == (90, 600)
        assert found.base_human_share == pytest.approx(0.5)
        for part, human, n in zip(found.human_share, (42, 10), (50, 40), strict=True):
            assert (part.n, part.share) == (n, pytest.approx(human / n))
            ends = proportion_confint(human, n, method="wilson")
            assert (part.share_low, part.share_high) == pytest.approx(ends)
            assert part.lift == pytest.approx(human / n / 0.5)
            assert part.lift_low < part.lift < part.lift_high
        assert found.human_lift == pytest.approx(0.84 / 0.5)
        assert found.excellent_less_awful == pytest.approx(0.84 - 0.25)

    def test_each_contact_has_its_own_lift(self, make_study):
        found = find(make_study(BASE, CONTACT, stories=(TOLD, STORIES))).numbers
        by_contact = {one.contact: one for one in found.contacts}
        assert list(by_contact) == ["phone", "chat", "web"]
        assert [one.kind for one in by_contact.values()] == ["human", "human", "digital"]
        phone = by_contact["phone"]
        assert phone.base_share == pytest.approx(1 / 3)
        assert phone.stories[0].share == pytest.approx(0.6)
        assert phone.stories[0].lift == pytest.approx(1.8)
        shares = [one.stories[0].share for one in by_contact.values()]
        assert sum(shares) == pytest.approx(1)

    def test_weights_count_in_the_base_and_customers_widen_it(self, make_study):
        answers = BASE | {"weight": [2 if name == "web" else 1 for name in BASE["channel"]]}
        found = find(
            make_study(answers, CONTACT + 'weight = "weight"', stories=(TOLD, STORIES))
        ).numbers
        assert found.base_human_share == pytest.approx(300 / 900)
        same = {**BASE, "channel": [BASE["channel"][3 * (i // 3)] for i in range(600)]}
        alike = find(make_study(same, CONTACT, stories=(TOLD, STORIES))).numbers
        alone = find(
            make_study(same, SCORE + 'contact = "channel"', stories=(TOLD, STORIES))
        ).numbers
        width = alike.base_human_share_high - alike.base_human_share_low
        assert width > 1.5 * (alone.base_human_share_high - alone.base_human_share_low)

    @pytest.mark.parametrize(
        ("excellent", "base", "case"),
        [
            ({"phone": 90, "web": 10}, {"phone": 300, "web": 300}, "people_more"),
            ({"phone": 20, "web": 80}, {"phone": 300, "web": 300}, "people_less"),
            ({"phone": 52, "web": 48}, {"phone": 300, "web": 300}, "people_same"),
        ],
    )
    def test_the_first_sentence_is_about_the_lift(self, make_study, excellent, base, case):
        stories = told(**{f"excellent_{name}": n for name, n in excellent.items()})
        found = find(make_study(contacts(**base), CONTACT, stories=(stories, STORIES)))
        assert cases(found)[0] == case

    def test_without_a_base_there_is_no_lift_and_it_says_so(self, make_study):
        found = find(make_study(BASE, SCORE, stories=(TOLD, STORIES)))
        assert found.numbers.base_human_share is None
        assert found.numbers.human_lift is None
        assert cases(found)[0] == "people_no_base"
        assert checks(found)["no_base"] == "refuse"
        assert "lift" not in [column.key for column in found.table().columns]

    def test_contacts_that_nobody_understands_are_no_base(self, make_study):
        found = find(make_study(contacts(foo=100), CONTACT, stories=(TOLD, STORIES)))
        assert checks(found)["no_base"] == "refuse"
        assert checks(found)["unknown"] == "warn"
        assert "foo" in next(c.text for c in found.checks() if c.check == "unknown")

    def test_a_base_without_humans_gives_no_lift(self, make_study):
        found = find(make_study(contacts(web=300), CONTACT, stories=(TOLD, STORIES)))
        assert found.numbers.base_human_share == 0
        assert found.numbers.human_lift is None
        assert cases(found)[0] == "people_no_lift"
        assert checks(found)["no_lift"] == "refuse"

    def test_without_polarity_all_stories_are_told_together(self, make_study):
        found = find(
            make_study(BASE, CONTACT, stories=(TOLD, 'text = "text"\ncontact = "contact"'))
        )
        (part,) = found.numbers.human_share
        assert (part.polarity, part.n) == ("told", 90)
        assert found.numbers.human_lift == pytest.approx(52 / 90 / 0.5)
        assert found.numbers.excellent_less_awful is None
        assert not any(case.startswith("awful") for case in cases(found))

    def test_stories_that_cannot_be_placed_are_left_out_and_told(self, make_study):
        stories = told(excellent_phone=20, excellent_pigeon=15, odd_phone=14)
        found = find(make_study(BASE, CONTACT, stories=(stories, STORIES)))
        assert found.numbers.stories == 20
        text = next(c.text for c in found.checks() if c.check == "unknown")
        assert "pigeon" in text
        assert "odd" in text
        assert " 29 of the stories" in text

    def test_what_few_wrote_is_not_shown(self, make_study):
        stories = told(excellent_phone=20, excellent_Virtanen=9)
        found = find(make_study(BASE, CONTACT, stories=(stories, STORIES)))
        assert checks(found)["unknown_rare"] == "warn"
        assert "Virtanen" not in str(found.to_dict())

    def test_a_polarity_with_few_stories_is_not_shown(self, make_study):
        stories = told(excellent_phone=30, excellent_web=10, awful_phone=4, awful_web=5)
        found = find(make_study(BASE, CONTACT, stories=(stories, STORIES)))
        awful = found.numbers.human_share[1]
        assert (awful.n, awful.share, awful.lift) == (9, None, None)
        assert checks(found)["few_stories"] == "refuse"
        assert all(one.stories[1].share is None for one in found.numbers.contacts)

    def test_a_contact_with_few_stories_is_not_shown(self, make_study):
        stories = told(excellent_phone=30, excellent_web=10, excellent_letter=9)
        found = find(make_study(BASE, CONTACT, stories=(stories, STORIES)))
        assert [one.contact for one in found.numbers.contacts] == ["phone", "web"]
        assert checks(found)["left_out"] == "ok"
        assert found.numbers.human_share[0].share == pytest.approx(39 / 49)

    def test_a_contact_with_few_answers_has_no_base(self, make_study):
        base = contacts(phone=300, chat=9, web=291)
        found = find(make_study(base, CONTACT, stories=(TOLD, STORIES))).numbers
        chat = next(one for one in found.contacts if one.contact == "chat")
        assert chat.base_share is None
        assert chat.stories[0].lift is None
        assert chat.stories[0].share == pytest.approx(12 / 50)

    def test_few_customers_give_no_interval(self, make_study):
        base = contacts(phone=20, web=20)
        found = find(make_study(base, CONTACT, stories=(TOLD, STORIES)))
        assert found.numbers.base_human_share == pytest.approx(0.5)
        assert found.numbers.base_human_share_low is None
        assert cases(found)[0] == "people_no_lift"

    def test_the_told_ninety_per_cent_is_shown_as_what_it_is(self, make_study):
        stories = told(excellent_phone=90, excellent_web=10)
        found = find(make_study(BASE, CONTACT, stories=(stories, STORIES)))
        assert "told_holds" in cases(found)
        fewer = told(excellent_phone=70, excellent_web=30)
        assert "told_fails" in cases(find(make_study(BASE, CONTACT, stories=(fewer, STORIES))))
        assert checks(found)["told"] == "warn"


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Excellent", "excellent"),
        ("erinomainen", "excellent"),
        (" + ", "excellent"),
        ("1.0", "excellent"),
        ("-1", "awful"),
        ("Surkea", "awful"),
        ("negative", "awful"),
        ("so so", None),
        ("", None),
    ],
)
def test_words_for_polarity(text, polarity):
    assert polarity_of(text) == polarity


class TestRefusals:
    def test_neither_stories_nor_agents(self, make_study):
        found = find(make_study(BASE, CONTACT))
        assert found.is_refused
        assert found.story()[0].case == "refusals.encounters_nothing"
        assert found.story()[0].advice
        assert plain(found.numbers)["human_share"] == []

    def test_too_few_stories(self, make_study):
        found = find(make_study(BASE, CONTACT, stories=(told(excellent_phone=5), STORIES)))
        assert found.story()[0].case == "refusals.encounters_too_few"

    def test_no_story_at_all(self, make_study):
        empty = "text,polarity,contact\n"
        found = find(make_study(BASE, CONTACT, stories=(empty, STORIES)))
        assert found.story()[0].case == "refusals.encounters_too_few"


def served(seed=1, *, agents=40, customers=900, spread=0.6, sorting=0.0, hidden=20.0, direct=0.0):
    """Draw answers served by agents, two channels, with worth 30 a point and a hidden mood."""
    rng = np.random.default_rng(seed)
    n = 3 * customers
    customer = np.repeat(np.arange(customers), 3)
    quality = spread * rng.standard_normal(agents)
    before = rng.lognormal(0, 0.5, customers)[customer]
    agent = rng.integers(0, agents, n)
    if sorting:
        better = np.argsort(quality)
        agent = np.where(rng.random(n) < sorting * (before > 1.2), better[-1 - agent // 4], agent)
    mood = rng.standard_normal(n)
    score = np.clip(np.rint(4 + quality[agent] + 0.2 * before + mood), 1, 7)
    worth = 100 + 30 * score + 10 * before + hidden * mood + 20 * rng.standard_normal(n)
    worth += direct * rng.standard_normal(agents)[agent]
    channel = np.where(agent % 2, "phone", "chat")
    return {
        "score": score.astype(int).tolist(),
        "customer": customer.tolist(),
        "channel": channel.tolist(),
        "agent": [f"a{i}" for i in agent],
        "worth": worth.round(2).tolist(),
        "before": before.round(3).tolist(),
        "region": [f"r{i}" for i in rng.integers(0, 4, customers)[customer]],
    }


class TestAgents:
    def test_the_instrument_finds_what_a_point_is_worth_and_least_squares_does_not(
        self, make_study
    ):
        found = find(make_study(served(), AGENTS))
        agents = found.numbers.agents
        assert agents.worth_per_point_low < 30 < agents.worth_per_point_high
        assert agents.ols_low > 35
        assert agents.first_stage_f > 50
        assert cases(found) == ["cause_more", "ols_high", "alike_high", "spread"]
        assert found.n == agents.n == 2700
        assert agents.agents == 40
        # Whole points between 1 and 7 take a little off what agents differ.
        assert agents.agent_sd == pytest.approx(0.6, rel=0.25)
        assert [one.status for one in agents.balance] == ["ok", "ok"]
        assert checks(found)["assumes"] == "warn"

    def test_only_the_instrument_causes(self, make_study):
        found = find(make_study(served(), AGENTS))
        texts = {sentence.case: sentence.text for sentence in found.story()}
        assert "causes" in texts.pop("encounters.cause_more")
        assert not any("cause" in text for text in texts.values())

    def test_stories_and_agents_stand_in_one_finding(self, make_study):
        found = find(make_study(served(), AGENTS, stories=(TOLD, STORIES)))
        assert found.numbers.agents.worth_per_point is not None
        assert found.numbers.base_human_share == 1
        assert cases(found)[0] == "people_less"

    def test_customers_who_are_sorted_are_refused(self, make_study):
        found = find(make_study(served(sorting=0.8), AGENTS))
        assert found.numbers.agents.worth_per_point is None
        assert found.numbers.agents.ols is None
        assert checks(found)["agents_sorted"] == checks(found)["balance_sorted"] == "refuse"
        by_column = {one.column: one.status for one in found.numbers.agents.balance}
        assert by_column["before"] == "sorted"
        assert by_column["region"] != "sorted"
        assert cases(found) == ["untold_sorted"]
        assert found.chart() is None

    def test_sorting_by_a_text_is_seen(self, make_study):
        answers = served()
        rng = np.random.default_rng(3)
        region = [
            f"r{int(name[1:]) % 4}" if rng.random() < 0.5 else "r0" for name in answers["agent"]
        ]
        found = find(make_study(answers | {"region": region}, AGENTS))
        by_column = {one.column: one.status for one in found.numbers.agents.balance}
        assert by_column == {"before": "ok", "region": "sorted"}

    def test_channels_are_no_sorting(self, make_study):
        """Phone customers are older than chat customers; within each, chance decides."""
        answers = served()
        rng = np.random.default_rng(4)
        before = [
            round(float(rng.normal(5.0 if name == "phone" else 3.0, 1.0)), 3)
            for name in answers["channel"]
        ]
        within = find(make_study(answers | {"before": before}, AGENTS))
        assert [one.status for one in within.numbers.agents.balance] == ["ok", "ok"]
        blind = AGENTS.replace('contact = "channel"\n', "")
        across = find(make_study(answers | {"before": before}, blind))
        assert across.numbers.agents.balance[0].status == "sorted"

    def test_agents_alike_are_too_weak(self, make_study):
        found = find(make_study(served(spread=0.0), AGENTS))
        assert found.numbers.agents.worth_per_point is None
        assert checks(found)["agents_weak"] == "refuse"
        assert found.numbers.agents.first_stage_f is not None

    def test_few_agents(self, make_study):
        found = find(make_study(served(agents=12), AGENTS, stories=(TOLD, STORIES)))
        assert found.numbers.agents is None
        assert checks(found)["agents_few"] == "refuse"

    def test_few_customers(self, make_study):
        rows = {name: values[:36] for name, values in served(agents=2).items()}
        found = find(make_study(rows, AGENTS, stories=(TOLD, STORIES)))
        assert checks(found)["agents_few"] == "refuse"

    def test_without_alike_chance_cannot_be_checked(self, make_study):
        found = find(make_study(served(), AGENTS.replace('alike = ["before", "region"]\n', "")))
        assert found.numbers.agents.worth_per_point is None
        assert found.numbers.agents.balance == ()
        assert checks(found)["agents_no_alike"] == "refuse"

    def test_without_worth_only_the_agents_are_told(self, make_study):
        found = find(make_study(served(), ROWS + 'alike = ["before"]\n'))
        assert found.numbers.agents.agent_sd > 0.4
        assert checks(found)["agents_no_worth"] == "refuse"
        assert found.table().records[0]["column"] == "before"

    def test_too_many_agents_are_given_up_and_not_the_run(self, make_study):
        answers = {name: values * 4 for name, values in served(agents=40).items()}
        n = len(answers["score"])
        answers["agent"] = [f"a{i}" for i in range(n)]
        roles = AGENTS.replace('alike = ["before", "region"]', 'alike = ["before", "region", "x1"]')
        answers["x1"] = [i % 7 for i in range(n)]
        found = find(make_study(answers, roles, stories=(TOLD, STORIES)))
        assert checks(found)["agents_many"] == "refuse"
        assert found.numbers.human_share[0].share is not None

    def test_agents_who_move_worth_in_other_ways_are_told(self, make_study):
        found = find(make_study(served(direct=15.0), AGENTS))
        assert checks(found)["other_ways"] == "warn"
        clean = find(make_study(served(), AGENTS))
        assert checks(clean)["one_way"] == "ok"

    def test_units_of_worth_only_change_units(self, make_study):
        answers = served()
        cents = answers | {"worth": [100 * worth for worth in answers["worth"]]}
        euros, other = (find(make_study(part, AGENTS)).numbers.agents for part in (answers, cents))
        assert other.worth_per_point == pytest.approx(100 * euros.worth_per_point, rel=1e-9)
        assert other.worth_per_point_low == pytest.approx(100 * euros.worth_per_point_low, rel=1e-7)
        assert other.first_stage_f == pytest.approx(euros.first_stage_f, rel=1e-9)
        assert other.other_ways_p == pytest.approx(euros.other_ways_p, abs=1e-9)

    def test_worth_in_the_customers_table(self, make_study):
        answers = served(hidden=0.0)
        ids = sorted(set(answers["customer"]))
        place = {}
        for i, customer in enumerate(answers["customer"]):
            place.setdefault(customer, i)
        customers = {
            "customer": ids,
            "worth": [answers["worth"][place[i]] for i in ids],
            "before": [answers["before"][place[i]] for i in ids],
        }
        found = find(
            make_study(
                answers,
                ROWS,
                customers=(
                    customers,
                    'customer = "customer"\nworth = "worth"\nalike = ["before"]\n',
                ),
            )
        )
        agents = found.numbers.agents
        assert agents.worth_per_point_low < 10 < agents.worth_per_point_high
        assert [one.status for one in agents.balance] == ["ok"]


def test_every_run_gives_the_same(make_study):
    study = make_study(served(), AGENTS, stories=(TOLD, STORIES))
    assert find(study).to_dict() == find(kuski.open(study.path)).to_dict()
