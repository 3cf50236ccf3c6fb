"""Which version of a case somebody read: ETag out, If-None-Match and If-Match in (RFC 9110 section 13)."""

from __future__ import annotations

import hashlib
import json
import re
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from complaints.api.refusal import Refused
from complaints.models import Complaint, Delivery

TAG = re.compile(r'(?:W/)?"(\d{1,15})(?:-[0-9a-f]{16})?"')
MOST_CHANGES = 100


class Changed(Refused):
    """The case has moved on since the caller read it; ``more`` says how far, and by what."""

    def __init__(self, complaint: Complaint, changes: list[dict[str, Any]]) -> None:
        words = _("你读了以后投诉又变了，这次没有做。现在是第{version}版：重新读一遍，再决定。")
        super().__init__(HTTPStatus.PRECONDITION_FAILED, "changed_meanwhile", words.format(version=complaint.version))
        self.more = {"version": complaint.version, "changes": changes}


def tag_of(version: int, body: Any) -> str:
    """The version of the case, and a digest of what was told: a copy that became ready changes the latter alone."""
    told = json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True).encode()
    return f'"{version}-{hashlib.sha256(told).hexdigest()[:16]}"'


def answered(request: Request, version: int, body: Any) -> Response:
    """The body of a case under its ETag; 304 without a body for whoever has it."""
    return answered_as(request, tag_of(version, body), body)


def answered_as(request: Request, tag: str, body: Any) -> Response:
    """A body under this ETag; 304 without a body for whoever has it."""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    headers = {"ETag": tag, "Vary": "Accept-Language"}
    if tag in known or "*" in known:
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers)


def require_unchanged(request: Request, complaint: Complaint, organisation: Organisation) -> None:
    """Raises Changed where If-Match names another version than the case has; the caller holds the case. Without the
    header, or with ``*``, nothing is asked. Of the tag only the version counts: words in another
    language are the same."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted or wanted == "*":
        return
    versions = [int(found) for found in TAG.findall(wanted)]
    if complaint.version not in versions:
        raise Changed(complaint, _since(complaint, max(versions, default=0), organisation))


def _since(complaint: Complaint, version: int, organisation: Organisation) -> list[dict[str, Any]]:
    """The notices this organisation had about the case since that version: what it may know, and no more."""
    rows = Delivery.objects.filter(
        endpoint__organisation=organisation, event__complaint=complaint, event__sequence__gt=version
    )
    found = rows.order_by("event__sequence").values_list("type", "event__sequence", "event__at").distinct()
    return [
        {"type": type_, "version": number, "at": at.isoformat().replace("+00:00", "Z")}
        for type_, number, at in found[:MOST_CHANGES]
    ]
