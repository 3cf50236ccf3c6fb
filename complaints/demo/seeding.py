"""Seed the demonstration once, through the verbs of complaints.flow, and remember what only plain text can tell."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from complaints import webhooks
from complaints.demo import cast, files, practice, register
from complaints.demo.course import Scene, play
from complaints.demo.stories import Story, all_stories
from complaints.flow import clusters, delivery, reaching
from complaints.flow.intake import Filed, add_evidence_to_draft, file_complaint
from complaints.models import Complaint, Delivery, Draft, Evidence, Notice, Reached, Reading
from complaints.models.actor import Actor
from complaints.provable import Point, likely
from complaints.statement import facts_from, filing_from

BLINK = timedelta(seconds=1)
BEFORE_ALL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Notes:
    """What is kept beside the database (``demo.json``): keys in plain, and slug → (reference, receipt code)."""

    keys: cast.Keys
    cases: dict[str, tuple[str, str]]

    @classmethod
    def path(cls) -> Path:
        return Path(settings.DATA_DIR) / "demo.json"

    @classmethod
    def read(cls) -> Notes | None:
        """None where there are none, or where they cannot be read."""
        try:
            found = json.loads(cls.path().read_text("utf-8"))
            cases = {slug: (reference, code) for slug, (reference, code) in found["cases"].items()}
            return cls(cast.Keys(**found["keys"]), cases)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self) -> None:
        """For the owner of the folder only: these are keys."""
        text = json.dumps({"keys": self.keys.as_dict(), "cases": self.cases}, ensure_ascii=False, indent=2)
        self.path().unlink(missing_ok=True)
        with os.fdopen(os.open(self.path(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
            out.write(text)


def seed(*, webhook_url: str, at: datetime) -> Notes:
    """Cast and cases, all or nothing; where they are already there, they stay as they are.

    If the notes were lost, new keys are minted (the old ones stop working); receipt codes cannot be had again.
    """
    if cast.is_assembled():
        cast.move_endpoint(webhook_url)
        notes = Notes.read() or Notes(cast.connect(webhook_url=webhook_url, at=at), {})
    else:
        with transaction.atomic(), translation.override("zh-hans"):
            cast.assemble()
            keys = cast.connect(webhook_url=webhook_url, at=at)
            today = timezone.localtime(at).date()
            register.fill(at=at - BEFORE_ALL)
            practice.open_place(cast.connected(), url=webhook_url, secret=keys.webhook_secret, at=at)
            notes = Notes(keys, {story.slug: _tell(story, today) for story in all_stories()})
            clusters.look_for_new(lambda: at)
            with practice.at_rest():
                _take_old_notices()
            Reading.objects.all().delete()  # drawn pictures: reading them all keeps a small machine busy
            Notice.objects.update(state=Notice.State.SKIPPED, done_at=at)  # invented people were told long ago
    notes.write()
    return notes


def _tell(story: Story, today: date) -> tuple[str, str]:
    """File one story and let its course happen. Returns its reference and receipt code."""
    lin = User.objects.get(username=cast.LIN) if story.account else None
    filed = _file(story, lin, today)
    complaint = filed.complaint
    consumer = Actor.consumer(lin) if lin else Actor.receipt(complaint.pk)
    play(Scene(story, complaint, consumer, today))
    return complaint.reference, filed.receipt_code or ""


def _file(story: Story, lin: User | None, today: date) -> Filed:
    at = story.filed_at(today)
    form = story.form(today)
    draft = Draft.objects.create(answers=form, done=list(form), language=story.language, started_at=at, touched_at=at)
    for file in story.files:
        _attach(draft, file, story.words_of(file, today), at)
    made = file_complaint(draft, filing_from(draft.answers), consumer=lin, at=at)
    _reach(made.complaint, at=at + BLINK)
    return made


def _reach(complaint: Complaint, *, at: datetime) -> None:
    """A connected platform takes its notice, as ``_take_old_notices`` notes later: its time to answer runs."""
    for platform in complaint.respondents.filter(organisation__isnull=False, asked_at__isnull=False):
        reaching.reach(platform, Reached.NOTICE, at=at)
    reaching.start_clock(complaint.pk, at=at)
    complaint.refresh_from_db()


def _attach(draft: Draft, file: dict[str, Any], words: list[str], at: datetime) -> None:
    upload = files.draw(file["draw"], words, name=str(Evidence.Kind(file["kind"]).label))
    told = [Point(fact, value, is_said=True) for fact, value in facts_from(draft.answers).items()]
    piece = add_evidence_to_draft(draft, upload, kind=file["kind"], at=at, shows=likely(file["kind"], told))
    files.cover(piece, file["draw"], words, at=at)


def _take_old_notices() -> None:
    """Up to the newest case, notices were taken a second after they were written: no line was down in these stories.

    What came after is really sent when the queue first runs, so that the platform's page has something to show.
    """
    pending = Delivery.objects.filter(state=Delivery.State.PENDING, is_test=False).order_by("next_attempt_at")
    newest = pending.filter(type="case.opened").last()
    old = pending.filter(next_attempt_at__lte=newest.next_attempt_at) if newest else pending.none()
    while (oldest := old.first()) and (claimed := delivery.claim(1, at=oldest.next_attempt_at + BLINK)):
        at = oldest.next_attempt_at + BLINK
        delivery.finish(claimed[0], delivery.Sent(webhooks.meaning(200, None, "", at=at), 200), at=at)
