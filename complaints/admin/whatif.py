"""What if: an officer changes facts and days, and sees the verdicts move. Nothing of it is stored on the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import lawbooks
from complaints.admin.access import frame_of
from complaints.admin.listing import counts_of
from complaints.admin.rail import Place, rail_of
from complaints.admin.whatif_facts import Group, groups_of
from complaints.admin.whatif_forms import Start, WhatIfForm
from complaints.admin.whatif_results import Result, compare
from complaints.admin.whatif_sides import Side, fitted, read
from complaints.flow import triage
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint
from complaints.models.actor import Actor
from routing import BadInput, Rulebook, RulebookError, rulebook

PART = "X-Part"  # a request that wants the results alone
WRONG = 422


@require_http_methods(["GET", "HEAD", "POST"])
def whatif(request: HttpRequest, actor: Actor) -> HttpResponse:
    """From nothing: the officer chooses the days and the facts."""
    today = timezone.localdate().isoformat()
    start = Start({"purchase_date": today, "filed_date": today, "facts": {}}, rulebook().version)
    form = _form(request, start)
    result = _result(form, None)
    return _answer(request, actor, form, result, {"rail": _rail(actor), "here": reverse("admin:whatif")})


@require_http_methods(["GET", "HEAD", "POST"])
def case_whatif(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """From the latest decision of a case; ``note`` among what is sent writes the supposition into its timeline."""
    cases = Complaint.objects.visible_to(actor).select_related("decision")
    complaint = get_object_or_404(cases, reference=reference)
    if complaint.decision is None:
        raise Http404
    record, book = complaint.decision, _law_of(complaint.decision.rulebook)
    given, _unknown = fitted(book, record.input)
    form = _form(request, Start(given, book.version))
    result = _result(form, read(book, given, output=record.output))
    if result and "note" in request.POST and _is_noted(request, complaint, result, actor):
        return redirect(reverse("admin:case", args=[reference]) + "#timeline")
    here = reverse("admin:case-whatif", args=[reference])
    return _answer(request, actor, form, result, {"case": complaint, "record": record, "here": here})


def _form(request: HttpRequest, start: Start) -> WhatIfForm:
    sent = request.POST if request.method == "POST" else None
    return WhatIfForm(sent, start=start, versions=lawbooks.versions())


def _law_of(digest: str) -> Rulebook:
    """The law a decision was made by; today's where that one was not kept or cannot be read any more."""
    try:
        return lawbooks.law_of(digest) or rulebook()
    except RulebookError:
        return rulebook()


def _result(form: WhatIfForm, now: Side | None) -> Result | None:
    """The supposition against ``now``; without it against today's law, where another one was chosen. None where the
    form has to be mended first."""
    if form.is_bound and not form.is_valid():
        return None
    supposed = form.supposed()
    try:
        book = lawbooks.version_named(form.cleaned_data["version"] if form.is_bound else form.start.version)
    except RulebookError:
        book = None
    if book is None:
        form.add_error("version", _("这一版规则现在读不出来，换一版"))
        return None
    given, left_out = fitted(book, supposed)
    try:
        if now is None and book is not rulebook():
            now = read(rulebook(), supposed)
        return compare(now, read(book, given), left_out=left_out)
    except BadInput as bad:
        form.refuse(bad.problems)
        return None


def _groups(form: WhatIfForm, result: Result | None) -> list[Group]:
    """The rows of facts: those of today's law, and what an earlier one under comparison knows beside them."""
    then = result.then if result else None
    return groups_of(
        {**(then.book.facts if then else {}), **rulebook().facts},
        before=form.start.facts,
        now=form.facts,
        told=then.told if then else None,
        missing=then.output["missing"] if then else (),
    )


def _answer(
    request: HttpRequest, actor: Actor, form: WhatIfForm, result: Result | None, context: Mapping[str, Any]
) -> HttpResponse:
    shown = {**frame_of(actor), "form": form, "result": result, "is_part": PART in request.headers, **context}
    status = WRONG if form.is_bound and form.errors else 200
    if shown["is_part"]:
        return render(request, "admin/components/whatif_result.html", shown, status=status)
    return render(request, "admin/whatif.html", {**shown, "groups": _groups(form, result)}, status=status)


def _is_noted(request: HttpRequest, complaint: Complaint, result: Result, actor: Actor) -> bool:
    """Whether the supposition now stands in the timeline; where not, why not is said on the page."""
    then = result.then
    try:
        triage.note_whatif(complaint, supposed=then.input, book=then.book, actor=actor, at=timezone.now())
    except (triage.CannotAct, IllegalMove) as refusal:
        messages.warning(request, str(refusal))
        return False
    messages.success(request, _("推演已写进时间线，案件没有改动。"))
    return True


def _rail(actor: Actor) -> list[Place]:
    """The places of the queue; none of them is here."""
    assert actor.user is not None  # an officer is a person; the site lets nobody else in
    counts = counts_of(Complaint.objects.visible_to(actor), on=timezone.localdate(), me=actor.user, extra={})
    return [replace(place, is_here=False) for place in rail_of(counts, "")]
