"""The draft of this browser: found by a signed cookie."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from complaints.models import Draft

# In production a sibling host cannot plant a __Host- cookie of its own draft here.
COOKIE, SALT = "draft" if settings.DEMO else "__Host-draft", "complaint-draft"


def draft_of(request: HttpRequest, *, at: datetime) -> Draft | None:
    """The draft whose key the browser carries, filed or not; None when there is none, when its time is over, and when
    the browser came by a code that opens nothing any more."""
    found, mark = _carried(request)
    if found is None:
        return None
    draft = Draft.objects.filter(pk=found, touched_at__gt=at - settings.DRAFT_LIFETIME).first()
    return draft if draft and mark in {"", draft.resume_mark} else None


def came_by(request: HttpRequest) -> str:
    """The mark of the code this browser came by; empty for the one the draft was begun in."""
    return _carried(request)[1]


def is_shut_out(request: HttpRequest) -> bool:
    """Whether the browser came to its draft by a code that was withdrawn or changed since."""
    found, mark = _carried(request)
    if found is None or not mark:
        return False
    return Draft.objects.filter(pk=found).exclude(resume_mark=mark).exists()


def unfinished_draft_of(request: HttpRequest, *, at: datetime) -> Draft | None:
    """As ``draft_of``, but not one that has become a complaint."""
    draft = draft_of(request, at=at)
    return draft if draft and draft.filed_as_id is None else None


def has_outlived(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the browser still carries the key of a draft that is gone."""
    return (
        bool(request.get_signed_cookie(COOKIE, default="", salt=SALT))
        and draft_of(request, at=at) is None
        and not is_shut_out(request)
    )


def remember(
    response: HttpResponse, draft: Draft, request: HttpRequest | None = None, *, mark: str = ""
) -> HttpResponse:
    """Let the browser carry the key of its draft for as long as drafts are kept. Who came by a code carries its mark
    too: ``mark`` now, or the one in the ``request``."""
    if request is not None and _carried(request)[0] == draft.key:
        mark = mark or came_by(request)
    response.set_signed_cookie(
        COOKIE,
        f"{draft.key}.{mark}" if mark else str(draft.key),
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


def _carried(request: HttpRequest) -> tuple[UUID | None, str]:
    """Key and mark in the cookie."""
    carried = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=settings.DRAFT_LIFETIME) or ""
    key, _dot, mark = carried.partition(".")
    try:
        return (UUID(key), mark) if key else (None, "")
    except ValueError:
        return None, ""
