"""The numbers of `choose.disappointed`."""

from dataclasses import dataclass

from kuski.choose.disappointed.disparity import GapNumbers, GroupNumbers
from kuski.choose.disappointed.ledger import ComparisonNumbers, LineNumbers
from kuski.choose.disappointed.rival import RivalNumbers
from kuski.choose.disappointed.signer import SignerNumbers


@dataclass(frozen=True, slots=True)
class FloorNumbers:
    """A rule that holds whatever it costs.

    Attributes
    ----------
    kind : {"floor", "must"}
    action : str
    segment : str
        As the study file names it; empty for everybody, "protected" for all who are.
    people : float
        For whom it holds.
    people_less : float
        How many of them are in the ledger.
    """

    kind: str
    action: str
    segment: str
    people: float
    people_less: float


@dataclass(frozen=True, slots=True)
class DisappointedNumbers:
    """The numbers of `choose.disappointed`; money and worth are of a year.

    Attributes
    ----------
    money : float or None
        That the plan may spend.
    cost : float or None
        That it spends.
    worth : float or None
        That it brings, against doing nothing.
    people : float
        In the plan.
    protected : float
        How many of them are protected.
    people_less : float
        Who get less than today or than an equal share.
    with_nothing, protected_with_nothing : float
        For whom the plan does nothing at all.
    equal_money : float or None
        An equal share of the cost, a person.
    today : ComparisonNumbers or None
        Against today; None without a table of efforts.
    equal : ComparisonNumbers or None
        Against an equal share for everybody.
    ledger : tuple of LineNumbers
        Those who lose the most worth first.
    floors : tuple of FloorNumbers
    rivals : tuple of RivalNumbers
        Among the answers of those who get less; empty where no rival was asked about.
    signers : tuple of SignerNumbers
        The weightiest first.
    groups : tuple of GroupNumbers
    gaps : tuple of GapNumbers
    """

    money: float | None = None
    cost: float | None = None
    worth: float | None = None
    worth_low: float | None = None
    worth_high: float | None = None
    people: float = 0.0
    protected: float = 0.0
    people_less: float = 0.0
    with_nothing: float = 0.0
    protected_with_nothing: float = 0.0
    equal_money: float | None = None
    today: ComparisonNumbers | None = None
    equal: ComparisonNumbers | None = None
    ledger: tuple[LineNumbers, ...] = ()
    floors: tuple[FloorNumbers, ...] = ()
    rivals: tuple[RivalNumbers, ...] = ()
    signers: tuple[SignerNumbers, ...] = ()
    groups: tuple[GroupNumbers, ...] = ()
    gaps: tuple[GapNumbers, ...] = ()


EMPTY = DisappointedNumbers()
