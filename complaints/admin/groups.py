"""Groups at the desk: what is suggested, what stands, one group, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import permissions
from complaints.admin.access import frame_of, way_back
from complaints.admin.group_deeds import DEEDS, Deed
from complaints.admin.group_forms import GroupForm, NewGroupForm
from complaints.admin.group_page import page_of, rows_of
from complaints.admin.join import hints_of
from complaints.alike import Told, common_goods
from complaints.flow import clusters, groups
from complaints.flow.offers import CannotOffer
from complaints.flow.triage import CannotAct
from complaints.group_words import duty_on, joint_on, letter_to_platform, why_words
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Group, Suggestion
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet
from complaints.posting import post_only

MOST_SHOWN = 50
CONFLICT, WRONG = 409, 422


@require_safe
def groups_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Suggestions with why they match, then the groups, newest first; ``?all`` shows those that have ended as well,
    ``?before=`` goes on below."""
    found = Group.objects.visible_to(actor)
    shown = found if "all" in request.GET else found.exclude(state=Group.State.CLOSED)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 12:
        shown = shown.filter(pk__lt=int(before))
    page = list(shown.annotate(joined=_members("joined"), asked=_members("invited"))[: MOST_SHOWN + 1])
    context = {
        **frame_of(actor),
        "hints": hints_of(actor),
        "groups": page[:MOST_SHOWN],
        "before": page[MOST_SHOWN - 1].pk if len(page) > MOST_SHOWN else None,
        "ended": found.filter(state=Group.State.CLOSED).count(),
        "is_all": "all" in request.GET,
    }
    return render(request, "admin/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a group of the cases asked for (``?case=``, or ``?suggestion=``); each consumer is asked then."""
    permissions.require(actor, "group")
    sent = request.POST if request.method == "POST" else request.GET
    suggestion = _suggestion(actor, sent.get("suggestion", ""))
    cases = list(_asked_for(actor, [*request.GET.getlist("case"), *request.POST.getlist("case")], suggestion))
    rows = rows_of(cases, {})
    form = NewGroupForm(request.POST if request.method == "POST" else None, initial=_words_for(cases))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        chosen = [case for case in cases if case.reference in set(sent.getlist("case"))]
        try:
            made = groups.make(chosen, **form.cleaned_data, suggestion=suggestion, actor=actor, at=timezone.now())
        except (CannotAct, IllegalMove) as error:
            refusal = str(error)
        else:
            messages.success(
                request, _("已建好{reference}，消费者会收到通知，各自决定。").format(reference=made.reference)
            )
            return redirect("admin:group", made.pk)
    today = timezone.localdate()
    context = {
        **frame_of(actor),
        "form": form,
        "rows": rows,
        "ticked": set(request.POST.getlist("case"))
        if request.method == "POST"
        else {row.case.reference for row in rows},
        "suggestion": suggestion,
        "why": why_words(suggestion.why) if suggestion else [],
        "law": joint_on(today),
        "refusal": refusal,
    }
    status = CONFLICT if refusal else WRONG if form.is_bound else 200
    return render(request, "admin/group_new.html", context, status=status)


@post_only("admin:groups")
def dismiss(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """These are no one matter."""
    suggestion = get_object_or_404(Suggestion.objects.visible_to(actor), pk=pk)
    clusters.dismiss(suggestion.pk, actor=actor, at=timezone.now())
    messages.success(request, _("不再提示。再多出一半，会重新出现。"))
    return redirect(way_back(request, reverse("admin:groups")))


@require_safe
def group(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One group: its cases, what is common, what was done, and what may be done now."""
    found = get_object_or_404(Group.objects.visible_to(actor).select_related("made_by", "suggestion"), pk=pk)
    today = timezone.localdate()
    page = page_of(found, actor, on=today)
    room = found.room or found.title
    letter = letter_to_platform(reference=found.reference, room=room, count=page["joined"], day=today)
    law = {"law": joint_on(timezone.localdate(found.made_at)), "duty": duty_on(today), "letter": letter}
    return render(request, "admin/group.html", {**frame_of(actor), "group": found, **page, **law})


@require_http_methods(["GET", "HEAD", "POST"])
def group_act(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """One thing done to a group, on a page of its own: what it will do, and its form."""
    found = get_object_or_404(Group.objects.visible_to(actor), pk=pk)
    deed = DEEDS.get(name)
    if deed is None:
        raise Http404
    permissions.require(actor, "group")
    given: dict[str, Any] = {
        "initial": {key: request.GET[key] for key in ("fact", "case", "number") if key in request.GET}
    }
    form = deed.form(**({"data": request.POST} if request.method == "POST" else given), group=found)
    if not form.is_valid():
        return _act_page(request, actor, found, deed, form, status=WRONG if form.is_bound else 200)
    try:
        said = deed.run(found, form.cleaned_data, actor, timezone.now())
    except (CannotAct, CannotOffer, IllegalMove) as error:
        return _act_page(request, actor, found, deed, form, status=CONFLICT, refusal=str(error))
    messages.success(request, said)
    return redirect("admin:group", pk)


def _act_page(
    request: HttpRequest,
    actor: Actor,
    found: Group,
    deed: Deed,
    form: GroupForm,
    *,
    status: int,
    refusal: str = "",
) -> HttpResponse:
    """What was typed is kept; after a refusal it stands on the group as it is now."""
    found.refresh_from_db()
    if form.is_bound:
        typed = form.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
        typed["version"] = str(found.version)
        form.data = typed
    context = {"group": found, "deed": deed, "form": form, "refusal": refusal, "is_open": deed.is_open_to(actor, found)}
    return render(request, "admin/group_act.html", {**frame_of(actor), **context}, status=status)


def _suggestion(actor: Actor, pk: str) -> Suggestion | None:
    if not pk:
        return None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 12):
        raise Http404
    return get_object_or_404(Suggestion.objects.visible_to(actor), pk=int(pk))


def _asked_for(actor: Actor, references: list[str], suggestion: Suggestion | None) -> ComplaintQuerySet:
    """The cases by their numbers, or those of a suggestion that may still be joined. A number one may not see is no
    number at all."""
    seen = Complaint.objects.visible_to(actor).prefetch_related("respondents").order_by("pk")
    if suggestion is not None:
        return seen.open().filter(suggested_in__suggestion=suggestion).exclude(memberships__stands=True)
    wanted = set(references)
    found = seen.filter(reference__in=wanted)
    if found.count() != len(wanted):
        raise Http404
    return found


def _words_for(cases: list[Complaint]) -> dict[str, str]:
    """A title to begin with, from what most have in common."""
    if not cases:
        return {}
    goods, room = common_goods([Told(case.goods, "") for case in cases]), cases[0].room
    return {"title": _("{room}：{goods}").format(room=room, goods=goods)[:80] if room else goods[:80]}


def _members(state: str) -> Count:
    """How many of a group are in this state; of one that has ended, how many were when it did."""
    stands = Q(members__stands=True) | Q(state=Group.State.CLOSED)
    return Count("members", filter=Q(members__state=state) & stands)
