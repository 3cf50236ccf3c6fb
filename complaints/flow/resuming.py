"""A draft on another device: by a code that its owner asked for, until the draft is filed, deleted or too old."""

from datetime import datetime

from django.conf import settings

from accounts.sealing import keyed_hash, seal, unseal
from complaints.models import Draft
from complaints.references import new_resume_code, tidy_resume_code


def give_code(draft: Draft, *, at: datetime) -> str:
    """A new code for this draft; the one before opens nothing any more. It is shown to whoever holds the draft."""
    code = new_resume_code()
    Draft.objects.filter(pk=draft.pk, filed_as=None).update(
        resume_hash=_hash(code), resume_sealed=seal(code, owner=_owner(draft)), touched_at=at
    )
    return code


def withdraw_code(draft: Draft) -> None:
    """The code opens nothing any more. A device that used it keeps the draft."""
    Draft.objects.filter(pk=draft.pk).update(resume_hash=None, resume_sealed="")


def code_of(draft: Draft) -> str:
    """The code that opens this draft; empty where none was asked for."""
    return unseal(draft.resume_sealed, owner=_owner(draft)) if draft.resume_sealed else ""


def draft_by_code(code: str, *, at: datetime) -> Draft | None:
    """The unfinished draft that a code opens; None for a code that opens none, whatever the reason."""
    if tidy_resume_code(code) is None:
        return None
    still = Draft.objects.filter(filed_as=None, touched_at__gt=at - settings.DRAFT_LIFETIME)
    return still.filter(resume_hash=_hash(code)).first()


def _hash(code: str) -> str:
    return keyed_hash(f"resume:{tidy_resume_code(code)}")


def _owner(draft: Draft) -> str:
    return f"draft:{draft.key}:resume"
