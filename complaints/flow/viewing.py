"""Looking is on record before anything is seen: evidence, and a consumer's contact, which is opened for a reason."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.models import Actor, Complaint, Evidence, Viewing


class ContactReason(models.TextChoices):
    """Why an officer needs to see how to reach the consumer. A code, because the timeline holds no free text."""

    REACH = "reach", _("联系消费者")
    VERIFY = "verify", _("核对身份")
    HAND_OVER = "hand-over", _("移送或协助其他机关")
    ASKED = "asked", _("消费者本人要求")


@transaction.atomic
def reveal_contact(complaint: Complaint, *, reason: ContactReason, actor: Actor, at: datetime) -> dict[str, str]:
    """Name, telephone and e-mail in plain, for one page; who looked and why is on record before they are read."""
    complaint = Complaint.objects.locked(complaint.pk)
    timeline.record(complaint, "contact-viewed", {"reason": reason.value}, actor=actor.label, at=at)
    return complaint.contact.reveal()


def note_viewing(evidence: Evidence, *, variant: str, actor: Actor, at: datetime, reason: str = "") -> Viewing:
    """Write down who looks at a piece, committed before its first byte leaves. Must not run inside a transaction."""
    with transaction.atomic(durable=True):
        return Viewing.objects.create(evidence=evidence, actor=actor.label, variant=variant, reason=reason, at=at)
