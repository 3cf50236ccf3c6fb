"""An offer, beside what the law provides and what was asked for; and the consumer's answer to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.asking.offer_answers import CHOICES, choices_of
from complaints.flow.offers import CannotOffer
from complaints.letters import money
from complaints.models import Complaint, Offer
from complaints.narrative import day, language, offer_words, party_name
from complaints.papers.claims import claims_of, wanted_of
from complaints.rulings import ruling_on
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_forms import posted
from complaints.web.case_offers import compare, standing_of


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def offer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The offer and what may be answered; ``do`` is the answer being written, with its form."""
    complaint, today = find_case(request, reference), timezone.localdate()
    found = get_object_or_404(complaint.offers, number=number)
    do = str((request.POST if request.method == "POST" else request.GET).get("do", ""))
    choices = choices_of(complaint, found, on=today)
    if do not in choices:
        if request.method == "POST":
            messages.info(request, _("这一步现在走不通：这个方案是“{state}”。").format(state=standing_of(found, today)))
            return redirect("complaints:case", reference)
        do = ""
    form = CHOICES[do].form(posted(request)) if do else None
    if form is not None and form.is_valid() and _is_done(request, found, do, form):
        return redirect("complaints:case", reference)
    page = {"tab": "progress", "do": do, "choices": choices, "form": form, **_shown(complaint, found, on=today)}
    return render(request, "case/offer.html", {**frame_of(complaint), **page})


def _is_done(request: HttpRequest, offer: Offer, do: str, form: forms.Form) -> bool:
    """Carry the answer out; what stood in the way is said by the form."""
    try:
        CHOICES[do].verb(offer, form.cleaned_data, actor_of(request), timezone.now())
    except CannotOffer as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, CHOICES[do].done())
    return True


def _shown(complaint: Complaint, offer: Offer, *, on: date) -> dict[str, Any]:
    remedy = complaint.statement.get("remedy", {})
    ruling = ruling_on(complaint.decision) if complaint.decision else None
    told = ruling.told(language()) if ruling else None
    claims = claims_of(told) if told else []
    return {
        "offer": offer,
        "performances": list(offer.performances.all()),
        "party": party_name(offer.party, start=True),
        "in_words": offer_words(offer.kind, offer.amount),
        "standing": standing_of(offer, on),
        "days": (offer.until - on).days if offer.is_waiting(on) else None,
        "term": max(1, (offer.until - timezone.localdate(offer.made_at)).days),
        "until": day(offer.until),
        "pay_by": day(offer.pay_by) if offer.pay_by else "",
        "sum": money(offer.amount) if offer.amount is not None else "",
        "wanted": _("、").join(str(option.label) for option in wanted_of(complaint)),
        "wanted_sum": money(remedy["amount"]) if remedy.get("amount") else "",
        "claims": claims,
        "unpriced": _("、").join(claim.name for claim in claims if not claim.amount),
        "compared": compare(offer.amount, ruling.output) if ruling else [],
        "counter": money(offer.counter_amount) if offer.counter_amount is not None else "",
        "payment_days": settings.PAYMENT_DAYS,
        "back": reverse("complaints:case", args=[complaint.reference]),
    }
