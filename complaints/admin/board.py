"""The dashboard: the officer's day, and the association's figures, each with the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from complaints import permissions
from complaints.admin import board_charts as charts
from complaints.admin.access import frame_of, name_of
from complaints.admin.board_scope import FIGURES, Board, Scope, given
from complaints.admin.board_words import AGE_WORDS, FATE_WORDS, KIND_WORDS, said
from complaints.admin.figures import ends_of
from complaints.figures.words import CATEGORIES
from complaints.models import BoardCase, BoardCount, BoardTerm, Complaint
from complaints.models.actor import Actor
from complaints.narrative import language
from complaints.permissions import READING

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: the case, and what of it is counted here."""

    case: Complaint
    officer: str
    words: str = ""
    last_on: date | None = None
    done_on: date | None = None


@require_safe
def dashboard(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All figures of the days, association, category and platform that the address names."""
    board = _board(request, actor)
    flow, flow_lines, flow_links = charts.flow(board)
    bars, hand = charts.in_hand(board)
    ended_heads, ended_lines = charts.ended(board)
    heat, heat_lines = charts.hours(board)
    turned, turned_share = charts.changed(board)
    context = {
        **frame_of(actor),
        **_choices(board),
        "scope": board.scope,
        "counted": BoardCount.objects.filter(round_on__isnull=False).first(),
        "my_day": charts.my_day(board),
        "ages": list(AGE_WORDS.values()),
        "hand_bars": bars,
        "hand": hand,
        "fates": list(FATE_WORDS.items()),
        "weeks": charts.deadlines_kept(board),
        "flow": flow,
        "flow_lines": flow_lines,
        "flow_links": flow_links,
        "flow_ends": ends_of(),
        "ended_heads": ended_heads,
        "ended": ended_lines,
        "heat": heat,
        "heat_lines": heat_lines,
        "rules": charts.rules(board),
        "turned": turned,
        "turned_share": turned_share,
        "load": charts.load(board) if board.may_see("load") else None,
        "reads_log": permissions.may(actor, "read-log"),
        "platform_lines": charts.platforms(board),
    }
    return render(request, "admin/dashboard.html", context)


@require_safe
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cases behind one figure, or behind a part of it: as many as it says."""
    board, name = _board(request, actor), request.GET.get("figure", "")
    if name not in FIGURES or not board.may_see(name):
        raise Http404
    keys = given(request.GET, name)
    if keys is None:
        raise Http404
    rows = FIGURES[name].rows(board).filter(**keys)
    page, after = _page(rows, request.GET.get("after", ""))
    context = {
        **frame_of(actor),
        "title": FIGURES[name].label,
        "words": said(keys),
        "total": rows.count(),
        "rows": page,
        "is_of_terms": rows.model is BoardTerm,
        "more": f"{board.address(name, **keys)}&after={after}" if after else "",
        "back": board.scope.address(),
        "scope": board.scope,
        "is_of_days": rows.model is not Complaint and name not in {"hand", "load"},
    }
    return render(request, "admin/dashboard_list.html", context)


def _board(request: HttpRequest, actor: Actor) -> Board:
    if READING.isdisjoint(actor.duties):
        raise Http404
    on = timezone.localdate()
    return Board(actor, Scope.read(request.GET, on), on)


def _page(rows: QuerySet[Any], after: str) -> tuple[list[Listed], int | None]:
    """The newest first, fifty at a time; and the place the next page begins behind."""
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    to_case = {Complaint: "", BoardCase: "complaint"}.get(rows.model, "case__complaint")
    related = [f"{to_case}__officer" if to_case else "officer"]
    unread = [f"{to_case}__{name}" if to_case else name for name in ("story", "statement")]
    found = list(rows.select_related(*related).defer(*unread).order_by("-pk")[: PAGE_SIZE + 1])
    after_pk = found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None
    return [_listed(row) for row in found[:PAGE_SIZE]], after_pk


def _listed(row: Any) -> Listed:
    if isinstance(row, Complaint):
        return Listed(row, name_of(row.officer))
    case = row.complaint if isinstance(row, BoardCase) else row.case.complaint
    if not isinstance(row, BoardTerm):
        return Listed(case, name_of(case.officer))
    words = str(KIND_WORDS[row.kind]) + (f" {row.get_party_display()}" if row.party else "")
    return Listed(case, name_of(case.officer), words, row.last_on, row.done_on)


def _choices(board: Board) -> dict[str, Any]:
    """What the filters offer."""
    office, scope = board.actor.organisation, board.scope
    connected = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).values_list("name_zh", flat=True)
    sees_all = office is not None and not office.region
    houses = Organisation.objects.filter(kind=Organisation.Kind.ASSOCIATION).order_by("region") if sees_all else ()
    return {
        "associations": [(each.pk, each.name(language())) for each in houses],
        "categories": list(CATEGORIES.items()),
        "platforms": sorted({*connected, *([scope.platform] if scope.platform else [])}),
    }
