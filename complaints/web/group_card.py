"""The card on the page of a case: whether it goes together with others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaints.models import Complaint, Event, GroupMember


def card_of(complaint: Complaint, events: Iterable[Event]) -> dict[str, Any] | None:
    """The card on the case's page; None for a case that nobody asked to join, as its events tell without a question
    to the database."""
    if not any(event.kind == "group-invited" for event in events):
        return None
    member = complaint.memberships.standing().select_related("group").first()
    if member is None or not (complaint.is_open or member.state == GroupMember.State.JOINED):
        return None
    return {"member": member, "group": member.group, "count": member.group.members.joined().count()}
