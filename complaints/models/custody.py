"""The custody chain: what happened to the evidence of a case, entry by entry, each sealed to the one before."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange, Evidence


class CustodyHead(models.Model):
    """The end of a case's custody chain. Adding to a chain locks this row and no other: looking holds up no verb, and
    wakes no webhook."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="custody")
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)  # as chains.FIRST

    class Meta:
        verbose_name = _("保管记录")

    def __str__(self) -> str:
        return f"{self.complaint_id}#{self.sequence}"


class CustodyQuerySet(models.QuerySet["CustodyEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("custody entries are only added")

    def delete(self) -> NoReturn:
        raise CannotChange("custody entries are never deleted")


class CustodyEntry(models.Model):
    """One thing that happened to evidence, and who did it. It holds codes and digests: of the file itself only a
    commitment, SHA-256(k ‖ digest), which tells nothing once ``Evidence.custody_salt`` (k) is erased."""

    class Act(models.TextChoices):
        RECEIVED = "received", _("收到")
        CHECKED = "checked", _("检查")
        HELD = "held", _("等人看")
        RELEASED = "released", _("放行")
        REJECTED = "rejected", _("没有收下")
        VIEWED = "viewed", _("查看副本")
        DOWNLOADED = "downloaded", _("下载原件")
        COPIED = "copied", _("做副本")
        MASKED = "masked", _("做打码件")
        EXPORTED = "exported", _("导出")
        REMOVED = "removed", _("撤下")
        ERASED = "erased", _("删除")
        RESTORED = "restored", _("恢复")
        VERIFIED = "verified", _("核对")
        DENIED = "denied", _("没有给看")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="custody_entries")
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="custody_entries"
    )  # none: of the whole case
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=16, choices=Act.choices)
    variant = models.CharField(max_length=16, blank=True)  # thumb, preview, original, masked, bundle
    actor = models.CharField(max_length=64)  # Actor.label: a code, never a name
    commitment = models.CharField(max_length=64, blank=True)
    reason_digest = models.CharField(max_length=64, blank=True)  # SHA-256(salt ‖ words) of CustodyReason
    event = models.PositiveIntegerField(null=True, blank=True)  # the same act's sequence in the timeline
    at = models.DateTimeField()  # when it happened: files of a draft are entered at filing, with the time they came
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = CustodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("保管记录")
        verbose_name_plural = _("保管记录")
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint("complaint", "sequence", name="custody_sequence_once")]
        indexes = [models.Index(fields=["evidence", "at"], name="custody_of")]

    def __str__(self) -> str:
        return f"{self.complaint_id}#{self.sequence} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("custody entries are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("custody entries are never deleted")

    @property
    def reason(self) -> str:
        """The words that were given as reason; empty where there were none, or where they were erased."""
        given = CustodyReason.objects.filter(entry=self).first()
        return given.words if given else ""


class CustodyReason(models.Model):
    """Why somebody opened an original, in their own words: sealed, and beside the entry so that it can be erased."""

    entry = models.OneToOneField(CustodyEntry, models.CASCADE, related_name="told")
    salt = models.CharField(max_length=64)
    sealed = models.TextField()

    class Meta:
        verbose_name = _("查看的原因")

    def __str__(self) -> str:
        return f"reason of {self.entry}"

    @classmethod
    def of(cls, entry: CustodyEntry, *, salt: str, words: str) -> CustodyReason:
        return cls(entry=entry, salt=salt, sealed=seal(words, owner=cls._owner(entry)))

    @property
    def words(self) -> str:
        return unseal(self.sealed, owner=self._owner(self.entry))

    @staticmethod
    def _owner(entry: CustodyEntry) -> str:
        return f"custody:{entry.complaint_id}:{entry.sequence}"


LOOKS = (CustodyEntry.Act.VIEWED, CustodyEntry.Act.DOWNLOADED, CustodyEntry.Act.EXPORTED)


class ViewingManager(models.Manager.from_queryset(CustodyQuerySet)):  # type: ignore[misc]  # made at run time
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(act__in=LOOKS, evidence__isnull=False)


class Viewing(CustodyEntry):
    """That somebody looked at evidence, entered before the bytes leave (originals need a reason)."""

    objects = ViewingManager()  # type: ignore[misc]  # a narrower one

    class Meta:
        proxy = True
        verbose_name = _("查看")
