"""A segment as the finding tells it: its size, worth, headroom, odds of moving and evidence."""

from dataclasses import dataclass
from typing import Literal

Origin = Literal["given", "crossed", "found"]
Grade = Literal["A", "B", "C"]
PriceSource = Literal["actions", "break_even"]
Outcome = Literal["found", "alike", "not_held", "no_columns", "too_few"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a segment is merged, graded or spoken of.

    Attributes
    ----------
    answers : int
        Fewest answers with a worth of a segment that is shown by itself. Money is skewed, and the
        mean of fewer is mostly luck.
    most : int
        Most segments of one column; the smallest of more go to the others.
    own_a, own_b : float
        How much of a headroom must be the segment's own for grade A, and for grade B.
    stands_out, likely : float
        Probability of having the most headroom from which a segment is said to stand out, or to be
        likely to.
    thin : float
        Share of the people among the others that is a warning.
    apart : float
        How many half-widths of its interval a segment's odds of moving must lie from everybody's
        to be spoken of: one and a half is one chance in three hundred, for some twenty segments.
    agreement : float
        Share for whom trees of both halves must decide alike.
    clipped : float
        Share of the answers that may be hardly comparable.
    used : float
        Share of the scored answers below which a warning says how few were used.
    """

    answers: int = 30
    most: int = 24
    own_a: float = 2 / 3
    own_b: float = 1 / 3
    stands_out: float = 0.975
    likely: float = 0.75
    thin: float = 0.2
    apart: float = 1.5
    agreement: float = 0.7
    clipped: float = 0.05
    used: float = 0.8


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class RuleNumbers:
    """One condition of a segment that was found.

    Attributes
    ----------
    column : str
    above, up_to : float or None
        Limits of a number, None where there is none on that side.
    values : tuple of str or None
        Categories, of a column that holds such.
    """

    column: str
    above: float | None
    up_to: float | None
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class SegmentNumbers:
    """One segment.

    Attributes
    ----------
    cut : str
        By what people were divided: a column, two joined by ×, or "found".
    origin : {"given", "crossed", "found"}
    segment : str
        Its name; "others" holds the merged ones, and a found one is called by its number.
    rule : tuple of RuleNumbers
        Who belongs to a found segment; empty for others.
    is_merged : bool
        Whether it is the thin ones together.
    people : float
        Customers with a score, or answers where the study knows no customers.
    share : float
        Of the people of the cut, 0 to 1.
    silent_share : float or None
        Share of the segment's customers who never gave a score, 0 to 1; None where unknown.
    n : int
        Answers with a score, a worth and every `alike` column.
    worth : float
        Mean worth now, in the unit of worth.
    headroom : float or None
        Worth at the top less worth now, a person, with people held alike; None where refused.
    headroom_total : float or None
        The same for all of its people.
    own_weight : float
        How much of the headroom rests on the segment's own answers, 0 to 1; the rest is borrowed.
    grade : {"A", "B", "C"} or None
        The same in a letter; None where the headroom has no interval.
    first_probability : float
        Chance that no other of the cut has more headroom a person, 0 to 1.
    below, middle, top : float
        Shares of its people by zone of their latest score; they sum to 1.
    up : float or None
        Share of its customers' earlier answers below the top whose latest answer was higher; None
        where nobody answered twice.
    up_expected : float or None
        The same share had they moved from each level as all customers do.
    moves : int
        Earlier answers below the top.
    strategic : float or None
        Mean of the strategic column over its customers.
    is_served : bool or None
        What the policy tree decides; None for segments it did not find.
    """

    cut: str
    origin: Origin
    segment: str
    rule: tuple[RuleNumbers, ...]
    is_merged: bool
    people: float
    share: float
    silent_share: float | None
    n: int
    worth: float
    worth_low: float | None
    worth_high: float | None
    headroom: float | None
    headroom_low: float | None
    headroom_high: float | None
    headroom_total: float | None
    headroom_total_low: float | None
    headroom_total_high: float | None
    own_weight: float
    grade: Grade | None
    first_probability: float
    below: float
    below_low: float | None
    below_high: float | None
    middle: float
    middle_low: float | None
    middle_high: float | None
    top: float
    top_low: float | None
    top_high: float | None
    up: float | None
    up_low: float | None
    up_high: float | None
    up_expected: float | None
    moves: int
    strategic: float | None
    is_served: bool | None


@dataclass(frozen=True, slots=True)
class PolicyNumbers:
    """What the policy tree brings a person at the content scores or the top, on unseen customers.

    Attributes
    ----------
    price : float
        Of moving one person from content to the top, in the unit of worth.
    price_source : {"actions", "break_even"}
        The cheapest action that everybody may get, per point and times the points it takes; or the
        price at which serving everybody just pays for itself.
    is_forced : bool
        Whether the price of actions divided nobody, so that the break-even one was taken.
    over_nobody, over_everybody : float
        Worth less price a person, against serving nobody and everybody.
    everybody : float
        What serving everybody brings over nobody.
    served_share : float
        Share of these people who are served, 0 to 1.
    agreement : float
        Share for whom a tree grown on the other half decides the same, 0 to 1.
    clipped_share : float
        Share whose chance of being at the top was too near 0 or 1, 0 to 1.
    n, customers : int
        Answers and customers of the half that it was valued on.
    """

    price: float
    price_source: PriceSource
    is_forced: bool
    over_nobody: float
    over_nobody_low: float | None
    over_nobody_high: float | None
    over_everybody: float
    over_everybody_low: float | None
    over_everybody_high: float | None
    everybody: float
    everybody_low: float | None
    everybody_high: float | None
    served_share: float
    agreement: float
    clipped_share: float
    n: int
    customers: int


@dataclass(frozen=True, slots=True)
class CutNumbers:
    """One way to divide people, and what everybody in it has to gain.

    Attributes
    ----------
    cut : str
    origin : {"given", "crossed", "found"}
    people : float
    headroom : float
        A person, over all segments.
    spread : float
        Standard deviation between segments of what they have beyond what is borrowed.
    merged : int
        Segments too thin to be shown by themselves.
    """

    cut: str
    origin: Origin
    people: float
    headroom: float | None
    headroom_low: float | None
    headroom_high: float | None
    spread: float
    merged: int


@dataclass(frozen=True, slots=True)
class AudienceNumbers:
    """The numbers of `choose.audience`.

    Attributes
    ----------
    segments : tuple of SegmentNumbers
        By cut, in each from the most headroom a person down.
    cuts : tuple of CutNumbers
    policy : PolicyNumbers or None
        None where no tree could be tried.
    """

    segments: tuple[SegmentNumbers, ...] = ()
    cuts: tuple[CutNumbers, ...] = ()
    policy: PolicyNumbers | None = None


EMPTY = AudienceNumbers()
