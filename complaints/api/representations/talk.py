"""Conversations with the consumer."""

from __future__ import annotations

from typing import Any

from complaints.api.representations.wire import moment
from complaints.models import Message, Thread


def thread(one: Thread, *, after: int, most: int) -> dict[str, Any]:
    """A conversation with the consumer, and its messages after a number, oldest first."""
    page = list(one.messages.filter(number__gt=after)[: most + 1])
    return {
        "party": one.other,
        "is_open": one.is_open and one.complaint.is_open,
        "opened_at": moment(one.opened_at),
        "closed_at": moment(one.closed_at),
        "messages": [message(each) for each in page[:most]],
        "more": len(page) > most,
    }


def message(one: Message) -> dict[str, Any]:
    """A message as both sides read it: what had to be hidden is ``****``."""
    return {
        "number": one.number,
        "by": one.by,
        "words": one.words,
        "masked": one.is_masked,
        "evidence": one.evidence_id,
        "at": moment(one.at),
    }
