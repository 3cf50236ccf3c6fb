"""Before filing: the sentences heard in the livestream, a page beside the evidence, to be left out as one likes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.flow.moments import MOST, CannotTell, say_in_draft, take_back_in_draft
from complaints.models import Draft
from complaints.moment_words import MomentLine, moments_told
from complaints.web import drafts
from complaints.web.case_forms import posted
from complaints.web.moment_forms import MomentForm
from complaints.web.quotas import begin_draft, or_why_not_begun
from complaints.web.wizard import journey_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not_begun
def moments(request: HttpRequest) -> HttpResponse:
    """Add a sentence, or remove one; what is wrong is said beside what was typed."""
    at = timezone.now()
    draft = drafts.draft_of(request, at=at)
    if draft and draft.filed_as:
        return redirect("complaints:wizard-done", draft.filed_as.reference)
    if request.method == "POST" and draft is None:
        draft = begin_draft(request, at=at)
    removed = request.POST.get("remove", "")
    if draft and removed.isascii() and removed.isdigit() and len(removed) < 19:
        take_back_in_draft(draft, int(removed), at=at)
        return redirect("complaints:wizard-moments")
    form = _form(request, draft)
    if draft and form.is_valid() and _said(draft, form):
        return drafts.remember(redirect("complaints:wizard-moments"), draft, request)
    lines = lines_of(draft)
    page = {"form": form, "lines": lines, "is_full": len(lines) >= MOST, "most": MOST, "journey": journey_of(draft)}
    response = render(request, "wizard/moments.html", page)
    return drafts.remember(response, draft, request) if draft else response


def lines_of(draft: Draft | None) -> list[MomentLine]:
    """What was said so far, as the pages show it."""
    if draft is None:
        return []
    pieces = enumerate(draft.evidence.of_dispute(), 1)
    numbers = {piece.pk: (number, str(piece.get_kind_display())) for number, piece in pieces}
    return moments_told(draft.moments.standing().prefetch_related("places"), None, numbers=numbers)


def _form(request: HttpRequest, draft: Draft | None) -> MomentForm:
    pieces = list(draft.evidence.of_dispute().select_related("blob")) if draft else []
    told = draft.answers.get("when", {}) if draft else {}
    watched = told.get("watched_on") if told.get("when") == "date" else None
    initial = {"on": watched} if isinstance(watched, str) else {}
    return MomentForm(posted(request), pieces=pieces, today=timezone.localdate(), initial=initial)


def _said(draft: Draft, form: MomentForm) -> bool:
    try:
        say_in_draft(draft, form.heard(), at=timezone.now())
    except CannotTell as refusal:
        form.say_why(refusal)
        return False
    return True
