"""A settlement agreement: what two sides agreed to in mediation, on paper, and who has said yes to that paper."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, Party
from complaints.models.offer import Offer
from complaints.models.session import Session


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def waiting(self) -> Self:
        """One side, or both, have not said yes or no yet."""
        return self.filter(state=Agreement.State.PROPOSED)


class Agreement(models.Model):
    """One version, numbered within its complaint. What it says never changes: another version takes its place."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("等双方确认")
        CONFIRMED = "confirmed", _("双方都确认了")
        DECLINED = "declined", _("有一方没有同意")
        REPLACED = "replaced", _("换了新的一版")
        ENDED = "ended", _("不再有效")

    class Payer(models.TextChoices):
        PARTY = "party", _("对方付给消费者")
        CONSUMER = "consumer", _("消费者付给对方")
        NOBODY = "", _("不涉及付款")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="agreements")
    number = models.PositiveIntegerField()
    party = models.CharField(_("和哪一方"), max_length=16, choices=Party.choices)
    # The promise it is kept by: the offer it was made from, or the one that both sides' yes brings about.
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="agreements")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="agreements")
    kind = models.CharField(_("怎么解决"), max_length=16, choices=Offer.Kind.choices)
    payer = models.CharField(_("谁付钱"), max_length=12, choices=Payer.choices, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    pay_by = models.DateField(_("最晚兑现"))
    sealed_duties = models.TextField(blank=True)
    sealed_otherwise = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    digest = models.CharField(max_length=64)  # SHA-256 of what it says, as flow.agreements writes it out
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    # Who said what to it.
    consumer_at = models.DateTimeField(null=True, blank=True)
    party_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.CharField(max_length=16, blank=True)
    sealed_reason = models.TextField(blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("调解协议")
        verbose_name_plural = _("调解协议")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="agreement_number_once"),
            models.UniqueConstraint("complaint", name="agreement_one_waits", condition=Q(state="proposed")),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=None), name="agreement_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(consumer_at__isnull=False, party_at__isnull=False, confirmed_at__isnull=False, offer__isnull=False),
                name="agreement_confirmed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.number} of {self.complaint_id}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def duties(self) -> str:
        """What is to be done beside paying."""
        return unseal(self.sealed_duties, owner=self._owner("duties")) if self.sealed_duties else ""

    @property
    def otherwise(self) -> str:
        """What the two sides agreed on for the case that it is not kept."""
        return unseal(self.sealed_otherwise, owner=self._owner("otherwise")) if self.sealed_otherwise else ""

    @property
    def reason(self) -> str:
        """Why a side declined it."""
        return unseal(self.sealed_reason, owner=self._owner("reason")) if self.sealed_reason else ""

    def keep_terms(self, duties: str, otherwise: str) -> None:
        self.sealed_duties = seal(duties, owner=self._owner("duties")) if duties else ""
        self.sealed_otherwise = seal(otherwise, owner=self._owner("otherwise")) if otherwise else ""

    def keep_reason(self, words: str) -> None:
        self.sealed_reason = seal(words, owner=self._owner("reason")) if words else ""

    def _owner(self, part: str) -> str:
        return f"agreement:{self.complaint_id}:{self.number}:{part}"
