"""What is covered on a piece before the other side sees it, and whether the original may go out after all."""

from __future__ import annotations

from typing import Any, Self, TypedDict

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint, Party
from complaints.models.evidence import CannotChange, Evidence


class Region(TypedDict):
    """A rectangle to cover. ``sheet`` counts from 0 in Blob.sheets; the box is in ten-thousandths of that sheet's
    sides, as in a Reading."""

    sheet: int
    left: int
    top: int
    width: int
    height: int
    kind: str  # Mask.Kind
    origin: str  # Mask.Origin


class MaskQuerySet(models.QuerySet["Mask"]):
    def standing(self) -> Self:
        """What the other side sees now, at most one a piece."""
        return self.filter(state=Mask.State.STANDING)


class Mask(models.Model):
    """One way of covering a piece. Never rewritten: a new one replaces it, and the old one stays on record.

    A TRIAL was made to be looked at by who covers; it is shown to nobody else and goes with the next one.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("电话")
        ID = "id", _("身份证号")
        CARD = "card", _("银行卡或收款号")
        ADDRESS = "address", _("住址")
        NAME = "name", _("姓名")
        FACE = "face", _("人脸")
        OTHER = "other", _("其他")

    class Origin(models.TextChoices):
        SUGGESTED = "suggested", _("自动找到")
        DRAWN = "drawn", _("人画的")

    class State(models.TextChoices):
        TRIAL = "trial", _("试看")
        STANDING = "standing", _("正在用")
        REPLACED = "replaced", _("已换过")

    class Basis(models.TextChoices):
        """Who looked at it before it was shown."""

        AUTOMATIC = "automatic", _("自动遮盖，未经本人核对")
        PERSON = "person", _("本人核对过")
        OFFICER = "officer", _("协会核对过")

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="masks")
    state = models.CharField(max_length=16, choices=State.choices)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    regions = models.JSONField(default=list)  # of Region; none where there was nothing to cover
    found = models.PositiveIntegerField(default=0)  # places covered in a text, which has no rectangles
    made_by = models.CharField(max_length=64)  # Actor.label: a code, never a name
    made_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True)  # empty where nobody looked
    confirmed_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = MaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("遮盖")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(state="standing"), name="one_mask_stands_for_a_piece"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.state} {self.basis}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("a mask is replaced, never rewritten")
        super().save(*args, **kwargs)

    @property
    def sheets(self) -> list[str]:
        """The digests of the covered sheets, in order."""
        return [copy.sha256 for copy in self.in_order if copy.what == MaskedCopy.What.SHEET]

    @property
    def thumb(self) -> str:
        return next((copy.sha256 for copy in self.in_order if copy.what == MaskedCopy.What.THUMB), "")

    @property
    def text(self) -> str:
        return next((copy.sha256 for copy in self.in_order if copy.what == MaskedCopy.What.TEXT), "")

    @property
    def in_order(self) -> list[MaskedCopy]:
        return sorted(self.copies.all(), key=lambda copy: copy.number)


class MaskedCopy(models.Model):
    """Bytes that were made by covering: a sheet, the small picture, or a text."""

    class What(models.TextChoices):
        SHEET = "sheet", "sheet"
        THUMB = "thumb", "thumb"
        TEXT = "text", "text"

    mask = models.ForeignKey(Mask, models.CASCADE, related_name="copies")
    what = models.CharField(max_length=8, choices=What.choices)
    number = models.PositiveSmallIntegerField(default=0)  # of the sheet
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mask", "what", "number"], name="one_copy_of_a_sheet")]

    def __str__(self) -> str:
        return f"{self.what} {self.number} {self.sha256[:12]}"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def open(self) -> Self:
        """Asked, and not answered yet."""
        return self.filter(answered_at=None, ended_at=None)

    def granted(self) -> Self:
        """Agreed to, and not taken back."""
        return self.filter(agreed=True, ended_at=None)


class Release(models.Model):
    """That an officer asks whether a party may have the untouched original of the consumer's piece; and the answer."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="releases")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="releases")
    party = models.CharField(_("给谁"), max_length=16, choices=Party.choices)
    reason = models.CharField(_("为什么需要原件"), max_length=200)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # the consumer took the consent back

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("交出原件")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "party"],
                condition=Q(ended_at=None) & ~Q(agreed=False),
                name="a_release_is_asked_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.party}"
