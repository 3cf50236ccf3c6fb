"""Who of an association looked at what of whom: append-only, kept for the auditor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint

ONCE_IN = timedelta(minutes=10)  # the same look again within this time is the same look


class AccessQuerySet(models.QuerySet["Access"]):
    def visible_to(self, actor: Actor) -> Self:
        """The looks of one's own association's people; the national one reads all."""
        if actor.role != Role.OFFICER or actor.organisation is None:
            return self.none()
        return self.filter(organisation=actor.organisation) if actor.organisation.region else self.all()

    def recent(self, actor: Actor, complaint: Complaint | models.OuterRef, what: str, at: datetime) -> Self:
        """The same look, just before."""
        return self.filter(officer=actor.user, complaint=complaint, what=what, at__gt=at - ONCE_IN)


class Access(models.Model):
    """One officer saw personal data of one case. No reason stands here: where one is asked for, it is kept with what it
    opened (the timeline, the custody chain)."""

    class What(models.TextChoices):
        CASE = "case", _("案件")
        CONTACT = "contact", _("联系方式")
        EVIDENCE = "evidence", pgettext_lazy("access", "证据")
        ORIGINAL = "original", _("证据原件")
        EXPORT = "export", pgettext_lazy("access", "导出的表")

    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("谁"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("协会"))
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="accesses", verbose_name=_("投诉"))
    what = models.CharField(_("看了什么"), max_length=16, choices=What.choices)
    at = models.DateTimeField(_("时间"))

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="access_of_association"),
            models.Index(fields=["officer", "complaint", "what", "at"], name="access_again"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.what} {self.complaint_id}"
