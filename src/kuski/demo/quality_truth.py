"""Say what is in the made-up company's answers, and who is missing."""

from kuski.demo import company
from kuski.demo.company import Floats
from kuski.demo.figures import Json, number, numbers, ratio
from kuski.demo.ledger import Sums


def quality_truth(sums: Sums) -> dict[str, Json]:
    """Count what was written, and compare those who answer with everybody."""
    rows, distinct, duplicates = (int(count) for count in sums["rows"])
    customers, answered, scored = (int(count) for count in sums["people"])
    recommend = sums["recommend"]
    all_mean, answered_mean, weighted_mean = ratio(sums["last_score"], sums["last_weight"])
    last = [numbers(ratio(levels, levels.sum())) for levels in sums["last_levels"]]
    return {
        "rows": rows,
        "answers": distinct,
        "duplicates": duplicates,
        "straight_lining": int(sums["straight"][0]),
        "straight_lining_rows": int(sums["straight"][1]),
        "straight_lining_planted": int(sums["straight"][2]),
        "score_unknown": int(sums["score_unknown"][0]),
        "score_unknown_rows": int(sums["score_unknown"][1]),
        "driver_unknown_rows": _by_driver(sums["rating_unknown"]),
        "driver_empty_rows": _by_driver(sums["rating_empty"]),
        "customers": customers,
        "customers_answered": answered,
        "customers_scored": scored,
        "response_rate": number(answered / customers),
        "comments": {
            "fi": int(sums["comment_language"][0]),
            "en": int(sums["comment_language"][1]),
            "empty": int(sums["comment_empty"][0]),
        },
        "comment_themes": [
            {"driver": name, "complaints": int(told[0]), "praises": int(told[1])}
            for name, told in zip(company.DRIVER_NAMES, sums["comment_themes"], strict=True)
        ],
        "promoters": int(recommend[9:].sum()),
        "passives": int(recommend[7:9].sum()),
        "detractors": int(recommend[:7].sum()),
        "latest_score": {
            "everybody": number(all_mean),
            "answered": number(answered_mean),
            "answered_weighted": number(weighted_mean),
        },
        "latest_shares": dict(
            zip(("everybody", "answered", "answered_weighted"), last, strict=True)
        ),
    }


def _by_driver(counts: Floats) -> dict[str, Json]:
    return {name: int(count) for name, count in zip(company.DRIVER_NAMES, counts, strict=True)}
