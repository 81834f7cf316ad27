"""`listen.stories` on made-up tables of codes: counted by hand, set right, and what it refuses."""

import krippendorff
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kuski
from kuski.finding import plain
from kuski.stats.ppi import CheckedSums, corrected_share
from kuski.text.codebook import shipped

from .told import (
    SCORE,
    SCORES,
    STORY,
    TRUE,
    TRUE_HUMAN,
    draw,
    rows_of,
    write_codes,
)

NAME = "listen.stories"
CONTACT = SCORE + 'contact = "channel"\n'
CONTACTS = SCORES | {"channel": ["phone", "web", "web"] * 20}


@pytest.fixture
def made(study_file):
    """Return a function that makes a study of tables of codes, and finds what is told."""

    def make(*tables, answers=SCORES, roles=SCORE, study=""):
        stories = (STORY, 'text = "text"\n[codes]\ncodebook = "book.toml"')
        path = study_file(answers, roles, study=study, stories=stories)
        write_codes(path.parent, *tables)
        (found,) = kuski.open(path).findings([NAME])
        return found

    return make


def cases(finding):
    return [sentence.case.partition(".")[2] for sentence in finding.story()]


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def part(finding, code, polarity, *, family="factor", kind="told", source=0):
    found = finding.numbers.sources[source].code(family, code)
    return next(one for one in getattr(found, kind) if one.polarity == polarity)


def by_hand(columns, code, polarity):
    """Count a share within a polarity as the codes stand."""
    inside = np.array(columns["polarity"]) == polarity
    return np.array(columns[code])[inside].mean(), inside.sum()


class TestUncorrected:
    def test_shares_are_those_of_the_codes_with_that_word_and_no_interval(self, made):
        drawn = draw(random=0)
        found = made(drawn.columns)
        for polarity, word in (("excellent", "positive"), ("awful", "negative")):
            share, n = by_hand(drawn.columns, "speed", word)
            told = part(found, "speed", polarity)
            assert (told.n, told.share_coded) == (n, pytest.approx(share))
            assert (told.share, told.share_low, told.share_high) == (told.share_coded, None, None)
            assert not told.is_corrected
        assert found.numbers.is_corrected is False
        assert "uncorrected" in found.story()[0].text
        assert "uncorrected_means" in cases(found)
        assert "uncorrected" in found.caption
        assert "uncorrected" in {row["way"] for row in found.table().records}
        assert checks(found)["few_checked"] == "warn"

    def test_checked_stories_that_were_not_drawn_at_random_set_nothing_right(self, made):
        drawn = draw(random=0, uncertain=200)
        told = part(made(drawn.columns), "speed", "excellent")
        assert not told.is_corrected
        assert told.share == pytest.approx(by_hand(drawn.columns, "speed", "positive")[0])

    def test_a_share_of_none_is_no_share_that_is_left_out(self, made):
        drawn = draw(random=0)
        price = np.where(np.array(drawn.columns["polarity"]) == "positive", 0, 1)
        drawn.columns["price"] = drawn.columns["price_machine"] = price.tolist()
        assert part(made(drawn.columns), "price", "excellent").share == 0


class TestCorrected:
    def test_shares_are_set_right_by_the_random_part_alone(self, made):
        drawn = draw(400, random=120, uncertain=40)
        columns = {key: np.array(value) for key, value in drawn.columns.items()}
        inside, said_inside = (columns[f"polarity{end}"] == "positive" for end in ("", "_machine"))
        cell = 2 * said_inside + columns["speed_machine"]
        rows = np.zeros((4, 3), int)
        truth = np.where(inside, 1 + columns["speed"], 0)
        np.add.at(rows, (cell[:120], truth[:120]), 1)
        whole = np.bincount(cell, minlength=4)
        wanted = corrected_share(whole, whole, checked=CheckedSums(rows, rows, rows))
        told = part(made(drawn.columns), "speed", "excellent")
        assert told.is_corrected
        assert told.checked == inside[:120].sum()
        assert told.share == pytest.approx(wanted.share)
        assert (told.share_low, told.share_high) == pytest.approx(
            (wanted.interval.low, wanted.interval.high)
        )

    def test_the_truth_is_held_where_the_codes_are_far_from_it(self, made):
        held, far = [], []
        for seed in range(8):
            found = made(draw(1500, seed, random=250).columns)
            for code, shares in TRUE.items():
                for polarity, share in zip(("excellent", "awful"), shares, strict=True):
                    told = part(found, code, polarity)
                    held.append(told.share_low <= share <= told.share_high)
                    far.append(not told.share_low <= told.share_coded <= told.share_high)
            human = found.numbers
            held.append(human.human_share_low <= TRUE_HUMAN[0] <= human.human_share_high)
        # 72 intervals of 95 %: fewer than 62 would come once in ten thousand times.
        assert sum(held) >= 62
        assert sum(far) >= 20

    def test_praise_and_blame_are_set_right_too(self, made):
        drawn = draw(random=200)
        found = made(drawn.columns)
        # All who tell of it in an excellent story praise it, and all others blame it.
        for kind, polarity, truth in zip(
            ("praised", "blamed"), ("excellent", "awful"), TRUE["attention"], strict=True
        ):
            told = part(found, "attention", polarity, kind=kind)
            assert told.is_corrected
            assert told.share_low <= truth <= told.share_high
        assert part(found, "attention", "awful", kind="praised").share == 0

    def test_weights_count(self, made):
        drawn = draw(random=0, weights=[3.0 if i % 2 else 1.0 for i in range(600)])
        inside = np.array(drawn.columns["polarity"]) == "positive"
        weight = np.array(drawn.columns["weight"]) * inside
        told = part(made(drawn.columns), "speed", "excellent")
        assert told.share_coded == pytest.approx(
            weight @ np.array(drawn.columns["speed"]) / weight.sum()
        )
        assert told.n == inside.sum()

    def test_weights_that_leave_few_checked_are_told(self, made):
        heavy = [50.0 if i < 3 else 1.0 for i in range(600)]
        assert checks(made(draw(random=100, weights=heavy).columns))["uneven"] == "warn"

    def test_few_excellent_among_the_checked_leave_their_shares_uncorrected(self, made):
        drawn = draw(random=60)
        drawn.columns["polarity"][:60] = ["negative"] * 55 + ["positive"] * 5
        found = made(drawn.columns)
        assert part(found, "speed", "awful").is_corrected
        assert part(found, "speed", "all").is_corrected
        assert not part(found, "speed", "excellent").is_corrected
        assert checks(found)["partly_checked"] == "warn"
        assert "human_awful" in cases(found)

    def test_a_check_of_chosen_stories_is_found_out(self, made):
        drawn = draw(random=0)
        order = np.argsort(np.array(drawn.columns["polarity_machine"]) == "negative")
        picked = {key: [value[i] for i in order] for key, value in drawn.columns.items()}
        picked["checked"] = ["random"] * 100 + [None] * 500
        assert checks(made(picked))["not_random"] == "warn"
        assert "not_random" not in checks(made(draw(random=100).columns))


class TestAccuracy:
    def test_precision_and_recall_are_counted_on_the_random_part(self, made):
        drawn = draw(random=200, uncertain=100)
        said, there = (np.array(drawn.columns[key])[:200] for key in ("speed_machine", "speed"))
        rates = made(drawn.columns).numbers.sources[0].code("factor", "speed").accuracy
        assert (rates.said, rates.there) == (said.sum(), there.sum())
        assert rates.precision == pytest.approx(there[said == 1].mean())
        assert rates.recall == pytest.approx(said[there == 1].mean())
        assert rates.precision_low < rates.precision < rates.precision_high

    def test_a_poor_coder_is_named(self, made):
        found = made(draw(random=200, coder=(0.4, 0.6)).columns)
        assert checks(found)["poor"] == "warn"
        text = next(one.text for one in found.checks() if one.check == "poor")
        assert "parrots" in text
        assert checks(made(draw(random=200, coder=(0.98, 0.99)).columns))["good"] == "ok"


class TestTwoReaders:
    def test_alpha_is_that_of_the_package(self, made):
        drawn = draw(random=150, second=100)
        found = made(drawn.columns)
        speed = next(one for one in found.numbers.agreement if one.code == "speed")
        pair = [drawn.columns["speed"][:100], drawn.columns["speed_second"][:100]]
        wanted = krippendorff.alpha(np.array(pair, float), level_of_measurement="nominal")
        assert (speed.n, speed.alpha) == (100, pytest.approx(float(wanted)))
        assert speed.alpha_low < speed.alpha < speed.alpha_high

    def test_verdicts_follow_krippendorffs_limits(self, made):
        found = made(draw(random=150, second=100, disagree=0.01).columns).numbers.agreement
        limits = {"reliable": (0.8, 1.01), "tentative": (0.667, 0.8), "poor": (-1.0, 0.667)}
        assert found
        for one in found:
            low, high = limits[one.verdict]
            assert low <= one.alpha < high

    def test_readers_who_disagree_are_told(self, made):
        found = made(draw(random=150, second=100, disagree=0.3).columns)
        assert checks(found)["agree_poor"] == "warn"
        assert checks(made(draw(random=150).columns))["one_reader"] == "warn"

    def test_a_family_that_the_second_was_not_asked_for_is_left_out(self, made):
        found = made(draw(random=150, second=100).columns)
        assert "polarity" not in {one.family for one in found.numbers.agreement}

    def test_steps_of_a_scale_are_set_beside_each_other_as_such(self, made):
        steps = [code.code for code in shipped().family("intensity").codes]
        rng = np.random.default_rng(1)
        one = rng.integers(0, len(steps), 600)
        two = np.clip(one + rng.integers(-1, 2, 600) * (rng.random(600) < 0.3), 0, len(steps) - 1)
        drawn = draw(
            random=150,
            second=100,
            intensity=[steps[i] for i in one],
            intensity_second=[steps[i] if k < 100 else None for k, i in enumerate(two)],
        )
        found = made(drawn.columns).numbers.agreement
        (scale,) = [each for each in found if each.family == "intensity"]
        wanted = krippendorff.alpha(
            np.array([one[:100], two[:100]], float),
            value_domain=range(len(steps)),
            level_of_measurement="ordinal",
        )
        assert (scale.code, scale.n, scale.alpha) == ("", 100, pytest.approx(float(wanted)))

    def test_a_step_that_the_codebook_no_longer_has_makes_no_pair(self, made):
        old = ["1", "2", "3", "furious"] * 150
        drawn = draw(random=150, intensity=old, intensity_second=old[:100] + [None] * 500)
        found = made(drawn.columns).numbers.agreement
        (scale,) = [each for each in found if each.family == "intensity"]
        assert scale.alpha == 1


class TestLift:
    def test_it_is_the_share_of_told_contacts_over_that_of_all(self, made):
        drawn = draw(900, random=0)
        found = made(drawn.columns, answers=CONTACTS, roles=CONTACT)
        lift = next(one for one in found.numbers.sources[0].lifts if one.contact == "human")
        told = [
            is_human
            for is_human, polarity in zip(
                drawn.columns["human"], drawn.columns["polarity"], strict=True
            )
            if polarity == "positive" and is_human is not None
        ]
        assert (lift.n, lift.share) == (len(told), pytest.approx(np.mean(told)))
        assert lift.base_share == pytest.approx(1 / 3)
        assert lift.lift == pytest.approx(3 * np.mean(told))
        assert found.numbers.human_lift == lift.lift
        assert lift.lift_low is None
        assert "lift_bare" in cases(found)

    def test_set_right_it_has_an_interval(self, made):
        answers = {key: value * 20 for key, value in CONTACTS.items()}
        answers["customer"] = list(range(1200))
        found = made(draw(900, random=300).columns, answers=answers, roles=CONTACT)
        numbers = found.numbers
        assert numbers.human_lift_low < numbers.human_lift < numbers.human_lift_high
        assert "lift_more" in cases(found)
        assert "no_base" not in checks(found)

    def test_without_a_base_there_is_none_and_it_says_so(self, made):
        found = made(draw().columns)
        assert found.numbers.human_lift is None
        assert checks(found)["no_base"] == "warn"

    def test_contacts_that_only_the_texts_tell_of_are_no_base(self, study_file):
        path = study_file(
            SCORES | {"comment": [f"responses {i}" for i in range(60)]},
            SCORE + 'comment = "comment"\ncontact = "codes.contact"\n[codes]\n'
            'codebook = "book.toml"',
        )
        codes = draw(60, random=0, source="responses").columns
        codes["contact"] = ["phone" if one else None for one in codes["human"]]
        write_codes(path.parent, codes)
        (found,) = kuski.open(path).findings([NAME])
        assert found.numbers.sources[0].lifts == ()


class TestSources:
    def test_told_stories_come_first_and_the_others_in_a_sentence(self, made):
        comments = draw(120, 3, random=0, source="responses").columns
        found = made(comments, draw().columns)
        assert [one.source for one in found.numbers.sources] == ["stories", "responses"]
        assert found.n == 600
        assert cases(found)[-1] == "other"
        assert "comments in the answers (120 in all)" in found.story()[-1].text

    def test_comments_alone_are_called_so(self, made):
        found = made(draw(random=0, source="responses").columns)
        assert "of the positive comments in the answers" in found.story()[0].text

    def test_what_is_not_counted_is_told_and_in_no_share(self, made):
        drawn = draw(random=0)
        parts = {key: value[:4] for key, value in drawn.columns.items()}
        parts |= {"counted": [None] * 4, "rows": [5] * 4, "copies": [2] * 4}
        found = made(drawn.columns, rows_of("empty", 5), rows_of("no_answer", 7), parts)
        source = found.numbers.sources[0]
        assert (source.n, source.empty, source.no_answer) == (600, 5, 7)
        assert (source.rows, source.repeated) == (620, 8)
        assert part(found, "speed", "all").n == 600
        assert checks(found)["not_coded"] == checks(found)["repeated"] == "ok"

    @pytest.mark.parametrize(
        ("column", "check"), [("unsure", "unsure"), ("language", "no_language")]
    )
    def test_many_that_cannot_be_read_warn(self, made, column, check):
        odd = 1 if column == "unsure" else None
        drawn = draw()
        drawn.columns[column][:20] = [odd] * 20
        few = made(drawn.columns)
        assert checks(few)[check] == "ok"
        drawn.columns[column][:200] = [odd] * 200
        many = made(drawn.columns)
        assert getattr(many.numbers.sources[0], check) == 200
        assert checks(many)[check] == "warn"

    def test_the_sentence_that_stories_are_no_frequencies_is_always_there(self, made):
        for found in (made(draw().columns), made(draw(random=0).columns)):
            assert "told_only" in cases(found)
            assert "not frequencies" in found.caption
            assert checks(found)["told"] == "warn"


class TestDisclosure:
    def test_few_awful_stories_are_not_shown(self, made):
        drawn = draw(random=0)
        mood = ["negative"] * 9 + ["positive"] * 591
        found = made(drawn.columns | {"polarity": mood})
        told = part(found, "speed", "awful")
        assert (told.n, told.share_coded, told.share) == (9, None, None)
        assert checks(found)["few_awful"] == "refuse"
        assert "awful" not in [column.key for column in found.table().columns]

    def test_a_code_that_few_tell_of_is_left_out(self, made):
        drawn = draw(random=0)
        drawn.columns["parrots"] = [1] * 9 + [0] * 591
        found = made(drawn.columns)
        source = found.numbers.sources[0]
        assert source.code("factor", "parrots") is None
        assert source.left_out == 1
        assert checks(found)["left_out"] == "ok"
        assert "Parrots" not in str(found.to_dict())

    def test_without_polarity_all_stories_are_told_together(self, made):
        found = made(draw(random=0).columns | {"polarity": [None] * 600})
        assert "of the told stories" in found.story()[0].text
        assert found.chart() is not None
        assert found.numbers.human_share == part(found, "human", "all", family="contact").share

    def test_no_text_is_told(self, made):
        assert "stories 1" not in str(made(draw().columns).to_dict())


class TestLabels:
    def test_codes_are_called_as_the_codebook_calls_them(self, made):
        found = made(draw().columns)
        names = {row["code"]: row["name"] for row in found.table().records}
        assert names["parrots"] == "Parrots"
        finnish = found.translated("fi").table().records
        assert {row["code"]: row["name"] for row in finnish}["parrots"] == "Papukaijat"


class TestRefusals:
    def test_a_study_without_texts(self, make_study):
        (found,) = make_study(SCORES, SCORE).findings([NAME])
        assert found.story()[0].case == "refusals.stories_no_texts"
        assert plain(found.numbers)["sources"] == []

    def test_texts_that_were_not_coded(self, make_study):
        (found,) = make_study(SCORES, SCORE, stories=(STORY, 'text = "text"')).findings([NAME])
        assert found.story()[0].case == "refusals.stories_not_coded"
        assert "kuski stories code" in found.story()[0].advice

    def test_too_few_texts(self, made):
        assert made(draw(9, random=0).columns).story()[0].case == "refusals.stories_too_few"
        empty = {key: [] for key in draw(5, random=0).columns}
        assert made(empty).story()[0].case == "refusals.stories_too_few"

    def test_a_higher_disclosure_limit_holds(self, made):
        found = made(draw(80, random=0).columns, study="disclosure = 100")
        assert found.story()[0].case == "refusals.stories_too_few"


class TestBadInput:
    def test_a_table_that_lacks_a_code_of_the_book(self, study_file):
        path = study_file(
            SCORES, SCORE, stories=(STORY, 'text = "text"\n[codes]\ncodebook = "book.toml"')
        )
        write_codes(path.parent, draw(60, random=0).columns)
        file = path.parent / "codes.parquet"
        pq.write_table(pq.read_table(file).drop_columns(["parrots_machine"]), file)
        (found,) = kuski.open(path).findings([NAME])
        assert found.story()[0].case == "refusals.stories_not_coded"

    def test_codes_that_are_no_numbers_are_none(self, study_file):
        path = study_file(
            SCORES, SCORE, stories=(STORY, 'text = "text"\n[codes]\ncodebook = "book.toml"')
        )
        write_codes(path.parent, draw(60, random=0).columns)
        file = path.parent / "codes.parquet"
        table = pq.read_table(file)
        place = table.schema.get_field_index("speed")
        odd = pa.array(["many"] * table.num_rows)
        pq.write_table(table.set_column(place, "speed", odd), file)
        (found,) = kuski.open(path).findings([NAME])
        assert found.numbers.sources[0].code("factor", "speed") is None
