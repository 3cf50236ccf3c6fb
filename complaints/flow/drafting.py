"""A complaint not yet sent: begun, kept page by page, thrown away; and the receipt code that waits to be shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.sealing import seal, unseal
from complaints.evidence import staging, vault
from complaints.flow import masks, windows
from complaints.models import Blob, Draft

CHECK = "check"  # the last look at all pages, with the declaration
DONE, CODE, SHOWN = "done", "receipt_code", "shown"


def begin(*, language: str, at: datetime) -> Draft:
    """An empty draft; its key is random and travels in a signed cookie."""
    return Draft.objects.create(language=language, started_at=at, touched_at=at)


@transaction.atomic
def keep_page(
    draft: Draft,
    slug: str,
    fields: Mapping[str, Any],
    *,
    is_complete: bool,
    language: str,
    at: datetime,
    seen: str = "",
) -> Draft:
    """Keep what was typed on one page, right or wrong. The row is locked: of two tabs neither loses its page.

    Where another window has kept other words on this page since ``seen``, these are put aside, to be chosen from.

    What was refused before, here or at the last look, is forgotten: it was about other words."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id:
        return draft
    if windows.is_overtaken(draft, slug, fields, seen):
        draft.aside[slug], draft.touched_at = dict(fields), at
        draft.save(update_fields=["aside", "touched_at"])
        return draft
    draft.answers[slug], draft.written[slug] = dict(fields), windows.window_of(seen)
    if draft.aside.get(slug) == draft.answers[slug]:
        del draft.aside[slug]
    draft.done = [page for page in draft.done if page != slug] + ([slug] if is_complete else [])
    draft.refused = {page: said for page, said in draft.refused.items() if page not in {slug, CHECK}}
    draft.touched_at, draft.language = at, language
    draft.save(update_fields=["answers", "written", "aside", "done", "refused", "touched_at", "language"])
    return draft


@transaction.atomic
def refuse(draft: Draft, slug: str, notes: Sequence[str] = (), *, at: datetime) -> Draft:
    """Remember that a page was sent and not taken, so that it says so whenever it is opened, until it is sent again.

    ``notes`` are what it cannot find again in the answers: sentences about files that are gone, boxes ticked."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id:
        return draft
    draft.refused[slug], draft.touched_at = list(notes), at
    draft.save(update_fields=["refused", "touched_at"])
    return draft


@transaction.atomic
def forgive(draft: Draft, slug: str, *, at: datetime) -> None:
    """What was sent last was taken: the page has nothing to say against it any more. Its time runs anew."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if not draft.filed_as_id:
        draft.refused.pop(slug, None)
        draft.touched_at = at
        draft.save(update_fields=["refused", "touched_at"])


def discard(draft: Draft) -> None:
    """Take a draft and what was offered with it away, bytes included. A filed one stays: it is a complaint now."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        if draft.filed_as_id:
            return
        blobs = list(Blob.objects.filter(offered_as__draft=draft).distinct())
        uploads = list(draft.uploads.values_list("key", flat=True))
        covered = masks.digests_of(draft.evidence.all())
        draft.evidence.all().delete()
        draft.delete()
    for key in uploads:
        staging.drop(key)
    for blob in blobs:
        vault.discard_blob(blob)
    for sha256 in covered:
        vault.discard(sha256)


def remove_evidence(draft: Draft, evidence_id: int) -> None:
    """Take a piece back before filing: it is gone, bytes included, because nobody has been shown it. Unknown ids, and
    those of a filed draft, change nothing."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        piece = draft.evidence.filter(pk=evidence_id).select_related("blob").first()
        if piece is None or draft.filed_as_id:
            return
        covered = masks.digests_of([piece])
        piece.delete()
    vault.discard_blob(piece.blob)
    for sha256 in covered:
        vault.discard(sha256)


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


def has_unseen_code(draft: Draft) -> bool:
    """Whether the code waits and nobody was shown it: the answer to the button may have been lost on its way."""
    kept = draft.answers.get(DONE, {})
    return CODE in kept and not kept.get(SHOWN)


@transaction.atomic
def show_code(draft: Draft, *, at: datetime) -> str | None:
    """The code, for as long as a receipt session from the first time it is asked for; None ever after. A page that
    broke off on its way can so be loaded again."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    kept = draft.answers.get(DONE, {})
    if CODE not in kept:
        return None
    if kept.get(SHOWN) and at >= draft.touched_at + settings.RECEIPT_SESSION:
        forget_code(draft)
        return None
    if not kept.get(SHOWN):
        draft.answers, draft.touched_at = {DONE: {**kept, SHOWN: True}}, at
        draft.save(update_fields=["answers", "touched_at"])
    return unseal(kept[CODE], owner=f"draft:{draft.key}")


def forget_code(draft: Draft) -> None:
    """Nobody is shown the code of a filed draft any more."""
    Draft.objects.filter(pk=draft.pk, answers__has_key=DONE).update(answers={})


def forget_codes(*, at: datetime) -> int:
    """Take away the codes that have been shown for long enough, and those that nobody came for as long as drafts are
    kept. Returns how many."""
    waiting = Draft.objects.filter(filed_as__isnull=False, answers__has_key=DONE)
    shown = Q(**{f"answers__{DONE}__{SHOWN}": True}, touched_at__lte=at - settings.RECEIPT_SESSION)
    return waiting.filter(shown | Q(touched_at__lte=at - settings.DRAFT_LIFETIME)).update(answers={})
