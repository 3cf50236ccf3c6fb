"""When the clock of a request for records begins: as it is asked, where the platform takes word itself; else when word
comes to it, or when an officer says that the letter was handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaints import timeline
from complaints.deadlines import answer_by, local_day
from complaints.flow.decisions import decide_again
from complaints.flow.facts import assert_facts
from complaints.flow.silence import IDENTITY_FACTS
from complaints.models import Complaint, DecisionRecord, Party, RecordItem, RecordRequest, Speaker
from complaints.models.complaint import BY_HAND


def is_told(complaint: Complaint) -> bool:
    """Whether what is asked of the platform comes to it by itself: word of the case did. Whom an officer told by other
    means has the case, not what is asked later: that letter has to be handed over, too, until it opens the case."""
    platform = complaint.respondents.filter(party=Party.PLATFORM, notified_at__isnull=False).first()
    return platform is not None and (platform.notified_how not in BY_HAND or platform.seen_at is not None)


def serve_waiting(complaint: Complaint, *, actor: str, at: datetime) -> None:
    """Word of the case came to the platform: the clocks of what waits for it begin. The caller holds the case."""
    for request in complaint.record_requests.filter(served_at=None):
        begin(complaint, request, actor=actor, at=at)


def begin(
    complaint: Complaint, request: RecordRequest, *, since: datetime | None = None, actor: str, at: datetime
) -> None:
    """Let the time of one request run, and read the law again. ``since``: when the letter was handed over, where that
    is noted later; what is written down is dated now. The caller holds the case."""
    serve(request, at=since or at)
    items = list(request.items.all())
    timeline.record(complaint, "records-served", told_of(request, items), actor=actor, at=at)
    assert_asked(complaint, items, at=at)
    decide_again(complaint, because=DecisionRecord.Because.ANSWERS, actor=actor, at=at)


def served_with(request: RecordRequest, service: datetime) -> datetime:
    """From when a request runs whose letter was handed over with this service: never from before it was asked."""
    return max(service, request.asked_at)


def recall(complaint: Complaint, service: datetime) -> tuple[list[int], bool]:
    """The service of this moment did not come to the platform: the requests whose letters went with it wait again, and
    what ran out with them did not. Returns their numbers, and whether a silence was among it. The caller holds the
    case, has taken the service back, and reads the law again where one was."""
    waiting = complaint.record_requests.filter(served_at__isnull=False, items__answered_at=None).distinct()
    requests = [each for each in waiting.order_by("number") if each.served_at == served_with(each, service)]
    lapsed = RecordItem.objects.filter(request__in=requests).silent()
    had_lapsed = bool(lapsed.update(lapsed_at=None))
    for request in requests:
        request.served_at = request.due_on = None
        request.save(update_fields=["served_at", "due_on"])
    return [each.number for each in requests], had_lapsed


def serve(request: RecordRequest, *, at: datetime) -> None:
    """Write the days of a request that was served at this moment."""
    request.served_at, request.due_on = at, answer_by(local_day(at)).day
    request.save(update_fields=["served_at", "due_on"])


def assert_asked(complaint: Complaint, items: Sequence[RecordItem], *, at: datetime) -> None:
    """Asking for an identity is itself a fact, and by it the consumer has asked."""
    facts = {IDENTITY_FACTS[item.kind][0]: True for item in items if item.kind in IDENTITY_FACTS}
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=facts, at=at)


def told_of(request: RecordRequest, items: Sequence[RecordItem]) -> dict[str, Any]:
    """A request in an event: its number, codes and days, no words."""
    return {
        "request": request.number,
        "items": list(dict.fromkeys(item.kind for item in items)),
        "due_on": request.due_on.isoformat() if request.due_on else None,
    }
