"""The page of one entry of the register: names, contacts, relations, its record, its cases, and what was changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.regions import name_of as region_name
from complaints import permissions
from complaints.admin.access import frame_of
from complaints.admin.register_forms import ReasonForm
from complaints.admin.register_picture import boxes_of, height_of, lines_of
from complaints.admin.register_record import record_of
from complaints.admin.register_words import history_of
from complaints.flow.register_matching import twins
from complaints.models import (
    Complaint,
    RegisterAccount,
    RegisterAlias,
    RegisterContact,
    RegisterEntry,
    RegisterMerge,
    Respondent,
)
from complaints.models.actor import Actor
from complaints.narrative import language

CASES = 20  # the latest, on the page


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact, as far as it is shown."""

    contact: RegisterContact
    who: str
    address: str


@require_safe
def page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One entry. Who was merged leads on to the one that stands for it."""
    entry = entry_of(actor, pk)
    if entry.root_id:
        return redirect("admin:register-entry", entry.root_id)
    family = entry.family
    lines = lines_of(family, actor, on=timezone.localdate())
    boxes = boxes_of(lines)
    context = {
        **frame_of(actor),
        **cases_of(family, actor),
        "entry": entry,
        "region": region_name(entry.region, language()) if entry.region else "",
        "names": RegisterAlias.objects.standing().filter(entry__in=family).select_related("platform__root"),
        "accounts": RegisterAccount.objects.standing().filter(entry__in=family).select_related("platform__root"),
        "contacts": contacts_of(family),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "lines": lines,
        "boxes": boxes,
        "height": height_of(boxes),
        "record": record_of(entry),
        "twins": twins(entry),
        "merges": RegisterMerge.objects.filter(kept=entry, undone_at=None).select_related("gone").order_by("-pk"),
        "history": history_of(family),
        "may_change": permissions.may(actor, "register"),
        "may_merge": permissions.may(actor, "merge-parties"),
        "may_reach": permissions.may(actor, "contact"),
    }
    return render(request, "admin/register_entry.html", context)


def entry_of(actor: Actor, pk: int) -> RegisterEntry:
    """Raises Http404 for what the actor may not see."""
    entries = RegisterEntry.objects.visible_to(actor).select_related("root", "organisation")
    return get_object_or_404(entries, pk=pk)


def cases_of(family: list[int], actor: Actor) -> dict[str, Any]:
    """The latest cases that the officer sees anyway, and how many those are. Of other associations' nothing is told."""
    mine = Respondent.objects.filter(complaint=OuterRef("pk"), entry__in=family)
    cases = Complaint.objects.visible_to(actor).filter(Exists(mine))
    latest = cases.defer("story", "statement").order_by("-filed_at", "-pk")[:CASES]
    return {"cases": list(latest), "case_count": cases.count()}


def contacts_of(family: list[int]) -> list[Reached]:
    found = RegisterContact.objects.standing().filter(entry__in=family).order_by("pk")
    return [Reached(each, **each.shown()) for each in found]
