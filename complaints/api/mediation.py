"""The API's part in a mediation: a party says whether it comes, and confirms or declines the agreement."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door, Taking
from complaints.api.errors import Refused
from complaints.api.serializers import AgreementAnswerIn, AttendanceIn
from complaints.flow.agreements import PARTY, confirm_agreement, decline_agreement
from complaints.flow.sessions import answer_session
from complaints.models import Agreement, Complaint, Session
from complaints.settlement_paper import agreement_pdf


class Numbered(Taking):
    """Something of a case with a number of its own in the address."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    number = 0

    def post(self, request: Request, reference: str, number: int = 0) -> Response:
        self.number = number
        return super().post(request, reference)


class SessionView(Numbered):
    """One session; the POST says for a party whether it comes. Needs an Idempotency-Key, as an answer does."""

    def get(self, request: Request, reference: str, number: int) -> Response:
        complaint = self.case(reference)
        found = self._session(complaint, number)
        return Response(representations.session(found, representations.sides_of(complaint, self.caller.organisation)))

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        found = self._session(complaint, self.number)
        given = AttendanceIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        told = {name: said[name] for name in ("comes", "words")}
        answer_session(found, side=said["party"], **told, actor=self.caller.actor, at=at)
        parties = representations.sides_of(complaint, self.caller.organisation)
        return HTTPStatus.CREATED, {"session": representations.session(self._session(complaint, self.number), parties)}

    def _session(self, complaint: Complaint, number: int) -> Session:
        found = get_object_or_404(complaint.sessions.prefetch_related("attendances"), number=number)
        if not representations.sides_of(complaint, self.caller.organisation) & set(found.parties):
            raise Http404
        return found


class AgreementView(Numbered):
    """One agreement; the POST confirms or declines it for its party. Needs an Idempotency-Key, as an answer does."""

    def get(self, request: Request, reference: str, number: int) -> Response:
        return Response(representations.agreement(agreement_for(self, self.case(reference), number)))

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        found = agreement_for(self, complaint, self.number)
        given = AgreementAnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        if said["digest"] != found.digest:
            words = _("digest和这一版协议对不上：请重新读协议，再确认。")
            raise Refused(HTTPStatus.CONFLICT, "other_version", words)
        if said["says"] == "confirm":
            confirm_agreement(found, side=PARTY, actor=self.caller.actor, at=at)
        else:
            decline_agreement(found, side=PARTY, reason=said["reason"], actor=self.caller.actor, at=at)
        complaint.refresh_from_db()
        shown = representations.case_line(complaint)
        return HTTPStatus.CREATED, {
            "case": {name: shown[name] for name in ("reference", "state", "version", "href")},
            "agreement": representations.agreement(agreement_for(self, complaint, self.number)),
        }


class AgreementFileView(Door):
    """The agreement as PDF, as it stands."""

    scope = "cases:read"

    def get(self, request: Request, reference: str, number: int) -> HttpResponseBase:
        found = agreement_for(self, self.case(reference), number)
        made = agreement_pdf(found, reader=self.caller.actor.label, at=timezone.now())
        response = HttpResponse(made, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{reference}-agreement-{number}.pdf"'
        return response


def agreement_for(door: Door, complaint: Complaint, number: int) -> Agreement:
    """The agreement, if the caller speaks for its party; else there is none."""
    parties = representations.sides_of(complaint, door.caller.organisation)
    rows = complaint.agreements.select_related("offer", "complaint__association").filter(party__in=parties)
    return get_object_or_404(rows, number=number)
