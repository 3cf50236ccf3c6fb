"""The open pages: home, how it works, help, and the statements. They show and change nothing."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.asking.pages import STEPS
from complaints.figures.months import published_months
from complaints.models import FigureSheet
from complaints.narrative import language
from complaints.web import drafts
from complaints.web.mine import turns_waiting_for
from complaints.web.wizard import journey_of, resume_url
from routing.engine.readable import day_in_words

STATEMENTS_DATED = date(2026, 11, 21)  # change with every change of what the statements promise


def _promises() -> dict[str, Any]:
    """The terms and limits the pages speak of, from the same settings that the flow obeys."""
    megabytes = {kind: size >> 20 for kind, size in settings.EVIDENCE_MAX_BYTES.items()}
    return {
        "response_days": settings.RESPONSE_WORKING_DAYS,
        "draft_days": settings.DRAFT_LIFETIME.days,
        "receipt_minutes": int(settings.RECEIPT_SESSION.total_seconds() // 60),
        "case_years": settings.CASE_KEPT_YEARS,
        "rejected_days": settings.REJECTED_KEPT_DAYS,
        "attempt_days": settings.ATTEMPTS_KEPT_DAYS,
        "sign_in_days": settings.SIGN_IN_TRIES_KEPT_DAYS,
        "backup_days": settings.BACKUPS_KEPT_DAYS,
        "limits": megabytes,
        "max_files": settings.EVIDENCE_MAX_FILES,
        "dated": day_in_words(STATEMENTS_DATED, language()),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    last = published_months(timezone.localdate())[-1]
    sheet = FigureSheet.objects.filter(month=last).order_by("-counted_on").first()
    figures = sheet.body if sheet and sheet.body["total"] and sheet.body["heard"] is not None else None
    shown = {"figures": figures, "response_days": settings.RESPONSE_WORKING_DAYS}
    return render(request, "pages/home.html", {**shown, **_waiting_for(request)})


def _waiting_for(request: HttpRequest) -> dict[str, Any]:
    """What waits for whoever came back: a draft of this browser, and the turns of the account that is signed in."""
    found: dict[str, Any] = {}
    if draft := drafts.unfinished_draft_of(request, at=timezone.now()):
        page = journey_of(draft).resume_at()
        found = {"resume_step": page.step if page else STEPS, "resume_url": resume_url(page)}
    if request.user.is_authenticated:
        found["turns"] = turns_waiting_for(request.user)
    return found


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/how.html", _promises())


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html", _promises())


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html", _promises())


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/terms.html", _promises())
