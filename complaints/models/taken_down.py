"""That an association's machine filed a complaint for a consumer: where, on whose word, and what was read out first."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange


class TakenDown(models.Model):
    """A complaint filed at a counter, a kiosk or a hotline of an association. Written once, with the complaint.

    The complaint is the consumer's own; officers see how it came, the parties do not.
    """

    class Way(models.TextChoices):
        COUNTER = "counter", _("服务网点")
        KIOSK = "kiosk", _("自助机")
        HOTLINE = "hotline", _("热线电话")

    class Word(models.TextChoices):
        """Who put the answers in."""

        TYPED = "typed", _("本人自己填")
        DICTATED = "dictated", _("本人口述，工作人员代填")

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="taken_down")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    key = models.CharField(max_length=16)  # public id of the API key: a key may be deleted, the record stays
    way = models.CharField(max_length=8, choices=Way.choices)
    word = models.CharField(max_length=8, choices=Word.choices)
    place = models.CharField(max_length=60)  # name of the counter, machine or line, as its association calls it
    clerk = models.CharField(max_length=20, blank=True)  # the number of whoever typed it in; no name
    agreed = models.JSONField(default=list)  # codes of what was read out and agreed to
    read_out = models.CharField(max_length=64)  # SHA-256 of those sentences, in the language they were read in
    language = models.CharField(max_length=2)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("代填登记")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way__in=["counter", "kiosk", "hotline"]), name="taken_down_way_known"
            ),
            models.CheckConstraint(
                condition=models.Q(word="dictated") | (models.Q(word="typed") & ~models.Q(way="hotline")),
                name="taken_down_word_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.way}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange(f"how {self.complaint_id} came is written once")
        super().save(*args, **kwargs)


def taken_down(complaint: Complaint) -> TakenDown | None:
    """How it came; None where it did not come by an association's machine."""
    return getattr(complaint, "taken_down", None)
