"""The random part is a simple random sample however often one draws; the other is of doubt."""

from collections import Counter

import numpy as np
import pytest

from kuski.errors import InputError
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.sample import in_order, passed_over, sample

from .book import story

# Exact binomial limits would do as well; four standard errors fail one run in 16,000 by chance,
# and the seeds are fixed.
SIGMAS = 4.0


def checked(stories, drawn="random"):
    return {each.key: Checked(*each.key, drawn, ()) for each in stories}


def draw(stories, seen=(), *, random=0, uncertain=0, seed=1):
    return sample(stories, dict(seen), random=random, uncertain=uncertain, seed=seed)


STORIES = [story(f"Story number {n}") for n in range(60)]


def test_two_draws_of_ten_are_one_draw_of_twenty():
    first = draw(STORIES, random=10).random
    second = draw(STORIES, checked(first), random=10).random
    assert (*first, *second) == draw(STORIES, random=20).random


def test_every_story_is_as_likely_to_be_drawn_first_as_later():
    n, draws = len(STORIES), 2000
    counts = Counter()
    for seed in range(draws):
        first = draw(STORIES, random=5, seed=seed).random
        second = draw(STORIES, checked(first), random=5, seed=seed).random
        counts.update(each.text for each in (*first, *second))
    share = 10 / n
    error = np.sqrt(draws * share * (1 - share))
    found = np.array([counts[each.text] for each in STORIES])
    assert np.abs(found - draws * share).max() < SIGMAS * error


def test_pairs_come_together_as_often_as_in_a_simple_random_sample():
    n, draws, size = len(STORIES), 3000, 12
    pair = {STORIES[0].text, STORIES[1].text}
    together = sum(
        pair <= {each.text for each in draw(STORIES, random=size, seed=seed).random}
        for seed in range(draws)
    )
    share = size * (size - 1) / (n * (n - 1))
    assert abs(together - draws * share) < SIGMAS * np.sqrt(draws * share)


def test_what_was_checked_at_random_is_never_drawn_again():
    first = draw(STORIES, random=20).random
    again = draw(STORIES, checked(first), random=60, uncertain=60)
    drawn = {each.text for _, each in again.drawn}
    assert not drawn & {each.text for each in first}
    assert (again.stories, again.checked, len(again.random)) == (60, 20, 40)


def test_a_difficult_story_is_not_kept_out_of_the_random_sample():
    ordered = in_order(STORIES, 1)
    hard = ordered[3]
    drawn = draw(STORIES, checked([hard], "uncertain"), random=10)
    assert hard in drawn.random
    assert drawn.random == tuple(ordered[:10])


def test_new_stories_take_their_place_in_the_order():
    old, new = STORIES[:30], STORIES
    first = draw(old, random=10).random
    again = draw(new, checked(first), random=60)
    reach = max(in_order(new, 1).index(each) for each in first)
    assert again.skipped == reach + 1 - len(first)
    assert again.random == tuple(each for each in in_order(new, 1) if each not in first)


def test_a_story_that_was_passed_over_is_offered_first():
    first = draw(STORIES, random=10).random
    again = draw(STORIES, checked(first[1:]), random=3)
    assert again.random[0] == first[0]
    assert again.skipped == 1


def test_the_order_does_not_hang_on_how_the_table_is_sorted():
    backwards = list(reversed(STORIES))
    assert draw(STORIES, random=10).random == draw(backwards, random=10).random


def test_within_each_source_the_sample_is_the_beginning_of_one_order():
    mixed = [story(f"{n}", source="stories" if n % 3 else "responses") for n in range(60)]
    drawn = draw(mixed, random=25).random
    for source in ("stories", "responses"):
        own = [each for each in mixed if each.source == source]
        taken = [each for each in drawn if each.source == source]
        assert taken == in_order(own, 1)[: len(taken)]


def unsure(text, chance, **fields):
    return story(text, chances={"speed": chance, "price": 0.99}, **fields)


def test_the_uncertain_part_takes_what_is_nearest_the_cut():
    many = [unsure(f"word{n} other{n}", n / 100) for n in range(100)]
    drawn = draw(many, uncertain=5).uncertain
    assert {each.chances["speed"] for each in drawn} == {0.48, 0.49, 0.5, 0.51, 0.52}


def test_where_the_machine_has_no_doubt_its_least_sure_are_drawn_all_the_same():
    many = [unsure(f"word{n} other{n}", n / 1000) for n in range(100)]
    assert [each.chances["speed"] for each in draw(many, uncertain=2).uncertain] == [0.099, 0.098]


def test_the_uncertain_part_is_spread_over_codes_and_languages():
    many = [
        story(f"{code}{n} {language}{n}", chances={code: 0.4 + n / 1000, other: 0.999},
              language=language)
        for code, other in (("speed", "price"), ("price", "speed"))
        for language, count in (("fi", 30), ("sv", 30), ("en", 30))
        for n in range(count)
    ]  # fmt: skip
    drawn = draw(many, uncertain=18).uncertain
    assert Counter(each.language for each in drawn) == {"fi": 6, "sv": 6, "en": 6}
    least = Counter(min(each.chances, key=lambda c: abs(each.chances[c] - 0.5)) for each in drawn)
    assert min(least["speed"], least["price"]) >= 6


def test_what_the_machine_calls_unsure_is_among_them():
    many = [unsure(f"a{n} b{n}", 0.5) for n in range(30)]
    odd = unsure("something else", 0.95, is_unsure=True)
    assert odd in draw([*many, odd], uncertain=4).uncertain


def test_near_duplicates_are_drawn_once():
    same = [unsure(f"I waited for a whole hour at the counter{'!' * n}", 0.5) for n in range(20)]
    other = unsure("Cheap and cheerful", 0.4)
    assert len(draw([*same, other], uncertain=10).uncertain) == 2


def test_the_two_parts_do_not_share_a_story_and_their_order_tells_nothing():
    drawn = draw(STORIES, random=20, uncertain=10)
    ids = [each.id for _, each in drawn.drawn]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("random", "uncertain", "told"),
    [(0, 0, "both 0"), (-1, 5, "--random is -1"), (1, -5, "--uncer")],
)
def test_a_number_that_cannot_be_is_an_error(random, uncertain, told):
    with pytest.raises(InputError, match=told):
        draw(STORIES, random=random, uncertain=uncertain)


def test_nothing_to_draw_from_gives_nothing():
    drawn = draw([], random=5, uncertain=5)
    assert (drawn.drawn, drawn.stories) == ((), 0)


def test_one_source_may_be_ahead_of_another():
    mixed = [story(f"{n}", source="stories" if n % 2 else "responses") for n in range(60)]
    own = [each for each in mixed if each.source == "stories"]
    first = draw(own, random=20).random
    assert passed_over(mixed, checked(first), 1) == 0
    assert draw(mixed, checked(first), random=10).skipped == 0
    assert passed_over(mixed, checked(first[1:]), 1) == 1
