"""The words found on a picture, each with its place."""

from __future__ import annotations

import json
from typing import Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealing import keyed_hash, seal, unseal
from complaints.lifecycle import Role
from complaints.models.evidence import Blob, Evidence


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
    begun_at = models.DateTimeField(null=True, blank=True)  # the last start: for a while nobody else begins
    sheets = models.JSONField(
        default=list, blank=True
    )  # [{"width", "height", "tilt"}] of each that was read, in pixels
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


class HintAnswer(models.Model):
    """What a person said to a hint that was read off a piece. Hints themselves are worked out from the reading each
    time; only what was taken, refused or confirmed is kept, so that a refused one never comes back.
    """

    class Answer(models.TextChoices):
        TAKEN = "taken", _("用上了")
        REFUSED = "refused", _("不对")
        CONFIRMED = "confirmed", _("核对过")

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="hint_answers")
    field = models.CharField(max_length=24)  # one of complaints.evidence.gleaning.FIELDS
    mark = models.CharField(max_length=16)  # of the value, under our key: tells values apart and reveals none
    by = models.CharField(max_length=16)  # consumer or officer
    answer = models.CharField(max_length=16, choices=Answer.choices)
    actor = models.CharField(max_length=64)  # Actor.label: a code, never a name
    sealed = models.TextField(blank=True)  # the value, and what stood in the form before
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("对识别结果的答复")
        constraints = [
            models.UniqueConstraint(fields=["evidence", "field", "mark", "by"], name="hint_answered_once"),
            models.CheckConstraint(
                condition=models.Q(by__in=[Role.CONSUMER.value, Role.OFFICER.value]), name="hint_answerer_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.answer}"

    @classmethod
    def of(cls, evidence: Evidence, field: str, mark: str, *, kept: dict[str, Any], **given: Any) -> HintAnswer:
        """A row not yet saved, with what it keeps sealed."""
        row = cls(evidence=evidence, field=field, mark=mark, **given)
        row.sealed = seal(json.dumps(kept, ensure_ascii=False), owner=row._owner)
        return row

    @property
    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(unseal(self.sealed, owner=self._owner))
        return found

    @property
    def _owner(self) -> str:
        return f"hint:{self.evidence_id}:{self.field}:{self.mark}"


MARK = 16  # characters of a keyed hash: told apart, not defended


def mark_of(field: str, value: str) -> str:
    """A short mark of a hint's value that reveals nothing of it; it may stand in a page's form."""
    return keyed_hash(f"hint:{field}:{value}")[:MARK]
