"""A case on its way from one association to another, and where the seller is, as an officer found it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation, User
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint
from complaints.models.recusal import keeps_out


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both associations see that there is one, the national one sees all; who keeps out of the case does not."""
        is_reader = actor.role == Role.OFFICER and actor.duties - {Membership.Duty.ADMINISTRATOR}
        if actor.organisation is None or not is_reader:
            return self.none()
        seen = self.exclude(keeps_out(actor.user, "complaint"))
        if not actor.organisation.region:
            return seen
        return seen.filter(Q(from_association=actor.organisation) | Q(to_association=actor.organisation))

    def waiting(self) -> Self:
        return self.filter(state=Transfer.State.PROPOSED)


class Transfer(models.Model):
    """A proposal to give a case to another association; until that one accepts, the case stays where it is."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("transfer", "等对方答复")
        ACCEPTED = "accepted", pgettext_lazy("transfer", "已接收")
        RETURNED = "returned", pgettext_lazy("transfer", "已退回")
        WITHDRAWN = "withdrawn", pgettext_lazy("transfer", "已收回")
        ENDED = "ended", pgettext_lazy("transfer", "案件已结束")

    class Reason(models.TextChoices):
        CONSUMER = "consumer", _("消费者在那边")
        SELLER = "seller", _("商家或者平台在那边")
        SAME = "same", _("同一批投诉那边在办")
        CONFLICT = "conflict", _("本协会不便办理")
        OTHER = "other", _("其他原因")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="transfers")
    number = models.PositiveIntegerField()  # in the case, from 1
    state = models.CharField(_("进展"), max_length=16, choices=State.choices, default=State.PROPOSED)
    from_association = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    to_association = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    words = models.CharField(_("说明"), max_length=500)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("转交")
        verbose_name_plural = _("转交")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="transfer_number_once"),
            models.UniqueConstraint("complaint", name="transfer_one_waits", condition=Q(state="proposed")),
        ]
        indexes = [
            models.Index(fields=["to_association", "state", "-made_at"], name="transfer_coming"),
            models.Index(fields=["from_association", "-made_at"], name="transfer_going"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} transfer {self.number}"


class Whereabouts(models.Model):
    """Where the seller is, as division codes: as the platform shows it, and where it really trades."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="whereabouts")
    shown = models.CharField(_("平台公示的地址"), max_length=6, blank=True)
    is_unreachable = models.BooleanField(_("按公示的地址联系不上"), default=False)
    actual = models.CharField(_("实际经营地"), max_length=6, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("卖家所在地")

    def __str__(self) -> str:
        return f"whereabouts of {self.complaint_id}"
