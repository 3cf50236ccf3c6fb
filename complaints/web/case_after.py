"""The pages of an ended case: how it went, and opening it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.deadlines import reopen_by
from complaints.flow.aftermath import ReopenReason, may_rate, rate, reopen, reopenings_left, why_no_reopening
from complaints.lifecycle import IllegalMove, Role, State, after
from complaints.models import Feedback
from complaints.narrative import day
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_forms import RateForm, ReopenForm, posted


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def open_again(request: HttpRequest, reference: str) -> HttpResponse:
    """What opening again means, and why it is done."""
    complaint = find_case(request, reference)
    after(State(complaint.state), "reopen", Role.CONSUMER)
    if why_not := why_no_reopening(complaint, at=timezone.now()):
        raise IllegalMove(why_not)
    form = ReopenForm(posted(request))
    if form.is_valid():
        reason = ReopenReason(form.cleaned_data["reason"])
        reopen(complaint, reason=reason, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("投诉重新打开了，已通知各方。"))
        return redirect("complaints:case", reference)
    until = reopen_by(complaint)
    page = {"tab": "progress", "form": form, "until": day(until) if until else "", "left": reopenings_left(complaint)}
    return render(request, "case/reopen.html", {**frame_of(complaint), **page})


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def feedback(request: HttpRequest, reference: str) -> HttpResponse:
    """Rate how it went; a rating given before is shown, and may be changed for a week."""
    complaint, now = find_case(request, reference), timezone.now()
    if not may_rate(complaint, at=now):
        raise IllegalMove(_("现在不能打分：投诉结束以后打，打过的7天内可以改。"))
    given = Feedback.objects.filter(complaint=complaint).first()
    form = RateForm(posted(request), initial={"score": given.score, "words": given.words} if given else None)
    if form.is_valid():
        score = Feedback.Score(int(form.cleaned_data["score"]))
        rate(complaint, score=score, words=form.cleaned_data["words"], actor=actor_of(request), at=now)
        messages.success(request, _("谢谢，已记下。7天内可以改。"))
        return redirect("complaints:case", reference)
    page = {"tab": "progress", "form": form, "given": given}
    return render(request, "case/feedback.html", {**frame_of(complaint), **page})
