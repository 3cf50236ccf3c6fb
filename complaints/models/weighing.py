"""A weighing: the circumstances the law names, one by one, and what an officer found on the whole picture."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.assertion import Assertion
from complaints.models.complaint import Complaint


class Weighing(models.Model):
    """One officer's weighing of one fact. A row is never changed; a later one stands beside it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="weighings")
    fact = models.CharField(max_length=64)
    # Factor → {"points": "yes" | "no" | "unshown", "evidence": the number of a piece, or null}
    answers = models.JSONField(default=dict)
    finding = models.BooleanField()
    assertion = models.OneToOneField(Assertion, models.PROTECT, related_name="weighing")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("综合判断")
        verbose_name_plural = _("综合判断")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.fact} of {self.complaint_id}"

    @property
    def reason(self) -> str:
        """Why: as with every finding, it stands with what was asserted."""
        return self.assertion.reason

    def points(self, factor: str) -> dict[str, Any]:
        """What was found of one circumstance."""
        found: dict[str, Any] = self.answers.get(factor, {})
        return found
