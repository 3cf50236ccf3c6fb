"""Sending the notices of a span of time again: a stored place in the log, so that no kill loses or skips one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from accounts.models import Endpoint
from complaints.models.delivery import PROBES, Delivery, DeliveryQuerySet


class ReplayJob(models.Model):
    """What is to be sent again to one address, and how far that has come.

    The place is the key (``created_at``, ``pk``) of the last notice that was put back in line; it moves in the
    transaction that puts them there.
    """

    MOST = 10_000  # notices in one job

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("replay", "进行中")
        DONE = "done", pgettext_lazy("replay", "都排上了")
        CANCELLED = "cancelled", pgettext_lazy("replay", "已取消")

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="replays")
    since = models.DateTimeField()  # inclusive
    until = models.DateTimeField()  # exclusive
    states = models.JSONField(default=list)  # of Delivery.State: any of these when the place reaches it
    types = models.JSONField(default=list, blank=True)  # of notices; empty for all
    state = models.CharField(max_length=16, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField()  # when it was asked for
    queued = models.PositiveIntegerField(default=0)
    cursor_at = models.DateTimeField(null=True, blank=True)
    cursor_pk = models.BigIntegerField(default=0)
    by = models.CharField(max_length=40)  # a label of Actor
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["endpoint"], name="replay_running", condition=Q(state="running"))]

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.queued}/{self.total}"

    @property
    def chosen(self) -> DeliveryQuerySet:
        """What the job is about, from its beginning, in the order in which it goes."""
        rows = Delivery.objects.filter(endpoint=self.endpoint_id, state__in=self.states).exclude(body=b"")
        rows = rows.filter(created_at__gte=self.since, created_at__lt=self.until).exclude(trigger__in=PROBES)
        if self.types:
            rows = rows.filter(type__in=self.types)
        return rows.order_by("created_at", "pk")

    @property
    def ahead(self) -> DeliveryQuerySet:
        """What of it lies beyond the place."""
        if self.cursor_at is None:
            return self.chosen
        return self.chosen.filter(
            Q(created_at__gt=self.cursor_at) | Q(created_at=self.cursor_at, pk__gt=self.cursor_pk)
        )
