"""Which party stands at the page: by an invitation this browser opened, as long as its session and the code last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.flow.inviting import invitation_still_good
from complaints.models import Actor, Complaint, Invitation, Respondent

SESSION_KEY = "invitation"


def let_in(request: HttpRequest, invitation: Invitation, *, at: datetime) -> None:
    """Open the one case in this browser, under a new session key."""
    request.session.cycle_key()
    until = at + settings.INVITATION_SESSION
    request.session[SESSION_KEY] = {"invitation": invitation.pk, "until": until.isoformat()}


def let_out(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def guest_of(request: HttpRequest) -> Respondent | None:
    """The party this browser speaks for now, if any."""
    found: dict[str, Any] = request.session.get(SESSION_KEY, {})
    until, at = parse_datetime(found.get("until", "")), timezone.now()
    if until is None or at >= until:
        return None
    invitation = invitation_still_good(found["invitation"], at=at)
    return invitation.respondent if invitation else None


def actor_for(respondent: Respondent) -> Actor:
    return Actor.invited(complaint_id=respondent.complaint_id, respondent_id=respondent.pk)


def may_read(respondent: Respondent) -> bool:
    """Whether ``own_case`` would find its case: not where nobody ever asked it before the case ended."""
    return Complaint.objects.visible_to(actor_for(respondent)).exists()


def own_case(request: HttpRequest, reference: str) -> tuple[Complaint, Respondent, Actor]:
    """The case of the invitation, its party, and the actor it makes; else there is no such page."""
    respondent = guest_of(request)
    if respondent is None:
        raise Http404
    actor = actor_for(respondent)
    seen = Complaint.objects.visible_to(actor).select_related("decision", "association")
    return get_object_or_404(seen, reference=reference), respondent, actor
