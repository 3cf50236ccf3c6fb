"""The pages of a case that only show: where it stands, the decision, the reasoning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from complaints.asking.open_questions import questions_asked, questions_of
from complaints.asking.replies import AnswerForm
from complaints.case_limits import limits_of
from complaints.contest_words import contests_told
from complaints.deadlines import answer_by
from complaints.evidence.entitled import RELATED
from complaints.flow.aftermath import may_rate, why_no_reopening
from complaints.flow.reviews import last_review, why_no_review
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.triage import DECLINE_LABELS
from complaints.flow.viewing import ContactReason
from complaints.letters import message, money
from complaints.lifecycle import Role, State, moves_open_to
from complaints.models import Clarity, Complaint, DecisionRecord, Delivery, Respondent, Thread
from complaints.models.complaint import Party
from complaints.models.record_request import IDENTITIES
from complaints.narrative import Known, day, language, moment, next_steps, timeline_of, turn_of
from complaints.papers.claims import claims_of, wanted_of
from complaints.papers.facts import facts_of
from complaints.present_information import present_words
from complaints.ruling_words import by_person, sentences_of, suspended_in
from complaints.rulings import Ruling, replayable, ruling_on
from complaints.timeline import UNTOLD
from complaints.web.actors import actor_of
from complaints.web.authority_note import note_of
from complaints.web.case_cards import cards_of, name_of
from complaints.web.case_changes import change_of
from complaints.web.case_decision import (
    QUESTIONS,
    Proof,
    heading_of,
    lead_of,
    open_facts_of,
    replies_of,
    side_of,
    terms_of,
)
from complaints.web.case_offers import shown
from complaints.web.case_reviews import told_review
from complaints.web.case_trace import grounds_of, missing_of, turns_of
from complaints.web.contact_codes import reach_of_case
from complaints.web.group_card import card_of as group_card_of
from complaints.web.mediation_pages import mediation_of
from routing import Explanation, rulebook

THUMBS = 4  # beside the verdict; the others stand on their own page

case_page = cache_control(private=True, no_store=True)


def find_case(request: HttpRequest, reference: str) -> Complaint:
    """The case, if whoever stands at the page may see it; else there is no such page."""
    seen = Complaint.objects.visible_to(actor_of(request)).select_related(
        "decision", "association", "contact", "helper"
    )
    return get_object_or_404(seen, reference=reference)


@case_page
@require_safe
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """What is happening, who must act by when, and all that happened, newest first."""
    complaint, today = find_case(request, reference), timezone.localdate()
    respondents, evidence = respondents_of(complaint), proofs_of(complaint)
    offers = list(complaint.offers.order_by("-number"))
    asked = list(complaint.requests.order_by("-asked_at"))
    known = Known(
        offered_by={proof.item.pk: proof.item.offered_by for proof in evidence},
        decline_labels={str(ground): words for ground, words in DECLINE_LABELS.items()},
        end_labels={str(ground): words for ground, words in GROUND_LABELS.items()},
        contact_reasons=dict(ContactReason.choices),
    )
    deliveries = Delivery.objects.filter(event__complaint=complaint, done_at__isnull=False)
    events = list(complaint.events.exclude(kind__in=UNTOLD))
    happened = {event.kind for event in events}  # what never did is not looked up
    lines = timeline_of(events, deliveries.select_related("endpoint__organisation"), known=known)
    record = decided(complaint)
    ruling = ruling_on(record)
    told = ruling.told(language())
    cards = cards_of(told, record, _by_party(respondents), [], running=complaint.is_open, on=today)
    of_me = [each for each in asked if each.to == "consumer" and not each.answered_at] if complaint.is_open else []
    page = {
        "tab": "progress",
        "turn": turn_of(complaint, respondents, asked, offers, on=today),
        "lines": [line for line in lines if not line.technical],
        "technical": [line for line in lines if line.technical],
        "terms": terms_of(limits_of(complaint, respondents), on=today),
        "cards": [card for card in cards if not card.card.merged_into],
        "answers": [card for card in cards if card.answer],
        "requests": [(each, day(each.due_on)) for each in asked],
        "asked_of_me": of_me,
        "ask_form": AnswerForm(questions_asked(of_me)) if of_me else None,
        "declined": None if complaint.is_open else complaint.statement.get("declined"),
        **mediation_of(complaint, sides=["consumer"], at=timezone.now()),
        "note": note_of(complaint, on=today),
        "may_rate": may_rate(complaint, at=timezone.now()),
        "offers": [shown(complaint, each, on=today) for each in offers],
        "reach": reach_of_case(getattr(complaint, "contact", None)),
        "verify_url": reverse("complaints:case-verify", args=[reference]),
        "by_person": by_person(ruling, told),
        "contests": contests_told(complaint) if "contested" in happened else [],
        "has_identities": "records-answered" in happened and _has_identities(complaint),
        "joint": group_card_of(complaint, events),
        "reviews": [told_review(each) for each in complaint.reviews.select_related("decision").order_by("-number")],
    }
    return render(request, "case/progress.html", {**frame_of(complaint), **page})


def _has_identities(complaint: Complaint) -> bool:
    """Whether the platform said something of whoever sold or ran the room."""
    return complaint.record_items.filter(kind__in=IDENTITIES, answered_at__isnull=False).exists()


@case_page
@require_safe
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One look: whom to turn to, who else, who not yet; the words to say; the reasons; what is missing."""
    complaint = find_case(request, reference)
    record = _version(complaint, request.GET.get("v"))
    page = _decision_page(complaint, record, to=request.GET.get("to", ""), on=timezone.localdate())
    paper: dict[str, Any] = {"printing": "print" in request.GET, "version": request.GET.get("v", "")}
    if paper["printing"]:
        paper["facts"] = facts_of(record, [proof.item for proof in page["proofs"]])
    return render(request, "case/decision.html", {**frame_of(complaint), **page, **paper})


@case_page
@require_safe
def trace(request: HttpRequest, reference: str) -> HttpResponse:
    """How the decision was reached: every fact with its source, every ground with its articles, what is missing; and
    beside the machine's reasoning, where a person changed its result."""
    complaint = find_case(request, reference)
    record = _version(complaint, request.GET.get("v"))
    ruling = ruling_on(record)
    told, evidence = ruling.told_by_machine(language()), [proof.item for proof in proofs_of(complaint)]
    stands = ruling.told(language())
    decisive = [each.fact for each in open_facts_of(told, record.output)]
    page = {
        "tab": "decision",
        "record": record,
        "told": told,
        "stands": stands,
        "by_person": by_person(ruling, stands),
        "facts": facts_of(record, evidence),
        "parties": grounds_of(told),
        "turns": turns_of(told, record),
        "decisive": decisive,
        "others": [missing for missing in missing_of(told) if missing not in decisive],
        "ruleset": record.output["ruleset"],
        "made_at": moment(record.at),
    }
    return render(request, "case/trace.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def decision_json(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision as a machine can replay it, to keep."""
    complaint = find_case(request, reference)
    record = _version(complaint, request.GET.get("v"))
    response = JsonResponse(replayable(complaint, record), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{complaint.reference}-v{record.number}.json"'
    return response


# ── What the pages share ─────────────────────────────────────────────────────────────────────────────────────────────


def frame_of(complaint: Complaint) -> dict[str, Any]:
    """The head of every page of a case, and what the consumer may still do."""
    moves = moves_open_to(Role.CONSUMER, State(complaint.state))
    return {
        "complaint": complaint,
        "tab": "decision",
        "unread": Thread.objects.filter(complaint=complaint).unread_by_consumer().get(complaint.pk, 0),
        "may_refer": "refer" in moves,
        "may_withdraw": "withdraw" in moves,
        "may_reopen": "reopen" in moves and not why_no_reopening(complaint, at=timezone.now()),
    }


def respondents_of(complaint: Complaint) -> list[Respondent]:
    """The parties in the order merchant, anchor, platform."""
    found = complaint.respondents.select_related("organisation")
    return sorted(found, key=lambda respondent: list(Party).index(Party(respondent.party)))


def proofs_of(complaint: Complaint) -> list[Proof]:
    """The evidence not taken back, numbered as every page numbers it, with what each piece shows."""
    pieces = complaint.evidence.of_dispute().select_related("blob").prefetch_related("showings", *RELATED)
    return [Proof(number, item) for number, item in enumerate(pieces, 1)]


def _by_party(respondents: Sequence[Respondent]) -> dict[str, Respondent]:
    return {respondent.party: respondent for respondent in respondents}


def decided(complaint: Complaint) -> DecisionRecord:
    """The latest decision; a filed complaint always has one."""
    if complaint.decision is None:
        raise Http404
    return complaint.decision


def _version(complaint: Complaint, number: str | None) -> DecisionRecord:
    if number is None:
        return decided(complaint)
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(complaint.decisions, number=int(number))


def _decision_page(complaint: Complaint, record: DecisionRecord, *, to: str, on: date) -> dict[str, Any]:
    ruling, respondents, proofs = ruling_on(record), respondents_of(complaint), proofs_of(complaint)
    told = ruling.told(language())
    persons = by_person(ruling, told)
    by_party = _by_party(respondents)
    cards = cards_of(told, record, by_party, [proof.item for proof in proofs], running=complaint.is_open, on=on)
    separate = [card for card in cards if not card.card.merged_into]
    first = ruling.output["first_contact"]
    addressee = to if any(card.card.party == to for card in separate) else first or separate[0].card.party
    is_latest = record.pk == complaint.decision_id
    before = complaint.decisions.filter(number=record.number - 1).first() if record.number > 1 else None
    missing = open_facts_of(told, ruling.output)
    questions = questions_of(told, ruling.output) if is_latest and complaint.is_open else []
    asked = {question.fact for question in questions}
    lead, bold = lead_of(told)
    terms = terms_of(limits_of(complaint, respondents), on=on)
    clocks = [*terms, *(replies_of(respondents, on=on) if complaint.is_open else [])]
    return {
        "record": record,
        "is_latest": is_latest,
        "seal_words": rulebook().words[f"seal.{ruling.seal}.name"].in_(language()),
        "by_person": persons,
        "present": present_words(ruling.output),
        "contests": contests_told(complaint) if is_latest else [],
        "suspended": suspended_in(ruling),
        "sentences": sentences_of(ruling, told) if persons else None,
        "review": _review_of(complaint) if is_latest else None,
        "clarity": Clarity.objects.filter(decision=record).first(),
        "made_at": moment(record.at),
        "made_on": day(record.at),
        "price": money(complaint.price) if complaint.price is not None else "",
        "claims": claims_of(told),
        "acts": _("；").join(told.acts),
        "shown_proofs": THUMBS,
        "told": told,
        "heading": heading_of(told),
        "lead": lead,
        "bold": bold,
        "cards": separate,
        "bar": sorted(cards, key=lambda card: list(Party).index(Party(card.card.party))),
        "merged": [card for card in cards if card.card.merged_into],
        "first": next((card for card in cards if card.card.party == first), None),
        "addressee": addressee,
        **_messages(complaint, ruling, told, by_party, addressee, on),
        "side": side_of(complaint, name_of(by_party.get("platform"))),
        "thumbs": proofs[:THUMBS],
        "proofs": proofs,
        "clocks": sorted(clocks, key=lambda entry: entry[1].days or 0),
        "open_facts": missing,
        "yours": sum(each.fact.fact in asked for each in missing),
        "theirs": [each for each in missing if each.fact.fact not in asked],
        "answer_form": AnswerForm(questions[:QUESTIONS]) if questions else None,
        "more_questions": max(0, len(questions) - QUESTIONS),
        "steps": next_steps(complaint, respondents, first_contact=first, on=on),
        "change": change_of(before, ruling, told) if before else None,
    }


def _review_of(complaint: Complaint) -> dict[str, Any]:
    """The latest review and its answer, and whether one may be asked for."""
    last = last_review(complaint)
    return {"last": told_review(last) if last else None, "may_ask": not why_no_review(complaint, last)}


def _messages(
    complaint: Complaint,
    ruling: Ruling,
    told: Explanation,
    respondents: dict[str, Respondent],
    party: str,
    on: date,
) -> dict[str, str]:
    """What to send, in Chinese; and in English for who reads English."""
    respondent = respondents.get(party)
    due_on = respondent.due_on if respondent else None
    platform = respondents.get(Party.PLATFORM)
    told_in_chinese = ruling.told("zh") if language() == "en" else told
    terms: dict[str, Any] = {
        "until": due_on if due_on and due_on >= on else answer_by(on).day,
        "wanted": [option.label for option in wanted_of(complaint)],
        "names": {name: respondent.name for name, respondent in respondents.items()},
        "platform_knows": bool(platform and platform.notified_at),
    }
    english = message(complaint, told, party, lang="en", **terms) if language() == "en" else ""
    return {"say": message(complaint, told_in_chinese, party, lang="zh", **terms), "say_in_english": english}
