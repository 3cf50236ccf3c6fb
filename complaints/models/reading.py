"""The words found on a picture, each with its place."""

from __future__ import annotations

import json
from typing import TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal
from complaints.models.evidence import Blob


class Line(TypedDict):
    """A line of text. ``sheet`` counts from 0 in Blob.sheets; the box is in ten-thousandths of that sheet's sides."""

    sheet: int
    text: str
    left: int
    top: int
    width: int
    height: int
    score: int  # how sure the reader is, in percent


class Reading(models.Model):
    """What a machine read in a blob. It is a hint: it becomes nothing until a person confirms it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等着识别")
        READ = "read", _("识别完了")
        FAILED = "failed", _("没认出来")

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="reading")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    starts = models.PositiveSmallIntegerField(default=0)  # readings begun, counted before each
    reader = models.CharField(max_length=64, blank=True)  # program and version
    sealed_lines = models.TextField(blank=True)  # people's names and numbers stand in it
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("图上的文字")

    def __str__(self) -> str:
        return f"{self.blob} {self.state}"

    @property
    def lines(self) -> list[Line]:
        """From top to bottom, sheet by sheet; none where nothing was read."""
        if not self.sealed_lines:
            return []
        found: list[Line] = json.loads(unseal(self.sealed_lines, owner=self._owner))
        return found

    @lines.setter
    def lines(self, lines: list[Line]) -> None:
        self.sealed_lines = seal(json.dumps(lines, ensure_ascii=False), owner=self._owner)

    @property
    def _owner(self) -> str:
        return f"reading:{self.blob_id}"
