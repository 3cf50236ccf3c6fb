"""A complaint not yet sent: begun, kept page by page, thrown away; and the receipt code that waits to be shown once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from accounts.sealing import seal, unseal
from complaints import vault
from complaints.models import Blob, Draft

DONE, CODE = "done", "receipt_code"


def begin(*, language: str, at: datetime) -> Draft:
    """An empty draft; its key is random and travels in a signed cookie."""
    return Draft.objects.create(language=language, started_at=at, touched_at=at)


@transaction.atomic
def keep_page(
    draft: Draft, slug: str, fields: Mapping[str, Any], *, is_complete: bool, language: str, at: datetime
) -> Draft:
    """Keep what was typed on one page, right or wrong. The row is locked: of two tabs neither loses its page."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id:
        return draft
    draft.answers[slug] = dict(fields)
    draft.done = [page for page in draft.done if page != slug] + ([slug] if is_complete else [])
    draft.touched_at, draft.language = at, language
    draft.save(update_fields=["answers", "done", "touched_at", "language"])
    return draft


def touch(draft: Draft, *, at: datetime) -> None:
    """Its time runs anew: somebody works on it."""
    Draft.objects.filter(pk=draft.pk, filed_as=None).update(touched_at=at)


def discard(draft: Draft) -> None:
    """Take a draft and what was offered with it away, bytes included. A filed one stays: it is a complaint now."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        if draft.filed_as_id:
            return
        blobs = list(Blob.objects.filter(offered_as__draft=draft).distinct())
        draft.evidence.all().delete()
        draft.delete()
    for blob in blobs:
        _discard_blob(blob)


def remove_evidence(draft: Draft, evidence_id: int) -> None:
    """Take a piece back before filing: it is gone, bytes included, because nobody has been shown it. Unknown ids, and
    those of a filed draft, change nothing."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        piece = draft.evidence.filter(pk=evidence_id).select_related("blob").first()
        if piece is None or draft.filed_as_id:
            return
        piece.delete()
    _discard_blob(piece.blob)


def discard_expired(*, at: datetime, limit: int = 200) -> int:
    """Take away drafts nobody has touched for the time drafts are kept. Returns how many."""
    old = Draft.objects.expired(at - settings.DRAFT_LIFETIME).filter(filed_as=None).order_by("touched_at")[:limit]
    for draft in old:
        discard(draft)
    return len(old)


def keep_code(draft: Draft, code: str) -> None:
    """Put a new receipt code by, sealed, until it is shown. It waits with the draft and not in a session, so that a
    second press of the button, whose session is another one, still finds it."""
    Draft.objects.filter(pk=draft.pk).update(answers={DONE: {CODE: seal(code, owner=f"draft:{draft.key}")}})


def take_code(draft: Draft) -> str | None:
    """The code, the first time it is asked for; None ever after."""
    kept = draft.answers.get(DONE, {}).get(CODE)
    if kept is None or not Draft.objects.filter(pk=draft.pk, answers__has_key=DONE).update(answers={}):
        return None
    return unseal(kept, owner=f"draft:{draft.key}")


def _discard_blob(blob: Blob) -> None:
    """Row first, then bytes; a blob that is offered anywhere else stays."""
    try:
        blob.delete()
    except ProtectedError:
        return
    for sha256 in (blob.sha256, blob.preview, blob.thumb):
        vault.discard(sha256)
