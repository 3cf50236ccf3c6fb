"""Who sees which copy of a piece: the one place that decides it for every door (docs/masking.md).

A side sees its own pieces as they are. Of what the opposite side offers it sees the covered copy and nothing else:
never a preview, never the original, unless its owner agreed to let the original go.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from complaints.models import Evidence, Mask

RELATED = ("masks__copies", "releases")  # to be fetched with pieces that are listed


class Copy(StrEnum):
    """What there is for a reader, as the API says it."""

    OWN = "own"  # offered by the reader's side
    MASKED = "masked"  # a covered copy
    PENDING = "pending"  # still to be covered, or still being checked
    NONE = "none"  # a kind without a copy that could be covered: films, sound, workbooks


@dataclass(frozen=True, slots=True)
class Entitled:
    """What one reader may open: digests only, so that nothing else of the piece can be taken by mistake."""

    copy: Copy
    sheets: tuple[str, ...] = ()
    thumb: str = ""
    text: str = ""
    original: str = ""  # only where it was released
    mask: Mask | None = None

    @property
    def may_open(self) -> bool:
        return bool(self.sheets or self.text)

    def digest_of(self, piece: Evidence) -> str:
        """The SHA-256 of the original, where the reader may know it; empty of a text that it sees covered only."""
        may_know = self.copy == Copy.OWN or bool(self.original) or not piece.blob.is_text
        return piece.blob.sha256 if may_know and not piece.blob.erased_at else ""

    @property
    def pages(self) -> list[tuple[int, str]]:
        """Each sheet's number for people, and its name in addresses."""
        return [(number + 1, f"sheet-{number}") for number in range(len(self.sheets))]

    @property
    def is_unchecked(self) -> bool:
        """Covered by the machine alone."""
        return self.mask is not None and self.mask.basis == Mask.Basis.AUTOMATIC


def seen_by(piece: Evidence, own: Collection[str]) -> Entitled:
    """What a reader who stands for these sides (``consumer``, or parties) may open of a piece."""
    blob = piece.blob
    if piece.offered_by in own:
        if not blob.may_be_opened:
            return Entitled(Copy.OWN)
        text = blob.sha256 if is_text(piece) else ""
        return Entitled(Copy.OWN, tuple(blob.sheets), blob.thumb, text)
    if not blob.may_be_opened:
        return Entitled(Copy.PENDING)
    original = blob.sha256 if _is_released(piece, own) else ""
    mask = standing(piece)
    if mask is not None:
        return Entitled(Copy.MASKED, tuple(mask.sheets), mask.thumb, mask.text, original, mask)
    return Entitled(Copy.PENDING if can_be_covered(piece) else Copy.NONE, original=original)


def standing(piece: Evidence) -> Mask | None:
    """The mask the other side sees, if there is one."""
    return next((mask for mask in piece.masks.all() if mask.state == Mask.State.STANDING), None)


def is_text(piece: Evidence) -> bool:
    """Whether it is plain text, which has no sheets and gets a covered text instead."""
    return piece.blob.is_text


def can_be_covered(piece: Evidence) -> bool:
    """Whether there is something to cover: sheets, or a text."""
    return bool(piece.blob.sheets) or is_text(piece)


def waits_for_person(piece: Evidence) -> bool:
    """Whether the other side sees nothing of it until somebody has looked: nothing stands yet, and it has sheets."""
    return piece.blob.may_be_opened and bool(piece.blob.sheets) and standing(piece) is None


def _is_released(piece: Evidence, own: Collection[str]) -> bool:
    return any(each.agreed and each.ended_at is None and each.party in own for each in piece.releases.all())
