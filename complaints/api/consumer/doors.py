"""What the addresses of kiosks and hotlines share: whose keys open them, how often, and the token of one case."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import ApiKey
from accounts.sealing import keyed_hash
from complaints.api.consumer.scopes import FOLLOW
from complaints.api.errors import Refused
from complaints.api.limits import READS, WRITES
from complaints.api.views import Door
from complaints.models import Actor, Complaint, Tally

TOKEN_HEADER, SALT = "Case-Token", "case-at-stand"


class PerStand(BaseThrottle):
    """As for other keys, reads and writes apart; a POST that stores nothing is a read: a call asks twelve questions."""

    until: datetime

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_look = request.method in SAFE_METHODS or getattr(view, "stores_nothing", False)
        what, most = ("read", READS) if is_look else ("write", WRITES)
        window = timezone.now().replace(second=0, microsecond=0)
        self.until = window + timedelta(minutes=1)
        return Tally.objects.count_up(f"api-{what}:{request.auth.pk}", window=window) <= most

    def wait(self) -> float:
        """Seconds until the next window."""
        return max(1.0, (self.until - timezone.now()).total_seconds())


class StandDoor(Door):
    """For keys of associations that name this scope; to every other key the address says so."""

    for_associations = True
    throttle_classes = [PerStand]
    scope: ClassVar[str]
    stores_nothing = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.scope not in self.caller.key.scopes:
            words = _("这把密钥没有“{scope}”这项权限。请管理员另做一把。").format(scope=self.scope)
            raise Refused(HTTPStatus.FORBIDDEN, "scope_missing", words)


class CaseDoor(StandDoor):
    """For one case that its receipt code opened: the token stands in a header, never in an address."""

    scope = FOLLOW

    def opened(self, request: Request, reference: str) -> Complaint:
        """The case of the token. Raises Refused without a token that still opens one; Http404 where it is another
        key's, or opens another case than the address names."""
        try:
            pk, owner, mark = signing.loads(
                request.headers.get(TOKEN_HEADER, ""), salt=SALT, max_age=settings.RECEIPT_SESSION
            )
        except (signing.BadSignature, ValueError, TypeError):
            words = _("请求头Case-Token没有写，或者过期了。用回执码重新打开这件投诉。")
            raise Refused(HTTPStatus.FORBIDDEN, "case_token_needed", words) from None
        seen = Complaint.objects.visible_to(Actor.receipt(pk)).select_related("decision", "association", "contact")
        found = seen.filter(reference=reference).first() if owner == self.caller.key.pk else None
        if found is None or not constant_time_compare(_mark_of(found), mark):
            raise Http404
        return found

    @staticmethod
    def actor_of(complaint: Complaint) -> Actor:
        return Actor.receipt(complaint.pk)


def token_for(complaint: Complaint, key: ApiKey) -> str:
    """Opens this case to this key for the time of a receipt session; a new receipt code ends it."""
    return signing.dumps([complaint.pk, key.pk, _mark_of(complaint)], salt=SALT)


def _mark_of(complaint: Complaint) -> str:
    """Which code it was, without telling it or what is stored of it."""
    return keyed_hash(f"case-at-stand:{complaint.receipt_hash}")
