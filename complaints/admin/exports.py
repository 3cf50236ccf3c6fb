"""Exports at the desk: choose what to take, have it made, take it, and see who took what."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.admin.export_forms import ExportForm
from complaints.admin.listing import Filters
from complaints.admin.tabs import TABS, VERDICTS
from complaints.exports.writing import MEDIA_TYPES
from complaints.figures.words import CATEGORIES
from complaints.flow import exporting
from complaints.lifecycle import State
from complaints.models import Export, Party
from complaints.models.actor import Actor
from complaints.narrative import language
from complaints.posting import post_only
from complaints.serving import hand_over

SHOWN, LOGGED = 20, 50
REFRESH = 5  # seconds


@require_safe
def exports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The officer's own exports, and what became of them; for those who read logs, everybody's."""
    reads_log = permissions.may(actor, "read-log")
    if not (permissions.may(actor, "export") or reads_log):
        raise Http404
    at = timezone.now()
    mine = Export.objects.visible_to(actor).defer("cases").order_by("-pk")
    rows = [row.as_of(at) for row in mine[:SHOWN]]
    context = {
        **frame_of(actor),
        "rows": [(row, _what_of(row)) for row in rows],
        "refresh": REFRESH if any(row.state in {"waiting", "working"} for row in rows) else 0,
        "may_export": permissions.may(actor, "export"),
        "log": _log(actor) if reads_log else None,
    }
    return render(request, "admin/exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be in it; the cases are those of the queue's filters in the address."""
    if not permissions.may(actor, "export"):
        raise Http404
    filters = Filters.read(request.GET)
    may_name = permissions.may(actor, "export-names")
    form = ExportForm(request.POST if request.method == "POST" else None, may_name=may_name)
    if form.is_valid():
        try:
            asked = {**form.chosen(), "filters": filters.address()[1:], "language": language()}
            exporting.ask(**asked, actor=actor, at=timezone.now())
            messages.success(request, _("在做了。可以先离开，回来还在这里。"))
            return redirect("admin:exports")
        except exporting.NotExported as why:
            form.add_error(None, str(why))
    context = {**frame_of(actor), "form": form, "what": _what(filters), "back": _queue(filters)}
    return render(request, "admin/export_new.html", context, status=422 if form.errors else 200)


@post_only("admin:exports")
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Make it no more; what was made is deleted."""
    row = get_object_or_404(Export.objects.visible_to(actor), pk=pk)
    if exporting.cancel(row, actor=actor, at=timezone.now()):
        messages.success(request, _("不做了，文件也删了。"))
    return redirect("admin:exports")


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """The finished file, to who asked for it and may still have it; only a form takes it."""
    if request.method != "POST":
        return redirect("admin:exports")
    row = get_object_or_404(Export.objects.visible_to(actor), pk=pk)
    try:
        source = exporting.take_away(row, actor=actor, at=timezone.now())
    except permissions.NotAllowed:
        raise Http404 from None
    except exporting.NotExported as why:
        messages.error(request, str(why))
        return redirect("admin:exports")
    name = f"cases-{timezone.localtime(row.asked_at):%Y%m%d-%H%M}.{row.format}"
    return hand_over(source, name, media_type=MEDIA_TYPES[Export.Format(row.format)])


def _log(actor: Actor) -> list[tuple[Export, str]]:
    rows = Export.objects.on_record_for(actor).defer("cases").select_related("asked_by").prefetch_related("log__by")
    return [(row, _what_of(row)) for row in rows.order_by("-pk")[:LOGGED]]


def _queue(filters: Filters) -> str:
    return reverse("admin:queue") + filters.address()


def _what_of(row: Export) -> str:
    return _what(Filters.read(QueryDict(row.filters)))


def _what(filters: Filters) -> str:
    """Which cases, in words."""
    party, _dot, verdict = filters.verdict.partition(".")
    parts = [
        str(TABS[filters.view].label),
        str(CATEGORIES[filters.category]) if filters.category else "",
        filters.platform,
        f"{Party(party).label} {VERDICTS[verdict]}" if verdict else "",
        str(State(filters.state).label) if filters.state else "",
        f"“{filters.text}”" if filters.text else "",
    ]
    return _("，").join(part for part in parts if part)
