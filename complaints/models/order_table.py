"""An order export that was handed in: what its columns are said to be, and which row is this order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import Evidence


class OrderTable(models.Model):
    """What a person said of a table. Nothing in it counts until its row was confirmed: ``used_at``.

    ``row`` is numbered as in the file, from 1. ``said`` is what that row says, ``replaced`` what stood in the answers
    before it (page → field → text), so that it can be put back. Of people nothing is kept here.
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="order_table")
    columns = models.JSONField(default=list)  # one of complaints.evidence.columns.MEANINGS each, or ""
    needle = models.CharField(max_length=64, blank=True)  # the order number searched for
    row = models.PositiveIntegerField(null=True, blank=True)
    said = models.JSONField(default=dict)  # number, shop, paid, ordered: as text, what could be read
    replaced = models.JSONField(default=dict)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("订单表格")

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.row or '-'}"
