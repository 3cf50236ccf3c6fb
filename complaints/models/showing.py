"""What a piece of evidence is offered to show: one fact, one way."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import CannotChange, Evidence


class ShowingQuerySet(models.QuerySet["Showing"]):
    def standing(self) -> Self:
        """Still said, of pieces not taken back, in the order in which it was said."""
        return self.filter(ended_at=None, evidence__removed_at=None).order_by("pk")


class Showing(models.Model):
    """That its owner says a piece shows a fact. Written once; what is said no longer is ended, never rewritten.

    Before filing nobody has been told: rows of a draft go with a change of mind, and with their piece.
    """

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="showings")
    fact = models.CharField(_("事实"), max_length=64)  # a key of routing/law/facts.toml
    value = models.BooleanField(_("是否"))
    at = models.DateTimeField(_("时间"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("能证明什么")
        verbose_name_plural = _("能证明什么")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "fact"], condition=Q(ended_at=None), name="shows_a_fact_one_way_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.fact} = {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("what a piece shows is only added, or ended")
        super().save(*args, **kwargs)
