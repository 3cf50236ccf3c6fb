"""A case as a respondent sees it: what happened, whom it names, what is asked of this organisation."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from accounts.models import Organisation
from complaints.api.representations.decisions import decision_line
from complaints.api.representations.files import evidence, pieces
from complaints.api.representations.settling import agreements, offers, sessions
from complaints.api.representations.sides import answerable, sides_of
from complaints.api.representations.wire import amount, case_href, day, language, moment, until
from complaints.deadlines import standing_of
from complaints.evidence.personal import covered
from complaints.lifecycle import State
from complaints.models import Complaint, Delivery, Extension, Party, Respondent
from complaints.models.helper import helper_of
from complaints.open_facts import open_facts_of_parties
from complaints.statement import PROBLEMS
from routing import rulebook


def case_line(complaint: Complaint) -> dict[str, Any]:
    """A case in the list."""
    return {
        "reference": complaint.reference,
        "state": complaint.state,
        "state_label": State(complaint.state).label,
        "version": complaint.version,
        "filed_at": moment(complaint.filed_at),
        "goods": complaint.goods,
        **until(complaint.due_on),
        "verdicts": complaint.verdicts,
        "href": case_href(complaint),
    }


def case(complaint: Complaint, organisation: Organisation, *, on: date) -> dict[str, Any]:
    """A case as a respondent sees it: what happened, what was found, and what is asked of this organisation."""
    remedy, own = complaint.statement.get("remedy", {}), sides_of(complaint, organisation)
    return {
        **case_line(complaint),
        "timeline_head": complaint.events.order_by("-sequence").values_list("digest", flat=True).first(),
        "language": complaint.language,
        "closed_at": moment(complaint.closed_at),
        "category": complaint.category,
        "room": complaint.room,
        "order_number": complaint.order_number,
        "price": amount(complaint.price),
        "loss": amount(complaint.loss),
        "purchased_on": day(complaint.purchased_on),
        "delivered_on": day(complaint.delivered_on),
        "harm_known_on": day(complaint.harm_known_on),
        "problems": [
            {"code": problem.letter, "label": str(problem.label)}
            for problem in PROBLEMS
            if problem.letter in complaint.problems
        ],
        "story": covered(complaint.story, keep=(complaint.order_number, complaint.reference))[0],
        "wanted": list(remedy.get("wanted", [])),
        "wanted_amount": remedy.get("amount") or None,
        "respondents": [respondent(one, on=on) for one in complaint.respondents.order_by("pk")],
        "asked_of_you": asked_of(complaint, organisation),
        "offers": offers(complaint, organisation),
        "sessions": sessions(complaint, organisation),
        "agreements": agreements(complaint, organisation),
        "record_requests": _records_open(complaint, organisation),
        "decision": decision_line(complaint.decision) if complaint.decision else None,
        "filed_by_helper": helper_of(complaint) is not None,
        "authority_given": complaint.evidence.authority().exists(),
        "evidence": [evidence(piece, own) for piece in pieces(complaint, own)],
    }


def respondent(one: Respondent, *, on: date) -> dict[str, Any]:
    """A party and its clock. What a party said in words is between it and the consumer; its position is open."""
    return {
        "party": one.party,
        "name": one.name,
        "asked_at": moment(one.asked_at),
        "notified_at": moment(one.notified_at),
        "notified_how": one.notified_how or None,
        "seen_at": moment(one.seen_at),
        **until(one.due_on),
        "answered_at": moment(one.answered_at),
        "lapsed_at": moment(one.lapsed_at),
        "standing": standing_of(one, on),
        "position": one.answer.get("position") or None,
        "points_to": one.answer.get("points_to") or None,
        "extended_until": day(one.due_on) if _is_extended(one) else None,
    }


def _is_extended(one: Respondent) -> bool:
    return Extension.objects.filter(respondent=one, state=Extension.State.GRANTED).exists()


def asked_of(complaint: Complaint, organisation: Organisation) -> dict[str, Any]:
    """For which parties this organisation may answer, by when, and which facts only they can show."""
    parties = [one.party for one in answerable(complaint, organisation)]
    waiting = Respondent.objects.unheard().filter(complaint=complaint, party__in=parties)
    requests = complaint.requests.unanswered().filter(to__in=parties).order_by("pk")
    return {
        "parties": parties,
        **until(min((one.due_on for one in waiting if one.due_on), default=None)),
        "facts": _questions(complaint, parties),
        "requests": [
            {
                "to": one.to,
                "facts": one.facts,
                "words": one.words,
                "asked_at": moment(one.asked_at),
                "due_on": day(one.due_on),
            }
            for one in requests
        ],
    }


def _records_open(complaint: Complaint, organisation: Organisation) -> int:
    """How many records the platform of this case was asked for and has not said a word about; none to others."""
    if not complaint.is_open or all(one.party != Party.PLATFORM for one in answerable(complaint, organisation)):
        return 0
    return complaint.record_items.unanswered().count()


def facts() -> list[dict[str, Any]]:
    """What a party may state: the facts of the law, without those that only an officer may find."""
    lang = language()
    return [
        {
            "fact": fact.key,
            "question": fact.ask.in_(lang),
            "evidence": fact.evidence.in_(lang),
            "known_to": list(fact.who),
        }
        for fact in rulebook().conditions
        if not fact.officer
    ]


def _questions(complaint: Complaint, parties: list[str]) -> list[dict[str, Any]]:
    """The open facts these parties can tell, as questions."""
    lang = language()
    return [
        {
            "fact": each.fact.key,
            "question": each.fact.ask.in_(lang),
            "evidence": each.fact.evidence.in_(lang),
            "parties": list(each.tellers),
            "would_change": list(each.would_change),
        }
        for each in open_facts_of_parties(complaint, parties)
    ]


def event(delivery: Delivery) -> dict[str, Any]:
    """A notice as it was, or would have been, sent: ``body`` is the text of the very bytes that were signed."""
    return {
        "cursor": str(delivery.pk),
        "id": delivery.message_id,
        "type": delivery.type,
        "created_at": delivery.created_at.astimezone(UTC).isoformat(),  # its day is a day of UTC
        "body": bytes(delivery.body).decode(),
    }
