"""Who else has this case open, at the top of its pages; kept up by a small script, right at load without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format

from complaints.admin.access import name_of
from complaints.admin.acts import ACTS
from complaints.flow import presence
from complaints.models import Complaint
from complaints.models.actor import Actor
from complaints.posting import post_only

LEAVING = "leave"


@dataclass(frozen=True, slots=True)
class Looker:
    """A colleague with the case open."""

    name: str
    since: datetime
    form: str  # the title of the act whose form is open; empty for none

    @property
    def when(self) -> str:
        return date_format(timezone.localtime(self.since), "H:i")


def arrive(complaint: Complaint, actor: Actor, *, form: str = "", at: datetime) -> dict[str, Any]:
    """Note that the actor opened a page of the case, and who was there before: for the page's context."""
    assert actor.user is not None  # an officer is a person; the site lets nobody else in
    presence.note(complaint, actor.user, form=form, at=at)
    return {"lookers": _lookers(complaint, actor, at), "open_form": form, "beat_ms": presence.BEAT.seconds * 1000}


@post_only("admin:case", "reference")
def beat(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """A page says that it is still open, or that it is being left; the answer is who else is there."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    assert actor.user is not None
    now, said = timezone.now(), request.POST.get("form", "")
    form = said if said in ACTS else ""
    if LEAVING in request.POST:
        presence.leave(complaint, actor.user, form=form, at=now)
        return HttpResponse(status=204)
    presence.note(complaint, actor.user, form=form, at=now)
    return render(request, "admin/components/lookers.html", {"lookers": _lookers(complaint, actor, now)})


def _lookers(complaint: Complaint, actor: Actor, at: datetime) -> list[Looker]:
    return [
        Looker(name_of(row.user), row.since, str(ACTS[row.form].title) if row.form in ACTS else "")
        for row in presence.others(complaint, actor.user, at=at)
    ]
