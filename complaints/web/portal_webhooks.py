"""R10: where a business takes notices. Address, secret, which notices, a test with its result, what was sent lately."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Endpoint, Membership
from accounts.proving import proved_first
from complaints.flow import lines
from complaints.flow.delivery import CannotResend
from complaints.flow.line_health import Figures, figures_of
from complaints.flow.line_rules import CannotChangeLine
from complaints.line_words import HEALTH_TONES, STATE_GLYPHS, STATE_TONES, result_of
from complaints.models import PROBES, Actor, Attempt, Delivery
from complaints.notice_types import CATALOGUE, label_of
from complaints.web.portal_members import house_of, member_page
from complaints.web.portal_webhook_forms import LineForm, RotationForm, TypesForm, UrlForm

Part = Membership.Part
for_engineers = member_page(Part.ENGINEER, Part.MANAGER)
LATEST = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A notice of the log: its name, its state with a tone, and how its last attempt ended."""

    notice: Delivery
    name: str
    tone: str
    result: str
    tries: list[tuple[Attempt, str]]

    @property
    def glyph(self) -> str:
        return STATE_GLYPHS[Delivery.State(self.notice.state)]

    @property
    def can_resend(self) -> bool:
        settled = self.notice.state in {Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED}
        return settled and self.notice.trigger not in PROBES and bool(self.notice.body)


@dataclass(frozen=True, slots=True)
class Line:
    """An address with how it is doing."""

    line: Endpoint
    figures: Figures

    @property
    def tone(self) -> str:
        return HEALTH_TONES[self.figures.health][0]

    @property
    def glyph(self) -> str:
        return HEALTH_TONES[self.figures.health][1]


@require_http_methods(["GET", "HEAD", "POST"])
@for_engineers
@proved_first
def webhooks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The addresses, and a form for one more; a new one shows its secret at once, this once."""
    form = LineForm(request.POST or None)
    assert actor.organisation is not None
    if request.method == "POST" and form.is_valid():
        try:
            line, secret = lines.add_line(
                actor.organisation, url=form.cleaned_data["url"], actor=actor, at=timezone.now()
            )
            return _shown_once(request, actor, line, secret)
        except CannotChangeLine as refusal:
            form.add_error("url", str(refusal))
    found = lines.visible_to(actor).select_related("organisation").order_by("pk")
    own = [Line(one, figures_of(one, at=timezone.now())) for one in found]
    return render(request, "portal/webhooks.html", {**house_of(actor), "lines": own, "form": form})


@require_safe
@for_engineers
def webhook(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One address: how it is doing, what can be done about it, what was sent to it lately."""
    return _page(request, actor, _own(actor, pk))


@require_POST
@for_engineers
def change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another URL, or other notices."""
    if request.POST.get("of") == "types":
        return _change(request, actor, pk, TypesForm(request.POST))
    return _move(request, actor, pk)


@proved_first
def _move(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return _change(request, actor, pk, UrlForm(request.POST))


def _change(request: HttpRequest, actor: Actor, pk: int, form: UrlForm | TypesForm) -> HttpResponse:
    line, at = _own(actor, pk), timezone.now()
    if form.is_valid():
        try:
            lines.change(line, form.cleaned_data, actor=actor, at=at)
            messages.success(request, _("保存了。"))
            return redirect("complaints:portal-webhook", pk)
        except CannotChangeLine as refusal:
            form.add_error(None if isinstance(form, TypesForm) else "url", str(refusal))
    return _page(request, actor, line, form)


@require_POST
@for_engineers
def act(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """Verify, test, pause, resume or take away; says what came of it."""
    line = _own(actor, pk)
    if name not in ACTS:
        raise Http404
    try:
        ACTS[name](request, line, actor)
    except CannotChangeLine as refusal:
        messages.error(request, str(refusal))
    gone = not lines.visible_to(actor).filter(pk=pk).exists()
    return redirect("complaints:portal-webhooks") if gone else redirect("complaints:portal-webhook", pk)


@require_POST
@for_engineers
def resend(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Send one notice again."""
    notice = get_object_or_404(lines.log_of(actor), pk=pk)
    try:
        lines.resend(notice, actor=actor, at=timezone.now())
        messages.success(request, _("已重新排队，马上再发一次。"))
    except (CannotChangeLine, CannotResend) as refusal:
        messages.error(request, str(refusal))
    if notice.endpoint.removed_at:
        return redirect("complaints:portal-webhooks")
    return redirect("complaints:portal-webhook", notice.endpoint_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_engineers
@proved_first
def rotate(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A new secret, shown this once, after its member has shown again that it is them."""
    line, form = _own(actor, pk), RotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            secret = lines.rotate_secret(line, overlap=form.chosen, actor=actor, at=timezone.now())
            return _shown_once(request, actor, line, secret)
        except CannotChangeLine as refusal:
            form.add_error("overlap", str(refusal))
    return render(request, "portal/webhook_rotate.html", {**house_of(actor), "line": line, "form": form})


# ── What the buttons do ──────────────────────────────────────────────────────────────────────────────────────────────


def _verify(request: HttpRequest, line: Endpoint, actor: Actor) -> None:
    probe = lines.verify_line(line, actor=actor, at=timezone.now())
    if probe.passed:
        messages.success(request, _("核对通过，从现在起通知都发到这里。"))
    elif probe.attempt.outcome == Attempt.Outcome.TAKEN:
        words = _(
            "对方回了{status}，但回应里没有我们发去的challenge。收到endpoint.verify时，把data.challenge原样放在回应里。"
        )
        messages.error(request, words.format(status=probe.attempt.status))
    else:
        messages.error(request, result_of(probe.attempt))


def _ping(request: HttpRequest, line: Endpoint, actor: Actor) -> None:
    probe = lines.ping(line, actor=actor, at=timezone.now())
    tell = messages.success if probe.passed else messages.error
    tell(request, result_of(probe.attempt))


def _pause(request: HttpRequest, line: Endpoint, actor: Actor) -> None:
    lines.pause(line, actor=actor, at=timezone.now())
    messages.success(request, _("暂停了。通知先搁置，恢复时补发。"))


def _resume(request: HttpRequest, line: Endpoint, actor: Actor) -> None:
    sent = lines.resume(line, actor=actor, at=timezone.now())
    words = ngettext("已恢复，{n}条搁置的通知马上补发。", "已恢复，{n}条搁置的通知马上补发。", sent)
    messages.success(request, words.format(n=sent))


def _remove(request: HttpRequest, line: Endpoint, actor: Actor) -> None:
    lines.remove(line, actor=actor, at=timezone.now())
    messages.success(request, _("删掉了。发过什么，用接口还查得到。"))


Verb = Callable[[HttpRequest, Endpoint, Actor], None]
ACTS: dict[str, Verb] = {
    "verify": _verify,
    "ping": _ping,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _own(actor: Actor, pk: int) -> Endpoint:
    return get_object_or_404(lines.visible_to(actor), pk=pk)


def _shown_once(request: HttpRequest, actor: Actor, line: Endpoint, secret: str) -> HttpResponse:
    return render(request, "portal/webhook_secret.html", {**house_of(actor), "line": line, "secret": secret})


def _page(request: HttpRequest, actor: Actor, line: Endpoint, form: UrlForm | TypesForm | None = None) -> HttpResponse:
    latest = line.deliveries.select_related("event__complaint").prefetch_related("tries").order_by("-pk")[:LATEST]
    context: dict[str, Any] = {
        "one": Line(line, figures_of(line, at=timezone.now())),
        "rows": [_row(notice) for notice in latest],
        "types": [CATALOGUE[name].label for name in line.types if name in CATALOGUE],
        "url_form": form if isinstance(form, UrlForm) else UrlForm(initial={"url": line.url}),
        "types_form": form if isinstance(form, TypesForm) else TypesForm(initial={"types": line.types}),
        "form": form,
        "old_secrets_end": line.old_secrets_end(timezone.now()),
        "public_key": lines.public_key(line),
    }
    return render(request, "portal/webhook.html", {**house_of(actor), **context})


def _row(notice: Delivery) -> Row:
    tries = sorted(notice.tries.all(), key=lambda one: -one.pk)
    told = [(one, result_of(one)) for one in tries]
    return Row(
        notice, label_of(notice.type), STATE_TONES[Delivery.State(notice.state)], told[0][1] if told else "", told
    )
