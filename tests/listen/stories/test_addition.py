"""A code of one's own is put into the codebook file, and nothing else of the file changes."""

import pytest

from kuski.errors import InputError
from kuski.listen.stories.addition import Addition, add_code
from kuski.text.codebook import load, shipped

NEW = Addition("contact", "pigeon", 'By "pigeon"\x7f', "A bird came.", {"fi": ("kyyhky*", "lintu")})
OWN = """\
# My book.
version = 1

[[families]]
name = "contact"   # mine

[[families.codes]]
code = "smoke"
[families.codes.seeds]
en = ["smoke signal"]

# Another family.
[[families]]
name = "tone"
[[families.codes]]
code = "sung"
[families.codes.seeds]
en = ["sing"]
"""


def test_a_file_is_made_where_there_is_none(tmp_path):
    path = tmp_path / "book.toml"
    book = add_code(path, NEW)
    assert book == load(path)
    code = next(code for code in book.family("contact").codes if code.code == "pigeon")
    assert (code.label["fi"], code.definition["en"]) == ('By "pigeon"\x7f', "A bird came.")
    assert code.seeds == {"fi": ("kyyhky*", "lintu")}
    assert book.family("tone") == shipped().family("tone")


@pytest.mark.parametrize("family", ["contact", "tone", "size"])
def test_every_line_of_the_file_stays_as_it_was(tmp_path, family):
    path = tmp_path / "book.toml"
    path.write_text(OWN, encoding="utf-8")
    book = add_code(path, Addition(family, "pigeon", "", "", {"en": ("bird",)}))
    left = path.read_text(encoding="utf-8").splitlines()
    for line in OWN.splitlines():
        left.remove(line)
    assert any("pigeon" in line for line in left)
    for column in (("contact", "smoke"), ("tone", "sung"), (family, "pigeon")):
        assert column in book.columns


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (Addition("contact", "smoke", "", "", {"en": ("x",)}), "already"),
        (Addition("contact", "phone", "", "", {"en": ("x",)}), "already"),
        (Addition("mood", "glad", "", "", {"en": ("x",)}), "no family mood"),
        (Addition("contact", "Not A Name", "", "", {"en": ("x",)}), "book.toml"),
        (Addition("contact", "fine", "", "", {"en": ("...",)}), "book.toml"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_as_it_was(tmp_path, new, told):
    path = tmp_path / "book.toml"
    path.write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        add_code(path, new)
    assert path.read_text(encoding="utf-8") == OWN
    assert list(tmp_path.iterdir()) == [path]
