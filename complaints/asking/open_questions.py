"""What the consumer of a filed case can still be asked: by the law, and by the association."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from complaints.asking.replies import Question
from complaints.models import Complaint, Request
from complaints.narrative import language
from complaints.rulings import ruling_on
from routing import Explanation, rulebook


def answerable(complaint: Complaint) -> list[Question]:
    """Every question that may be answered now, from the law or from the association."""
    asked = questions_asked(complaint.requests.unanswered().filter(to="consumer"))
    record = complaint.decision
    if record is None:
        return asked
    ruling = ruling_on(record)
    return [*questions_of(ruling.told(language()), ruling.output), *asked]


def questions_of(explanation: Explanation, output: Mapping[str, Any]) -> list[Question]:
    """What the consumer can answer here and now: open facts that are theirs to tell, those first that would change a
    verdict; ``output`` is what is explained."""
    changing = {each["fact"] for each in output["missing"] if each["would_change"]}
    return [
        Question(missing.fact, missing.question, " ".join(missing.effects))
        for missing in sorted(explanation.missing, key=lambda each: each.fact not in changing)
        if can_tell(missing.fact) and missing.ask == "consumer"
    ]


def questions_asked(requests: Iterable[Request]) -> list[Question]:
    """What the association asked and a consumer's yes or no can tell."""
    known, lang = rulebook().facts, language()
    facts = dict.fromkeys(fact for request in requests for fact in request.facts if can_tell(fact))
    return [Question(fact, known[fact].ask.in_(lang), known[fact].evidence.in_(lang)) for fact in facts]


def can_tell(fact: str) -> bool:
    """Whether a consumer's yes or no may stand for the fact: it neither follows from the goods nor is an officer's."""
    known = rulebook().facts.get(fact)
    return bool(known and known.consumer_askable and not known.officer and known.group != "derived")
