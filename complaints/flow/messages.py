"""Messages: the consumer with the association, and with each party the consumer lets write. No word leaves them."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.sealing import keyed_hash
from complaints import permissions, timeline
from complaints.flow.dispatch import announce, speaker_for
from complaints.flow.responses import respondent_for
from complaints.lifecycle import IllegalMove, Role
from complaints.masking import masked
from complaints.models import Actor, Complaint, Evidence, Message, Party, Side, Thread
from complaints.narrative import side_name

LONGEST = 1000  # characters of one message
MOST_AN_HOUR = 30  # messages of one side in one thread: policy of the site
HOUR = timedelta(hours=1)
TOLD_AGAIN_AFTER = timedelta(days=1)  # who has unread messages is not told of each further one


class CannotWrite(Exception):
    """A message or thread that cannot be, with a sentence that says why and what to do."""


class TooManyMessages(CannotWrite):
    """Too many in an hour; ``wait`` is how long until the next may come."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-wait // timedelta(minutes=1)))
        super().__init__(_("一个小时最多写{n}条，{minutes}分钟后再写。").format(n=MOST_AN_HOUR, minutes=minutes))
        self.wait = wait


@transaction.atomic
def open_thread(complaint: Complaint, *, party: Party, actor: Actor, at: datetime) -> Thread:
    """The consumer lets a party write here; also again, after having closed it. Twice is once.

    Raises CannotWrite where nobody would read it, IllegalMove for an ended case.
    """
    complaint = _held_for_consumer(complaint, actor)
    if not is_read(complaint, Side(party)):
        raise CannotWrite(
            _("{party}还没有接入本站，在这里写它看不到。把话从订单里的客服窗口发给它。").format(
                party=side_name(party, start=True)
            )
        )
    thread, _made = Thread.objects.get_or_create(complaint=complaint, other=party)
    if thread.is_open:
        return thread
    thread.opened_at, thread.closed_at = thread.opened_at or at, None
    thread.save(update_fields=["opened_at", "closed_at"])
    event = timeline.record(complaint, "thread-opened", {"party": party}, actor=actor.label, at=at)
    announce(complaint, event, to=party, at=at)
    return thread


@transaction.atomic
def close_thread(complaint: Complaint, *, party: Party, actor: Actor, at: datetime) -> None:
    """The consumer wants to hear no more from a party here. What was written stays. Twice is once."""
    complaint = _held_for_consumer(complaint, actor)
    thread = complaint.threads.filter(other=party).first()
    if thread is None or not thread.is_open:
        return
    thread.closed_at = at
    thread.save(update_fields=["closed_at"])
    event = timeline.record(complaint, "thread-closed", {"party": party}, actor=actor.label, at=at)
    announce(complaint, event, to=party, at=at)


@transaction.atomic
def write(
    complaint: Complaint,
    *,
    other: Side,
    words: str,
    press: str,
    evidence: Evidence | None = None,
    actor: Actor,
    at: datetime,
) -> Message:
    """Add a message to the thread with ``other``. The same words under the same ``press`` (a form's key) are one
    message, however often and at whatever moment they come.

    Raises CannotWrite, CannotAnswer or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "message")
    complaint = Complaint.objects.locked(complaint.pk)
    words = tidy(words)
    by = _side_of(complaint, other, actor)
    pressed = keyed_hash(f"{press}\n{evidence.pk if evidence else ''}\n{words}")
    again = Message.objects.filter(thread__complaint=complaint, thread__other=other, by=by, press=pressed).first()
    if again:
        return again
    thread = writable(complaint, other=other, words=words, has_file=evidence is not None, actor=actor, at=at)
    return _add(complaint, thread, by, words, pressed, evidence, actor, at)


def writable(
    complaint: Complaint, *, other: Side, words: str, has_file: bool = False, actor: Actor, at: datetime
) -> Thread:
    """The thread this may be written in now; a first word begins that with the association. Raises as ``write``.

    Asked also before a file of a message is taken in, so that none is kept for a message that will be refused.
    """
    complaint.require_open()
    by = _side_of(complaint, other, actor)
    _check_words(tidy(words), has_file=has_file)
    thread = complaint.threads.filter(other=other).first()
    if other == Side.ASSOCIATION:
        if complaint.association is None:
            raise CannotWrite(_("还没有对应的协会，在这里写没有人看得到。"))
        thread = thread or Thread(complaint=complaint, other=other, opened_at=at)
    if thread is None or thread.opened_at is None:
        words_of = {
            True: _("先点“让{party}在这里给我写”，再写给它。"),
            False: _("消费者没有请{party}在这里写。用答复或方案告诉消费者。"),
        }
        raise CannotWrite(words_of[by == Side.CONSUMER].format(party=side_name(other)))
    if not thread.is_open:
        raise CannotWrite(_("消费者关上了和{party}的对话，现在不能写。").format(party=side_name(other)))
    own = Message.objects.filter(thread__complaint=complaint, thread__other=other, by=by)
    lately = own.filter(at__gt=at - HOUR).order_by("-number")[:MOST_AN_HOUR]
    if len(lately) >= MOST_AN_HOUR:
        raise TooManyMessages(lately[MOST_AN_HOUR - 1].at + HOUR - at)
    return thread


@transaction.atomic
def mark_read(complaint: Complaint, *, other: Side, up_to: int, actor: Actor) -> None:
    """Remember that the reader has seen the messages up to that number; what came meanwhile stays new."""
    permissions.require(actor, "message")
    complaint = Complaint.objects.locked(complaint.pk)
    thread = complaint.threads.filter(other=other).first()
    if thread is None:
        return
    last = min(up_to, thread.messages.count())
    if actor.role == Role.CONSUMER:
        thread.seen_by_consumer = max(thread.seen_by_consumer, last)
    elif actor.role == Role.OFFICER and thread.is_official:
        thread.seen_by_association = max(thread.seen_by_association, last)
        _mark_case(complaint, thread)
    thread.save(update_fields=["seen_by_consumer", "seen_by_association"])


def reader_of(complaint: Complaint, other: Side) -> Organisation | None:
    """Whose people or machine read what the consumer writes to ``other``: the association, the party, or the platform
    that passes things on to it. None where no organisation does; a party in the entrance reads itself.
    """
    return complaint.association if other == Side.ASSOCIATION else speaker_for(complaint, Party(other))


def is_read(complaint: Complaint, other: Side) -> bool:
    """Whether anybody reads what the consumer writes to ``other``: an organisation, or the party in the entrance."""
    entrance = complaint.respondents.filter(party=other, asked_at__isnull=False, invitations__opened_at__isnull=False)
    return reader_of(complaint, other) is not None or entrance.exists()


def tidy(words: str) -> str:
    """The words without control characters and blank ends, line ends as one sign. Everything else stays as written."""
    unified = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def _add(
    complaint: Complaint,
    thread: Thread,
    by: Side,
    words: str,
    pressed: str,
    evidence: Evidence | None,
    actor: Actor,
    at: datetime,
) -> Message:
    if thread._state.adding:
        thread.save()
    unread = thread.messages.filter(by=by, number__gt=thread.seen_by_consumer, at__gt=at - TOLD_AGAIN_AFTER).exists()
    message = Message(
        thread=thread,
        number=thread.messages.count() + 1,
        by=by,
        organisation=actor.organisation if by != Side.CONSUMER else None,
        officer=actor.user if by == Side.ASSOCIATION else None,
        press=pressed,
        evidence=evidence,
        at=at,
    )
    # An association may give its own telephone number; everybody else talks here, where there is a record.
    numbers = (complaint.order_number, complaint.reference)
    message.keep(words, shown=words if by == Side.ASSOCIATION else masked(words, keep=numbers))
    message.save()
    body = {
        "with": thread.other,
        "by": by,
        "message": message.number,
        "masked": message.is_masked,
        "evidence": evidence.pk if evidence else None,
        "digest": hashlib.sha256(message.sealed_words.encode()).hexdigest(),  # of the sealed text: it tells no words
        "told_before": unread,
    }
    event = timeline.record(complaint, "message-posted", body, actor=actor.label, at=at)
    if thread.is_official:
        if by == Side.ASSOCIATION:
            thread.seen_by_association = message.number
            thread.save(update_fields=["seen_by_association"])
        _mark_case(complaint, thread)
    elif by == Side.CONSUMER:
        announce(complaint, event, to=Party(thread.other), at=at)
    return message


def _mark_case(complaint: Complaint, thread: Thread) -> None:
    """Whether the association has something to read, for its queue."""
    complaint.has_message = thread.messages.filter(by=Side.CONSUMER, number__gt=thread.seen_by_association).exists()
    complaint.save(update_fields=["has_message"])


def _side_of(complaint: Complaint, other: Side, actor: Actor) -> Side:
    """Who writes. Raises CannotAnswer for a business that does not answer for that party, IllegalMove for strangers."""
    if actor.role == Role.CONSUMER:
        return Side.CONSUMER
    if actor.role == Role.OFFICER and other == Side.ASSOCIATION:
        return Side.ASSOCIATION
    if actor.role == Role.RESPONDENT and other != Side.ASSOCIATION:
        respondent_for(complaint, Party(other), actor)
        return Side(other)
    raise IllegalMove(_("这段对话里没有你，只能看。"))


def _check_words(words: str, *, has_file: bool) -> None:
    seen = [sign for sign in words if not sign.isspace() and unicodedata.category(sign) != "Cf"]
    if not seen and not has_file:
        raise CannotWrite(_("写一句话再发。"))
    if len(words) > LONGEST:
        raise CannotWrite(_("最多{limit}字，现在有{n}字。删短一些，或者分两条发。").format(limit=LONGEST, n=len(words)))


def _held_for_consumer(complaint: Complaint, actor: Actor) -> Complaint:
    if actor.role != Role.CONSUMER:
        raise IllegalMove(_("只有消费者能打开或关上对话。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    return complaint
