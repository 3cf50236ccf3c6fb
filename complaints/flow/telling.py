"""Tell the person who complained what happened: by e-mail, or by short message where there is only a telephone.

A notice is taken by compare-and-set before it is sent, and comes due again if nobody notes how it went: a worker that
is killed between sending and noting sends twice, never none. Where two are told of a case each has rows of their own:
a mailbox that is dead, full or muted is one person's, and the other hears everything once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from complaints import jobs, mail, sms
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.triage import DECLINE_LABELS
from complaints.models import Complaint, Contact, Helper, Notice, Request, Tally
from complaints.models.complaint import mark_of
from complaints.narrative import Known
from complaints.news import news_of, reader_of, short_of
from complaints.notices import WARNINGS, Recipient, is_quiet, not_before, recipient_of, those_told

log = logging.getLogger(__name__)

TAKEN_FOR = timedelta(minutes=5)  # so long nobody else sends what a worker took
PAUSES = [timedelta(minutes=n) for n in (5, 30, 120, 480)]  # after the first, second… failure
MOST_TRIES = len(PAUSES) + 1
NEAR = timedelta(days=2)  # before the last day to answer the association
KEPT = timedelta(days=90)

KNOWN = Known(
    decline_labels={str(ground): words for ground, words in DECLINE_LABELS.items()},
    end_labels={str(ground): words for ground, words in GROUND_LABELS.items()},
)


def send_due(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Send what is due, all of one case to one person in one message; nothing in the quiet hours. Returns how many
    messages."""
    sent = 0
    while (at := clock()) < until and not is_quiet(at):
        first = Notice.objects.due(at).order_by("next_attempt_at", "pk").first()
        if first is None:
            break
        taken = _take(first.contact_id, first.to, at)
        if taken:
            sent += _tell(first.contact_id, first.to, taken, at)
    return sent


def remind(*, at: datetime) -> int:
    """Promise a reminder of each question to the consumer whose last day is near; of one day only once. Returns how
    many."""
    today = timezone.localtime(at).date()
    waiting = Request.objects.unanswered().filter(to="consumer", due_on__range=(today, today + NEAR))
    made = 0
    for request in waiting.filter(complaint__in=Complaint.objects.real().open(), asked_at__lt=at - timedelta(days=1)):
        contact = Contact.objects.filter(complaint=request.complaint_id).first()
        for to in those_told(contact.complaint) if contact else []:
            _row, is_new = Notice.objects.get_or_create(
                contact=contact,
                kind=Notice.Kind.NEAR,
                to=to,
                due_on=request.due_on,
                defaults={"created_at": at, "next_attempt_at": not_before(at)},
            )
            made += is_new
    if made:
        jobs.ring("notify")
    return made


@transaction.atomic
def switch(token: str, *, on: bool, at: datetime) -> bool:
    """Stop the notices of the case a signed link is about, to the person whose letter it stood in and nobody else, or
    start them again. False for a link that is none."""
    rows = _rows_of(token)
    return rows is not None and rows.update(muted_at=None if on else at) == 1


def is_off(token: str) -> bool | None:
    """Whether the person a signed link was made for has stopped these notices; None for a link that is none."""
    rows = _rows_of(token)
    row = rows.first() if rows is not None else None
    return row.muted_at is not None if row else None


def _rows_of(token: str) -> QuerySet[Contact] | QuerySet[Helper] | None:
    pk, to = reader_of(token) or (None, "")
    if pk is None:
        return None
    is_helpers = to == Notice.To.HELPER
    return Helper.objects.filter(complaint__contact=pk) if is_helpers else Contact.objects.filter(pk=pk)


@transaction.atomic
def try_again(pks: Sequence[int], *, at: datetime) -> int:
    """Put those of the notices that failed back into the outbox, with all their tries. Returns how many."""
    failed = Notice.objects.filter(pk__in=pks, state=Notice.State.FAILED)
    count = failed.update(state=Notice.State.PENDING, attempts=0, next_attempt_at=not_before(at), done_at=None)
    if count:
        jobs.ring("notify")
    return count


def forget_told(*, at: datetime) -> int:
    """Delete the rows of what was told long ago. Returns how many."""
    old = Notice.objects.exclude(state=Notice.State.PENDING).filter(created_at__lt=at - KEPT)
    return old.delete()[0]


def _take(contact_id: int, to: str, at: datetime) -> list[Notice]:
    """All due notices of one case to one person, each taken only if nobody took it since it was read; the try is
    counted."""
    due = Notice.objects.due(at).filter(contact=contact_id, to=to).select_related("event").order_by("created_at", "pk")
    taken = []
    for notice in due:
        read = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, state=Notice.State.PENDING)
        if notice.attempts >= MOST_TRIES:  # whoever took it never came back, time after time
            read.update(state=Notice.State.FAILED, done_at=at)
        elif read.update(attempts=F("attempts") + 1, next_attempt_at=at + TAKEN_FOR):
            notice.attempts += 1
            taken.append(notice)
    return taken


def _tell(contact_id: int, to: str, notices: list[Notice], at: datetime) -> bool:
    contact = Contact.objects.select_related("complaint__consumer", "complaint__helper").get(pk=contact_id)
    recipient = recipient_of(contact, to)
    said = [notice for notice in notices if recipient and _is_to_say(contact, notice, recipient)]
    _note([notice for notice in notices if notice not in said], state=Notice.State.SKIPPED, done_at=at)
    if recipient is None or not said:
        return False  # and nothing of the day's share is used up
    if _is_enough(contact, recipient, at):
        _note(said, next_attempt_at=not_before(at + timedelta(days=1)))
        return False
    try:
        _send(contact, recipient, said, at)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; their text may hold the address
        log.warning("notices %s: not sent (%s)", [notice.pk for notice in said], type(error).__name__)
        _share_of(recipient, at, by=-1)  # it did not come
        for notice in said:
            _postpone(notice, at)
        return False
    _note(said, state=Notice.State.SENT, done_at=at)
    return True


def _is_to_say(contact: Contact, notice: Notice, to: Recipient) -> bool:
    """Not what its reader does not want to hear, nor what is past; but who may open the case now is said to its contact
    whatever anybody wants."""
    if notice.kind in WARNINGS:
        return notice.kind != Notice.Kind.CLAIMED or contact.complaint.consumer is not None
    return to.wants_notices and (notice.kind != Notice.Kind.NEAR or _still_waits(contact, notice))


def _is_enough(contact: Contact, to: Recipient, at: datetime) -> bool:
    """Count one message to this address today. True where it has had its share: nobody can be flooded through us.
    The rest waits for tomorrow, with its tries, so that in the end it is given up."""
    is_proved = contact.is_proved(to.address)
    most: int = settings.NOTICES_PROVED_A_DAY if is_proved else settings.NOTICES_UNPROVED_A_DAY
    return _share_of(to, at, by=1) > most


def _share_of(to: Recipient, at: datetime, *, by: int) -> int:
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    count: int = Tally.objects.count_up(f"notice:{mark_of(to.address)}", window=today, by=by)
    return count


def _still_waits(contact: Contact, notice: Notice) -> bool:
    """Whether what a reminder is about was not answered meanwhile."""
    waiting = contact.complaint.requests.unanswered().filter(to="consumer").values_list("due_on", flat=True)
    return contact.complaint.is_open and notice.due_on in waiting


def _send(contact: Contact, to: Recipient, notices: list[Notice], at: datetime) -> None:
    language = to.account.language if to.account else contact.complaint.language
    with translation.override("en" if language == "en" else "zh-hans"):
        news = news_of(
            contact.complaint,
            notices,
            known=KNOWN,
            on=timezone.localtime(at).date(),
            has_account=to.account is not None,
            to=notices[0].to,
            is_represented=to.is_represented,
        )
        if to.email:
            headers = {"List-Unsubscribe": f"<{news.off_link}>", "Auto-Submitted": "auto-generated"}
            mail.send(to.email, news.subject, "news", {"news": news}, headers=headers)
        else:
            sms.send(to.phone, short_of(news))


def _note(notices: list[Notice], **columns: object) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(**columns)


def _postpone(notice: Notice, at: datetime) -> None:
    if notice.attempts >= MOST_TRIES:
        _note([notice], state=Notice.State.FAILED, done_at=at)
    else:
        _note([notice], next_attempt_at=at + PAUSES[notice.attempts - 1])
