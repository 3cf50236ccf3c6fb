"""Who the parties of a case are in the register: the panel on its screen, and a page for each party to say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.flow import register_matching as matching
from complaints.flow.register import CannotRegister
from complaints.flow.register_matching import KINDS, SYSTEM, Suggestion
from complaints.models import Complaint, Party, RegisterEntry, Respondent
from complaints.models.actor import Actor

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Known:
    """A respondent and the entry it is, or how many it may be."""

    respondent: Respondent
    entry: RegisterEntry | None
    by_itself: bool
    suggested: int


def known_parties(respondents: Iterable[Respondent], actor: Actor) -> dict[str, object]:
    """For the panel of a case."""
    parties = list(respondents)
    entries = RegisterEntry.objects.visible_to(actor).select_related("root")
    found = {each.pk: each.head for each in entries.filter(pk__in=[one.entry_id for one in parties if one.entry_id])}
    on = next(
        (found[one.entry_id].pk for one in parties if one.party == Party.PLATFORM and one.entry_id in found), None
    )
    told = [
        Known(
            respondent=each,
            entry=found.get(each.entry_id or 0),
            by_itself=each.entry_by == SYSTEM,
            suggested=0 if each.entry_id else len(matching.suggestions(each, on)),
        )
        for each in parties
    ]
    return {"known_parties": told, "may_register": permissions.may(actor, "register")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, actor: Actor, reference: str, party: str) -> HttpResponse:
    """Whom a party may be, and why; a search; POST says which it is, enters a new one or takes it back."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    if party not in Party.values or not permissions.may(actor, "register"):
        raise Http404
    respondent = get_object_or_404(complaint.respondents.select_related("entry__root"), party=party)
    if request.method != "POST":
        return _page(request, actor, complaint, respondent)
    try:
        said = _say(request, actor, complaint, Party(party))
    except CannotRegister as refusal:
        respondent.refresh_from_db()
        return _page(request, actor, complaint, respondent, refusal=str(refusal))
    messages.success(request, said)
    return redirect(f"{reverse('admin:case', args=[reference])}#register")


def _say(request: HttpRequest, actor: Actor, complaint: Complaint, party: Party) -> str:
    """Do what was pressed, and return what is said of it."""
    choice, seen, at = request.POST.get("entry", ""), request.POST.get("was", ""), timezone.now()
    was = int(seen) if _is_number(seen) else None
    if choice == "none":
        matching.link(complaint, party=party, entry=None, was=was, actor=actor, at=at)
        return _("已取消对应。投诉里写的名称没有变。")
    if choice.startswith("new-") and (kind := choice.removeprefix("new-")) in KINDS[party]:
        made = matching.enter_from(complaint, party=party, kind=kind, was=was, actor=actor, at=at)
        return _("已登记并对应，登记号{number}。").format(number=made.entry_id)
    if not _is_number(choice):
        raise CannotRegister(_("选一个主体。"))
    entry = get_object_or_404(RegisterEntry.objects.visible_to(actor), pk=int(choice))
    linked = matching.link(complaint, party=party, entry=entry, was=was, actor=actor, at=at)
    return _("已对应到“{name}”。").format(name=linked.entry.name_zh if linked.entry else "")


def _page(
    request: HttpRequest, actor: Actor, complaint: Complaint, respondent: Respondent, *, refusal: str = ""
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    found = matching.by_words(words, RegisterEntry.objects.visible_to(actor)) if words else []
    context = {
        **frame_of(actor),
        "case": complaint,
        "respondent": respondent,
        "entry": respondent.entry.head if respondent.entry else None,
        "words": words,
        "found": [Suggestion(each, 0, "") for each in found if each.kind in KINDS[respondent.party]],
        "suggestions": matching.suggestions(respondent, matching.platform_of(complaint)),
        "kinds": [(kind, RegisterEntry.Kind(kind).label) for kind in KINDS[respondent.party]],
        "refusal": refusal,
    }
    return render(request, "admin/register_party.html", context, status=CONFLICT if refusal else 200)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
