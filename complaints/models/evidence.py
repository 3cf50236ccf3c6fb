"""Bytes under their SHA-256, and the evidence they are offered as."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint, Party
from complaints.models.draft import Draft

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CannotChange(Exception):
    """A row that is written once was about to be changed or deleted."""


class BlobQuerySet(models.QuerySet["Blob"]):
    def waiting(self, at: datetime) -> Self:
        """To be looked into, and nobody does just now; or looked into, and the cases do not know it yet."""
        free = Q(busy_until=None) | Q(busy_until__lt=at)
        return self.filter(Q(free, state=Blob.State.QUARANTINED) | Q(is_news=True)).order_by("kept_at", "pk")


def new_salt() -> str:
    """256 random bits, in hex."""
    return secrets.token_hex(32)


class Blob(models.Model):
    """The bytes of one file, stored once under their digest and never rewritten.

    ``media_type`` is what we found by looking inside; ``preview``, ``thumb`` and ``pages`` name copies rebuilt from
    pixels, without metadata, empty where a kind has none (text, audio).
    """

    class State(models.TextChoices):
        """How far it was looked into. Only what is STORED may be opened by anybody."""

        QUARANTINED = "quarantined", _("收到了，正在检查")
        STORED = "stored", _("已存档")
        HELD = "held", _("没能查完，等人看")
        REJECTED = "rejected", _("没有收下")

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64, blank=True)  # empty where this machine's OpenSSL has no SM3
    size = models.PositiveBigIntegerField()  # bytes
    media_type = models.CharField(max_length=128)
    width = models.PositiveIntegerField(null=True, blank=True)  # pixels
    height = models.PositiveIntegerField(null=True, blank=True)
    preview = models.CharField(max_length=64, blank=True)
    thumb = models.CharField(max_length=64, blank=True)
    # Leaves of a PDF, or tiles of a long picture from its top: [{"sha256", "width", "height"}], sides in pixels.
    pages = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.STORED)
    starts = models.PositiveSmallIntegerField(default=0)  # looks begun, counted before each; see flow of intake
    report = models.JSONField(default=dict, blank=True)  # what the look found: codes and figures, never words of it
    busy_until = models.DateTimeField(null=True, blank=True)  # somebody looks into it, until then at the latest
    is_news = models.BooleanField(default=False)  # what follows from its state for the cases it lies in is still to do
    kept_at = models.DateTimeField()
    salt = models.CharField(max_length=64, default=new_salt, blank=True)  # the k of its commitment; erased with it
    erased_at = models.DateTimeField(null=True, blank=True)  # since then ``sha256`` is no digest of anything

    objects = BlobQuerySet.as_manager()

    class Meta:
        verbose_name = _("文件")
        indexes = [
            models.Index(fields=["kept_at"], name="blob_waits", condition=Q(state="quarantined") | Q(is_news=True)),
            models.Index(fields=["preview"], name="blob_preview"),  # these two: asked for by complaints.evidence.named
            models.Index(fields=["thumb"], name="blob_thumb"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange(f"blob {self.sha256} is written once")
        super().save(*args, **kwargs)

    @property
    def may_be_opened(self) -> bool:
        """Whether it was looked into and found sound, and is still there."""
        return self.state == self.State.STORED and self.erased_at is None

    @property
    def commitment(self) -> str:
        """SHA-256(k ‖ SHA-256 of the file): what events name. Without k nobody can test a guess against it."""
        if self.erased_at or not self.salt:
            return self.sha256
        return hashlib.sha256(bytes.fromhex(self.salt) + bytes.fromhex(self.sha256)).hexdigest()

    @property
    def is_text(self) -> bool:
        """Whether it is plain text. Of a text the digest opens what was covered in its copy: the few numbers that may
        stand there are soon tried out. So the other side is told its commitment only."""
        return self.media_type.startswith("text/")

    @property
    def is_waiting(self) -> bool:
        """Whether it was handed in and is being checked."""
        return self.state == self.State.QUARANTINED

    @property
    def is_refused(self) -> bool:
        return self.state == self.State.REJECTED

    @property
    def sheets(self) -> list[str]:
        """What there is to look at, one digest a sheet: its pages or tiles, else its one preview, else none."""
        return [page["sha256"] for page in self.pages] or ([self.preview] if self.preview else [])


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, actor: Actor) -> Self:
        """Evidence of the cases one may see. Drafts are seen only through their own key; a letter of authority is
        between buyer, helper and association, and what was taken back is offered to no party any more. To a party a
        file of the buyer that is not known to be sound does not exist."""
        seen = self.filter(complaint__in=Complaint.objects.visible_to(actor))
        return seen.of_dispute().sound_or_of(Party.values) if actor.role == Role.RESPONDENT else seen

    def stored(self) -> Self:
        """Looked into and found sound, and still there: what may be opened, as Blob.may_be_opened says."""
        return self.filter(blob__state=Blob.State.STORED, blob__erased_at=None)

    def sound_or_of(self, parties: Collection[str]) -> Self:
        """What a party is shown: what is sound, and its own, however far that was looked into."""
        return self.filter(Q(blob__state=Blob.State.STORED) | Q(offered_by__in=parties))

    def offered(self) -> Self:
        """Not taken back, in the order the person gave."""
        return self.filter(removed_at=None).order_by("position", "pk")

    def of_dispute(self) -> Self:
        """What shows facts, numbered the same on every page and paper."""
        return self.offered().exclude(kind=Evidence.Kind.AUTHORITY)

    def authority(self) -> Self:
        """What shows that somebody may act for the buyer. It proves no fact and goes to no party."""
        return self.offered().filter(kind=Evidence.Kind.AUTHORITY)

    def beside(self, kind: str) -> Self:
        """Where a file of this kind must not stand twice. A letter of authority that was shown as evidence by mistake
        can still be handed in as one."""
        return self.authority() if kind == Evidence.Kind.AUTHORITY else self.of_dispute()


class Evidence(models.Model):
    """That somebody offers a blob in a complaint: under which name, of which kind, for which facts."""

    class Kind(models.TextChoices):
        ORDER = "order", _("订单")
        PAYMENT = "payment", _("付款或转账记录")
        LIVE = "live", _("直播录屏或回放")
        GOODS = "goods", _("商品和吊牌")
        CHAT = "chat", _("聊天记录")
        PLATFORM = "platform", _("平台的回复")
        TEST = "test", _("检测或鉴定")
        OTHER = "other", _("其他")
        AUTHORITY = "authority", _("委托书或监护证明")

    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, blank=True, related_name="evidence")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="evidence")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="offered_as")
    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    caption = models.CharField(
        pgettext_lazy("evidence", "说明"), max_length=200, blank=True
    )  # what it shows, in the owner's words
    name = models.CharField(_("原文件名"), max_length=255)  # the client's, cleaned; data, never a path
    offered_by = models.CharField(_("提交方"), max_length=16, default=Role.CONSUMER)  # consumer, or a party
    position = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(_("收到时间"))
    removed_at = models.DateTimeField(null=True, blank=True)
    # The k of the commitments in the custody chain. Erasing it (empty) leaves nothing to test a guess against.
    custody_salt = models.CharField(max_length=64, default=new_salt, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("证据")
        verbose_name_plural = _("证据")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(complaint__isnull=False), name="evidence_belongs_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(offered_by__in=[Role.CONSUMER.value, *Party.values]), name="evidence_offerer_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.blob}"

    @property
    def may_be_table(self) -> bool:
        """Whether it may be an order export, worth opening as one: a workbook, or text that calls itself a table."""
        if not self.blob.may_be_opened:
            return False
        is_text = self.blob.media_type in {"text/plain", "text/csv"}
        named = self.name.lower().endswith((".csv", ".tsv")) or self.kind == Evidence.Kind.ORDER
        return (is_text and named) or self.blob.media_type == WORKBOOK

    @property
    def shown(self) -> list[tuple[str, bool]]:
        """Which facts it is offered for: as the consumer says, or as a party said in its answer."""
        if self.offered_by == Role.CONSUMER:
            return self.shown_by_owner
        said = {row.fact: row.value for row in self.assertions.all() if row.value is not None}
        return list(said.items())

    @property
    def shown_by_owner(self) -> list[tuple[str, bool]]:
        """Which facts its owner ticked for it; ``showings`` may be prefetched."""
        standing = (row for row in self.showings.all() if row.ended_at is None)
        return [(row.fact, row.value) for row in sorted(standing, key=lambda row: row.pk)]


# What may be offered as showing a fact: a letter of authority shows none.
DISPUTE_KINDS = [(kind, label) for kind, label in Evidence.Kind.choices if kind != Evidence.Kind.AUTHORITY]
