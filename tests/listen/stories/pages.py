"""Stories made up for the review page: ordinary ones, and some that try to break it."""

from datetime import date

from kuski.listen.stories.event import Said, Word
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import Mark
from kuski.listen.stories.review import render_review, review
from kuski.text.masking import personal
from kuski.text.seeds import Hit

from .book import BOOK, story

WORDS = {
    "jonot": ("factor", "speed"), "odottaa": ("factor", "speed"), "hour": ("factor", "speed"),
    "kalliit": ("factor", "price"), "cheap": ("factor", "price"), "dyrt": ("factor", "price"),
    "ystävällinen": ("factor", "friendliness"), "kind": ("factor", "friendliness"),
    "vänlig": ("factor", "friendliness"), "soitin": ("contact", "phone"),
    "phone": ("contact", "phone"), "script": ("factor", "speed"),
    "شكرا": ("factor", "friendliness"),
}  # fmt: skip
ORDINARY = [
    ("fi", "Jonot olivat järjettömät, jouduin odottaa yli tunnin. Hoitaja oli silti ystävällinen."),
    ("fi", "Soitin kolmesti. Hinnat ovat kalliit, mutta asiakaspalvelija oli ystävällinen."),
    ("fi", "Kalliit mutta hyvät. Jonot liikkuivat nopeasti."),
    ("sv", "Personalen var vänlig och hjälpte mig genast, men det blev dyrt."),
    ("sv", "Dyrt! Inget mer att säga, jag kommer inte tillbaka."),
    ("en", "I waited an hour on the phone. The man was kind and put it right at once."),
    ("en", "Cheap and cheerful, and the waiter was so kind to our children."),
    ("en", "Half an hour for a coffee, and nobody said a word."),
]
HOSTILE = [
    "<script>document.title='broken'</script> I waited an hour",
    "<img src=x onerror=\"document.title='broken'\"> hour",
    "</mark></blockquote></style><style>body{display:none}</style> cheap",
    "'\"><svg onload=alert(1)> &lt;b&gt; kind {{ 7*7 }} {% raw %} hour",
    "\u202egnp.exe hour \u2066 kind",
    "شكرا جزيلا على الخدمة، I waited an hour شكرا",
    "\x00\x1b[31mred\x07 hour \x85 \ud800 \ufffe",
    "😀🙈👍🏽 hour",
    "Kindlypleaseopenthedoorwithoutanyblanksbetweenthewords" * 30 + " hour",
    "One. " * 200 + "Then I waited an hour. " + "Two. " * 400 + "So cheap!",
    "Call me on 040 1234567 or anna.aalto@example.org, I waited an hour.",
    "-" * 5000,
]


def hits(text):
    found = []
    for word, (family, code) in WORDS.items():
        at = text.casefold().find(word)
        if at >= 0 and len(text.casefold()) == len(text):
            found.append(Hit(family, code, at, at + len(word), 1.0, "seed"))
    return found


def stories():
    made = []
    for n, (language, text) in enumerate([*ORDINARY, *(("en", text) for text in HOSTILE)]):
        given = dict.fromkeys(hit.code for hit in hits(text) if hit.family == "factor")
        machine = {
            "factor": tuple(Mark(code, (-1, 1, 0)[n % 3]) for code in given),
            "contact": (Mark("phone"),) if "phone" in text or "Soitin" in text else (),
            "polarity": (Mark(("negative", "positive")[n % 2]),),
            "intensity": (Mark(str(1 + n % 3)),),
        }
        chances = {code: 0.55 + 0.4 * (n % 5) / 4 if code in given else 0.08
                   for code in ("speed", "friendliness", "price")}  # fmt: skip
        made.append(
            story(text, language=language, machine=machine, chances=chances,
                  is_unsure=n % 6 == 1, rows=1 + 3 * (n % 4 == 2))
        )  # fmt: skip
    return made


def seen(made, who="Anna <b>Aalto</b>"):
    """Let a person put two stories right."""
    found = {}
    for place, values in (
        (0, {"factor": (Mark("speed", -1),), "polarity": (Mark("negative"),)}),
        (5, {"factor": (Mark("friendliness", 1), Mark("speed", -1)), "contact": (Mark("phone"),)}),
    ):
        one = made[place]
        word = Word(str(place), "2026-11-22", who, Said(one.source, one.text, "random", values))
        found[one.key] = Checked(one.source, one.text, "random", (word,))
    return found


def page(language="en", *, is_masked=False):
    """Render the review of all of them."""
    made = stories()
    found = review(made, seen(made), BOOK)
    return render_review(
        found,
        {text: hits(text) for text in found.texts},
        study="Esimerkki Oy <em>2026</em>",
        today=date(2026, 11, 22),
        language=language,
        hide=personal if is_masked else None,
    )
