"""A party's answer while it is being written: kept step by step, so that it outlives a sign-out, for colleagues too."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.models.actor import Actor
from complaints.models.complaint import Respondent


class AnswerDraftQuerySet(models.QuerySet["AnswerDraft"]):
    def of(self, respondent: Respondent, actor: Actor) -> Self:
        """What this house has written for that party: a platform that passes notices on never reads what the party
        itself has typed at its own entrance, nor the other way round."""
        return self.filter(respondent=respondent, organisation=actor.organisation)

    def untouched_since(self, before: datetime) -> Self:
        return self.filter(touched_at__lt=before)


class AnswerDraft(models.Model):
    """One for each party of a case and each house that answers for it; without a house it is the invited party's own.
    The words are sealed. ``steps`` says of each step how often it was kept, by whom, and whether it was refused."""

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # what is sealed
    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="answer_drafts")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    sealed_text = models.TextField(blank=True)
    steps = models.JSONField(default=dict)  # step → {"kept": how often, "by": user or null, "at", "refused"}; no words
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    objects = AnswerDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("没发出的答复")
        verbose_name_plural = _("没发出的答复")
        constraints = [
            models.UniqueConstraint("respondent", "organisation", name="answer_draft_once"),
            models.UniqueConstraint(
                "respondent", condition=Q(organisation__isnull=True), name="answer_draft_of_invited_once"
            ),
        ]
        indexes = [models.Index(fields=["touched_at"], name="answer_draft_age")]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def answers(self) -> dict[str, dict[str, list[str]]]:
        """Step → field → what was typed or ticked, valid or not."""
        found: dict[str, Any] = json.loads(unseal(self.sealed_text, owner=self._owner)) if self.sealed_text else {}
        return found

    def keep(self, answers: dict[str, dict[str, list[str]]]) -> None:
        self.sealed_text = seal(json.dumps(answers, ensure_ascii=False), owner=self._owner)

    def times_kept(self, step: str) -> int:
        return int(self.steps.get(step, {}).get("kept", 0))

    @property
    def mark(self) -> int:
        """Rises whenever any step is kept."""
        return sum(self.times_kept(step) for step in self.steps)

    def was_refused(self, step: str) -> bool:
        return bool(self.steps.get(step, {}).get("refused"))

    def keeper(self, step: str) -> User | None:
        """Who kept a step last; None for an invited party, and for an account that is gone."""
        by = self.steps.get(step, {}).get("by")
        return User.objects.filter(pk=by).first() if by else None

    @property
    def _owner(self) -> str:
        return f"answer-draft:{self.key}"
