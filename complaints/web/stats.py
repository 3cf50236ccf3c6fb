"""The public figures: one page a month, how we count, and the files. Read from stored sheets, open to everybody."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from complaints.figures.hiding import FEW
from complaints.figures.words import ENDS
from complaints.models import FigureSheet
from complaints.web.stats_draw import KINDS
from complaints.web.stats_files import as_csv, as_json
from complaints.web.stats_page import page_of
from complaints.web.stats_tables import COLUMNS


@require_safe
def stats(request: HttpRequest, month: str = "") -> HttpResponse:
    sheets = list(FigureSheet.objects.newest())
    if not sheets and not month:
        return render(request, "stats/none.html")
    try:
        wanted = date.fromisoformat(f"{month}-01") if month else sheets[0].month
        page = page_of(sheets, wanted, query=request.GET.dict(), at=timezone.now())
    except (ValueError, LookupError):
        raise Http404 from None
    ends = [(KINDS[end], label) for end, label in ENDS.items()]
    here = {"page": page, "few": FEW, "ends": ends, "columns": COLUMNS.items(), "month": month}
    return render(request, "stats/stats.html", here)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "stats/method.html", {"few": FEW, "response_days": settings.RESPONSE_WORKING_DAYS})


@require_safe
@cache_control(public=True, max_age=600)
def stats_csv(request: HttpRequest) -> HttpResponse:
    sheets = list(FigureSheet.objects.newest())
    file = HttpResponse(as_csv(sheets).encode(), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{_name(sheets)}.csv"'
    return file


@require_safe
@cache_control(public=True, max_age=600)
def stats_json(request: HttpRequest) -> HttpResponse:
    sheets = list(FigureSheet.objects.newest())
    file = JsonResponse(as_json(sheets), json_dumps_params={"ensure_ascii": False, "indent": 1})
    file["Content-Disposition"] = f'attachment; filename="{_name(sheets)}.json"'
    return file


def _name(sheets: list[FigureSheet]) -> str:
    return f"whoanswers-figures-{sheets[0].counted_on}" if sheets else "whoanswers-figures"
