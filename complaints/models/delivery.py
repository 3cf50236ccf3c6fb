"""The outbox: a row is the promise that a notice will be sent; an attempt is each try; the queue is only a doorbell."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Endpoint
from complaints.models.event import Event


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        """Waiting for their time, or leased to a worker that never came back."""
        return self.filter(
            Q(state=Delivery.State.PENDING, settled_at=None, next_attempt_at__lte=at)
            | Q(state=Delivery.State.LEASED, leased_until__lt=at)
        )


class Trigger(models.TextChoices):
    """What an attempt is made for: the plan, a person, a replay of many, or a look whether the line works at all."""

    SCHEDULED = "scheduled", _("按计划")
    MANUAL = "manual", _("手动重发")
    REPLAY = "replay", _("批量重放")
    PING = "ping", _("测试")
    VERIFY = "verify", _("核对地址")


PROBES = (Trigger.PING, Trigger.VERIFY)  # sent once, at once, to a line in any state; they say nothing about its health


class Delivery(models.Model):
    """One notice to one endpoint. ``body`` is serialised once: the stored bytes are the signed and sent bytes.

    Most tell of an event of a case. Those without one are about the line itself, or of the sandbox (``is_test``).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待发送")
        LEASED = "leased", _("发送中")
        DONE = "done", _("已送达")
        DEAD = "dead", _("多次失败，已停止")
        PARKED = "parked", _("地址停用，已搁置")

    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries", verbose_name=_("地址"))
    message_id = models.CharField(max_length=40, unique=True)  # webhook-id: the same for every attempt and replay
    type = models.CharField(_("类型"), max_length=40)
    body = models.BinaryField()  # empty once it was forgotten (flow/upkeep): then it cannot be sent again
    is_test = models.BooleanField(_("测试"), default=False)
    trigger = models.CharField(_("起因"), max_length=16, choices=Trigger.choices, default=Trigger.SCHEDULED)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"))
    leased_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)  # rises with each claim: a worker that was given up on cannot finish
    created_at = models.DateTimeField(_("产生时间"))
    done_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # when it was done, dead or parked

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知投递")
        verbose_name_plural = _("通知投递")
        constraints = [
            models.UniqueConstraint("event", "endpoint", name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "leased", "done", "dead", "parked"]), name="delivery_state_known"
            ),
        ]
        indexes = [
            # Of all lines together: no way to take one line's notices along, so it asks for what a claim does not say.
            models.Index(fields=["next_attempt_at"], name="delivery_due", condition=Q(settled_at=None)),
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"], name="delivery_in_turn", condition=Q(state="pending")
            ),
            models.Index(fields=["leased_until", "endpoint"], name="delivery_leased", condition=Q(state="leased")),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class Attempt(models.Model):
    """One try, on record before its first byte leaves."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("进行中")
        TAKEN = "taken", _("对方已接收")
        REFUSED = "refused", _("对方拒绝")
        FAILED = "failed", _("没有送到")
        BLOCKED = "blocked", _("地址不允许")
        UNKNOWN = "unknown", _("中断，结果不明")
        NOT_SENT = "not-sent", _("未发送")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    fence = models.PositiveIntegerField()
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices, default=Outcome.STARTED)
    trigger = models.CharField(_("起因"), max_length=16, choices=Trigger.choices, default=Trigger.SCHEDULED)
    status = models.PositiveSmallIntegerField(_("HTTP状态"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=80, blank=True)  # a class, never socket details
    reply = models.TextField(_("回应开头"), blank=True)  # masked
    address = models.GenericIPAddressField(_("连接的地址"), null=True, blank=True)
    tls = models.CharField(_("TLS版本"), max_length=16, blank=True)  # as the library names it: TLSv1.3
    duration_ms = models.PositiveIntegerField(_("用时（毫秒）"), null=True, blank=True)

    class Meta:
        verbose_name = _("投递尝试")
        verbose_name_plural = _("投递尝试")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("delivery", "fence", name="attempt_fenced")]

    def __str__(self) -> str:
        return f"{self.delivery_id}.{self.number} {self.outcome}"


class Pace(models.Model):
    """How quick a line was lately: a bit for each of its last attempts, set where it took longer than five seconds."""

    OF = 20

    endpoint = models.OneToOneField(Endpoint, models.CASCADE, primary_key=True, related_name="pace")
    slow = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.slow:0{self.OF}b}"


class Heartbeat(models.Model):
    """That a worker was alive: written by a task that ran, so a cluster that only looks alive does not count."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
