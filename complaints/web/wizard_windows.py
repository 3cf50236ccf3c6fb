"""One page, filled in differently in two windows: both are shown, and one is kept."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.asking.forms import QuestionForm
from complaints.asking.pages import BY_SLUG, Page
from complaints.flow import windows
from complaints.models import Draft
from complaints.web import drafts
from complaints.web.wizard import choose_url, frame, journey_of, onward
from complaints.web.wizard_summary import lines_of

LATER, KEPT = "later", "kept"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """What is kept beside what came later; a press keeps one of them."""
    page, draft = BY_SLUG.get(slug), drafts.draft_of(request, at=timezone.now())
    if page is None or page.form is None:
        raise Http404
    if draft is None or slug not in draft.aside:
        return redirect(page.url)
    forms = {KEPT: _form(draft, page, draft.answers.get(slug, {})), LATER: _form(draft, page, draft.aside[slug])}
    if request.method == "POST" and (taken := forms.get(request.POST.get("take", ""))):
        return _settle(request, draft, page, taken, takes_later=taken is forms[LATER])
    shown = {
        **frame(request, draft, journey_of(draft), page),
        "kept": lines_of(forms[KEPT]),
        "later": lines_of(forms[LATER]),
        "seen": windows.both_as_seen(draft, slug),
    }
    return render(request, "wizard/choose.html", shown)


def _form(draft: Draft, page: Page, fields: Mapping[str, Any]) -> QuestionForm:
    """The page as if these were its answers."""
    found = journey_of(draft, {**draft.answers, page.slug: fields}).saved(page)
    assert found is not None
    return found


def _settle(request: HttpRequest, draft: Draft, page: Page, taken: QuestionForm, *, takes_later: bool) -> HttpResponse:
    """Keep it and go on; back to the page where it is not right yet, and to the choice where there is a newer text."""
    is_settled = windows.settle(
        *(draft, page.slug),
        seen=request.POST.get("seen", ""),
        takes_later=takes_later,
        is_complete=taken.is_valid(),
        at=timezone.now(),
    )
    if not is_settled:
        return redirect(choose_url(request, page.slug))
    draft.refresh_from_db()
    return redirect(onward(request, journey_of(draft), page) if taken.is_valid() else page.url)
