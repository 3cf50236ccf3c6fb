"""Entering, changing and adding to an entry of the register: a form, a verb, and what stood in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin import register_forms as forms
from complaints.admin.access import frame_of
from complaints.admin.register_page import entry_of
from complaints.flow import register, register_parts
from complaints.flow.register import CannotRegister, Stale
from complaints.lifecycle import IllegalMove
from complaints.models import RegisterAccount, RegisterAlias, RegisterContact, RegisterEntry, RegisterLink
from complaints.models.actor import Actor
from complaints.posting import post_only

CONFLICT, UNFINISHED = 409, 422
Run = Callable[[RegisterEntry, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be added to an entry: its form, its verb, and what the page is called."""

    title: Any
    lead: Any
    form: type[forms.EntryForm]
    run: Callable[..., Any]


def _add_link(pk: int, *, other: RegisterEntry, **given: Any) -> RegisterLink:
    return register_parts.add_link(pk, other, **given)


PARTS: Mapping[str, Part] = {
    "name": Part(
        gettext_lazy("加一个名称"),
        gettext_lazy("它还叫什么。写在投诉里的名称不会改。"),
        forms.NameForm,
        register.add_name,
    ),
    "account": Part(
        gettext_lazy("加一个账号"),
        gettext_lazy("它在平台上的账号或房间号。"),
        forms.AccountForm,
        register_parts.add_account,
    ),
    "contact": Part(
        gettext_lazy("加联系方式"),
        gettext_lazy("怎么联系这家。加密保存；个人的平时遮住，看一次记一次。"),
        forms.ContactForm,
        register_parts.add_contact,
    ),
    "link": Part(
        gettext_lazy("加一个关系"),
        gettext_lazy("直播间由谁经营、主播签约在哪、店铺属于谁：从直播间、主播或店铺的那一页加。"),
        forms.LinkForm,
        _add_link,
    ),
}
TAKEN: Mapping[str, Any] = {
    "name": RegisterAlias,
    "account": RegisterAccount,
    "contact": RegisterContact,
    "link": RegisterLink,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter a new one."""
    _allowed(actor, "register")
    form = forms.NewForm(
        request.POST or None, entry=None, actor=actor, initial={"name_zh": request.GET.get("name", "")[:120]}
    )
    title, back = _("登记一个主体"), reverse("admin:register")

    def enter() -> str:
        given = form.values()
        kind, platform = given.pop("kind"), given.pop("platform")
        made = register.enter(given, kind=kind, platform=platform, actor=actor, at=timezone.now())
        messages.success(request, _("已登记，登记号{number}。").format(number=made.pk))
        return reverse("admin:register-entry", args=[made.pk])

    return _through(
        request, actor, form, enter, title=title, back=back, lead=_("全国各协会共用一份登记，谁改了什么都有记录。")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change the values of one."""
    _allowed(actor, "register")
    entry = entry_of(actor, pk)
    start = {name: getattr(entry, name) for name in register.FIELDS} | {"organisation": entry.organisation_id}
    form = forms.ValuesForm(request.POST or None, entry=entry, actor=actor, initial=start)
    back = reverse("admin:register-entry", args=[entry.head.pk])

    def save() -> str:
        version = form.cleaned_data["version"]
        register.change(entry.pk, form.values(), version=version, actor=actor, at=timezone.now())
        messages.success(request, _("保存了"))
        return back

    return _through(
        request, actor, form, save, title=_("改资料"), back=back, entry=entry, lead=_("旧的值留在变更记录里。")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, actor: Actor, pk: int, what: str) -> HttpResponse:
    """Add a name, an account, a contact or a relation."""
    _allowed(actor, "register")
    entry, part = entry_of(actor, pk), PARTS.get(what)
    if part is None:
        raise Http404
    form = part.form(request.POST or None, entry=entry, actor=actor)
    back = reverse("admin:register-entry", args=[entry.head.pk])

    def put() -> str:
        given = dict(form.cleaned_data)
        for name in ("kind", "source") if what == "link" else ():
            given[name] = {"kind": RegisterLink.Kind, "source": RegisterLink.Source}[name](given[name])
        part.run(entry.pk, actor=actor, at=timezone.now(), **given)
        messages.success(request, _("保存了"))
        return back

    return _through(request, actor, form, put, title=part.title, back=back, entry=entry, lead=part.lead)


@post_only("admin:register-entry", "pk")
def take_away(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take away what does not belong to it."""
    _allowed(actor, "register")
    entry = entry_of(actor, pk)
    model, key, version = TAKEN.get(request.POST.get("what", "")), _number(request, "part"), _number(request, "version")
    if model is None:
        raise Http404
    part = get_object_or_404(model, pk=key)
    try:
        register_parts.take_away(entry.pk, part, version=version, actor=actor, at=timezone.now())
        messages.success(request, _("已去掉，变更记录里还查得到。"))
    except CannotRegister as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:register-entry", entry.head.pk)


@never_cache
@post_only("admin:register-entry", "pk")
def reach(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A person's contact in plain, once, for a reason that goes on record."""
    _allowed(actor, "contact")
    entry = entry_of(actor, pk)
    contact = get_object_or_404(
        RegisterContact.objects.standing(), pk=_number(request, "contact"), entry__in=entry.head.family
    )
    form, shown = forms.ReasonForm(request.POST, auto_id="reason_%s"), None
    if form.is_valid():
        shown = register_parts.reveal_contact(
            contact, reason=form.cleaned_data["reason"], actor=actor, at=timezone.now()
        )
    context = {**frame_of(actor), "entry": entry.head, "contact": contact, "shown": shown, "form": form}
    return render(request, "admin/register_contact.html", context, status=200 if shown else UNFINISHED)


def _allowed(actor: Actor, act: str) -> None:
    """Who may not do it has no page for it."""
    if not permissions.may(actor, act):
        raise Http404


def _number(request: HttpRequest, name: str) -> int:
    """Raises Http404 for what is none."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Http404
    return int(text)


def _through(
    request: HttpRequest,
    actor: Actor,
    form: forms.EntryForm,
    run: Callable[[], str],
    *,
    title: Any,
    back: str,
    lead: Any,
    entry: RegisterEntry | None = None,
) -> HttpResponse:
    """Show the form, or do what it asks and go where that leads; what stood in the way is told, and what was typed
    is kept."""
    context = {**frame_of(actor), "form": form, "title": title, "lead": lead, "back": back, "entry": entry}
    if not form.is_bound or not form.is_valid():
        return render(request, "admin/register_form.html", context, status=UNFINISHED if form.is_bound else 200)
    try:
        return redirect(run())
    except (CannotRegister, IllegalMove) as refusal:
        context["refusal"] = str(refusal)
        if isinstance(refusal, Stale) and entry is not None:
            now = RegisterEntry.objects.get(pk=entry.pk)
            form.opened_anew(now.version)
            context["now"] = [(form[name].label, getattr(now, name)) for name in register.NAMES if name in form.fields]
    return render(request, "admin/register_form.html", context, status=CONFLICT)
