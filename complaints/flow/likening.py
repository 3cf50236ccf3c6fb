"""The same file, or a picture much like it, in other cases: found in the background, shown to officers as a lead.

Never an input of a decision, never a reason to refuse, and nothing that a consumer or a party is told of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from complaints import permissions, timeline
from complaints.evidence import prints
from complaints.evidence.likeness import NEAR_COARSE, NEAR_DETAIL, NEAR_FINE, RECIPE, apart
from complaints.evidence.prints import Prints
from complaints.lifecycle import Role
from complaints.models import Actor, Alike, Blob, Complaint, Evidence, Likeness, SetAside
from complaints.models.likeness import BANDS

AT_ONCE = 200  # pictures in one run
MOST_CANDIDATES = 5_000  # looked up for one picture: behind that stands a page that everybody has
MOST_DETAILED = 500  # of them compared in detail, the closest
MOST_ALIKE = 20  # kept for one picture, the closest
RARE = 3  # where no more look like it, a likeness means something although details differ


@dataclass(frozen=True, slots=True)
class Lead:
    """One piece of a case and one file elsewhere. ``others`` are the pieces an officer may open, ``hidden`` counts the
    cases of other associations. ``detail`` is None for the very same file."""

    piece: Evidence
    blob: Blob
    others: tuple[Evidence, ...]
    hidden: int
    detail: int | None
    aside: SetAside | None

    @property
    def is_same_file(self) -> bool:
        return self.detail is None

    @property
    def is_same_picture(self) -> bool:
        """Whether the details agree as well: the picture saved again, not merely the same page of an app."""
        return self.detail is not None and self.detail <= NEAR_DETAIL


def compare_new(now: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Make the prints of pictures that have none, the oldest first, and note which earlier ones look like them.

    Stops at ``until``; returns how many were looked at. Run twice at once, each picture still has one row.
    """
    waiting = Blob.objects.filter(likeness=None, state=Blob.State.STORED).exclude(preview="").order_by("pk")
    done = 0
    for blob in waiting[:AT_ONCE]:
        if until is not None and now() >= until:
            break
        done += _compare(blob, at=now())
    return done


def leads_of(complaint: Complaint, pieces: Sequence[Evidence], actor: Actor) -> list[Lead]:
    """What is known of these pieces elsewhere, the very same files first. Only for officers: others get nothing."""
    if actor.role != Role.OFFICER or not pieces:
        return []
    mine = {piece.blob_id for piece in pieces}
    telling = Q(detail__lte=NEAR_DETAIL) | Q(one__likeness__crowd__lte=RARE)
    found_alike = Alike.objects.filter(telling, one__in=mine).order_by("detail")
    pairs = {(pair.one_id, pair.other_id): pair for pair in found_alike}
    others = {other for _one, other in pairs}
    elsewhere: dict[int, list[Evidence]] = {}
    real = Evidence.objects.filter(complaint__isnull=False, complaint__sandbox__isnull=True)
    rows = real.filter(blob__in=mine | others).exclude(complaint=complaint)
    for row in rows.of_dispute().select_related("blob", "complaint").order_by("-received_at"):
        elsewhere.setdefault(row.blob_id, []).append(row)
    open_ = set(
        Complaint.objects.visible_to(actor)
        .filter(pk__in={row.complaint_id for found in elsewhere.values() for row in found})
        .values_list("pk", flat=True)
    )
    aside = {(each.evidence_id, each.other_id): each for each in complaint.leads_set_aside.all()}
    leads = []
    for piece in pieces:
        wanted = [(piece.blob_id, None), *((b, pair.detail) for (a, b), pair in pairs.items() if a == piece.blob_id)]
        for blob_id, detail in wanted:
            found = elsewhere.get(blob_id, [])
            if not found:
                continue
            seen = tuple(row for row in found if row.complaint_id in open_)
            hidden = len({row.complaint_id for row in found} - open_)
            leads.append(Lead(piece, found[0].blob, seen, hidden, detail, aside.get((piece.pk, blob_id))))
    return leads


@transaction.atomic
def set_aside(
    complaint: Complaint, evidence_id: int, blob_id: int, *, reason: SetAside.Reason, actor: Actor, at: datetime
) -> None:
    """Note that a lead was looked at and means nothing here; noting it twice changes nothing.

    Raises Evidence.DoesNotExist for a piece of another case, and Blob.DoesNotExist for what is no lead of it."""
    permissions.require(actor, "aside")
    complaint = Complaint.objects.locked(complaint.pk)
    piece = complaint.evidence.of_dispute().get(pk=evidence_id)
    known = Blob.objects.filter(Q(pk=piece.blob_id) | Q(pk__in=piece.blob.alike.values("other")))
    other = known.get(pk=blob_id)
    _row, is_new = SetAside.objects.get_or_create(
        evidence=piece, other=other, defaults={"complaint": complaint, "reason": reason, "by": actor.label, "at": at}
    )
    if is_new:
        # Its kind and body say nothing of other cases: the consumer's own copy of the timeline holds them too.
        body = {"evidence": piece.pk, "reason": reason.value}
        timeline.record(complaint, "evidence-verified", body, actor=actor.label, at=at)


def _compare(blob: Blob, *, at: datetime) -> int:
    found = prints.prints_of(blob.preview)
    row = Likeness(blob=blob, recipe=RECIPE, made_at=at)
    if found.coarse:
        row.coarse, row.fine, row.detail, row.weight = found.coarse, found.fine, found.detail, found.weight
        for name, value in zip(BANDS, found.bands, strict=True):
            setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            if found.coarse:
                _note_alike(row, found)
    except IntegrityError:  # another worker was first, or the blob has gone
        return 0
    return 1


def _note_alike(row: Likeness, mine: Prints) -> None:
    """Both ways, for the closest: those whose details agree, and others only where hardly any picture looks like it.

    How many look like a picture is counted at both ends: what is rare today may be a common page tomorrow."""
    coarse_and_fine = _candidates(row, mine)
    details = dict(Likeness.objects.filter(blob__in=coarse_and_fine).values_list("blob_id", "detail"))
    Likeness.objects.filter(blob__in=coarse_and_fine).update(crowd=F("crowd") + 1)
    Likeness.objects.filter(pk=row.pk).update(crowd=len(coarse_and_fine))
    near = sorted((apart(mine.detail, details[pk]), fine, coarse, pk) for pk, (coarse, fine) in coarse_and_fine.items())
    kept = [each for each in near if each[0] <= NEAR_DETAIL or len(near) <= RARE][:MOST_ALIKE]
    Alike.objects.bulk_create(
        [
            Alike(one_id=one, other_id=other, coarse=coarse, fine=fine, detail=detail)
            for detail, fine, coarse, blob_id in kept
            for one, other in ((row.blob_id, blob_id), (blob_id, row.blob_id))
        ],
        ignore_conflicts=True,
    )


def _candidates(row: Likeness, mine: Prints) -> dict[int, tuple[int, int]]:
    """Blobs near by both prints: in how many bits each. Looked up among those that agree in a band and weigh about as
    much, the newest first."""
    near: dict[int, tuple[int, int]] = {}
    weights = (max(0, mine.weight - NEAR_FINE), mine.weight + NEAR_FINE)
    others = Likeness.objects.telling().filter(recipe=row.recipe, weight__range=weights).exclude(pk=row.pk)
    for name, value in zip(BANDS, mine.bands, strict=True):
        rows = others.filter(**{name: value}).order_by("-pk").values_list("blob_id", "coarse", "fine")
        for blob_id, coarse, fine in rows[:MOST_CANDIDATES]:
            bits = apart(mine.coarse, coarse), apart(mine.fine, fine)
            if bits[0] <= NEAR_COARSE and bits[1] <= NEAR_FINE:
                near[blob_id] = bits
    return dict(sorted(near.items(), key=lambda each: (sum(each[1]), -each[0]))[:MOST_DETAILED])
