"""Who must have a second factor gets no further than the page that sets one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import factors
from accounts.models import User
from accounts.signing_in import needs_factor, passed_factor

# What stays open until then: setting one up, leaving, the language, and what shows nothing of anybody.
OPEN = frozenset(
    {
        *("accounts:security", "accounts:totp", "accounts:passkey", "accounts:passkey-ask-new", "accounts:confirm"),
        *("accounts:sign-out", "admin:logout", "admin:jsi18n", "set_language"),
        *("healthz", "readyz", "service_worker", "complaints:manifest", "complaints:offline"),
    }
)
FOR_MACHINES = "/api/"  # asks for a key and reads no session: what a browser may be sent along says nothing there


class SecondFactorGate:
    """Asked before every view, so that no page can be forgotten."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in OPEN or request.path.startswith(FOR_MACHINES) or passed_factor(request):
            return None
        user = request.user
        if not isinstance(user, User) or not needs_factor(user):
            return None
        if factors.is_on(user):  # a session from before the factor was: once more, with it
            logout(request)
            return redirect_to_login(request.get_full_path())
        return redirect("accounts:security")
