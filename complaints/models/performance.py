"""A party says that it kept its promise, and shows it. The consumer says whether it came."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal
from complaints.models.evidence import Evidence
from complaints.models.offer import Offer


class Performance(models.Model):
    """One word of a party that a promise was kept, with its proof. Only added."""

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # what is sealed is bound to it
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="performances")
    on = models.DateField(_("哪天兑现的"))
    sealed_words = models.TextField(blank=True)
    evidence = models.ManyToManyField(Evidence, related_name="performances")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("兑现的证明")
        verbose_name_plural = _("兑现的证明")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.on}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=f"performance:{self.key}") if self.sealed_words else ""

    def keep(self, words: str) -> None:
        self.sealed_words = seal(words, owner=f"performance:{self.key}") if words else ""
