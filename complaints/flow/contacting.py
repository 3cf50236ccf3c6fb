"""Whether a person can be reached where they say: six digits go there, and whoever types them back has proved it.

Nothing waits for it: a complaint is filed and decided without. Lifetime, tries and pauses as reliability.md 3.1.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.sealing import keyed_hash
from complaints import mail, sms
from complaints.models import Complaint, Contact, ContactCode, Draft, Tally
from complaints.models.complaint import mark_of
from complaints.networks import is_too_many

LASTS = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)  # between two codes to one address
TRIES = 5  # wrong guesses at one code
DIGITS = 6
KEPT = timedelta(days=2)  # rows of codes nobody proved anything with


class NotSent(Exception):
    """No code went out, with a sentence that says what to do."""


class TooSoon(NotSent):
    """One went to this address less than a minute ago. ``seconds`` are left."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("刚发过一条，{seconds}秒后可以再发。").format(seconds=seconds))
        self.seconds = seconds


class Wrong(Exception):
    """Other digits, with a sentence."""


class Expired(Wrong):
    """The right or wrong digits of a code whose time, or whose tries, are over: another one is needed."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a code is for: to prove an address of a draft, of a case, or (neither) to open one's own cases."""

    draft: Draft | None = None
    complaint: Complaint | None = None

    @property
    def is_lost(self) -> bool:
        return self.draft is None and self.complaint is None

    def codes(self) -> Any:
        """The codes sent for it."""
        return ContactCode.objects.filter(draft=self.draft, complaint=self.complaint)


@sensitive_variables()
def send(address: str, purpose: Purpose, *, caller: str, at: datetime) -> ContactCode:
    """Make six digits and send them. Raises NotSent. ``caller`` is where it was asked from: that network is counted.

    The row is written before anything is sent, and no transaction is open while it is."""
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code = _make(address, digits, purpose, caller=caller, at=at)
    try:
        _hand_over(address, digits, is_lost=purpose.is_lost)
    except (OSError, ValueError):  # their text may hold the address: it is not told
        code.delete()
        raise NotSent(_("没有发出去，不是你的错。过几分钟再试一次。")) from None
    return code


def latest(address: str, purpose: Purpose) -> ContactCode | None:
    """The last code sent to this address for this purpose."""
    found: ContactCode | None = purpose.codes().sent_to(address).order_by("-sent_at").first()
    return found


def pause_left(code: ContactCode, *, at: datetime) -> int:
    """Seconds until another one may be sent to the same address."""
    return max(0, int(PAUSE.total_seconds() - code.age(at)))


@sensitive_variables("digits")
def prove(code: ContactCode, digits: str, *, at: datetime) -> None:
    """Take the digits back. Raises Wrong, and Expired where another code is needed.

    The try is counted before anything is compared, in the database: of many guesses at once only the first five count.
    """
    if at >= code.sent_at + LASTS or code.proved_at:
        raise Expired(_("验证码过期了，发一条新的再试。"))
    counted = ContactCode.objects.filter(pk=code.pk, tries__lt=TRIES).update(tries=F("tries") + 1)
    if not counted:
        raise Expired(_("错了{tries}次，这个验证码作废了，发一条新的再试。").format(tries=TRIES))
    if not compare_digest(code.digest, _digest(code, digits)):
        raise Wrong(_("验证码不对，再看一眼收到的那条。"))
    _keep(code, at)


def is_proved(draft: Draft, address: str) -> bool:
    """Whether this address was proved for this draft."""
    return bool(address) and draft.contact_codes.sent_to(address).proved().exists()


def carry_over(draft: Draft, contact: Contact, *, account_email: str) -> None:
    """Mark in a new contact what was proved while the form was filled in; so is the address of one's own account.
    The caller saves it."""
    plain = contact.reveal()
    contact.proved_phone = mark_of(plain["phone"]) if is_proved(draft, plain["phone"]) else ""
    is_own = bool(account_email) and mark_of(account_email) == mark_of(plain["email"])
    contact.proved_email = mark_of(plain["email"]) if is_own or is_proved(draft, plain["email"]) else ""


def cases_of(mark: str) -> list[Complaint]:
    """The cases whose contact was proved under this mark and still is what it was, newest first."""
    found = Contact.objects.filter(proved_phone=mark) | Contact.objects.filter(proved_email=mark)
    theirs = [contact for contact in found.select_related("complaint") if _still(contact, mark)]
    return sorted((contact.complaint for contact in theirs), key=lambda each: each.filed_at, reverse=True)


def forget(*, at: datetime) -> int:
    """Delete codes that served their time; what a draft has proved stays with it. Returns how many."""
    old = ContactCode.objects.filter(sent_at__lt=at - KEPT).exclude(draft__isnull=False, proved_at__isnull=False)
    return old.delete()[0]


def _still(contact: Contact, mark: str) -> bool:
    plain = contact.reveal()
    return bool(mark) and mark in {mark_of(plain["phone"]), mark_of(plain["email"])}


@transaction.atomic
def _make(address: str, digits: str, purpose: Purpose, *, caller: str, at: datetime) -> ContactCode:
    """The row, if the address and the network may have one more. The counter's row is locked from here to the commit:
    of two at once the second one sees the first. What is refused is not counted."""
    hour, day = at.replace(minute=0, second=0, microsecond=0), timezone.localtime(at).date()
    midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    is_crowded = is_too_many("contact-code", caller, settings.CODES_PER_NETWORK_AN_HOUR, window=hour)
    of_address = Tally.objects.count_up(f"contact-code:{mark_of(address)}", window=midnight)
    last = ContactCode.objects.sent_to(address).filter(sent_at__gt=at - PAUSE).order_by("-sent_at").first()
    if last is not None:
        raise TooSoon(max(1, pause_left(last, at=at)))
    if of_address > settings.CODES_PER_ADDRESS_A_DAY:
        raise NotSent(_("今天给它发的验证码够多了，明天再来。"))
    if is_crowded:
        raise NotSent(_("你这个网络一小时内发得太多了，过一小时再试。"))
    code = ContactCode(draft=purpose.draft, complaint=purpose.complaint, sent_at=at)
    code.address_to(address)
    code.digest = _digest(code, digits)
    code.save(force_insert=True)
    return code


@transaction.atomic
def _keep(code: ContactCode, at: datetime) -> None:
    taken = ContactCode.objects.filter(pk=code.pk, proved_at=None).update(proved_at=at, sealed="")
    if not taken:
        raise Expired(_("验证码过期了，发一条新的再试。"))
    if code.complaint_id:
        contact = Contact.objects.select_for_update().get(complaint=code.complaint_id)
        plain = contact.reveal()
        for way in ("phone", "email"):
            if mark_of(plain[way]) == code.mark:
                setattr(contact, f"proved_{way}", code.mark)
        contact.save(update_fields=["proved_phone", "proved_email"])


@sensitive_variables()
def _hand_over(address: str, digits: str, *, is_lost: bool) -> None:
    if "@" in address:
        mail.send(address, _("责在谁：验证码"), "code", {"digits": digits, "is_lost": is_lost, "minutes": _minutes()})
        return
    if is_lost:
        text = _("【责在谁】{digits}，用来打开你的投诉，{minutes}分钟内有效。别告诉任何人。")
    else:
        text = _("【责在谁】验证码{digits}，{minutes}分钟内有效。不是你要的，不用理。")
    sms.send(address, text.format(digits=digits, minutes=_minutes()))


def _minutes() -> int:
    return LASTS // timedelta(minutes=1)


def _digest(code: ContactCode, digits: str) -> str:
    return keyed_hash(f"contact-code:{code.key}:{digits}")
