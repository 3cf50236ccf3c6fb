"""The pack of a way at the desk: what an office that takes the case over asks for, for a reason that goes on record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.case_limits import limits_of
from complaints.channels import Channel, channels_of
from complaints.flow import packing
from complaints.models import Actor, Complaint
from complaints.packs import NotPacked
from complaints.papers.sheets import SLUGS, TITLES
from complaints.press import NotPrinted
from complaints.serving import hand_over


class PackForm(forms.Form):
    """Which way, and why: the reason stands in the custody chain, sealed."""

    way = forms.ChoiceField(
        label=_("转到哪里"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("选一下转到哪里。"),
            "invalid_choice": _("这条路现在走不通，或者没有这条路。选一条还开着的。"),
        },
    )
    reason = forms.CharField(
        label=_("为什么要拿这套材料"),
        max_length=200,
        help_text=_("会写进保管记录；材料里有消费者的姓名、电话和证据原件，消费者看得到谁拿过。"),
        error_messages={
            "required": _("写一句为什么要拿这套材料。"),
            "max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。"),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, ways: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.id, TITLES[way.id]) for way in ways]


@require_http_methods(["GET", "POST"])
def pack(request: HttpRequest, actor: Actor, reference: str) -> HttpResponseBase:
    """Choose a way that is open and say why; the answer is the ZIP."""
    permissions.require(actor, "hand-off")
    cases = Complaint.objects.visible_to(actor).select_related("decision", "association", "contact", "helper")
    case = get_object_or_404(cases, reference=reference)
    ways = _ways(case)
    form = PackForm(request.POST if request.method == "POST" else None, ways=[way for way in ways if not way.is_closed])
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        try:
            return hand_over(*packing.pack_for(case, given["way"], actor=actor, at=at, reason=given["reason"]))
        except (NotPrinted, NotPacked) as why:
            form.add_error(None, str(why))
    page = {"case": case, "form": form, "closed": [(TITLES[way.id], way) for way in ways if way.is_closed]}
    return _shown(request, actor, page, status=422 if form.errors else 200)


def _ways(case: Complaint) -> list[Channel]:
    """The ways there is a pack for, as they stand today."""
    respondents = list(case.respondents.select_related("organisation"))
    found = channels_of(case, respondents, limits_of(case, respondents), on=timezone.localdate())
    return [way for way in found if way.id in SLUGS]


def _shown(request: HttpRequest, actor: Actor, page: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "admin/pack.html", {**frame_of(actor), **page}, status=status)
