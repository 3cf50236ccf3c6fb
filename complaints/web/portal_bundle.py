"""The entrance's bundle: the party's own originals, covered copies of the others', and what proves them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from complaints.web import bundle_pages
from complaints.web.portal import frame_of_party
from complaints.web.portal_session import own_case, portal_page


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """What it is and where it stands; the POST has one made. A case that has ended can still be taken along."""
    complaint, respondent, actor = own_case(request, reference)
    pieces = complaint.evidence.of_dispute().sound_or_of([respondent.party])
    frame = {**frame_of_party(complaint, respondent), "has_pieces": pieces.exists()}
    return bundle_pages.page(request, complaint, actor=actor, template="portal/bundle.html", frame=frame)


@portal_page
@require_safe
def bundle_zip(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """The finished ZIP, to the party that asked for it."""
    complaint, _respondent, actor = own_case(request, reference)
    back = reverse("complaints:portal-bundle", args=[reference])
    return bundle_pages.handed_over(request, complaint, pk, actor=actor, back=back)
