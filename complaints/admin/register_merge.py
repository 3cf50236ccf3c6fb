"""Merging two entries, seen beforehand; undoing it; splitting names out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.admin.register_forms import OtherForm
from complaints.admin.register_page import entry_of
from complaints.admin.register_picture import lines_of
from complaints.flow import register_merging as merging
from complaints.flow.register import CannotRegister
from complaints.flow.register_matching import twins
from complaints.models import RegisterAccount, RegisterAlias, RegisterContact, RegisterEntry, RegisterMerge
from complaints.models.actor import Actor

CONFLICT = 409


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Without ``?with=`` which one; with it what would come of it; POST does it."""
    _lead(actor)
    kept = entry_of(actor, pk)
    wanted = request.GET.get("with", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 12):
        return _which(request, actor, kept)
    gone = entry_of(actor, int(wanted))
    if request.method != "POST":
        return _preview(request, actor, kept, gone)
    try:
        done = merging.merge(
            kept.pk,
            gone.pk,
            versions=(_version(request, "kept"), _version(request, "gone")),
            choices={field.name: request.POST.get(field.name, "") for field in merging.fields_of(kept, gone)},
            reason=request.POST.get("reason", "").replace("\0", "").strip()[:300],
            actor=actor,
            at=timezone.now(),
        )
    except CannotRegister as refusal:
        return _preview(request, actor, entry_of(actor, pk), entry_of(actor, gone.pk), refusal=str(refusal))
    messages.success(request, _("“{name}”已并入。随时可以撤销，在这一页下面。").format(name=done.gone.name_zh))
    return redirect("admin:register-entry", kept.pk)


def _which(request: HttpRequest, actor: Actor, entry: RegisterEntry) -> HttpResponse:
    """Suggested ones, or by number or name."""
    if entry.root_id:
        return redirect("admin:register-entry", entry.root_id)
    form = OtherForm(request.GET if "other" in request.GET else None, actor=actor)
    context = {**frame_of(actor), "entry": entry, "form": form, "twins": twins(entry)}
    if form.is_bound and form.is_valid():
        return redirect(f"{request.path}?with={form.cleaned_data['other'].pk}")
    return render(request, "admin/register_which.html", context, status=422 if form.is_bound else 200)


def _preview(
    request: HttpRequest, actor: Actor, kept: RegisterEntry, gone: RegisterEntry, *, refusal: str = ""
) -> HttpResponse:
    family = list({*kept.family, *gone.family})
    on = timezone.localdate()
    lines = [each for each in lines_of(family, actor, on=on) if each.other.pk not in {kept.pk, gone.pk}]
    context = {
        **frame_of(actor),
        "kept": kept,
        "gone": gone,
        "fields": merging.fields_of(kept, gone),
        "chosen": request.POST,
        "obstacle": merging.obstacle(kept, gone),
        "refusal": refusal,
        "names": sorted({each.text for each in RegisterAlias.objects.standing().filter(entry__in=family)}),
        "accounts": RegisterAccount.objects.standing().filter(entry__in=family).select_related("platform__root"),
        "contacts": RegisterContact.objects.standing().filter(entry__in=family).count(),
        "lines": lines,
        "moved": merging.respondents_of(gone),
        "stays": merging.respondents_of(kept),
    }
    return render(request, "admin/register_merge.html", context, status=CONFLICT if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, actor: Actor, pk: int, merge_id: int) -> HttpResponse:
    """What undoing brings back, or why it cannot be undone; POST does it."""
    _lead(actor)
    kept = entry_of(actor, pk)
    done = get_object_or_404(RegisterMerge.objects.select_related("gone"), pk=merge_id, kept=kept)
    refusal = merging.cannot_undo(done, kept, done.gone)
    if request.method == "POST":
        try:
            back = merging.undo(done, actor=actor, at=timezone.now())
            messages.success(request, _("合并已撤销，“{name}”又是单独的一个。").format(name=back.name_zh))
            return redirect("admin:register-entry", back.pk)
        except CannotRegister as late:
            refusal = str(late)
    context: dict[str, Any] = {**frame_of(actor), "entry": kept, "merge": done, "refusal": refusal}
    context["back"] = [field for field in merging.fields_of(kept, done.gone) if field.name in done.changed]
    context["comes"] = merging.respondents_under(done.gone)
    return render(request, "admin/register_undo.html", context, status=CONFLICT if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Which names are somebody else's."""
    _lead(actor)
    entry = entry_of(actor, pk)
    refusal = ""
    if request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("name") if key.isascii() and key.isdigit() and len(key) < 12]
        try:
            version = _version(request, "version")
            made = merging.split(entry.pk, keys, version=version, actor=actor, at=timezone.now())
            messages.success(request, _("已分出“{name}”，核对一下它的资料。").format(name=made.name_zh))
            return redirect("admin:register-entry", made.pk)
        except CannotRegister as late:
            refusal, entry = str(late), entry_of(actor, pk)
    if entry.root_id:
        return redirect("admin:register-entry", entry.root_id)
    names = RegisterAlias.objects.standing().filter(entry__in=entry.family).select_related("platform__root")
    context = {**frame_of(actor), "entry": entry, "names": names, "refusal": refusal}
    return render(request, "admin/register_split.html", context, status=CONFLICT if refusal else 200)


def _lead(actor: Actor) -> None:
    """Who may not merge has no page for it."""
    if not permissions.may(actor, "merge-parties"):
        raise Http404


def _version(request: HttpRequest, name: str) -> int:
    """The version the page was opened on; one that never is where it is missing, so that nothing is done."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
