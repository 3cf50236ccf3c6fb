"""A large file on its way in parts."""

from __future__ import annotations

import uuid

from django.db import models

from complaints.models.draft import Draft


class Upload(models.Model):
    """One file for one draft. Until all its bytes have come they lie in the staging folder under the key."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)  # the client's, cleaned; data, never a path
    kind = models.CharField(max_length=16)  # Evidence.Kind
    size = models.PositiveBigIntegerField()  # bytes, as announced
    received = models.PositiveBigIntegerField(default=0)  # bytes that are durable: the next part begins here
    problems = models.JSONField(null=True, blank=True)  # sentences, once it is finished; none where it was taken
    touched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["touched_at"], name="upload_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.received}/{self.size}"
