"""The pages of one piece of evidence, one under the other: leaves of a PDF, tiles of a long picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.evidence.looks import leaves_of
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from complaints.web.evidence_view import find_piece, may_turn_pages


@require_safe
def evidence_pages(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Every page there is a picture of, for its owner and for officers. 404 where it has none."""
    evidence, actor = find_piece(request, evidence_id)
    pages = evidence.blob.pages
    if not pages or not may_turn_pages(evidence, actor):
        raise Http404
    leaves = leaves_of(evidence.blob)
    shown = {
        "back": _back(evidence, actor),
        "evidence": evidence,
        "pages": [{**page, "variant": f"sheet-{number}"} for number, page in enumerate(pages)],
        "is_paper": bool(leaves),
        "not_shown": max(0, leaves - len(pages)),
        "title": _("证据：{kind}").format(kind=evidence.get_kind_display()),
    }
    return render(request, "case/pages.html", shown)


def _back(evidence: Evidence, actor: Actor) -> str:
    """Where the piece lies: the officer's desk, or the owner's page of evidence."""
    assert evidence.complaint is not None  # a draft's evidence is visible to its own form only
    where = "admin:case" if actor.role == Role.OFFICER else "complaints:case-evidence"
    return reverse(where, args=[evidence.complaint.reference])
