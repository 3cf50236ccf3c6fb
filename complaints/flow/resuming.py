"""A draft on another device: by a code that its owner asked for, until the draft is filed, deleted or too old."""

from datetime import datetime

from django.conf import settings

from accounts.sealing import keyed_hash, seal, unseal
from complaints.models import Draft
from complaints.references import new_resume_code, tidy_resume_code


def give_code(draft: Draft, *, at: datetime) -> str:
    """A new code for this draft; the one before opens nothing any more, and devices that came by it are out. It is
    shown to whoever holds the draft."""
    code = new_resume_code()
    Draft.objects.filter(pk=draft.pk, filed_as=None).update(
        resume_hash=_hash(code), resume_sealed=seal(code, owner=_owner(draft)), resume_mark=_mark(code), touched_at=at
    )
    draft.resume_mark = _mark(code)
    return code


def withdraw_code(draft: Draft) -> None:
    """The code opens nothing any more, and a device that came by it has no draft any more."""
    Draft.objects.filter(pk=draft.pk, filed_as=None).update(resume_hash=None, resume_sealed="", resume_mark="")


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


def _mark(code: str) -> str:
    """What a device that came by the code carries: of another key than what is looked up by."""
    return keyed_hash(f"resume-device:{tidy_resume_code(code)}")[:16]


def _owner(draft: Draft) -> str:
    return f"draft:{draft.key}:resume"
