"""What the engine said of a complaint at a moment: one immutable row each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange


class DecisionRecord(models.Model):
    """A decision by its contract (docs/decide.md): ``input`` under the same rulebook gives ``output`` again."""

    class Because(models.TextChoices):
        FILED = "filed", _("提交投诉")
        RESPONSE = "response", _("收到答复")
        LAPSE = "lapse", _("逾期未答复")
        FINDING = "finding", _("协会认定事实")
        EVIDENCE = "evidence", _("补充了证据")
        ANSWERS = "answers", _("补充了回答")
        LAW = "law", _("规则更新")
        SERVICE = "service", _("更正送达记录")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(_("版本"))
    because = models.CharField(_("原因"), max_length=16, choices=Because.choices)
    input = models.JSONField()
    output = models.JSONField()
    sources = models.JSONField(
        default=dict
    )  # fact → {"by": speaker, "evidence": [ids], "how": admission | finding | …}
    disputed = models.JSONField(default=list)  # facts on which accounts differ
    digest = models.CharField(max_length=71)  # sha256:…
    rulebook = models.CharField(max_length=71)  # the fingerprint of the law files
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("责任判断")
        verbose_name_plural = _("责任判断")
        ordering = ["number"]
        constraints = [models.UniqueConstraint("complaint", "number", name="decision_numbered_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("decisions are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise CannotChange("decisions are never deleted")

    def verdict(self, party: str) -> str:
        """``responsible``, ``possible`` or ``not_responsible``."""
        return str(self.output["parties"][party]["verdict"])
