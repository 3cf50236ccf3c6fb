"""A11 and A12: how every address is doing, what was sent where and what was answered, and sending it again.

For operators: bodies carry numbers and codes only, but the log tells which business has which case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Endpoint
from complaints.admin.access import actor_of, frame_of
from complaints.admin.webhook_forms import LogForm, ReplayForm
from complaints.certificates import shown_of
from complaints.flow import lines, replaying
from complaints.flow.delivery import CannotResend
from complaints.flow.line_health import Figures, figures_of
from complaints.flow.line_rules import CannotChangeLine
from complaints.line_words import HEALTH_TONES, STATE_GLYPHS, STATE_TONES, result_of
from complaints.models import PROBES, Attempt, Delivery, ReplayJob
from complaints.notice_types import CATALOGUE, label_of
from complaints.references import tidy_reference
from complaints.webhooks import headers

PAGE = 50
SETTLED = frozenset({Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED})


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

    @property
    def types(self) -> list[Any]:
        return [CATALOGUE[name].label for name in self.line.types if name in CATALOGUE]


@dataclass(frozen=True, slots=True)
class Row:
    """A notice of the log."""

    notice: Delivery
    last: Attempt | None = None

    @property
    def name(self) -> str:
        return label_of(self.notice.type)

    @property
    def tone(self) -> str:
        return STATE_TONES[Delivery.State(self.notice.state)]

    @property
    def result(self) -> str:
        return result_of(self.last) if self.last else ""

    @property
    def glyph(self) -> str:
        return STATE_GLYPHS[Delivery.State(self.notice.state)]

    @property
    def can_resend(self) -> bool:
        return self.notice.state in SETTLED and self.notice.trigger not in PROBES and bool(self.notice.body)


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """A11: every address, those in trouble first."""
    actor = actor_of(request)
    found = [Line(one, figures_of(one, at=timezone.now())) for one in lines.visible_to(actor).order_by("pk")]
    order = list(HEALTH_TONES)[::-1]  # worst first
    found.sort(key=lambda one: (order.index(one.figures.health), one.line.pk))
    return render(request, "admin/webhooks.html", {**frame_of(actor), "lines": found})


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: what it is like, what was changed, what can be done."""
    return _page(request, _own(request, pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Verify, test, pause or resume; says what came of it."""
    line, actor, at = _own(request, pk), actor_of(request), timezone.now()
    try:
        match name:
            case "verify" | "ping":
                probe = (lines.verify_line if name == "verify" else lines.ping)(line, actor=actor, at=at)
                tell = messages.success if probe.passed else messages.error
                tell(
                    request, result_of(probe.attempt) if probe.passed or name == "ping" else _not_passed(probe.attempt)
                )
            case "pause":
                lines.pause(line, actor=actor, at=at)
                messages.success(request, _("暂停了。通知先搁置，恢复时补发。"))
            case "resume":
                sent = lines.resume(line, actor=actor, at=at)
                words = ngettext("已恢复，{n}条搁置的通知马上补发。", "已恢复，{n}条搁置的通知马上补发。", sent)
                messages.success(request, words.format(n=sent))
            case _:
                raise Http404
    except CannotChangeLine as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:webhook", pk)


@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a span again."""
    line, form = _own(request, pk), ReplayForm(request.POST)
    if form.is_valid():
        try:
            job = replaying.replay_span(line, **form.cleaned_data, actor=actor_of(request), at=timezone.now())
            messages.success(request, _("共{n}条，开始重放。").format(n=job.total))
            return redirect("admin:webhook", pk)
        except CannotChangeLine as refusal:
            form.add_error(None, str(refusal))
    return _page(request, line, form)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Put no more of a replay in line."""
    job = get_object_or_404(ReplayJob, pk=pk, endpoint__in=lines.visible_to(actor_of(request)))
    try:
        replaying.cancel(job, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("已取消，排上的还会发完。"))
    except CannotChangeLine as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:webhook", job.endpoint_id)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """A12: what was sent, filtered by the address; ``?state=dead`` and ``?state=parked`` are what nobody has taken."""
    actor, form = actor_of(request), LogForm(request.GET or None)
    rows = lines.log_of(actor).order_by("-pk")
    if form.is_bound:
        form.is_valid()
        rows = _narrowed(rows, form.cleaned_data)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.prefetch_related("tries")[: PAGE + 1])
    kept = [(name, value) for name, value in request.GET.items() if name != "before"]
    context = {
        **frame_of(actor),
        "form": form,
        "rows": [_row(notice) for notice in found[:PAGE]],
        "more": f"?{urlencode([*kept, ('before', found[PAGE - 1].pk)])}" if len(found) > PAGE else "",
        "narrowed": any(value for _name, value in kept),
        "waiting": [(state, lines.log_of(actor).filter(state=state).count()) for state in ("dead", "parked")],
    }
    return render(request, "admin/webhook_log.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: the request as it goes out, what is signed, and every answer."""
    actor = actor_of(request)
    found = get_object_or_404(lines.log_of(actor), pk=pk)
    tries = list(found.tries.order_by("-pk"))
    last = tries[0] if tries else None
    at = last.started_at if last else timezone.now()
    body = bytes(found.body)
    sent = headers(found.message_id, body, ["whsec_"], at=at, attempt=last.number if last else 1, trigger=found.trigger)
    sent["webhook-signature"] = _("（每次发送时用当时的密钥算，不留存）")
    context = {
        **frame_of(actor),
        "row": Row(found, last),
        "headers": sent | dict.fromkeys(found.endpoint.extra_headers(), _("（已加密保存，不显示）")),
        "body": json.dumps(json.loads(body), ensure_ascii=False, indent=1) if body else "",
        "base": f"{found.message_id}.{sent['webhook-timestamp']}.{body.decode()}" if body else "",
        "tries": [(one, result_of(one)) for one in tries],
    }
    return render(request, "admin/webhook_notice.html", context)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one notice again."""
    found = get_object_or_404(lines.log_of(actor_of(request)), pk=pk)
    try:
        lines.resend(found, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("已重新排队，马上再发一次。"))
    except (CannotChangeLine, CannotResend) as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:webhook-notice", pk)


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _own(request: HttpRequest, pk: int) -> Endpoint:
    return get_object_or_404(lines.visible_to(actor_of(request)), pk=pk)


def _page(request: HttpRequest, line: Endpoint, form: ReplayForm | None = None) -> HttpResponse:
    at = timezone.now()
    context = {
        **frame_of(actor_of(request)),
        "one": Line(line, figures_of(line, at=at)),
        "old_secrets_end": line.old_secrets_end(at),
        "ca": shown_of(line, "ca"),
        "client": shown_of(line, "client"),
        "changes": line.changes.select_related("person")[:20],
        "jobs": line.replays.all()[:10],
        "form": form or ReplayForm(),
        "rows": [_row(each) for each in line.deliveries.prefetch_related("tries").order_by("-pk")[:10]],
    }
    return render(request, "admin/webhook.html", context)


def _row(notice: Delivery) -> Row:
    return Row(notice, max(notice.tries.all(), key=lambda one: one.pk, default=None))


def _not_passed(attempt: Attempt) -> str:
    if attempt.outcome == Attempt.Outcome.TAKEN:
        return _("对方回了{status}，但回应里没有我们发去的challenge。").format(status=attempt.status)
    return result_of(attempt)


def _narrowed(rows: QuerySet[Delivery], asked: dict[str, Any]) -> QuerySet[Delivery]:
    for name in ("state", "endpoint", "type"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("case"):
        rows = rows.filter(event__complaint__reference=tidy_reference(asked["case"]))
    if asked.get("since"):
        rows = rows.filter(created_at__gte=asked["since"])
    if asked.get("until"):
        rows = rows.filter(created_at__lt=asked["until"])
    return rows
