"""Who should take it next: the six ways of a case beside each other, and the door that only opens once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.asking.replies import ConfirmForm
from complaints.case_limits import limits_of
from complaints.channels import Channel, channels_of
from complaints.models import Complaint
from complaints.narrative import language, turn_of
from complaints.papers.sheets import SLUGS
from complaints.web.case import case_page, find_case, frame_of, respondents_of
from routing import explain, rulebook


@case_page
@require_safe
def next_channel(request: HttpRequest, reference: str) -> HttpResponse:
    """Every way with what it can do, closes and needs, until when, and whether it is open; the next one is marked."""
    complaint = find_case(request, reference)
    channels = channels_of_case(complaint)
    unticked = request.GET.get("tick", "")
    doors = {way.id: _door(way, missed=way.id == unticked) for way in channels if way.closes}
    page = {
        **_page(complaint),
        "channels": [(way, doors.get(way.id), way.id in SLUGS and not way.is_closed) for way in channels],
        "has_door": bool(doors),
        "form": doors.get(unticked),
    }
    return render(request, "case/next.html", {**frame_of(complaint), **page})


def channels_of_case(complaint: Complaint) -> list[Channel]:
    """The six ways of a case today."""
    respondents = respondents_of(complaint)
    return channels_of(complaint, respondents, limits_of(complaint, respondents), on=timezone.localdate())


def way_of(complaint: Complaint, id: str) -> Channel | None:
    """One of them; None where there is no such way."""
    return next((way for way in channels_of_case(complaint) if way.id == id), None)


def _door(way: Channel, *, missed: bool) -> ConfirmForm:
    """The box to tick before the papers for a one-way door are handed out; ``missed`` where it was left empty."""
    labels = {
        "association": _("我明白：协会受理后，同一件事12315不再受理"),
        "regulator": _("我明白：12315受理后，同一件事协会通常也不再受理"),
    }
    data = QueryDict() if missed else None
    return ConfirmForm(labels[way.id], _("请先勾选，表示你明白只能选一个。"), data, auto_id=f"id_{way.id}_%s")


def _page(complaint: Complaint) -> dict[str, Any]:
    on, respondents = timezone.localdate(), respondents_of(complaint)
    record = complaint.decision
    acts = explain(rulebook(), record.input, record.output, language()).acts if record else ()
    return {
        "tab": "progress",
        "turn": turn_of(complaint, respondents, list(complaint.requests.all()), on=on),
        "acts": acts,
    }
