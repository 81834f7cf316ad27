"""Every key of a study file is found on its own line, however the file is laid out."""

import pytest

from kuski.lines import key_lines, line_of

TEXT = '''# a remark with [brackets] and = signs
[study]
name = "a = b"        # not = a key
note = """
key = 1
[table]
"""

[ responses . "inner one" ]   # spaces around
"quoted.key" = 'it''s'
  dotted . "far" . key = [
    "x",   # ] not the end
    { column = "a", scale = [1,
        5] },
    [ [1], [2] ],
  ]
empty = []
inline = { a = { b = 1 }, c = "}" }
last = \'\'\'
fake = 2\'\'\'
date = 2024-05-01 12:00:00
[[rows]]
x = 1
[[rows]]
x = 2
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("study",), 2),
        (("study", "name"), 3),
        (("study", "note"), 4),
        (("responses",), 9),
        (("responses", "inner one"), 9),
        (("responses", "inner one", "quoted.key"), 10),
        (("responses", "inner one", "dotted", "far", "key"), 11),
        (("responses", "inner one", "dotted", "far", "key", "0"), 12),
        (("responses", "inner one", "dotted", "far", "key", "1", "column"), 13),
        (("responses", "inner one", "dotted", "far", "key", "1", "scale", "1"), 14),
        (("responses", "inner one", "dotted", "far", "key", "2", "1", "0"), 15),
        (("responses", "inner one", "empty"), 17),
        (("responses", "inner one", "inline", "a", "b"), 18),
        (("responses", "inner one", "inline", "c"), 18),
        (("responses", "inner one", "last"), 19),
        (("responses", "inner one", "date"), 21),
        (("rows", "0", "x"), 23),
        (("rows", "1"), 24),
        (("rows", "1", "x"), 25),
    ],
)
def test_each_key_has_its_line(place, line):
    text = TEXT.replace("it''s", "its")
    assert key_lines(text)[place] == line
    assert key_lines(text.replace("\n", "\r\n"))[place] == line


def test_texts_and_remarks_hold_no_keys():
    names = {part for place in key_lines(TEXT.replace("it''s", "its")) for part in place}
    assert not names & {"key = 1", "table", "fake", "not", "b "}


def test_the_nearest_thing_that_holds_a_key_is_found():
    lines = key_lines("[a]\nb = 1\n")
    assert line_of(lines, ("a", "b", "c", "d")) == 2
    assert line_of(lines, ("a", "x")) == 1
    assert line_of(lines, ("x", "y")) is None


@pytest.mark.parametrize("text", ["", "\n# only a remark", "a = 1", 'a = "x"'])
def test_short_texts_are_walked_to_their_end(text):
    assert set(key_lines(text)) <= {("a",)}
