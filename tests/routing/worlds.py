"""Inquiries for the tests: one by hand, and any number by chance."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from routing import Inquiry, read_inquiry, rulebook

BOOK = rulebook()
KEYS = [fact.key for fact in BOOK.conditions]
TODAY = date(2026, 11, 20)

# Days on both sides of every turn the law takes.
TURNS = sorted(
    {rule.in_force.start for rule in BOOK.rules}
    | {each.begins for each in BOOK.instruments.values() if each.begins}
    | {each.period.start for each in BOOK.procedure.periods}
    | {date(2019, 1, 1), date(2020, 11, 5), date(2022, 3, 15), date(2026, 2, 1)}
)
DAYS = sorted({day for turn in TURNS for day in (turn.replace(year=turn.year), date.fromordinal(turn.toordinal() - 1))})


def an_inquiry(**given: Any) -> Inquiry:
    """Bought in May 2024 and filed ten days later, unless told otherwise; ``facts`` are keyword facts."""
    return read_inquiry({"purchase_date": "2024-05-01", "filed_date": "2024-05-10", **given}, BOOK, today=TODAY)


def days() -> st.SearchStrategy[str]:
    return st.sampled_from(DAYS).map(date.isoformat)


def facts(*, most: int = 60) -> st.SearchStrategy[dict[str, bool]]:
    """Some facts known, true more often than not: most of the law turns on what is true."""
    return st.dictionaries(st.sampled_from(KEYS), st.sampled_from([True, True, False]), max_size=most)


def inquiries() -> st.SearchStrategy[dict[str, Any]]:
    """Inputs of the contract, on the days where the law turns."""
    return st.fixed_dictionaries(
        {"purchase_date": days(), "filed_date": days(), "facts": facts()},
        optional={
            "delivered_date": days(),
            "harm_known_date": days(),
            "debtor_known_date": days(),
            "price": st.sampled_from(["0.00", "79.90", "469.00", "20000"]),
            "loss": st.sampled_from(["0.00", "12.5", "3000.00"]),
            "category": st.sampled_from(sorted(BOOK.categories)),
            "lapsed": st.lists(st.sampled_from(["merchant", "anchor", "platform"]), max_size=3),
        },
    )
