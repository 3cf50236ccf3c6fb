"""The platform's entrance to the identities it is asked for: name, address and a contact that works, or why not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.asking.forms import AtMost
from complaints.flow.identities import give_identity
from complaints.flow.identity_words import IdentityLine, identities_told
from complaints.flow.record_requests import CannotAnswerRecord
from complaints.flow.responses import CannotAnswer
from complaints.models import Evidence, Party, RecordAnswer
from complaints.web.case_forms import posted
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_session import own_case, portal_page

PART = 200


class IdentityForm(forms.Form):
    """Who it is. The API's fields are the same."""

    kind = forms.ChoiceField(
        label=gettext_lazy("谁的身份"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下是谁的身份。")),
    )
    says = forms.ChoiceField(
        label=gettext_lazy("给不给"),
        choices=[
            ("yes", gettext_lazy("给\n真实名称、地址、联系得上的联系方式")),
            ("no", gettext_lazy("不给\n写明为什么")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下给不给。")),
    )
    name = forms.CharField(label=gettext_lazy("真实名称"), required=False, validators=[AtMost(PART)])
    address = forms.CharField(label=gettext_lazy("地址"), required=False, validators=[AtMost(PART)])
    contact = forms.CharField(label=gettext_lazy("联系得上的联系方式"), required=False, validators=[AtMost(PART)])
    proofs = forms.MultipleChoiceField(
        label=gettext_lazy("用哪些证明"),
        help_text=gettext_lazy("例如执照核验记录。没有证明，这项身份算不算给了，判定里还不定。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("有一份证明已经不在了，重新选一下。")},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("不给，为什么"),
        required=False,
        choices=[("", gettext_lazy("选一个")), *RecordAnswer.Why.choices],
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("消费者和协会看得到，别的商家看不到。"),
        required=False,
        validators=[AtMost(300)],
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, lines: list[IdentityLine], proofs: list[Evidence], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {str(piece.pk): piece for piece in proofs}
        kind: Any = self.fields["kind"]
        kind.choices = [(each.kind, f"{each.title}\n{each.word}") for each in lines]
        if proofs:
            pieces: Any = self.fields["proofs"]
            pieces.choices = [(pk, f"{piece.get_kind_display()}\n{piece.name}") for pk, piece in self.own.items()]
        else:
            del self.fields["proofs"]
        waiting = [each.kind for each in lines if each.is_open]
        self.initial.setdefault("kind", waiting[0] if len(waiting) == 1 else "")


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def identity(request: HttpRequest, reference: str) -> HttpResponse:
    """Give an identity, or say why not; to shop and room there is no such page."""
    complaint, respondent, actor = own_case(request, reference)
    lines = identities_told(complaint) if respondent.party == Party.PLATFORM else []
    if not lines:
        raise Http404
    complaint.require_open()
    stored = complaint.evidence.of_dispute().stored().filter(offered_by=Party.PLATFORM).select_related("blob")
    form = IdentityForm(lines, list(stored), posted(request))
    if form.is_valid():
        given = form.cleaned_data
        told: dict[str, Any] = {"says": RecordAnswer.Says(given["says"]), "why": given["why"], "words": given["words"]}
        told["parts"] = {name: given[name] for name in ("name", "address", "contact")}
        told["evidence"] = [form.own[pk] for pk in given.get("proofs", [])]
        try:
            give_identity(complaint, given["kind"], **told, actor=actor, at=timezone.now())
        except CannotAnswerRecord as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        except CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("这一项答复好了，消费者和协会看得到。"))
            return redirect("complaints:portal-case", reference)
    page = {"form": form, "identities": lines}
    return render(request, "portal/identity.html", {**frame_of_party(complaint, respondent), **page})
