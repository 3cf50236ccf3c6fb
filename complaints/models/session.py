"""A mediation session: when and how the sides talk with an officer, who says they come, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint

LONGEST_MINUTES = 480


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> Self:
        return self.filter(state=Session.State.PLANNED)


class Session(models.Model):
    """One appointment, numbered within its complaint. A moved one stays as it was; another takes its place."""

    class How(models.TextChoices):
        PLACE = "place", _("当面")
        TELEPHONE = "telephone", _("电话")
        LINK = "link", _("视频会议")

    class State(models.TextChoices):
        PLANNED = "planned", _("已约好")
        HELD = "held", _("已开过")
        MOVED = "moved", _("改期了")
        CANCELLED = "cancelled", _("取消了")
        ABSENT = "absent", _("有人没有来")

    class Result(models.TextChoices):
        AGREED = "agreed", _("谈妥了，接着写协议")
        GO_ON = "go-on", _("还要接着谈")
        NO_AGREEMENT = "no-agreement", _("没有谈成")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="sessions")
    number = models.PositiveIntegerField()
    starts_at = models.DateTimeField(_("开始时间"))
    minutes = models.PositiveSmallIntegerField(
        _("大约几分钟"), default=60, validators=[MinValueValidator(10), MaxValueValidator(LONGEST_MINUTES)]
    )
    how = models.CharField(_("怎么谈"), max_length=12, choices=How.choices)
    sealed_where = models.TextField(blank=True)
    parties = models.JSONField(default=list)  # codes of Party, in its order; the consumer is always asked
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    sealed_reason = models.TextField(blank=True)  # why it was moved or cancelled

    # What came of it.
    result = models.CharField(max_length=16, choices=Result.choices, blank=True)
    came = models.JSONField(default=list)  # "consumer" and codes of Party
    sealed_record = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("调解会")
        verbose_name_plural = _("调解会")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="session_number_once"),
            models.UniqueConstraint(
                "complaint", "starts_at", name="session_one_at_a_time", condition=Q(state="planned")
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number} of {self.complaint_id}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def where(self) -> str:
        """The address, the number to ring, or the link."""
        return unseal(self.sealed_where, owner=self._owner("where")) if self.sealed_where else ""

    @property
    def reason(self) -> str:
        return unseal(self.sealed_reason, owner=self._owner("reason")) if self.sealed_reason else ""

    @property
    def record(self) -> str:
        """What was said, in short, as the officer wrote it down."""
        return unseal(self.sealed_record, owner=self._owner("record")) if self.sealed_record else ""

    def keep_where(self, words: str) -> None:
        self.sealed_where = seal(words, owner=self._owner("where")) if words else ""

    def keep_reason(self, words: str) -> None:
        self.sealed_reason = seal(words, owner=self._owner("reason")) if words else ""

    def keep_record(self, words: str) -> None:
        self.sealed_record = seal(words, owner=self._owner("record")) if words else ""

    def _owner(self, part: str) -> str:
        return f"session:{self.complaint_id}:{self.number}:{part}"


class Attendance(models.Model):
    """What one side last said: it comes, or it cannot, because. ``side`` is ``consumer`` or a code of Party."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    side = models.CharField(max_length=16)
    comes = models.BooleanField()
    sealed_words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("来不来")
        verbose_name_plural = _("来不来")
        constraints = [models.UniqueConstraint("session", "side", name="attendance_one_a_side")]

    def __str__(self) -> str:
        return f"{self.side} of session {self.session_id}"

    @property
    def words(self) -> str:
        """Why not."""
        return unseal(self.sealed_words, owner=self._owner) if self.sealed_words else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner) if words else ""

    @property
    def _owner(self) -> str:
        return f"attendance:{self.session_id}:{self.side}"
