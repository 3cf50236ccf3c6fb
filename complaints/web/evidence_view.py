"""Evidence as bytes: the gate, a line in the record of viewings, then the file under headers that disarm it."""

from __future__ import annotations

import re
from urllib.parse import quote

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints.evidence.sniff import BARE_FAMILIES, KINDS, TEXT
from complaints.flow.viewing import note_viewing
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from complaints.serving import send
from complaints.web.actors import actor_of
from complaints.web.case_forms import posted

COPIES = {"thumb", "preview"}
COPY_TYPE = "image/webp"  # what complaints.evidence.checker writes
BYTES = "application/octet-stream"
PAGE = re.compile(r"page-([1-9]\d{0,3})")


class ReasonForm(forms.Form):
    """Why an officer opens an original: it stands in the record of viewings."""

    reason = forms.CharField(
        label=_("为什么要看原件"),
        max_length=200,
        help_text=_("会写进查看记录。例如：核对签名、送鉴定。"),
        error_messages={
            "required": _("写一句为什么要看原件。"),
            "max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。"),
        },
    )


@require_http_methods(["GET", "POST"])
def evidence_bytes(request: HttpRequest, evidence_id: int, variant: str) -> HttpResponseBase:
    """One variant of one piece: copies inline, the original only as a download, to its owner or to an officer."""
    evidence, actor = find_piece(request, evidence_id)
    if variant in COPIES and request.method == "GET":
        return serve_copy(evidence, variant, actor)
    if (page := PAGE.fullmatch(variant)) and request.method == "GET":
        return _page(evidence, int(page[1]), actor)
    if variant != "original":
        raise Http404
    if actor.role == Role.CONSUMER and evidence.offered_by == Role.CONSUMER:
        return _original(evidence, actor)
    if actor.role != Role.OFFICER:
        raise Http404
    form = ReasonForm(posted(request))
    if form.is_valid():
        return _original(evidence, actor, reason=form.cleaned_data["reason"])
    return render(request, "case/original.html", {"form": form, "evidence": evidence})


def find_piece(request: HttpRequest, evidence_id: int) -> tuple[Evidence, Actor]:
    """The piece, where who asks may see it, and who asks; else 404."""
    actor = _viewer(request)
    return get_object_or_404(Evidence.objects.visible_to(actor).select_related("blob"), pk=evidence_id), actor


def may_turn_pages(evidence: Evidence, actor: Actor) -> bool:
    """Officers, and the consumer who handed it in. What a party may see of it is decided where masks are made."""
    owns = actor.role == Role.CONSUMER and evidence.offered_by == Role.CONSUMER
    return evidence.blob.may_be_opened and (owns or actor.role == Role.OFFICER)


def _page(evidence: Evidence, number: int, actor: Actor) -> HttpResponseBase:
    """One page or tile, counted from 1."""
    pages = evidence.blob.pages
    if not may_turn_pages(evidence, actor) or number > len(pages):
        raise Http404
    variant = f"page-{number}"
    note_viewing(evidence, variant=variant, actor=actor, at=timezone.now())
    name = f"evidence-{evidence.pk}-{variant}.webp"
    return send(pages[number - 1]["sha256"], media_type=COPY_TYPE, disposition=f'inline; filename="{name}"')


def _viewer(request: HttpRequest) -> Actor:
    """Officers look with their association's eyes; anybody else as on the other pages."""
    if request.user.is_authenticated and request.user.is_staff:
        return Actor.officer(request.user)
    return actor_of(request)


def serve_copy(evidence: Evidence, variant: str, actor: Actor) -> HttpResponseBase:
    """A copy rebuilt from pixels, thumb or preview, without metadata; 404 where the kind of file has none."""
    sha256 = evidence.blob.thumb if variant == "thumb" else evidence.blob.preview
    if not sha256:
        raise Http404
    note_viewing(evidence, variant=variant, actor=actor, at=timezone.now())
    return send(sha256, media_type=COPY_TYPE, disposition=f'inline; filename="evidence-{evidence.pk}-{variant}.webp"')


def is_text(evidence: Evidence) -> bool:
    """Whether it is plain text: it has no copy of pixels, and its own bytes hide nothing."""
    return KINDS.get(evidence.blob.media_type) is TEXT


def serve_text(evidence: Evidence, actor: Actor) -> HttpResponseBase:
    """The text itself, as a download of bare bytes under a name of ours; 404 for any other kind of file."""
    if not is_text(evidence):
        raise Http404
    note_viewing(evidence, variant="original", actor=actor, at=timezone.now())
    disposition = f'attachment; filename="evidence-{evidence.pk}.{TEXT.extension}"'
    return send(evidence.blob.sha256, media_type=BYTES, disposition=disposition)


def _original(evidence: Evidence, actor: Actor, reason: str = "") -> HttpResponseBase:
    note_viewing(evidence, variant="original", actor=actor, at=timezone.now(), reason=reason)
    blob = evidence.blob
    kind = KINDS.get(blob.media_type)
    name = f"evidence-{evidence.pk}.{kind.extension if kind else 'bin'}"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"
    # A table or a text may be a formula or a script to the program that opens it: it goes out as bare bytes.
    media_type = BYTES if kind is None or kind.family in BARE_FAMILIES else blob.media_type
    return send(blob.sha256, media_type=media_type, disposition=disposition)
