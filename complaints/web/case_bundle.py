"""The bundle of evidence on a case: what it holds, having it made, how far that is, and taking it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow import bundling
from complaints.models import Actor, Bundle, Complaint
from complaints.serving import hand_over
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of


@case_page
@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """What it is and where it stands; the POST has one made."""
    complaint, actor = find_case(request, reference), actor_of(request)
    if request.method == "POST":
        try:
            bundling.ask(complaint, actor=actor, at=timezone.now())
        except bundling.NotBundled as why:
            messages.error(request, str(why))
        return redirect("complaints:bundle", reference)
    page = {"tab": "evidence", "bundle": newest(complaint, actor), "pieces": complaint.evidence.of_dispute().count()}
    return render(request, "case/bundle.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def bundle_zip(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """The finished ZIP; one that has expired meanwhile leads back to the page."""
    complaint, actor = find_case(request, reference), actor_of(request)
    row = get_object_or_404(Bundle.objects.visible_to(actor), pk=pk, complaint=complaint)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip")  # nothing leaves for a look
    try:
        source = bundling.take_away(row, actor=actor, at=timezone.now())
    except bundling.NotBundled as why:
        messages.error(request, str(why))
        return redirect("complaints:bundle", reference)
    return hand_over(source, f"{complaint.reference}-evidence.zip")


def newest(complaint: Complaint, actor: Actor) -> Bundle | None:
    """The bundle this side asked for last; one whose day is over counts as expired before the sweep has said so."""
    row = Bundle.objects.visible_to(actor).filter(complaint=complaint).order_by("-pk").first()
    if row and row.state == Bundle.State.READY and row.expires_at and row.expires_at <= timezone.now():
        row.state = Bundle.State.EXPIRED
    return row
