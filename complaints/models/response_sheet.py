"""A table of answers that a call centre sends in one file: kept between the look at it and the word to send it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint


class ResponseSheet(models.Model):
    """One file, as text, sealed: what parties say stands in it. It is emptied once it is sent, or its time is over."""

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # in addresses, and what is sealed
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="response_sheets")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    sealed_text = models.TextField(blank=True)
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True, blank=True)  # somebody said that it be sent, once
    ordered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True)  # a worker is sending it
    sent_at = models.DateTimeField(null=True, blank=True)  # to the end
    results = models.JSONField(default=list, blank=True)  # for each row: number, case, party, code; no words

    class Meta:
        verbose_name = _("批量答复的表格")
        verbose_name_plural = _("批量答复的表格")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-id"], name="response_sheet_of")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.rows}"

    @property
    def text(self) -> str:
        return unseal(self.sealed_text, owner=f"response-sheet:{self.key}") if self.sealed_text else ""

    def keep(self, text: str) -> None:
        self.sealed_text = seal(text, owner=f"response-sheet:{self.key}") if text else ""


class SentRow(models.Model):
    """A row that was sent: the same row in another file, or sent twice, does nothing."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("批量答复的一行")
        verbose_name_plural = _("批量答复的一行")
        constraints = [models.UniqueConstraint("organisation", "fingerprint", name="sent_row_once")]

    def __str__(self) -> str:
        return self.fingerprint[:12]
