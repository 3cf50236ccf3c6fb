"""Which party stands at the page of a case: by an invitation this browser opened, or by the account of a business.

Never both in one browser: opening a code ends a member's sign-in, and signing in forgets the code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Membership
from complaints.flow.inviting import invitation_still_good
from complaints.models import Actor, Complaint, Invitation, Respondent
from complaints.narrative import heading_name
from complaints.web.portal_members import house_of, member_of, memberships_of, not_kept, to_sign_in, wrong_part

SESSION_KEY = "invitation"
SPEAKS = "speaks-for"  # case → party, where a business answers for several
REMEMBERED = 30  # cases whose party is kept in mind
ANSWERING = (Membership.Part.ANSWERING,)
View = Callable[..., HttpResponse]


class SignedOut(Http404):
    """Neither a code nor an account in this browser."""


class WrongPart(PermissionDenied):
    """A member whose part is not to answer."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor


def portal_page(view: View) -> View:
    """A page of one case, kept by no cache. Who is not in is led to the entrance; who may not answer reads who may."""

    @not_kept
    @wraps(view)
    def opened(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SignedOut:
            if request.method not in {"GET", "HEAD"}:
                raise
            return to_sign_in(request)
        except WrongPart as refusal:
            return wrong_part(request, refusal.actor, ANSWERING)

    return opened


def let_in(request: HttpRequest, invitation: Invitation, *, at: datetime) -> None:
    """Open the one case in this browser, under a new session key. A member of a business is signed out by it."""
    if memberships_of(request):
        logout(request)
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
    """The case, the party one stands for, and the actor that makes: by the invitation, or as a member who answers.

    Raises SignedOut, WrongPart, or Http404 for a case that is somebody else's: there is no such page.
    """
    if SESSION_KEY in request.session:
        respondent = guest_of(request)
        if respondent is None:
            raise Http404
        actor = actor_for(respondent)
        return _seen(actor, reference), respondent, actor
    member = member_of(request)
    if member is None:
        raise Http404 if request.user.is_authenticated else SignedOut
    if member.duties.isdisjoint(ANSWERING):
        raise WrongPart(member)
    complaint = _seen(member, reference)
    return complaint, _chosen(request, complaint, member), member


def _seen(actor: Actor, reference: str) -> Complaint:
    seen = Complaint.objects.visible_to(actor).select_related("decision", "association")
    return get_object_or_404(seen, reference=reference)


def speaks_for(complaint: Complaint, actor: Actor) -> list[Respondent]:
    """The parties this business answers for, its own first."""
    assert actor.organisation is not None
    found = complaint.respondents.answered_by(actor.organisation)
    return sorted(found, key=lambda each: (each.organisation_id is None, each.pk))


def _chosen(request: HttpRequest, complaint: Complaint, actor: Actor) -> Respondent:
    """What the form says it was filled in for, else what was chosen for this case, else the business itself. A form
    that speaks for a party that has come in itself meanwhile finds no page."""
    choices = speaks_for(complaint, actor)
    told = request.POST.get("as", "") if request.method == "POST" else ""
    kept = request.session.get(SPEAKS, {}).get(complaint.reference, "")
    respondent = next((each for each in choices if each.party == (told or kept)), None)
    if respondent is None and (told or not choices):
        raise Http404
    request.portal_stand = (actor, complaint, respondent or choices[0], choices)  # type: ignore[attr-defined]
    return respondent or choices[0]


def speak_for(request: HttpRequest, complaint: Complaint, respondent: Respondent) -> None:
    """For which of its parties the business stands at this case from now on, in this browser."""
    kept = {**request.session.get(SPEAKS, {})}
    kept.pop(complaint.reference, None)
    request.session[SPEAKS] = dict([*kept.items(), (complaint.reference, respondent.party)][-REMEMBERED:])


def stand(request: HttpRequest) -> dict[str, Any]:
    """To templates of a case: the frame of the business whose member stands there, and for whom they speak. Empty for
    guests and on every other page."""
    found = getattr(request, "portal_stand", None)
    if found is None:
        return {}
    actor, complaint, respondent, choices = found
    return {
        **house_of(actor),
        "portal_frame": "portal/house.html",
        "portal_case": complaint,
        "portal_speaks": respondent.party,
        "portal_choices": [(each.party, heading_name(each.party), each.name) for each in choices],
    }
