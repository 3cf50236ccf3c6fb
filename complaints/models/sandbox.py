"""Places to practise: who has one, the invented cases in them, and the runs that put a receiver to the test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Endpoint, Organisation
from complaints.models.complaint import Complaint


class SandboxQuerySet(models.QuerySet["Sandbox"]):
    def idle(self, since: datetime) -> Self:
        """Nobody used them, and no key of theirs, since that moment."""
        return self.filter(used_at__lt=since).exclude(organisation__api_keys__last_used_at__gte=since)


class Sandbox(models.Model):
    """That an organisation is a place to practise, and when it was last used."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="practises")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)

    objects = SandboxQuerySet.as_manager()

    def __str__(self) -> str:
        return f"sandbox {self.pk}"


class InventedCase(models.Model):
    """An invented case, and how far its own clock is ahead of everybody's."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="invention")
    kind = models.CharField(max_length=32)  # a code of flow.sandbox_cases.KINDS
    ahead = models.DurationField(default=timedelta)

    def __str__(self) -> str:
        return f"{self.kind} {self.complaint_id}"


GOING = ("waiting", "running")


class ConformanceRunQuerySet(models.QuerySet["ConformanceRun"]):
    def going(self) -> Self:
        """Those that have not come to an end."""
        return self.filter(state__in=GOING)


class ConformanceRun(models.Model):
    """One run of the steps against one address, with what came of each so far."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在跑")
        DONE = "done", _("跑完了")
        BROKEN = "broken", _("中途断了")
        STOPPED = "stopped", _("停下了")  # by whoever practises

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="conformance_runs")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="+")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("开始时间"))
    held_until = models.DateTimeField(null=True, blank=True)  # by the worker that is at it
    finished_at = models.DateTimeField(null=True, blank=True)
    steps = models.JSONField(default=list)  # one object for each step that is done: complaints.conformance
    traps = models.JSONField(default=list)  # what still goes wrong on purpose: complaints.conformance.calls.Trap

    objects = ConformanceRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("接收检查")
        verbose_name_plural = _("接收检查")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=list(GOING)), name="conformance_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"conformance {self.pk} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state not in GOING

    def count(self, came: str) -> int:
        """How many steps ended so: ``passed``, ``failed`` or ``skipped``."""
        steps: list[dict[str, Any]] = self.steps
        return sum(step["result"] == came for step in steps)


class ConformanceCall(models.Model):
    """A call by a key of whoever practises while a run of theirs goes on: what kind it was, and how it ended."""

    run = models.ForeignKey(ConformanceRun, models.PROTECT, related_name="calls")
    what = models.CharField(max_length=12)  # complaints.conformance.calls.What
    status = models.PositiveSmallIntegerField()
    told = models.JSONField(default=dict)  # marks and digests only: complaints.conformance.calls.Call
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} {self.status} in {self.run_id}"
