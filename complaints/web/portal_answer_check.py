"""The last step of an answer: all of it as the consumer will read it, what is missing, and the word that sends it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow.answering import DraftMoved, answer_with_offer
from complaints.flow.colleagues import as_seen
from complaints.flow.contesting import bare_before, comes_back
from complaints.flow.offers import CannotOffer
from complaints.flow.responses import CannotAnswer, Position
from complaints.models import Actor, Complaint, Party, Respondent
from complaints.narrative import fact_statement, moment, offer_words, position_words
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_answer_desk import Desk, address, alike, beside, desk_of, frame, kept_words
from complaints.web.portal_answer_forms import CHECK, FACTS, OFFER, WORDS, Case, Whole
from complaints.web.portal_session import own_case, portal_page


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The last step: all of it as the consumer will read it, what is missing, and the word to send."""
    desk = desk_of(request, reference)
    if desk.draft is None:
        return redirect(address(desk, 1))
    whole = Whole.of(desk.case, desk.draft)
    if request.method == "POST" and not whole.wrong:
        if request.POST.get("mark") == str(desk.draft.mark):
            return _send(request, desk, whole)
        return _look(request, desk, whole, said=_("你看的时候有人改过，下面是现在的样子。再看一遍，没问题就发。"))
    return _look(request, desk, whole)


def _send(request: HttpRequest, desk: Desk, whole: Whole) -> HttpResponse:
    complaint, respondent = desk.case.complaint, desk.case.respondent
    position, facts, words = whole.position.cleaned_data, whole.facts, whole.words.cleaned_data
    try:
        with as_seen(complaint, respondent, request.POST.get("answered")):
            answer_with_offer(
                complaint,
                party=Party(respondent.party),
                position=Position(position["position"]),
                words=words["words"],
                claims=facts.claims,
                checking=facts.checking,
                evidence=facts.chosen,
                points_to=Party(position["points_to"]) if position["points_to"] else None,
                instead=position["instead"].strip(),
                rule=position["rule"],
                note=words["note"].strip(),
                proposal=whole.offer.proposal,
                seen=desk.draft.mark if desk.draft else None,
                actor=desk.actor,
                at=desk.at,
            )
    except DraftMoved as moved:
        return _look_again(request, desk.reference, str(moved))
    except (CannotAnswer, CannotOffer) as refusal:
        return _look(request, desk, whole, said=str(refusal))
    return redirect("complaints:portal-answer-sent", desk.reference)


def _look_again(request: HttpRequest, reference: str, said: str) -> HttpResponse:
    """The answer as it stands by now; the case, where nothing is left to send."""
    desk = desk_of(request, reference)
    if desk.draft is None:
        messages.error(request, said)
        return redirect("complaints:portal-case", reference)
    return _look(request, desk, Whole.of(desk.case, desk.draft), said=said)


def _look(request: HttpRequest, desk: Desk, whole: Whole, *, said: str = "") -> HttpResponse:
    respondent, wrong = desk.case.respondent, whole.wrong
    assert desk.draft is not None
    position = whole.position.cleaned_data
    page = {
        **frame(desk, CHECK),
        "said": said,
        "wrong": [(name, words, sentences, address(desk, int(name))) for name, words, sentences in wrong],
        "mark": desk.draft.mark,
        "beside": beside(desk),
        "is_bare": not wrong and whole.is_bare,
        "facts_address": address(desk, int(FACTS)),
        "offer_address": address(desk, int(OFFER)),
        "words_address": address(desk, int(WORDS)),
        "alike": alike(desk, kept_words(desk.draft)),
        "answered_since": bool(respondent.answered_at and respondent.answered_at > desk.draft.started_at),
        "answered_before": bool(respondent.answered_at),
        "lacks_offer": position.get("position") in {Position.ACCEPTED, Position.PARTLY} and not _offered(whole),
        "comes_back": not wrong and _comes_back(desk.case, whole),
        **({} if wrong else _preview(whole)),
    }
    return render(request, "portal/answer_check.html", page, status=HTTPStatus.CONFLICT if said else HTTPStatus.OK)


def _offered(whole: Whole) -> bool:
    return bool(whole.offer.cleaned_data.get("kind"))


def _comes_back(case: Case, whole: Whole) -> bool:
    """Whether sending it hands the question to the association: the case has been passed on before."""
    position, party = whole.position.cleaned_data, case.respondent.party
    if position["position"] != Position.NOT_OURS:
        return False
    proof = bool(whole.facts.chosen)
    return not bare_before(case.complaint, party, position["points_to"], proof=proof) and comes_back(
        case.complaint, party
    )


def _preview(whole: Whole) -> Mapping[str, Any]:
    """The answer in the words the consumer will read."""
    position, facts = whole.position.cleaned_data, whole.facts
    proposal = whole.offer.proposal
    checking = [fact_statement(fact, None) for fact in facts.checking]
    return {
        "stands": position_words({**position, "proof": not whole.is_bare}),
        "instead": position["instead"],
        "words": whole.words.cleaned_data["words"],
        "note": whole.words.cleaned_data["note"],
        "told": [fact_statement(fact, value) for fact, value in facts.claims.items()],
        "checking": checking,
        "checking_days": facts.cleaned_data.get("days"),
        "proofs": facts.chosen,
        "offered": offer_words(proposal.kind, proposal.amount) if proposal else "",
        "proposal": proposal,
    }


@portal_page
@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """It went out: under which number, and what the consumer sees now."""
    complaint, respondent, actor = own_case(request, reference)
    if not respondent.answered_at:
        return redirect("complaints:portal-case", reference)
    return render(request, "portal/answer_sent.html", _sent_page(complaint, respondent, actor))


def _sent_page(complaint: Complaint, respondent: Respondent, actor: Actor) -> dict[str, Any]:
    events = complaint.events.filter(kind="answered").order_by("-sequence")
    event = next((each for each in events if each.body.get("party") == respondent.party), None)
    offer = complaint.offers.filter(party=respondent.party, state="made").order_by("-number").first()
    return {
        **frame_of_party(complaint, respondent),
        "number": event.sequence if event else None,
        "when": moment(respondent.answered_at) if respondent.answered_at else "",
        "stands": position_words(respondent.answer),
        "words": respondent.answer.get("words", ""),
        "instead": respondent.answer.get("instead", ""),
        "offered": offer_words(offer.kind, offer.amount) if offer else "",
        "proposal": offer,
        "told": [],
        "version": complaint.decision.number if complaint.decision else None,
        "is_member": actor.user is not None,
    }
