"""An association's counters, kiosks and hotlines: filing for a consumer, and what is done there with a receipt code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.credentials import MintedKey, mint_api_key
from accounts.models import ApiKey, Organisation
from complaints import timeline
from complaints.flow.intake import Filed, file_complaint
from complaints.flow.showings import say_in_draft
from complaints.models import Complaint, Draft, TakenDown
from complaints.provable import Point, likely
from complaints.statement import Filing

FILE, FOLLOW = SCOPES = ("complaints:file", "complaints:follow")
LONGEST_LABEL = 80  # as ApiKey.label


class AlreadyFiled(Exception):
    """The files were sent with another complaint."""


def make_stand_key(
    association: Organisation, *, label: str, scopes: Sequence[str], expires_at: datetime, at: datetime
) -> MintedKey:
    """A key for a counter, kiosk or hotline; its text is told once and not stored. Raises ValueError for another kind
    of organisation or scope."""
    if association.kind != Organisation.Kind.ASSOCIATION or not scopes or set(scopes) - set(SCOPES):
        raise ValueError("a stand's key is an association's, for scopes of stands")
    minted = mint_api_key()
    ApiKey.objects.create(
        organisation=association,
        label=label[:LONGEST_LABEL],
        public_id=minted.public_id,
        digest=minted.digest,
        scopes=[each for each in SCOPES if each in scopes],
        created_at=at,
        expires_at=expires_at,
    )
    return minted


def tray_for(key: ApiKey, tray: UUID, *, language: str, at: datetime) -> Draft | None:
    """The draft of this key for the files of one complaint, begun where there is none; None where it is another's."""
    begun = {"api_key": key, "language": language, "started_at": at, "touched_at": at}
    draft, _made = Draft.objects.get_or_create(pk=tray, defaults=begun)
    return draft if draft.api_key_id == key.pk else None


@transaction.atomic
def file_at_stand(draft: Draft, filing: Filing, stand: TakenDown, *, points: Sequence[Point], at: datetime) -> Filed:
    """File for the consumer who is there or on the line: decided at once, and on record how it came.

    ``points`` are what a file may show in this case; each shows what its kind does. Raises AlreadyFiled.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id:
        raise AlreadyFiled
    for piece in draft.evidence.of_dispute():
        say_in_draft(draft, piece.pk, likely(piece.kind, points), at=at)
    return file_complaint(draft, filing, consumer=None, taken_down=stand, at=at)


@transaction.atomic
def note_at_stand(complaint: Complaint, act: str, key: ApiKey, *, at: datetime) -> None:
    """On record, before the act itself: which association's key did it with the consumer's receipt code."""
    complaint = Complaint.objects.locked(complaint.pk)
    body = {"act": act, "organisation": key.organisation_id, "key": key.public_id}
    timeline.record(complaint, "at-stand", body, actor="consumer", at=at)
