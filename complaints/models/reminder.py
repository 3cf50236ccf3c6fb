"""A reminder to an officer: a day of a case comes near, is here, or has passed. Once for each step, by the database."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from complaints.lifecycle import OPEN
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases one may see: an officer's own; to who leads, also those of nobody and those passed up."""
        seen = self.filter(complaint__in=Complaint.objects.visible_to(actor))
        if Membership.Duty.LEAD in actor.duties:
            return seen.filter(models.Q(to=actor.user) | models.Q(to=None))
        return seen.filter(to=actor.user) if actor.user else self.none()

    def standing(self) -> Self:
        """Not put aside, the case still open."""
        return self.filter(dismissed_at=None, complaint__state__in=OPEN)


class Reminder(models.Model):
    """``to`` is whom it is for; nobody in particular: those who lead the association of the case."""

    class Of(models.TextChoices):
        """Which day it is about."""

        CASE = "case", _("办理期限")
        REVIEW = "review", _("复核期限")
        SERVICE = "service", _("通知没有送到")
        CONTEST = "contest", _("定由谁答复的期限")

    class Step(models.TextChoices):
        THREE_BEFORE = "3-before", _("还有3个工作日")
        ONE_BEFORE = "1-before", _("还有1个工作日")
        ON_THE_DAY = "on-the-day", _("今天到期")
        AFTER = "after", _("已经过期")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="reminders")
    of = models.CharField(max_length=8, choices=Of.choices)
    due_on = models.DateField(_("期限"))
    step = models.CharField(max_length=12, choices=Step.choices)
    to = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("催办")
        verbose_name_plural = _("催办")
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint("complaint", "of", "due_on", "step", name="reminder_once")]
        indexes = [
            models.Index(fields=["to", "due_on"], name="reminder_place", condition=models.Q(dismissed_at=None)),
            models.Index(fields=["made_at"], name="reminder_to_mail", condition=models.Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.of} {self.step} of {self.complaint_id}"

    @property
    def must_stand(self) -> bool:
        """Nobody may put it aside: its day is over, and the party still knows nothing."""
        return self.of == self.Of.SERVICE and self.step == self.Step.AFTER

    @property
    def said(self) -> str:
        """What is to be said of its day."""
        if self.must_stand:
            return gettext("已经过期，还没有用别的办法通知到")
        if self.of == self.Of.SERVICE:
            return gettext("通知没有送到，请用别的办法通知")
        return str(self.get_step_display())
