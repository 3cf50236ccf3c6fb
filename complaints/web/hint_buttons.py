"""The buttons under a hint: use it, say it is wrong, take that back. Each is one verb of flow.hints."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from complaints.flow import hints
from complaints.models import Draft
from complaints.web.heard import heard_of_draft, holds

HINT_BUTTONS = ("take", "take-free", "refuse", "undo")


def answer_hint(request: HttpRequest, draft: Draft) -> None:
    """Do what a pressed button says; nothing where none was pressed, or its hint is gone."""
    at, today = timezone.now(), timezone.localdate()
    button = next((name for name in HINT_BUTTONS if request.POST.get(name)), "")
    if not button:
        return
    pieces = list(draft.evidence.offered().select_related("blob"))
    if button == "take-free":
        heard = heard_of_draft(draft, pieces, at=at, on=today)
        wanted = next((each for pk, each in heard.items() if str(pk) == request.POST[button]), None)
        for told in wanted.free if wanted else ():
            hints.take(draft, told.hint, holds=holds(today), at=at)
        return
    hint = hints.find(hints.hints_of(pieces, on=today), request.POST[button])
    if hint and button == "take":
        hints.take(draft, hint, holds=holds(today), at=at)
    elif hint and button == "refuse":
        hints.refuse(draft, hint, at=at)
    elif hint:
        hints.undo(draft, hint, holds=holds(today), at=at)
