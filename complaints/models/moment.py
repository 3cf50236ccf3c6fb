"""A sentence heard in a livestream: when and where in it, who said it, of which goods, and which pieces carry it."""

from __future__ import annotations

import json
import uuid
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.sealing import seal, unseal
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint
from complaints.models.draft import Draft
from complaints.models.evidence import CannotChange, Evidence


class LiveMomentQuerySet(models.QuerySet["LiveMoment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases one may see; those of drafts are seen only through the draft's own key."""
        return self.filter(complaint__in=Complaint.objects.visible_to(actor))

    def standing(self) -> Self:
        """Neither corrected nor taken back, as they followed one another in the livestreams."""
        return self.filter(ended_at=None).order_by("on", "code", "pk")


class LiveMoment(models.Model):
    """One sentence. In a filed case only added: a correction ends the old row and names it, nothing is overwritten.

    ``code`` is a place in the replay, ``01:23:45``, empty where it is not known. What people write themselves (the
    sentence, the hour on the clock, other goods than those of the order) is sealed at rest.
    """

    class By(models.TextChoices):
        """Who was heard."""

        ANCHOR = "anchor", _("主播")
        HELPER = "helper", _("助播或别的人")
        SHOP = "shop", _("店铺或直播间账号")

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # what is sealed is bound to it
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="moments")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="moments")
    on = models.DateField(_("哪天直播"))
    code = models.CharField(_("回放里的位置"), max_length=8, blank=True)
    by = models.CharField(pgettext_lazy("moment", "谁说的"), max_length=8, choices=By.choices, default=By.ANCHOR)
    sealed = models.TextField()
    evidence: models.ManyToManyField[Evidence, MomentPlace] = models.ManyToManyField(
        Evidence, through="MomentPlace", related_name="moments"
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    at = models.DateTimeField(_("写下的时间"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LiveMomentQuerySet.as_manager()

    class Meta:
        verbose_name = _("直播里的话")
        verbose_name_plural = _("直播里的话")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(complaint__isnull=False), name="moment_belongs_somewhere"
            ),
            models.CheckConstraint(condition=Q(by__in=["anchor", "helper", "shop"]), name="moment_speaker_known"),
        ]
        indexes = [models.Index(fields=["complaint", "on"], name="moment_of_case")]

    def __str__(self) -> str:
        return f"{self.on} {self.code} {self.by}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("moments are only added, and ended")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("a moment of a filed case is ended, never deleted")

    def keep(self, *, sentence: str, clock: str, goods: str) -> None:
        """``clock`` is the hour as the person says it; empty ``goods``: what was ordered."""
        self.sealed = seal(json.dumps([sentence, clock, goods]), owner=f"moment:{self.key}")

    @property
    def sentence(self) -> str:
        return self._told[0]

    @property
    def clock(self) -> str:
        return self._told[1]

    @property
    def goods(self) -> str:
        return self._told[2]

    @property
    def _told(self) -> tuple[str, str, str]:
        sentence, clock, goods = json.loads(unseal(self.sealed, owner=f"moment:{self.key}"))
        return sentence, clock, goods


class MomentPlace(models.Model):
    """That a piece of evidence carries the sentence, and where inside a recording; empty where it is no recording."""

    moment = models.ForeignKey(LiveMoment, models.CASCADE, related_name="places")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+")
    position = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("moment", "evidence", name="moment_place_once")]

    def __str__(self) -> str:
        return f"{self.moment_id} {self.evidence_id} {self.position}".strip()
