"""A conformance run looks at its integrator's own calls, and lets something go wrong once: for test keys only."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.request import RawPostDataException
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.authentication import ApiCaller
from complaints.api.idempotency import HEADER, fingerprint
from complaints.api.refusal import Refused
from complaints.conformance.calls import Call, What
from complaints.flow.conforming_calls import note_call
from complaints.models import Complaint

CONDITION = {What.ANSWER: "If-Match", What.DAY: "If-None-Match"}
NOT_READ = {HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}  # it shows nothing, or its body was left
MARK = 16  # characters of a digest: enough to tell two apart


class Unheard(Refused):
    """What was asked for is done, and the caller is not told: as where the line breaks before the answer comes."""

    def __init__(self) -> None:
        words = _("练习：已经收下，但这次故意不把结果给你。用同一个Idempotency-Key把同样的内容再发一次。")
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "practice_unheard", words)


def note(caller: ApiCaller, what: What, request: Request, came: Response, *, trapped: bool, case: str = "") -> None:
    """Keep what a call showed, while a run of the caller goes on. What cannot be kept is not: the answer goes out as it
    is, whatever was sent."""
    if came.status_code in NOT_READ or not case.isprintable():
        return
    with suppress(SuspiciousOperation, UnreadablePostError, RawPostDataException):  # too big, or broken off
        _note(caller, what, request, came, trapped=trapped, case=case)


def _note(caller: ApiCaller, what: What, request: Request, came: Response, *, trapped: bool, case: str) -> None:
    at = timezone.now()
    found = Complaint.objects.visible_to(caller.actor).filter(reference=case).first() if case else None
    if case and found is None:
        return
    condition = request.headers.get(CONDITION.get(what, ""), "").strip()
    call = Call(
        what,
        came.status_code,
        at.timestamp(),
        trapped=trapped,
        held=condition not in {"", "*"},
        key=_mark(request.headers.get(HEADER, "")) if what == What.ANSWER else "",
        body=fingerprint(request)[:MARK] if what == What.ANSWER else "",
        **(_page(request, came) if what == What.FEED and came.status_code == HTTPStatus.OK else {}),
    )
    note_call(caller.organisation, call, case=found, at=at)


def _page(request: Request, came: Response) -> dict[str, Any]:
    asked = request.query_params
    after = asked.get("cursor", asked.get("after", "0"))
    return {"after": str(int(after)), "next": came.data["next"], "more": came.data["more"]}


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]
