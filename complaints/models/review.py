"""A consumer asks that a person look at a finding; and what somebody says who was pressed to give up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint
from complaints.models.decision import DecisionRecord


class Review(models.Model):
    """One request that a person look at one version of the decision; at most one of a case is open."""

    class Reason(models.TextChoices):
        FACT = "fact", _("事实不对")
        EVIDENCE = "evidence", _("漏了证据")
        PARTY = "party", _("责任判错了")
        UNCLEAR = "unclear", _("看不懂")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("维持原判定")
        REDECIDED = "redecided", _("按新的事实重新判定了")
        OVERRIDDEN = "overridden", _("人工改判")
        ENDED = "ended", _("投诉结束了，不再复核")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="reviews")
    number = models.PositiveIntegerField()
    decision = models.ForeignKey(DecisionRecord, models.PROTECT, related_name="reviews")  # the version it is about
    reasons = models.JSONField(default=list)  # codes of Reason
    sealed_words = models.TextField(blank=True)
    asked_at = models.DateTimeField(_("申请时间"))
    due_on = models.DateField(_("最晚哪天"))

    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices, blank=True)  # empty: it is open
    sealed_answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_version = models.PositiveIntegerField(null=True, blank=True)  # of the case: what came later is new

    class Meta:
        verbose_name = _("人工复核")
        verbose_name_plural = _("人工复核")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="review_number_once"),
            models.UniqueConstraint("complaint", name="review_one_open", condition=Q(outcome="")),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="review_answered_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} review {self.number}"

    @property
    def is_open(self) -> bool:
        return self.outcome == ""

    @property
    def reason_labels(self) -> list[str]:
        """Why it was asked for, in words."""
        return [str(Review.Reason(code).label) for code in self.reasons]

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner("words")) if self.sealed_words else ""

    @property
    def answer(self) -> str:
        """The reason that came with the result."""
        return unseal(self.sealed_answer, owner=self._owner("answer")) if self.sealed_answer else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner("words")) if words else ""

    def keep_answer(self, words: str) -> None:
        self.sealed_answer = seal(words, owner=self._owner("answer")) if words else ""

    def _owner(self, part: str) -> str:
        return f"review:{self.complaint_id}:{self.number}:{part}"


class Pressure(models.Model):
    """Somebody pressed the consumer to withdraw, or paid for it. Only the association reads it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="pressures")
    sealed_words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("有人劝撤")
        verbose_name_plural = _("有人劝撤")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id} pressed {self.at:%Y-%m-%d}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner) if self.sealed_words else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner) if words else ""

    @property
    def _owner(self) -> str:
        return f"pressure:{self.complaint_id}:{self.at.isoformat()}"


class Clarity(models.Model):
    """Whether a version of the decision was understood: one answer for each, and not who gave it."""

    decision = models.OneToOneField(DecisionRecord, models.PROTECT, related_name="clarity")
    is_clear = models.BooleanField(_("看得懂"))

    class Meta:
        verbose_name = _("判定看不看得懂")
        verbose_name_plural = _("判定看不看得懂")

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.is_clear}"
