"""The queue: what each case needs, decided in under a minute."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from complaints.admin import figures
from complaints.admin.access import colleagues_of, frame_of, name_of, way_back
from complaints.admin.listing import (
    TABS,
    VERDICTS,
    Filters,
    count_of,
    counts_of,
    platforms_of,
    rows_of,
    yuan,
)
from complaints.admin.measures import day_conditions, measures_of
from complaints.admin.panels import exhibits_of, finding_of, key_facts, wanted_of
from complaints.admin.rail import rail_of
from complaints.figures.words import CATEGORIES
from complaints.flow import triage
from complaints.lifecycle import IllegalMove, State
from complaints.models import Complaint
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet, Party
from complaints.narrative import day
from complaints.posting import post_only

PEEKED_STEPS = 4


@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list with its figures; ``?open=<number>`` shows a case beside it."""
    me, now = _person(actor), timezone.localtime()
    on = now.date()
    cases = Complaint.objects.visible_to(actor)
    filters = Filters.read(request.GET)
    rows, more = rows_of(cases, filters, at=now, me=me)
    counts = counts_of(cases, on=on, me=me, extra=day_conditions(on))
    recent = figures.recent_cases(cases, at=now)
    wanted = filters.open or (rows[0].case.reference if rows else "")
    context = {
        **frame_of(actor),
        "filters": filters,
        "first_page": filters.address(),
        "rows": rows,
        "more": filters.address(after=more) if more else "",
        "total": count_of(cases, filters, on=on, me=me) if filters.narrowed else counts[filters.view],
        "tabs": [
            (code, tab.label, counts[code], filters.address(view=code)) for code, tab in TABS.items() if tab.on_strip
        ],
        "title": _("待办") if TABS[filters.view].on_strip else TABS[filters.view].label,
        "measures": measures_of(recent, figures.answers_in_time(cases, at=now), counts, on=on),
        "flow": figures.flow_of(recent),
        "flow_ends": figures.ends_of(),
        "heat": figures.heat_of(recent),
        "colleagues": [(user.pk, name_of(user)) for user in colleagues_of(actor)],
        "now": now,
        "here": request.path + filters.address(open=wanted, after=filters.after),
        "me": me,
        "rail": rail_of(counts, filters.view),
        **_choices(cases, filters),
        **(_preview(cases, wanted) if wanted else {}),
    }
    return render(request, "admin/queue.html", context)


@require_safe
def preview(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The case beside the list, alone: what the page fetches when another row is opened."""
    context = _preview(Complaint.objects.visible_to(actor), reference)
    if not context:
        raise Http404
    here = f"{reverse('admin:queue')}?open={reference}"
    return render(request, "admin/components/peek.html", {**context, "me": actor.user, "here": here})


@post_only("admin:queue")
def assign_many(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give the chosen cases to one officer. A number one may not see is no number at all: then nothing is done."""
    chosen = set(request.POST.getlist("case"))
    found = list(Complaint.objects.visible_to(actor).filter(reference__in=chosen))
    to_pk = request.POST.get("to") or request.POST.get("other")
    to = next((user for user in colleagues_of(actor) if str(user.pk) == to_pk), None)
    if len(found) != len(chosen) or to is None:
        raise Http404
    given = 0
    for complaint in found:
        try:
            triage.assign(complaint, to=to, actor=actor, at=timezone.now())
            given += 1
        except IllegalMove as refusal:
            messages.warning(request, f"{complaint.reference} {refusal}")
    _tell(request, given, to)
    return redirect(way_back(request, reverse("admin:queue")))


def _tell(request: HttpRequest, given: int, to: User) -> None:
    if given:
        words = ngettext("{n}件已分给{name}。", "{n}件已分给{name}。", given)
        messages.success(request, words.format(n=given, name=name_of(to)))
    elif not messages.get_messages(request):
        messages.info(request, _("先勾选要分的案件。"))


def _preview(cases: ComplaintQuerySet, reference: str) -> dict[str, Any]:
    """What the preview shows of one visible case; empty if it is not visible. Three questions to the database."""
    parts = ("decision", "contact", "officer", "association")
    case = cases.select_related(*parts).filter(reference=reference).first()
    if case is None or case.decision is None:
        return {}
    exhibits = exhibits_of(case, in_full=False)
    finding = finding_of(case.decision, before=None, exhibits=exhibits)
    return {
        "shown": case,
        "price": yuan(case.price),
        "purchased": day(case.purchased_on),
        "consumer": case.contact.masked()["name"],
        "officer": name_of(case.officer),
        "wanted": wanted_of(case),
        "finding": finding,
        "steps": finding.steps[:PEEKED_STEPS],
        "facts": key_facts(finding),
        "exhibits": exhibits,
    }


def _choices(cases: ComplaintQuerySet, filters: Filters) -> dict[str, Any]:
    """The filters above the list: what can be chosen, and what is."""
    parties = [
        (str(party.label), [(f"{party}.{code}", str(word)) for code, word in VERDICTS.items()]) for party in Party
    ]
    party, _dot, verdict = filters.verdict.partition(".")
    pills = [
        ("category", str(CATEGORIES[filters.category]) if filters.category else ""),
        ("platform", filters.platform),
        ("verdict", f"{Party(party).label} {VERDICTS[verdict]}" if party else ""),
        ("state", str(State(filters.state).label) if filters.state else ""),
        ("text", f"“{filters.text}”" if filters.text else ""),
    ]
    return {
        "pills": [(words, filters.address(**{name: ""})) for name, words in pills if words],
        "categories": list(CATEGORIES.items()),
        "platforms": platforms_of(cases),
        "parties": parties,
        "states": State.choices,
    }


def _person(actor: Actor) -> User:
    assert actor.user is not None  # an officer is a person; the site lets nobody else in
    return actor.user
