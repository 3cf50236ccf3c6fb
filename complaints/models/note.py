"""What officers write to each other on a case, and whom they point to. It is the association's own paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, actor: Actor) -> Self:
        """Notes of the cases an officer sees; to anybody else there are none."""
        if actor.role != Role.OFFICER:
            return self.none()
        return self.filter(complaint__in=Complaint.objects.visible_to(actor))

    def strike(self, *, at: datetime) -> int:
        """Mark these as struck through; returns how many were not before. The words stay."""
        return models.QuerySet.update(self.filter(struck_at=None), struck_at=at)

    def forget(self) -> int:
        """Let the words of these go; the rows stay. Returns how many had words."""
        return models.QuerySet.update(self.exclude(sealed_words=""), sealed_words="")

    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("notes are only added, struck and forgotten")

    def delete(self) -> NoReturn:
        raise CannotChange("notes are never deleted")


class Note(models.Model):
    """One note, numbered within its case, sealed at rest. It is never changed; its author may strike it through."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="notes")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")  # the author acted for
    press = models.CharField(max_length=64)  # keyed hash of the form's key and the words: a second press is no note
    sealed_words = models.TextField(blank=True)  # empty once the case's texts were erased
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("内部备注")
        verbose_name_plural = _("内部备注")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="note_number_once"),
            models.UniqueConstraint("complaint", "author", "press", name="note_press_once"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}#{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("notes are only added, struck and forgotten")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("notes are never deleted")

    @property
    def words(self) -> str:
        """As it was written; empty where it was erased with the case's texts."""
        return unseal(self.sealed_words, owner=self._owner) if self.sealed_words else ""

    def keep(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner)

    @property
    def _owner(self) -> str:
        return f"note:{self.complaint_id}:{self.number}"


class MentionQuerySet(models.QuerySet["Mention"]):
    def visible_to(self, actor: Actor) -> Self:
        """An officer's own mentions, in the cases that they see now."""
        return self.filter(user=actor.user, note__in=Note.objects.visible_to(actor))

    def unread(self) -> Self:
        """Not looked at, and still meant: a note that was struck through asks nobody."""
        return self.filter(read_at=None, note__struck_at=None)


class Mention(models.Model):
    """That a note points to a colleague, and when that colleague had it before them."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("提到")
        constraints = [models.UniqueConstraint("note", "user", name="mention_once")]
        indexes = [models.Index(fields=["user", "read_at", "note"], name="mention_waits")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.user_id}"
