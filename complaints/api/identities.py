"""The API's requests for an identity, with their clocks: a view of the requests for records, and of what was asked for
with the complaint itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Taking, as_it_is_now, require_platform
from complaints.api.serializers import Pieces, Strict, own_pieces
from complaints.evidence.personal import covered
from complaints.flow.identities import Asked, asked_in, give_identity
from complaints.flow.silence import IDENTITY_FACTS
from complaints.models import Complaint, Party, RecordAnswer
from complaints.present_information import on_present_information

PART = 200  # characters of a name, an address, a contact


class IdentityIn(Strict):
    """Who it is, or why the platform does not say."""

    identity = serializers.ChoiceField(choices=[(kind, kind) for kind in IDENTITY_FACTS])
    answer = serializers.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    name = serializers.CharField(max_length=PART, required=False, allow_blank=True, default="")
    address = serializers.CharField(max_length=PART, required=False, allow_blank=True, default="")
    contact = serializers.CharField(max_length=PART, required=False, allow_blank=True, default="")
    why = serializers.ChoiceField(choices=RecordAnswer.Why.choices, required=False, allow_blank=True, default="")
    words = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    evidence = Pieces()


class IdentityRequestsView(Taking):
    """Whose identity is asked for, by when, and where it stands; the POST answers one. To others than the platform
    there is no such address. Needs an Idempotency-Key, as an answer does."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    tells = {
        "GET": {"id": "listIdentityRequests", "does": _("要平台给谁的身份，什么期限")},
        "POST": {
            "id": "giveIdentity",
            "does": _("给身份，或者说明为什么不给"),
            "takes": IdentityIn,
            "status": 201,
            "errors": {"cannot_answer": 409, "illegal_move": 409, "cannot_answer_record": 422},
        },
    }

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        require_platform(complaint, self.caller.organisation)
        return Response(_shown(complaint))

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        require_platform(complaint, self.caller.organisation)
        given = IdentityIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        if all(one.kind != said["identity"] for one in asked_in(complaint)):
            raise Http404
        give_identity(
            complaint,
            said["identity"],
            says=RecordAnswer.Says(said["answer"]),
            parts={name: said[name] for name in ("name", "address", "contact")},
            why=said["why"],
            words=said["words"],
            evidence=own_pieces(complaint, said["evidence"], [Party.PLATFORM]),
            actor=self.caller.actor,
            at=at,
        )
        return HTTPStatus.CREATED, {"case": as_it_is_now(complaint), **_shown(complaint)}


def _shown(complaint: Complaint) -> dict[str, Any]:
    decision = complaint.decision
    present = on_present_information(decision.output) if decision else {}
    return {
        "identity_requests": [identity(one) for one in asked_in(complaint)],
        "on_present_information": present.get(Party.PLATFORM.value, []),
    }


def identity(one: Asked) -> dict[str, Any]:
    """A request for an identity: its clock, each time it was asked for, and who says that nobody can be reached."""
    return {
        "identity": one.kind,
        "state": one.state,
        "asked_on": one.asked_on.isoformat() if one.asked_on else None,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "record_request": one.by_request,
        "asked": [
            {
                "record_request": item.request.number,
                "item": item.pk,
                "due_on": item.request.due_on.isoformat() if item.request.due_on else None,
                "lapsed_at": representations.moment(item.lapsed_at),
                "answered_at": representations.moment(item.answered_at),
            }
            for item in one.items
        ],
        "unreachable": [
            {
                "by": "association" if report.by == "officer" else "consumer",
                "why": report.why,
                "why_label": str(report.get_why_display()),
                "words": covered(report.words)[0] or None,
                "at": representations.moment(report.at),
                "ended_at": representations.moment(report.ended_at),
            }
            for report in one.reports
        ],
    }
