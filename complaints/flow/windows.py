"""Two windows on one page of a draft: neither overwrites the other's words without being asked."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.sealing import keyed_hash
from complaints.models import Draft

STAMP_CHARACTERS = 16  # 64 bits of a SHA-256: told apart, not defended
WINDOW = re.compile(r"[\w-]{12}", re.ASCII)  # nine random bytes, as written below


def stamp(*kept: Mapping[str, Any] | None) -> str:
    """A short mark of what is kept, the same for the same content."""
    text = json.dumps([dict(fields) if fields is not None else None for fields in kept], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:STAMP_CHARACTERS]


def as_seen(draft: Draft | None, slug: str) -> str:
    """What a window carries that shows a page: the mark of what was kept then, and a name of its own."""
    kept = draft.answers.get(slug) if draft else None
    return f"{stamp(kept)}.{secrets.token_urlsafe(9)}"


def mark_of(draft: Draft | None) -> str:
    """A name of the draft that opens nothing: what waits in a browser to be sent is kept under it."""
    return keyed_hash(f"unsent:{draft.key}")[:STAMP_CHARACTERS] if draft else ""


def window_of(seen: str) -> str:
    """The name of the window; empty where none of ours was sent."""
    name = seen.partition(".")[2]
    return name if WINDOW.fullmatch(name) else ""


def is_overtaken(draft: Draft, slug: str, fields: Mapping[str, Any], seen: str) -> bool:
    """Whether other words came in between, from another window. One window may always go on writing: after Back, or
    where the answer to its last sending was lost. A form that carries no mark is taken as it is."""
    window, kept = window_of(seen), draft.answers.get(slug)
    if not window or kept is None:
        return False
    unchanged = seen.partition(".")[0] == stamp(kept) or stamp(kept) == stamp(fields)
    return not unchanged and draft.written.get(slug) != window


def both_as_seen(draft: Draft, slug: str) -> str:
    """The mark of the two texts that are shown to choose from."""
    return stamp(draft.answers.get(slug), draft.aside.get(slug))


@transaction.atomic
def settle(draft: Draft, slug: str, *, seen: str, takes_later: bool, is_complete: bool, at: datetime) -> bool:
    """Keep one of the two texts of a page and let the other go. False, and nothing is done, where they have changed
    since they were shown."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as_id or slug not in draft.aside or seen != both_as_seen(draft, slug):
        return False
    later = draft.aside.pop(slug)
    if takes_later:
        draft.answers[slug] = later
    draft.done = [page for page in draft.done if page != slug] + ([slug] if is_complete else [])
    draft.written.pop(slug, None)  # windows that are still open have seen neither
    draft.refused.pop(slug, None)
    draft.touched_at = at
    draft.save(update_fields=["answers", "aside", "done", "written", "refused", "touched_at"])
    return True
