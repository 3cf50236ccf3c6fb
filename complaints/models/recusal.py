"""That an officer keeps out of one case (回避): while it stands, the case is none of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    from complaints.models.complaint import Complaint


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class Recusal(models.Model):
    """One officer, one case, and why; lifted by a lead, never by the officer. The row stays as it was told."""

    class Reason(models.TextChoices):
        KIN = "kin", _("和一方是亲属或者关系密切")
        STAKE = "stake", _("和这件事有利害关系")
        WORKED = "worked", _("在被投诉方工作过，或者和它有往来")
        OTHER = "other", _("其他可能影响公正的情况")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, models.PROTECT, related_name="recusals")
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")  # the officer, or the lead who decided it
    made_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=500, blank=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("回避")
        verbose_name_plural = _("回避")
        constraints = [
            # Serves the gate as well: every list an officer sees asks it, and finds the few rows of one person.
            models.UniqueConstraint("user", "complaint", name="recusal_stands_once", condition=Q(lifted_at=None)),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="recusal_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} keeps out of {self.complaint_id}"


def keeps_out(user: User | None, complaint: str = "pk") -> Exists:
    """Whether this person keeps out of a case; ``complaint`` says where the row asked about has its number."""
    return Exists(Recusal.objects.standing().filter(user=user, complaint=OuterRef(complaint)))


def those_out_of(complaint: Complaint) -> frozenset[int]:
    """The people who keep out of a case, by number."""
    return frozenset(Recusal.objects.standing().filter(complaint=complaint).values_list("user_id", flat=True))
