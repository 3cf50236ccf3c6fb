"""The conformance run as pages: begin it, watch it, stop it, print what came of it, and send that to colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from complaints.conformance import reporting
from complaints.conformance.step_words import WORDS
from complaints.conformance.steps import STEPS
from complaints.flow import conforming
from complaints.flow.sandbox import CannotPractise
from complaints.models import ConformanceRun
from complaints.web.portal_sandbox import frame_of, not_kept, practising

SALT = "complaints.conformance.report"
SHARED = timedelta(days=30)  # so long a link to a report opens it: a place to practise lives no longer unused
AGAIN = 3  # seconds until the page of a run that goes on comes again by itself


@practising
@require_POST
def begin(request: HttpRequest, house: Organisation) -> HttpResponse:
    """Put the newest verified address to the test."""
    try:
        run = conforming.begin(house, None, at=timezone.now())
    except CannotPractise as refusal:
        messages.warning(request, str(refusal))
        return redirect("complaints:portal-sandbox")
    return redirect("complaints:portal-sandbox-run", run.pk)


@practising
@require_safe
def report(request: HttpRequest, house: Organisation, pk: int) -> HttpResponse:
    """What came of a run; while it goes on, the page comes again by itself."""
    run = get_object_or_404(ConformanceRun.objects.select_related("endpoint"), pk=pk, organisation=house)
    token = signing.dumps(run.pk, salt=SALT)
    link = settings.SITE_URL + reverse("complaints:sandbox-report", args=[token])
    told = {**_told(run), "url": run.endpoint.url, "link": link, "shared_days": SHARED.days}
    answer = render(request, "sandbox/report.html", {**told, **frame_of(request)})
    if not run.is_over:
        answer["Refresh"] = str(AGAIN)
    return answer


@not_kept
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever has the link: without the path of the address, which may hold a secret."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=SHARED)
    except signing.BadSignature:
        raise Http404 from None
    run = get_object_or_404(ConformanceRun.objects.select_related("endpoint"), pk=pk)
    host = urlsplit(run.endpoint.url).hostname
    return render(request, "sandbox/report.html", {**_told(run), "url": host, "frame": "base.html"})


@practising
@require_POST
def stop(request: HttpRequest, house: Organisation, pk: int) -> HttpResponse:
    """Send nothing more of it."""
    run = get_object_or_404(ConformanceRun, pk=pk, organisation=house)
    if conforming.stop(run, at=timezone.now()):
        messages.success(request, _("停下了。做完的几步还在下面。"))
    return redirect("complaints:portal-sandbox-run", run.pk)


def _told(run: ConformanceRun) -> dict[str, Any]:
    done = len(run.steps)
    now = list(STEPS)[done] if not run.is_over and done < len(STEPS) else ""
    words = WORDS[now].name if now else ""
    return {"run": run, "head": reporting.head_of(run), "lines": reporting.lines_of(run), "now": words}
