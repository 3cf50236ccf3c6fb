"""The bundle of evidence on a case: what it holds, having it made, how far that is, and taking it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from complaints.web import bundle_pages
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of


@case_page
@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """What it is and where it stands; the POST has one made."""
    complaint = find_case(request, reference)
    frame = {**frame_of(complaint), "tab": "evidence", "has_pieces": complaint.evidence.of_dispute().exists()}
    return bundle_pages.page(request, complaint, actor=actor_of(request), template="case/bundle.html", frame=frame)


@case_page
@require_safe
def bundle_zip(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """The finished ZIP, to the consumer's side."""
    back = reverse("complaints:bundle", args=[reference])
    return bundle_pages.handed_over(request, find_case(request, reference), pk, actor=actor_of(request), back=back)
