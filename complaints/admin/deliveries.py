"""Notices of a case on their way: what was tried, what came of it, and sending one again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.flow.delivery import CannotResend, replay
from complaints.line_words import STATE_TONES
from complaints.models import Complaint, Delivery
from complaints.models.actor import Actor
from complaints.notice_types import label_of
from complaints.posting import post_only


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
        words=label_of(delivery.type),
        tone=STATE_TONES[state],
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
