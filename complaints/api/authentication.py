"""Bearer key → the organisation that calls."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.credentials import is_test_key, public_id_of
from accounts.models import ApiKey, Organisation
from accounts.sealing import keyed_hash
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
        return ApiCaller(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
