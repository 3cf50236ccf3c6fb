"""Counters that count right across processes, and answers that are given twice alike."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F

from accounts.models import ApiKey
from accounts.sealing import seal, unseal


class TallyQuerySet(models.QuerySet["Tally"]):
    def count_up(self, what: str, *, window: datetime, by: int = 1) -> int:
        """Add to it and return the sum for that window. Atomic in the database: no cache but Redis counts right."""
        self.get_or_create(what=what, window=window)
        row = self.filter(what=what, window=window)
        row.update(count=F("count") + by)
        return int(row.values_list("count", flat=True).get())

    def so_far(self, what: str, *, window: datetime) -> int:
        """The sum for that window, nothing added."""
        return self.filter(what=what, window=window).values_list("count", flat=True).first() or 0


class Tally(models.Model):
    """How often something was tried in a window of time (wrong receipt codes from one network, for example)."""

    what = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("what", "window", name="tally_once")]

    def __str__(self) -> str:
        return f"{self.what}: {self.count}"


class IdempotentAnswer(models.Model):
    """The answer given to a request with an Idempotency-Key, committed together with its effect."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField()
    sealed_body = models.TextField()  # it may repeat what somebody wrote
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("api_key", "key", name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(unseal(self.sealed_body, owner=self._owner))
        return found

    def keep(self, body: dict[str, Any]) -> None:
        self.sealed_body = seal(json.dumps(body, cls=DjangoJSONEncoder), owner=self._owner)

    @property
    def _owner(self) -> str:
        return f"answer:{self.api_key_id}:{self.key}"
