"""Notices of a case on their way: what was tried, what came of it, and sending one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions
from complaints.flow.delivery import CannotResend, replay
from complaints.models import Complaint, Delivery
from complaints.models.actor import Actor
from complaints.posting import post_only

# What each notice tells, in words; the codes are those of docs/webhooks.md.
NOTICES: Mapping[str, Any] = {
    "case.opened": gettext_lazy("投诉通知"),
    "case.decided": gettext_lazy("判定通知"),
    "case.decision_updated": gettext_lazy("改判通知"),
    "case.evidence_added": gettext_lazy("新证据"),
    "case.erased": gettext_lazy("删除通知"),
    "case.response_requested": gettext_lazy("补充要求"),
    "case.response_overdue": gettext_lazy("逾期通知"),
    "case.offer_made": gettext_lazy("方案通知"),
    "case.offer_ended": gettext_lazy("方案随投诉结束的通知"),
    "case.offer_accepted": gettext_lazy("方案已接受"),
    "case.offer_countered": gettext_lazy("还价通知"),
    "case.offer_refused": gettext_lazy("方案没有接受"),
    "case.offer_lapsed": gettext_lazy("方案过期通知"),
    "case.offer_broken": gettext_lazy("没有兑现的通知"),
    "case.session_set": gettext_lazy("调解会通知"),
    "case.session_moved": gettext_lazy("调解会改期通知"),
    "case.session_cancelled": gettext_lazy("调解会取消通知"),
    "case.session_held": gettext_lazy("调解会结果通知"),
    "case.agreement_made": gettext_lazy("协议通知"),
    "case.agreement_confirmed": gettext_lazy("协议确认通知"),
    "case.agreement_declined": gettext_lazy("不同意协议的通知"),
    "case.agreement_ended": gettext_lazy("协议不再有效的通知"),
    "case.response_reminder": gettext_lazy("答复提醒"),
    "case.reopened": gettext_lazy("重新打开的通知"),
    "case.updated": gettext_lazy("进展通知"),
    "case.closed": gettext_lazy("结案通知"),
    "case.withdrawn": gettext_lazy("撤回通知"),
    "case.escalated": gettext_lazy("转出通知"),
}
TONES = {
    Delivery.State.DONE: "ok",
    Delivery.State.PENDING: "plain",
    Delivery.State.LEASED: "plain",
    Delivery.State.DEAD: "resp",
    Delivery.State.PARKED: "joint",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A delivery with its attempts, newest first; ``can_resend`` is false while it is on its way."""

    delivery: Delivery
    words: Any
    tone: str
    attempts: list[Any]
    can_resend: bool


def deliveries_of(complaint: Complaint) -> list[Notice]:
    """The notices of a case, newest first."""
    found = Delivery.objects.filter(event__complaint=complaint).select_related("endpoint__organisation")
    return [notice_of(delivery) for delivery in found.prefetch_related("tries").order_by("-pk")]


def notice_of(delivery: Delivery) -> Notice:
    state = Delivery.State(delivery.state)
    return Notice(
        delivery=delivery,
        words=NOTICES.get(delivery.type, delivery.type),
        tone=TONES[state],
        attempts=sorted(delivery.tries.all(), key=lambda attempt: -attempt.pk),
        can_resend=state in {Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED},
    )


@post_only("admin:case", "reference")
def resend(request: HttpRequest, actor: Actor, reference: str, pk: int) -> HttpResponse:
    """Send a notice of a visible case again, under the same id."""
    cases = Complaint.objects.visible_to(actor).filter(reference=reference)
    delivery = get_object_or_404(Delivery, pk=pk, event__complaint__in=cases)
    permissions.require(actor, "resend")
    try:
        replay(delivery, at=timezone.now())
        messages.success(request, _("已重新排队，马上再发一次。"))
    except CannotResend as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:case", reference)
