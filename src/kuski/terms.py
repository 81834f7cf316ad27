"""The words of the trade, one meaning each.

answer
    One row of the responses table: what one customer said on one occasion.
customer
    Who answers; the cluster of every interval. Without a customer column each answer is one.
score
    The overall rating of the experience.
level
    One step of the score's scale, with a position on it.
zone
    Levels that are treated alike: ``below`` the middle, from the ``middle`` up to below the top,
    and the ``top``.
worth
    What a customer brings after the score was given: money, a 0/1 outcome or another score.
alike
    What customers were before the score; adjusted figures hold them alike on these columns.
driver
    A rating of one part of the experience.
kind
    What sort of thing a driver is: human, digital, price, product or process.
factor
    What customers and leaders talk of: a question of importance and the drivers behind it.
wave
    One round of asking, as a year.
contact
    The way in which customer and company met; five kinds of eight have a human in them.
reason
    What a customer who left said; grouped into treatment, price, product and life.
code
    What a text was found to tell of, as the codebook names it; codes of one kind make a family.
unit
    What is coded and counted: a text, or each of the incidents into which a long one was split.
effort
    A piece of work with a cost, done for a customer or a segment.
eliminate, elevate
    The two plans: lift those below the middle to the middle; lift the middle and above to the top.
replicate
    One of at most 200 random groups of customers; intervals come from resampling them.
finding
    The answer to one question of a leader.
"""

from typing import Literal

TableName = Literal[
    "responses",
    "customers",
    "efforts",
    "actions",
    "stories",
    "forecasts",
    "checked",
    "maxdiff",
    "codes",
]
TextSource = Literal["responses", "customers", "stories"]
Stage = Literal["listen", "understand", "value", "choose", "act"]
ZoneName = Literal["below", "middle", "top"]
DriverKind = Literal["human", "digital", "price", "product", "process"]
ContactKind = Literal["phone", "chat", "face_to_face", "email", "letter", "web", "app", "machine"]
ReasonGroup = Literal["treatment", "price", "product", "life"]
TextLanguage = Literal["fi", "sv", "en"]

STAGES: tuple[Stage, ...] = ("listen", "understand", "value", "choose", "act")
ZONES: tuple[ZoneName, ...] = ("below", "middle", "top")
# Before the name of a column that stands in the customers table and is read beside the answers.
CUSTOMERS = "customers."
# Before the name of a code that stands in the table of codes and is read beside the text.
CODES = "codes."
DRIVER_KINDS: tuple[DriverKind, ...] = ("human", "digital", "price", "product", "process")
CONTACT_KINDS: tuple[ContactKind, ...] = (
    "phone",
    "chat",
    "face_to_face",
    "email",
    "letter",
    "web",
    "app",
    "machine",
)
HUMAN_CONTACTS = CONTACT_KINDS[:5]
TEXT_SOURCES: tuple[TextSource, ...] = ("stories", "responses", "customers")
TEXT_LANGUAGES: tuple[TextLanguage, ...] = ("fi", "sv", "en")
REASON_GROUPS: tuple[ReasonGroup, ...] = ("treatment", "price", "product", "life")
