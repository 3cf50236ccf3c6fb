"""The place to practise as pages: sign up without anybody, add addresses, invent cases, provoke notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Endpoint, Membership, Organisation
from complaints.flow import lines, sandbox
from complaints.flow.line_rules import CannotChangeLine
from complaints.flow.sandbox import IDLE, CannotPractise, TooManySandboxes
from complaints.flow.sandbox_cases import MOST_A_DAY, MOST_CASES, invent
from complaints.flow.sandbox_events import clock_of, provoke
from complaints.models import Actor, Complaint
from complaints.posting import post_only
from complaints.web.case_forms import posted
from complaints.web.portal_members import house_of, member_of
from complaints.web.sandbox_forms import InventForm, LineForm, ProvokeForm, SandboxForm

HELD = "sandbox"  # in the session: which place to practise this browser signed up for
SHOWN = 20
PARTS = frozenset({Membership.Part.ENGINEER, Membership.Part.MANAGER})
not_kept = cache_control(private=True, no_store=True)
View = Callable[..., HttpResponse]


@not_kept
@require_http_methods(["GET", "POST"])
@sensitive_variables("minted")
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open a place to practise; its first key is shown on the answer, this once."""
    form, status, at = SandboxForm(posted(request)), HTTPStatus.OK, timezone.now()
    if form.is_valid():
        try:
            address = request.META.get("REMOTE_ADDR", "")
            house, minted = sandbox.sign_up(form.cleaned_data["name"], address=address, at=at)
            invent(house, "not-as-described", at=at)
        except CannotPractise as refusal:
            form.add_error("name", str(refusal))
            status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooManySandboxes) else HTTPStatus.CONFLICT
        else:
            request.session[HELD] = house.pk
            return render(request, "sandbox/key.html", {"key": minted.text, "practice": house}, status=201)
    limits = {"days": IDLE.days, "cases": MOST_CASES, "a_day": MOST_A_DAY}
    return render(request, "sandbox/sign_up.html", {"form": form, **limits}, status=status)


def practising(view: View) -> View:
    """Hand the view the place to practise: that of a member's business, else the one this browser signed up for. Where
    the business has none yet, its member is asked whether to open one."""

    @not_kept
    @wraps(view)
    def opened(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        business = _business(request)
        found = sandbox.place_of(business) if business else _signed_up(request)
        if found:
            return view(request, found, *args, **kwargs)
        if business is None:
            return redirect("complaints:sandbox")
        return render(request, "sandbox/open.html", {"days": IDLE.days, **frame_of(request)})

    return opened


@not_kept
@post_only("complaints:portal-sandbox")
def open_place(request: HttpRequest) -> HttpResponse:
    """The place to practise of a member's business."""
    if business := _business(request):
        sandbox.open_for(business, at=timezone.now())
    return redirect("complaints:portal-sandbox")


@practising
@require_safe
def page(request: HttpRequest, house: Organisation) -> HttpResponse:
    """What there is: keys, addresses, cases, runs."""
    return _page(request, house)


@practising
@require_POST
@sensitive_variables("minted")
def new_key(request: HttpRequest, house: Organisation) -> HttpResponse:
    """One more test key, shown this once."""
    try:
        minted = sandbox.mint_key(house, at=timezone.now())
    except CannotPractise as refusal:
        messages.warning(request, str(refusal))
        return redirect("complaints:portal-sandbox")
    return render(request, "sandbox/key.html", {"key": minted.text, "practice": house, **frame_of(request)})


@practising
@require_POST
@sensitive_variables("secret")
def add_line(request: HttpRequest, house: Organisation) -> HttpResponse:
    """One more address; its signing secret is shown this once."""
    form = LineForm(request.POST)
    if form.is_valid():
        try:
            line, secret = lines.add_line(
                house, url=form.cleaned_data["url"], actor=Actor.machine(house), at=timezone.now()
            )
        except CannotChangeLine as refusal:
            form.add_error("url", str(refusal))
        else:
            return render(request, "sandbox/secret.html", {"secret": secret, "line": line, **frame_of(request)})
    return _page(request, house, status=HTTPStatus.UNPROCESSABLE_ENTITY, line_form=form)


@practising
@require_POST
def try_line(request: HttpRequest, house: Organisation, pk: int) -> HttpResponse:
    """Verify an address, or send it a test."""
    line = get_object_or_404(Endpoint.objects.filter(organisation=house, removed_at=None), pk=pk)
    act = lines.verify_line if line.state == Endpoint.State.UNVERIFIED else lines.ping
    try:
        probe = act(line, actor=Actor.machine(house), at=timezone.now())
    except CannotChangeLine as refusal:
        messages.warning(request, str(refusal))
    else:
        told = _("对方接住了。") if probe.passed else _("没有通过：{why}").format(why=probe.attempt.error or "—")
        (messages.success if probe.passed else messages.warning)(request, told)
    return redirect("complaints:portal-sandbox")


@practising
@require_POST
def new_case(request: HttpRequest, house: Organisation) -> HttpResponse:
    """One more invented case."""
    form = InventForm(request.POST)
    if form.is_valid():
        try:
            made = invent(house, form.cleaned_data["kind"], days_ago=form.cleaned_data["days_ago"], at=timezone.now())
        except CannotPractise as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("建好了：{reference}。通知已经发出。").format(reference=made.reference))
            return redirect("complaints:portal-sandbox")
    return _page(request, house, status=HTTPStatus.UNPROCESSABLE_ENTITY, case_form=form)


@practising
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, house: Organisation, reference: str) -> HttpResponse:
    """One invented case; under POST something happens in it."""
    found = get_object_or_404(Complaint.objects.visible_to(Actor.machine(house)), reference=reference, sandbox=house)
    form, at = ProvokeForm(posted(request)), timezone.now()
    if form.is_valid():
        try:
            came = provoke(found, form.cleaned_data["type"], days=form.cleaned_data["days"], at=at)
        except CannotPractise as refusal:
            form.add_error(None, str(refusal))
        else:
            told = _("发出了：{types}").format(types=_("、").join(each.type for each in came.rung))
            messages.success(request, told)
            return redirect("complaints:portal-sandbox-case", came.complaint.reference)
    around = {"case": found, "form": form, "clock": clock_of(found, at=at), "events": _story(found)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "sandbox/case.html", {**around, **frame_of(request)}, status=status)


def _business(request: HttpRequest) -> Organisation | None:
    """The business for whose place to practise somebody stands here."""
    actor = member_of(request)
    return actor.organisation if actor and not actor.duties.isdisjoint(PARTS) else None


def _signed_up(request: HttpRequest) -> Organisation | None:
    return Organisation.objects.filter(kind=Organisation.Kind.SANDBOX, pk=request.session.get(HELD) or 0).first()


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """A member stands in the house of their business; who only signed up here, on a page of the site."""
    actor = member_of(request)
    if actor and not actor.duties.isdisjoint(PARTS):
        return {**house_of(actor), "frame": "portal/house.html"}
    return {"frame": "base.html"}


def _page(request: HttpRequest, house: Organisation, *, status: int = HTTPStatus.OK, **forms: Any) -> HttpResponse:
    cases = Complaint.objects.visible_to(Actor.machine(house)).select_related("invention").order_by("-pk")[:SHOWN]
    told = {
        "practice": house,
        "addresses": sandbox.addresses_of(house),
        "cases": cases,
        "runs": list(sandbox.runs_of(house))[:SHOWN],
        "line_form": LineForm(),
        "case_form": InventForm(),
        "days": IDLE.days,
        **forms,
    }
    return render(request, "sandbox/page.html", {**told, **frame_of(request)}, status=status)


def _story(found: Complaint) -> list[Any]:
    """What was rung with, the newest first."""
    return list(found.events.order_by("-sequence").values("sequence", "kind", "at")[:SHOWN])
