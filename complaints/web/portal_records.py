"""The platform's entrance to what it is asked for of its own records: read, and answered item by item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints.asking.forms import AtMost
from complaints.evidence import vault
from complaints.flow.intake import add_evidence
from complaints.flow.record_requests import (
    LONGEST,
    LONGEST_LINK,
    Answered,
    CannotAnswerRecord,
    answer_records,
)
from complaints.flow.responses import CannotAnswer
from complaints.models import Actor, Complaint, Evidence, Party, RecordAnswer, Respondent, Speaker
from complaints.models.record_request import IDENTITIES
from complaints.record_words import ItemLine, preserve_words, requests_told
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_session import own_case, portal_page
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable

SAYS = [
    ("yes", gettext_lazy("给\n附上文件，或者写明在哪里能拿到")),
    ("partly", gettext_lazy("给一部分\n写明缺什么、为什么")),
    ("no", gettext_lazy("不给\n写明为什么")),
]
# Which kind of evidence a record is kept as, once it is here.
KIND_OF = {
    **{"replay": Evidence.Kind.LIVE, "interaction": Evidence.Kind.LIVE},
    **{"chat": Evidence.Kind.CHAT, "page": Evidence.Kind.ORDER, "payment": Evidence.Kind.PAYMENT},
}


class RecordForm(forms.Form):
    """What is said to one item. The API's fields are the same."""

    says = forms.ChoiceField(
        label=gettext_lazy("这一项给不给"),
        choices=SAYS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下给不给。")),
    )
    file = forms.FileField(
        label=gettext_lazy("附文件"),
        help_text=gettext_lazy("图片、PDF、视频或文字记录。太大就写链接。"),
        required=False,
        error_messages={"empty": gettext_lazy("这个文件是空的（0字节），换一个。")},
    )
    proofs = forms.MultipleChoiceField(
        label=gettext_lazy("或者用已经提交的"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("有一份证明已经不在了，重新选一下。")},
    )
    link = forms.CharField(
        label=gettext_lazy("在哪里能拿到（网址或编号）"), required=False, validators=[AtMost(LONGEST_LINK)]
    )
    why = forms.ChoiceField(
        label=gettext_lazy("给不全或不给，为什么"),
        required=False,
        choices=[("", gettext_lazy("选一个")), *RecordAnswer.Why.choices],
        error_messages={"invalid_choice": gettext_lazy("选一下为什么不给。")},
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("消费者和协会看得到，别的商家看不到。"),
        required=False,
        validators=[AtMost(LONGEST)],
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, item: ItemLine, proofs: list[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {str(piece.pk): piece for piece in proofs}
        if proofs:
            listed = [(pk, f"{piece.get_kind_display()}\n{piece.name}") for pk, piece in self.own.items()]
            self.fields["proofs"].choices = listed  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["proofs"]
        if item.item.kind in IDENTITIES:
            self.fields["words"].label = _("真实名称、地址、联系得上的联系方式；不给就写原因")


@portal_page
@require_safe
def records(request: HttpRequest, reference: str) -> HttpResponse:
    """What is asked for, the replays to keep first, each item with its law, its day and what was said to it."""
    complaint, respondent, _actor = _own_platform(request, reference)
    lines = requests_told(complaint, on=timezone.localdate(), for_others=True, numbers=_numbers(complaint))
    items = [item for line in lines for item in line.items]
    page = {"lines": lines, "to_keep": preserve_words(complaint, items)}
    return render(request, "portal/records.html", {**frame_of_party(complaint, respondent), **page})


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not
def answer(request: HttpRequest, trouble: Trouble, reference: str, item_id: int) -> HttpResponse:
    """Answer one item, with a file in the same step; what was typed stays where something is missing."""
    complaint, respondent, actor = _own_platform(request, reference)
    complaint.require_open()
    line = _item(complaint, item_id)
    is_sent = request.method == "POST" and not trouble.is_unreadable
    own = list(complaint.evidence.of_dispute().filter(offered_by=Party.PLATFORM).select_related("blob"))
    form = RecordForm(*((request.POST, request.FILES) if is_sent else ()), item=line, proofs=own)
    if is_sent and form.is_valid() and _send(request, complaint, actor, line, form):
        messages.success(request, _("这一项答复好了，消费者和协会看得到。"))
        return redirect("complaints:portal-records", reference)
    page = {"form": form, "line": line, "refused": trouble.sentences}
    return render(request, "portal/record.html", {**frame_of_party(complaint, respondent), **page})


def _send(request: HttpRequest, complaint: Complaint, actor: Actor, line: ItemLine, form: RecordForm) -> bool:
    """Keep the file, then answer. Whether both were done; else the form says why. A file that was taken stays."""
    given, at = form.cleaned_data, timezone.now()
    pieces = [form.own[pk] for pk in given.get("proofs", [])]
    try:
        if given["file"]:
            count_bytes(request, given["file"].size or 0, at=at)
            pieces.append(_kept(complaint, given["file"], line, actor))
        said = RecordAnswer.Says(given["says"])
        told = Answered(line.item.pk, said, given["why"], given["words"], given["link"], pieces)
        answer_records(complaint, [told], actor=actor, at=at)
    except vault.Unacceptable as refusal:
        form.add_error("file", str(refusal))
    except CannotAnswerRecord as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else "file", str(refusal))
    except CannotAnswer as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def _kept(complaint: Complaint, upload: Any, line: ItemLine, actor: Actor) -> Evidence:
    """The file as evidence; the same file again is the same piece."""
    kind, at = KIND_OF.get(line.item.kind, Evidence.Kind.OTHER), timezone.now()
    try:
        return add_evidence(complaint, upload, kind=kind, speaker=Speaker.PLATFORM, actor=actor, at=at)
    except vault.Unacceptable as refusal:
        if refusal.code != "duplicate":
            raise
        same = complaint.evidence.of_dispute().filter(blob=vault.keep(upload, at=at), offered_by=Party.PLATFORM)
        return same.get()


def _item(complaint: Complaint, item_id: int) -> ItemLine:
    lines = requests_told(complaint, on=timezone.localdate(), for_others=True, numbers=_numbers(complaint))
    found = next((item for line in lines for item in line.items if item.item.pk == item_id), None)
    if found is None:
        raise Http404
    return found


def _numbers(complaint: Complaint) -> dict[int, int]:
    """Evidence → its number in the case."""
    return {pk: number for number, pk in enumerate(complaint.evidence.of_dispute().values_list("pk", flat=True), 1)}


def _own_platform(request: HttpRequest, reference: str) -> tuple[Complaint, Respondent, Actor]:
    """The case of the invitation, for the platform; to shop and room there is no such page."""
    complaint, respondent, actor = own_case(request, reference)
    if respondent.party != Party.PLATFORM:
        raise Http404
    return complaint, respondent, actor
