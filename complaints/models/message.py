"""What the consumer and one other write to each other: a thread for each, and its messages, which are only added."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint, Party, Respondent
from complaints.models.evidence import CannotChange, Evidence

ASSOCIATION = "association"


class Side(models.TextChoices):
    """Who writes. In a thread it is the consumer and one of the others."""

    CONSUMER = "consumer", _("消费者")
    ASSOCIATION = ASSOCIATION, _("协会")
    MERCHANT = "merchant", Party.MERCHANT.label
    ANCHOR = "anchor", Party.ANCHOR.label
    PLATFORM = "platform", Party.PLATFORM.label


OTHERS = (Side.ASSOCIATION, Side.MERCHANT, Side.ANCHOR, Side.PLATFORM)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, actor: Actor) -> Self:
        """Threads of the cases one may see: the consumer and the association's officers see all of a case, a business
        those of the parties it answers for, once the consumer has opened them; a party that was invited its own alone.
        """
        cases = Complaint.objects.visible_to(actor)
        if actor.role != Role.RESPONDENT:
            return self.filter(complaint__in=cases)
        opened = self.filter(complaint__in=cases, opened_at__isnull=False)
        asked = Respondent.objects.filter(complaint=OuterRef("complaint"), asked_at__isnull=False)
        concerned = asked.filter(party=OuterRef("other"))
        if actor.organisation is None:
            return (
                opened.filter(Exists(concerned.filter(pk=actor.respondent_id))) if actor.respondent_id else self.none()
            )
        relays = Exists(asked.filter(party=Party.PLATFORM, organisation=actor.organisation))
        own = Exists(concerned.filter(organisation=actor.organisation))
        return opened.filter(own | (Exists(concerned.passed_on()) & relays))

    def unread_by_consumer(self) -> dict[int, int]:
        """Complaint → how many messages to the consumer in these threads have not been seen; only where there are."""
        counted = self.values_list("complaint").annotate(
            unread=Sum(
                Case(When(messages__number__gt=F("seen_by_consumer"), then=Value(1)), default=Value(0)),
                filter=~Q(messages__by=Side.CONSUMER),
            )
        )
        return {complaint: unread for complaint, unread in counted if unread}


class Thread(models.Model):
    """The consumer and one other of a case. With a party it begins when the consumer opens it, and the party agrees by
    writing; the consumer may close it, and open it again. With the association it is there as soon as somebody writes.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="threads")
    other = models.CharField(max_length=16, choices=[(side.value, side.label) for side in OTHERS])
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    seen_by_consumer = models.PositiveIntegerField(default=0)  # the number of the last message looked at
    seen_by_association = models.PositiveIntegerField(default=0)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.UniqueConstraint("complaint", "other", name="thread_once"),
            models.CheckConstraint(condition=Q(other__in=[side.value for side in OTHERS]), name="thread_other_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.other}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_official(self) -> bool:
        return self.other == ASSOCIATION


class MessageQuerySet(models.QuerySet["Message"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("messages are only added")

    def delete(self) -> NoReturn:
        raise CannotChange("messages are never deleted")

    def from_others(self) -> Self:
        """Written to the consumer."""
        return self.exclude(by=Side.CONSUMER)


class Message(models.Model):
    """One message, numbered within its thread, sealed at rest. What was hidden in it is hidden from everybody who reads
    it; the words as they were written are kept for their author's own copy.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    by = models.CharField(max_length=16, choices=Side.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    press = models.CharField(max_length=64)  # keyed hash of the form's key and the words: a second press is no message
    sealed_words = models.TextField()
    sealed_original = models.TextField(blank=True)  # only where something was hidden
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("thread", "number", name="message_number_once"),
            models.UniqueConstraint("thread", "by", "press", name="message_press_once"),
            models.CheckConstraint(condition=Q(by__in=Side.values), name="message_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("messages are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("messages are never deleted")

    @property
    def words(self) -> str:
        """As everybody reads it."""
        return unseal(self.sealed_words, owner=self._owner("words"))

    @property
    def original(self) -> str:
        """As it was written."""
        return unseal(self.sealed_original, owner=self._owner("original")) if self.sealed_original else self.words

    @property
    def is_masked(self) -> bool:
        return bool(self.sealed_original)

    def keep(self, words: str, *, shown: str) -> None:
        self.sealed_words = seal(shown, owner=self._owner("words"))
        self.sealed_original = seal(words, owner=self._owner("original")) if words != shown else ""

    def _owner(self, part: str) -> str:
        return f"message:{self.thread_id}:{self.number}:{part}"
