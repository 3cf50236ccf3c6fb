"""A new receipt code for who lost the first one; and the code sent to an address that was proved."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from complaints import mail, sms, timeline
from complaints.flow.drafting import forget_code
from complaints.flow.intake import hash_of
from complaints.models import Complaint, Contact, Draft, Tally
from complaints.references import new_receipt_code

SENT_AN_HOUR = 3  # of one case


class NotTold(Exception):
    """The code was not sent, with a sentence."""


@transaction.atomic
def renew(complaint: Complaint, *, at: datetime) -> str:
    """A new receipt code; the one before opens nothing any more, wherever it is still shown."""
    complaint = Complaint.objects.locked(complaint.pk)
    code = new_receipt_code()
    complaint.receipt_hash = hash_of(code)
    complaint.save(update_fields=["receipt_hash"])
    draft = Draft.objects.filter(filed_as=complaint).first()
    if draft:
        forget_code(draft)
    timeline.record(complaint, "receipt-renewed", {}, actor="consumer", at=at)
    return code


def proved_address(contact: Contact | None) -> str:
    """Where the code may be sent: the telephone first, and only what was proved; empty for none."""
    plain = contact.reveal() if contact else {}
    return next((plain[way] for way in ("phone", "email") if contact and contact.is_proved(plain.get(way, ""))), "")


@sensitive_variables("code")
def tell(complaint: Complaint, code: str, *, at: datetime) -> str:
    """Send the code to the proved address and return that address. Raises NotTold."""
    to = proved_address(Contact.objects.filter(complaint=complaint).first())
    hour = at.replace(minute=0, second=0, microsecond=0)
    if not to or Tally.objects.count_up(f"receipt-sent:{complaint.pk}", window=hour) > SENT_AN_HOUR:
        raise NotTold(_("这一小时发得够多了，过一会儿再来。"))
    try:
        if "@" in to:
            told = {"code": code, "reference": complaint.reference, "site": settings.SITE_URL}
            mail.send(to, _("{reference}：回执码").format(reference=complaint.reference), "receipt", told)
        else:
            sms.send(to, _("【责在谁】{reference}的回执码：{code}").format(reference=complaint.reference, code=code))
    except (OSError, ValueError):  # their text may hold the address
        raise NotTold(_("没有发出去，不是你的错。过几分钟再试一次。")) from None
    return to
