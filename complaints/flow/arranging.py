"""The pieces of a draft put in order and said what they show, before anybody else sees them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from complaints.flow.reading import ask_to_read
from complaints.flow.showings import say_in_draft, standing
from complaints.models import Draft, Evidence
from complaints.provable import Point, likely


@transaction.atomic
def change_kind(draft: Draft, evidence_id: int, kind: str, points: Sequence[Point] = (), *, at: datetime) -> None:
    """Say of what kind a piece is. What the old kind made it likely to show goes, what the new one does comes, what its
    owner chose beside that stays. ``points`` are those of the case."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    piece = draft.evidence.offered().filter(pk=evidence_id, complaint=None).first()
    if piece is None or draft.filed_as_id:
        return
    before, piece.kind = piece.kind, Evidence.Kind(kind)
    piece.save(update_fields=["kind"])
    gone = dict(likely(before, points))
    kept = {fact: way for fact, way in standing(piece).items() if gone.get(fact) != way}
    say_in_draft(draft, piece.pk, (kept | dict(likely(kind, points))).items(), at=at)
    ask_to_read(piece)


@transaction.atomic
def caption(draft: Draft, evidence_id: int, words: str) -> None:
    """Say in the owner's words what a piece shows."""
    draft.evidence.offered().filter(pk=evidence_id, complaint=None).update(caption=words)


def move_up(draft: Draft, evidence_id: int, *, at: datetime) -> None:
    """Let a piece change places with the one before it; the first one stays."""
    _move(draft, evidence_id, lambda place: place - 1, at=at)


def move_down(draft: Draft, evidence_id: int, *, at: datetime) -> None:
    """Let a piece change places with the one after it; the last one stays."""
    _move(draft, evidence_id, lambda place: place + 1, at=at)


@transaction.atomic
def _move(draft: Draft, evidence_id: int, target: Callable[[int], int], *, at: datetime) -> None:
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    order = list(draft.evidence.offered().values_list("pk", flat=True))
    if draft.filed_as_id or evidence_id not in order:
        return
    place = order.index(evidence_id)
    to = max(0, min(target(place), len(order) - 1))
    order.insert(to, order.pop(place))
    for position, pk in enumerate(order):
        draft.evidence.filter(pk=pk).update(position=position)
    Draft.objects.filter(pk=draft.pk).update(touched_at=at)
