"""The bundle of evidence at the desk: an officer says why, has it made, and takes it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.flow import bundling
from complaints.models import Actor, Bundle, Complaint
from complaints.serving import hand_over


class BundleForm(forms.Form):
    """Why: it stands in the custody chain, sealed."""

    reason = forms.CharField(
        label=_("为什么要拿证据包"),
        max_length=200,
        help_text=_("会写进保管记录。例如：移送仲裁、法院调取。"),
        error_messages={
            "required": _("写一句为什么要拿证据包。"),
            "max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。"),
        },
    )


@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Where it stands, and a form that has one made."""
    permissions.require(actor, "bundle")
    case = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    form = BundleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            bundling.ask(case, actor=actor, at=timezone.now(), reason=form.cleaned_data["reason"])
            return redirect("admin:case-bundle", reference)
        except bundling.NotBundled as why:
            form.add_error(None, str(why))
    mine = Bundle.objects.visible_to(actor).filter(complaint=case, asked_by=actor.label)
    page = {"case": case, "form": form, "bundle": mine.order_by("-pk").first()}
    return render(request, "admin/bundle.html", {**frame_of(actor), **page}, status=422 if form.errors else 200)


@require_safe
def bundle_zip(request: HttpRequest, actor: Actor, reference: str, pk: int) -> HttpResponseBase:
    """The finished ZIP, to the officer who asked for it."""
    case = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    mine = Bundle.objects.visible_to(actor).filter(complaint=case, asked_by=actor.label)
    row = get_object_or_404(mine, pk=pk)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip")  # nothing leaves for a look
    try:
        source = bundling.take_away(row, actor=actor, at=timezone.now())
    except bundling.NotBundled as why:
        messages.error(request, str(why))
        return redirect("admin:case-bundle", reference)
    return hand_over(source, f"{case.reference}-evidence.zip")
