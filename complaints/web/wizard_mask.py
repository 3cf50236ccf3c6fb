"""What the other side will see of a piece, before filing: the editor and its pictures, for who carries the draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from complaints.web import drafts, mask_pages

WRITER = Actor(Role.CONSUMER)  # whoever carries the draft


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Draw what is covered; see what the other side will see; save."""
    piece = _own(request, evidence_id)
    is_checked = request.GET.get("from") == "check"
    back = reverse("complaints:wizard-check") if is_checked else reverse("complaints:wizard-evidence")
    page = {"address": reverse("complaints:wizard-mask", args=[piece.pk]), "back": back}
    answer = mask_pages.editor(request, piece, actor=WRITER, template="wizard/mask.html", frame=page, back=back)
    if answer.get("Location") == back:
        messages.success(request, _("好了，提交以后对方只看得到遮好的副本。"))
    return answer


@never_cache
@require_safe
def picture(request: HttpRequest, evidence_id: int, variant: str) -> HttpResponseBase:
    """A sheet to draw on, or one that was tried out."""
    return mask_pages.picture(_own(request, evidence_id), variant, actor=WRITER)


def _own(request: HttpRequest, evidence_id: int) -> Evidence:
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        raise Http404
    return get_object_or_404(draft.evidence.of_dispute().select_related("blob", "draft"), pk=evidence_id)
