"""Who looked and who changed: the record an auditor reads, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import DutyChange, Membership, User
from complaints import permissions
from complaints.admin.access import frame_of, name_of
from complaints.admin.story import deeds_of
from complaints.models import Access, Complaint, Event
from complaints.models.actor import Actor
from complaints.references import tidy_reference

PAGE_SIZE = 50
OFFICER = "officer:"  # how Actor.label begins for one
SEEN, DONE = "seen", "done"


@dataclass(frozen=True, slots=True)
class Line:
    """One look, or one act. ``case`` is empty where the reader may not see the case itself."""

    at: datetime
    who: str
    what: Any
    reference: str
    is_open: bool


class LogForm(forms.Form):
    """What is asked for. Anything that cannot be read is left out and said."""

    show = forms.ChoiceField(
        label=gettext_lazy("看什么"),
        required=False,
        choices=((SEEN, gettext_lazy("谁看过")), (DONE, gettext_lazy("谁改过"))),
        initial=SEEN,
    )
    officer = forms.ChoiceField(label=gettext_lazy("谁"), required=False)
    what = forms.ChoiceField(
        label=gettext_lazy("看了什么"), required=False, choices=[("", gettext_lazy("都要")), *Access.What.choices]
    )
    case = forms.CharField(label=gettext_lazy("投诉编号"), required=False, max_length=40)
    since = forms.DateField(
        label=pgettext_lazy("range", "从"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("range", "到"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext_lazy("所有人")), *((str(user.pk), name_of(user)) for user in people)]
        self.hide_optional = True
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = gettext_lazy("写成年-月-日，例如2026-06-01。")

    def asked(self, name: str) -> Any:
        return self.cleaned_data.get(name) or ""


@require_safe
def log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Looks at personal data, or what officers did to cases; filtered by the address."""
    permissions.require(actor, "read-log")
    people = _people(actor)
    form = LogForm(request.GET or {"show": SEEN}, people=people)
    form.is_valid()  # what cannot be read is said at its field, and narrows nothing
    shows_deeds = form.asked("show") == DONE
    lines, more = (_deeds if shows_deeds else _looks)(form, actor, people, after=_place(request))
    kept = [(name, value) for name, value in request.GET.items() if name != "after"]
    context = {
        **frame_of(actor),
        "form": form,
        "lines": lines,
        "shows_deeds": shows_deeds,
        "more": f"?{urlencode([*kept, ('after', more)])}" if more else "",
        "narrowed": any(form.asked(name) for name in ("officer", "what", "case", "since", "until")),
    }
    return render(request, "admin/log.html", context)


def _looks(form: LogForm, actor: Actor, people: list[User], *, after: int) -> tuple[list[Line], int]:
    rows: QuerySet[Any] = Access.objects.visible_to(actor).select_related("officer", "complaint").order_by("-pk")
    if form.asked("officer"):
        rows = rows.filter(officer=form.asked("officer"))
    if form.asked("what"):
        rows = rows.filter(what=form.asked("what"))
    found, more = _page(_narrowed(rows, form), after)
    read = _readable(actor, [row.complaint_id for row in found])
    return [
        Line(row.at, name_of(row.officer), row.get_what_display(), row.complaint.reference, row.complaint_id in read)
        for row in found
    ], more


def _deeds(form: LogForm, actor: Actor, people: list[User], *, after: int) -> tuple[list[Line], int]:
    """Of the officers of one's own association, in the cases one reads."""
    names = {f"{OFFICER}{user.pk}": name_of(user) for user in people}
    wanted = [f"{OFFICER}{form.asked('officer')}"] if form.asked("officer") else list(names)
    read = Complaint.objects.visible_to(actor)
    rows = (
        Event.objects.filter(actor__startswith=OFFICER, actor__in=wanted, complaint__in=read)
        .select_related("complaint")
        .order_by("-pk")
    )
    found, more = _page(_narrowed(rows, form), after)
    return [
        Line(row.at, names.get(row.actor, ""), deed, row.complaint.reference, is_open=True)
        for row, deed in zip(found, deeds_of(found), strict=True)
    ], more


def _narrowed(rows: QuerySet[Any], form: LogForm) -> QuerySet[Any]:
    if form.asked("case"):
        rows = rows.filter(complaint__reference=tidy_reference(form.asked("case")))
    if form.asked("since"):
        rows = rows.filter(at__gte=_midnight(form.asked("since")))
    if form.asked("until"):
        rows = rows.filter(at__lt=_midnight(form.asked("until")) + timedelta(days=1))
    return rows


def _page(rows: QuerySet[Any], after: int) -> tuple[list[Any], int]:
    """A page of rows, newest first, and the number of its last if there is more."""
    found = list((rows.filter(pk__lt=after) if after else rows)[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else 0


def _readable(actor: Actor, cases: list[int]) -> set[int]:
    return set(Complaint.objects.visible_to(actor).filter(pk__in=cases).values_list("pk", flat=True))


def _people(actor: Actor) -> list[User]:
    """Who may be asked for: one's own association's people, also those who have left."""
    own = {member.user for member in Membership.objects.filter(organisation=actor.organisation).select_related("user")}
    changed = DutyChange.objects.filter(organisation=actor.organisation)
    left = User.objects.filter(pk__in=changed.values("user"))
    return sorted(own | set(left), key=lambda user: (user.last_name, user.username))


def _place(request: HttpRequest) -> int:
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
