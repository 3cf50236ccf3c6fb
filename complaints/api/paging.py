"""Lists, a page at a time: ``?cursor=`` takes the ``next`` of the page before, as it came; ``?limit=`` at most 100."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

MOST = 100
SIGN = "p"
Row = TypeVar("Row", bound=Model)


def newest_first(request: Request, rows: QuerySet[Row], *, usual: int) -> tuple[list[Row], str | None]:
    """A page of rows, the newest first, and the cursor of the next page or None. Raises ValidationError."""
    if cursor := request.query_params.get("cursor"):
        if (before := place(cursor)) is None:
            raise ValidationError({"cursor": [_("这不是上一页给的next。原样放进来，或者不写，从头读。")]})
        rows = rows.filter(pk__lt=before)
    most = limit_of(request, usual=usual)
    found = list(rows.order_by("-pk")[: most + 1])
    page = found[:most]
    return page, cursor_at(page[-1].pk) if len(found) > most else None


def limit_of(request: Request, *, usual: int) -> int:
    """How many the caller wants, 1 to 100. Raises ValidationError."""
    wanted = request.query_params.get("limit")
    if wanted is None:
        return usual
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 3 and 1 <= int(wanted) <= MOST):
        raise ValidationError({"limit": [_("写1到{most}的整数。").format(most=MOST)]})
    return int(wanted)


def cursor_at(pk: Any) -> str:
    return base64.urlsafe_b64encode(f"{SIGN}{pk}".encode()).decode().rstrip("=")


def place(cursor: str) -> int | None:
    """Before which row a cursor leads; None for what is no cursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    number = text.removeprefix(SIGN)
    return int(number) if text.startswith(SIGN) and number.isdigit() and len(number) <= 18 else None


def whole(name: str, text: str) -> int:
    """A whole number in a query, not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValidationError({name: [_("要写一个不小于0的整数。")]})
    return int(text)
