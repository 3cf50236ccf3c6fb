"""An organisation's keys by the API: list, make, replace, revoke. The text of a key is in one answer, once."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.credentials import MintedKey
from accounts.models import ApiKey
from complaints.api import representations
from complaints.api.doors import Door
from complaints.api.errors import Refused
from complaints.api.idempotency import once
from complaints.api.paging import MOST, newest_first
from complaints.api.scopes import may
from complaints.api.serializers import KeyIn, NothingIn, RotationIn
from complaints.flow.keys import make_key, revoke_key, rotate_key
from complaints.scope_words import SCOPES


class KeysView(Door):
    """The organisation's keys, newest first; a POST makes one. Needs an Idempotency-Key."""

    scope = "keys:manage"

    def get(self, request: Request) -> Response:
        page, following = newest_first(request, self.caller.organisation.api_keys.all(), usual=MOST)
        return Response({"keys": [representations.key(one) for one in page], "next": following})

    def post(self, request: Request) -> Response:
        at = timezone.now()
        return once(request, self.caller.key, lambda: self._make(request, at), at=at, unstored=["text"])

    def _make(self, request: Request, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = KeyIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        self.require_all_of(said["scopes"])
        said["networks"] = self.within_own(said["networks"])
        minted = make_key(self.caller.organisation, **said, actor=self.caller.actor, at=at, by=self.by)
        return HTTPStatus.CREATED, self.shown(minted)

    @property
    def by(self) -> str:
        return f"key:{self.caller.key.public_id}"

    def own(self, public_id: str) -> ApiKey:
        """A key of this organisation by its public id; else 404."""
        return get_object_or_404(self.caller.organisation.api_keys, public_id=public_id)

    def require_all_of(self, scopes: list[str]) -> None:
        """A key gives no more than it has itself. Raises Refused."""
        if more := [one for one in scopes or SCOPES if not may(self.caller.key, one)]:
            words = _("这把密钥自己没有“{scope}”权限，不能把它给另一把。")
            raise Refused(HTTPStatus.FORBIDDEN, "scope_exceeded", words.format(scope=more[0]))

    def within_own(self, networks: list[str]) -> list[str]:
        """Nor is it good from anywhere its maker is not: without networks it gets the same. Raises Refused."""
        own = [ipaddress.ip_network(each) for each in self.caller.key.networks]
        if not own or not networks:
            return networks or self.caller.key.networks
        for each in networks:
            if not _lies_in(each, own):
                words = _("这把密钥自己不能从“{network}”用，不能让另一把从那里用。")
                raise Refused(HTTPStatus.FORBIDDEN, "scope_exceeded", words.format(network=each[:60]))
        return networks

    def require_within(self, key: ApiKey) -> None:
        """Whoever replaces a key is told the new one: that is good from nowhere its replacer is not. Raises Refused."""
        if self.caller.key.networks and not key.networks:
            words = _("那把密钥不限网段，这把限了网段的密钥不能换它。请在网页上换。")
            raise Refused(HTTPStatus.FORBIDDEN, "scope_exceeded", words)
        self.within_own(key.networks)

    def shown(self, minted: MintedKey) -> dict[str, Any]:
        """A new key with its text, which no other answer has."""
        return {"key": representations.key(self.own(minted.public_id)), "text": minted.text}


def _lies_in(text: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """True also for what is no network: that is said where the key is made."""
    try:
        wanted = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return True
    inside = (wanted.subnet_of(each) for each in networks if each.version == wanted.version)  # type: ignore[arg-type]
    return any(inside)


class KeyView(KeysView):
    """One key, without its text."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, key_id: str = "") -> Response:
        return Response(representations.key(self.own(key_id)))


class KeyRotationView(KeysView):
    """A new key in the place of this one, which goes on for some days. Needs an Idempotency-Key."""

    http_method_names = ["post"]

    def post(self, request: Request, key_id: str = "") -> Response:
        at, key = timezone.now(), self.own(key_id)
        return once(request, self.caller.key, lambda: self._rotate(request, key, at), at=at, unstored=["text"])

    def _rotate(self, request: Request, key: ApiKey, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = RotationIn(data=request.data)
        given.is_valid(raise_exception=True)
        self.require_all_of(key.scopes)
        self.require_within(key)
        overlap = timedelta(days=given.validated_data["overlap_days"])
        return HTTPStatus.CREATED, self.shown(
            rotate_key(key, overlap=overlap, actor=self.caller.actor, at=at, by=self.by)
        )


class KeyRevocationView(KeysView):
    """This key opens nothing from now on. Sent twice it is revoked once."""

    http_method_names = ["post"]

    def post(self, request: Request, key_id: str = "") -> Response:
        at, key = timezone.now(), self.own(key_id)
        return once(request, self.caller.key, lambda: self._revoke(request, key, at), at=at)

    def _revoke(self, request: Request, key: ApiKey, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        NothingIn(data=request.data).is_valid(raise_exception=True)
        revoke_key(key, actor=self.caller.actor, at=at, by=self.by)
        return HTTPStatus.CREATED, {"key": representations.key(self.own(key.public_id))}
