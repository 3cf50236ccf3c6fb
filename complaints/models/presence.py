"""Who has a case open just now. It is forgotten minutes later, and stands in no record."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.complaint import Complaint


class Presence(models.Model):
    """That an officer has a case before them, since when, and with which form open. Written anew with each beat."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    form = models.CharField(max_length=32, blank=True)  # the name of an act; empty on the case itself
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("正在看的人")
        constraints = [models.UniqueConstraint("complaint", "user", name="presence_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.user_id}"
