"""Nobody could be reached at an identity that was given: who says so, why, and whether another was given since."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.complaint import Complaint
from complaints.models.record_request import RecordAnswer, RecordItem


class UnreachableQuerySet(models.QuerySet["Unreachable"]):
    def standing(self) -> Self:
        """No other identity was given since."""
        return self.filter(ended_at=None)


class Unreachable(models.Model):
    """One report about one identity. The consumer's makes it uncertain, and the platform is asked again under a clock;
    an officer's is a finding. Another identity ends it; both dates stay.
    """

    class Why(models.TextChoices):
        PHONE = "phone", _("电话打不通或不是本人")
        ADDRESS = "address", _("按地址找不到人，信件退回")
        NOT_REGISTERED = "not-registered", _("登记系统里查不到这个名称")
        DENIES = "denies", _("对方说和这件事无关")
        SILENT = "silent", _("联系了，一直没有回应")

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # what is sealed is bound to it
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="unreachable")
    kind = models.CharField(_("谁的身份"), max_length=24, choices=RecordItem.Kind.choices)
    answer = models.ForeignKey(RecordAnswer, models.PROTECT, null=True, blank=True, related_name="+")  # that gave it
    by = models.CharField(max_length=16, choices=[(Role.CONSUMER.value, "consumer"), (Role.OFFICER.value, "officer")])
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(_("怎么联系不上"), max_length=16, choices=Why.choices)
    sealed_words = models.TextField(blank=True)
    at = models.DateTimeField(_("时间"))
    ended_at = models.DateTimeField(_("另给了身份的时间"), null=True, blank=True)

    objects = UnreachableQuerySet.as_manager()

    class Meta:
        verbose_name = _("身份联系不上")
        verbose_name_plural = _("身份联系不上")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind", "by"], condition=Q(ended_at=None), name="unreachable_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.why}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=f"unreachable:{self.key}") if self.sealed_words else ""

    def keep(self, words: str) -> None:
        self.sealed_words = seal(words, owner=f"unreachable:{self.key}") if words else ""
