"""What is said, by whom, about which fact; and what was asked of whom."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.complaint import Complaint, Party
from complaints.models.evidence import CannotChange, Evidence


class Speaker(models.TextChoices):
    """Who may assert a fact. An officer's word is a finding. Silence asserts nothing: it is a respondent's lapse."""

    CONSUMER = "consumer", _("消费者")
    MERCHANT = "merchant", _("商家")
    ANCHOR = "anchor", _("主播")
    PLATFORM = "platform", _("平台")
    OFFICER = "officer", _("协会认定")


class Assertion(models.Model):
    """One statement about one fact. Append-only: a change of mind is a newer row, nothing is overwritten.

    ``value`` None takes an earlier statement back.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="assertions")
    fact = models.CharField(_("事实"), max_length=64)  # a key of routing/law/facts.toml
    value = models.BooleanField(_("是否"), null=True)
    speaker = models.CharField(_("谁说的"), max_length=16, choices=Speaker.choices)
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="findings")
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="assertions")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("主张")
        verbose_name_plural = _("主张")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(speaker__in=Speaker.values), name="assertion_speaker_known"),
            models.CheckConstraint(
                condition=~Q(speaker="officer") | (Q(officer__isnull=False) & ~Q(reason="")),
                name="finding_has_officer_and_reason",
            ),
        ]
        indexes = [models.Index(fields=["complaint", "fact"], name="assertion_of_fact")]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.fact} = {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("assertions are only added")
        super().save(*args, **kwargs)


class RequestQuerySet(models.QuerySet["Request"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)


class Request(models.Model):
    """A question the association put to the consumer or a party, with the facts it is about and a last day."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="requests")
    to = models.CharField(_("问谁"), max_length=16, choices=[("consumer", _("消费者")), *Party.choices])
    facts = models.JSONField(_("关于哪些事实"), default=list)
    words = models.TextField(_("说明"), max_length=1000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    due_on = models.DateField(_("期限"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("补充要求")
        verbose_name_plural = _("补充要求")

    def __str__(self) -> str:
        return f"{self.to}: {', '.join(self.facts)}"

    def is_overdue(self, on: date) -> bool:
        return self.answered_at is None and self.due_on < on
