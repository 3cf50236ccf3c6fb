"""A party asks for more time, once: why, how long, and what was said to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, Respondent


class Extension(models.Model):
    """One request for more time of one party. ``was_due`` and ``until`` stay beside each other, whatever comes."""

    class Reason(models.TextChoices):
        REPLAY = "replay", _("要调取直播回放")
        THIRD = "third-party", _("要等厂家、物流或检测机构回复")
        RECORDS = "records", _("要核对订单和售后记录")
        SYSTEM = "system", _("系统故障")
        OTHER = "other", _("其他原因")

    class State(models.TextChoices):
        ASKED = "asked", _("等协会答复")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("未同意")
        OVER = "over", _("期限先到了")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="extensions")
    respondent = models.OneToOneField(Respondent, models.CASCADE, related_name="extension")  # once
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    sealed_words = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField(_("几个工作日"))
    asked_at = models.DateTimeField(_("申请时间"))
    was_due = models.DateField(_("原来的期限"))

    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    until = models.DateField(_("延到"), null=True, blank=True)
    by_policy = models.BooleanField(default=False)  # granted at once: the reason is on the site's list
    sealed_answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("申请延期")
        verbose_name_plural = _("申请延期")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="granted") & Q(until__isnull=False)) | (~Q(state="granted") & Q(until=None)),
                name="extension_granted_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.reason} {self.state}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner("words")) if self.sealed_words else ""

    @property
    def answer(self) -> str:
        """Why it was refused."""
        return unseal(self.sealed_answer, owner=self._owner("answer")) if self.sealed_answer else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner("words")) if words else ""

    def keep_answer(self, words: str) -> None:
        self.sealed_answer = seal(words, owner=self._owner("answer")) if words else ""

    def _owner(self, part: str) -> str:
        return f"extension:{self.respondent_id}:{part}"
