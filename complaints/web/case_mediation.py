"""The consumer's part in a mediation: the sessions, the agreement, and the papers of both."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow.agreements import CONSUMER
from complaints.mediation_words import agreement_told, session_told
from complaints.papers.letter import contact_of
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
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


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def session(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One session: when, where, who; and whether the consumer comes."""
    complaint = find_case(request, reference)
    found = get_object_or_404(complaint.sessions, number=number)
    told = session_told(found, sides=[CONSUMER], at=timezone.now())
    form = AttendanceForm(posted(request)) if told.may_answer or request.method == "POST" else None
    if form and form.is_valid() and is_attendance_said(request, found, form, side=CONSUMER, actor=actor_of(request)):
        return redirect("complaints:case", reference)
    page: dict[str, Any] = {"tab": "progress", "told": told, "form": form}
    return render(request, "case/session.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def session_ics(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The appointment for the consumer's calendar."""
    complaint = find_case(request, reference)
    return calendar_of(get_object_or_404(complaint.sessions.select_related("complaint"), number=number))


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def agreement(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version of the agreement, and the consumer's yes or no to it."""
    complaint = find_case(request, reference)
    found = get_object_or_404(complaint.agreements.select_related("offer"), number=number)
    told = agreement_told(found, is_consumer=True)
    form = AgreementAnswerForm(posted(request)) if told.may_answer or request.method == "POST" else None
    actor = actor_of(request)
    if form and form.is_valid() and is_agreement_answered(request, found, form, side=CONSUMER, actor=actor):
        return redirect("complaints:case", reference)
    page: dict[str, Any] = {"tab": "progress", "told": told, "form": form}
    return render(request, "case/agreement.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def agreement_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The consumer's own copy: it carries their name."""
    complaint = find_case(request, reference)
    found = get_object_or_404(complaint.agreements.select_related("complaint__association"), number=number)
    name = contact_of(complaint).get("name", "")
    back = reverse("complaints:case-agreement", args=[reference, number])
    return agreement_file(request, found, consumer=name, reader=actor_of(request).label, back=back)


@case_page
@require_safe
def termination_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The notice that the mediation ended."""
    complaint = find_case(request, reference)
    if termination_of(complaint) is None:
        raise Http404
    name, back = contact_of(complaint).get("name", ""), reverse("complaints:case", args=[reference])
    return termination_file(request, complaint, consumer=name, back=back, at=timezone.now())
