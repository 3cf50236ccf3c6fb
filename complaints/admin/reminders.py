"""The place of reminders at the desk: which days come near or have passed, each put aside by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.admin.access import frame_of, name_of
from complaints.flow import reminding
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Reminder
from complaints.narrative import day
from complaints.posting import post_only

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A reminder as the list shows it; ``tone`` is that of its tag."""

    reminder: Reminder
    until: str
    officer: str
    tone: str


TONES: dict[str, str] = {
    Reminder.Step.THREE_BEFORE: "plain",
    Reminder.Step.ONE_BEFORE: "info",
    Reminder.Step.ON_THE_DAY: "warn",
    Reminder.Step.AFTER: "resp",
}


@require_safe
def reminders(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What stands, the nearest day first."""
    standing = Reminder.objects.visible_to(actor).standing().select_related("complaint__officer")
    page = Paginator(standing.order_by("due_on", "pk"), PAGE).get_page(request.GET.get("page"))
    rows = [Row(each, day(each.due_on), name_of(each.complaint.officer), TONES[each.step]) for each in page.object_list]
    context: dict[str, Any] = {**frame_of(actor), "rows": rows, "page": page, "count": page.paginator.count}
    return render(request, "admin/reminders.html", context)


@post_only("admin:reminders")
def dismiss(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Put one aside."""
    found = get_object_or_404(Reminder.objects.visible_to(actor), pk=pk)
    try:
        reminding.dismiss(found, actor=actor, at=timezone.now())
    except CannotAct as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:reminders")
    messages.success(request, _("已收起。到下一步还会提醒。"))
    return redirect("admin:reminders")
