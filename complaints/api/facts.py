"""The API's facts of one case: what is asked of the caller, confirmed or corrected one by one, without a position."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Taking, as_it_is_now
from complaints.api.serializers import Checking, FactsField, Pieces, Strict, own_pieces
from complaints.flow.telling_facts import checking_in, tell_facts
from complaints.models import Complaint, Party


class FactsIn(Strict):
    """``facts``: true, not true, or null to take it back; ``checking``: fact → working days needed to look into it."""

    party = serializers.ChoiceField(choices=Party.choices)
    facts = FactsField(required=False, default=dict)
    checking = Checking()
    evidence = Pieces()


class CaseFactsView(Taking):
    """What only the caller can tell, and what it has told; the POST tells more. Needs an Idempotency-Key, as an answer
    does. The answer itself is still owed: no clock stops."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    tells = {
        "GET": {"id": "listCaseFacts", "does": _("要说明哪些事实，说过哪些")},
        "POST": {
            "id": "tellFacts",
            "does": _("单独说明事实"),
            "takes": FactsIn,
            "status": 201,
            "errors": {"cannot_answer": 409, "illegal_move": 409},
        },
    }

    def get(self, request: Request, reference: str) -> Response:
        return Response(self._shown(self.case(reference)))

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = FactsIn(data=request.data)
        given.is_valid(raise_exception=True)
        said, own = given.validated_data, representations.sides_of(complaint, self.caller.organisation)
        record = tell_facts(
            complaint,
            party=Party(said["party"]),
            claims=said["facts"],
            checking=said["checking"],
            evidence=own_pieces(complaint, said["evidence"], own),
            actor=self.caller.actor,
            at=at,
        )
        now = as_it_is_now(complaint)
        shown = {**self._shown(complaint), "decision": representations.decision_line(record)}
        return HTTPStatus.CREATED, {"case": now, **shown}

    def _shown(self, complaint: Complaint) -> dict[str, Any]:
        organisation = self.caller.organisation
        own = sorted(representations.sides_of(complaint, organisation))
        told: dict[str, dict[str, bool | None]] = {party: {} for party in own}
        for said in complaint.assertions.filter(speaker__in=own).order_by("pk"):
            told[said.speaker][said.fact] = said.value
        return {
            "asked": representations.asked_of(complaint, organisation)["facts"],
            "told": told,
            "checking": {party: checking_in(complaint, party) for party in own},
        }
