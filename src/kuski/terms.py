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

TableName = Literal["responses", "customers", "efforts", "actions", "stories", "forecasts"]
Stage = Literal["listen", "understand", "value", "choose", "act"]
ZoneName = Literal["below", "middle", "top"]
DriverKind = Literal["human", "digital", "price", "product", "process"]

STAGES: tuple[Stage, ...] = ("listen", "understand", "value", "choose", "act")
ZONES: tuple[ZoneName, ...] = ("below", "middle", "top")
