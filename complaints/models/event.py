"""The timeline's rows: append-only, each sealed to the one before."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("events are only added")

    def delete(self) -> NoReturn:
        raise CannotChange("events are never deleted")


class Event(models.Model):
    """Something that happened. The body holds ids, codes and digests: never a name, a number or free text."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    body = models.JSONField(default=dict)
    actor = models.CharField(max_length=64)  # Actor.label: a code
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint("complaint", "sequence", name="event_sequence_once")]
        indexes = [
            # Who did what: for the auditor. Acts of the clock and of parties, most of all rows, are not in it.
            models.Index(fields=["actor", "-id"], name="event_by_officer", condition=Q(actor__startswith="officer:"))
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}#{self.sequence} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("events are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("events are never deleted")
