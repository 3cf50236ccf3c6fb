"""Answers from a table, for call centres: the file is read, looked at row by row, and sent when somebody says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership
from complaints.flow import importing_responses as importing
from complaints.flow.sheet_rows import MOST_ROWS, NotASheet, Sheet
from complaints.flow.sheet_tables import results_csv
from complaints.models import Actor, ResponseSheet
from complaints.web.portal_members import house_of, member_page
from complaints.web.unreadable import Trouble, readable

ANSWERING = Membership.Part.ANSWERING
MOST_SHOWN = 200  # rows on the page, those that want a look first; all of them stand in the file of results
AT_THE_DOOR = timedelta(seconds=8)  # so long the page itself sends, before the queue goes on
LOOK_AGAIN = 3  # seconds
# What became of a row, in a word, and the tone it is shown in.
STATES: dict[str, tuple[Any, str]] = {
    "ready": (gettext_lazy("可以发"), "ok"),
    "error": (gettext_lazy("要改"), "resp"),
    "already": (gettext_lazy("发过了"), "none"),
    "sent": (gettext_lazy("已发出"), "ok"),
    "refused": (gettext_lazy("没有发出"), "resp"),
}


class SheetForm(forms.Form):
    """A table of answers."""

    file = forms.FileField(
        label=gettext_lazy("选表格"),
        help_text=gettext_lazy("CSV，UTF-8或GB18030，最多5000行、5MB。第一行是列名。"),
        error_messages={
            "required": gettext_lazy("还没有选文件。"),
            "empty": gettext_lazy("这个文件是空的（0字节），换一个。"),
        },
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )


@readable
def upload(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Choose a file; reading it sends nothing."""
    answer: HttpResponse = _upload(request, trouble=trouble)
    return answer


@member_page(ANSWERING)
@require_http_methods(["GET", "HEAD", "POST"])
def _upload(request: HttpRequest, actor: Actor, *, trouble: Trouble) -> HttpResponse:
    is_sent = request.method == "POST" and not trouble.is_unreadable
    form = SheetForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid():
        try:
            made = importing.read_responses(form.cleaned_data["file"].file, actor, at=timezone.now())
            return redirect("complaints:portal-import-sheet", made.key)
        except NotASheet as refusal:
            form.add_error("file", str(refusal))
    page = {**house_of(actor), "form": form, "refused": trouble.sentences, "most": MOST_ROWS}
    return render(request, "portal/import.html", page, status=422 if form.errors or trouble.sentences else 200)


@member_page(ANSWERING)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """What each row will do, or what is wrong in it; the POST sends what can be sent, once."""
    found = _sheet(key, actor)
    if request.method == "POST":
        _send(request, key, actor)
        return redirect("complaints:portal-import-sheet", key)
    shown = sorted(found.rows, key=lambda row: (row.code == "ready" and not row.warnings, row.number))[:MOST_SHOWN]
    page = {
        **house_of(actor),
        "sheet": found,
        "rows": [(row, *STATES[row.code]) for row in sorted(shown, key=lambda row: row.number)],
        "counts": [(words, count) for code, (words, _tone) in STATES.items() if (count := found.count(code))],
        "hidden": len(found.rows) - len(shown),
    }
    answer = render(request, "portal/import_sheet.html", page)
    if found.is_on_its_way:
        answer["Refresh"] = str(LOOK_AGAIN)
    return answer


def _send(request: HttpRequest, key: UUID, actor: Actor) -> None:
    """Begin to send; a short table is done with then, the queue goes on with a long one."""
    at = timezone.now()
    if not importing.order_responses(key, actor=actor, at=at):
        messages.info(request, _("已经有人按过发出，没有再发一次。"))
        return
    importing.carry_on(key, timezone.now, until=at + AT_THE_DOOR)
    found = _sheet(key, actor)
    if not found.is_on_its_way:
        count = found.count("sent")
        messages.success(request, ngettext("{n}份答复已发出。", "{n}份答复已发出。", count).format(n=count))


@member_page(ANSWERING)
@require_safe
def template(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A table to fill in: the cases that wait for an answer."""
    return _file(importing.template(actor), "answers.csv")


@member_page(ANSWERING)
@require_safe
def results(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """What became of each row."""
    return _file(results_csv(_sheet(key, actor)), "results.csv")


def _sheet(key: UUID, actor: Actor) -> Sheet:
    try:
        return importing.sheet_of(key, actor)
    except ResponseSheet.DoesNotExist:
        raise Http404 from None


def _file(text: str, name: str) -> HttpResponse:
    """With the mark of UTF-8, so that spreadsheets read it."""
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
