"""The filing form for people: one view for all its question pages, and the pages around them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.names import email_of
from complaints.asking.pages import BY_SLUG, STEPS, Page
from complaints.asking.route import Journey
from complaints.flow import drafting, windows
from complaints.models import Draft
from complaints.narrative import language
from complaints.web import contact_codes, drafts
from complaints.web.heard import heard_of_draft, reads
from complaints.web.quotas import begin_draft, or_why_not_begun
from complaints.web.unreadable import Trouble, readable

FIRST, BEHALF = BY_SLUG["story"], BY_SLUG["behalf"]
OPENING = {FIRST, BEHALF}  # sent once more after filing, they begin another complaint


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What one gets and what it takes; a form that was begun comes first."""
    at = timezone.now()
    draft = drafts.unfinished_draft_of(request, at=at)
    shut_out = drafts.is_shut_out(request)
    urls = {"first_url": FIRST.url, "behalf_url": BEHALF.url}
    shown: dict[str, Any] = {"outlived": drafts.has_outlived(request, at=at), "shut_out": shut_out, **urls}
    if draft:
        journey = journey_of(draft)
        page = journey.resume_at()
        shown |= {"draft": draft, "resume_step": page.step if page else STEPS, "resume_url": resume_url(page)}
        shown["journey"] = journey
    response = render(request, "wizard/start.html", shown)
    return drafts.forget(response) if shut_out else response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not_begun
def question(request: HttpRequest, trouble: Trouble, slug: str) -> HttpResponse:
    """One page of the form: shows what is kept, and what is wrong with it; keeps what is sent, right or wrong."""
    page = BY_SLUG.get(slug)
    if page is None or page.form is None:
        raise Http404
    draft = drafts.draft_of(request, at=timezone.now())
    if draft and draft.filed_as:
        if request.method == "POST" and page not in OPENING:
            return redirect("complaints:wizard-done", draft.filed_as.reference)
        draft = None
    if draft is None and request.method != "POST" and drafts.is_shut_out(request):
        return redirect("complaints:start")
    if request.method == "POST" and not trouble.is_unreadable:
        return _keep(request, draft, page)
    if draft and slug in draft.aside:
        return redirect(choose_url(request, slug))
    journey = replace(journey_of(draft), known=known_of(request) if slug == "contact" else {})
    refused = journey.saved(page) if draft and slug in draft.refused else None
    shown = {
        "form": refused or journey.form(page),
        "more": trouble.sentences,
        "seen": windows.as_seen(draft, slug),
        **(_read_off(draft) if slug == "order" else {}),
    }
    return render(request, [page.template, "wizard/page.html"], {**frame(request, draft, journey, page), **shown})


@never_cache
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Somebody is hurt: the emergency number before any further question."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    safety = BY_SLUG["safety"]
    onward = reverse("complaints:wizard-check") if _from_check(request) else journey_of(draft).url_after(safety)
    return render(request, "wizard/help_now.html", {"onward_url": onward, "back_url": safety.url, "step": safety.step})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Throw the draft away, after asking."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        return redirect("complaints:start")
    if request.method == "POST":
        drafting.discard(draft)
        return drafts.forget(redirect("complaints:start"))
    return render(request, "wizard/delete.html", {"draft": draft, "back_url": reverse("complaints:start")})


def journey_of(draft: Draft | None, answers: Mapping[str, Any] | None = None) -> Journey:
    """The way through the form, read today in the language of the page; with other ``answers`` than those kept."""
    kept, done = (draft.answers, frozenset(draft.done) - draft.aside.keys()) if draft else ({}, frozenset())
    return Journey(kept if answers is None else answers, timezone.localdate(), language(), done)


def known_of(request: HttpRequest) -> Mapping[str, str]:
    """What somebody who is signed in has told of themselves in their profile."""
    user = request.user
    if not user.is_authenticated:
        return {}
    return {**user.card(), "email": email_of(user), "region": user.region}


def frame(request: HttpRequest, draft: Draft | None, journey: Journey, page: Page) -> dict[str, Any]:
    """What wizard_base.html asks for on every page of the form."""
    return {
        "page": page,
        "draft_mark": windows.mark_of(draft),
        "step": page.step,
        "steps_total": STEPS,
        "minutes": journey.minutes_from(page),
        "back_url": reverse("complaints:wizard-check") if _from_check(request) else journey.url_before(page),
        "save_url": reverse("complaints:wizard-save") if draft else "",
        "saved_at": draft.touched_at if draft else None,
        "notice": page.notice(journey),
        "journey": journey,
    }


def choose_url(request: HttpRequest, slug: str) -> str:
    """Where one chooses between what two windows sent."""
    return reverse("complaints:wizard-choose", args=[slug]) + ("?from=check" if _from_check(request) else "")


def onward(request: HttpRequest, journey: Journey, page: Page) -> str:
    """Where a page that was answered leads: back to the check page if one came from there."""
    if "save" in request.POST:
        return reverse("complaints:wizard-save")
    if journey.answers.get(page.slug, {}).get("hurt") == "now":
        return reverse("complaints:wizard-help-now") + ("?from=check" if _from_check(request) else "")
    if page is BEHALF and FIRST.slug in journey.answers and not _from_check(request):  # who it is for was changed later
        return resume_url(journey.resume_at())
    return reverse("complaints:wizard-check") if _from_check(request) else journey.url_after(page)


def _keep(request: HttpRequest, draft: Draft | None, page: Page) -> HttpResponse:
    at = timezone.now()
    form = journey_of(draft).form(page, request.POST)
    draft = draft or begin_draft(request, at=at)
    draft = drafting.keep_page(
        *(draft, page.slug, form.to_keep()),
        is_complete=form.is_valid(),
        language=language(),
        at=at,
        seen=request.POST.get("seen", ""),
    )
    if request.headers.get("Accept") == "application/json":  # saved while somebody types: no judgment yet, no next page
        return drafts.remember(
            JsonResponse({"saved": _saved(draft, page), "draft": windows.mark_of(draft)}), draft, request
        )
    if page.slug in draft.aside:
        return drafts.remember(redirect(choose_url(request, page.slug)), draft, request)
    is_contact = page.slug == "contact" and form.is_valid() and "save" not in request.POST
    if is_contact and contact_codes.send_first(request, draft, form.answers(), at=at):
        return drafts.remember(redirect("complaints:wizard-verify"), draft, request)
    if form.is_valid() or "save" in request.POST:
        return drafts.remember(redirect(onward(request, journey_of(draft), page)), draft, request)
    draft = drafting.refuse(draft, page.slug, at=at)
    return drafts.remember(
        redirect(request.get_full_path()), draft, request
    )  # Back then asks nobody to send anything again


def _saved(draft: Draft, page: Page) -> str:
    if page.slug in draft.aside:
        return _("这一页在另一个窗口也改过。两份都存着，按“继续”选一份。")
    return _("{time}已自动保存").format(time=f"{timezone.localtime(draft.touched_at):%H:%M}")


def _read_off(draft: Draft | None) -> dict[str, Any]:
    """What was read off the pictures of the draft, for the page that offers to read one."""
    pieces = list(draft.evidence.offered().select_related("blob")) if draft else []
    heard = heard_of_draft(draft, pieces, at=timezone.now(), on=timezone.localdate())
    return {
        "reads": reads(),
        "heard": [each for each in heard.values() if each.state],
    }


def _from_check(request: HttpRequest) -> bool:
    return request.GET.get("from") == "check"


def resume_url(page: Page | None) -> str:
    """Where one goes on; the last look where nothing is missing."""
    return page.url if page else reverse("complaints:wizard-check")
