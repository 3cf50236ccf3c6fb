"""The API's wish for more time: asked for once, given at once where the site lists why, else by an officer."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Taking, as_it_is_now
from complaints.api.serializers import Strict
from complaints.flow.extending import LONGEST, ask_for_time, days_at_once, why_not
from complaints.models import Complaint, Extension, Party


class ExtensionIn(Strict):
    """Why more time is needed, and how many working days."""

    party = serializers.ChoiceField(choices=Party.choices)
    reason = serializers.ChoiceField(choices=Extension.Reason.choices)
    days = serializers.IntegerField(min_value=1, max_value=60)
    words = serializers.CharField(max_length=LONGEST)


class ExtensionsView(Taking):
    """What was asked and said of more time; the POST asks. Needs an Idempotency-Key, as an answer does."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    tells = {
        "GET": {"id": "listExtensions", "does": _("延期的规定和答复")},
        "POST": {
            "id": "requestExtension",
            "does": _("申请延期"),
            "takes": ExtensionIn,
            "status": 201,
            "errors": {"cannot_answer": 409, "illegal_move": 409},
        },
    }

    def get(self, request: Request, reference: str) -> Response:
        complaint, today = self.case(reference), timezone.localdate()
        own = representations.answerable(complaint, self.caller.organisation)
        rows = complaint.extensions.select_related("respondent").filter(respondent__in=own)
        return Response(
            {
                "extensions": [extension(one) for one in rows],
                "policy": {
                    "most_working_days": settings.EXTENSION_WORKING_DAYS,
                    "given_at_once": {reason: days_at_once(reason) for reason in Extension.Reason.values},
                },
                "may_ask": {one.party: complaint.is_open and not why_not(one, on=today) for one in own},
            }
        )

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = ExtensionIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        made = ask_for_time(
            complaint,
            party=Party(said["party"]),
            reason=Extension.Reason(said["reason"]),
            days=said["days"],
            words=said["words"],
            actor=self.caller.actor,
            at=at,
        )
        made.refresh_from_db()
        return HTTPStatus.CREATED, {"case": as_it_is_now(complaint), "extension": extension(made)}


def extension(one: Extension) -> dict[str, Any]:
    """A wish for more time and what was said to it."""
    return {
        "party": one.respondent.party,
        "reason": one.reason,
        "words": one.words,
        "days": one.days,
        "asked_at": representations.moment(one.asked_at),
        "was_due": one.was_due.isoformat(),
        "state": one.state,
        "until": one.until.isoformat() if one.until else None,
        "by_policy": one.by_policy,
        "answer": one.answer or None,
        "answered_at": representations.moment(one.answered_at),
    }
