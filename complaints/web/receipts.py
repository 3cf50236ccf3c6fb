"""What a browser may open without an account: one case for half an hour, and what was proved or made on the way."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from accounts.sealing import keyed_hash, seal, unseal
from complaints.models import Complaint

SESSION_KEY = "receipt"
PROVED_KEY = "proved-address"
NEW_CODE_KEY = "new-receipt"


def open_case(request: HttpRequest, complaint: Complaint, *, at: datetime) -> None:
    """Let this browser see the complaint for the time of a receipt session, under a new session key."""
    request.session.cycle_key()
    until = at + settings.RECEIPT_SESSION
    mark = _mark_of(complaint.receipt_hash)
    request.session[SESSION_KEY] = {"complaint_id": complaint.pk, "until": until.isoformat(), "mark": mark}


def close_case(request: HttpRequest) -> None:
    """End the receipt session."""
    for key in (SESSION_KEY, PROVED_KEY, NEW_CODE_KEY):
        request.session.pop(key, None)


def opened_case(request: HttpRequest, *, at: datetime) -> int | None:
    """The id of the complaint this browser may see now, if any. A new receipt code ends what was opened before it."""
    found: dict[str, Any] = request.session.get(SESSION_KEY, {})
    until = parse_datetime(found.get("until", ""))
    if not until or at >= until:
        return None
    now = Complaint.objects.filter(pk=found["complaint_id"]).values_list("receipt_hash", flat=True).first()
    is_same = now is not None and constant_time_compare(_mark_of(now), found.get("mark", ""))
    return found["complaint_id"] if is_same else None


def _mark_of(receipt_hash: str) -> str:
    """Which code it was, without telling it or what is stored of it."""
    return keyed_hash(f"receipt-session:{receipt_hash}")


def keep_proof(request: HttpRequest, mark: str, *, at: datetime) -> None:
    """This browser's visitor has shown that an address is theirs: good for as long as a receipt session."""
    request.session.cycle_key()
    request.session[PROVED_KEY] = {"mark": mark, "until": (at + settings.RECEIPT_SESSION).isoformat()}


def proved_mark(request: HttpRequest, *, at: datetime) -> str:
    """The mark of the address that was shown to be theirs; empty for none."""
    found: dict[str, str] = request.session.get(PROVED_KEY, {})
    until = parse_datetime(found.get("until", ""))
    return found["mark"] if until and at < until else ""


def keep_new_code(request: HttpRequest, complaint: Complaint, code: str, *, at: datetime) -> None:
    """Put a new receipt code by, sealed, so that its page can be loaded again."""
    until = at + settings.RECEIPT_SESSION
    sealed = seal(code, owner=f"new-receipt:{complaint.pk}")
    request.session[NEW_CODE_KEY] = {"complaint_id": complaint.pk, "code": sealed, "until": until.isoformat()}


def new_code_of(request: HttpRequest, complaint: Complaint, *, at: datetime) -> str:
    """The new code of this case, while it is shown; empty otherwise."""
    found: dict[str, Any] = request.session.get(NEW_CODE_KEY, {})
    until = parse_datetime(found.get("until", ""))
    if not until or at >= until or found["complaint_id"] != complaint.pk:
        return ""
    return unseal(found["code"], owner=f"new-receipt:{complaint.pk}")
