"""Where the seller is: what an officer found, so that a complaint and a report are sent to the right bureau."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.divisions import NoDivision, read
from complaints import permissions, timeline
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint, Whereabouts


@transaction.atomic
def note_places(
    complaint: Complaint, *, shown: str, is_unreachable: bool, actual: str, actor: Actor, at: datetime
) -> Whereabouts:
    """Note the division that the platform shows as the seller's, and the one it really trades in; empty is unknown.
    Nobody's day moves by it. Raises CannotAct for a code that is no division today; the same again changes nothing."""
    permissions.require(actor, "place")
    complaint = Complaint.objects.locked(complaint.pk)
    shown, actual = _prefix(shown, at), _prefix(actual, at)
    found = Whereabouts.objects.filter(complaint=complaint).first() or Whereabouts(complaint=complaint)
    if (found.shown, found.is_unreachable, found.actual) == (shown, is_unreachable, actual):
        return found
    found.shown, found.is_unreachable, found.actual, found.noted_at = shown, is_unreachable, actual, at
    found.save()
    body = {"shown": shown, "unreachable": is_unreachable, "actual": actual}
    timeline.record(complaint, "place-noted", body, actor=actor.label, at=at)
    return found


def _prefix(code: str, at: datetime) -> str:
    try:
        return read(code, on=timezone.localtime(at).date()).prefix if code.strip() else ""
    except NoDivision as wrong:
        raise CannotAct(str(wrong)) from wrong
