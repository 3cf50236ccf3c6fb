"""What a person says of an order table: what its columns are, which row is this order; taken over, and put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import timeline
from complaints.evidence.columns import MEANINGS
from complaints.models import Actor, Complaint, Draft, Evidence, OrderTable, Speaker

Pages = Mapping[str, Mapping[str, Any]]
IsComplete = Callable[[Pages, str], bool]  # whether a page of these answers could be sent


def note_columns(piece: Evidence, meanings: Sequence[str], *, needle: str) -> OrderTable:
    """Keep what the columns are said to be, each meaning once, and what was searched for. Nothing is taken yet."""
    kept: list[str] = []
    for meaning in meanings:
        kept.append(meaning if meaning in MEANINGS and meaning not in kept else "")
    needle = needle.replace("\x00", "").strip()[: OrderTable._meta.get_field("needle").max_length]
    table, _new = OrderTable.objects.update_or_create(evidence=piece, defaults={"columns": kept, "needle": needle})
    return table


def pick(piece: Evidence, row: int) -> None:
    """This row is the one to look at; nothing is taken yet."""
    OrderTable.objects.update_or_create(evidence=piece, defaults={"row": row})


@transaction.atomic
def take_row(
    draft: Draft,
    evidence_id: int,
    row: int,
    said: Mapping[str, str],
    pages: Pages,
    *,
    is_complete: IsComplete,
    at: datetime,
) -> bool:
    """This row is the order: put what was chosen of it into the answers, and keep what stood there before.

    False, and nothing is done, for a filed draft and for a piece that is none of its."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    piece = draft.evidence.of_dispute().filter(pk=evidence_id, complaint=None).first()
    if piece is None or draft.filed_as_id:
        return False
    before = {page: {name: draft.answers.get(page, {}).get(name) for name in fields} for page, fields in pages.items()}
    _write(draft, pages, is_complete, at=at)
    given = {"row": row, "said": dict(said), "replaced": {"was": before, "is": dict(pages)}, "used_at": at}
    OrderTable.objects.update_or_create(evidence=piece, defaults=given)
    return True


@transaction.atomic
def give_back(draft: Draft, evidence_id: int, *, is_complete: IsComplete, at: datetime) -> bool:
    """Put back what stood in the answers before; what was typed over since stays as it was typed."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    table = OrderTable.objects.filter(evidence__draft=draft, evidence=evidence_id).exclude(used_at=None).first()
    if table is None or draft.filed_as_id:
        return False
    was, is_ = table.replaced.get("was", {}), table.replaced.get("is", {})
    back = {
        page: {
            name: was[page][name] for name, value in fields.items() if draft.answers.get(page, {}).get(name) == value
        }
        for page, fields in is_.items()
    }
    _write(draft, back, is_complete, at=at)
    OrderTable.objects.filter(pk=table.pk).update(said={}, replaced={}, used_at=None)
    return True


@transaction.atomic
def confirm_row(
    complaint: Complaint, evidence_id: int, row: int | None, said: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """The consumer says which row of a table is the order of a filed case, or (None) that none is. Nothing that was
    filed changes: officers see the two side by side. Raises IllegalMove, and Evidence.DoesNotExist."""
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    piece = complaint.evidence.of_dispute().get(pk=evidence_id, offered_by=Speaker.CONSUMER)
    there = OrderTable.objects.filter(evidence=piece).first()
    if there is not None and (there.row, there.said) == (row, dict(said)) and (there.used_at is None) == (row is None):
        return
    given = {"row": row, "said": dict(said), "replaced": {}, "used_at": at if row is not None else None}
    OrderTable.objects.update_or_create(evidence=piece, defaults=given)
    body = {"evidence": piece.pk, "row": row, "fields": sorted(said)}
    timeline.record(complaint, "evidence-row", body, actor=actor.label, at=at)


def _write(draft: Draft, pages: Pages, is_complete: IsComplete, *, at: datetime) -> None:
    for page, fields in pages.items():
        kept = {**draft.answers.get(page, {}), **fields}
        draft.answers[page] = {name: value for name, value in kept.items() if value is not None}
        if not draft.answers[page]:
            del draft.answers[page]
        draft.written.pop(page, None)  # windows that are still open have not seen it
        draft.refused.pop(page, None)
    for page in pages:
        draft.done = [done for done in draft.done if done != page]
        if page in draft.answers and is_complete(draft.answers, page):
            draft.done.append(page)
    draft.touched_at = at
    draft.save(update_fields=["answers", "done", "written", "refused", "touched_at"])
