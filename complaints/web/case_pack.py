"""The pack for one way: every paper an office asks for and the consumer's own originals, as one ZIP in one tap."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from complaints.evidence.custody import Act
from complaints.flow.viewing import note_all
from complaints.lifecycle import Role
from complaints.models import Complaint
from complaints.packs import Exhibit, NotPacked, pack
from complaints.press import NotPrinted, print_pdf
from complaints.rulings import replayable
from complaints.serving import hand_over
from complaints.web.actors import actor_of
from complaints.web.case import case_page, decided, find_case, proofs_of
from complaints.web.case_channels import way_of
from complaints.web.case_letter import LOCALES, require_room
from complaints.web.pack_sheets import SLUGS, authority_of, sheets_of


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
        return _made(request, complaint, way)
    except (NotPrinted, NotPacked) as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('complaints:next', args=[reference])}#{way}")


def _made(request: HttpRequest, complaint: Complaint, way: str) -> FileResponse:
    require_room(complaint, at=timezone.now())
    record = decided(complaint)
    with translation.override(LOCALES["zh"]):  # who reads the papers works in Chinese
        sheets = sheets_of(complaint, way, on=timezone.localdate())
        html, text = render_to_string("papers/pack.html", sheets), render_to_string("papers/paste.txt", sheets)
    papers = {
        "papers.pdf": print_pdf(html),
        "paste.txt": text.encode(),
        "decision.json": json.dumps(replayable(complaint, record), ensure_ascii=False, indent=2).encode(),
    }
    exhibits = exhibits_of(complaint)
    pieces = [exhibit.item for exhibit in exhibits]
    note_all(pieces, variant="original", actor=actor_of(request), at=timezone.now(), act=Act.EXPORTED)
    name = f"{complaint.reference}-{SLUGS[way]}.zip"
    return hand_over(pack(papers, exhibits, _about(complaint, way)), name)


def exhibits_of(complaint: Complaint) -> list[Exhibit]:
    """The originals that are the consumer's own, and what shows that somebody may act for them. What a party handed in
    stays with it; what is not known to be sound goes nowhere."""
    own = [Exhibit(each.number, each.item) for each in proofs_of(complaint) if each.item.offered_by == Role.CONSUMER]
    return [exhibit for exhibit in own + authority_of(complaint) if exhibit.item.blob.may_be_opened]


def _about(complaint: Complaint, way: str) -> dict[str, Any]:
    record = decided(complaint)
    return {
        "case": complaint.reference,
        "for": SLUGS[way],
        "decision": {"version": record.number, "digest": record.digest, "rulebook": record.rulebook},
        "ruleset": record.output["ruleset"]["id"],
    }
