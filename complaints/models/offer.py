"""What a party offers to end the dispute, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import OfferState
from complaints.models.complaint import Complaint, Party
from complaints.models.evidence import Evidence


class OfferQuerySet(models.QuerySet["Offer"]):
    def waiting(self, on: date) -> Self:
        """The consumer may still say yes or no."""
        return self.filter(state=OfferState.MADE, until__gte=on)

    def out_of_time(self, on: date) -> Self:
        return self.filter(state=OfferState.MADE, until__lt=on)

    def promised(self) -> Self:
        """Accepted, and nobody has said yet whether it was kept."""
        return self.filter(state=OfferState.ACCEPTED)


class Offer(models.Model):
    """One offer of one party, numbered within its complaint. Words are sealed at rest and never leave the case."""

    class Kind(models.TextChoices):
        REFUND = "refund-only", _("退款，不用退货")
        RETURN = "return-refund", _("退货退款")
        REPLACE = "replace", _("换货")
        REPAIR = "repair", _("修好")
        SUPPLY = "supply", _("补发或补差价")
        COMPENSATE = "compensate", _("赔偿")
        OTHER = "other", pgettext_lazy("offer", "别的办法")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="offers")
    number = models.PositiveIntegerField()
    party = models.CharField(_("一方"), max_length=16, choices=Party.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("怎么解决"), max_length=16, choices=Kind.choices)
    amount = models.DecimalField(_("金额（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    sealed_words = models.TextField(blank=True)
    until = models.DateField(_("有效到"))
    state = models.CharField(max_length=16, choices=OfferState.choices, default=OfferState.MADE)
    made_at = models.DateTimeField()

    # What the consumer said to it.
    answered_at = models.DateTimeField(null=True, blank=True)
    sealed_reply = models.TextField(blank=True)
    counter_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    # What became of it once it was accepted.
    pay_by = models.DateField(_("最晚兑现"), null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # the consumer was asked whether it was kept
    told_at = models.DateTimeField(null=True, blank=True)  # and told us

    # Where an officer checked it: what shows it, and in their words.
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    check_evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_check = models.TextField(blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("方案")
        verbose_name_plural = _("方案")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="offer_number_once"),
            models.UniqueConstraint(
                "complaint", "party", name="offer_one_open_a_party", condition=Q(state=OfferState.MADE)
            ),
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=None), name="offer_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=[OfferState.ACCEPTED, OfferState.KEPT, OfferState.BROKEN])
                | Q(pay_by__isnull=False),
                name="offer_promise_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], name="offer_clock", condition=Q(state=OfferState.MADE)),
            models.Index(fields=["pay_by"], name="offer_promise", condition=Q(state=OfferState.ACCEPTED)),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.kind} {self.amount or ''}".strip()

    def is_waiting(self, on: date) -> bool:
        """Whether the consumer may still answer it on this day."""
        return self.state == OfferState.MADE and self.until >= on

    def is_due(self, on: date) -> bool:
        """Whether it was to be kept by now, and nobody has said whether it was."""
        return self.state == OfferState.ACCEPTED and self.pay_by is not None and self.pay_by < on

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner("words")) if self.sealed_words else ""

    @property
    def reply(self) -> str:
        """The consumer's reason for refusing, or words to a counter-offer."""
        return unseal(self.sealed_reply, owner=self._owner("reply")) if self.sealed_reply else ""

    @property
    def checked_words(self) -> str:
        """What an officer wrote who looked whether it was kept."""
        return unseal(self.sealed_check, owner=self._owner("check")) if self.sealed_check else ""

    def keep_check(self, words: str) -> None:
        self.sealed_check = seal(words, owner=self._owner("check")) if words else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner("words")) if words else ""

    def keep_reply(self, words: str) -> None:
        self.sealed_reply = seal(words, owner=self._owner("reply")) if words else ""

    def _owner(self, part: str) -> str:
        return f"offer:{self.complaint_id}:{self.number}:{part}"
