"""Who of a business's people works on a case. Nothing outside the business depends on it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from complaints.models.complaint import Complaint


class Assignment(models.Model):
    """One person for each case and business; giving it to another replaces it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="assignments")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("机构内分派")
        verbose_name_plural = _("机构内分派")
        constraints = [models.UniqueConstraint("complaint", "organisation", name="assigned_once")]
        indexes = [models.Index(fields=["organisation", "user", "complaint"], name="assigned_to")]

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.user_id}"
