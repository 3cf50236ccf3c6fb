"""Open cases that look like one matter: what they are found by, and what is suggested to an association."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint


class Trait(models.Model):
    """What a case is found by among millions: keyed digests of platform and room, and of platform and shop, with the
    day of purchase. Empty where that is not known. Made once, in the background; it names nobody."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="trait")
    room = models.CharField(max_length=32, blank=True)
    shop = models.CharField(max_length=32, blank=True)
    purchased_on = models.DateField()

    class Meta:
        verbose_name = _("相似特征")
        indexes = [
            models.Index(fields=["room", "purchased_on"], name="trait_room"),
            models.Index(fields=["shop", "purchased_on"], name="trait_shop"),
        ]

    def __str__(self) -> str:
        return f"trait of {self.complaint_id}"


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """Officers see what is suggested to their association; the national one sees all. Nobody else sees any."""
        reads = actor.duties - {Membership.Duty.ADMINISTRATOR}
        if actor.role != Role.OFFICER or not actor.organisation or not reads:
            return self.none()
        return self.all() if not actor.organisation.region else self.filter(association=actor.organisation)

    def open(self) -> Self:
        return self.filter(state=Suggestion.State.OPEN)


class Suggestion(models.Model):
    """Cases of one association that look like one matter. ``why`` tells the matching parts in codes and words:
    ``{"by": "room", "days": 6, "goods": ["真丝衬衫"], "words": ["桑蚕丝"]}``; no score."""

    class State(models.TextChoices):
        OPEN = "open", _("等人看")
        TAKEN = "taken", _("已合并")
        DISMISSED = "dismissed", _("不合并")

    association = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    platform = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120)  # of the room, else of the shop
    why = models.JSONField(default=dict)
    cases = models.ManyToManyField(Complaint, through="SuggestedCase", related_name="+")
    count = models.PositiveIntegerField(default=0)  # of its cases, for lists
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    count_then = models.PositiveIntegerField(default=0)  # when it was dismissed: it comes back half as large again
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    grown_at = models.DateTimeField()

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("合并建议")
        ordering = ["-count", "-grown_at", "-pk"]
        indexes = [models.Index(fields=["association", "state"], name="suggestion_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken", "dismissed"]), name="suggestion_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.count})"


class SuggestedCase(models.Model):
    """That a case belongs to a suggestion."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="rows")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="suggested_in")

    class Meta:
        constraints = [models.UniqueConstraint("suggestion", "complaint", name="suggested_once")]

    def __str__(self) -> str:
        return f"{self.suggestion_id}: {self.complaint_id}"
