"""What a browser may open without an account: one case for half an hour."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from complaints.models import Complaint

SESSION_KEY = "receipt"


def open_case(request: HttpRequest, complaint: Complaint, *, at: datetime) -> None:
    """Let this browser see the complaint for the time of a receipt session, under a new session key."""
    request.session.cycle_key()
    until = at + settings.RECEIPT_SESSION
    request.session[SESSION_KEY] = {"complaint_id": complaint.pk, "until": until.isoformat()}


def close_case(request: HttpRequest) -> None:
    """End the receipt session."""
    request.session.pop(SESSION_KEY, None)


def opened_case(request: HttpRequest, *, at: datetime) -> int | None:
    """The id of the complaint this browser may see now, if any."""
    found: dict[str, Any] = request.session.get(SESSION_KEY, {})
    until = parse_datetime(found.get("until", ""))
    return found["complaint_id"] if until and at < until else None
