"""The anchors, open to all: signed roots and nothing of any case, for people and for machines."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from complaints.evidence import bundle, signing
from complaints.models import Anchor

ON_PAGE = 50
IN_ANSWER = 500


@require_safe
def anchors(request: HttpRequest) -> HttpResponse:
    """The newest first, the key to check them with, and how."""
    rows = Anchor.objects.select_related("stamp").order_by("-number")
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/anchors.html", {"page_obj": page, "public_key": signing.public_key()})


@require_safe
def anchors_json(request: HttpRequest) -> JsonResponse:
    """The same for machines: up to 500 after the number in ``after``, oldest first."""
    after = request.GET.get("after", "0")
    rows = Anchor.objects.filter(number__gt=int(after) if after.isdecimal() and len(after) < 10 else 0)
    page = list(rows.select_related("stamp").order_by("number")[: IN_ANSWER + 1])
    told = {
        "public_key": signing.public_key(),
        "anchors": [_told(anchor) for anchor in page[:IN_ANSWER]],
        "more": len(page) > IN_ANSWER,
    }
    return JsonResponse(told)


@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """One anchor byte for byte as it was signed and stamped."""
    anchor = get_object_or_404(Anchor, number=number)
    return HttpResponse(anchor.statement, content_type="application/json")


@require_safe
def stamp(request: HttpRequest, number: int) -> HttpResponse:
    """The time-stamp of one anchor, as the authority gave it."""
    anchor = get_object_or_404(Anchor.objects.select_related("stamp"), number=number, stamp__stamped_at__isnull=False)
    response = HttpResponse(bytes(anchor.stamp.token), content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="{anchor.number:06d}.tsr"'
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks bundles, for whoever does not trust the one in theirs."""
    response = HttpResponse(bundle.verifier(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response


def _told(anchor: Anchor) -> dict[str, Any]:
    stamped = getattr(anchor, "stamp", None)
    return {
        "number": anchor.number,
        "at": anchor.at.isoformat(),
        "root": anchor.root,
        "size": anchor.size,
        "statement": anchor.statement,
        "signature": anchor.signature,
        "public_key": anchor.public_key,
        "stamped_at": stamped.stamped_at.isoformat() if stamped and stamped.stamped_at else None,
    }
