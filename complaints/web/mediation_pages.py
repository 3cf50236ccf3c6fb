"""What the two sides' doors share about a mediation: one form answered, one file handed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.flow.agreements import confirm_agreement, decline_agreement
from complaints.flow.reopening import REASON_LABELS
from complaints.flow.responses import CannotAnswer
from complaints.flow.sessions import answer_session
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.triage import CannotAct
from complaints.lifecycle import State
from complaints.mediation_words import agreements_told, ics_of, sessions_told
from complaints.models import Actor, Agreement, Complaint, Session
from complaints.press import NotPrinted
from complaints.settlement_paper import agreement_pdf, termination_pdf
from complaints.web.mediation_forms import AgreementAnswerForm, AttendanceForm


def is_attendance_said(
    request: HttpRequest, session: Session, form: AttendanceForm, *, side: str, actor: Actor
) -> bool:
    """Say it; what stood in the way is said by the form."""
    given = form.cleaned_data
    comes, words = given["comes"] == "yes", "" if given["comes"] == "yes" else given["words"]
    try:
        answer_session(session, side=side, comes=comes, words=words, actor=actor, at=timezone.now())
    except (CannotAct, CannotAnswer) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已告诉协会你会来。") if comes else _("已告诉协会你来不了，等它另定时间。"))
    return True


def is_agreement_answered(
    request: HttpRequest, agreement: Agreement, form: AgreementAnswerForm, *, side: str, actor: Actor
) -> bool:
    """Say yes or no to it; what stood in the way is said by the form."""
    given, at = form.cleaned_data, timezone.now()
    try:
        if given["says"] == "no":
            decline_agreement(agreement, side=side, reason=given["reason"], actor=actor, at=at)
            messages.success(request, _("已告诉协会和对方不同意，接着调解。"))
            return True
        confirmed = confirm_agreement(agreement, side=side, actor=actor, at=at)
    except (CannotAct, CannotAnswer) as refusal:
        form.add_error(None, str(refusal))
        return False
    is_both = confirmed.state == Agreement.State.CONFIRMED
    messages.success(request, _("双方都确认了，协议算数了。") if is_both else _("已确认，等对方确认。"))
    return True


def calendar_of(session: Session) -> HttpResponse:
    """The appointment as a file."""
    name = f"{session.complaint.reference}-session-{session.number}.ics"
    return _file(ics_of(session), "text/calendar; charset=utf-8", name)


def agreement_file(
    request: HttpRequest, agreement: Agreement, *, consumer: str, reader: str, back: str
) -> HttpResponse:
    """The agreement as PDF; where the press is busy, a word on the page ``back``."""
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")  # nothing is made for a look
    try:
        made = agreement_pdf(agreement, consumer=consumer, reader=reader, at=timezone.now())
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect(back)
    return _file(made, "application/pdf", f"{agreement.complaint.reference}-agreement-{agreement.number}.pdf")


def termination_file(
    request: HttpRequest, complaint: Complaint, *, consumer: str, back: str, at: datetime
) -> HttpResponse:
    """The notice of the end as PDF; the caller has made sure that there is one."""
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")
    told = complaint.statement["terminated"]
    try:
        ground = GROUND_LABELS[told["ground"]]
        made = termination_pdf(complaint, ground=ground, words=told["words"], consumer=consumer, at=at)
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect(back)
    return _file(made, "application/pdf", f"{complaint.reference}-termination.pdf")


def termination_of(complaint: Complaint) -> dict[str, Any] | None:
    """Why the mediation ended, in words; None where it did not."""
    told = complaint.statement.get("terminated")
    if complaint.state != State.TERMINATED or not told:
        return None
    return {"why": GROUND_LABELS[told["ground"]], "words": told["words"]}


def mediation_of(complaint: Complaint, *, sides: list[str], at: datetime) -> dict[str, Any]:
    """What the page of the case shows of a mediation to these sides."""
    opened = complaint.statement.get("reopened") if complaint.is_open else None
    is_mediated = complaint.accepted_at is not None  # before, or opened again since: there is nothing to look for
    return {
        "sessions": sessions_told(complaint, sides=sides, at=at) if is_mediated else [],
        "agreements": agreements_told(complaint, sides=sides) if is_mediated else [],
        "terminated": termination_of(complaint),
        "reopened": {"why": REASON_LABELS[opened["reason"]], "words": opened["words"]} if opened else None,
    }


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
