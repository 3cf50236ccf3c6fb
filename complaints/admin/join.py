"""What is suggested to be handled together: the strip above the queue, and the list on the page of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet

from complaints import permissions
from complaints.admin.counting import CountOf
from complaints.group_words import why_words
from complaints.models import Complaint, Suggestion
from complaints.models.actor import Actor

FEWEST = 2  # still open, visible and in no group: fewer are no matter to join
MOST = 20


@dataclass(frozen=True, slots=True)
class Hint:
    """A suggestion as it is shown: how many cases are still there to be joined, and why they look alike."""

    suggestion: Suggestion
    count: int
    days: int
    why: str


def standing(actor: Actor) -> QuerySet[Suggestion]:
    """The suggestions that wait, whether or not enough is left of them."""
    return Suggestion.objects.visible_to(actor).open()


def join_strip(actor: Actor) -> dict[str, Any]:
    """Context of ``admin/components/join.html``: the largest suggestion, for who may act on it; else nothing."""
    found = hints_of(actor, most=1) if permissions.may(actor, "group") else []
    return {"join": found[0] if found else None}


def hints_of(actor: Actor, *, most: int = MOST) -> list[Hint]:
    """The open suggestions, the largest first, counted in cases this officer may see and that may still be joined."""
    left = Complaint.objects.visible_to(actor).open().filter(suggested_in__suggestion=OuterRef("pk"))
    free = left.exclude(memberships__stands=True).order_by().values("pk").distinct()
    counted = standing(actor).annotate(left=CountOf(free))
    # Cut only among those that still say something: cases end and move after a suggestion was counted.
    largest = counted.filter(left__gte=FEWEST).order_by("-left", "-grown_at", "-pk")
    return [
        Hint(each, each.left, int(each.why.get("days", 0)) + 1, " · ".join(why_words(each.why)))
        for each in largest[:most]
    ]
