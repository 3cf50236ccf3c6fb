"""Why this day: every time limit of a case, with its last day and how it was counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.case_limits import limits_of
from complaints.due_sheet import sheet_of
from complaints.web.case import case_page, find_case, frame_of, respondents_of


@case_page
@require_safe
def days(request: HttpRequest, reference: str) -> HttpResponse:
    """All limits, the nearest first. ``?why=<limit>`` opens the count of one: where a clock's link leads."""
    complaint, on = find_case(request, reference), timezone.localdate()
    sheet = sheet_of(limits_of(complaint, respondents_of(complaint)), on=on)
    page = {"tab": "progress", "sheet": sheet, "why": request.GET.get("why", "")}
    return render(request, "case/days.html", {**frame_of(complaint), **page})
