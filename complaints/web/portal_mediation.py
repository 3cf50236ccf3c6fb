"""The party's part in a mediation: the sessions it is asked to, the agreement, and the papers of both."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow.agreements import PARTY
from complaints.mediation_words import agreement_told, session_told
from complaints.models import Agreement, Complaint, Respondent, Session
from complaints.web.case_forms import posted
from complaints.web.mediation_forms import AgreementAnswerForm, AttendanceForm
from complaints.web.mediation_pages import (
    agreement_file,
    calendar_of,
    is_agreement_answered,
    is_attendance_said,
    termination_file,
    termination_of,
)
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_session import own_case, portal_page


@portal_page
@require_http_methods(["GET", "POST"])
@or_why_not
def session(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One session this party is asked to, and whether it comes."""
    complaint, respondent, actor = own_case(request, reference)
    found = _session(complaint, respondent, number)
    told = session_told(found, sides=[respondent.party], at=timezone.now())
    form = AttendanceForm(posted(request)) if told.may_answer or request.method == "POST" else None
    if form and form.is_valid() and is_attendance_said(request, found, form, side=respondent.party, actor=actor):
        return redirect("complaints:portal-case", reference)
    page = {**frame_of_party(complaint, respondent), "told": told, "form": form}
    return render(request, "portal/session.html", page)


@portal_page
@require_safe
def session_ics(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The appointment for this party's calendar."""
    complaint, respondent, _actor = own_case(request, reference)
    return calendar_of(_session(complaint, respondent, number))


@portal_page
@require_http_methods(["GET", "POST"])
@or_why_not
def agreement(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version of the agreement with this party, and its yes or no to it."""
    complaint, respondent, actor = own_case(request, reference)
    found = _agreement(complaint, respondent, number)
    told = agreement_told(found, is_consumer=False)
    form = AgreementAnswerForm(posted(request)) if told.may_answer or request.method == "POST" else None
    if form and form.is_valid() and is_agreement_answered(request, found, form, side=PARTY, actor=actor):
        return redirect("complaints:portal-case", reference)
    page = {**frame_of_party(complaint, respondent), "told": told, "form": form}
    return render(request, "portal/agreement.html", page)


@portal_page
@require_safe
def agreement_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The party's copy: where the consumer's name goes there is a line to write on."""
    complaint, respondent, actor = own_case(request, reference)
    found = _agreement(complaint, respondent, number)
    back = reverse("complaints:portal-agreement", args=[reference, number])
    return agreement_file(request, found, consumer="", reader=actor.label, back=back)


@portal_page
@require_safe
def termination_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The notice that the mediation ended."""
    complaint, _respondent, _actor = own_case(request, reference)
    if termination_of(complaint) is None:
        raise Http404
    back = reverse("complaints:portal-case", args=[reference])
    return termination_file(request, complaint, consumer="", back=back, at=timezone.now())


def _session(complaint: Complaint, respondent: Respondent, number: int) -> Session:
    found = get_object_or_404(complaint.sessions.select_related("complaint"), number=number)
    if respondent.party not in found.parties:
        raise Http404
    return found


def _agreement(complaint: Complaint, respondent: Respondent, number: int) -> Agreement:
    own = complaint.agreements.filter(party=respondent.party).select_related("complaint__association", "offer")
    return get_object_or_404(own, number=number)
