"""Evidence as bytes: the gate, a line in the record of viewings, then the file under headers that disarm it."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.evidence.entitled import Copy, Entitled, seen_by
from complaints.evidence.sniff import BARE_FAMILIES, KINDS, TEXT
from complaints.flow.viewing import note_denial, note_viewing
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from complaints.serving import send
from complaints.web.actors import actor_of
from complaints.web.case_forms import posted

COPY_TYPE = "image/webp"  # what complaints.evidence.checker and burner write
SHEET = re.compile(r"sheet-(\d{1,4})")
BYTES = "application/octet-stream"


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
    """One variant of one piece: copies inline, the original only as a download, to its owner or to an officer. Of what
    a party offered the consumer sees the covered copy."""
    evidence, actor = find_piece(request, evidence_id)
    # Officers look at every piece as its owner does.
    own = {evidence.offered_by} if actor.role == Role.OFFICER else {str(Role.CONSUMER)}
    if variant != "original" and request.method == "GET":
        return serve_copy(evidence, variant, actor, own)
    if variant != "original":
        raise Http404
    if actor.role == Role.CONSUMER and evidence.offered_by == Role.CONSUMER:
        return _original(evidence, actor)
    if actor.role != Role.OFFICER:
        note_denial(evidence, variant=variant, actor=actor, at=timezone.now())
        raise Http404
    if not permissions.may(actor, "original"):
        note_denial(evidence, variant=variant, actor=actor, at=timezone.now())
        raise Http404
    form = ReasonForm(posted(request))
    if form.is_valid():
        return _original(evidence, actor, reason=form.cleaned_data["reason"])
    return render(request, "case/original.html", {"form": form, "evidence": evidence})


def find_piece(request: HttpRequest, evidence_id: int) -> tuple[Evidence, Actor]:
    """The piece, where it was found sound and who asks may see it, and who asks; else 404."""
    actor = _viewer(request)
    sound = Evidence.objects.visible_to(actor).stored()
    return get_object_or_404(sound.select_related("blob"), pk=evidence_id), actor


def may_turn_pages(evidence: Evidence, actor: Actor) -> bool:
    """Officers, and the consumer who handed it in. What a party may see of it is decided where masks are made."""
    owns = actor.role == Role.CONSUMER and evidence.offered_by == Role.CONSUMER
    return evidence.blob.may_be_opened and (owns or actor.role == Role.OFFICER)


def _viewer(request: HttpRequest) -> Actor:
    """Officers look with their association's eyes; anybody else as on the other pages."""
    if request.user.is_authenticated and request.user.is_staff:
        return Actor.officer(request.user)
    return actor_of(request)


def serve_copy(evidence: Evidence, variant: str, actor: Actor, own: Collection[str]) -> HttpResponseBase:
    """What a reader who stands for these sides may open of a piece: ``thumb``, ``preview``, ``sheet-0``… or ``text``.
    404 for what there is none of, or not yet."""
    seen = seen_by(evidence, own)
    if variant == "text":
        return _text(evidence, seen, actor)
    sha256 = _picture(evidence, seen, variant)
    if not sha256:
        raise Http404
    note_viewing(evidence, variant=_as_recorded(seen, variant), actor=actor, at=timezone.now())
    return send(sha256, media_type=COPY_TYPE, disposition=f'inline; filename="evidence-{evidence.pk}-{variant}.webp"')


def serve_released(evidence: Evidence, actor: Actor, own: Collection[str]) -> HttpResponseBase:
    """The original, to a party its owner let have it; 404 for everybody else."""
    if not seen_by(evidence, own).original:
        raise Http404
    return _original(evidence, actor, reason="released")


def _picture(evidence: Evidence, seen: Entitled, variant: str) -> str:
    """The digest of what is asked for; empty where there is none."""
    if variant == "thumb":
        return seen.thumb
    if variant == "preview":
        # An owner sees the whole of a long picture at once; of a covered one there are only its sheets.
        return evidence.blob.preview if seen.copy == Copy.OWN and seen.sheets else "".join(seen.sheets[:1])
    asked = SHEET.fullmatch(variant)
    return seen.sheets[int(asked[1])] if asked and int(asked[1]) < len(seen.sheets) else ""


def _text(evidence: Evidence, seen: Entitled, actor: Actor) -> HttpResponseBase:
    """The text as a download of bare bytes under a name of ours."""
    if not seen.text:
        raise Http404
    variant = "original" if seen.copy == Copy.OWN else _as_recorded(seen, "text")
    note_viewing(evidence, variant=variant, actor=actor, at=timezone.now())
    disposition = f'attachment; filename="evidence-{evidence.pk}.{TEXT.extension}"'
    return send(seen.text, media_type=BYTES, disposition=disposition)


def _as_recorded(seen: Entitled, variant: str) -> str:
    """How the record of viewings names a copy."""
    return variant if seen.copy == Copy.OWN else f"masked-{variant}"


def _original(evidence: Evidence, actor: Actor, reason: str = "") -> HttpResponseBase:
    note_viewing(evidence, variant="original", actor=actor, at=timezone.now(), reason=reason)
    blob = evidence.blob
    kind = KINDS.get(blob.media_type)
    name = f"evidence-{evidence.pk}.{kind.extension if kind else 'bin'}"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"
    # A table or a text may be a formula or a script to the program that opens it: it goes out as bare bytes.
    media_type = BYTES if kind is None or kind.family in BARE_FAMILIES else blob.media_type
    return send(blob.sha256, media_type=media_type, disposition=disposition)
