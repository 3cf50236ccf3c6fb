"""A complaint not yet sent: what was typed so far, page by page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models

from accounts.models import ApiKey


class DraftQuerySet(models.QuerySet["Draft"]):
    def expired(self, before: datetime) -> Self:
        return self.filter(touched_at__lt=before)

    def of_key(self, key: ApiKey, *, after: datetime) -> Self:
        """The drafts of one machine that were touched since."""
        return self.filter(api_key=key, touched_at__gt=after)


class Draft(models.Model):
    """Saved on every Continue. The key travels in a signed cookie; filing turns the draft into a complaint, once."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answers = models.JSONField(default=dict)  # page → its fields as typed, valid or not
    done = models.JSONField(default=list)  # the pages answered so far, in order
    refused = models.JSONField(default=dict)  # pages not taken when last sent → what they say it with
    written = models.JSONField(default=dict)  # page → the window that wrote it last, a random name
    aside = models.JSONField(default=dict)  # page → what another window sent meanwhile, until one of the two is chosen
    language = models.CharField(max_length=2, default="zh")
    # What opens it on another device, once its owner asked for that: the code hashed under our key, and sealed.
    resume_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    resume_sealed = models.CharField(max_length=200, blank=True)
    resume_mark = models.CharField(max_length=16, blank=True)  # of the code: lets in who came by it, outlives filing
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    # The machine of a kiosk or hotline that keeps its uploads here: nobody else finds such a draft.
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, blank=True, related_name="+")
    # The submit button carries this: a second press, a reload or a second tab finds the complaint already made.
    filed_as = models.OneToOneField("Complaint", models.CASCADE, null=True, blank=True, related_name="draft")

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["touched_at"], name="draft_age")]

    def __str__(self) -> str:
        return str(self.key)
