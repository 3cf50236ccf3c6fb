"""A party says "not us, because … but them": the rule it names, and both versions of the decision side by side."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, Party
from complaints.models.decision import DecisionRecord
from complaints.models.evidence import Evidence


class ContestQuerySet(models.QuerySet["Contest"]):
    def waiting(self) -> Self:
        """Those an officer is to close."""
        return self.filter(state=Contest.State.WAITING)

    def answerable(self) -> Self:
        """All but those that ended with their case: nobody answered them, and an opened case hears them anew."""
        return self.exclude(outcome=Contest.Outcome.ENDED)

    def settled(self) -> Self:
        """Those an officer has answered."""
        return self.filter(state=Contest.State.CLOSED).answerable()


class Contest(models.Model):
    """One "not ours", numbered within its case. A party's first is answered by the law alone, read again; where it was
    pointed back, or comes again, it ``is_back``: an officer closes it, and nobody of it may pass the case on once more.

    ``before`` is the decision it speaks against, ``after`` the one that stood when it was taken; the same where nothing
    moved. The name and address of who is said to answer instead are sealed.
    """

    class State(models.TextChoices):
        DECIDED = "decided", _("规则已重新判定")
        WAITING = "waiting", _("等协会定")
        CLOSED = "closed", _("协会已定")

    class Outcome(models.TextChoices):
        """What the officer found."""

        STAYS = "stays", _("判定不变")
        FINDING = "finding", _("认定了事实，重新判定")
        OVERRIDDEN = "overridden", _("人工改判")
        ENDED = "ended", _("案件结束了，不用再定")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="contests")
    number = models.PositiveIntegerField()
    party = models.CharField(_("哪一方"), max_length=16, choices=Party.choices)
    points_to = models.CharField(_("指向谁"), max_length=16, choices=Party.choices)
    rule = models.CharField(_("依据的规则"), max_length=32, blank=True)  # a ground or an excuse; empty: none was named
    sealed_instead = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # fact → true, false or null, as asserted
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="contests")
    fingerprint = models.CharField(max_length=64)  # of what it says: the same again is the same contest
    has_proof = models.BooleanField(_("附了证明"), default=False)
    is_back = models.BooleanField(_("第二次推"), default=False)
    before = models.ForeignKey(DecisionRecord, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(DecisionRecord, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))

    state = models.CharField(max_length=8, choices=State.choices, default=State.DECIDED)
    due_on = models.DateField(_("最晚哪天"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    sealed_reason = models.TextField(blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_with = models.ForeignKey(DecisionRecord, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("推给别人的答复")
        verbose_name_plural = _("推给别人的答复")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="contest_number_once"),
            models.UniqueConstraint(
                fields=["complaint", "party", "is_back"], condition=~Q(outcome="ended"), name="contest_bounces_once"
            ),
            models.CheckConstraint(condition=~Q(party=models.F("points_to")), name="contest_points_away"),
            models.CheckConstraint(
                condition=Q(state="decided", is_back=False)
                | Q(state="waiting", is_back=True, due_on__isnull=False, closed_at=None)
                | (Q(state="closed", is_back=True, closed_at__isnull=False) & ~Q(outcome="")),
                name="contest_state_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.party} → {self.points_to}"

    @property
    def instead(self) -> str:
        """The full name of who is said to answer, and how to reach it."""
        return unseal(self.sealed_instead, owner=self._owner("instead")) if self.sealed_instead else ""

    @property
    def reason(self) -> str:
        """What the officer wrote who closed it."""
        return unseal(self.sealed_reason, owner=self._owner("reason")) if self.sealed_reason else ""

    def is_overdue(self, on: date) -> bool:
        """Whether the association let its own day pass."""
        return self.state == Contest.State.WAITING and self.due_on is not None and self.due_on < on

    def keep_instead(self, words: str) -> None:
        self.sealed_instead = seal(words, owner=self._owner("instead")) if words else ""

    def keep_reason(self, words: str) -> None:
        self.sealed_reason = seal(words, owner=self._owner("reason")) if words else ""

    def _owner(self, part: str) -> str:
        return f"contest:{self.complaint_id}:{self.number}:{part}"
