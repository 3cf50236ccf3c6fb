"""The consumer says that nobody can be reached at an identity the platform gave."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.asking.forms import AtMost
from complaints.deadlines import answer_by
from complaints.flow.identities import report_unreachable, was_given
from complaints.flow.identity_words import IdentityLine, identities_told
from complaints.flow.triage import CannotAct
from complaints.models import Complaint, Unreachable
from complaints.narrative import day
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_forms import posted
from complaints.web.refusals import told_on

LONGEST = 300
or_why_not = told_on("complaints:case-identity")


class UnreachableForm(forms.Form):
    """Whose identity, and what happened when one tried."""

    hide_optional = True

    kind = forms.ChoiceField(
        label=gettext_lazy("谁的身份联系不上"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下是谁的身份。")),
    )
    why = forms.ChoiceField(
        label=gettext_lazy("怎么联系不上"),
        choices=Unreachable.Why.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一下怎么联系不上。")),
    )
    words = forms.CharField(
        label=gettext_lazy("哪天、怎么联系的（可不填）"),
        help_text=gettext_lazy("例如：6月10日打了三次，说是空号。"),
        required=False,
        validators=[AtMost(LONGEST)],
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, lines: list[IdentityLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(each.kind, each.title) for each in lines]
        if len(lines) == 1:
            self.initial.setdefault("kind", lines[0].kind)


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def identity(request: HttpRequest, reference: str) -> HttpResponse:
    """Whose identity was asked for and where it stands; the POST says that one leads nowhere."""
    complaint = find_case(request, reference)
    lines = identities_told(complaint)
    given = _may_be_reported(complaint, lines)
    form = UnreachableForm(given, posted(request))
    if form.is_valid():
        said = form.cleaned_data
        told: dict[str, Any] = {"why": Unreachable.Why(said["why"]), "words": said["words"]}
        try:
            report_unreachable(complaint, said["kind"], **told, actor=actor_of(request), at=timezone.now())
        except CannotAct as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了，已请平台另给。到期不给，判定会按没有给来算。"))
            return redirect("complaints:case-identity", reference)
    until = day(answer_by(timezone.localdate()).day)
    page = {"tab": "evidence", "identities": lines, "given": given, "form": form, "until": until}
    return render(request, "case/identity.html", {**frame_of(complaint), **page})


def _may_be_reported(complaint: Complaint, lines: list[IdentityLine]) -> list[IdentityLine]:
    """Those that were given, and that the consumer has not reported since."""
    said = set(complaint.unreachable.standing().filter(by="consumer").values_list("kind", flat=True))
    if not complaint.is_open:
        return []
    return [each for each in lines if each.kind not in said and was_given(complaint, each.kind)]
