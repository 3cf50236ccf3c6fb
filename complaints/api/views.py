"""A case over the API: read, answered, offered upon, talked about; the facts there are; the feed of notices."""

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door, Taking, as_it_is_now
from complaints.api.endpoint_shapes import pk_of
from complaints.api.idempotency import HEADER
from complaints.api.paging import limit_of, newest_first, place, whole
from complaints.api.practice import Unheard
from complaints.api.retiring import BEFORE
from complaints.api.serializers import MessageIn, OfferIn, ResponseIn
from complaints.api.versions import answered
from complaints.conformance.calls import BUSY_SECONDS, Trap, What
from complaints.flow.boilerplate import warning
from complaints.flow.conforming_bench import happen
from complaints.flow.conforming_calls import spring
from complaints.flow.feed import feed_of
from complaints.flow.messages import write
from complaints.flow.offers import make_offer
from complaints.flow.responses import Position, receive_response
from complaints.flow.sandbox import CannotPractise
from complaints.models import Complaint, Offer, Party, Side, Thread

PAGE = 50
MOST_EVENTS = 100
MOST_MESSAGES = 100


class CasesView(Door):
    """Cases, newest first, fifty at a time; ``?before=`` a reference is the way of before there were cursors."""

    scope = "cases:read"

    def get(self, request: Request) -> Response:
        cases = Complaint.objects.visible_to(self.caller.actor)
        before = request.query_params.get("before")
        if before:
            cases = cases.filter(pk__lt=place(before) or self.case(before, looks=False).pk)
        page, following = newest_first(request, cases, usual=PAGE)
        answer = Response({"cases": [representations.case_line(one) for one in page], "next": following})
        return BEFORE.tell(answer) if before else answer


class CaseView(Door):
    """One case: what happened, what was found, what is asked of the caller."""

    scope = "cases:read"
    watched = What.READ

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        if self.trap(Trap.BUSY, complaint):
            raise Throttled(BUSY_SECONDS)
        told = representations.case(complaint, self.caller.organisation, on=timezone.localdate())
        return answered(request, complaint.version, told)


class DecisionView(Door):
    """The latest decision, or ``?version=`` an earlier one."""

    scope = "cases:read"

    def get(self, request: Request, reference: str) -> Response:
        decisions = self.case(reference).decisions.order_by("number")
        wanted = request.query_params.get("version")
        found = decisions.filter(number=whole("version", wanted)).first() if wanted else decisions.last()
        if found is None:
            raise Http404
        return Response(representations.decision(found))


class ResponsesView(Taking):
    """Answer for a party. Needs an Idempotency-Key: the answer is taken once, however often it is sent."""

    scope = "cases:respond"
    watched = What.ANSWER

    def post(self, request: Request, reference: str) -> Response:
        complaint, wanted = self.case(reference), request.headers.get("If-Match", "").strip()
        if wanted not in {"", "*"} and spring(Trap.CHANGED, self.caller.organisation, case=complaint):
            with suppress(CannotPractise):  # full of what they did themselves: they may answer all the same
                happen(complaint, at=timezone.now())
        answer = super().post(request, reference)
        if self.trap(Trap.LOST, complaint):
            raise Unheard
        return answer

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = ResponseIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        parties = [one.party for one in representations.answerable(complaint, self.caller.organisation)]
        record = receive_response(
            complaint,
            party=Party(said["party"]),
            position=Position(said["position"]),
            words=said["words"],
            claims=said["facts"],
            evidence=given.pieces(complaint, parties),
            points_to=Party(said["points_to"]) if said["points_to"] else None,
            instead=said["instead"],
            rule=said["rule"],
            note=said["note"],
            checking=said["checking"],
            actor=self.caller.actor,
            at=at,
        )
        respondent = complaint.respondents.get(party=said["party"])
        told = warning(said["words"], respondent=respondent, actor=self.caller.actor)
        return HTTPStatus.CREATED, {
            "case": as_it_is_now(complaint),
            "party": said["party"],
            "position": said["position"],
            "decision": representations.decision_line(record),
            "warnings": [{"code": "boilerplate", "message": told}] if told else [],
        }


class OffersView(Taking):
    """Offer the consumer something for a party. Needs an Idempotency-Key, as an answer does."""

    scope = "cases:respond"

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = OfferIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        made = make_offer(
            complaint,
            party=Party(said["party"]),
            kind=Offer.Kind(said["kind"]),
            amount=said["amount"],
            words=said["words"],
            until=said["until"],
            actor=self.caller.actor,
            at=at,
        )
        return HTTPStatus.CREATED, {
            "case": as_it_is_now(complaint),
            "offer": representations.offer(made),
        }


class MessagesView(Taking):
    """The conversations the consumer opened with those the caller answers for, and a message in one of them."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}

    def get(self, request: Request, reference: str) -> Response:
        """``?after=`` a number gives only later messages, ``?party=`` only that conversation."""
        complaint, after = self.case(reference), whole("after", request.query_params.get("after", "0"))
        threads = Thread.objects.visible_to(self.caller.actor).filter(complaint=complaint).select_related("complaint")
        if party := request.query_params.get("party"):
            threads = threads.filter(other=party)
        shown = [representations.thread(one, after=after, most=MOST_MESSAGES) for one in threads.order_by("pk")]
        return Response({"threads": shown, "next": None})

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = MessageIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        made = write(
            complaint,
            other=Side(said["party"]),
            words=said["words"],
            press=f"{self.caller.key.pk}:{request.headers[HEADER]}",
            evidence=given.piece(complaint),
            actor=self.caller.actor,
            at=at,
        )
        return HTTPStatus.CREATED, {
            "case": as_it_is_now(complaint),
            "party": said["party"],
            "message": representations.message(made),
        }


class FactsView(Door):
    """The catalogue of facts that a party may state, each with its question in the caller's language."""

    scope = "cases:read"

    def get(self, request: Request) -> Response:
        return Response({"facts": representations.facts(), "next": None})


class EventsView(Door):
    """The notices of this organisation in the order they arose: the way back for a receiver that missed some."""

    scope = "events:read"
    watched = What.FEED

    def get(self, request: Request) -> Response:
        """``?endpoint=`` gives those to one address, under the ids they have there."""
        name = "cursor" if "cursor" in request.query_params else "after"
        after, most = whole(name, request.query_params.get(name, "0")), limit_of(request, usual=MOST_EVENTS)
        wanted = request.query_params.get("endpoint")
        line = get_object_or_404(self.caller.organisation.endpoints, pk=pk_of(wanted)) if wanted else None
        settled = feed_of(self.caller.organisation, at=timezone.now(), line=line).filter(pk__gt=after)
        most = 1 if self.trap(Trap.SHORT) else most
        page = list(settled[: most + 1])
        events = [representations.event(one) for one in page[:most]]
        last = events[-1]["cursor"] if events else str(after)
        return Response({"events": events, "next": last, "more": len(page) > most})
