"""How a browser comes to be somebody: the password first, where there is a second factor that next, under new keys.

What the session says of it: ``FACTOR`` that this session passed a second factor, ``PROVED`` when its person last gave
a password or a factor.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import factors
from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
HELD, FACTOR, PROVED = "second-step", "second-factor-at", "proved-at"
STEP_LASTS = timedelta(minutes=10)  # between password and code
PROOF_LASTS = timedelta(minutes=5)  # in which delicate things may be done without asking again

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def needs_factor(user: User) -> bool:
    """Whether the site demands a second factor of this person: who works at the desk, or for an organisation."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return user.is_staff or user.is_superuser or user.memberships.exists()


def after_password(request: HttpRequest, user: User, *, wanted: str, at: datetime) -> HttpResponse:
    """Let somebody in whose password was right, or lead them to the second step. Whoever signs in brings their own
    view: nothing that was open in this browser stays open."""
    request.session.flush()
    if not factors.is_on(user):
        return enter(request, user, wanted=wanted, at=at, by_factor=False)
    request.session[HELD] = {
        "user": user.pk,
        "stamp": user.get_session_auth_hash(),
        "at": at.isoformat(),
        "next": wanted,
    }
    return redirect("accounts:second-step")


def held(request: HttpRequest, *, at: datetime) -> tuple[User, str] | None:
    """Who gave the right password in this browser a moment ago, and where they want to go."""
    kept = request.session.get(HELD)
    if not kept or at - datetime.fromisoformat(kept["at"]) > STEP_LASTS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["stamp"]):
        return None
    return user, kept["next"]


def enter(request: HttpRequest, user: User, *, wanted: str, at: datetime, by_factor: bool) -> HttpResponse:
    """Sign in under a new session key and go where the person wants, or where they belong."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[PROVED] = at.isoformat()
    if by_factor:
        request.session[FACTOR] = at.isoformat()
    return redirect(own_page(request, wanted) or home_of(user))


def home_of(user: User) -> str:
    """Officers stand at their desk, members of a business in its portal, everybody else before their own complaints."""
    if user.is_staff:
        return resolve_url("admin:index")
    return resolve_url("complaints:portal-sign-in" if user.memberships.exists() else settings.LOGIN_REDIRECT_URL)


def own_page(request: HttpRequest, wanted: str) -> str:
    """The address, if it is one of this site; else nothing."""
    hosts = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_own else ""


def passed_factor(request: HttpRequest) -> bool:
    """Whether this session passed a second factor."""
    return FACTOR in request.session


def note_proof(request: HttpRequest, *, at: datetime, by_factor: bool = False) -> None:
    """The person has just shown again that it is them."""
    request.session[PROVED] = at.isoformat()
    if by_factor:
        request.session[FACTOR] = at.isoformat()


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Every other browser is signed out; this one goes on under a new key."""
    user.end_sessions()
    update_session_auth_hash(request, user)


def proved_lately(view: View[P]) -> View[P]:
    """Signed in, and shown within five minutes that it is really them; else asked for the password first."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        proved = request.session.get(PROVED)
        if proved and timezone.now() - datetime.fromisoformat(proved) <= PROOF_LASTS:
            return view(request, *args, **kwargs)
        wanted = request.get_full_path() if request.method == "GET" else reverse("accounts:security")
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': wanted})}")

    return opened
