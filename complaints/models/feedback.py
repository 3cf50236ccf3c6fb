"""How the consumer found it, once the case has ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint


class Feedback(models.Model):
    """One rating for one complaint. The sentence is sealed; what is counted is the number alone."""

    class Score(models.IntegerChoices):
        VERY_POOR = 1, _("很差")
        POOR = 2, _("差")
        FAIR = 3, _("一般")
        GOOD = 4, _("好")
        VERY_GOOD = 5, _("很好")

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="feedback")
    score = models.PositiveSmallIntegerField(_("打分"), choices=Score.choices)
    sealed_words = models.TextField(blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("打分")
        verbose_name_plural = _("打分")
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="feedback_score_known")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.score}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=f"feedback:{self.complaint_id}") if self.sealed_words else ""

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=f"feedback:{self.complaint_id}") if words else ""
