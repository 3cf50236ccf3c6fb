"""Where a case belongs, as its panel shows it; and the list of transfers, coming and gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.divisions import full_name
from complaints import permissions
from complaints.admin.access import frame_of, name_of
from complaints.admin.forms import TOO_LONG, choose
from complaints.admin.listing import category_of
from complaints.competence import Said, association_words, competent, known_of, said
from complaints.flow import transferring
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Recusal, Transfer
from complaints.models.actor import Actor
from complaints.narrative import language, moment, until_words

SHOWN = 50  # of each list


@dataclass(frozen=True, slots=True)
class Where:
    """The panel: the association and why, the two bureaus, the transfers so far and who keeps out."""

    association: str
    consumer: str
    complaint: Said
    report: Said
    first: str
    transfers: list[Transfer]
    recusals: list[tuple[str, Recusal]]


def where_of(complaint: Complaint) -> Where:
    """All the panel shows of one case."""
    found = competent(known_of(complaint), on=timezone.localdate())
    standing = Recusal.objects.standing().filter(complaint=complaint).select_related("user").order_by("pk")
    return Where(
        association=association_words(complaint),
        consumer=full_name(complaint.contact.region, language()) if complaint.contact.region else "",
        complaint=said(found.complaint),
        report=said(found.report),
        first=found.first,
        transfers=list(complaint.transfers.select_related("from_association", "to_association")),
        recusals=[(name_of(each.user), each) for each in standing],
    )


class AnswerForm(forms.Form):
    """What the receiving association says."""

    answer = forms.ChoiceField(
        label=gettext_lazy("接收吗"),
        choices=[("yes", gettext_lazy("接收")), ("no", gettext_lazy("退回"))],
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选接收，或者退回。")),
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("退回的要写理由，对方看得到。"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )
    use_required_attribute = False
    hide_optional = True

    def clean(self) -> None:
        if self.cleaned_data.get("answer") == "no" and not self.cleaned_data.get("words"):
            self.add_error("words", _("写一句为什么不接收。"))


@require_safe
def transfers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What others would like to give to this association, and what it gave away: of that, only where and when."""
    seen = Transfer.objects.visible_to(actor).select_related("complaint", "from_association", "to_association")
    house = actor.organisation
    coming = seen.waiting() if house and not house.region else seen.waiting().filter(to_association=house)
    going = seen.waiting().filter(from_association=house)
    context = {
        **frame_of(actor),
        "coming": list(coming[:SHOWN]),
        "going": list(going[:SHOWN]),
        "gone": list(seen.exclude(state=Transfer.State.PROPOSED).order_by("-answered_at", "-pk")[:SHOWN]),
        "may_answer": permissions.may(actor, "transfer"),
    }
    return render(request, "admin/transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One that waits for this association: what it is about, and the answer."""
    waiting = Transfer.objects.visible_to(actor).waiting().select_related("complaint__contact")
    if actor.organisation and actor.organisation.region:
        waiting = waiting.filter(to_association=actor.organisation)
    found = get_object_or_404(waiting, pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            messages.success(request, _answer(found, form, actor))
            return redirect("admin:transfers")
        except (IllegalMove, CannotAct) as sentence:
            refusal = str(sentence)
    context = {**frame_of(actor), **_about(found, at=timezone.now()), "form": form, "refusal": refusal}
    context["may_answer"] = permissions.may(actor, "transfer")
    return render(request, "admin/transfer.html", context, status=409 if refusal else 422 if form.errors else 200)


def _answer(found: Transfer, form: AnswerForm, actor: Actor) -> str:
    now, words = timezone.now(), form.cleaned_data["words"]
    if form.cleaned_data["answer"] == "yes":
        transferring.accept(found, answer=words, actor=actor, at=now)
        return _("已接收{reference}，在“待分派”里。").format(reference=found.complaint.reference)
    transferring.send_back(found, answer=words, actor=actor, at=now)
    return _("已退回{reference}。").format(reference=found.complaint.reference)


def _about(found: Transfer, *, at: datetime) -> dict[str, Any]:
    """What may be seen of a case before it is taken: nothing of the person, nothing they told."""
    case = found.complaint
    return {
        "transfer": found,
        "case": case,
        "category": category_of(case),
        "region": full_name(case.contact.region, language()) if case.contact.region else "",
        "until": until_words(case.due_on),
        "sessions": [moment(each.starts_at) for each in case.sessions.planned().filter(starts_at__gt=at)],
        "agreements": list(case.agreements.waiting()),
    }
