"""The respondents' entrance: a party without a system of its own reads one case, answers, shows proof and offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from complaints.contest_words import contests_told, rules_listed
from complaints.evidence import vault
from complaints.evidence.entitled import RELATED, Entitled, seen_by, waits_for_person
from complaints.evidence.personal import covered
from complaints.flow.answering import draft_of, drop_draft
from complaints.flow.boilerplate import warning
from complaints.flow.colleagues import as_seen
from complaints.flow.contesting import bare_before, comes_back, rules_open
from complaints.flow.extending import why_not
from complaints.flow.identity_words import identities_told
from complaints.flow.intake import add_evidence
from complaints.flow.inviting import open_invitation
from complaints.flow.offers import CannotOffer, make_offer
from complaints.flow.reaching import note_seen
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.flow.telling_facts import checking_in
from complaints.models import Actor, Complaint, Delivery, Evidence, Extension, Offer, Party, Respondent, Thread
from complaints.models.assertion import Speaker
from complaints.models.helper import helper_of
from complaints.narrative import day, fact_statement, heading_name, language, offer_words, party_name, position_words
from complaints.open_facts import open_facts_of_parties
from complaints.party_timeline import last_days, party_lines
from complaints.posting import post_only
from complaints.present_information import present_words
from complaints.record_words import preserve_words, requests_told
from complaints.ruling_words import by_person
from complaints.rulings import ruling_on
from complaints.web.case_cards import clock_of
from complaints.web.case_forms import posted
from complaints.web.evidence_view import serve_copy, serve_released
from complaints.web.mediation_pages import mediation_of
from complaints.web.portal_forms import AnswerForm, InvitationForm, OfferForm, ProofForm
from complaints.web.portal_members import memberships_of
from complaints.web.portal_session import actor_for, guest_of, let_in, let_out, may_read, own_case, portal_page
from complaints.web.quotas import count_bytes
from complaints.web.refusals import told_on
from complaints.web.unreadable import Trouble, readable
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, silent, wait_page

or_why_not = told_on("complaints:portal-case")


@sensitive_post_parameters("code")
@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take the code of an invitation and open its case, or say that there is none such, without saying why."""
    at, form = timezone.now(), InvitationForm(posted(request))
    guest = guest_of(request) if request.method != "POST" else None
    if guest is not None and may_read(guest):
        return redirect("complaints:portal-case", guest.complaint.reference)
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "is_member": bool(memberships_of(request))}
        return silent(render(request, "portal/enter.html", page))
    if is_out_of_tries(request, at=at):
        return wait_page(request, at=at)
    invitation = open_invitation(form.cleaned_data["code"], at=at)
    if invitation is None:
        return _unknown(request, form, at)
    if invitation.opened_at is None or not may_read(invitation.respondent):  # it had ended before the code was opened
        return silent(render(request, "portal/enter.html", {"form": form, "has_ended": True}))
    let_in(request, invitation, at=at)
    return redirect("complaints:portal-case", invitation.respondent.complaint.reference)


def _unknown(request: HttpRequest, form: InvitationForm, at: datetime) -> HttpResponse:
    if count_wrong(request, at=at):
        return wait_page(request, at=at)
    form.add_error("code", _("没有找到。核对一下；入口码过期或换过新的，请联系协会。"))
    return silent(render(request, "portal/enter.html", {"form": form}))


@post_only("complaints:portal")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the case in this browser."""
    let_out(request)
    response = redirect("complaints:portal")
    response["Clear-Site-Data"] = '"cache"'
    return response


@portal_page
@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """What is asked of this party and by when, what was found about it, what the consumer says and shows."""
    complaint, respondent, actor = own_case(request, reference)
    note_seen(complaint, actor=actor, at=timezone.now())
    respondent.refresh_from_db()
    ruling = ruling_on(complaint.decision) if complaint.decision else None
    told = ruling.told(language()) if ruling else None
    mine = [card for card in told.parties if card.party == respondent.party] if told else []
    today = timezone.localdate()
    page = {
        **frame_of_party(complaint, respondent),
        "clock": clock_of(respondent, tone="brand", running=complaint.is_open, on=today),
        "found": mine[0] if mine else None,
        "verdict": told.verdict if told else "",
        "by_person": by_person(ruling, told) if ruling and told else [],
        "is_changed": bool(ruling and respondent.party in ruling.overrides),
        "questions": [each.fact.ask.in_(language()) for each in open_facts_of_parties(complaint, [respondent.party])],
        "asked": complaint.requests.unanswered().filter(to=respondent.party).order_by("pk"),
        "pieces": _pieces(complaint, respondent),
        "story": covered(complaint.story, keep=(complaint.order_number, complaint.reference))[0],
        **_records(complaint, respondent),
        **mediation_of(complaint, sides=[respondent.party], at=timezone.now()),
        "answered": position_words(respondent.answer) if respondent.answer else "",
        "contests": contests_told(complaint, parties=frozenset({respondent.party})),
        "note": respondent.note,
        **_wishes(complaint, respondent),
        **_timeline(complaint, respondent, actor),
        "offers": [
            (each, offer_words(each.kind, each.amount), covered(each.reply)[0])
            for each in _offers(complaint, respondent)
        ],
    }
    return render(request, "portal/case.html", page)


@portal_page
@require_http_methods(["GET", "POST"])
@or_why_not
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer: first a look at what will be sent, then it is sent. Nothing typed is lost on the way."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    form = _answer_form(request, complaint, respondent)
    if not form.is_valid():
        return render(request, "portal/answer.html", {**frame_of_party(complaint, respondent), "form": form})
    if "send" not in request.POST:
        given = form.cleaned_data
        page = {
            **frame_of_party(complaint, respondent),
            "form": form,
            "words": position_words({**given, "proof": not form.is_without_proof}),
            "sent": _as_sent(request),
            "alike": warning(given["words"], respondent=respondent, actor=actor),
            "comes_back": given["position"] == Position.NOT_OURS
            and not bare_before(complaint, respondent.party, given["points_to"], proof=bool(form.chosen))
            and comes_back(complaint, respondent.party),
        }
        return render(request, "portal/look.html" if "again" not in request.POST else "portal/answer.html", page)
    return _send(request, complaint, respondent, actor, form)


def _answer_form(request: HttpRequest, complaint: Complaint, respondent: Respondent) -> AnswerForm:
    return AnswerForm(
        posted(request),
        party=Party(respondent.party),
        questions=open_facts_of_parties(complaint, [respondent.party]),
        rules=rules_listed(rules_open(complaint, respondent.party), respondent.party),
        proofs=list(
            complaint.evidence.of_dispute().stored().filter(offered_by=respondent.party).select_related("blob")
        ),
        lang=language(),
    )


def _as_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the answer, to be carried over the look at it."""
    kept = ("csrfmiddlewaretoken", "again", "send")
    return [(name, value) for name in request.POST if name not in kept for value in request.POST.getlist(name)]


def _send(
    request: HttpRequest, complaint: Complaint, respondent: Respondent, actor: Actor, form: AnswerForm
) -> HttpResponse:
    given = form.cleaned_data
    try:
        with as_seen(complaint, respondent, request.POST.get("answered")):
            receive_response(
                complaint,
                party=Party(respondent.party),
                position=Position(given["position"]),
                words=given["words"],
                claims=form.facts,
                evidence=form.chosen,
                points_to=Party(given["points_to"]) if given["points_to"] else None,
                instead=given["instead"].strip(),
                rule=given["rule"],
                note=given["note"].strip(),
                actor=actor,
                at=timezone.now(),
            )
            drop_draft(respondent, actor)
    except CannotAnswer as refusal:
        form.add_error(None, str(refusal))
        return render(request, "portal/answer.html", {**frame_of_party(complaint, respondent), "form": form})
    messages.success(request, _("答复已发出，消费者和协会都看得到，判定也重新算过了。"))
    return redirect("complaints:portal-case", complaint.reference)


@portal_page
@require_http_methods(["GET", "POST"])
@readable
@or_why_not
def proof(request: HttpRequest, trouble: Trouble, reference: str) -> HttpResponse:
    """One file more; it can be named in the answer then."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    is_sent = request.method == "POST" and not trouble.is_unreadable
    form = ProofForm(*((request.POST, request.FILES) if is_sent else ()))
    refused = trouble.sentences
    if is_sent and form.is_valid():
        given, speaker, at = form.cleaned_data, Speaker(respondent.party), timezone.now()
        try:
            count_bytes(request, given["file"].size or 0, at=at)
            piece = add_evidence(complaint, given["file"], kind=given["kind"], speaker=speaker, actor=actor, at=at)
        except vault.Unacceptable as refusal:
            refused.append(str(refusal))
        else:
            is_sound = piece.blob.may_be_opened
            said = (
                _("收到了。答复里可以选它作证明。")
                if is_sound
                else _("收到了，正在检查。查完以后答复里可以选它作证明。")
            )
            messages.success(request, said)
            return redirect("complaints:portal-case", reference)
    page = {**frame_of_party(complaint, respondent), "form": form, "refused": refused}
    return render(request, "portal/proof.html", page)


@portal_page
@require_http_methods(["GET", "POST"])
@or_why_not
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer the consumer something; the consumer sees it beside what the law provides."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    form = OfferForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        told = {name: given[name] for name in ("amount", "words", "until")}
        kind, party = Offer.Kind(given["kind"]), Party(respondent.party)
        try:
            make_offer(complaint, party=party, kind=kind, **told, actor=actor, at=timezone.now())
        except (CannotOffer, CannotAnswer) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("方案已发给消费者。"))
            return redirect("complaints:portal-case", reference)
    return render(request, "portal/offer.html", {**frame_of_party(complaint, respondent), "form": form})


@require_safe
def copy(request: HttpRequest, reference: str, evidence_id: int, variant: str) -> HttpResponseBase:
    """A covered copy of a piece, sheet by sheet or as text; the party's own as it is; the original where it was let go.
    Who looked is on record."""
    _complaint, respondent, actor = own_case(request, reference)
    pieces = Evidence.objects.visible_to(actor).select_related("blob").prefetch_related(*RELATED)
    piece = get_object_or_404(pieces, pk=evidence_id, removed_at=None)
    if variant == "original":
        return serve_released(piece, actor, {respondent.party})
    return serve_copy(piece, variant, actor, {respondent.party})


def _wishes(complaint: Complaint, respondent: Respondent) -> dict[str, Any]:
    """What was asked and said of more time, and whether it can be asked for; what is being looked into; whether the
    finding rests on what is not known yet."""
    output = complaint.decision.output if complaint.decision else None
    return {
        "extension": Extension.objects.filter(respondent=respondent).first(),
        "may_extend": complaint.is_open and not why_not(respondent, on=timezone.localdate()),
        "checking": [
            (fact_statement(fact, None), day(date.fromisoformat(until)))
            for fact, until in checking_in(complaint, respondent.party).items()
        ],
        "present": present_words(output).get(respondent.party, "") if output else "",
        "identities": identities_told(complaint) if respondent.party == Party.PLATFORM else [],
    }


def _timeline(complaint: Complaint, respondent: Respondent, actor: Actor) -> dict[str, Any]:
    """What happened as this party may see it, what it has a day for, and whether an answer of its lies unsent."""
    taken = Delivery.objects.filter(event__complaint=complaint, done_at__isnull=False)
    own = taken.filter(endpoint__organisation=actor.organisation).select_related("endpoint__organisation")
    lines = party_lines(complaint, respondent, deliveries=own if actor.organisation else ())
    return {
        "lines": [line for line in lines if not line.technical],
        "technical": [line for line in lines if line.technical],
        "last_days": last_days(complaint, respondent, on=timezone.localdate()),
        "draft": draft_of(respondent, actor) if complaint.is_open else None,
    }


def _records(complaint: Complaint, respondent: Respondent) -> dict[str, Any]:
    """To the platform: which replays to keep, and how many records it was asked for and has not answered about."""
    if respondent.party != Party.PLATFORM:
        return {}
    items = [item for line in requests_told(complaint, on=timezone.localdate(), for_others=True) for item in line.items]
    return {
        "to_keep": preserve_words(complaint, items),
        "has_records": bool(items),
        "records_open": sum(item.is_open for item in items),
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece as this party sees it, and what it is offered as showing, in sentences."""

    piece: Evidence
    seen: Entitled
    shows: list[str]

    @property
    def waits(self) -> bool:
        """Whether the consumer sees nothing of the party's own piece until somebody has looked."""
        return waits_for_person(self.piece)


def _pieces(complaint: Complaint, respondent: Respondent) -> list[Shown]:
    pieces = complaint.evidence.of_dispute().sound_or_of([respondent.party]).select_related("blob")
    pieces = pieces.prefetch_related("showings", "assertions", *RELATED)
    return [
        Shown(piece, seen_by(piece, {respondent.party}), [fact_statement(fact, value) for fact, value in piece.shown])
        for piece in pieces
    ]


def _offers(complaint: Complaint, respondent: Respondent) -> list[Offer]:
    return list(complaint.offers.filter(party=respondent.party).order_by("-number"))


def frame_of_party(complaint: Complaint, respondent: Respondent) -> dict[str, Any]:
    """What every page of the entrance shows: the case, and as whom one stands there."""
    return {
        "complaint": complaint,
        "respondent": respondent,
        "role": heading_name(respondent.party),
        "role_name": party_name(respondent.party),
        "has_talk": Thread.objects.visible_to(actor_for(respondent)).exists(),
        "is_filed_by_helper": helper_of(complaint) is not None,
    }
