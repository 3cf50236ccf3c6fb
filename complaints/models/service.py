"""A party that took no notice was told by other means: an officer's record of it, which can be taken back."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, Reached, Respondent


class ServiceQuerySet(models.QuerySet["Service"]):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(taken_back_at=None)


class Service(models.Model):
    """The notice was handed over: how, when, to whom. ``at`` is when it reached the party, and its time to answer runs
    from then; ``made_at`` is when an officer wrote it down. Words are sealed; a row is taken back, never deleted."""

    class How(models.TextChoices):
        POST = Reached.POST.value, _("挂号信、快递，对方签收了")
        TELEPHONE = Reached.TELEPHONE.value, _("电话告诉的")
        PERSON = Reached.PERSON.value, _("当面交的")
        EMAIL = Reached.EMAIL.value, _("手工发的电子邮件，对方回了")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="services")
    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="services")
    how = models.CharField(_("怎么送到的"), max_length=16, choices=How.choices)
    at = models.DateTimeField(_("送到的时间"))
    sealed_to = models.TextField(blank=True)
    sealed_words = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    was_asked_at = models.DateTimeField(null=True, blank=True)  # of the party before; none where nobody had asked it

    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_reason = models.TextField(blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("人工送达")
        verbose_name_plural = _("人工送达")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["registered_post", "telephone", "in_person", "email"]), name="service_how_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | ~Q(sealed_reason=""), name="service_taken_back_says_why"
            ),
            models.UniqueConstraint(fields=["respondent"], condition=Q(taken_back_at=None), name="service_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.respondent_id} {self.how}"

    @property
    def to(self) -> str:
        """Who took it, as the officer wrote it down."""
        return unseal(self.sealed_to, owner=self._owner("to")) if self.sealed_to else ""

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner("words")) if self.sealed_words else ""

    @property
    def reason(self) -> str:
        """Why it was taken back."""
        return unseal(self.sealed_reason, owner=self._owner("reason")) if self.sealed_reason else ""

    def keep(self, *, to: str, words: str) -> None:
        self.sealed_to = seal(to, owner=self._owner("to")) if to else ""
        self.sealed_words = seal(words, owner=self._owner("words")) if words else ""

    def keep_reason(self, words: str) -> None:
        self.sealed_reason = seal(words, owner=self._owner("reason"))

    def _owner(self, part: str) -> str:
        return f"service:{self.respondent_id}:{part}"
