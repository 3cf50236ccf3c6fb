"""The desk's editor of what the other side sees of a piece: for every piece of a case the officer sees."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.evidence.burning import NotBurned
from complaints.evidence.editor import NotRead, Row, asked_for, page_of, regions_in, rows_of, rows_sent
from complaints.flow import masks
from complaints.flow.viewing import note_viewing
from complaints.models import Actor, Complaint, Evidence, Mask
from complaints.serving import send

UNREADABLE, BUSY = 422, 503


@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, actor: Actor, reference: str, evidence_id: int) -> HttpResponse:
    """Draw what is covered, look at it, save it: as the person does on their own page."""
    permissions.require(actor, "mask")
    piece = _piece(actor, reference, evidence_id)
    if request.method != "POST":
        trial = masks.trial_of(piece, actor=actor) if "look" in request.GET else None
        rows = rows_of(trial.regions if trial else masks.suggest(piece))
        return _page(request, actor, piece, rows, trial=trial)
    rows, act = rows_sent(request.POST), request.POST.get("do", "")
    try:
        regions = [] if act == "nothing" else regions_in(rows, piece.blob)
        if act == "look":
            masks.try_out(piece, regions, actor=actor, at=timezone.now())
            return redirect(f"{request.path}?look=1#look")
        masks.save(piece, regions, actor=actor, at=timezone.now())
    except NotRead as refusal:
        return _page(request, actor, piece, rows, refused=str(refusal), status=UNREADABLE)
    except NotBurned:
        words = _("现在处理图片的人多，这次没有做成。过一分钟再试，你画的都还在。")
        return _page(request, actor, piece, rows, refused=words, status=BUSY)
    except masks.CannotCover:
        raise Http404 from None
    messages.success(request, _("好了，对方从现在起只看得到遮好的副本。"))
    return redirect(f"{reverse('admin:case', args=[reference])}#evidence")


@require_safe
def picture(request: HttpRequest, actor: Actor, reference: str, evidence_id: int, variant: str) -> HttpResponseBase:
    """A sheet to draw on, or one that was tried out; who looked is on record."""
    piece = _piece(actor, reference, evidence_id)
    sha256 = asked_for(piece, masks.trial_of(piece, actor=actor), variant)
    if not sha256:
        raise Http404
    note_viewing(piece, variant=variant, actor=actor, at=timezone.now())
    return send(sha256, media_type="image/webp", disposition=f'inline; filename="evidence-{piece.pk}-{variant}.webp"')


def _piece(actor: Actor, reference: str, evidence_id: int) -> Evidence:
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    piece = get_object_or_404(complaint.evidence.of_dispute().select_related("blob", "complaint"), pk=evidence_id)
    if not piece.blob.may_be_opened or not piece.blob.sheets:
        raise Http404
    return piece


def _page(
    request: HttpRequest,
    actor: Actor,
    piece: Evidence,
    rows: Sequence[Row],
    *,
    trial: Mask | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    reference = piece.complaint.reference if piece.complaint else ""
    page = {
        **frame_of(actor),
        "case": piece.complaint,
        **page_of(piece, rows, trial),
        "address": reverse("admin:case-mask", args=[reference, piece.pk]),
        "back": f"{reverse('admin:case', args=[reference])}#evidence",
        "refused": [refused] if refused else [],
    }
    return render(request, "admin/mask.html", page, status=status)
