"""The API's proof that a promise was kept. Whether it came, the consumer says."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Taking, as_it_is_now
from complaints.api.serializers import Pieces, Strict, own_pieces
from complaints.flow.showing_performance import LONGEST, show_performance
from complaints.models import Complaint, Performance


class PerformanceIn(Strict):
    """Which promise, on which day it was kept, and what shows it."""

    offer = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    on = serializers.DateField()
    words = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
    evidence = Pieces()


class PerformancesView(Taking):
    """What was shown of promises the caller's parties made; the POST shows one. Needs an Idempotency-Key, as an answer
    does."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    tells = {
        "GET": {"id": "listPerformances", "does": _("交过的兑现证明")},
        "POST": {
            "id": "showPerformance",
            "does": _("交兑现的证明"),
            "takes": PerformanceIn,
            "status": 201,
            "errors": {"illegal_move": 409, "cannot_offer": 422},
        },
    }

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        own = representations.sides_of(complaint, self.caller.organisation)
        rows = Performance.objects.filter(offer__complaint=complaint, offer__party__in=own).select_related("offer")
        return Response({"performances": [performance(one) for one in rows.prefetch_related("evidence")]})

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = PerformanceIn(data=request.data)
        given.is_valid(raise_exception=True)
        said, own = given.validated_data, representations.sides_of(complaint, self.caller.organisation)
        offer = get_object_or_404(complaint.offers.filter(party__in=own), number=said["offer"])
        made = show_performance(
            offer,
            on=said["on"],
            words=said["words"],
            evidence=own_pieces(complaint, said["evidence"], [offer.party]),
            actor=self.caller.actor,
            at=at,
        )
        return HTTPStatus.CREATED, {"case": as_it_is_now(complaint), "performance": performance(made)}


def performance(one: Performance) -> dict[str, Any]:
    """A party's word that a promise was kept; ``offer_state`` says what the consumer, or an officer, said to it."""
    return {
        "offer": one.offer.number,
        "party": one.offer.party,
        "on": one.on.isoformat(),
        "words": one.words,
        "evidence": sorted(piece.pk for piece in one.evidence.all()),
        "at": representations.moment(one.at),
        "offer_state": one.offer.state,
    }
