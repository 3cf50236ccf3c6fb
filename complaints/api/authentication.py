"""Bearer key → the organisation that calls."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.credentials import LIVE, TEST, is_test_key, public_id_of
from accounts.models import ApiKey, Organisation
from accounts.sealing import keyed_hash
from complaints.api.refusal import Refused
from complaints.models import Actor


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls: a key, and the organisation it was made for. It stands where pages have a user."""

    key: ApiKey

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def organisation(self) -> Organisation:
        return self.key.organisation

    @property
    def actor(self) -> Actor:
        return Actor.machine(self.key.organisation)


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer zz_live_…``; cookies are not looked at, so there is nothing to forge a request with."""

    def authenticate(self, request: Request) -> tuple[ApiCaller, ApiKey] | None:
        if any(text in request.META.get("QUERY_STRING", "") for text in (LIVE, TEST)):
            # Addresses are written down everywhere on their way; a key that stood in one is no secret any more.
            raise AuthenticationFailed(
                _("密钥不能写在网址里，会留在日志里。请马上撤销它，换一把，写进Authorization请求头。")
            )
        scheme, _space, raw = get_authorization_header(request).partition(b" ")
        if not scheme:
            return None
        text = raw.strip().decode("ascii", errors="replace")
        public_id = public_id_of(text) if scheme.lower() == b"bearer" else None
        if public_id is None:
            raise AuthenticationFailed(_("这不是完整的API密钥。请写成“Authorization: Bearer zz_live_…”。"))
        # Looked up by the keyed hash, so neither timing nor a stolen database helps to guess a key.
        usable = ApiKey.objects.usable(timezone.now()).select_related("organisation")
        key = usable.filter(public_id=public_id, digest=keyed_hash(text)).first()
        if key is None or key.organisation.is_sandbox != is_test_key(text):
            raise AuthenticationFailed(_("这个API密钥不存在、已过期或已撤销。请换一个新的。"))
        if not may_come_from(key, request.META.get("REMOTE_ADDR", "")):
            words = _("这把密钥限定了来源网段，这次请求不在里面。换一台机器，或者换一把密钥。")
            raise Refused(HTTPStatus.FORBIDDEN, "network_not_allowed", words)
        note_use(key, at=timezone.now())
        return ApiCaller(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def may_come_from(key: ApiKey, address: str) -> bool:
    """Whether the key may be used from this address, as the site sees it (config.middleware.AddressFromProxy)."""
    if not key.networks:
        return True
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ipaddress.ip_network(one) for one in key.networks)


def note_use(key: ApiKey, *, at: datetime) -> None:
    """When the key was last used, to the hour: one write an hour, however often it calls."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < hour:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=hour)
