"""The sentences heard in a livestream, of a filed case: a line of time, its table; added, corrected, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.flow.moments import MOST, CannotTell, correct, put_back, say, take_back
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
    page = {**_page(complaint, form, changed), "taken_back": _taken_back(request, complaint)}
    return render(request, "case/moments.html", {**frame_of(complaint), **page})


@case_page
@post_only("complaints:case-moments", "reference")
@or_why_not
def remove(request: HttpRequest, reference: str, moment_id: int) -> HttpResponse:
    """Take a sentence back; it stays on file."""
    complaint = find_case(request, reference)
    if not complaint.moments.standing().filter(pk=moment_id).exists():
        return redirect("complaints:case-moments", reference)
    take_back(complaint, moment_id, actor=actor_of(request), at=timezone.now())
    return redirect(f"{reverse('complaints:case-moments', args=[reference])}?back={moment_id}")


@case_page
@post_only("complaints:case-moments", "reference")
@or_why_not
def restore(request: HttpRequest, reference: str, moment_id: int) -> HttpResponse:
    """It was pressed by mistake: the sentence stands again."""
    try:
        put_back(find_case(request, reference), moment_id, actor=actor_of(request), at=timezone.now())
    except LiveMoment.DoesNotExist:
        messages.info(request, _("这句已经改过或收回了。"))
    except CannotTell as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("放回去了。"))
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
    if not request.GET.get("change"):
        return None, False
    found = complaint.moments.standing().filter(pk=_key(request, "change")).first() if complaint.is_open else None
    return found, found is None


def _taken_back(request: HttpRequest, complaint: Complaint) -> LiveMoment | None:
    """The sentence that was taken back just now, and may be put back; None once another stands in its place."""
    ended = complaint.moments.filter(ended_at__isnull=False, corrected_by=None)
    return ended.filter(pk=_key(request, "back")).first() if complaint.is_open else None


def _key(request: HttpRequest, name: str) -> int:
    """A row's key out of the address; 0, which no row has, for anything that is none."""
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0


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
