"""List what the made-up company could do, what it believes that would bring, and what it does."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Action:
    """Hold one thing that the company could do for a customer.

    Attributes
    ----------
    action, name, name_en : str
        Identifier; Finnish and English names.
    cost : float
        Euros for a customer and a year.
    who : str
        Who may get it: "everyone", or column = value.
    lift, lift_low, lift_high : float
        Points of the score that it is believed to bring, with its 95 % interval.
    source : "guess", "past" or "experiment"
    capacity : int
        Customers a year.
    group : str
        Actions of one group exclude each other; those of two can be had together.
    true_lift : float
        Points that it does bring; in no table.
    """

    action: str
    name: str
    name_en: str
    cost: float
    who: str
    lift: float
    lift_low: float
    lift_high: float
    source: Literal["guess", "past", "experiment"]
    capacity: int
    group: str
    true_lift: float


ACTIONS = (
    Action(
        "named_contact", "Oma yhteyshenkilö", "A contact of one's own",
        38.0, "everyone", 0.55, 0.38, 0.72, "experiment", 9_000, "people", 0.50,
    ),
    Action(
        "call_after", "Soitto asioinnin jälkeen", "A call after each visit",
        9.0, "everyone", 0.18, 0.08, 0.28, "experiment", 20_000, "people", 0.16,
    ),
    Action(
        "agent_coaching", "Asiakaspalvelijoiden valmennus", "Coaching for agents",
        12.0, "everyone", 0.26, 0.14, 0.38, "experiment", 30_000, "people", 0.25,
    ),
    Action(
        "complaint_in_a_day", "Reklamaatio valmiiksi päivässä", "Complaints settled in a day",
        85.0, "zone = below", 0.90, 0.50, 1.30, "past", 4_000, "people", 0.55,
    ),
    Action(
        "goodwill_credit", "Hyvitys pettyneelle", "A credit for the disappointed",
        60.0, "zone = below", 0.80, 0.10, 1.50, "guess", 6_000, "people", 0.20,
    ),
    Action(
        "price_cut", "Viiden prosentin alennus", "Five per cent off",
        43.0, "everyone", 0.60, 0.10, 1.10, "guess", 50_000, "offer", 0.07,
    ),
    Action(
        "app_repair", "Sovelluksen vikojen korjaus", "Mending the app",
        6.0, "everyone", 0.20, 0.02, 0.38, "guess", 50_000, "offer", 0.09,
    ),
    Action(
        "app_extras", "Sovelluksen lisätoiminnot", "New things in the app",
        8.0, "everyone", 0.30, 0.00, 0.60, "guess", 50_000, "offer", 0.00,
    ),
    Action(
        "account_manager", "Yritysasiakkaan vastuuhenkilö", "An account manager",
        140.0, "customer_type = company", 0.95, 0.60, 1.30, "past", 1_500, "people", 0.70,
    ),
    Action(
        "home_visit", "Kotikäynti", "A visit at home",
        70.0, "age_group = 60+", 0.60, 0.20, 1.00, "past", 2_000, "people", 0.45,
    ),
)  # fmt: skip
