import re
from itertools import pairwise
from pathlib import Path

import pytest

from kuski import __version__
from kuski.finding import Refusal
from kuski.registry import NAMES
from kuski.report.section import anchor
from kuski.words import say

from . import samples
from .reading import Reading, style_hash

NAMESPACE = "http://www.w3.org/2000/svg"
# In one file with its font; six charts more may not double it.
MOST_BYTES = 300_000
# Of all findings, with as many charts as there are.
MOST_BYTES_OF_ALL = 800_000


def said(text):
    return " ".join(text.split())


@pytest.fixture(scope="module", params=["en", "fi"])
def reading(request, english, finnish) -> Reading:
    return Reading(english if request.param == "en" else finnish)


def test_the_page_has_no_script_and_no_handler(english):
    reading = Reading(english)
    assert not reading.of("script")
    assert not [name for _, attrs in reading.tags for name in attrs if name.startswith("on")]


def test_the_page_asks_for_nothing_from_outside(english):
    addresses = set(re.findall(r"[a-z]+://[^\s\"'<)]+", english))
    assert addresses == {NAMESPACE, "https://doi.org/10.1257/aer.101.3.532"}
    reading = Reading(english)
    assert not any(reading.of(tag) for tag in ("link", "img", "iframe", "object", "image"))
    assert all(target.startswith("#") for target in reading.attributes("href"))
    urls = re.findall(r"url\(([^)]*)\)", english)
    assert all(url.startswith(("#", "data:font/woff2")) for url in urls)


def test_its_own_security_policy_allows_its_style_and_no_script(english):
    reading = Reading(english)
    policy = next(meta["content"] for meta in reading.of("meta") if "http-equiv" in meta)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert f"style-src '{style_hash(''.join(reading.styles))}'" in policy
    assert not reading.attributes("style")


def test_the_page_is_small(english):
    assert len(english.encode()) < MOST_BYTES


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_finding_is_told_whole(page, language):
    text = Reading(page(language=language)).text
    for finding in samples.findings():
        told = finding.translated(language)
        for part in (told.title, told.caption, told.method, *told.sources):
            assert said(part) in text
        for sentence in told.story():
            assert said(sentence.text) in text
            assert said(sentence.advice) in text
        for check in told.checks():
            assert said(check.text) in text
        for row in told.table().cells():
            assert all(said(cell) in text for cell in row)


def test_the_message_is_the_heading_of_its_finding(english):
    headings = [said(text) for level, text in Reading(english).headings if level == 3]
    assert headings == [said(finding.story()[0].text) for finding in samples.findings()]


def test_the_decision_is_the_first_heading(english):
    level, text = Reading(english).headings[0]
    assert (level, text) == (1, samples.elevate().story()[0].text)


def test_headings_never_skip_a_level(reading):
    levels = [level for level, _ in reading.headings]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_only_stages_with_findings_get_a_chapter_under_the_leaders_question(english):
    reading = Reading(english)
    chapters = [attrs["id"] for attrs in reading.of("section") if attrs.get("class") == "chapter"]
    assert chapters == ["listen", "value"]
    assert say("report.stage_value_question", "en") in reading.text
    assert say("report.stage_choose_question", "en") not in reading.text


def test_each_chart_stands_wide_and_narrow_with_its_message_as_its_name(english):
    reading = Reading(english)
    pictures = [attrs for attrs in reading.of("svg") if attrs.get("class") == "chart"]
    messages = [finding.story()[0].text for finding in samples.findings()]
    assert [picture["aria-label"] for picture in pictures] == [m for m in messages for _ in "wn"]
    classes = reading.attributes("class")
    assert classes.count("wide") == classes.count("narrow") == len(messages)


def test_ids_are_unique_and_every_link_has_its_place(reading):
    ids = reading.attributes("id")
    assert len(ids) == len(set(ids))
    places = {target[1:] for target in reading.attributes("href")}
    named = reading.attributes("aria-labelledby") + reading.attributes("aria-describedby")
    assert places | set(named) <= set(ids)


def test_the_page_has_landmarks_and_says_its_language(english, finnish):
    for page, language in ((english, "en"), (finnish, "fi")):
        reading = Reading(page)
        assert reading.of("html") == [{"lang": language}]
        assert all(len(reading.of(tag)) == 1 for tag in ("main", "nav", "footer"))


def test_table_headings_have_a_scope(reading):
    assert {attrs["scope"] for attrs in reading.of("th")} == {"col", "row"}


def test_a_status_is_said_in_words_and_by_its_shape(english):
    reading = Reading(english)
    for status in ("ok", "warn", "refuse"):
        assert f"#shape-{status}" in reading.attributes("href")
        assert say(f"report.status_{status}", "en") in reading.text


def test_names_from_the_data_stay_text(page):
    html = page(study=samples.NASTY, source='" onload="x')
    reading = Reading(html)
    assert not reading.of("script")
    assert reading.text.count(samples.NASTY) > 3
    assert not [name for _, attrs in reading.tags for name in attrs if name == "onload"]


def test_a_refused_finding_says_why_and_what_next_without_a_chart(page):
    refused = samples.refused()
    html = page([samples.elevate(), refused])
    reading = Reading(html)
    sentence = refused.story()[0]
    assert f"This question gets no answer here {sentence.text}" in reading.text
    assert f"The next step: {sentence.advice}" in reading.text
    section = html[html.index('id="value-effort"') :]
    assert 'class="chart"' not in section
    assert [text for level, text in reading.headings if level == 3][-1] == refused.question


def test_refusals_alone_make_a_page(page):
    reading = Reading(page([samples.refused()]))
    assert samples.refused().story()[0].text in reading.headings[0][1]


def test_a_page_of_no_findings_says_so(page):
    assert say("report.nothing", "fi") in Reading(page([], language="fi")).text


def test_who_made_it_and_when_stand_on_the_page(english, finnish):
    assert f"Made with Kuski {__version__} · 22 November 2026" in Reading(english).text
    assert f"Tehty Kuskilla, versio {__version__} · 22. marraskuuta 2026" in Reading(finnish).text
    assert "Data: responses.parquet" in Reading(english).text


def test_the_same_findings_give_the_same_bytes(page, english):
    assert page() == english


def test_headline_intervals_step_back(english):
    assert '6.8 <span class="interval short">(4.2 to 11.9)</span>' in english


def test_the_real_findings_are_told_whole(page, demo_company):
    findings = list(demo_company.findings.values())
    for language in ("en", "fi"):
        reading = Reading(page(findings, language=language))
        for finding in findings:
            told = finding.translated(language)
            shown = told.story() if not isinstance(told, Refusal) else told.story()[:1]
            assert all(said(sentence.text) in reading.text for sentence in shown)
            assert all(said(check.text) in reading.text for check in told.checks())


def test_no_template_names_a_host():
    folder = Path(__file__).parents[2] / "src" / "kuski" / "report" / "templates"
    for file in folder.iterdir():
        assert "://" not in file.read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["en", "fi"])
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def every(page, every_finding, language) -> str:
    return page(every_finding, language=language)


def test_every_finding_there_is_has_its_section_and_both_its_pictures(every, every_finding):
    assert [finding.name for finding in every_finding] == list(NAMES)
    assert not [finding.name for finding in every_finding if isinstance(finding, Refusal)]
    sections = [attrs["id"] for attrs in Reading(every).of("article")]
    assert sections == [anchor(name) for name in NAMES]
    for part in every.split("<article")[1:]:
        assert part.count('class="chart"') == 2
        assert part.count("<table") == 1


def test_every_finding_there_is_is_told_whole(every, every_finding, language):
    text = Reading(every).text
    for finding in every_finding:
        told = finding.translated(language)
        assert all(said(sentence.text) in text for sentence in told.story())
        assert all(said(check.text) in text for check in told.checks())
        assert all(said(cell) in text for row in told.table().cells() for cell in row)


def test_hard_names_stay_text_in_every_section(every):
    reading = Reading(every)
    assert not reading.of("script")
    assert not reading.of("img")
    assert not reading.of("b")
    assert not [name for _, attrs in reading.tags for name in attrs if name.startswith("on")]
    assert all(hard in reading.text for hard in samples.HARD.values())


def test_a_page_of_every_finding_keeps_its_promises(every):
    reading = Reading(every)
    ids = reading.attributes("id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in reading.attributes("href") if target[:1] == "#"} <= set(ids)
    levels = [level for level, _ in reading.headings]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(every.encode()) < MOST_BYTES_OF_ALL


def test_a_study_of_a_score_alone_refuses_all_of_the_stage_and_says_what_next(
    page, every_refusal, language
):
    refused = [finding for finding in every_refusal if finding.name.startswith("understand.")]
    assert all(isinstance(finding, Refusal) for finding in refused)
    reading = Reading(page(every_refusal, language=language))
    chapter = [attrs["id"] for attrs in reading.of("article") if "refused" in attrs["class"]]
    assert {anchor(finding.name) for finding in refused} <= set(chapter)
    for finding in refused:
        sentence = finding.translated(language).story()[0]
        assert said(sentence.text) in reading.text
        assert said(sentence.advice) in reading.text
