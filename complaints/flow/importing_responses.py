"""Answers from a table, for call centres: read and looked at first, row by row; sent when somebody says so.

Nothing is sent by reading. One person's word sends a table, and it goes out row by row, also in the queue: a second
word meanwhile does nothing. A row that was sent is not sent again, in whichever file it comes: its fingerprint says so.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import jobs
from complaints.flow.contesting import CannotAnswer
from complaints.flow.responses import receive_response
from complaints.flow.sheet_answers import look_at, spoken_for, was_sent
from complaints.flow.sheet_rows import (
    COLUMNS,
    MOST_BYTES,
    MOST_ROWS,
    MOST_TEMPLATE,
    SHOWN,
    NotASheet,
    Sheet,
    SheetAnswer,
    SheetRow,
)
from complaints.flow.sheet_tables import Line, columns_of, headings_of, lines_of, packed, unpacked, why
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Complaint, Party, Respondent, ResponseSheet, SentRow
from complaints.narrative import language

BATCH = 50  # rows that are looked at again, sent, and noted together
HELD = timedelta(minutes=2)  # after that long without a note whoever was sending is taken for dead


def template(actor: Actor) -> str:
    """A table to fill in, as CSV: one row for each case and party that waits for an answer of this house; in Chinese,
    or with codes. (Write it out with the mark of UTF-8, so that spreadsheets read it.)"""
    out = io.StringIO()
    writer = csv.writer(out)
    in_chinese = language() == "zh"
    writer.writerow([str(heading) for heading in COLUMNS.values()] if in_chinese else list(COLUMNS))
    waiting = Respondent.objects.unheard().filter(complaint__in=Complaint.objects.visible_to(actor).open())
    for each in spoken_for(waiting, actor).select_related("complaint").order_by("due_on", "pk")[:MOST_TEMPLATE]:
        party = str(Party(each.party).label) if in_chinese else each.party
        writer.writerow([each.complaint.reference, party, *[""] * (len(COLUMNS) - 2)])
    return out.getvalue()


def read_responses(file: BinaryIO, actor: Actor, *, at: datetime) -> Sheet:
    """Read a table and keep it; nothing is sent. Raises NotASheet."""
    assert actor.organisation is not None and actor.role == Role.RESPONDENT
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise NotASheet(_("文件太大，最多{n}MB。分几次传。").format(n=MOST_BYTES >> 20))
    lines = lines_of(raw)
    if len(lines) < 2:
        raise NotASheet(_("表里还没有要发的答复。第一行是列名，从第二行起一行一份。"))
    if len(lines) - 1 > MOST_ROWS:
        raise NotASheet(_("一次最多{n}行，这里有{count}行。分几次传。").format(n=MOST_ROWS, count=len(lines) - 1))
    headings_of(lines[0][1])
    made = ResponseSheet(organisation=actor.organisation, by=actor.user, rows=len(lines) - 1, made_at=at)
    made.keep(packed(lines))
    made.save()
    return _as_it_stands(made, actor)


def sheet_of(key: uuid.UUID | str, actor: Actor) -> Sheet:
    """A table that was read before, looked at again: cases move on. Raises ResponseSheet.DoesNotExist."""
    return _as_it_stands(_held(key, actor), actor)


@transaction.atomic
def order_responses(key: uuid.UUID | str, *, actor: Actor, at: datetime) -> bool:
    """Say that every row that can be sent be sent; ``carry_on`` sends them. False where somebody has said so before.
    Raises ResponseSheet.DoesNotExist."""
    kept = ResponseSheet.objects.select_for_update().get(pk=_held(key, actor).pk)
    if kept.ordered_at is not None or kept.sent_at is not None:
        return False
    kept.results = [_result(row) for row, answer in _rows(kept, actor) if answer is None]
    kept.ordered_at, kept.ordered_by = at, actor.user
    kept.save(update_fields=["results", "ordered_at", "ordered_by"])
    jobs.ring("send_sheet", kept.pk)
    return True


def carry_on(key: uuid.UUID | str, clock: Callable[[], datetime], *, until: datetime | None = None) -> bool:
    """Send the rows that are left, each by itself: one that is refused stops no other; until the time is up, or to the
    end. What became of each is noted batch by batch; a run that was cut short goes on. False where somebody else is at
    it, or nothing is left."""
    kept = _take(key, clock())
    if kept is None:
        return False
    actor, lines = _actor_of(kept), unpacked(kept.text)
    done = {each["number"] for each in kept.results}
    left = [line for line in lines[1:] if line[0] not in done]
    while left:
        batch, left = left[:BATCH], left[BATCH:]
        made = [
            _send(row, answer, actor, clock()) for row, answer in _look(lines[:1], batch, actor, since=kept.ordered_at)
        ]
        is_over = until is not None and clock() >= until
        held = None if is_over and left else clock() + HELD
        if not _note(kept, [*kept.results, *(_result(row) for row in made)], held):
            return False
        if held is None:
            jobs.ring("send_sheet", kept.pk)
            return True
    kept.results = sorted(kept.results, key=lambda row: int(row["number"]))
    kept.sent_at, kept.held_until = clock(), None
    kept.keep("")
    kept.save(update_fields=["results", "sent_at", "held_until", "sealed_text"])
    return True


def carry_on_by_pk(pk: int, clock: Callable[[], datetime], *, until: datetime) -> None:
    """``carry_on`` for the queue, which knows rows by their primary keys."""
    if kept := ResponseSheet.objects.filter(pk=pk).first():
        carry_on(kept.key, clock, until=until)


def sweep(*, at: datetime) -> int:
    """Ring for the tables on their way that nobody is at. Returns how many."""
    pks = list(_waiting(at).values_list("pk", flat=True)[:20])
    for pk in pks:
        jobs.ring("send_sheet", pk)
    return len(pks)


def forget_sheets(*, before: datetime) -> int:
    """Empty the tables nobody sent. Returns how many."""
    return (
        ResponseSheet.objects.filter(made_at__lt=before)
        .exclude(sealed_text="")
        .filter(ordered_at=None)
        .update(sealed_text="")
    )


# ── One table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _waiting(at: datetime) -> QuerySet[ResponseSheet]:
    going = ResponseSheet.objects.filter(ordered_at__isnull=False, sent_at=None)
    return going.filter(Q(held_until=None) | Q(held_until__lt=at))


def _take(key: uuid.UUID | str, at: datetime) -> ResponseSheet | None:
    """The table, held; None where it is not on its way, or another holds it."""
    if not _waiting(at).filter(key=key).update(held_until=at + HELD):
        return None
    return ResponseSheet.objects.select_related("organisation", "ordered_by").get(key=key)


def _actor_of(kept: ResponseSheet) -> Actor:
    """Who said that it be sent, as they stand now: whoever was taken away meanwhile sends nothing more."""
    if kept.ordered_by is None:
        return Actor()
    return Actor.representative(kept.ordered_by, kept.organisation)


def _note(kept: ResponseSheet, results: list[dict[str, Any]], held: datetime | None) -> bool:
    """Write down what became of a batch, and hold the table for the next. False where another has taken it over."""
    own = ResponseSheet.objects.filter(pk=kept.pk, held_until=kept.held_until)
    if not own.update(results=results, held_until=held):
        return False
    kept.results, kept.held_until = results, held
    return True


def _rows(kept: ResponseSheet, actor: Actor) -> list[tuple[SheetRow, SheetAnswer | None]]:
    lines = unpacked(kept.text)
    return _look(lines[:1], lines[1:], actor)


def _look(
    heading: list[Line], lines: list[Line], actor: Actor, *, since: datetime | None = None
) -> list[tuple[SheetRow, SheetAnswer | None]]:
    """These rows as they stand now."""
    if not heading:
        return []
    if actor.role is None:
        return [(_unsent(number), None) for number, _cells in lines]
    codes = headings_of(heading[0][1])
    headings = {code: cell for code, cell in zip(codes, heading[0][1], strict=True) if code}
    return look_at(lines, codes, headings, actor, since=since)


def _unsent(number: int) -> SheetRow:
    return SheetRow(number, {}, "", "", "refused", why=_("发这张表的人已经不在贵机构，这一行没有发。"))


def _as_it_stands(kept: ResponseSheet, actor: Actor) -> Sheet:
    if kept.ordered_at is None and kept.sent_at is None:
        rows = [row for row, _answer in _rows(kept, actor)]
        return Sheet(kept.key, columns_of(rows), tuple(rows), kept.made_at, total=kept.rows)
    rows = [
        SheetRow(each["number"], {}, each["case"], each["party"], each["code"], why=each["why"])
        for each in sorted(kept.results, key=lambda each: int(each["number"]))
    ]
    return Sheet(kept.key, (), tuple(rows), kept.made_at, kept.sent_at, kept.ordered_at, kept.rows)


def _send(row: SheetRow, answer: SheetAnswer | None, actor: Actor, at: datetime) -> SheetRow:
    if answer is None or row.code != "ready":
        return row
    assert actor.organisation is not None
    try:
        with transaction.atomic():
            Complaint.objects.locked(answer.complaint.pk)
            SentRow.objects.create(
                organisation=actor.organisation,
                complaint=answer.complaint,
                fingerprint=answer.fingerprint(actor.organisation.pk),
                at=at,
            )
            receive_response(
                answer.complaint,
                party=answer.party,
                position=answer.position,
                words=answer.words,
                claims=answer.claims,
                points_to=answer.points_to,
                instead=answer.instead,
                rule=answer.rule,
                note=answer.note,
                actor=actor,
                at=at,
            )
    except IntegrityError:
        if not was_sent(answer, actor):
            raise
        return replace(row, code="already", does="", why=_("这一行以前发过，没有再发。"))
    except (CannotAnswer, IllegalMove) as refusal:
        return replace(row, code="refused", does="", why=str(refusal))
    return replace(row, code="sent", why=_("已发出。"))


def _result(row: SheetRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "case": row.case[:SHOWN],
        "party": row.party[:SHOWN],
        "code": row.code,
        "why": why(row),
    }


def _held(key: uuid.UUID | str, actor: Actor) -> ResponseSheet:
    """The table, if it is this house's own."""
    try:
        return ResponseSheet.objects.get(key=key, organisation=actor.organisation)
    except ValidationError:  # no key at all
        raise ResponseSheet.DoesNotExist from None
