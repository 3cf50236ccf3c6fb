"""The pack for one way: every paper an office asks for and the consumer's own originals, as one ZIP in one tap."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.flow import packing
from complaints.packs import NotPacked
from complaints.papers.sheets import SLUGS
from complaints.press import NotPrinted
from complaints.serving import hand_over
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case
from complaints.web.case_channels import way_of


@case_page
@require_safe
def pack_for(request: HttpRequest, reference: str, way: str) -> HttpResponseBase:
    """The ZIP; a closed way, an unticked door and a busy press are told on the page of the six ways."""
    complaint = find_case(request, reference)
    channel = way_of(complaint, way)
    if channel is None or way not in SLUGS:
        raise Http404
    back = f"{reverse('complaints:next', args=[reference])}?tick={way}#{way}"
    if channel.is_closed or (channel.closes and "understood" not in request.GET):
        return redirect(back)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip")  # nothing is made for a look
    try:
        source, name = packing.pack_for(complaint, way, actor=actor_of(request), at=timezone.now())
    except (NotPrinted, NotPacked) as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('complaints:next', args=[reference])}#{way}")
    return hand_over(source, name)
