"""An export: a table of cases that an officer asked for, made in the background, kept for a week, and its log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.evidence import CannotChange


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, while one still belongs to the association it was asked for."""
        if actor.role != Role.OFFICER or actor.user is None or actor.organisation is None:
            return self.none()
        return self.filter(asked_by=actor.user, association=actor.organisation)

    def on_record_for(self, actor: Actor) -> Self:
        """All of the association: who took what, when and why, for those who read its log. Not the files."""
        if actor.role != Role.OFFICER or actor.organisation is None:
            return self.none()
        return self.filter(association=actor.organisation)

    def waiting(self) -> Self:
        return self.filter(state__in=[Export.State.WAITING, Export.State.WORKING]).order_by("pk")


class Export(models.Model):
    """The row is the promise: a worker makes the file, a sweep finds what was left undone."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "排着队")
        WORKING = "working", pgettext_lazy("export", "正在做")
        READY = "ready", pgettext_lazy("export", "做好了")
        FAILED = "failed", pgettext_lazy("export", "没做成")
        CANCELLED = "cancelled", pgettext_lazy("export", "不做了")
        EXPIRED = "expired", pgettext_lazy("export", "过期了")

    class Level(models.TextChoices):
        FIGURES = "figures", _("只要数字和代码")
        MASKED = "masked", _("遮住姓名和号码")
        FULL = "full", _("完整")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        JSON = "jsonl", "JSON"

    association = models.ForeignKey(Organisation, models.PROTECT, related_name="exports")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="exports")
    sealed_filters = models.TextField(blank=True)  # what is searched for may name somebody
    columns = models.JSONField(default=list)  # codes, in their order
    level = models.CharField(max_length=16, choices=Level.choices)
    format = models.CharField(max_length=8, choices=Format.choices)
    language = models.CharField(max_length=2, default="zh")
    sealed_reason = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(null=True, blank=True)  # rows to write, once they were counted
    done = models.PositiveIntegerField(default=0)  # rows written
    starts = models.PositiveSmallIntegerField(default=0)  # counted before each try
    taken_until = models.DateTimeField(null=True, blank=True)  # a worker has it until then
    failure = models.CharField(max_length=32, blank=True)  # a code
    name = models.CharField(max_length=64, blank=True)  # of the file in EXPORT_DIR
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # of the plain bytes
    cases = models.JSONField(default=list)  # keys of those in it, where it tells of people; no numbers-only ones
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["association", "-asked_at"], name="export_of"),
            models.Index(fields=["expires_at"], name="export_expiry", condition=Q(state="ready")),
            models.Index(fields=["state"], name="export_wanted", condition=Q(state__in=["waiting", "working"])),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} {self.state}"

    @property
    def percent(self) -> int:
        """How many of the rows are written, 0 to 99 while it is made."""
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def filters(self) -> str:
        """Of the queue, as in its address, without "?"."""
        return unseal(self.sealed_filters, owner=f"{self._owner}:filters") if self.sealed_filters else ""

    def keep_filters(self, query: str) -> None:
        self.sealed_filters = seal(query, owner=f"{self._owner}:filters") if query else ""

    @property
    def reason(self) -> str:
        return unseal(self.sealed_reason, owner=self._owner) if self.sealed_reason else ""

    def keep_reason(self, words: str) -> None:
        self.sealed_reason = seal(words, owner=self._owner) if words else ""

    def as_of(self, at: datetime) -> Export:
        """It as it stands then, for showing: one whose week is over has expired before the sweep has said so."""
        if self.state == self.State.READY and self.expires_at and self.expires_at <= at:
            self.state = self.State.EXPIRED
        return self

    @property
    def _owner(self) -> str:
        return f"export:{self.association_id}:{self.asked_by_id}:{self.asked_at.timestamp():.0f}"


class ExportLogQuerySet(models.QuerySet["ExportLog"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("what is on record is only added to")

    def delete(self) -> NoReturn:
        raise CannotChange("what is on record stays")


class ExportLog(models.Model):
    """Who did what to an export, and when: only added."""

    class Act(models.TextChoices):
        ASKED = "asked", pgettext_lazy("export", "要了")
        MADE = "made", pgettext_lazy("export", "做好了")
        TAKEN = "taken", pgettext_lazy("export", "下载了")
        CANCELLED = "cancelled", pgettext_lazy("export", "不做了")
        EXPIRED = "expired", pgettext_lazy("export", "删除了文件")

    export = models.ForeignKey(Export, models.PROTECT, related_name="log")
    act = models.CharField(max_length=16, choices=Act.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # none: the queue
    at = models.DateTimeField()

    objects = ExportLogQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"export {self.export_id} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("what is on record is only added to")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("what is on record stays")
