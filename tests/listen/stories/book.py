"""A small codebook and stories, made up, for tests that must not hang on the shipped one."""

from kuski.listen.stories.mark import Mark, Values
from kuski.listen.stories.story import Story
from kuski.text.codebook import Code, Codebook, Family


def code(name: str, label: str, finnish: str = "") -> Code:
    labels = {"en": label, "sv": label, "fi": finnish or label}
    words = dict.fromkeys(("en", "sv", "fi"), f"{label}: what it is.")
    return Code(name, labels, words, words, words, "treatment", {}, {}, {}, {})


def family(name: str, kind: str, *codes: Code) -> Family:
    question = dict.fromkeys(("en", "sv", "fi"), f"What {name}?")
    return Family(name, kind, "keeps", question, codes)


BOOK = Codebook(
    1,
    (
        family(
            "factor",
            "many",
            code("speed", "Speed", "Nopeus"),
            code("friendliness", "Friendliness", "Ystävällisyys"),
            code("price", "Price and value", "Hinta"),
        ),
        family(
            "contact",
            "many",
            code("phone", "Phone", "Puhelin"),
            code("face_to_face", "Face to face", "Kasvokkain"),
        ),
        family(
            "polarity",
            "one",
            code("negative", "Negative", "Kielteinen"),
            code("positive", "Positive", "Myönteinen"),
        ),
        family("intensity", "one", code("1", "Weak"), code("2", "Clear"), code("3", "Strong")),
    ),
)
MACHINE: Values = {
    "factor": (Mark("speed", -1), Mark("price", 1)),
    "contact": (Mark("phone"),),
    "polarity": (Mark("negative"),),
    "intensity": (Mark("2"),),
}


def story(text: str, **fields: object) -> Story:
    """Make a story; what is not told is as ever."""
    usual = {
        "source": "responses",
        "language": "en",
        "rows": 1,
        "is_unsure": False,
        "machine": MACHINE,
        "chances": {"speed": 0.9, "friendliness": 0.1, "price": 0.8},
    }
    return Story(text=text, **{**usual, **fields})
