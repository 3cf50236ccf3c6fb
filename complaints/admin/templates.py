"""Templates at the desk: which there are, what each says in both languages, its versions, how it reads in a case."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.admin.template_forms import TemplateForm, filled_for
from complaints.flow.templates import retire_template, rewrite_template, write_template
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Template, TemplateVersion
from complaints.models.actor import Actor
from complaints.narrative import language
from complaints.posting import post_only
from complaints.references import tidy_reference
from complaints.wordings import VARIABLES, short_messages

LANGUAGES = (("zh", "zh-Hans", "中文"), ("en", "en", "English"))


@require_safe
def templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All that this officer may use, by what they are for."""
    found = Template.objects.visible_to(actor).in_use().select_related("association").prefetch_related("versions")
    lang = language()
    groups = [
        (label, [(each, each.called(lang), each.versions.all()[0], _whose(each)) for each in group])
        for label, group in groupby(found, key=lambda each: each.get_kind_display())
    ]
    context = {**frame_of(actor), "groups": groups, "may_write": permissions.may(actor, "templates")}
    return render(request, "admin/templates.html", context)


@require_safe
def template(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What it says, ``?v=2`` in an earlier version; ``?case=`` how that reads in a case the officer may see."""
    found = get_object_or_404(Template.objects.visible_to(actor).select_related("association"), pk=pk)
    versions = list(found.versions.all())
    version = next((each for each in versions if str(each.number) == request.GET.get("v")), versions[0])
    wanted = request.GET.get("case", "").replace("\0", "").strip()[:40]
    case = _case(actor, wanted)
    context = {
        **frame_of(actor),
        "template": found,
        "name": found.called(language()),
        "whose": _whose(found),
        "version": version,
        "versions": versions,
        "sides": _sides(found, version, actor, case),
        "case": case,
        "wanted": wanted,
        "is_own": _is_own(actor, found),
        "may_write": permissions.may(actor, "templates"),
    }
    return render(request, "admin/template.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, actor: Actor, pk: int | None = None) -> HttpResponse:
    """A new template (``?from=`` begins with the words of another), or a further version of one's own."""
    own = get_object_or_404(Template.objects.owned_by(actor).in_use(), pk=pk) if pk else None
    if request.method != "POST":
        if not permissions.may(actor, "templates"):
            raise Http404
        return _form_page(request, actor, own, TemplateForm(of=own, initial=_begun(request, actor, own)))
    form = TemplateForm(request.POST, of=own)
    if not form.is_valid():
        return _form_page(request, actor, own, form, status=422)
    try:
        kept = _keep(own, form.cleaned_data, actor)
    except IllegalMove as refusal:
        return _form_page(request, actor, own, form, status=409, refusal=str(refusal))
    messages.success(request, _("模板存好了，是第{n}版。").format(n=kept.newest.number))
    return redirect("admin:template", kept.pk)


@post_only("admin:template", "pk")
def retire(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Offer it no longer."""
    own = get_object_or_404(Template.objects.owned_by(actor), pk=pk)
    try:
        retire_template(own, actor=actor, at=timezone.now())
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:template", own.pk)
    messages.success(request, _("“{name}”不再列出来了，写过的版本都还在。").format(name=own.called(language())))
    return redirect("admin:templates")


def _keep(own: Template | None, given: dict[str, Any], actor: Actor) -> Template:
    told = {name: given[name] for name in ("name", "name_en", "zh", "en")}
    if own is None:
        return write_template(Template.Kind(given["kind"]), **told, actor=actor, at=timezone.now())
    rewrite_template(own, seen=given["seen"] or 0, **told, actor=actor, at=timezone.now())
    return own


def _begun(request: HttpRequest, actor: Actor, own: Template | None) -> dict[str, Any]:
    key = request.GET.get("from", "")
    other = own
    if own is None and key.isascii() and key.isdigit() and len(key) < 9:
        other = Template.objects.visible_to(actor).filter(pk=key).first()
    if other is None:
        return {}
    version = other.newest
    names = {"name": other.name, "name_en": other.name_en} if own else {}
    return {**names, "kind": other.kind, "zh": version.zh, "en": version.en, "seen": version.number}


def _form_page(
    request: HttpRequest,
    actor: Actor,
    own: Template | None,
    form: TemplateForm,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    variables = [(f"{{{name}}}", meaning) for name, meaning in VARIABLES.items()]
    context = {**frame_of(actor), "template": own, "form": form, "variables": variables, "refusal": refusal}
    return render(request, "admin/template_form.html", context, status=status)


def _sides(found: Template, version: TemplateVersion, actor: Actor, case: Complaint | None) -> list[dict[str, Any]]:
    """Each language: its words, filled in where there is a case, and how many short messages that makes."""
    sides = []
    for lang, html_lang, label in LANGUAGES:
        words = version.words(lang)
        if case:
            to = "consumer" if found.kind in {Template.Kind.MESSAGE, Template.Kind.SMS} else ""
            words = filled_for(case, words, actor, lang=lang, to=to)
        length, parts = short_messages(words)
        sides.append({"html_lang": html_lang, "label": label, "words": words, "length": length, "parts": parts})
    return sides


def _case(actor: Actor, wanted: str) -> Complaint | None:
    visible = Complaint.objects.visible_to(actor)
    return visible.filter(reference=tidy_reference(wanted) or wanted).first() if wanted else None


def _is_own(actor: Actor, found: Template) -> bool:
    return found.association_id is not None and found.association == actor.organisation and not found.retired_at


def _whose(found: Template) -> str:
    return found.association.name(language()) if found.association else _("随站提供")
