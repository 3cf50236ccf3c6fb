"""Prove with six digits that messages arrive: while the form is filled in, or later on the page of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.asking.pages import BY_SLUG
from complaints.flow import contacting
from complaints.flow.contacting import Purpose
from complaints.models import Contact
from complaints.web import contact_codes, drafts
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_forms import posted
from complaints.web.contact_codes import DigitsForm
from complaints.web.wizard import frame, journey_of
from complaints.web.wrong_codes import silent

CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the digits are asked for: whose address it is, where one goes on, how the page looks around it."""

    purpose: Purpose
    way: str
    address: str
    onward: str
    template: str
    around: Mapping[str, Any]


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_draft(request: HttpRequest) -> HttpResponse:
    """The digits that were sent when Continue was pressed on the page of contact; or go on without."""
    draft = drafts.draft_of(request, at=timezone.now())
    if draft is None or draft.filed_as_id:
        return redirect("complaints:start")
    journey, page = journey_of(draft), BY_SLUG[CONTACT]
    found = contact_codes.picked(request, journey.to_file().get(CONTACT, {}))
    if found is None:
        return redirect(page.url)
    onward = reverse("complaints:wizard-check")
    around = {
        **frame(request, draft, journey, page),
        "back_url": page.url,
        "onward_url": onward,
        "change_url": page.url,
    }
    return _digits(request, Place(Purpose(draft=draft), *found, onward, "contact/verify_draft.html", around))


@sensitive_post_parameters("code")
@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The same for a case that was filed without."""
    complaint = find_case(request, reference)
    contact = Contact.objects.filter(complaint=complaint).first()
    found = contact_codes.picked(request, contact.reveal() if contact else {})
    onward = reverse("complaints:case", args=[reference])
    if found is None:
        return redirect(onward)
    around = {**frame_of(complaint), "tab": "progress", "onward_url": onward}
    return _digits(request, Place(Purpose(complaint=complaint), *found, onward, "contact/verify_case.html", around))


def _digits(request: HttpRequest, place: Place) -> HttpResponse:
    at = timezone.now()
    if request.method == "POST" and "later" in request.POST:
        return redirect(place.onward)
    if request.method == "POST" and "send" in request.POST:
        if contact_codes.send(request, place.address, place.purpose, at=at):
            messages.success(request, _("发出了，看看手机或邮箱。"))
        return redirect(request.get_full_path())
    code = contacting.latest(place.address, place.purpose)
    if code and code.proved_at:
        return redirect(place.onward)
    form = DigitsForm(posted(request), sent_to=place.address if code else "")
    if code and form.is_valid() and _is_right(request, place, form, at):
        messages.success(request, _("验证好了。"))
        return redirect(place.onward)
    code = contacting.latest(place.address, place.purpose)
    told = contact_codes.shown(place.way, place.address, code, form, at=at)
    return silent(render(request, place.template, {**place.around, **told}))


def _is_right(request: HttpRequest, place: Place, form: DigitsForm, at: datetime) -> bool:
    """Whether the digits are those sent. Where their time is over a new code is sent at once, and said so."""
    code = contacting.latest(place.address, place.purpose)
    try:
        if code:
            contacting.prove(code, form.cleaned_data["code"], at=at)
            return True
    except contacting.Expired as refusal:
        again = contact_codes.send(request, place.address, place.purpose, at=at)
        form.add_error("code", _("验证码过期了，新的已经发出。") if again else str(refusal))
    except contacting.Wrong as refusal:
        form.add_error("code", str(refusal))
    return False
