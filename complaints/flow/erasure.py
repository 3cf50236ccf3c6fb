"""Evidence goes when its time is over, or when an officer grants it: bytes and copies, and what could name them.

What stays is the row, a tombstone, and the case's timeline, whose chain still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.evidence import custody, vault
from complaints.evidence.named import belonging_to, made_for
from complaints.flow import bundling
from complaints.flow.dispatch import announce
from complaints.lifecycle import OPEN, IllegalMove
from complaints.models import (
    Actor,
    Alike,
    AnswerDraft,
    Blob,
    Complaint,
    Contact,
    ErasureRequest,
    Evidence,
    HintAnswer,
    Hold,
    Likeness,
    Mask,
    Note,
    OrderTable,
    Reading,
    Tombstone,
)
from complaints.models.evidence import new_salt

# Rows that were made of the bytes and go with them: each with the way from it to the blob.
MADE_OF_IT: tuple[tuple[type[models.Model], str], ...] = (
    (Reading, "blob"),
    (Likeness, "blob"),
    (Alike, "one"),
    (Alike, "other"),
)
# Rows that were made for one piece and go with it, whoever else has the same file: each with the way to the piece.
MADE_FOR_IT: tuple[tuple[type[models.Model], str], ...] = (
    (HintAnswer, "evidence"),
    (Mask, "evidence"),
    (OrderTable, "evidence"),
)
OF_COPIES = Tombstone.Basis.RETENTION  # in invented cases, whatever became of the real one
BLANK_PIECE = {"name": "", "caption": ""}
BLANK: dict[str, Any] = {"sm3": "", "preview": "", "thumb": "", "pages": [], "salt": ""}
REFUSED_BECAUSE = "problem"  # of a report: the code that pages tell


class CannotErase(IllegalMove):
    """The case goes on, somebody holds its evidence, or nobody asked."""

    def __init__(self) -> None:
        super().__init__(_("现在不能删：投诉还在办、证据留存着，或者没有人要求删。"))


@dataclass(frozen=True, slots=True)
class Stone:
    """What the list outside the backups says of one erased piece: enough to find it again, and no digest of it."""

    case: str  # empty, and no evidence, for a file that never came into a case
    evidence: int | None
    blob: int
    commitment: str
    basis: str
    actor: str
    at: datetime


def ask(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Note that the consumer wants the evidence erased; asked twice it is asked once. Raises CannotErase while the case
    goes on."""
    with transaction.atomic():
        complaint = Complaint.objects.locked(complaint.pk)
        if complaint.is_open or not _pieces(complaint):
            raise CannotErase
        if complaint.erasure_requests.filter(answered_at=None).exists():
            return
        complaint.erasure_requests.create(asked_at=at)
        timeline.record(complaint, "erasure-asked", {}, actor=actor.label, at=at)


def grant(complaint: Complaint, *, actor: Actor, at: datetime) -> int:
    """Erase what the consumer asked to be erased. Returns how many pieces. Raises CannotErase."""
    permissions.require(actor, "erase")
    with transaction.atomic():
        complaint = Complaint.objects.locked(complaint.pk)
        asked = _asked(complaint)
        _answer(asked, ErasureRequest.Answer.GRANTED, actor=actor, at=at)
        count, digests = _erase(complaint, Tombstone.Basis.REQUEST, actor=actor.label, at=at)
    _discard(digests)
    return count


def refuse(complaint: Complaint, *, ground: ErasureRequest.Ground, actor: Actor, at: datetime) -> None:
    """Say no for now, and why. Raises CannotErase where nobody asks."""
    permissions.require(actor, "keep-evidence")
    with transaction.atomic():
        complaint = Complaint.objects.locked(complaint.pk)
        _answer(_asked(complaint), ErasureRequest.Answer.REFUSED, ground=ground, actor=actor, at=at)
        timeline.record(complaint, "erasure-refused", {"ground": ground.value}, actor=actor.label, at=at)


@transaction.atomic
def hold(complaint: Complaint, *, reason: Hold.Reason, actor: Actor, at: datetime) -> None:
    """Keep the evidence of a case beyond its time, until the hold is lifted. A second one changes nothing."""
    permissions.require(actor, "hold")
    complaint = Complaint.objects.locked(complaint.pk)
    if not complaint.holds.standing().exists():
        complaint.holds.create(reason=reason, set_by=actor.label, set_at=at)
        timeline.record(complaint, "hold-set", {"reason": reason.value}, actor=actor.label, at=at)


@transaction.atomic
def lift(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Hold it no longer: its time runs as if it never had been held. Without a hold it changes nothing."""
    permissions.require(actor, "lift-hold")
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.holds.standing().update(lifted_at=at):
        timeline.record(complaint, "hold-lifted", {}, actor=actor.label, at=at)


def erase_due(*, at: datetime, limit: int = 50) -> int:
    """Erase the evidence of cases past their time, and files that were not taken. Returns how many pieces."""
    erased = 0
    for pk in _cases_due(at)[:limit]:
        with transaction.atomic():
            complaint = Complaint.objects.locked(pk)
            if complaint.is_open or complaint.holds.standing().exists():
                continue  # opened again, or held, meanwhile
            Contact.objects.filter(complaint=complaint).update(erase_at_end=True)  # see flow.account.erase_ended
            count, digests = _erase(complaint, Tombstone.Basis.RETENTION, actor="clock", at=at)
        _discard(digests)
        erased += count
    Note.objects.filter(complaint__in=_over(at)).forget()  # also where there never was evidence
    for blob in _refused_due(at)[:limit]:
        _discard(_erase_refused(blob, at))
        erased += 1
    return erased


def replay(stone: Stone, *, at: datetime) -> bool:
    """Erase again what a restored backup brought back. False where there is nothing of it, or it is erased already.
    Holds and open cases do not matter: it was decided before."""
    with transaction.atomic():
        theirs = Evidence.objects.filter(complaint__reference=stone.case).select_related("blob")
        found = theirs.filter(pk=stone.evidence) if stone.evidence else theirs.none()
        piece, basis = found.first(), Tombstone.Basis(stone.basis)
        blob = piece.blob if piece else Blob.objects.filter(pk=stone.blob, offered_as=None).first()
        if blob is None or blob.erased_at or blob.commitment != stone.commitment:
            return False
        if piece is None or piece.complaint_id is None:
            digests = _blank(blob, stone.commitment, at=stone.at)
            _set_stone(blob, None, stone.commitment, basis, Tombstone.Remains.ROW, actor=stone.actor, at=stone.at)
        else:
            complaint = Complaint.objects.locked(piece.complaint_id)
            _record(complaint, [piece], basis, actor=stone.actor, at=at)
            complaint.notes.forget()
            _withdraw_bundles([complaint.pk])
            digests = _bury(piece, basis, actor=stone.actor, at=stone.at)
    _discard(digests)
    return True


def stones() -> Iterator[Stone]:
    """All tombstones, for the list that is kept outside the backups."""
    rows = Tombstone.objects.select_related("evidence__complaint").order_by("pk")
    for row in rows.iterator(500):
        case = row.evidence.complaint if row.evidence else None
        yield Stone(
            case.reference if case else "",
            row.evidence_id,
            row.blob_id,
            row.commitment,
            row.basis,
            row.actor,
            row.at,
        )


def _erase(complaint: Complaint, basis: Tombstone.Basis, *, actor: str, at: datetime) -> tuple[int, set[str]]:
    """All evidence of a case, and the words of its notes and unsent answers, which may tell what is on it, in the
    caller's transaction.
    Returns how many pieces, and the digests that may go from the shelf once it has committed. Raises CannotErase."""
    if complaint.is_open or complaint.holds.standing().exists():
        raise CannotErase
    complaint.notes.forget()
    AnswerDraft.objects.filter(respondent__complaint=complaint).delete()
    pieces = _pieces(complaint)
    if not pieces:
        return 0, set()
    announce(complaint, _record(complaint, pieces, basis, actor=actor, at=at), at=at)
    _withdraw_bundles([complaint.pk])
    digests = set[str]()
    for piece in pieces:
        digests |= _bury(piece, basis, actor=actor, at=at)
    return len(pieces), digests


def _record(
    complaint: Complaint, pieces: Sequence[Evidence], basis: Tombstone.Basis, *, actor: str, at: datetime
) -> Any:
    """First the event, then the bytes: whoever follows it still finds what it is about."""
    body = {
        "evidence": [piece.pk for piece in pieces],
        "commitments": [piece.blob.commitment for piece in pieces],
        "basis": basis.value,
    }
    return timeline.record(complaint, "evidence-erased", body, actor=actor, at=at)


def _withdraw_bundles(complaint_ids: Iterable[int]) -> None:
    """What was packed of these cases goes with the evidence; its files once the caller's transaction has committed."""

    def unlink(paths: Sequence[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(partial(unlink, bundling.withdraw(complaint_ids)), robust=True)


def _bury(
    piece: Evidence, basis: Tombstone.Basis, *, actor: str, at: datetime, copy_of: Evidence | None = None
) -> set[str]:
    """Leave a tombstone and blank what is told of the piece. Returns what may go from the shelf.

    Where another case, or a draft, has the same file, that one keeps it: this piece gets an empty row of its own. An
    invented case keeps nothing: what lies there of somebody's file was copied from it, and goes with it.
    """
    digests = _bury_copies(piece, at=at)
    blob = Blob.objects.select_for_update().get(pk=piece.blob_id)
    commitment, beside = blob.commitment, Evidence.objects.filter(blob=blob).exclude(pk=piece.pk)
    stays = beside.exclude(complaint=piece.complaint_id)
    if copy_of is not None:
        stays = stays.exclude(pk=copy_of.pk)
    remains = Tombstone.Remains.SHARED if stays.exists() else Tombstone.Remains.ROW
    digests |= set(made_for(piece))
    for model, way in MADE_FOR_IT:
        model._default_manager.filter(**{way: piece.pk}).delete()
    if beside.exists():
        empty = {"size": blob.size, "media_type": blob.media_type, "kept_at": blob.kept_at, "erased_at": at}
        blob = Blob.objects.create(sha256=new_salt(), salt="", state=blob.state, **empty)  # chance: it names nothing
    else:
        digests |= _blank(blob, commitment, at=at)
    Evidence.objects.filter(pk=piece.pk).update(blob=blob, **BLANK_PIECE)
    custody.forget([piece.pk])
    _set_stone(blob, piece, commitment, basis, remains, actor=actor, at=at)
    return digests


def _bury_copies(piece: Evidence, *, at: datetime) -> set[str]:
    """The same for what invented cases have of the file of a real one. (What an invented case erases of its own takes
    nothing along.) Their cases are locked before the file is, as everywhere.

    Quietly: no notice goes out, and neither basis nor actor is that of the real case. Whoever practises is a stranger
    to it, and learns neither that the file lay there nor why it went."""
    digests, copies = set[str](), Evidence.objects.filter(blob=piece.blob_id, complaint__sandbox__isnull=False)
    if piece.complaint is None or piece.complaint.sandbox_id:
        return digests
    for copy in copies.select_related("blob").order_by("complaint", "pk"):
        assert copy.complaint_id is not None  # only pieces of cases come here
        case = Complaint.objects.locked(copy.complaint_id)
        _record(case, [copy], OF_COPIES, actor="system", at=at)
        _withdraw_bundles([case.pk])
        digests |= _bury(copy, OF_COPIES, actor="system", at=at, copy_of=piece)
    return digests


def _set_stone(
    blob: Blob,
    piece: Evidence | None,
    commitment: str,
    basis: Tombstone.Basis,
    remains: Tombstone.Remains,
    *,
    actor: str,
    at: datetime,
) -> None:
    Tombstone.objects.create(
        blob=blob, evidence=piece, commitment=commitment, basis=basis, remains=remains, actor=actor, at=at
    )


def _blank(blob: Blob, commitment: str, *, at: datetime) -> set[str]:
    """The row stays, and nothing in it is a digest any more, nor opens the commitment."""
    digests = set(belonging_to(blob))
    for model, way in MADE_OF_IT:
        model._default_manager.filter(**{way: blob.pk}).delete()
    report = {key: value for key, value in blob.report.items() if key == REFUSED_BECAUSE}
    Blob.objects.filter(pk=blob.pk).update(sha256=commitment, erased_at=at, report=report, **BLANK)
    return digests


@transaction.atomic
def _erase_refused(blob: Blob, at: datetime) -> set[str]:
    pieces = list(Evidence.objects.filter(blob=blob).select_related("blob"))
    cases = {piece.complaint_id for piece in pieces if piece.complaint_id}
    for pk in sorted(cases):
        complaint = Complaint.objects.locked(pk)
        theirs = [piece for piece in pieces if piece.complaint_id == pk]
        _record(complaint, theirs, Tombstone.Basis.REJECTED, actor="clock", at=at)
    commitment = blob.commitment
    digests = _blank(blob, commitment, at=at)
    # A draft goes with all its rows when its own time is over: no stone of a piece of its stands in the way.
    found: list[Evidence | None] = [piece for piece in pieces if piece.complaint_id]
    for piece in found or [None]:
        _set_stone(blob, piece, commitment, Tombstone.Basis.REJECTED, Tombstone.Remains.ROW, actor="clock", at=at)
    Evidence.objects.filter(blob=blob).update(**BLANK_PIECE)
    custody.forget(piece.pk for piece in pieces)
    return digests


def _pieces(complaint: Complaint) -> list[Evidence]:
    """What there is to erase, taken back or not. (One file may be there twice: as evidence and as authority.)"""
    return list(complaint.evidence.filter(blob__erased_at=None).select_related("blob").order_by("pk"))


def _cases_due(at: datetime) -> models.QuerySet[Complaint, int]:
    left = Evidence.objects.filter(complaint=OuterRef("pk"), blob__erased_at=None)
    return _over(at).filter(Exists(left)).order_by("closed_at").values_list("pk", flat=True)


def _over(at: datetime) -> models.QuerySet[Complaint]:
    """Cases past their time that nobody holds."""
    held = Hold.objects.standing().filter(complaint=OuterRef("pk"))
    over = Complaint.objects.filter(closed_at__lt=_years_before(at, settings.CASE_KEPT_YEARS)).exclude(state__in=OPEN)
    return over.filter(~Exists(held))


def _years_before(at: datetime, years: int) -> datetime:
    """The same day so many years ago; of 29 February the 28th."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)


def _refused_due(at: datetime) -> models.QuerySet[Blob]:
    kept = at - timedelta(days=settings.REJECTED_KEPT_DAYS)
    held = Hold.objects.standing().filter(complaint__evidence__blob=OuterRef("pk"))
    refused = Blob.objects.filter(state=Blob.State.REJECTED, erased_at=None, kept_at__lt=kept)
    offered = Evidence.objects.filter(blob=OuterRef("pk"))
    return refused.filter(Exists(offered), ~Exists(held)).order_by("pk")


def _asked(complaint: Complaint) -> ErasureRequest:
    asked = complaint.erasure_requests.filter(answered_at=None).first()
    if asked is None:
        raise CannotErase
    return asked


def _answer(
    asked: ErasureRequest, answer: ErasureRequest.Answer, *, actor: Actor, at: datetime, ground: str = ""
) -> None:
    asked.answer, asked.ground, asked.answered_by, asked.answered_at = answer, ground, actor.label, at
    asked.save(update_fields=["answer", "ground", "answered_by", "answered_at"])


def _discard(digests: set[str]) -> None:
    """After the commit. What the shelf does not let go now, the sweep takes: no row names it any more."""
    for sha256 in digests:
        vault.discard(sha256)
