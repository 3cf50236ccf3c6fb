"""The page of a bundle, for whichever side of a case stands at it: where it stands, having it made, taking it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from complaints.flow import bundling
from complaints.models import Actor, Bundle, Complaint
from complaints.serving import hand_over

LOOK_AGAIN = 5  # seconds, while it is made: the page asks again by itself, without a script too


def page(
    request: HttpRequest, complaint: Complaint, *, actor: Actor, template: str, frame: dict[str, Any]
) -> HttpResponse:
    """What it is and where the last one of this side stands; the POST has one made, and leads back here."""
    at = timezone.now()
    if request.method == "POST":
        try:
            bundling.ask(complaint, actor=actor, at=at)
        except bundling.NotBundled as why:
            messages.error(request, str(why))
        return redirect(request.path)
    row = Bundle.objects.visible_to(actor).filter(complaint=complaint).order_by("-pk").first()
    answer = render(request, template, {**frame, "bundle": row.as_of(at) if row else None})
    if row and row.state in {Bundle.State.WAITING, Bundle.State.MAKING}:
        answer["Refresh"] = str(LOOK_AGAIN)
    return answer


def handed_over(request: HttpRequest, complaint: Complaint, pk: int, *, actor: Actor, back: str) -> HttpResponseBase:
    """The finished ZIP; one that is not ready, or has expired meanwhile, leads ``back`` to the page."""
    row = get_object_or_404(Bundle.objects.visible_to(actor), pk=pk, complaint=complaint)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip")  # nothing leaves for a look
    try:
        source = bundling.take_away(row, actor=actor, at=timezone.now())
    except bundling.NotBundled as why:
        messages.error(request, str(why))
        return redirect(back)
    return hand_over(source, f"{complaint.reference}-evidence.zip")
