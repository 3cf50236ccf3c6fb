"""A way in for a party without a system of its own: a code that opens one case, for that party alone."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.complaint import Respondent


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good(self, at: datetime) -> Self:
        """Neither taken back nor past its time."""
        return self.filter(withdrawn_at=None, ends_at__gt=at)


class Invitation(models.Model):
    """A code an officer handed to a party. Only its keyed hash is kept; opening it is the proof of service."""

    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # the first time
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("答复入口")
        verbose_name_plural = _("答复入口")

    def __str__(self) -> str:
        return f"invitation {self.pk} for respondent {self.respondent_id}"
