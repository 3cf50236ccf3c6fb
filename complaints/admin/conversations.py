"""What was written in a case, as an officer reads it: the association's own conversation, and the parties'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.admin.access import name_of
from complaints.admin.panels import Exhibit
from complaints.models import Complaint, Message, Side, Thread
from complaints.narrative import language, moment

SHOWN = 100  # the newest messages of a conversation


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who wrote it, for whom where another wrote for it, and the number of its exhibit."""

    side: str
    who: str
    by: str
    at: datetime
    words: str
    is_new: bool
    exhibit: int | None

    @property
    def when(self) -> str:
        return moment(self.at)


@dataclass(frozen=True, slots=True)
class Conversation:
    """With whom, and what was said, oldest first. ``last`` is the number of the newest message."""

    other: str
    name: str
    is_open: bool
    said: Sequence[Said]
    last: int

    @property
    def is_official(self) -> bool:
        return self.other == Side.ASSOCIATION


def conversations_of(complaint: Complaint, exhibits: Sequence[Exhibit]) -> list[Conversation]:
    """The association's first, also where nothing was written yet; the others where there is something to read."""
    numbers = {exhibit.item.pk: exhibit.number for exhibit in exhibits}
    threads = {thread.other: thread for thread in complaint.threads.all()}
    official = threads.pop(Side.ASSOCIATION.value, None) or Thread(complaint=complaint, other=Side.ASSOCIATION)
    return [_conversation(thread, numbers) for thread in (official, *threads.values())]


def _conversation(thread: Thread, numbers: dict[int, int]) -> Conversation:
    newest: list[Message] = []
    if thread.pk:
        newest = list(thread.messages.select_related("organisation", "officer").order_by("-number")[:SHOWN])
    said = [_said(thread, message, numbers) for message in reversed(newest)]
    last = newest[0].number if said else 0
    return Conversation(thread.other, str(Side(thread.other).label), thread.is_open, said, last)


def _said(thread: Thread, message: Message, numbers: dict[int, int]) -> Said:
    house = message.organisation
    relayed = house.name(language()) if house and message.by not in {Side.ASSOCIATION, house.kind} else ""
    return Said(
        side=message.by,
        who=str(Side(message.by).label),
        by=name_of(message.officer) if message.officer else relayed,
        at=message.at,
        words=message.words,
        is_new=thread.is_official and message.by == Side.CONSUMER and message.number > thread.seen_by_association,
        exhibit=numbers.get(message.evidence_id) if message.evidence_id else None,
    )
