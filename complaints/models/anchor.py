"""Anchors: the ends of all chains that moved, under one signed root that leaves the building."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint


class Anchor(models.Model):
    """A signed Merkle root over ends of chains, and the digest of the anchor before it.

    ``statement`` is the canonical JSON that was signed, byte for byte as in the write-once file and on the public page.
    """

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # leaves
    statement = models.TextField()
    signature = models.CharField(max_length=128)  # ed25519, in hex
    public_key = models.CharField(max_length=64)
    # How far it looked, in primary keys: the next one begins before that, since keys commit out of order.
    events_until = models.PositiveBigIntegerField(default=0)
    entries_until = models.PositiveBigIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)  # its file is written
    mailed_at = models.DateTimeField(null=True, blank=True)  # the associations have it

    class Meta:
        verbose_name = _("锚点")
        verbose_name_plural = _("锚点")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.root[:12]}"


class AnchorLeaf(models.Model):
    """One end of a chain under an anchor's root."""

    class Chain(models.TextChoices):
        TIMELINE = "timeline", _("办理记录")
        CUSTODY = "custody", _("保管记录")

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="leaves")
    position = models.PositiveIntegerField()  # from 0
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    chain = models.CharField(max_length=8, choices=Chain.choices)
    sequence = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("anchor", "position", name="leaf_place_once"),
            models.UniqueConstraint("complaint", "chain", "sequence", name="leaf_once"),
        ]

    def __str__(self) -> str:
        return f"{self.anchor_id}/{self.position}"


class StampQuerySet(models.QuerySet["Stamp"]):
    def due(self, at: Any) -> Self:
        """Wanted, and it is time to ask for it again."""
        return self.filter(stamped_at=None, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class Stamp(models.Model):
    """An RFC 3161 time-stamp of an anchor's statement: wanted from the moment of the anchor, kept once it came."""

    anchor = models.OneToOneField(Anchor, models.PROTECT, related_name="stamp")
    nonce = models.CharField(max_length=40, blank=True)  # of the request that was answered, decimal
    token = models.BinaryField(default=bytes)  # the whole TimeStampResp, with the authority's certificates
    policy = models.CharField(max_length=64, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)  # the authority's time
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.CharField(max_length=64, blank=True)  # a code

    objects = StampQuerySet.as_manager()

    class Meta:
        verbose_name = _("时间戳")
        verbose_name_plural = _("时间戳")
        indexes = [
            models.Index(fields=["next_attempt_at"], name="stamp_wanted", condition=models.Q(stamped_at=None)),
        ]

    def __str__(self) -> str:
        return f"stamp of {self.anchor}"
