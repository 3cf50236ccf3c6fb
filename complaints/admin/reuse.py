"""Leads of a case: the same file or a picture much like it elsewhere, side by side; looked at, and set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin.access import frame_of
from complaints.admin.panels import Exhibit
from complaints.evidence import prints
from complaints.flow.likening import Lead, leads_of, set_aside
from complaints.models import Blob, Complaint, Evidence, SetAside
from complaints.models.actor import Actor
from complaints.narrative import moment
from complaints.posting import post_only

BANDS = (
    *(gettext_lazy("最上面"), gettext_lazy("上部"), gettext_lazy("中上"), gettext_lazy("中间偏上")),
    *(gettext_lazy("中间偏下"), gettext_lazy("中下"), gettext_lazy("下部"), gettext_lazy("最下面")),
)


class AsideForm(forms.Form):
    """Why a lead means nothing here."""

    reason = forms.ChoiceField(
        label=gettext_lazy("原因"),
        choices=SetAside.Reason.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下为什么和这件投诉无关。")),
    )


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead beside the number of the piece in this case, and the form that sets it aside."""

    number: int
    lead: Lead
    form: AsideForm

    @property
    def aside(self) -> str:
        """Why it was set aside; empty where it was not."""
        return str(SetAside.Reason(self.lead.aside.reason).label) if self.lead.aside else ""


def leads_shown(complaint: Complaint, exhibits: Sequence[Exhibit], actor: Actor) -> list[LeadLine]:
    """The leads of a case, those nobody has looked at first."""
    numbers = {exhibit.item.pk: exhibit.number for exhibit in exhibits}
    found = leads_of(complaint, [exhibit.item for exhibit in exhibits], actor)
    lines = [LeadLine(numbers[lead.piece.pk], lead, AsideForm(auto_id=False)) for lead in found]
    return sorted(lines, key=lambda line: line.lead.aside is not None)


@require_safe
def side_by_side(request: HttpRequest, actor: Actor, reference: str, evidence_id: int, other_id: int) -> HttpResponse:
    """Two pieces next to one another, with what differs named. Both must be of cases the officer may see."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    pieces = Evidence.objects.visible_to(actor).of_dispute().select_related("blob", "complaint")
    one, other = get_object_or_404(pieces, pk=evidence_id, complaint=complaint), get_object_or_404(pieces, pk=other_id)
    leads = leads_of(complaint, [one], actor)
    if not any(other in lead.others for lead in leads):
        raise Http404
    context = {
        **frame_of(actor),
        "case": complaint,
        "one": one,
        "other": other,
        "differences": differences(one, other),
        "back": f"{reverse('admin:case', args=[reference])}#leads",
    }
    return render(request, "admin/alike.html", context)


@post_only("admin:case", "reference")
def aside(request: HttpRequest, actor: Actor, reference: str, evidence_id: int, blob_id: int) -> HttpResponse:
    """Looked at, and of no matter here; for a reason that goes on record."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    form = AsideForm(request.POST)
    if form.is_valid():
        reason = SetAside.Reason(form.cleaned_data["reason"])
        try:
            set_aside(complaint, evidence_id, blob_id, reason=reason, actor=actor, at=timezone.now())
        except (Evidence.DoesNotExist, Blob.DoesNotExist):
            raise Http404 from None
        messages.success(request, _("记下了：看过，无关。"))
    else:
        messages.error(request, _("选一下为什么和这件投诉无关。"))
    return redirect(f"{reverse('admin:case', args=[reference])}#leads")


def differences(one: Evidence, other: Evidence) -> list[str]:
    """What differs between two pieces, in sentences; the very same file has only what people said of it."""
    said = []
    if one.blob_id == other.blob_id:
        said.append(_("是同一个文件，一个字节都不差。"))
    else:
        said.append(_("不是同一个文件：{a}和{b}。").format(a=_told(one.blob), b=_told(other.blob)))
        said += _to_the_eye(one.blob, other.blob)
    if one.received_at.date() != other.received_at.date():
        said.append(_("收到的时间不同：{a}，{b}。").format(a=moment(one.received_at), b=moment(other.received_at)))
    if one.kind != other.kind:
        said.append(_("说成的种类不同：{a}，{b}。").format(a=one.get_kind_display(), b=other.get_kind_display()))
    return said


def _told(blob: Blob) -> str:
    size = filesizeformat(blob.size)
    return _("{width}×{height}，{size}").format(width=blob.width, height=blob.height, size=size) if blob.width else size


def _to_the_eye(one: Blob, other: Blob) -> list[str]:
    if not (one.preview and other.preview):
        return []
    found = prints.difference_of(one.preview, other.preview)
    if found is None:
        return [_("两张图没能比出来。")]
    said = [_("长宽比例不同，可能裁过。")] if found.shape else []
    if not found.where:
        return [*said, _("画面上看不出不同：像是同一张图重新存过。")]
    where = _("、").join(str(BANDS[place]) for place in found.where)
    return [*said, _("画面有{share}%不同，在{where}。").format(share=max(1, found.share), where=where)]
