"""Asking a person to look at a finding, and saying whether it was understood."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.deadlines import review_by, review_count
from complaints.flow.reviews import ask_for_review, last_review, say_whether_clear, why_no_review
from complaints.models import Complaint, Review
from complaints.narrative import day, language, until_words
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_forms import ReviewForm, posted
from complaints.web.case_reviews import told_review
from routing import rulebook
from routing.engine.deadline_words import DeadlineWords
from routing.engine.wording import Wording


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """What seems wrong, and by when somebody looks at it; where one is under way or answered, how it stands."""
    complaint = find_case(request, reference)
    form = ReviewForm(posted(request))
    if form.is_valid():
        reasons = [Review.Reason(code) for code in form.cleaned_data["reasons"]]
        words = form.cleaned_data["words"]
        made = ask_for_review(complaint, reasons=reasons, words=words, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("已申请人工复核，{until}。").format(until=until_words(made.due_on)))
        return redirect("complaints:review", reference)
    return render(request, "case/review.html", {**frame_of(complaint), **_page(complaint), "form": form})


@case_page
@post_only("complaints:decision", "reference")
def clear(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep whether the version on the page was understood; the answer may be changed."""
    complaint = find_case(request, reference)
    number, said = request.POST.get("v", ""), request.POST.get("clear")
    if not (number.isascii() and number.isdecimal() and len(number) < 9) or said not in {"yes", "no"}:
        raise Http404
    record = get_object_or_404(complaint.decisions, number=int(number))
    say_whether_clear(record, is_clear=said == "yes")
    address = reverse("complaints:decision", args=[reference])
    older = "" if record.pk == complaint.decision_id else f"?v={record.number}"
    return redirect(f"{address}{older}#clear")


def _page(complaint: Complaint) -> dict[str, Any]:
    today = timezone.localdate()
    until = review_by(today)
    return {
        "tab": "decision",
        "why_not": why_no_review(complaint, last_review(complaint)),
        "days": settings.REVIEW_WORKING_DAYS,
        "until": day(until.day),
        "provisional": until.provisional,
        "steps": DeadlineWords(Wording(rulebook(), language()), day).steps(review_count(today)),
        "reviews": [told_review(each) for each in complaint.reviews.select_related("decision").order_by("-number")],
    }
