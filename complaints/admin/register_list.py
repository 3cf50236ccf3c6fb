"""The register as a list: found by any name, code, account or number, narrowed by kind, page after page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.models import RegisterAccount, RegisterAlias, RegisterEntry, Respondent
from complaints.models.actor import Actor
from complaints.models.register import RegisterEntryQuerySet
from complaints.models.register_parts import PartQuerySet
from complaints.register_names import normal

PAGE_SIZE = 30
TWINS = "twins"  # the view of those that may be entered twice


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an entry, the names it goes by beside its own, and how many respondents it is."""

    entry: RegisterEntry
    names: list[str]
    count: int


@require_safe
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``?q=`` searches, ``?kind=`` narrows, ``?view=twins`` shows what may be entered twice, ``?after=`` goes on."""
    if permissions.READING.isdisjoint(actor.duties):
        raise Http404
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    kind = request.GET.get("kind", "")
    kind = kind if kind in RegisterEntry.Kind.values else ""
    view = TWINS if request.GET.get("view") == TWINS else ""
    found = _found(RegisterEntry.objects.visible_to(actor).standing(), text, kind, view)
    page = list(_rest(found, request.GET.get("after", "")).order_by("name_zh", "pk")[: PAGE_SIZE + 1])
    kept = [(name, value) for name, value in (("q", text), ("kind", kind), ("view", view)) if value]
    context = {
        **frame_of(actor),
        "rows": _rows(page[:PAGE_SIZE]),
        "text": text,
        "kind": kind,
        "view": view,
        "kinds": RegisterEntry.Kind.choices,
        "narrowed": bool(text or kind or view),
        "is_first": not request.GET.get("after"),
        "first": f"?{urlencode(kept)}",
        "more": f"?{urlencode([*kept, ('after', page[PAGE_SIZE - 1].pk)])}" if len(page) > PAGE_SIZE else "",
        "may_enter": permissions.may(actor, "register"),
    }
    return render(request, "admin/register_list.html", context)


def _found(entries: RegisterEntryQuerySet, text: str, kind: str, view: str) -> RegisterEntryQuerySet:
    if kind:
        entries = entries.filter(kind=kind)
    if view:
        entries = entries.filter(Exists(_twin_names()))
    return entries.filter(_matching(text)) if text else entries


def _matching(text: str) -> Q:
    """By number in the register, credit code, licence, account, or a part of any name."""
    wanted = Q(credit_code__istartswith=text.replace(" ", "")) | Q(licence__iexact=text)
    if text.isascii() and text.isdigit() and len(text) < 12:
        wanted |= Q(pk=int(text))
    accounts = RegisterAccount.objects.standing().filter(number__iexact=text)
    wanted |= _heads(accounts)
    if norm := normal(text):
        wanted |= _heads(RegisterAlias.objects.standing().filter(norm__contains=norm))
    return wanted


def _heads(parts: PartQuerySet) -> Q:
    """The entries these hang on, or that stand for those."""
    merged = parts.filter(entry__root__isnull=False)
    return Q(pk__in=parts.values("entry")) | Q(pk__in=merged.values("entry__root"))


def _twin_names() -> PartQuerySet:
    """A name of the entry that another one of its kind goes by, too, but for what only says that it is a shop."""
    other = RegisterAlias.objects.standing().filter(core=OuterRef("core"), entry__kind=OuterRef("entry__kind"))
    other = other.exclude(entry=OuterRef("entry")).exclude(entry__root=OuterRef("entry"))
    return RegisterAlias.objects.standing().filter(Exists(other.filter(entry__root=None)), entry=OuterRef("pk"))


def _rest(entries: RegisterEntryQuerySet, after: str) -> RegisterEntryQuerySet:
    """Those behind the entry a page ended at; all for what is no such place."""
    known = after.isascii() and after.isdigit() and len(after) < 12
    last = RegisterEntry.objects.filter(pk=int(after)).first() if known else None
    if last is None:
        return entries
    return entries.filter(Q(name_zh__gt=last.name_zh) | Q(name_zh=last.name_zh, pk__gt=last.pk))


def _rows(page: list[RegisterEntry]) -> list[Row]:
    """Names and counts of one page, merged entries counted with the one that stands for them: three questions."""
    keys = [entry.pk for entry in page]
    head = {pk: pk for pk in keys}
    head |= dict(RegisterEntry.objects.filter(root__in=keys).values_list("pk", "root_id"))
    counts: Counter[int] = Counter()
    told = Respondent.objects.filter(entry__in=head).values_list("entry_id").annotate(n=Count("pk")).order_by()
    for pk, number in told:
        counts[head[pk]] += number
    names: dict[int, dict[str, None]] = {pk: {} for pk in keys}
    for pk, name in RegisterAlias.objects.standing().filter(entry__in=head).order_by("pk").values_list("entry", "text"):
        names[head[pk]][name] = None
    return [
        Row(
            each, [name for name in names[each.pk] if name not in {each.name_zh, each.registered_name}], counts[each.pk]
        )
        for each in page
    ]
