"""Practising by the API: invent a case, make something happen in it, put one's receiver to the test. For test keys."""

from __future__ import annotations

import math
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from complaints.api.doors import Door
from complaints.api.idempotency import once
from complaints.api.refusal import Refused
from complaints.api.serializers import Strict
from complaints.conformance import reporting
from complaints.flow import conforming
from complaints.flow.sandbox import CannotPractise, TooManySandboxes, sign_up
from complaints.flow.sandbox_cases import KINDS, MOST_A_DAY, MOST_CASES, invent
from complaints.flow.sandbox_events import Provoked, clock_of, provoke
from complaints.flow.sandbox_recipes import RECIPES
from complaints.models import Complaint, ConformanceRun

MOST_RUNS = 20  # shown, the newest


CANNOT = {"cannot_practise": 409}
NEEDS = {"test_key_needed": 403}


class CaseIn(Strict):
    """A case to invent: its kind, and how many days ago it was filed."""

    kind = serializers.CharField(max_length=40, required=False, default="not-as-described")
    days_ago = serializers.IntegerField(min_value=0, max_value=60, required=False, default=0)


class EventIn(Strict):
    """What is to happen: the type of notice it rings with, and how many days pass before."""

    type = serializers.CharField(max_length=60)
    days = serializers.IntegerField(min_value=0, max_value=400, required=False, default=0)


class RunIn(Strict):
    """Which address is put to the test; the only one where there is one."""

    endpoint = serializers.RegexField(r"\Aep_[0-9]{1,18}\Z", required=False, allow_null=True, default=None)


class Practice(Door):
    """For test keys only: with a live key nothing here exists that could be mistaken for it."""

    scope = "webhooks:manage"

    @property
    def house(self) -> Organisation:
        if not self.caller.organisation.is_sandbox:
            words = _("这里只收练习密钥（zz_test_…）。到{address}开一个练习环境。")
            address = f"{settings.SITE_URL}/developers/sandbox/"
            raise Refused(HTTPStatus.FORBIDDEN, "test_key_needed", words.format(address=address))
        return self.caller.organisation

    def invented(self, reference: str) -> Complaint:
        """An invented case of the caller; else 404."""
        complaint = self.case(reference, looks=False)
        if complaint.sandbox_id != self.house.pk:
            raise Http404
        return complaint


class SignUpIn(Strict):
    """What the place to practise is called."""

    name = serializers.CharField(max_length=200)


class SignUpView(Door):
    """Open a place to practise; no key is needed, its first one is in the answer. A few a day from one network."""

    scope = None
    authentication_classes = ()
    throttle_classes: Any = []
    tells = {
        "POST": {
            "id": "openSandbox",
            "does": gettext_lazy("开一个练习环境，得到第一把练习密钥"),
            "takes": SignUpIn,
            "status": 201,
            "once": False,
            "errors": {**CANNOT, "too_many_requests": 429},
        }
    }

    def post(self, request: Request) -> Response:
        given = SignUpIn(data=request.data)
        given.is_valid(raise_exception=True)
        at, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
        try:
            house, minted = sign_up(given.validated_data["name"], address=address, at=at)
            first = invent(house, "not-as-described", at=at)
        except TooManySandboxes as refusal:
            raise Throttled(math.ceil(refusal.wait.total_seconds()), str(refusal)) from refusal
        except CannotPractise as refusal:
            raise _refused(refusal) from refusal
        told = {"organisation": {"id": f"org_{house.pk}", "name": house.name_zh}, "key": minted.text}
        return Response({**told, "case": _case(first, clock_of(first, at=at))}, status=HTTPStatus.CREATED)


class PracticeView(Practice):
    """What can be practised: kinds of cases, types of notices, limits."""

    tells = {"GET": {"id": "getSandbox", "does": gettext_lazy("看能练什么"), "errors": NEEDS}}

    def get(self, request: Request) -> Response:
        return Response(
            {
                "organisation": {"id": f"org_{self.house.pk}", "name": self.house.name_zh},
                "kinds": [{"kind": kind, "words": str(words)} for kind, words in KINDS.items()],
                "types": list(RECIPES),
                "limits": {"cases": MOST_CASES, "cases_a_day": MOST_A_DAY},
            }
        )


class PracticeCasesView(Practice):
    """Invent a case; its first notices go out at once. Needs an Idempotency-Key."""

    tells = {
        "POST": {
            "id": "inventCase",
            "does": gettext_lazy("建一件练习投诉"),
            "takes": CaseIn,
            "status": 201,
            "errors": NEEDS | CANNOT,
        }
    }

    def post(self, request: Request) -> Response:
        house, at = self.house, timezone.now()
        return once(request, self.caller.key, lambda: self._invent(request, house, at), at=at)

    def _invent(self, request: Request, house: Organisation, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = CaseIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = invent(house, given.validated_data["kind"], days_ago=given.validated_data["days_ago"], at=at)
        except CannotPractise as refusal:
            raise _refused(refusal) from refusal
        return HTTPStatus.CREATED, _case(made, clock_of(made, at=at))


class PracticeEventsView(Practice):
    """Make something happen in an invented case. Needs an Idempotency-Key."""

    tells = {
        "POST": {
            "id": "provokeNotice",
            "does": gettext_lazy("在练习投诉里触发一种通知"),
            "takes": EventIn,
            "status": 201,
            "errors": NEEDS | CANNOT,
        }
    }

    def post(self, request: Request, reference: str) -> Response:
        complaint, at = self.invented(reference), timezone.now()
        return once(request, self.caller.key, lambda: self._provoke(request, complaint, at), at=at)

    def _provoke(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = EventIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            came = provoke(complaint, given.validated_data["type"], days=given.validated_data["days"], at=at)
        except CannotPractise as refusal:
            raise _refused(refusal) from refusal
        return HTTPStatus.CREATED, _provoked(came)


class ConformanceView(Practice):
    """The runs, the newest first; a POST begins one. Needs an Idempotency-Key."""

    tells = {
        "GET": {"id": "listConformanceRuns", "does": gettext_lazy("看做过的接收检查"), "errors": NEEDS},
        "POST": {
            "id": "beginConformanceRun",
            "does": gettext_lazy("开始一次接收检查"),
            "takes": RunIn,
            "status": 202,
            "errors": NEEDS | CANNOT,
        },
    }

    def get(self, request: Request) -> Response:
        runs = self.house.conformance_runs.select_related("endpoint").order_by("-pk")[:MOST_RUNS]
        return Response({"runs": [reporting.head_of(run) for run in runs]})

    def post(self, request: Request) -> Response:
        house, at = self.house, timezone.now()
        return once(request, self.caller.key, lambda: self._begin(request, house, at), at=at)

    def _begin(self, request: Request, house: Organisation, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = RunIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            code = given.validated_data["endpoint"]
            run = conforming.begin(house, int(code.removeprefix("ep_")) if code else None, at=at)
        except CannotPractise as refusal:
            raise _refused(refusal) from refusal
        return HTTPStatus.ACCEPTED, reporting.head_of(run)


class ConformanceRunView(Practice):
    """One run: what came of each step so far; a DELETE stops it, and what is done stays."""

    tells = {
        "GET": {"id": "getConformanceRun", "does": gettext_lazy("看一次接收检查的结果"), "errors": NEEDS},
        "DELETE": {
            "id": "stopConformanceRun",
            "does": gettext_lazy("停下一次接收检查"),
            "takes": None,
            "status": 200,
            "once": False,
            "errors": NEEDS,
        },
    }

    def get(self, request: Request, run_id: int) -> Response:
        return Response(reporting.report_of(self._run(run_id)))

    def delete(self, request: Request, run_id: int) -> Response:
        conforming.stop(self._run(run_id), at=timezone.now())
        return Response(reporting.report_of(self._run(run_id)))

    def _run(self, run_id: int) -> ConformanceRun:
        runs = ConformanceRun.objects.select_related("endpoint")
        return get_object_or_404(runs, pk=run_id, organisation=self.house)


def _refused(refusal: CannotPractise) -> Refused:
    return Refused(HTTPStatus.CONFLICT, "cannot_practise", str(refusal))


def _case(complaint: Complaint, clock: datetime) -> dict[str, Any]:
    return {
        "reference": complaint.reference,
        "state": complaint.state,
        "version": complaint.version,
        "clock": clock.isoformat(),
        "test": True,
        "href": f"{settings.SITE_URL}/api/v1/cases/{complaint.reference}",
    }


def _provoked(came: Provoked) -> dict[str, Any]:
    rung = [{"type": each.type, "case_version": each.version} for each in came.rung]
    return {**_case(came.complaint, came.clock), "notices": rung}
