"""What the law makes of a form that is not finished: the finding so far, and the questions still worth asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from complaints.narrative import language
from complaints.provable import Point, points_of
from complaints.statement import Answers, amount, facts_from
from routing import Explanation, decide, explain, read_inquiry, rulebook

MOST_QUESTIONS = 5

# Not asked here: who they are, the platform is asked on filing; how they answered, the form itself asks further on.
LEFT_OUT_GROUPS = frozenset({"identity"})
ASKED_LATER = frozenset({"after_sales_stalled", "stalled_by_operator"})


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the law asks the consumer for, as a sentence, and why it matters."""

    fact: str
    question: str
    reason: str


def finding(answers: Answers, *, today: date, lang: Literal["zh", "en"]) -> Explanation:
    """The decision as it would be today on complete pages. Nothing is stored."""
    book = rulebook()
    decision = decide(book, read_inquiry(_inquiry(answers, today), book, today=today))
    return explain(book, decision.input_dict(), decision.as_dict(), lang)


def points(answers: Answers, *, today: date) -> tuple[Point, ...]:
    """What a file may be said to show in this case."""
    return points_of(finding(answers, today=today, lang=language()), facts_from(answers))


def questions(answers: Answers, *, today: date, lang: Literal["zh", "en"]) -> tuple[Question, ...]:
    """What the law still asks the consumer, most decisive first, at most five."""
    facts = rulebook().facts
    found = [
        Question(missing.fact, missing.question, ("" if lang == "zh" else " ").join(missing.effects))
        for missing in finding(answers, today=today, lang=lang).missing
        if missing.ask == "consumer"
        and facts[missing.fact].consumer_askable
        and facts[missing.fact].group not in LEFT_OUT_GROUPS
        and missing.fact not in ASKED_LATER
    ]
    return tuple(found[:MOST_QUESTIONS])


def _inquiry(answers: Answers, today: date) -> Mapping[str, Any]:
    """The contract's input from the answers there are. Without a date of purchase the law of today is read."""
    dates, order = answers.get("dates", {}), answers.get("order", {})
    given: dict[str, Any] = {
        "purchase_date": dates.get("purchased_on") or today.isoformat(),
        "filed_date": today.isoformat(),
        "facts": facts_from(answers),
    }
    price, category = amount(order.get("amount")), answers.get("goods", {}).get("category")
    optional = {
        "delivered_date": dates.get("delivered_on"),
        "harm_known_date": dates.get("harm_known_on") or dates.get("delivered_on"),
        "price": None if price is None else str(price),
        "category": category,
    }
    return given | {key: value for key, value in optional.items() if value}
