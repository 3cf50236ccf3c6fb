"""The one function that moves a complaint through its states, and the day that waits meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from complaints import permissions, timeline
from complaints.flow.appointments import Because, end_agreements
from complaints.flow.endings import end_with
from complaints.lifecycle import OPEN, Role, State, after
from complaints.models import Actor, Complaint, Event


def advance(
    complaint: Complaint, move: str, *, actor: Actor, at: datetime, body: Mapping[str, Any] | None = None
) -> Event:
    """Make a move of the table, on a locked row, and record it; with a case ends what waits in it. Raises IllegalMove;
    nothing has changed then."""
    before = State(complaint.state)
    reached = after(before, move, Role(actor.role) if actor.role else Role.CLOCK)
    permissions.require(actor, move)
    complaint.state = reached
    if complaint.state not in OPEN:
        complaint.closed_at = at
        complaint.due_on = None
    else:
        complaint.closed_at = None
    complaint.save(update_fields=["state", "closed_at", "due_on"])
    if before in OPEN and complaint.state not in OPEN:
        end_with(complaint, move, actor=actor, at=at)
    if move == "agree":  # an agreement that waits is overtaken, but the one the two have just said yes to
        end_agreements(complaint, Because.AGREED, at=at, but=(body or {}).get("agreement"))
    told = {"from": before.value, "to": complaint.state, **(body or {})}
    return timeline.record(complaint, f"moved.{move}", told, actor=actor.label, at=at)


def await_answers(complaint: Complaint) -> None:
    """While the parties negotiate, the next day to act by is the nearest one a party has to answer by; none when all
    were heard, or nobody was reached yet. Later stages set a day of their own, which no party's answer moves."""
    if complaint.state == State.NEGOTIATING:
        waiting = complaint.respondents.unheard().filter(due_on__isnull=False).order_by("due_on")
        complaint.due_on = waiting.values_list("due_on", flat=True).first()
        complaint.save(update_fields=["due_on"])
