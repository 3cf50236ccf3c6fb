"""Six digits on their way to a telephone or a mailbox."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models

from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, mark_of
from complaints.models.draft import Draft


class ContactCodeQuerySet(models.QuerySet["ContactCode"]):
    def sent_to(self, address: str) -> Self:
        return self.filter(mark=mark_of(address))

    def proved(self) -> Self:
        return self.filter(proved_at__isnull=False)


class ContactCode(models.Model):
    """One code sent to one address, for one draft, for one case, or (neither) to find one's own cases again.

    The digits are kept as a keyed hash, the address sealed and only until it is proved.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="contact_codes")
    complaint = models.ForeignKey(Complaint, models.CASCADE, null=True, blank=True, related_name="contact_codes")
    mark = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True, blank=True)

    objects = ContactCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["mark", "sent_at"], name="contact_code_latest")]

    def __str__(self) -> str:
        return str(self.key)

    def address_to(self, address: str) -> None:
        self.mark, self.sealed = mark_of(address), seal(address, owner=f"contact-code:{self.key}")

    @property
    def address(self) -> str:
        """Where it went, in plain; empty once it was proved."""
        return unseal(self.sealed, owner=f"contact-code:{self.key}") if self.sealed else ""

    def age(self, at: datetime) -> float:
        """Seconds since it was sent."""
        return (at - self.sent_at).total_seconds()
