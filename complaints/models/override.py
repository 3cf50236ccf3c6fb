"""What an officer puts beside the machine's verdict on one party: immutable rows, never a change of the decision."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.complaint import Complaint, Party
from complaints.models.decision import DecisionRecord
from complaints.models.evidence import CannotChange

Row = TypeVar("Row", bound=models.Model)


class OnlyAdded(models.QuerySet[Row]):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("overrides are only added")

    def delete(self) -> NoReturn:
        raise CannotChange("overrides are never deleted")


class OverrideQuerySet(OnlyAdded["Override"]):
    def in_force(self) -> Self:
        """Those that hold, or held until a later one: needing no second person, or confirmed by one."""
        return self.filter(Q(needs_second=False) | Q(second__is_confirmed=True))

    def proposed(self) -> Self:
        """Those that still wait for a second person."""
        return self.filter(needs_second=True, second__isnull=True)


class Override(models.Model):
    """An officer's verdict on one party, made upon one version of the decision. The latest in force of a party stands
    on that version and every later one, until another takes its place; ``machine`` gives the party back to the machine.
    """

    class Reason(models.TextChoices):
        NEW_FACT = "new-fact", _("有新的事实")
        MISAPPLIED = "misapplied", _("规则用错了")
        POLICY = "policy", _("有统一的处理口径")
        EQUITY = "equity", _("这件事的情况特殊，照判不公平")

    class Outcome(models.TextChoices):
        """The forms of liability by their codes in the decide contract; then the verdicts that have no form."""

        SOLE = "sole", _("应负责")
        EITHER = "either", _("也可以找它（任选一方）")
        DEEMED_SELLER = "deemed_seller", _("当作卖家负责")
        JOINT = "joint", _("一起负责（连带）")
        ADVANCE = "advance", _("由它先赔")
        CORRESPONDING = "corresponding", _("负相应责任")
        POSSIBLE = "possible", _("可能要负责")
        NOT_RESPONSIBLE = "not_responsible", _("暂不负责")
        MACHINE = "machine", _("收回改判，照规则算出来的判")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="overrides")
    decision = models.ForeignKey(DecisionRecord, models.PROTECT, related_name="overrides")
    number = models.PositiveIntegerField()
    party = models.CharField(_("一方"), max_length=16, choices=Party.choices)
    outcome = models.CharField(_("改成"), max_length=16, choices=Outcome.choices)
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    words = models.TextField(_("理由"))
    citation = models.CharField(_("依据"), max_length=64)  # a code of the rulebook: ``CPL 44(1)``
    needs_second = models.BooleanField()  # it lowers the consumer's position
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    digest = models.CharField(max_length=64)  # of everything above; the timeline carries it

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("人工改判")
        verbose_name_plural = _("人工改判")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="override_number_once"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="override_party_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} override {self.number}: {self.party} {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("overrides are only added")
        self.digest = self.seal()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("overrides are never deleted")

    @property
    def takes_back(self) -> bool:
        return self.outcome == self.Outcome.MACHINE

    def seal(self) -> str:
        """SHA-256 over what was decided, on which version and by whom."""
        row = [
            *(self.complaint_id, self.decision_id, self.number, self.party, self.outcome, self.reason),
            *(self.words, self.citation, self.needs_second, self.by_id, self.at.isoformat()),
        ]
        return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


class SecondWord(models.Model):
    """What a second officer said to an override that lowers the consumer's position; the first may only drop it."""

    override = models.OneToOneField(Override, models.PROTECT, related_name="second")
    is_confirmed = models.BooleanField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    first = models.ForeignKey(User, models.PROTECT, related_name="+")  # who proposed it: the database compares the two
    at = models.DateTimeField()

    objects = OnlyAdded["SecondWord"].as_manager()

    class Meta:
        verbose_name = _("第二个人的确认")
        verbose_name_plural = _("第二个人的确认")
        constraints = [
            models.CheckConstraint(condition=Q(is_confirmed=False) | ~Q(by=F("first")), name="second_is_another_person")
        ]

    def __str__(self) -> str:
        return f"{self.override_id}: {self.is_confirmed}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("a second word is said once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("a second word is never deleted")
