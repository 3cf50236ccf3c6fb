"""Covering pieces before the other side sees them: suggested, tried out, saved; and by the machine where nobody did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from complaints import jobs, permissions, timeline
from complaints.evidence import layer, plain, vault
from complaints.evidence.burning import Copies, NotBurned, burn, drop_older, faces
from complaints.evidence.entitled import is_text, standing
from complaints.evidence.suggesting import few, regions_in, within
from complaints.lifecycle import Role
from complaints.models import Actor, Blob, Complaint, Draft, Evidence, Mask, MaskedCopy, Reading, Region

SYSTEM = "system"
LEFT_LYING = timedelta(days=1)
SWEPT = 20  # pieces looked at in one sweep


class CannotCover(Exception):
    """A piece that has nothing to cover, or is not there any more."""


def suggest(piece: Evidence) -> list[Region]:
    """What the editor begins with: what stands now, else what was read on the sheets; else nothing."""
    now = standing(piece)
    if now is not None:
        return list(now.regions)
    try:
        return _read_on(piece)
    except NotBurned:  # a person looks: what the words of a PDF would add can be drawn
        return []


def try_out(piece: Evidence, regions: Sequence[Region], *, actor: Actor, at: datetime) -> Mask:
    """Cover for a look: shown to whoever covers and nobody else. Raises CannotCover, NotBurned."""
    permissions.require(actor, "mask")
    regions = _tidy(piece, regions)
    copies = burn(piece.blob, regions)
    with transaction.atomic():
        piece = _held(piece)
        _drop_trials(piece)
        return _write(piece, regions, copies, basis=_basis(actor), state=Mask.State.TRIAL, actor=actor.label, at=at)


def trial_of(piece: Evidence, *, actor: Actor) -> Mask | None:
    """What this actor tried out last."""
    return piece.masks.filter(state=Mask.State.TRIAL, made_by=actor.label).order_by("-pk").first()


def save(piece: Evidence, regions: Sequence[Region], *, actor: Actor, at: datetime) -> Mask:
    """Let these rectangles stand, looked at by a person: the other side sees the covered copy from now on. None of them
    is an answer too: there is nothing to cover. What stood before stays on record. Raises CannotCover, NotBurned."""
    permissions.require(actor, "mask")
    regions = _tidy(piece, regions)
    copies = burn(piece.blob, regions)  # outside the transaction: it takes its time
    with transaction.atomic():
        piece = _held(piece)
        _drop_trials(piece)
        return _stand(piece, regions, copies, basis=_basis(actor), actor=actor.label, at=at)


def for_piece(piece: Evidence, *, at: datetime) -> bool:
    """Cover a piece by machine, if it can be and no person has. Returns whether a mask was made; what fails stays
    pending: better nothing than something uncovered."""
    now = standing(piece)
    if now is not None and (now.basis != Mask.Basis.AUTOMATIC or not piece.blob.sheets):
        return False
    if not piece.blob.may_be_opened or piece.kind == Evidence.Kind.AUTHORITY:
        return False
    try:
        if is_text(piece):
            return _cover_text(piece, at=at)
        return _cover_sheets(piece, now, at=at)
    except (NotBurned, CannotCover, FileNotFoundError, ValueError, plain.Unreadable):
        return False


def ring_for(blob: Blob) -> None:
    """Ask the queue to cover the pieces that offer this file: it was found sound, or read. The sweep repeats it."""
    for pk in Evidence.objects.offered().filter(blob=blob).values_list("pk", flat=True):
        jobs.ring("mask", pk)


def by_key(evidence_id: int, *, at: datetime) -> None:
    """As ``for_piece``, for the queue: a piece that is gone is none."""
    piece = Evidence.objects.select_related("blob").filter(pk=evidence_id, removed_at=None).first()
    if piece:
        for_piece(piece, at=at)


def sweep() -> int:
    """Ring again for what a lost ring left: pieces without a mask that could have one, in no order, so that one which
    fails stands in nobody's way. Returns how many were rung for."""
    waiting = Evidence.objects.offered().stored().exclude(kind=Evidence.Kind.AUTHORITY)
    ready = Q(blob__media_type__startswith="text/") | Q(blob__reading__state=Reading.State.READ)
    bare = waiting.filter(ready).exclude(masks__state=Mask.State.STANDING).order_by("?")
    pks = list(bare.values_list("pk", flat=True)[:SWEPT])
    for pk in pks:
        jobs.ring("mask", pk)
    return len(pks)


def forget(*, at: datetime) -> int:
    """Take away what was tried out and left lying, with its bytes, and what a killed burner left behind. Returns how
    many trials that was."""
    drop_older(at - LEFT_LYING)
    old = Mask.objects.filter(state=Mask.State.TRIAL, made_at__lt=at - LEFT_LYING)
    digests = list(MaskedCopy.objects.filter(mask__in=old).values_list("sha256", flat=True).distinct())
    count = old.count()
    old.delete()
    for sha256 in digests:
        vault.discard(sha256)
    return count


def digests_of(pieces: Iterator[Evidence] | Sequence[Evidence] | Any) -> list[str]:
    """Everything that was made by covering these pieces, to be discarded with them."""
    return list(MaskedCopy.objects.filter(mask__evidence__in=pieces).values_list("sha256", flat=True).distinct())


def keep_readable(piece: Evidence) -> tuple[str, ...]:
    """Numbers of the case itself, which the other side needs: the order's, and ours."""
    if piece.complaint is not None:
        return (piece.complaint.order_number, piece.complaint.reference)
    answers = piece.draft.answers if piece.draft else {}
    return (str(answers.get("order", {}).get("order_number", "")),)


def _cover_text(piece: Evidence, *, at: datetime) -> bool:
    sha256, found = plain.cover_text(piece.blob, keep=keep_readable(piece))
    with transaction.atomic():
        piece = _held(piece)
        if standing(piece) is not None:
            return False
        _stand(piece, [], sha256, found=found, basis=Mask.Basis.AUTOMATIC, actor=SYSTEM, at=at)
    return True


def _cover_sheets(piece: Evidence, now: Mask | None, *, at: datetime) -> bool:
    """Only what was read: of a picture nobody and nothing has looked at, no copy is made."""
    if not piece.blob.sheets or not _is_read(piece.blob):
        return False
    regions = few([*_read_on(piece), *faces(piece.blob)])
    if now is not None and now.regions == regions:
        return False
    copies = burn(piece.blob, regions)
    with transaction.atomic():
        piece = _held(piece)
        there = standing(piece)
        if there is not None and there.basis != Mask.Basis.AUTOMATIC:
            return False
        _stand(piece, regions, copies, basis=Mask.Basis.AUTOMATIC, actor=SYSTEM, at=at)
    return True


def _is_read(blob: Blob) -> bool:
    """Whether every sheet was read to its end: of half a reading the other half would go out uncovered."""
    reading = Reading.objects.filter(blob=blob, state=Reading.State.READ).first()
    seen = [each for each in reading.sheets if each["width"]] if reading else []
    return len(seen) == len(blob.sheets)


def _read_on(piece: Evidence) -> list[Region]:
    reading = Reading.objects.filter(blob=piece.blob, state=Reading.State.READ).first()
    lines = [*(reading.lines if reading else []), *layer.lines_of(piece.blob)]
    seen = [line for line in lines if line["sheet"] < len(piece.blob.sheets)]
    return few(regions_in(seen, keep=keep_readable(piece)))


def _tidy(piece: Evidence, regions: Sequence[Region]) -> list[Region]:
    """The rectangles as they are burned and kept: on a sheet there is, within its edges."""
    if not piece.blob.may_be_opened or not piece.blob.sheets:
        raise CannotCover
    count = len(piece.blob.sheets)
    return few([within(each) for each in regions if 0 <= each["sheet"] < count])


def _basis(actor: Actor) -> Mask.Basis:
    return Mask.Basis.OFFICER if actor.role == Role.OFFICER else Mask.Basis.PERSON


def _held(piece: Evidence) -> Evidence:
    """The piece as it is now, with its case or draft locked. Raises CannotCover where it, or its file, is gone: what
    was burned for it lies under no name then, and the sweep takes it."""
    if piece.complaint_id is None and piece.draft_id is not None:
        Draft.objects.select_for_update().filter(pk=piece.draft_id).first()
    fresh = Evidence.objects.select_related("blob").filter(pk=piece.pk, removed_at=None).first()
    if fresh is None:
        raise CannotCover
    if fresh.complaint_id is not None:
        fresh.complaint = Complaint.objects.locked(fresh.complaint_id)
        fresh.blob.refresh_from_db()  # under the lock: erasure holds it, too
    if fresh.blob_id != piece.blob_id or not fresh.blob.may_be_opened:
        raise CannotCover
    return fresh


def _stand(
    piece: Evidence,
    regions: Sequence[Region],
    copies: Copies | str,
    *,
    basis: Mask.Basis,
    actor: str,
    at: datetime,
    found: int = 0,
) -> Mask:
    piece.masks.standing().update(state=Mask.State.REPLACED, replaced_at=at)
    mask = _write(piece, regions, copies, basis=basis, state=Mask.State.STANDING, actor=actor, at=at, found=found)
    if piece.complaint is not None:
        body = {
            "evidence": piece.pk,
            "basis": str(basis),
            "covered": dict(Counter(each["kind"] for each in regions)) if not found else {"text": found},
        }
        timeline.record(piece.complaint, "evidence-masked", body, actor=actor, at=at)
    return mask


def _write(
    piece: Evidence,
    regions: Sequence[Region],
    copies: Copies | str,
    *,
    basis: Mask.Basis,
    state: Mask.State,
    actor: str,
    at: datetime,
    found: int = 0,
) -> Mask:
    is_looked_at = basis != Mask.Basis.AUTOMATIC
    mask = Mask.objects.create(
        evidence=piece,
        state=state,
        basis=basis,
        regions=list(regions),
        found=found,
        made_by=actor,
        made_at=at,
        confirmed_by=actor if is_looked_at else "",
        confirmed_at=at if is_looked_at else None,
    )
    if isinstance(copies, str):
        rows = [MaskedCopy(mask=mask, what=MaskedCopy.What.TEXT, sha256=copies)]
    else:
        rows = [
            MaskedCopy(mask=mask, what=MaskedCopy.What.SHEET, number=number, sha256=sha256)
            for number, sha256 in enumerate(copies.sheets)
        ]
        if copies.thumb:
            rows.append(MaskedCopy(mask=mask, what=MaskedCopy.What.THUMB, sha256=copies.thumb))
    MaskedCopy.objects.bulk_create(rows)
    return mask


def _drop_trials(piece: Evidence) -> None:
    """What was only tried out goes with its bytes, once nobody can be looking for the row."""
    trials = piece.masks.filter(state=Mask.State.TRIAL)
    digests = list(MaskedCopy.objects.filter(mask__in=trials).values_list("sha256", flat=True))
    trials.delete()

    def discard() -> None:
        for sha256 in digests:
            vault.discard(sha256)

    transaction.on_commit(discard, robust=True)
