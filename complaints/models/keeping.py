"""How long things are kept, and what is left where something was erased."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.evidence import Blob, CannotChange, Evidence


class Tombstone(models.Model):
    """That a piece of evidence was erased: when, why, by whom, and what is left. Written once.

    ``commitment`` is SHA-256(k ‖ SHA-256 of the file), as the case's timeline may name it. k went with the bytes, so
    that nobody can test a guess against it.
    """

    class Basis(models.TextChoices):
        RETENTION = "retention", _("保存期满")
        REQUEST = "request", _("本人要求删除")
        REJECTED = "rejected", _("没有收下的文件，留存期满")

    class Remains(models.TextChoices):
        """What there still is of it."""

        ROW = "row", _("只剩这条记录")
        SHARED = "shared", _("同一个文件还在别的投诉里")

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="tombstones")
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, blank=True, related_name="tombstone")
    commitment = models.CharField(max_length=64, db_index=True)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    remains = models.CharField(max_length=16, choices=Remains.choices)
    actor = models.CharField(max_length=64)  # Actor.label: a code
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("删除记录")

    def __str__(self) -> str:
        return f"{self.commitment[:12]} {self.basis}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("a tombstone is written once")
        super().save(*args, **kwargs)


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class Hold(models.Model):
    """That the evidence of a case must stay, whatever its time: a court or an authority may still ask for it."""

    class Reason(models.TextChoices):
        """A code, because the timeline holds no free text."""

        COURT = "court", _("诉讼或仲裁还在进行")
        AUTHORITY = "authority", _("有关机关在调查")
        ASKED = "asked", _("当事人要求留存")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("留存")
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(lifted_at=None), name="one_hold_stands")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.reason}"


class ErasureRequest(models.Model):
    """That the consumer asked for the evidence of their case to be erased, and what an officer answered."""

    class Answer(models.TextChoices):
        GRANTED = "granted", _("同意删除")
        REFUSED = "refused", _("现在不能删")

    class Ground(models.TextChoices):
        """Why not, as a code."""

        NEEDED = "needed", _("案件还用得着这些证据")
        LAW = "law", _("法律规定的保存期还没满")
        IDENTITY = "identity", _("没能核实是本人的要求")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=16, choices=Answer.choices, blank=True)
    ground = models.CharField(max_length=16, choices=Ground.choices, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("删除申请")
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(answered_at=None), name="one_erasure_asked")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.answer or 'open'}"


class Round(models.Model):
    """How far something that goes through all stored bytes, in the order of their digests, has come."""

    name = models.CharField(max_length=16, primary_key=True)  # sweep, scrub
    after = models.CharField(max_length=64, blank=True)  # the last digest that is done; empty at the start
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} after {self.after[:8] or 'nothing'}"


class Fault(models.Model):
    """A stored file that is not what it was, until it is put right."""

    class What(models.TextChoices):
        CHANGED = "changed", _("内容变了")
        MISSING = "missing", _("文件不见了")

    sha256 = models.CharField(_("文件"), max_length=64)
    what = models.CharField(_("问题"), max_length=16, choices=What.choices)
    found_at = models.DateTimeField(_("发现时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("存档文件的问题")
        verbose_name_plural = _("存档文件的问题")
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(ended_at=None), name="one_fault_stands_for_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.what}"
