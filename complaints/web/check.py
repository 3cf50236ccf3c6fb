"""The two-minute check: who answers, for anybody, without a name. Answers come and go with the request."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.asking.check_forms import AskForm
from complaints.check import Walk
from complaints.check_pages import carried
from complaints.flow.carrying import carry_over
from complaints.narrative import language
from complaints.web import drafts
from complaints.web.check_result import result_of
from complaints.web.check_state import Lost, beginning, opened, sealed, taken_further
from complaints.web.quotas import begin_draft, or_why_not_begun
from complaints.web.wizard import journey_of

ENOUGH_FROM = 3  # the question from which one may see the result at once
View = Callable[..., HttpResponse]


def kept_nowhere(view: View) -> View:
    """For pages that answers pass through. They change nothing, so a forged request could do no harm, and no token is
    asked for. The questions set no cookie; the result sets that of the token its form sends on, which holds no answer.
    """
    return csrf_exempt(cache_control(private=True, no_store=True)(view))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What it is, and that it leaves no trace."""
    return render(request, "check/start.html")


@kept_nowhere
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: int) -> HttpResponse:
    """Take an answer and ask the next question. The number in the address is for the eye only."""
    if request.method != "POST":
        return _ask(request, beginning()) if number == 1 else _lost(request)
    try:
        walk = opened(request)
    except Lost:
        return _lost(request)
    if "back" in request.POST and walk.told:
        return _ask(request, walk.back(), chosen=walk.told[-1].codes)
    further, form = taken_further(walk, request)
    if further.ask is None or ("enough" in request.POST and walk.told):
        return redirect("complaints:check-result", preserve_request=True)
    return _ask(request, further, form)


@kept_nowhere
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest) -> HttpResponse:
    """The finding on the answers given, and where to go from here."""
    try:
        walk = opened(request)
    except Lost:
        return _lost(request)
    walk, _form = taken_further(walk, request)
    found = result_of(walk)
    ways_back = [
        {"sentence": each.sentence, "told": sealed(each.back_to), "url": _url(len(each.back_to.told))}
        for each in found["clashes"]
    ]
    shown = {**found, "told": sealed(walk), "back_url": _url(len(walk.told)), "clashes": ways_back}
    return render(request, "check/result.html", shown)


@cache_control(private=True, no_store=True)
@require_POST
@or_why_not_begun
def complain(request: HttpRequest) -> HttpResponse:
    """Turn the check into a complaint: from here on answers are kept."""
    try:
        walk = opened(request)
    except Lost:
        return _lost(request)
    at = timezone.now()
    begun = drafts.unfinished_draft_of(request, at=at) or begin_draft(request, at=at)
    draft = carry_over(begun, carried(walk), language=language(), at=at)
    page = journey_of(draft).resume_at()
    return drafts.remember(redirect(page.url if page else reverse("complaints:wizard-check")), draft, request)


def _ask(request: HttpRequest, walk: Walk, form: AskForm | None = None, *, chosen: Sequence[str] = ()) -> HttpResponse:
    ask = walk.ask
    if ask is None:  # between two requests the day turned, or the site: what was asked then is asked no more
        return redirect("complaints:check-result", preserve_request=True)
    number = len(walk.told) + 1
    shown = {
        "form": form or AskForm(ask, chosen=chosen),
        "ask": ask,
        "number": number,
        "left": max(0, walk.left - 1) if walk.told else None,
        "told": sealed(walk),
        "next_url": _url(number + 1),
        "back_url": _url(number - 1) if walk.told else "",
        "may_stop": number >= ENOUGH_FROM,
        "may_be_hurt": walk.is_dangerous,
    }
    return render(request, "check/question.html", shown)


def _lost(request: HttpRequest) -> HttpResponse:
    return render(request, "check/lost.html")


def _url(number: int) -> str:
    return reverse("complaints:check-question", args=[number])
