"""The buttons under a hint: use it, say it is wrong, take that back. Each is one verb of flow.hints."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from complaints.flow import hints
from complaints.models import Draft
from complaints.web.heard import holds

HINT_BUTTONS = ("take", "refuse", "undo")


def answer_hint(request: HttpRequest, draft: Draft) -> None:
    """Do what a pressed button says; nothing where none was pressed, or its hint is gone."""
    at, today = timezone.now(), timezone.localdate()
    for button in HINT_BUTTONS:
        if code := request.POST.get(button):
            pieces = draft.evidence.offered().select_related("blob")
            hint = hints.find(hints.hints_of(pieces, on=today), code)
            if hint and button == "take":
                hints.take(draft, hint, holds=holds(today), at=at)
            elif hint and button == "refuse":
                hints.refuse(draft, hint, at=at)
            elif hint:
                hints.undo(draft, hint, holds=holds(today), at=at)
