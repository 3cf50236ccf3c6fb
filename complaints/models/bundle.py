"""A bundle: evidence with everything that proves it, asked for, made in the background, kept for a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint, Respondent


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own side's, in a case one sees. A bundle holds what its asker is entitled to, and nobody else's."""
        seen = self.filter(complaint__in=Complaint.objects.visible_to(actor))
        if actor.role == Role.RESPONDENT:
            return seen.filter(asked_by=actor.label)
        return seen.filter(role=actor.role) if actor.role else self.none()

    def standing(self, at: Any) -> Self:
        """Under way, or ready and not expired."""
        return self.filter(
            Q(state__in=[Bundle.State.WAITING, Bundle.State.MAKING]) | Q(state=Bundle.State.READY, expires_at__gt=at)
        )

    def waiting(self) -> Self:
        return self.filter(state__in=[Bundle.State.WAITING, Bundle.State.MAKING]).order_by("pk")


class Bundle(models.Model):
    """The row is the promise: a worker makes it, a sweep finds what was left undone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排着队")
        MAKING = "making", _("正在做")
        READY = "ready", _("做好了")
        FAILED = "failed", _("没做成")
        EXPIRED = "expired", _("过期了")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="bundles")
    role = models.CharField(max_length=16)  # of who asked
    asked_by = models.CharField(max_length=64)  # Actor.label
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    respondent = models.ForeignKey(Respondent, models.SET_NULL, null=True, blank=True, related_name="+")
    # Where its chains end. The same case up to the same ends gives the same bytes, whenever and however often.
    timeline_until = models.PositiveIntegerField()
    custody_until = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)  # bytes written
    total = models.PositiveBigIntegerField(default=0)  # bytes expected; what is not evidence is not counted
    starts = models.PositiveSmallIntegerField(default=0)  # counted before each try
    taken_until = models.DateTimeField(null=True, blank=True)  # a worker has it until then
    failure = models.CharField(max_length=32, blank=True)  # a code
    name = models.CharField(max_length=64, blank=True)  # of the file in BUNDLE_DIR
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("证据包")
        verbose_name_plural = _("证据包")
        indexes = [
            models.Index(fields=["complaint", "-asked_at"], name="bundle_of"),
            models.Index(fields=["expires_at"], name="bundle_expiry", condition=Q(state="ready")),
            models.Index(fields=["state"], name="bundle_wanted", condition=Q(state__in=["waiting", "making"])),
        ]

    def __str__(self) -> str:
        return f"bundle of {self.complaint_id} {self.state}"

    @property
    def percent(self) -> int:
        """How much of the evidence is written, 0 to 99 while it is made."""
        return min(99, self.done * 100 // self.total) if self.total else 0

    def as_of(self, at: datetime) -> Bundle:
        """It as it stands then, for showing: one whose day is over has expired before the sweep has said so."""
        if self.state == self.State.READY and self.expires_at and self.expires_at <= at:
            self.state = self.State.EXPIRED
        return self

    @property
    def actor(self) -> Actor:
        """Who asked, as they stand now: somebody who lost the case from sight gets nothing made."""
        if self.role == Role.OFFICER and self.user:
            return Actor.officer(self.user)
        respondent = self.respondent_id
        return Actor(
            Role(self.role),
            self.user,
            self.organisation,
            complaint_id=self.complaint_id if self.role == Role.CONSUMER or respondent else None,
            respondent_id=respondent,
        )
