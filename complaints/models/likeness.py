"""How a picture looks, in a few bits; which pictures look alike; and the leads an officer has looked at."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.evidence import Blob, Evidence

BANDS = ("band_0", "band_1", "band_2", "band_3", "band_4")


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def telling(self) -> Self:
        """Of pictures with enough in them to be told apart."""
        return self.exclude(fine="")


class Likeness(models.Model):
    """The prints of a blob's working copy (complaints.evidence.likeness), in hexadecimal: 64 bits to find what may be
    like it, 256 to confirm, 2,048 to tell one page of an app from another of the same make. Empty for a flat picture,
    and for one that could not be looked at.

    Two prints that differ in at most four of 64 bits agree in one of five bands at least: that is what is looked up.
    ``weight``, the number of ones among the 256, differs by no more than the bits do.
    """

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="likeness")
    recipe = models.CharField(max_length=16)  # how the prints are made: only those of one recipe are compared
    coarse = models.CharField(max_length=16, blank=True)
    fine = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=512, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    band_0 = models.PositiveSmallIntegerField(null=True, blank=True)
    band_1 = models.PositiveSmallIntegerField(null=True, blank=True)
    band_2 = models.PositiveSmallIntegerField(null=True, blank=True)
    band_3 = models.PositiveSmallIntegerField(null=True, blank=True)
    band_4 = models.PositiveSmallIntegerField(null=True, blank=True)
    crowd = models.PositiveIntegerField(default=0)  # how many look like it by the first two prints: a common page
    made_at = models.DateTimeField()

    objects = LikenessQuerySet.as_manager()

    class Meta:
        verbose_name = _("图片特征")
        indexes = [models.Index(fields=[band, "weight"], name=f"like_{band}") for band in BANDS]

    def __str__(self) -> str:
        return f"{self.blob_id}: {self.coarse or '-'}"


class Alike(models.Model):
    """Two pictures that look alike, written once each way so that either finds the other. A hint, never a finding."""

    one = models.ForeignKey(Blob, models.CASCADE, related_name="alike")
    other = models.ForeignKey(Blob, models.CASCADE, related_name="+")
    coarse = models.PositiveSmallIntegerField()  # bits of 64 that differ
    fine = models.PositiveSmallIntegerField()  # bits of 256 that differ
    detail = models.PositiveSmallIntegerField()  # bits of 2,048 that differ

    class Meta:
        verbose_name = _("很像的图片")
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="alike_once_each_way")]

    def __str__(self) -> str:
        return f"{self.one_id} ~ {self.other_id}"


class SetAside(models.Model):
    """That an officer looked at a lead in a case and found that it means nothing there."""

    class Reason(models.TextChoices):
        """Why. A code, because the timeline holds no free text."""

        TEMPLATE = "template", _("只是同一种页面，内容不同")
        SAME_PERSON = "same-person", _("同一个人的同一件事")
        PUBLIC = "public", _("商品图、宣传图，谁都能用")
        OTHER = "other", _("看过了，和这件投诉无关")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="leads_set_aside")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+")
    other = models.ForeignKey(Blob, models.CASCADE, related_name="+")  # its own blob: the very same file elsewhere
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    by = models.CharField(max_length=64)  # Actor.label: a code, never a name
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("看过的线索")
        constraints = [models.UniqueConstraint(fields=["evidence", "other"], name="a_lead_is_set_aside_once")]

    def __str__(self) -> str:
        return f"{self.evidence_id} ~ {self.other_id}: {self.reason}"
