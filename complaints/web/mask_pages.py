"""What the two doors to the editor share: show the sheets with their boxes, take them back, try them out, save them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.evidence.burning import NotBurned
from complaints.evidence.editor import NotRead, asked_for, page_of, regions_in, rows_of, rows_sent
from complaints.flow import masks
from complaints.models import Actor, Evidence
from complaints.serving import send

LOOK, NOTHING = "look", "nothing"
UNREADABLE, BUSY = 422, 503


def editor(
    request: HttpRequest, piece: Evidence, *, actor: Actor, template: str, frame: dict[str, Any], back: str
) -> HttpResponse:
    """The page, or what came of the form: a look leads back to the page, saving leads to ``back``."""
    if not piece.blob.may_be_opened or not piece.blob.sheets:
        raise Http404
    if request.method != "POST":
        trial = masks.trial_of(piece, actor=actor) if "look" in request.GET else None
        regions = trial.regions if trial else masks.suggest(piece)
        return render(request, template, {**frame, **page_of(piece, rows_of(regions), trial)})
    rows, act = rows_sent(request.POST), request.POST.get("do", "")
    try:
        regions = [] if act == NOTHING else regions_in(rows, piece.blob)
        if act == LOOK:
            masks.try_out(piece, regions, actor=actor, at=timezone.now())
            came_from = "&from=check" if request.GET.get("from") == "check" else ""
            return redirect(f"{request.path}?look=1{came_from}#look")
        masks.save(piece, regions, actor=actor, at=timezone.now())
    except NotRead as refusal:
        page = {**frame, **page_of(piece, rows), "refused": [str(refusal)]}
        return render(request, template, page, status=UNREADABLE)
    except NotBurned:
        words = _("现在处理图片的人多，这次没有做成。过一分钟再试，你画的都还在。")
        return render(request, template, {**frame, **page_of(piece, rows), "refused": [words]}, status=BUSY)
    except masks.CannotCover:
        raise Http404 from None
    return redirect(back)


def picture(piece: Evidence, variant: str, *, actor: Actor) -> HttpResponseBase:
    """A sheet as it is, or as it was tried out, for whoever covers it."""
    sha256 = asked_for(piece, masks.trial_of(piece, actor=actor), variant)
    if not sha256:
        raise Http404
    return send(sha256, media_type="image/webp", disposition=f'inline; filename="evidence-{piece.pk}-{variant}.webp"')
