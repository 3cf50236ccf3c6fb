"""The door of the portal for people who signed in for a business: who they are there, and what their part lets them do.

A member acts by their account, a guest by the code of an invitation (``portal_session``): never both in one browser.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from accounts.models import Membership, Organisation, User
from accounts.names import email_of, masked
from accounts.signing_in import needs_factor, passed_factor
from complaints.models import Actor
from complaints.narrative import language
from complaints.web.portal_nav import PORTAL_PAGES, PortalPage

HOUSE = "house"  # in the session: for which of several businesses its member stands here
Part = Membership.Part
View = Callable[..., Any]  # whichever kind of response
not_kept = cache_control(private=True, no_store=True)


def memberships_of(request: HttpRequest) -> list[Membership]:
    """Every business the signed-in person is a member of; nobody's for who is not signed in."""
    if not isinstance(request.user, User):
        return []
    no_business = [Organisation.Kind.ASSOCIATION, Organisation.Kind.PRACTICE]
    found = request.user.memberships.exclude(organisation__kind__in=no_business)
    return list(found.select_related("organisation").order_by("pk"))


def member_of(request: HttpRequest) -> Actor | None:
    """For which business this person stands here: the one they chose, else their first; None for no member. Asked of
    the database each time, so that who is taken away is out at once. Where a second factor is demanded and the session
    has not passed one, nobody stands here."""
    if not isinstance(request.user, User) or (needs_factor(request.user) and not passed_factor(request)):
        return None
    found, chosen = memberships_of(request), request.session.get(HOUSE)
    member = next((each for each in found if each.organisation_id == chosen), found[0] if found else None)
    return Actor.representative(request.user, member.organisation) if member else None


def member_page(*parts: Membership.Part) -> Callable[[View], View]:
    """Hand the view its actor as second argument: a member with any one of these parts, or any member where none is
    named. Whoever is not signed in is led there; a member of another part reads who may."""

    def guarded(view: View) -> View:
        @not_kept
        @wraps(view)
        def opened(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = member_of(request)
            if actor is None:
                return to_sign_in(request)
            if parts and actor.duties.isdisjoint(parts):
                return wrong_part(request, actor, parts)
            answer: HttpResponseBase = view(request, actor, *args, **kwargs)
            return answer

        return opened

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the entrance; afterwards back to where a page was wanted."""
    wanted = f"?{urlencode({'next': request.get_full_path()})}" if request.method in {"GET", "HEAD"} else ""
    return redirect(reverse("complaints:portal-sign-in") + wanted)


def wrong_part(request: HttpRequest, actor: Actor, parts: tuple[Membership.Part, ...]) -> HttpResponse:
    """Who may open this, in a sentence; nothing was done."""
    able = _("、").join(str(part.label) for part in parts)
    page = {**house_of(actor), "able": able}
    return render(request, "portal/wrong_part.html", page, status=HTTPStatus.FORBIDDEN)


def house_of(actor: Actor) -> dict[str, Any]:
    """What ``portal/house.html`` shows: for whom one stands here, with which parts, and where one may go."""
    assert actor.organisation is not None
    return {
        "house": actor.organisation,
        "house_name": actor.organisation.name(language()),
        "house_parts": [part.label for part in Part if part in actor.duties],
        "house_others": _others(actor),
        "house_pages": [(reverse(page.address), page.label, page.icon) for page in pages_of(actor)],
    }


def _others(actor: Actor) -> list[tuple[int, str]]:
    """The other businesses this person is a member of."""
    assert actor.user is not None and actor.organisation is not None
    found = Organisation.objects.exclude(kind=Organisation.Kind.ASSOCIATION).exclude(pk=actor.organisation.pk)
    return [(each.pk, each.name(language())) for each in found.filter(memberships__user=actor.user).order_by("pk")]


def pages_of(actor: Actor) -> list[PortalPage]:
    """The pages this member may open."""
    return [page for page in PORTAL_PAGES if not page.parts or not actor.duties.isdisjoint(page.parts)]


def first_page(actor: Actor) -> str:
    """Where this member begins: what their part is there for, else who is who."""
    return reverse(next((page.address for page in pages_of(actor)), "complaints:portal-inbox"))


def member_name(user: User) -> str:
    """How colleagues see each other: the full name, Chinese names written together; else the covered address, else the
    user name."""
    full = f"{user.last_name}{user.first_name}"
    return (full if not full.isascii() else user.get_full_name()) or masked(email_of(user)) or user.get_username()
