"""Conversations as values: who each is with, who reads it, where it stands, and its messages as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from complaints.flow.messages import is_read, reader_of
from complaints.lifecycle import State
from complaints.models import Complaint, Message, Side, Thread
from complaints.models.message import OTHERS
from complaints.narrative import ICONS, day, heading_name, language, party_name, side_name

PAGE = 50  # messages at once; earlier ones on request
SNIPPET = 40  # characters

PRESETS: Mapping[str, Sequence[Any]] = {
    Side.ASSOCIATION: (
        gettext_lazy("请问现在办到哪一步了？"),
        gettext_lazy("我补充了证据，请看一下。"),
        gettext_lazy("对方答应的没有做到，请帮我催一下。"),
    ),
    Side.MERCHANT: (
        gettext_lazy("请写明退多少、怎么退、哪天到账。"),
        gettext_lazy("请按页面和直播里的承诺办。"),
        gettext_lazy("就在这里谈，我不加微信，也不私下转账。"),
    ),
    Side.ANCHOR: (
        gettext_lazy("直播里答应的，请照着做。"),
        gettext_lazy("请写明这件货是谁卖的、谁发的。"),
        gettext_lazy("请保存这场直播的完整回放。"),
    ),
    Side.PLATFORM: (
        gettext_lazy("请告诉我商家的真实名称和地址。"),
        gettext_lazy("请催商家在期限内答复。"),
        gettext_lazy("请保存这场直播的完整回放。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. ``day`` stands where a new day begins; ``proof`` is the number of its evidence on the case's pages.

    ``is_new`` where the consumer has not seen it.
    """

    number: int
    side: str
    author: str
    at: datetime
    words: str
    is_mine: bool
    is_new: bool
    is_masked: bool
    day: str = ""
    proof: int | None = None

    @property
    def time(self) -> str:
        return f"{timezone.localtime(self.at):%H:%M}"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that is, or could be. ``state``: open, closed (by the consumer), off (not begun), unreachable
    (nobody would read it) or ended (with the case).
    """

    other: str
    name: str  # as a list says it
    inner: str  # inside a sentence
    own_name: str  # of the business, in Chinese
    readers: str
    state: str
    unread: int
    count: int
    last: str
    last_at: datetime | None
    agreed: bool  # the other side has written

    @property
    def icon(self) -> str:
        return ICONS[self.other]

    @property
    def is_official(self) -> bool:
        return self.other == Side.ASSOCIATION


def talks_of(complaint: Complaint) -> list[Talk]:
    """All four, the association first."""
    threads = {thread.other: thread for thread in complaint.threads.all()}
    return [_talk(complaint, other, threads.get(other)) for other in OTHERS]


def bubbles_of(talk: Talk, thread: Thread | None, *, before: int | None, proofs: Mapping[int, int]) -> list[Bubble]:
    """The newest page of messages, or that before a number; oldest first. ``proofs``: evidence id → its number."""
    if thread is None:
        return []
    page = thread.messages.select_related("organisation").order_by("-number")
    if before is not None:
        page = page.filter(number__lt=before)
    found: list[Bubble] = []
    for message in reversed(page[:PAGE]):
        at = timezone.localtime(message.at)
        is_first = not found or timezone.localtime(found[-1].at).date() != at.date()
        found.append(_bubble(talk, thread, message, proofs, day(at) if is_first else ""))
    return found


def _bubble(talk: Talk, thread: Thread, message: Message, proofs: Mapping[int, int], new_day: str) -> Bubble:
    is_mine = message.by == Side.CONSUMER
    return Bubble(
        number=message.number,
        side=message.by,
        author=_("你") if is_mine else _author(talk, message),
        at=message.at,
        words=message.words,
        is_mine=is_mine,
        is_new=not is_mine and message.number > thread.seen_by_consumer,
        is_masked=message.is_masked,
        day=new_day,
        proof=proofs.get(message.evidence_id) if message.evidence_id else None,
    )


def _author(talk: Talk, message: Message) -> str:
    """The party, and the platform where that wrote for it."""
    house = message.organisation
    if talk.is_official or house is None or house.kind == message.by:
        return talk.name
    return _("{party}（{platform}代写）").format(party=talk.name, platform=house.name(language()))


def _talk(complaint: Complaint, other: Side, thread: Thread | None) -> Talk:
    reader, is_reachable = reader_of(complaint, other), is_read(complaint, other)
    last = thread.messages.order_by("-number").first() if thread else None
    words = " ".join(last.words.split()) if last else ""
    theirs = thread.messages.from_others() if thread else Message.objects.none()
    respondent = None if other == Side.ASSOCIATION else complaint.respondent(other)
    return Talk(
        other=other,
        name=_name(other, reader),
        inner=_name(other, reader) if other == Side.ASSOCIATION else party_name(other),
        own_name=respondent.name if respondent else "",
        readers=_readers(complaint, other, reader) if is_reachable else "",
        state=_state(complaint, other, thread, is_reachable=is_reachable),
        unread=theirs.filter(number__gt=thread.seen_by_consumer).count() if thread else 0,
        count=last.number if last else 0,
        last=words[:SNIPPET] + ("……" if len(words) > SNIPPET else ""),
        last_at=last.at if last else None,
        agreed=theirs.exists(),
    )


def _state(complaint: Complaint, other: Side, thread: Thread | None, *, is_reachable: bool) -> str:
    if not complaint.is_open:
        return "ended"
    if thread and thread.opened_at and thread.closed_at:
        return "closed"
    if not is_reachable:
        return "unreachable"
    return "open" if other == Side.ASSOCIATION or (thread and thread.is_open) else "off"


def _readers(complaint: Complaint, other: Side, reader: Organisation | None) -> str:
    """Who reads what is written here, in one sentence. Without a reader it is the party in the entrance."""
    if reader is None:
        words = _("{party}用协会给的入口看，下次打开才看到。协会的工作人员也看得到。")
        return words.format(party=party_name(other, start=True))
    if other == Side.ASSOCIATION:
        if complaint.officer_id:
            return _("由承办这件投诉的工作人员看。")
        return _("由{name}的工作人员看。").format(name=reader.name(language()))
    if reader.kind == other:
        return _("{party}看得到，协会的工作人员也看得到。").format(party=party_name(other, start=True))
    told = {"platform": reader.name(language()), "party": party_name(other)}
    return _("由{platform}转给{party}。平台和协会的工作人员也看得到。").format(**told)


def _name(other: str, reader: Organisation | None) -> str:
    if other != Side.ASSOCIATION:
        return heading_name(other)
    return reader.name(language()) if reader else side_name(other, start=True)


def is_not_referred(complaint: Complaint) -> bool:
    """Whether the association was not asked to take the case, so that a message to it sets nothing going."""
    return complaint.state == State.NEGOTIATING
