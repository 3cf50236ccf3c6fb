"""The queue: what each case needs, decided in under a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from complaints.admin import join
from complaints.admin.access import colleagues_of, frame_of, name_of
from complaints.admin.counting import capped_counts, counted, kept_counts
from complaints.admin.listing import EPOCH, MICROSECOND, ORDER, Filters, found_among, rows_of, yuan
from complaints.admin.overview import overview_of
from complaints.admin.panels import exhibits_of, finding_of, key_facts, wanted_of
from complaints.admin.rail import pages_of, rail_of, waiting_for
from complaints.admin.saved_views import kept_by
from complaints.admin.tabs import TABS, VERDICTS, WAITING
from complaints.figures.words import CATEGORIES
from complaints.flow import presence
from complaints.flow.many import MOST
from complaints.flow.viewing import note_access, noted_lately
from complaints.lifecycle import State
from complaints.models import Access, Complaint, SavedView
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet, Party
from complaints.narrative import day, until_words
from complaints.posting import post_only

PEEKED_STEPS = 4


@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list with its figures; ``?open=<number>`` shows a case beside it."""
    if "q" in request.GET:  # words in plain go no further than the address bar
        return redirect(request.path + Filters.read(request.GET).address())
    me, now = person_of(actor), timezone.localtime()
    cases = Complaint.objects.visible_to(actor)
    filters = Filters.read(request.GET)
    kept = kept_by(actor)
    numbers = _numbers(request, actor, cases, filters, kept, now)
    rows, more = rows_of(cases, filters, at=now, me=me, has_company=numbers["company"] > 0)
    if not (more or filters.after):  # the whole list is here
        numbers["shown" if filters.narrowed else filters.view] = len(rows)
    wanted = filters.open or (rows[0].case.reference if rows else "")
    overview = overview_of(actor, cases, at=now)
    context = {
        **frame_of(actor),
        **_counts(actor, filters, kept, numbers),
        "filters": filters,
        "first_page": filters.address(),
        "rows": rows,
        "more": filters.address(after=more) if more else "",
        "title": _("待办") if TABS[filters.view].on_strip else TABS[filters.view].label,
        "measures": overview.measures,
        "charts": overview.charts,
        "colleagues": [(user.pk, name_of(user)) for user in colleagues_of(actor)],
        "now": now,
        "here": request.path + filters.address(open=wanted, after=filters.after),
        "me": me,
        "most": MOST,
        "news": f"{reverse('admin:queue-news')}{filters.address()}",
        "since": (now - EPOCH) // MICROSECOND,
        **_choices(overview.platforms, filters),
        **(join.join_strip(actor) if numbers["suggestions"] else {}),
        **(_preview(actor, cases, wanted) if wanted else {}),
        **({} if rows else _next_due(cases)),
    }
    return render(request, "admin/queue.html", context)


@post_only("admin:queue")
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Search and filter: the answer is the address of the list that was asked for."""
    return redirect(reverse("admin:queue") + Filters.read(request.POST).address())


@require_safe
def preview(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The case beside the list, alone: what the page fetches when another row is opened."""
    context = _preview(actor, Complaint.objects.visible_to(actor), reference)
    if not context:
        raise Http404
    here = f"{reverse('admin:queue')}?open={reference}"
    context |= {**frame_of(actor), "me": actor.user, "here": here}
    return render(request, "admin/components/peek.html", context)


@require_safe
def news(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How many cases were filed into the list that is shown since its page was made: what the page asks for now and
    then. It says so, and moves nothing."""
    since, me = request.GET.get("since", ""), person_of(actor)
    if not (since.isascii() and since.isdigit() and len(since) < 18):
        raise Http404
    filters, on = Filters.read(request.GET), timezone.localdate()
    found = found_among(Complaint.objects.visible_to(actor), filters, on=on, me=me)
    count = capped_counts({"new": found.filter(filed_at__gt=EPOCH + int(since) * MICROSECOND)}, me=me)["new"]
    words = ngettext("新来{n}件，点这里显示", "新来{n}件，点这里显示", count).format(n=counted(count))
    return JsonResponse({"count": count, "words": words if count else ""}, headers={"Cache-Control": "no-store"})


def person_of(actor: Actor) -> User:
    """The officer as a person."""
    assert actor.user is not None  # an officer is a person; the site lets nobody else in
    return actor.user


def _numbers(
    request: HttpRequest,
    actor: Actor,
    cases: ComplaintQuerySet,
    filters: Filters,
    kept: Sequence[tuple[SavedView, Filters]],
    now: datetime,
) -> dict[str, int]:
    """How many stand in each tab and saved view, in the list itself and behind the other pages; and whether there is
    company or anything suggested, which is looked up only then."""
    me, on = person_of(actor), now.date()
    shown = {"shown": found_among(cases, filters, on=on, me=me)} if filters.narrowed else {}
    anew: dict[str, int] = {}

    def count() -> dict[str, int]:
        queries = {code: cases.filter(tab.where(on, me)) for code, tab in TABS.items()}
        queries |= {f"kept{view.pk}": found_among(cases, saved, on=on, me=me) for view, saved in kept if not saved.text}
        also = {"company": presence.anybody(at=now, besides=me), "suggestions": join.standing(actor)}
        anew.update(capped_counts(queries | waiting_for(actor) | also | shown, me=me))
        return {name: number for name, number in anew.items() if name not in shown}

    numbers = kept_counts(request, ".".join([f"{on:%Y%m%d}", *(str(view.pk) for view, _saved in kept)]), count)
    return {**numbers, **(anew or capped_counts(shown, me=me))}


def _counts(
    actor: Actor, filters: Filters, kept: Sequence[tuple[SavedView, Filters]], numbers: dict[str, int]
) -> dict[str, Any]:
    """Tabs, rail, saved views and the title with their numbers; the saved view that is shown is marked."""
    here = replace(filters, after=None, open="")
    total = numbers["shown"] if filters.narrowed else numbers[filters.view]
    return {
        "total": total,
        "total_words": counted(total),
        "tabs": [
            (code, tab.label, counted(numbers[code]), filters.address(view=code))
            for code, tab in TABS.items()
            if tab.on_strip
        ],
        "kept": [
            (view, saved.address(), counted(numbers[f"kept{view.pk}"]) if not saved.text else "", saved == here)
            for view, saved in kept
        ],
        "rail": rail_of(numbers, filters.view),
        "pages": pages_of(actor, numbers),
    }


def _preview(actor: Actor, cases: ComplaintQuerySet, reference: str) -> dict[str, Any]:
    """What the preview shows of one visible case; empty if it is not visible. That it was seen is entered. Three
    questions to the database."""
    parts = ("decision", "contact", "officer", "association")
    seen = noted_lately(Access.What.CASE, actor=actor, at=timezone.now())
    case = cases.select_related(*parts).filter(reference=reference).annotate(was_noted=seen).first()
    if case is None or case.decision is None:
        return {}
    note_access(case, Access.What.CASE, actor=actor, at=timezone.now(), noted=case.was_noted)
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


def _next_due(cases: ComplaintQuerySet) -> dict[str, Any]:
    """For an empty list: the case in hand whose day comes next."""
    case = cases.filter(WAITING, due_on__isnull=False).order_by(*ORDER).only("reference", "due_on").first()
    return {"next_due": case, "next_until": until_words(case.due_on)} if case else {}


def _choices(platforms: list[str], filters: Filters) -> dict[str, Any]:
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
        "platforms": platforms,
        "parties": parties,
        "states": State.choices,
    }
