"""What a kiosk or hotline is shown: the finding in words, the days, the timeline; contact details masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from complaints.api import representations
from complaints.asking.offer_answers import choices_of
from complaints.asking.open_questions import answerable
from complaints.case_limits import limits_of
from complaints.due_sheet import Row, sheet_of
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.triage import DECLINE_LABELS
from complaints.flow.viewing import ContactReason
from complaints.lifecycle import Role, State, moves_open_to
from complaints.models import Complaint, Evidence, Thread
from complaints.narrative import Known, Turn, language, timeline_of, turn_of
from complaints.rulings import ruling_on
from complaints.timeline import UNTOLD
from routing import Explanation
from routing.engine.cards import PartyCard, Reason

MOST_MESSAGES = 100


def filed(complaint: Complaint, *, on: date) -> dict[str, Any]:
    """What stands on the slip beside the receipt code."""
    return {
        "reference": complaint.reference,
        "filed_at": _moment(complaint.filed_at),
        **standing(complaint, on=on),
        "decision": decision(complaint),
        "deadlines": deadlines(complaint, on=on),
        "association": complaint.association.name(language()) if complaint.association else None,
        "href": f"/api/v1/consumer/complaints/{complaint.reference}",
    }


def case(complaint: Complaint, *, on: date) -> dict[str, Any]:
    """A case as whoever holds its receipt code sees it."""
    moves = moves_open_to(Role.CONSUMER, State(complaint.state))
    offers = complaint.offers.order_by("-number")
    pieces = complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).select_related("blob")
    return {
        **filed(complaint, on=on),
        "goods": complaint.goods,
        "contact": complaint.contact.masked(),
        "questions": [asdict(each) for each in answerable(complaint)] if complaint.is_open else [],
        "offers": [{**representations.offer(one), "answers": choices_of(complaint, one, on=on)} for one in offers],
        "evidence": [evidence(piece) for piece in pieces],
        "threads": [
            representations.thread(one, after=0, most=MOST_MESSAGES)
            for one in Thread.objects.filter(complaint=complaint).select_related("complaint").order_by("pk")
        ],
        "timeline": timeline(complaint),
        "may": sorted({"withdraw"} & set(moves)),
    }


def standing(complaint: Complaint, *, on: date) -> dict[str, Any]:
    """State and whose turn it is, in one sentence."""
    respondents = list(complaint.respondents.order_by("pk"))
    turn: Turn = turn_of(
        complaint, respondents, complaint.requests.order_by("-asked_at"), complaint.offers.order_by("-number"), on=on
    )
    return {
        "state": complaint.state,
        "state_label": str(State(complaint.state).label),
        "turn": {
            "who": turn.who,
            "sentence": turn.sentence,
            "more": turn.more,
            "until": turn.until.isoformat() if turn.until else None,
        },
    }


def decision(complaint: Complaint) -> dict[str, Any] | None:
    """The finding as it stands, in words."""
    record = complaint.decision
    if record is None:
        return None
    return {"number": record.number, "at": _moment(record.at), **finding(ruling_on(record).told(language()))}


def finding(told: Explanation) -> dict[str, Any]:
    """Who answers, because of what, by which article; what is missing; what can be claimed."""
    return {
        "verdict": told.verdict,
        "first_contact": told.first_contact,
        "parties": [_party(card) for card in told.parties],
        "missing": [
            {
                "fact": each.fact,
                "question": each.question,
                "ask": each.ask,
                "evidence": each.evidence,
                "effects": list(each.effects),
            }
            for each in told.missing
        ],
        "remedies": [asdict(each) for each in told.remedies],
        "notice": list(told.gates),
    }


def deadlines(complaint: Complaint, *, on: date) -> list[dict[str, Any]]:
    """The limits that run, the nearest last day first."""
    sheet = sheet_of(limits_of(complaint, list(complaint.respondents.order_by("pk"))), on=on)
    return [_limit(row) for row in sheet.running]


def evidence(piece: Evidence) -> dict[str, Any]:
    """A piece the consumer offered: no file name, people write names into them."""
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "kind_label": piece.get_kind_display(),
        "size": piece.blob.size,
        "sha256": piece.blob.sha256,
        "state": piece.blob.state,
        "received_at": _moment(piece.received_at),
    }


def timeline(complaint: Complaint) -> list[dict[str, Any]]:
    """What happened, newest first, as the page of the case tells it."""
    offered_by: dict[int, str] = dict(complaint.evidence.values_list("pk", "offered_by"))
    known = Known(
        offered_by=offered_by,
        decline_labels={str(ground): words for ground, words in DECLINE_LABELS.items()},
        end_labels={str(ground): words for ground, words in GROUND_LABELS.items()},
        contact_reasons=dict(ContactReason.choices),
    )
    lines = timeline_of(complaint.events.exclude(kind__in=UNTOLD), known=known)
    return [
        {"at": _moment(line.at), "lane": line.lane, "title": line.title, "detail": line.detail}
        for line in lines
        if not line.technical
    ]


def _party(card: PartyCard) -> dict[str, Any]:
    return {
        "party": card.party,
        "verdict": card.verdict,
        "word": card.word,
        "sub": card.sub,
        "because": _reasons(card.reasons),
        "possibly_because": _reasons(card.open),
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "title": each.title,
            "text": each.text,
            "facts": [statement for _fact, _value, statement in each.because],
            "citations": [asdict(one) for one in (*each.binding, *each.supervisory)],
        }
        for each in reasons
    ]


def _limit(row: Row) -> dict[str, Any]:
    return {
        "limit": row.id,
        "title": row.title,
        "owner": row.owner,
        "says": row.says,
        "last_day": row.last.isoformat() if row.last else None,
        "not_exact_because": row.why_not_exact or None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
