"""Evidence as bytes: the gate, a line in the record of viewings, then the file under headers that disarm it."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import vault
from complaints.flow.viewing import note_viewing
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from complaints.sniff import KINDS, TEXT
from complaints.web.actors import actor_of
from complaints.web.case_forms import posted

COPIES = {"thumb", "preview"}
COPY_TYPE = "image/webp"  # what complaints.checker writes
BYTES = "application/octet-stream"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


class ReasonForm(forms.Form):
    """Why an officer opens an original: it stands in the record of viewings."""

    reason = forms.CharField(
        label=_("为什么要看原件"), max_length=200, help_text=_("会写进查看记录。例如：核对签名、送鉴定。")
    )


@require_http_methods(["GET", "POST"])
def evidence_bytes(request: HttpRequest, evidence_id: int, variant: str) -> HttpResponseBase:
    """One variant of one piece: copies inline, the original only as a download, to its owner or to an officer."""
    actor = _viewer(request)
    evidence = get_object_or_404(Evidence.objects.visible_to(actor).select_related("blob"), pk=evidence_id)
    if variant in COPIES and request.method == "GET":
        return _copy(evidence, variant, actor)
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


def _viewer(request: HttpRequest) -> Actor:
    """Officers look with their association's eyes; anybody else as on the other pages."""
    if request.user.is_authenticated and request.user.is_staff:
        return Actor.officer(request.user)
    return actor_of(request)


def _copy(evidence: Evidence, variant: str, actor: Actor) -> HttpResponseBase:
    sha256 = evidence.blob.thumb if variant == "thumb" else evidence.blob.preview
    if not sha256:
        raise Http404
    note_viewing(evidence, variant=variant, actor=actor, at=timezone.now())
    return _send(sha256, COPY_TYPE, f'inline; filename="evidence-{evidence.pk}-{variant}.webp"')


def _original(evidence: Evidence, actor: Actor, reason: str = "") -> HttpResponseBase:
    note_viewing(evidence, variant="original", actor=actor, at=timezone.now(), reason=reason)
    blob = evidence.blob
    kind = KINDS.get(blob.media_type)
    name = f"evidence-{evidence.pk}.{kind.extension if kind else 'bin'}"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"
    # Text may be a spreadsheet or a script to the program that opens it: it goes out as bare bytes.
    media_type = BYTES if kind is None or kind is TEXT else blob.media_type
    return _send(blob.sha256, media_type, disposition)


def _send(sha256: str, media_type: str, disposition: str) -> HttpResponseBase:
    try:
        source = vault.open_blob(sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(source, content_type=media_type)
    response["Content-Disposition"] = disposition
    for name, value in HEADERS.items():
        response[name] = value
    return response
