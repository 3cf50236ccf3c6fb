"""Same key, same answer: the answer is stored, sealed, in the transaction of its effect."""

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from complaints.api.again import tried_again
from complaints.api.refusal import Refused
from complaints.models import IdempotentAnswer

HEADER = "Idempotency-Key"
LONGEST = 128


@tried_again
def once(
    request: Request,
    owner: ApiKey,
    act: Callable[[], tuple[HTTPStatus, dict[str, Any]]],
    *,
    at: datetime,
    unstored: Collection[str] = (),
) -> Response:
    """Do ``act`` once for this key. The same request again gets the stored answer; another one under it is refused.

    ``unstored`` are the fields that are told once and kept nowhere: given again they are null.

    When ``act`` raises, nothing is stored, and the same key may be used again.
    """
    key = request.headers.get(HEADER, "")
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        words = _("请在请求头Idempotency-Key里写一个你们自己的编号（最多128个ASCII字符），重试时不要改。")
        raise Refused(HTTPStatus.BAD_REQUEST, "idempotency_key_missing", words)
    wanted = fingerprint(request)
    if stored := _stored(owner, key):
        return _again(stored, wanted)
    try:
        with transaction.atomic():
            status, body = act()
            answer = IdempotentAnswer(api_key=owner, key=key, fingerprint=wanted, status=status, at=at)
            answer.keep({name: None if name in unstored else value for name, value in body.items()})
            answer.save()
    except IntegrityError:
        # The same key came twice at once: the other one was first, and our effect is undone.
        stored = _stored(owner, key)
        if stored is None:
            raise
        return _again(stored, wanted)
    return Response(body, status=status)


def fingerprint(request: Request) -> str:
    """SHA-256 of method, path and body, as they came."""
    seen = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    seen.update(request.body)
    return seen.hexdigest()


def _stored(owner: ApiKey, key: str) -> IdempotentAnswer | None:
    return IdempotentAnswer.objects.filter(api_key=owner, key=key).first()


def _again(stored: IdempotentAnswer, wanted: str) -> Response:
    if stored.fingerprint != wanted:
        words = _("这个Idempotency-Key已经用在别的请求上。新的请求请换一个新的编号。")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", words)
    return Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})
