"""Films and sound in the viewer. They have no working copy: who plays one sees the original, so a reason goes on record
first, and opens it to that officer for a while."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.panels import Exhibit
from complaints.admin.pieces import exhibits_for, pick
from complaints.evidence.sniff import AMR, KINDS
from complaints.flow.viewing import note_viewing
from complaints.models import Complaint, CustodyEntry
from complaints.models.actor import Actor
from complaints.posting import post_only
from complaints.serving import stream

FAMILIES = frozenset({"video", "audio"})
SILENT = frozenset({AMR.media_type})  # no browser plays it
SALT, OPEN_SECONDS = "desk-film", 2 * 60 * 60


class FilmForm(forms.Form):
    """Why an officer plays a recording: it stands in the record of viewings."""

    reason = forms.CharField(
        label=gettext_lazy("为什么要放"),
        max_length=200,
        help_text=gettext_lazy("录屏和录音没有副本，放的就是原件。会写进查看记录。"),
        error_messages={
            "required": gettext_lazy("写一句为什么要放。"),
            "max_length": gettext_lazy("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。"),
        },
    )
    use_required_attribute = False


def film_of(request: HttpRequest, actor: Actor, complaint: Complaint, exhibit: Exhibit) -> dict[str, Any] | None:
    """What the viewer shows of a recording: the player where it was opened, else the form that asks why. None for
    anything else."""
    family = family_of(exhibit)
    if family not in FAMILIES or not exhibit.item.blob.may_be_opened:
        return None
    key = request.GET.get("key", "")
    return {
        "family": family,
        "plays": exhibit.item.blob.media_type not in SILENT,
        "address": reverse("admin:case-film", args=[complaint.reference, exhibit.number]) + f"?key={key}"
        if _opens(key, exhibit, actor)
        else "",
        "form": FilmForm(auto_id="film_%s") if permissions.may(actor, "original") else None,
    }


@post_only("admin:case-evidence", "reference", "number")
def play(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponse:
    """Enter why, then open the recording to this officer for a while."""
    _complaint, exhibits = exhibits_for(actor, reference)
    exhibit, form = pick(exhibits, number), FilmForm(request.POST)
    if family_of(exhibit) not in FAMILIES or not exhibit.item.blob.may_be_opened:
        raise Http404
    page = reverse("admin:case-evidence", args=[reference, number])
    if refusal := _refusal(form, actor):
        messages.error(request, refusal)
        return redirect(f"{page}#film")
    act, reason = CustodyEntry.Act.VIEWED, form.cleaned_data["reason"]
    note_viewing(exhibit.item, variant="original", actor=actor, at=timezone.now(), reason=reason, act=act)
    return redirect(f"{page}?key={_key_to(exhibit, actor)}#film")


@require_safe
def film(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponseBase:
    """The bytes of a recording, or the part the player asks for; only to who said why, and only to play."""
    _complaint, exhibits = exhibits_for(actor, reference)
    exhibit = pick(exhibits, number)
    blob = exhibit.item.blob
    known = family_of(exhibit) in FAMILIES and blob.may_be_opened
    if not known or not _opens(request.GET.get("key", ""), exhibit, actor):
        raise Http404
    return stream(blob.sha256, media_type=blob.media_type, part=request.headers.get("Range", ""))


def _refusal(form: FilmForm, actor: Actor) -> str:
    """Why it is not played; empty where it may be."""
    try:
        permissions.require(actor, "original")
    except permissions.NotAllowed as refused:
        return str(refused)
    return "" if form.is_valid() else " ".join(map(str, form.errors["reason"]))


def family_of(exhibit: Exhibit) -> str:
    """image, pdf, video, audio, text or table; empty for what we do not know."""
    kind = KINDS.get(exhibit.item.blob.media_type)
    return kind.family if kind else ""


def _key_to(exhibit: Exhibit, actor: Actor) -> str:
    return signing.dumps([exhibit.item.pk, actor.label], salt=SALT)


def _opens(key: str, exhibit: Exhibit, actor: Actor) -> bool:
    try:
        said = signing.loads(key, salt=SALT, max_age=OPEN_SECONDS)
    except signing.BadSignature:
        return False
    return bool(said == [exhibit.item.pk, actor.label])
