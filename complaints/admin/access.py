"""Who stands at the desk."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Membership, User
from complaints import permissions
from complaints.admin.rail import pages_of
from complaints.models.actor import Actor
from complaints.narrative import language

WORKING = permissions.READING - {Membership.Duty.AUDITOR}


def actor_of(request: HttpRequest) -> Actor:
    """The officer who asks, read once for each request; somebody of no association is an actor who sees nothing."""
    found = getattr(request, "_desk_actor", None)
    if found is None:
        user = request.user
        found = Actor.officer(user) if isinstance(user, User) else Actor()
        request._desk_actor = found  # type: ignore[attr-defined]
    return cast(Actor, found)


def colleagues_of(actor: Actor) -> list[User]:
    """Who a case may be given to: the people of the officer's own association who work on cases."""
    if actor.organisation is None:
        return []
    members = Membership.objects.at_desk(actor.organisation).select_related("user")
    working = (member for member in members if not WORKING.isdisjoint(member.duties))
    return sorted((member.user for member in working), key=lambda user: (user.last_name, user.username))


def name_of(user: User | None) -> str:
    """How colleagues see each other: the full name, Chinese names written together; else the sign-in name."""
    if user is None:
        return ""
    full = f"{user.last_name}{user.first_name}"
    return (full if not full.isascii() else user.get_full_name()) or user.get_username()


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the form that was sent wants to go on; never to another site."""
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if safe else otherwise


def frame_of(actor: Actor) -> dict[str, Any]:
    """Who is here, for the bar at the top of every page. An operator may belong to no association."""
    office = actor.organisation
    return {
        "person": name_of(actor.user),
        "office": office.name(language()) if office else "",
        "is_officer": office is not None,
        "pages": pages_of(actor),
        "may": {act.replace("-", "_"): permissions.may(actor, act) for act in permissions.MAY},
    }
