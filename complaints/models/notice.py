"""The outbox to the person who complains: a row is the promise of a message; its words are made when it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Contact
from complaints.models.event import Event


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, at: datetime) -> Self:
        """Waiting for their time; also what a worker took and never came back from."""
        return self.filter(state=Notice.State.PENDING, next_attempt_at__lte=at)


class Notice(models.Model):
    """One thing to tell one person. No address and no words are stored: both are read from the case at sending.

    It is about an event of the case, or about a day: one that comes near, or the last to take a bundle.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待发送")
        SENT = "sent", _("已发送")
        SKIPPED = "skipped", _("不用发")
        FAILED = "failed", _("多次失败，已停止")

    class Kind(models.TextChoices):
        FILED = "filed", _("投诉已提交")
        ANSWERED = "answered", _("对方有答复")
        LAPSED = "lapsed", _("对方到期没有答复")
        DECIDED = "decided", _("判定有变化")
        ASKED = "asked", _("协会有事问你")
        ACCEPTED = "accepted", _("协会已受理")
        DECLINED = "declined", _("协会不予受理")
        NEAR = "near", _("补充期限快到了")
        ENDED = "ended", _("投诉已结束")
        CLAIMED = "claimed", _("投诉放进了一个账号")
        WROTE = "wrote", _("有人给你写了消息")
        OFFERED = "offered", _("对方提出了方案")
        PAYMENT = "payment", _("约好的日子过了，问你收到没有")
        RESUMED = "resumed", _("承诺没有兑现，案件接着办")
        OVERRIDDEN = "overridden", _("协会改判了")
        REVIEWED = "reviewed", _("人工复核有结果了")
        BUNDLED = "bundled", _("证据包做好了")
        RECORDS = "records", _("平台答复了要调取的记录")
        RELEASED = "released", _("投诉从账号里拿出来了")
        RENEWED = "renewed", _("换了新的回执码")
        REFUSED = "refused", _("有一件证据没有收下")
        MOVED = "moved", _("投诉转给了另一家协会")
        SESSION = "session", _("调解的时间有消息")
        AGREEMENT = "agreement", _("调解协议等你看")
        REOPENED = "reopened", _("协会重新打开了投诉")
        EXTENDED = "extended", _("对方有更多时间答复")
        PERFORMED = "performed", _("对方说已经兑现")
        CONTEST = "contest", _("协会定了该由谁答复")

    class To(models.TextChoices):
        """Which of the two who may be told of a case: each has rows of their own, neither waits for the other."""

        BUYER = "buyer", _("买东西的人")
        HELPER = "helper", _("帮忙的人")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notices")
    kind = models.CharField(_("事项"), max_length=16, choices=Kind.choices)
    to = models.CharField(_("告诉谁"), max_length=8, choices=To.choices, default=To.BUYER)
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="notices")
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"))
    created_at = models.DateTimeField(_("产生时间"))
    done_at = models.DateTimeField(_("发送时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("给消费者的通知")
        verbose_name_plural = _("给消费者的通知")
        constraints = [
            models.UniqueConstraint(fields=["event", "to"], condition=Q(event__isnull=False), name="notice_once"),
            models.UniqueConstraint(
                fields=["contact", "kind", "due_on", "to"],
                condition=Q(due_on__isnull=False),
                name="notice_of_day_once",
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=False) | Q(due_on__isnull=False), name="notice_is_about_something"
            ),
        ]
        indexes = [models.Index(fields=["next_attempt_at"], name="notice_due", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
