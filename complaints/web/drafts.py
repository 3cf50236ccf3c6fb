"""The draft of this browser: found by a signed cookie."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from complaints.models import Draft

# In production a sibling host cannot plant a __Host- cookie of its own draft here.
COOKIE, SALT = "draft" if settings.DEMO else "__Host-draft", "complaint-draft"


def draft_of(request: HttpRequest, *, at: datetime) -> Draft | None:
    """The draft whose key the browser carries, filed or not; None when there is none or its time is over."""
    key = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=settings.DRAFT_LIFETIME)
    try:
        return Draft.objects.filter(pk=UUID(key), touched_at__gt=at - settings.DRAFT_LIFETIME).first() if key else None
    except (ValueError, ValidationError):
        return None


def unfinished_draft_of(request: HttpRequest, *, at: datetime) -> Draft | None:
    """As ``draft_of``, but not one that has become a complaint."""
    draft = draft_of(request, at=at)
    return draft if draft and draft.filed_as_id is None else None


def has_outlived(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the browser still carries the key of a draft that is gone."""
    return bool(request.get_signed_cookie(COOKIE, default="", salt=SALT)) and draft_of(request, at=at) is None


def remember(response: HttpResponse, draft: Draft) -> HttpResponse:
    """Let the browser carry the key of its draft for as long as drafts are kept."""
    response.set_signed_cookie(
        COOKIE,
        str(draft.key),
        salt=SALT,
        max_age=settings.DRAFT_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
