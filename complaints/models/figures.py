"""What is published of a month: a sheet of figures for each day on which they were counted."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Subquery

from complaints.models.evidence import CannotChange


class FigureSheetQuerySet(models.QuerySet["FigureSheet"]):
    def newest(self) -> Self:
        """The sheets of the last day on which all months were counted, the newest month first: one question.

        The newest month is written last, so the day that has it is complete.
        """
        last = FigureSheet.objects.order_by("-month", "-counted_on").values("counted_on")[:1]
        return self.filter(counted_on=Subquery(last)).order_by("-month")


class FigureSheet(models.Model):
    """The figures of the complaints filed in one month, as they stood on one day. Counts and shares of many only:
    what is too few to be shown is not in it. Written once.
    """

    month = models.DateField()  # its first day
    counted_on = models.DateField()  # the day in China
    made_at = models.DateTimeField()
    body = models.JSONField()  # complaints.figures.sheet.publish

    objects = FigureSheetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("month", "counted_on", name="figures_once_a_day")]
        indexes = [models.Index(fields=["counted_on"], name="figures_of_day")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} on {self.counted_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("published figures are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("published figures stay")
