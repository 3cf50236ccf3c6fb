"""What goes out: the wire format, written out field by field. Contact details are never among the fields.

Moments are UTC (``2026-06-01T02:00:00Z``), days ISO 8601, amounts decimal strings in CNY.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import ApiKey, Organisation
from complaints.deadlines import is_settled, standing_of
from complaints.evidence.entitled import RELATED, seen_by
from complaints.evidence.personal import covered
from complaints.lifecycle import Role, State
from complaints.models import (
    Agreement,
    Bundle,
    Complaint,
    DecisionRecord,
    Delivery,
    Evidence,
    Extension,
    Message,
    Offer,
    Party,
    Respondent,
    Session,
    Thread,
)
from complaints.models.helper import helper_of
from complaints.models.record_request import OF_A_LIVESTREAM
from complaints.narrative import fact_statement
from complaints.open_facts import open_facts_of_parties
from complaints.present_information import on_present_information, present_words
from complaints.record_words import ItemLine, requests_told
from complaints.rulings import Ruling, ruling_on, told_overrides
from complaints.scope_words import SCOPES
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
        **_until(complaint.due_on),
        "verdicts": complaint.verdicts,
        "href": _href(complaint),
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
        "price": _amount(complaint.price),
        "loss": _amount(complaint.loss),
        "purchased_on": _day(complaint.purchased_on),
        "delivered_on": _day(complaint.delivered_on),
        "harm_known_on": _day(complaint.harm_known_on),
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
        "evidence": [evidence(piece, own) for piece in _pieces(complaint, own)],
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
        **_until(one.due_on),
        "answered_at": moment(one.answered_at),
        "lapsed_at": moment(one.lapsed_at),
        "standing": standing_of(one, on),
        "position": one.answer.get("position") or None,
        "points_to": one.answer.get("points_to") or None,
        "extended_until": _day(one.due_on) if _is_extended(one) else None,
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
        **_until(min((one.due_on for one in waiting if one.due_on), default=None)),
        "facts": _questions(complaint, parties),
        "requests": [
            {
                "to": one.to,
                "facts": one.facts,
                "words": one.words,
                "asked_at": moment(one.asked_at),
                "due_on": _day(one.due_on),
            }
            for one in requests
        ],
    }


def _records_open(complaint: Complaint, organisation: Organisation) -> int:
    """How many records the platform of this case was asked for and has not said a word about; none to others."""
    if not complaint.is_open or all(one.party != Party.PLATFORM for one in answerable(complaint, organisation)):
        return 0
    return complaint.record_items.unanswered().count()


def answerable(complaint: Complaint, organisation: Organisation) -> list[Respondent]:
    """The respondents an organisation may speak for: itself, and as the platform those it passes notices on to. Who
    came in by an invitation speaks for itself."""
    return list(complaint.respondents.answered_by(organisation))


def offers(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The offers of those this organisation speaks for, and what the consumer said to each. Others' are not shown."""
    parties = [one.party for one in answerable(complaint, organisation)]
    return [offer(one) for one in complaint.offers.filter(party__in=parties).order_by("number")]


def offer(one: Offer) -> dict[str, Any]:
    """An offer and what became of it."""
    return {
        "number": one.number,
        "party": one.party,
        "kind": one.kind,
        "amount": _amount(one.amount),
        "words": one.words,
        "until": _day(one.until),
        "made_at": moment(one.made_at),
        "state": one.state,
        "answered_at": moment(one.answered_at),
        "counter_amount": _amount(one.counter_amount),
        "reply": covered(one.reply)[0],
        "pay_by": _day(one.pay_by),
    }


def sessions(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The mediation sessions that those this organisation speaks for are asked to."""
    parties = sides_of(complaint, organisation)
    rows = complaint.sessions.prefetch_related("attendances").order_by("number")
    return [session(one, parties) for one in rows if parties & set(one.parties)]


def session(one: Session, parties: Collection[str]) -> dict[str, Any]:
    """A session: when, where, who is asked, what these parties said to it, and what came of it."""
    said = {each.side: each for each in one.attendances.all()}
    return {
        "number": one.number,
        "starts_at": moment(one.starts_at),
        "ends_at": moment(one.ends_at),
        "how": one.how,
        "where": one.where,
        "parties": list(one.parties),
        "state": one.state,
        "replaces": one.replaces.number if one.replaces else None,
        "reason": one.reason or None,
        "result": one.result or None,
        "came": list(one.came),
        "attendance": {
            party: {"comes": said[party].comes, "words": said[party].words, "at": moment(said[party].at)}
            for party in one.parties
            if party in parties and party in said
        },
    }


def agreements(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The settlement agreements with those this organisation speaks for."""
    parties = sides_of(complaint, organisation)
    rows = complaint.agreements.select_related("offer", "complaint").filter(party__in=parties).order_by("number")
    return [agreement(one) for one in rows]


def agreement(one: Agreement) -> dict[str, Any]:
    """An agreement: its terms, their digest, and who has said what to it."""
    return {
        "number": one.number,
        "party": one.party,
        "kind": one.kind,
        "payer": one.payer or None,
        "amount": _amount(one.amount),
        "pay_by": _day(one.pay_by),
        "duties": one.duties,
        "otherwise": one.otherwise,
        "digest": one.digest,
        "state": one.state,
        "made_at": moment(one.made_at),
        "consumer_confirmed_at": moment(one.consumer_at),
        "party_confirmed_at": moment(one.party_at),
        "declined_by": one.declined_by or None,
        "reason": covered(one.reason)[0] or None,
        "offer": one.offer.number if one.offer else None,
        "file": f"{_href(one.complaint)}/agreements/{one.number}/file",
    }


def record_requests(complaint: Complaint, *, on: date) -> list[dict[str, Any]]:
    """What was asked of the platform, newest first, as it reads it: what people wrote themselves is masked."""
    return [
        {
            "number": line.request.number,
            "asked_by": "association" if line.request.by == Role.OFFICER else "consumer",
            "asked_at": moment(line.request.asked_at),
            "served_at": moment(line.request.served_at),
            **_until(line.request.due_on),
            "items": [_record_item(complaint, each) for each in line.items],
        }
        for line in requests_told(complaint, on=on, for_others=True)
    ]


def _record_item(complaint: Complaint, line: ItemLine) -> dict[str, Any]:
    item = line.item
    return {
        "id": item.pk,
        "kind": item.kind,
        "title": line.title,
        "room": complaint.room if item.kind in OF_A_LIVESTREAM else None,
        "live_on": _day(item.live_on),
        "moments": [
            {
                "code": each.code or None,
                "clock": each.clock or None,
                "by": each.moment.by,
                "sentence": each.sentence,
                "goods": each.goods,
            }
            for each in line.moments
        ],
        "kept_until": _day(item.kept_until),
        "basis": [asdict(one) for one in line.basis],
        "state": line.code,
        "lapsed_at": moment(item.lapsed_at),
        "answered_at": moment(item.answered_at),
        "answers": [
            {
                "answer": each.answer.says,
                "why": each.answer.why or None,
                "words": each.words,
                "link": each.link,
                "evidence": sorted(piece.pk for piece in each.answer.evidence.all()),
                "late": each.answer.is_late,
                "at": moment(each.answer.at),
            }
            for each in line.answers
        ],
    }


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


def sides_of(complaint: Complaint, organisation: Organisation) -> frozenset[str]:
    """The parties whose own pieces an organisation sees as they are."""
    return frozenset(one.party for one in answerable(complaint, organisation))


def evidence(piece: Evidence, own: Collection[str]) -> dict[str, Any]:
    """A piece of evidence, and which facts it is offered for. The consumer's file name and words about it stay with us:
    people write names and telephone numbers into them. ``own`` are the sides whose pieces the reader sees uncovered."""
    blob, seen = piece.blob, seen_by(piece, own)
    assert piece.complaint is not None
    href = f"{_href(piece.complaint)}/evidence/{piece.pk}"
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "kind_label": piece.get_kind_display(),
        "offered_by": piece.offered_by,
        "received_at": moment(piece.received_at),
        "media_type": blob.media_type,
        "size": blob.size,
        "sha256": seen.digest_of(piece) or None,
        "commitment": blob.commitment,
        "erased_at": moment(blob.erased_at) if blob.erased_at else None,
        "shows": [
            {"fact": fact, "value": value, "statement": statement}
            for fact, value in piece.shown
            if (statement := fact_statement(fact, value))
        ],
        "state": blob.state,  # it proves something once it is "stored"
        "copy": str(seen.copy),
        "masked_by": seen.mask.basis if seen.mask else None,
        "href": href if seen.may_open else None,
        "sheets": [f"{href}?sheet={number}" for number, _sheet in enumerate(seen.sheets, start=1)],
        "original_href": f"{href}/original" if seen.original else None,
    }


def _pieces(complaint: Complaint, own: Collection[str]) -> Iterable[Evidence]:
    offered = complaint.evidence.of_dispute().sound_or_of(own).select_related("blob", "complaint")
    return offered.prefetch_related("showings", "assertions", *RELATED)


def event(delivery: Delivery) -> dict[str, Any]:
    """A notice as it was, or would have been, sent: ``body`` is the text of the very bytes that were signed."""
    return {
        "cursor": str(delivery.pk),
        "id": delivery.message_id,
        "type": delivery.type,
        "created_at": delivery.created_at.astimezone(UTC).isoformat(),  # its day is a day of UTC
        "body": bytes(delivery.body).decode(),
    }


def facts() -> list[dict[str, Any]]:
    """What a party may state: the facts of the law, without those that only an officer may find."""
    lang = _language()
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
    lang = _language()
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


def _explanation(ruling: Ruling) -> dict[str, Any]:
    found, present = ruling.told(_language()), present_words(ruling.output)
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


def bundle(one: Bundle) -> dict[str, Any]:
    """A bundle and how far it is; size, digest and address once it is ready."""
    is_ready = one.state == Bundle.State.READY
    href = f"{_href(one.complaint)}/bundles/{one.pk}"
    return {
        "id": one.pk,
        "state": one.state,
        "percent": 100 if is_ready else one.percent,
        "failure": one.failure or None,
        "size": one.size if is_ready else None,
        "sha256": one.sha256 if is_ready else None,
        "asked_at": moment(one.asked_at),
        "expires_at": moment(one.expires_at),
        "href": href,
        "file_href": f"{href}/file" if is_ready else None,
    }


def key(one: ApiKey) -> dict[str, Any]:
    """A key without its text. ``scopes`` are those it has, also where it is from before there were any."""
    return {
        "id": one.public_id,
        "label": one.label,
        "scopes": one.scopes or list(SCOPES),
        "networks": one.networks,
        "created_at": moment(one.created_at),
        "expires_at": moment(one.expires_at),
        "last_used_at": moment(one.last_used_at),
        "revoked_at": moment(one.revoked_at),
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


def _language() -> Any:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _href(complaint: Complaint) -> str:
    return f"{settings.SITE_URL}/api/v1/cases/{complaint.reference}"


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _until(due_on: date | None) -> dict[str, Any]:
    """A last day; ``due_provisional`` where the calendar of its year is not out: it is not before that day."""
    return {"due_on": _day(due_on), "due_provisional": due_on is not None and not is_settled(due_on)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _amount(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"
