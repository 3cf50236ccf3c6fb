"""What the consumer does on a filed case: answer, ask the association, withdraw. Each is one verb."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.asking.open_questions import answerable
from complaints.asking.replies import AnswerForm, ConfirmForm, WithdrawForm
from complaints.deadlines import acceptance_by
from complaints.flow.aftermath import reopenings_left
from complaints.flow.consumer import answer_questions, refer_to_association, withdraw
from complaints.lifecycle import Role, State, after
from complaints.models import Complaint
from complaints.narrative import language, length_of, until_words
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_forms import posted
from complaints.web.refusals import told_on

or_why_not = told_on("complaints:case")


@case_page
@post_only("complaints:decision", "reference")
@or_why_not
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Take answers to open questions; what changed stands on the decision page."""
    complaint = _own_open_case(request, reference)
    form = AnswerForm(answerable(complaint), request.POST)
    if not form.is_valid():
        raise Http404  # radios of another page
    replies = "reply" in request.POST and complaint.requests.unanswered().filter(to="consumer").exists()
    if not form.facts and not replies:
        messages.info(request, _("还没有选“是”或“不是”，判定没有变。"))
        return redirect("complaints:decision", reference)
    before = complaint.decision
    after = answer_questions(complaint, form.facts, replies=replies, actor=actor_of(request), at=timezone.now())
    _say_what_changed(request, changed=before is None or after.number != before.number, number=after.number)
    return redirect("complaints:decision" if form.facts else "complaints:case", reference)


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def refer(request: HttpRequest, reference: str) -> HttpResponse:
    """The one-way door: seen, ticked, and only then walked through."""
    complaint = _case_that_may(request, reference, "refer")
    label = _("我明白：协会受理后，同一件事12315不再受理")
    form = ConfirmForm(label, _("请先勾选，表示你明白只能选一个。"), posted(request))
    if form.is_valid():
        refer_to_association(complaint, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("已请协会受理。"))
        return redirect("complaints:case", reference)
    until = acceptance_by(complaint, timezone.localdate())
    name = complaint.association.name(language()) if complaint.association else ""
    page = {
        **{"tab": "progress", "form": form, "association_name": name},
        **{"until": until_words(until.day), "mediation": length_of("mediation")},
    }
    return render(request, "case/refer.html", {**frame_of(complaint), **page})


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw, after a second look."""
    complaint = _case_that_may(request, reference, "withdraw")
    form = WithdrawForm(posted(request))
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("pressed", "words")}
        withdraw(complaint, **told, actor=actor_of(request), at=timezone.now())
        done = _("投诉已撤回。你说的，协会会看到。") if told["pressed"] else _("投诉已撤回。")
        messages.success(request, done)
        return redirect("complaints:case", reference)
    page = {"tab": "progress", "form": form, "days": settings.REOPEN_DAYS, "left": reopenings_left(complaint)}
    return render(request, "case/withdraw.html", {**frame_of(complaint), **page})


def _own_open_case(request: HttpRequest, reference: str) -> Complaint:
    """Raises IllegalMove for a case that has ended."""
    complaint = find_case(request, reference)
    complaint.require_open()
    return complaint


def _case_that_may(request: HttpRequest, reference: str, move: str) -> Complaint:
    """Raises IllegalMove where the case is past that."""
    complaint = find_case(request, reference)
    after(State(complaint.state), move, Role.CONSUMER)
    return complaint


def _say_what_changed(request: HttpRequest, *, changed: bool, number: int) -> None:
    if changed:
        messages.success(request, _("判定重新算过了：现在是第{n}版。").format(n=number))
    else:
        messages.success(request, _("判定没有变，但都已存档，调解时用得上。"))
