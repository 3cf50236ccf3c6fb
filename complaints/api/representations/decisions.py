"""A decision: whom it names as it stands, and why, in the caller's language."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from complaints.api.representations.wire import language, moment
from complaints.models import DecisionRecord
from complaints.present_information import on_present_information, present_words
from complaints.rulings import Ruling, ruling_on, told_overrides


def decision_line(record: DecisionRecord, ruling: Ruling | None = None) -> dict[str, Any]:
    """Which version, and whom it names as it stands; ``overrides`` says where an officer decided, and what the machine
    had said."""
    ruling = ruling or ruling_on(record)
    return {
        "number": record.number,
        "because": record.because,
        "at": moment(record.at),
        "digest": record.digest,
        "rulebook": record.rulebook,
        "verdicts": ruling.verdicts,
        "overrides": told_overrides(ruling),
        "on_present_information": on_present_information(ruling.output),
    }


def decision(record: DecisionRecord) -> dict[str, Any]:
    """A decision by its contract, with the source of each fact; and in words, as it stands. ``output`` is the machine's
    own and stays what it is."""
    ruling = ruling_on(record)
    return {
        **decision_line(record, ruling),
        "input": record.input,
        "output": record.output,
        "sources": record.sources,
        "disputed": record.disputed,
        "explanation": _explanation(ruling),
    }


def _explanation(ruling: Ruling) -> dict[str, Any]:
    found, present = ruling.told(language()), present_words(ruling.output)
    return {
        "verdict": found.verdict,
        "parties": [
            {
                "party": card.party,
                "verdict": card.verdict,
                "word": card.word,
                "sub": card.sub,
                "reasons": [_reason(reason) for reason in card.reasons],
                "on_present_information": present.get(card.party),
            }
            for card in found.parties
        ],
    }


def _reason(reason: Any) -> dict[str, Any]:
    cited = (*reason.binding, *reason.supervisory)
    return {
        "ground": reason.ground,
        "title": reason.title,
        "text": reason.text,
        "because": [
            {"fact": fact, "value": value, "statement": statement} for fact, value, statement in reason.because
        ],
        "citations": [asdict(one) for one in cited],
    }
