"""Tell the person who complained what happened: by e-mail, or by short message where there is only a telephone.

A notice is taken by compare-and-set before it is sent, and comes due again if nobody notes how it went: a worker that
is killed between sending and noting sends twice, never none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from complaints import jobs, mail, sms
from complaints.flow.triage import DECLINE_LABELS
from complaints.models import Complaint, Contact, Notice, Request, Tally
from complaints.models.complaint import mark_of
from complaints.narrative import Known
from complaints.news import contact_of, news_of, short_of
from complaints.notices import Recipient, is_quiet, not_before, recipients_of

log = logging.getLogger(__name__)

TAKEN_FOR = timedelta(minutes=5)  # so long nobody else sends what a worker took
PAUSES = [timedelta(minutes=n) for n in (5, 30, 120, 480)]  # after the first, second… failure
MOST_TRIES = len(PAUSES) + 1
NEAR = timedelta(days=2)  # before the last day to answer the association
KEPT = timedelta(days=90)

KNOWN = Known(decline_labels={str(ground): words for ground, words in DECLINE_LABELS.items()})


def send_due(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Send what is due, all of one case in one message; nothing in the quiet hours. Returns how many messages."""
    sent = 0
    while (at := clock()) < until and not is_quiet(at):
        first = Notice.objects.due(at).order_by("next_attempt_at", "pk").first()
        if first is None:
            break
        taken = _take(first.contact_id, at)
        if taken:
            sent += _tell(first.contact_id, taken, at)
    return sent


def remind(*, at: datetime) -> int:
    """Promise a reminder of each question to the consumer whose last day is near; of one day only once. Returns how
    many."""
    today = timezone.localtime(at).date()
    waiting = Request.objects.unanswered().filter(to="consumer", due_on__range=(today, today + NEAR))
    made = 0
    for request in waiting.filter(complaint__in=Complaint.objects.open(), asked_at__lt=at - timedelta(days=1)):
        contact = Contact.objects.filter(complaint=request.complaint_id).first()
        if contact is None:
            continue
        _row, is_new = Notice.objects.get_or_create(
            contact=contact,
            kind=Notice.Kind.NEAR,
            due_on=request.due_on,
            defaults={"created_at": at, "next_attempt_at": not_before(at)},
        )
        made += is_new
    if made:
        jobs.ring("notify")
    return made


@transaction.atomic
def switch(token: str, *, on: bool, at: datetime) -> bool:
    """Stop the notices of the case a signed link is about, or start them again. False for a link that is none."""
    pk = contact_of(token)
    return pk is not None and Contact.objects.filter(pk=pk).update(muted_at=None if on else at) == 1


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


def _take(contact_id: int, at: datetime) -> list[Notice]:
    """All due notices of one person's case, each taken only if nobody took it since it was read; the try is counted."""
    due = Notice.objects.due(at).filter(contact=contact_id).select_related("event").order_by("created_at", "pk")
    taken = []
    for notice in due:
        read = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, state=Notice.State.PENDING)
        if notice.attempts >= MOST_TRIES:  # whoever took it never came back, time after time
            read.update(state=Notice.State.FAILED, done_at=at)
        elif read.update(attempts=F("attempts") + 1, next_attempt_at=at + TAKEN_FOR):
            notice.attempts += 1
            taken.append(notice)
    return taken


def _tell(contact_id: int, notices: list[Notice], at: datetime) -> bool:
    contact = Contact.objects.select_related("complaint__consumer", "complaint__helper").get(pk=contact_id)
    recipients = recipients_of(contact)
    if contact.muted_at or not recipients:
        _note(notices, state=Notice.State.SKIPPED, done_at=at)
        return False
    unsaid = [notice for notice in notices if not _is_to_say(contact, notice, recipients)]
    _note(unsaid, state=Notice.State.SKIPPED, done_at=at)
    notices = [notice for notice in notices if notice not in unsaid]
    if not notices:
        return False
    allowed = [each for each in recipients if not _is_enough(contact, each, at)]
    if not allowed:
        _note(notices, next_attempt_at=not_before(at + timedelta(days=1)))
        return False
    try:
        for recipient in allowed:  # where the line breaks at the second, the first is told twice: never none
            wanted = [notice for notice in notices if recipient.wants_notices or notice.kind == Notice.Kind.CLAIMED]
            if wanted:
                _send(contact, recipient, wanted, at)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; their text may hold the address
        log.warning("notices %s: not sent (%s)", [notice.pk for notice in notices], type(error).__name__)
        for recipient in allowed:
            _share_of(recipient, at, by=-1)  # it did not come
        for notice in notices:
            _postpone(notice, at)
        return False
    _note(notices, state=Notice.State.SENT, done_at=at)
    return True


def _is_to_say(contact: Contact, notice: Notice, recipients: list[Recipient]) -> bool:
    """Not what nobody wants to hear, nor what is past; but that somebody put the case into an account is said to its
    contact whatever that somebody wants."""
    if notice.kind == Notice.Kind.CLAIMED:
        return contact.complaint.consumer is not None
    is_wanted = any(each.wants_notices for each in recipients)
    return is_wanted and (notice.kind != Notice.Kind.NEAR or _still_waits(contact, notice))


def _is_enough(contact: Contact, to: Recipient, at: datetime) -> bool:
    """Count one message to this address today. True where it has had its share: nobody can be flooded through us.
    Where all have, the rest waits for tomorrow, with its tries, so that in the end it is given up."""
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
            *(contact.complaint, notices),
            known=KNOWN,
            on=timezone.localtime(at).date(),
            has_account=to.account is not None,
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
