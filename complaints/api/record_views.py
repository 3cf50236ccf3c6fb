"""What the platform is asked to produce of its own records, and its answers, item by item."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door, Taking, as_it_is_now, require_platform
from complaints.api.serializers import RecordAnswersIn
from complaints.flow.record_requests import answer_records
from complaints.models import Complaint


class RecordRequestsView(Door):
    """What the consumer, or the association, asks the platform to produce of its own records, newest first."""

    scope = "cases:read"

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        require_platform(complaint, self.caller.organisation)
        told = representations.record_requests(complaint, on=timezone.localdate())
        return Response({"requests": told, "next": None})


class RecordRequestView(Taking):
    """One request; the POST answers items of it. Needs an Idempotency-Key, as an answer does."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    number = 0

    def get(self, request: Request, reference: str, number: int) -> Response:
        complaint = self.case(reference)
        require_platform(complaint, self.caller.organisation)
        return Response(_request_of(complaint, number))

    def post(self, request: Request, reference: str, number: int = 0) -> Response:
        self.number = number
        return super().post(request, reference)

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        require_platform(complaint, self.caller.organisation)
        asked = get_object_or_404(complaint.record_requests, number=self.number)
        given = RecordAnswersIn(data=request.data)
        given.is_valid(raise_exception=True)
        own = set(asked.items.values_list("pk", flat=True))
        answers = given.answered(complaint)
        if any(each.item not in own for each in answers):
            raise Http404
        answer_records(complaint, answers, actor=self.caller.actor, at=at)
        return HTTPStatus.CREATED, {"case": as_it_is_now(complaint), "request": _request_of(complaint, self.number)}


def _request_of(complaint: Complaint, number: int) -> dict[str, Any]:
    shown = representations.record_requests(complaint, on=timezone.localdate())
    found = next((one for one in shown if one["number"] == number), None)
    if found is None:
        raise Http404
    return found
