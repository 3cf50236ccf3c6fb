"""Sentences heard in a livestream: said, corrected, taken back. In a filed case nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.deadlines import local_day
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Draft, Evidence, LiveMoment, MomentPlace
from complaints.moment_words import code_of

MOST = 12  # sentences of one case: policy of the site
LONGEST, LONGEST_CLOCK, LONGEST_GOODS = 200, 40, 120  # characters


class CannotTell(Exception):
    """A moment that lacks something, with the field it is about and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person says they heard. ``places``: evidence of theirs that carries it → where inside a recording."""

    on: date | None
    sentence: str
    by: LiveMoment.By = LiveMoment.By.ANCHOR
    code: str = ""
    clock: str = ""
    goods: str = ""
    places: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def say_in_draft(draft: Draft, heard: Heard, *, at: datetime) -> LiveMoment | None:
    """Keep a sentence with a draft; the same again adds nothing. None for a draft that was filed. Raises CannotTell."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id:
        return None
    made = _add(heard, draft=draft, at=at)
    Draft.objects.filter(pk=draft.pk).update(touched_at=at)
    return made


@transaction.atomic
def take_back_in_draft(draft: Draft, moment_id: int, *, at: datetime) -> None:
    """Nobody has seen it: it is gone. Unknown ids, and those of a filed draft, change nothing."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if not draft.filed_as_id:
        draft.moments.filter(pk=moment_id, complaint=None).delete()
        Draft.objects.filter(pk=draft.pk).update(touched_at=at)


def carry_over(draft: Draft, complaint: Complaint) -> None:
    """With the draft that is filed its sentences become the case's. The caller holds the draft."""
    draft.moments.update(complaint=complaint, draft=None)


@transaction.atomic
def say(complaint: Complaint, heard: Heard, *, actor: Actor, at: datetime) -> LiveMoment:
    """The consumer adds a sentence to a filed case; the same again adds nothing. Raises CannotTell or IllegalMove."""
    complaint = _held(complaint)
    same = _same(complaint, heard)
    if same:
        return same
    made = _add(heard, complaint=complaint, at=at)
    timeline.record(complaint, "moment-added", {"moment": made.pk}, actor=actor.label, at=at)
    return made


@transaction.atomic
def correct(complaint: Complaint, moment_id: int, heard: Heard, *, actor: Actor, at: datetime) -> LiveMoment:
    """Put another sentence in the place of one, which ends and stays on file. Raises CannotTell, IllegalMove, and
    LiveMoment.DoesNotExist for one that does not stand."""
    complaint = _held(complaint)
    old = complaint.moments.standing().get(pk=moment_id)
    if _same(complaint, heard):
        return old
    complaint.moments.filter(pk=old.pk).update(ended_at=at)
    made = _add(heard, complaint=complaint, corrects=old, at=at)
    body = {"moment": made.pk, "corrects": old.pk}
    timeline.record(complaint, "moment-corrected", body, actor=actor.label, at=at)
    return made


@transaction.atomic
def take_back(complaint: Complaint, moment_id: int, *, actor: Actor, at: datetime) -> None:
    """A sentence stands no more; it stays on file. Twice is once. Raises IllegalMove."""
    complaint = _held(complaint)
    if complaint.moments.filter(pk=moment_id, ended_at=None).update(ended_at=at):
        timeline.record(complaint, "moment-taken-back", {"moment": moment_id}, actor=actor.label, at=at)


@transaction.atomic
def put_back(complaint: Complaint, moment_id: int, *, actor: Actor, at: datetime) -> LiveMoment:
    """A sentence that was taken back stands again, as a new row. Raises CannotTell where there is no room any more,
    IllegalMove, and LiveMoment.DoesNotExist for one that was never taken back."""
    complaint = _held(complaint)
    old = complaint.moments.filter(ended_at__isnull=False, corrected_by=None).get(pk=moment_id)
    places = {place.evidence_id: place.position for place in old.places.all()}
    heard = Heard(old.on, old.sentence, LiveMoment.By(old.by), old.code, old.clock, old.goods, places)
    made = _add(heard, complaint=complaint, corrects=old, at=at)
    timeline.record(complaint, "moment-added", {"moment": made.pk, "again": old.pk}, actor=actor.label, at=at)
    return made


def _held(complaint: Complaint) -> Complaint:
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    return complaint


def _same(complaint: Complaint, heard: Heard) -> LiveMoment | None:
    """A sentence that stands and says just this: pressed twice, or corrected to what it was."""
    if heard.on is None:
        return None
    code, words = _code(heard), (heard.sentence.strip(), heard.clock.strip(), heard.goods.strip())
    alike = complaint.moments.standing().filter(on=heard.on, code=code, by=heard.by).prefetch_related("places")
    for each in alike:
        places = {place.evidence_id: place.position for place in each.places.all()}
        if (each.sentence, each.clock, each.goods) == words and places == dict(heard.places):
            return each
    return None


def _add(
    heard: Heard,
    *,
    draft: Draft | None = None,
    complaint: Complaint | None = None,
    corrects: LiveMoment | None = None,
    at: datetime,
) -> LiveMoment:
    owner = complaint or draft
    assert owner is not None
    _check(heard, on=local_day(at))
    there = owner.moments.standing()
    if there.count() >= MOST:
        raise CannotTell("sentence", _("最多{n}句。先删掉一句不要紧的，再加这句。").format(n=MOST))
    assert heard.on is not None  # checked above
    made = LiveMoment(
        draft=draft, complaint=complaint, on=heard.on, code=_code(heard), by=heard.by, corrects=corrects, at=at
    )
    made.keep(sentence=heard.sentence.strip(), clock=heard.clock.strip(), goods=heard.goods.strip())
    made.save()
    own = owner.evidence.of_dispute().filter(pk__in=heard.places, offered_by=Role.CONSUMER)
    MomentPlace.objects.bulk_create(
        MomentPlace(moment=made, evidence=piece, position=_position(piece, heard.places[piece.pk])) for piece in own
    )
    return made


def _check(heard: Heard, *, on: date) -> None:
    if heard.on is None:
        raise CannotTell("on", _("写上是哪天的直播。"))
    if heard.on > on:
        raise CannotTell("on", _("这一天还没到，核对一下日期。"))
    if not heard.sentence.strip():
        raise CannotTell("sentence", _("写下听到的那句话，记得多少写多少。"))
    for name, words, most in (
        ("sentence", heard.sentence, LONGEST),
        ("clock", heard.clock, LONGEST_CLOCK),
        ("goods", heard.goods, LONGEST_GOODS),
    ):
        if len(words.strip()) > most:
            raise CannotTell(name, _("最多{n}字，现在有{count}字。").format(n=most, count=len(words.strip())))
    _code(heard)


def _code(heard: Heard) -> str:
    try:
        return code_of(heard.code)
    except ValueError:
        raise CannotTell("code", _("写成“1:23:45”这样：时、分、秒。不知道就空着。")) from None


def _position(piece: Evidence, text: str) -> str:
    try:
        return code_of(text)
    except ValueError:
        words = _("“{name}”里的位置写成“0:12”这样：分、秒。不知道就空着。")
        raise CannotTell(f"position-{piece.pk}", words.format(name=piece.get_kind_display())) from None
