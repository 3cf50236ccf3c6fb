"""On the case screen: the group the case stands in, or the one it may be joined to."""

from __future__ import annotations

from dataclasses import dataclass

from complaints import permissions
from complaints.group_words import why_words
from complaints.models import Complaint, GroupMember, Suggestion
from complaints.models.actor import Actor


@dataclass(frozen=True, slots=True)
class Joint:
    """``member`` where it stands in a group; else what is suggested, if anything is."""

    member: GroupMember | None
    suggestion: Suggestion | None
    why: str
    count: int  # others who have joined


def group_of_case(complaint: Complaint, actor: Actor) -> Joint | None:
    """None for a case that concerns no other."""
    member = complaint.memberships.standing().select_related("group").first()
    if member:
        joined = member.group.members.joined().exclude(pk=member.pk).count()
        return Joint(member, None, "", joined)
    if not complaint.is_open or not permissions.may(actor, "group"):
        return None
    found = Suggestion.objects.visible_to(actor).open().filter(rows__complaint=complaint).first()
    return Joint(None, found, " · ".join(why_words(found.why)), 0) if found else None
