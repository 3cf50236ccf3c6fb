"""Hints read off pictures, and what people say to them: nothing is written anywhere before a button was pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from complaints import permissions, timeline
from complaints.evidence.gleaning import glean
from complaints.flow.decisions import decide_again
from complaints.flow.drafting import keep_page
from complaints.flow.facts import assert_facts
from complaints.flow.hint_words import DAYS, LABELS, platform_name, platform_of
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, DecisionRecord, Draft, Evidence, HintAnswer, Reading, Speaker, mark_of
from complaints.models.reading import Line

# Field of a hint → page and field of the form. What has no place in the form goes into the caption of its piece.
PLACES = {
    "order_number": ("order", "order_number"),
    "amount": ("order", "amount"),
    "ordered_on": ("dates", "purchased_on"),
    "delivered_on": ("dates", "delivered_on"),
    "shop": ("shop", "shop"),
    "goods": ("goods", "goods"),
    "platform": ("platform", "platform"),
    "room": ("room", "room"),
    "anchor": ("anchor", "anchor"),
}
DENIED_BY = {"order_number": "none", "room": "none", "anchor": "unknown"}  # a box that says there is no such thing
COLUMNS = {"order_number": "order_number", "amount": "price", "delivered_on": "delivered_on"}  # of a case, where empty
NOT_READ = {Evidence.Kind.GOODS, Evidence.Kind.TEST, Evidence.Kind.AUTHORITY}  # their words fill no form
CAPTION = 200  # characters, as in Evidence.caption
Answer = HintAnswer.Answer
Holds = Callable[[Mapping[str, Any], str], bool]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a picture seems to say, where it says so, and what its owner and an officer said to that."""

    piece: Evidence
    field: str
    value: str
    sure: int  # percent
    line: Line
    mark: str
    width: int  # of its sheet, in pixels
    height: int
    by_owner: str = ""  # taken or refused
    by_officer: str = ""  # confirmed or refused

    @property
    def code(self) -> str:
        """As a form sends it: it names the value without telling it."""
        return f"{self.piece.pk}.{self.field}.{self.mark}"


def hints_of(pieces: Iterable[Evidence], *, on: date) -> list[Hint]:
    """The hints of a consumer's pieces whose words were read, piece by piece; no day after ``on``. Callers have passed
    the gate of the pieces."""
    own = [each for each in pieces if each.offered_by == Role.CONSUMER and each.kind not in NOT_READ]
    readings = Reading.objects.filter(blob__in=[each.blob_id for each in own], state=Reading.State.READ)
    read = {reading.blob_id: reading for reading in readings}
    said: dict[tuple[int, str, str], dict[str, str]] = {}
    for row in HintAnswer.objects.filter(evidence__in=own):
        said.setdefault((row.evidence_id, row.field, row.mark), {})[row.by] = row.answer
    found = []
    for piece in own:
        if reading := read.get(piece.blob_id):
            for each in glean(reading.lines, reading.sheets):
                if not (each.field in DAYS and each.value > on.isoformat()):
                    mark = mark_of(each.field, each.value)
                    told = said.get((piece.pk, each.field, mark), {})
                    line: Line = each.line  # type: ignore[assignment]
                    sides = reading.sheets[line["sheet"]]["width"], reading.sheets[line["sheet"]]["height"]
                    answers = told.get(Role.CONSUMER, ""), told.get(Role.OFFICER, "")
                    found.append(Hint(piece, each.field, each.value, each.sure, line, mark, *sides, *answers))
    return found


def typed(draft: Draft, hint: Hint) -> str:
    """What the person has put where the hint would go; empty where nothing stands."""
    place = PLACES.get(hint.field)
    if place is None:
        return hint.value if hint.value in hint.piece.caption else ""
    kept = draft.answers.get(place[0], {})
    value = kept.get(place[1])
    if hint.field == "platform":
        return str(kept.get("other") or kept.get("name") or "")
    return "-".join(str(part) for part in value if part) if isinstance(value, list) else str(value or "")


@transaction.atomic
def take(draft: Draft, hint: Hint, *, holds: Holds, at: datetime) -> bool:
    """Put a hint into the form, and keep what stood there, so that it can be put back. ``holds(answers, page)`` tells
    whether a page is complete with them. What has no place in the form goes, with its label, into the caption of
    its piece. False where nothing was changed: filed, or said so before."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    piece = draft.evidence.offered().filter(pk=hint.piece.pk).first()
    if draft.filed_as_id or piece is None or _is_answered(hint, Role.CONSUMER):
        return False
    place = PLACES.get(hint.field)
    if place is None:
        words = "；".join(part for part in (piece.caption, f"{LABELS[hint.field]} {hint.value}") if part)
        if len(words) > CAPTION:
            return False
        page, before, after = "", {"caption": piece.caption}, {"caption": words}
        draft.evidence.filter(pk=piece.pk).update(caption=words)
    else:
        page, after = place[0], _fields(hint, draft)
        kept = draft.answers.get(page, {})
        before = {name: kept.get(name) for name in after}
        _write(draft, page, {**kept, **after}, holds, at=at)
    HintAnswer.of(
        *(piece, hint.field, hint.mark),
        kept={"value": hint.value, "page": page, "before": before, "after": after},
        by=Role.CONSUMER,
        answer=Answer.TAKEN,
        actor=Role.CONSUMER,
        at=at,
    ).save()
    return True


@transaction.atomic
def refuse(draft: Draft, hint: Hint, *, at: datetime) -> None:
    """Say that a hint is wrong: it does not come back. What stands in the form is left alone."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if not draft.filed_as_id and not _is_answered(hint, Role.CONSUMER):
        _note(hint, Answer.REFUSED, Actor(Role.CONSUMER), at=at)


@transaction.atomic
def undo(draft: Draft, hint: Hint, *, holds: Holds, at: datetime) -> None:
    """Take back what was said to a hint. What it wrote goes, where nobody has written anything else there since."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    row = HintAnswer.objects.filter(
        evidence=hint.piece, evidence__draft=draft, field=hint.field, mark=hint.mark, by=Role.CONSUMER
    ).first()
    if row is None or draft.filed_as_id:
        return
    kept = row.kept
    if row.answer == Answer.TAKEN and kept["page"]:
        there = draft.answers.get(kept["page"], {})
        if all(there.get(name) == value for name, value in kept["after"].items()):
            back = {**there, **kept["before"]}
            _write(draft, kept["page"], {name: each for name, each in back.items() if each is not None}, holds, at=at)
    elif row.answer == Answer.TAKEN:
        draft.evidence.filter(pk=hint.piece.pk, caption=kept["after"]["caption"]).update(**kept["before"])
    row.delete()


@transaction.atomic
def fill(complaint: Complaint, hint: Hint, *, actor: Actor, at: datetime) -> bool:
    """The consumer says that a hint is right where the case has nothing yet: it is written there and the case decided
    again. False where something stands there. Raises IllegalMove for an ended case."""
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    column = COLUMNS.get(hint.field)
    piece = complaint.evidence.of_dispute().filter(pk=hint.piece.pk, offered_by=Speaker.CONSUMER).first()
    if column is None or piece is None or _is_answered(hint, Role.CONSUMER) or not is_missing(complaint, hint):
        return False
    value: Any = hint.value
    value = Decimal(value) if column == "price" else date.fromisoformat(value) if column == "delivered_on" else value
    if column == "delivered_on" and value < complaint.purchased_on:
        return False
    setattr(complaint, column, value)
    complaint.save(update_fields=[column])
    _note(hint, Answer.TAKEN, actor, at=at)
    body = {"evidence": piece.pk, "field": hint.field, "commitment": piece.blob.commitment}
    timeline.record(complaint, "hint-taken", body, actor=actor.label, at=at)
    if column == "order_number":
        assert_facts(complaint, speaker=Speaker.CONSUMER, facts={"purchase_proved": True}, evidence=[piece], at=at)
    decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor.label, at=at)
    return True


@transaction.atomic
def answer_in_case(complaint: Complaint, hint: Hint, answer: Answer, *, actor: Actor, at: datetime) -> bool:
    """The owner says that a hint is wrong, or an officer that it is right or wrong, for the record; nothing else is
    changed by it. False where it was said before."""
    permissions.require(actor, "reading")
    complaint = Complaint.objects.locked(complaint.pk)
    if actor.role == Role.OFFICER:
        complaint.require_open()
    if _is_answered(hint, actor.role) or not complaint.evidence.of_dispute().filter(pk=hint.piece.pk).exists():
        return False
    _note(hint, answer, actor, at=at)
    said = {"evidence": hint.piece.pk, "field": hint.field, "answer": answer.value}
    body = {**said, "commitment": hint.piece.blob.commitment}
    timeline.record(complaint, "hint-answered", body, actor=actor.label, at=at)
    return True


def is_missing(complaint: Complaint, hint: Hint) -> bool:
    """Whether the case has nothing where this hint would go."""
    column = COLUMNS.get(hint.field)
    return column is not None and getattr(complaint, column) in (None, "")


def find(hints: Iterable[Hint], code: str) -> Hint | None:
    """The hint a form names; None where there is none, or none any more."""
    return next((hint for hint in hints if hint.code == code), None)


def _is_answered(hint: Hint, by: str | None) -> bool:
    """Looked up under the lock of draft or case: of two presses at once the second one finds the first."""
    return HintAnswer.objects.filter(evidence=hint.piece, field=hint.field, mark=hint.mark, by=by).exists()


def _note(hint: Hint, answer: Answer, actor: Actor, *, at: datetime) -> None:
    said = {"by": actor.role, "answer": answer, "actor": actor.label, "at": at}
    HintAnswer.of(hint.piece, hint.field, hint.mark, kept={"value": hint.value}, **said).save()


def _write(draft: Draft, page: str, fields: dict[str, Any], holds: Holds, *, at: datetime) -> None:
    complete = holds({**draft.answers, page: fields}, page)
    keep_page(draft, page, fields, is_complete=complete, language=draft.language, at=at)


def _fields(hint: Hint, draft: Draft) -> dict[str, Any]:
    """What taking a hint writes into the page."""
    if hint.field == "platform":
        known = platform_of(hint.value)
        name = platform_name(hint.value, language=draft.language)
        return {"platform": str(known.pk), "name": name, "other": ""} if known else {"platform": "other", "other": name}
    fields: dict[str, Any] = {PLACES[hint.field][1]: hint.value}
    if box := DENIED_BY.get(hint.field):
        fields[box] = False
    if hint.field == "shop" and not draft.answers.get("shop", {}).get("seller"):
        fields["seller"] = "shop"
    return fields
