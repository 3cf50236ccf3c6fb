"""A mediation on the case screen: its sessions, agreements, weighings and end; and their papers for the officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.admin.mediation_forms import POINT_LABELS
from complaints.flow.reopening import REASON_LABELS
from complaints.flow.sessions import CONSUMER
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.weighing import WEIGHED
from complaints.lifecycle import State
from complaints.mediation_words import agreements_told, ics_of, sessions_told
from complaints.models import Actor, Complaint, Weighing
from complaints.narrative import fact_statement
from complaints.press import NotPrinted
from complaints.settlement_paper import agreement_pdf, termination_pdf


@dataclass(frozen=True, slots=True)
class WeighingTold:
    """A weighing as it is read: each circumstance with what was found of it."""

    weighing: Weighing
    cite: str
    finding: str
    factors: list[tuple[str, str, int | None]]


def mediation_of(complaint: Complaint, *, at: datetime) -> dict[str, Any]:
    """What the panel shows; nothing of it where there has been no mediation."""
    ended, opened = complaint.statement.get("terminated"), complaint.statement.get("reopened")
    return {
        "sessions": sessions_told(complaint, sides=[CONSUMER], at=at),
        "agreements": agreements_told(complaint, sides=[CONSUMER]),
        "weighings": [
            _weighing_told(each) for each in complaint.weighings.select_related("assertion", "officer").order_by("-pk")
        ],
        "ended": {"why": GROUND_LABELS.get(ended["ground"], ""), "words": ended["words"]} if ended else None,
        "has_notice": complaint.state == State.TERMINATED and bool(ended),
        "reopened": {"why": REASON_LABELS.get(opened["reason"], ""), "words": opened["words"]} if opened else None,
    }


def _weighing_told(weighing: Weighing) -> WeighingTold:
    weighed = WEIGHED[weighing.fact]
    return WeighingTold(
        weighing,
        weighed.cite,
        fact_statement(weighing.fact, weighing.finding),
        [
            (str(name), str(POINT_LABELS[weighing.points(code)["points"]]), weighing.points(code)["evidence"])
            for code, name in weighed.factors.items()
        ],
    )


@require_safe
def agreement(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponse:
    """The agreement as PDF. The line for the consumer's name stays empty: an officer opens contacts for a reason."""
    case = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    found = get_object_or_404(case.agreements.select_related("complaint__association"), number=number)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")  # nothing is made for a look
    try:
        made = agreement_pdf(found, reader=actor.label, at=timezone.now())
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect("admin:case", reference)
    return _file(made, "application/pdf", f"{reference}-agreement-{number}.pdf")


@require_safe
def termination(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The notice of the end as PDF."""
    case = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    ended = case.statement.get("terminated")
    if case.state != State.TERMINATED or not ended:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")
    try:
        ground = GROUND_LABELS[ended["ground"]]
        made = termination_pdf(case, ground=ground, words=ended["words"], at=timezone.now())
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect("admin:case", reference)
    return _file(made, "application/pdf", f"{reference}-termination.pdf")


@require_safe
def session_ics(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponse:
    """The appointment for the officer's calendar."""
    case = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    found = get_object_or_404(case.sessions.select_related("complaint"), number=number)
    return _file(ics_of(found), "text/calendar; charset=utf-8", f"{reference}-session-{number}.ics")


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
