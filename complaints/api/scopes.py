"""What a key may do: six scopes, their words, and the one place where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiKey
from complaints.api.refusal import Refused
from complaints.scope_words import SCOPES

if TYPE_CHECKING:  # the settings name this module: DRF's views load it while they are made
    from rest_framework.views import APIView

Scope = str | Mapping[str, str] | None


class MayCall(BasePermission):
    """The key has the scope that the view names: ``scope = "cases:read"``, or by method ``scope = {"GET": …, "POST":
    …}``; ``scope = None`` says that the address is open to all. A key without scopes is one from before: it may all."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if getattr(view, "scope", "") is None:
            return True
        if not (request.user and request.user.is_authenticated):
            return False
        wanted = scope_of(view, request.method or "GET")
        key: ApiKey = request.auth  # type: ignore[assignment]  # the stubs know DRF's own tokens
        if wanted is not None and not may(key, wanted):
            words = _("这把密钥没有“{scope}”权限（{words}）。请换一把有这项权限的密钥。")
            sentence = words.format(scope=wanted, words=SCOPES[wanted])
            raise Refused(HTTPStatus.FORBIDDEN, "scope_missing", sentence)
        return True


def may(key: ApiKey, scope: str) -> bool:
    """Whether a key has a scope."""
    return not key.scopes or scope in key.scopes


def scope_of(view: Any, method: str) -> str | None:
    """The scope a method of a view asks for; None for a method it does not have. A look is a look, by HEAD too."""
    named: Scope = view.scope
    if named is None or isinstance(named, str):
        return named
    return named.get(method) or (named.get("GET") if method in SAFE_METHODS else None)
