"""What the addresses of kiosks and hotlines share: whose keys open them, how often, and the token of one case."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiKey, Organisation
from accounts.sealing import keyed_hash
from complaints.api.consumer.refusals import Spent, Unfit
from complaints.api.consumer.scopes import CONSUMER_SCOPES
from complaints.api.doors import Door
from complaints.api.errors import Refused
from complaints.api.limits import READS, WRITES, PerKey
from complaints.flow.stands import FOLLOW
from complaints.models import Actor, Complaint, Tally

TOKEN_HEADER, SALT = "Case-Token", "case-at-stand"


class PerStand(PerKey):
    """As for other keys, reads and writes apart; a POST that stores nothing is a read: a call asks twelve questions."""

    used: int
    what: str
    most: int

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_look = request.method in SAFE_METHODS or getattr(view, "stores_nothing", False)
        self.what, self.most = ("read", READS) if is_look else ("write", WRITES)
        window = timezone.now().replace(second=0, microsecond=0)
        self.until = window + timedelta(minutes=1)
        self.used = Tally.objects.count_up(f"api-{self.what}:{request.auth.pk}", window=window)
        request.limit = self  # type: ignore[attr-defined]  # the answer says what is left
        return self.used <= self.most


class MayStand(BasePermission):
    """Keys of associations that name the view's scope; every other key is told so, and learns of no case."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        key: ApiKey = request.auth  # type: ignore[assignment]
        if key.organisation.kind != Organisation.Kind.ASSOCIATION:
            words = _("这个地址只给消费者协会的网点和热线用。平台、商家和主播用/cases。")
            raise Refused(HTTPStatus.FORBIDDEN, "wrong_kind_of_key", words)
        scope: str = view.scope  # type: ignore[attr-defined]
        if scope not in key.scopes:
            words = _("这把密钥没有“{scope}”权限（{words}）。请换一把有这项权限的密钥。")
            sentence = words.format(scope=scope, words=CONSUMER_SCOPES[scope])
            raise Refused(HTTPStatus.FORBIDDEN, "scope_missing", sentence)
        return True


class StandDoor(Door):
    """For keys of associations that name this scope."""

    for_associations = True
    permission_classes = [MayStand]
    throttle_classes = [PerStand]
    scope: Any
    tells: ClassVar[dict[str, dict[str, Any]]] = {}  # what the OpenAPI document says of it
    stores_nothing = False

    def handle_exception(self, exc: Exception) -> Response:
        answer = super().handle_exception(exc)
        if isinstance(exc, Unfit):
            answer.data["errors"] = exc.errors
        elif isinstance(exc, Spent):
            answer.data["detail"] = exc.sentence
        return answer


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
