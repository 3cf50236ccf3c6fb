"""The sentences heard in a livestream, of a filed case: a line of time, its table; added, corrected, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.flow.moments import MOST, CannotTell, correct, say, take_back
from complaints.lifecycle import Role
from complaints.models import Complaint, LiveMoment
from complaints.moment_words import livestreams_of, moments_told
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of, proofs_of
from complaints.web.case_forms import posted
from complaints.web.moment_forms import MomentForm, as_typed
from complaints.web.refusals import told_on

or_why_not = told_on("complaints:case-evidence")


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def moments(request: HttpRequest, reference: str) -> HttpResponse:
    """What was heard, day by day; the POST adds a sentence, or puts another in the place of ``?change=``."""
    complaint = find_case(request, reference)
    changed, is_stale = _changed(request, complaint)
    if is_stale:
        messages.info(request, _("这句已经改过或收回了。"))
        return redirect("complaints:case-moments", reference)
    form = _form(request, complaint, changed)
    if form.is_valid() and _said(request, complaint, form, changed):
        messages.success(request, _("记下了。"))
        return redirect("complaints:case-moments", reference)
    return render(request, "case/moments.html", {**frame_of(complaint), **_page(complaint, form, changed)})


@case_page
@post_only("complaints:case-moments", "reference")
@or_why_not
def remove(request: HttpRequest, reference: str, moment_id: int) -> HttpResponse:
    """Take a sentence back; it stays on file."""
    take_back(find_case(request, reference), moment_id, actor=actor_of(request), at=timezone.now())
    messages.success(request, _("收回了。办理记录里还留着你写过它。"))
    return redirect("complaints:case-moments", reference)


def _form(request: HttpRequest, complaint: Complaint, changed: LiveMoment | None) -> MomentForm:
    own = complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).select_related("blob")
    told = complaint.statement.get("when", {})
    start: dict[str, Any] = {"on": told["watched_on"]} if told.get("when") == "date" and told.get("watched_on") else {}
    initial = as_typed(changed) if changed else start
    return MomentForm(posted(request), pieces=list(own), today=timezone.localdate(), initial=initial)


def _said(request: HttpRequest, complaint: Complaint, form: MomentForm, changed: LiveMoment | None) -> bool:
    actor, at = actor_of(request), timezone.now()
    try:
        if changed:
            correct(complaint, changed.pk, form.heard(), actor=actor, at=at)
        else:
            say(complaint, form.heard(), actor=actor, at=at)
    except CannotTell as refusal:
        form.say_why(refusal)
        return False
    except LiveMoment.DoesNotExist:  # corrected in another window meanwhile
        form.add_error(None, _("这句刚在别处改过，回到列表看看。"))
        return False
    return True


def _changed(request: HttpRequest, complaint: Complaint) -> tuple[LiveMoment | None, bool]:
    """The sentence that is being corrected; and whether one was named that does not stand."""
    wanted = request.GET.get("change", "")
    if not wanted:
        return None, False
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    found = complaint.moments.standing().filter(pk=int(wanted)).first() if known and complaint.is_open else None
    return found, found is None


def _page(complaint: Complaint, form: MomentForm, changed: LiveMoment | None) -> dict[str, Any]:
    numbers = {proof.item.pk: (proof.number, str(proof.item.get_kind_display())) for proof in proofs_of(complaint)}
    standing = complaint.moments.standing().prefetch_related("places")
    lines = moments_told(standing, complaint, numbers=numbers)
    return {
        "tab": "evidence",
        "form": form,
        "changed": changed,
        "livestreams": livestreams_of(lines),
        "count": len(lines),
        "is_full": len(lines) >= MOST and changed is None,
        "most": MOST,
    }
