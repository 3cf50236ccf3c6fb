"""The API's addresses: each parses, calls one verb of the flow, and shows."""

from abc import ABC, abstractmethod
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from complaints.api import representations
from complaints.api.authentication import ApiCaller
from complaints.api.endpoint_shapes import pk_of
from complaints.api.errors import Refused
from complaints.api.idempotency import HEADER, once
from complaints.api.limits import PerKey, count_upload
from complaints.api.paging import limit_of, newest_first, place
from complaints.api.parsing import StrictJSONParser
from complaints.api.practice import Unheard, note
from complaints.api.retiring import BEFORE
from complaints.api.scopes import Scope
from complaints.api.serializers import EvidenceIn, MessageIn, OfferIn, RecordAnswersIn, ResponseIn
from complaints.api.versions import answered, require_unchanged
from complaints.conformance.calls import BUSY_SECONDS, Trap, What
from complaints.evidence import vault
from complaints.evidence.entitled import RELATED, Copy, Entitled, seen_by
from complaints.evidence.sniff import KINDS, TEXT
from complaints.flow.boilerplate import warning
from complaints.flow.conforming_bench import happen
from complaints.flow.conforming_calls import spring
from complaints.flow.feed import feed_of
from complaints.flow.intake import add_evidence
from complaints.flow.messages import write
from complaints.flow.offers import make_offer
from complaints.flow.reaching import note_seen
from complaints.flow.record_requests import answer_records
from complaints.flow.responses import Position, receive_response
from complaints.flow.viewing import note_denial, note_viewing
from complaints.models import Complaint, Evidence, Offer, Party, Side, Speaker, Thread
from complaints.serving import send

BYTES = "application/octet-stream"
PAGE = 50
MOST_EVENTS = 100
MOST_MESSAGES = 100
# A file that somebody else sent may do nothing in whatever opens it.


class AlwaysTheSame(BaseContentNegotiation):
    """One form for each answer, whatever the Accept header wishes for."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        wanted = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Door(APIView):
    """What all addresses share: the caller's language, strict JSON of bounded size, limits for each key."""

    content_negotiation_class = AlwaysTheSame
    parser_classes: Any = [StrictJSONParser]
    throttle_classes = [PerKey]
    metadata_class: Any = None  # OPTIONS would tell what the sources say of themselves
    scope: Scope  # what a key needs to come in here: each view says it (scopes.MayCall)
    for_associations = False  # whose keys open it: an association's, or a business's
    watched: What | None = None  # what a conformance run calls these calls, where it looks at them
    trapped = False
    caller: ApiCaller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # The API stands outside the pages' language prefixes; the answer is rendered after this method has returned.
        translation.activate(translation.get_language_from_request(request))
        super().initial(request, *args, **kwargs)
        if isinstance(request.user, ApiCaller):  # what is open to all may be called without a key
            self._let_in(request.user)
        if self.parser_classes == [StrictJSONParser]:
            len(request.body)  # read now: the limit on its size holds, and a key's fingerprint sees the same bytes

    def _let_in(self, caller: ApiCaller) -> None:
        self.caller = caller
        if (caller.organisation.kind == Organisation.Kind.ASSOCIATION) != self.for_associations:
            words = _("这个地址不给这类机构用：平台、商家和主播用/cases，协会的网点和热线用/consumer。")
            raise Refused(HTTPStatus.FORBIDDEN, "wrong_kind_of_key", words)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().finalize_response(request, response, *args, **kwargs)
        found.setdefault("Cache-Control", "private, no-store")
        if limit := getattr(request, "limit", None):
            for name, value in limit.headers().items():
                found.setdefault(name, value)
        caller: ApiCaller | None = getattr(self, "caller", None)
        told = found.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or self.trapped
        if self.watched and caller and caller.organisation.is_sandbox and told:
            note(caller, self.watched, request, found, trapped=self.trapped, case=kwargs.get("reference", ""))
        return found

    def trap(self, which: Trap, complaint: Complaint | None = None) -> bool:
        """Whether this is to go wrong on purpose now: once in each conformance run, and never with a live key."""
        self.trapped = spring(which, self.caller.organisation, case=complaint)
        return self.trapped

    def case(self, reference: str) -> Complaint:
        """The case, if this organisation may see it; else 404."""
        if not reference.isprintable():
            raise Http404
        return get_object_or_404(Complaint.objects.visible_to(self.caller.actor), reference=reference)


class NowhereView(APIView):
    """Addresses that do not exist, in the same envelope as every error."""

    authentication_classes = ()
    permission_classes = ()
    scope = None
    schema = None
    content_negotiation_class = AlwaysTheSame

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        translation.activate(translation.get_language_from_request(request))
        raise NotFound


class CasesView(Door):
    """Cases, newest first, fifty at a time; ``?before=`` a reference is the way of before there were cursors."""

    scope = "cases:read"

    def get(self, request: Request) -> Response:
        cases = Complaint.objects.visible_to(self.caller.actor)
        before = request.query_params.get("before")
        if before:
            cases = cases.filter(pk__lt=place(before) or self.case(before).pk)
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
        note_seen(complaint, actor=self.caller.actor, at=timezone.now())
        told = representations.case(complaint, self.caller.organisation, on=timezone.localdate())
        return answered(request, complaint.version, told)


class DecisionView(Door):
    """The latest decision, or ``?version=`` an earlier one."""

    scope = "cases:read"

    def get(self, request: Request, reference: str) -> Response:
        decisions = self.case(reference).decisions.order_by("number")
        wanted = request.query_params.get("version")
        found = decisions.filter(number=_whole("version", wanted)).first() if wanted else decisions.last()
        if found is None:
            raise Http404
        return Response(representations.decision(found))


class EvidenceView(Door):
    """Offer a file, for use in a response."""

    scope = "cases:respond"
    parser_classes = [MultiPartParser]

    def post(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        given = EvidenceIn(data=request.data)
        given.is_valid(raise_exception=True)
        if len(request.FILES.getlist("file")) > 1:
            raise ValidationError({"file": [_("一次传一个文件。")]})
        speaker = self._speaker(complaint, given.validated_data["party"])
        upload, kind, at = given.validated_data["file"], given.validated_data["kind"], timezone.now()
        count_upload(self.caller.organisation, upload.size or 0, at=at)
        try:
            piece = add_evidence(complaint, upload, kind=kind, speaker=speaker, actor=self.caller.actor, at=at)
        except vault.Unacceptable as refusal:
            if refusal.code != "duplicate":
                raise
            same = complaint.evidence.offered().filter(blob=vault.keep(upload, at=at), offered_by=speaker)
            return Response(representations.evidence(same.get(), {speaker}))  # the same file again is the same piece
        return Response(representations.evidence(piece, {speaker}), status=HTTPStatus.CREATED)

    def _speaker(self, complaint: Complaint, party: str | None) -> Speaker:
        """For whom the file is offered: as said, else the first party that the caller answers for."""
        allowed = [one.party for one in representations.answerable(complaint, self.caller.organisation)]
        wanted = party or next(iter(sorted(allowed, key=lambda one: one != Party.PLATFORM)), None)
        if wanted not in allowed:
            raise Refused(HTTPStatus.CONFLICT, "cannot_answer", _("贵机构不能代这一方提交证据。"))
        return Speaker(wanted)


class Piece(Door):
    """What both addresses of a piece share: the piece, and what the caller may open of it."""

    scope = "evidence:read"

    def piece(self, reference: str, evidence_id: int) -> tuple[Evidence, Entitled]:
        complaint = self.case(reference)
        own = representations.sides_of(complaint, self.caller.organisation)
        pieces = complaint.evidence.of_dispute().sound_or_of(own).select_related("blob").prefetch_related(*RELATED)
        piece = get_object_or_404(pieces, pk=evidence_id)
        return piece, seen_by(piece, own)

    def send(self, piece: Evidence, variant: str, sha256: str, media_type: str, extension: str) -> HttpResponseBase:
        """The bytes, once the look is on record."""
        note_viewing(piece, variant=variant, actor=self.caller.actor, at=timezone.now())
        name = f"evidence-{piece.pk}.{extension}"
        return send(sha256, media_type=media_type, disposition=f'attachment; filename="{name}"')


class EvidenceBytesView(Piece):
    """The bytes of a piece: a covered copy, ``?sheet=`` of several, or a covered text; the caller's own uncovered."""

    def get(self, request: Request, reference: str, evidence_id: int) -> HttpResponseBase:
        piece, seen = self.piece(reference, evidence_id)
        kind = "preview" if seen.copy == Copy.OWN else "masked"
        if seen.text:
            variant = "original" if seen.copy == Copy.OWN else "masked-text"
            return self.send(piece, variant, seen.text, BYTES, TEXT.extension)
        if seen.copy == Copy.PENDING:
            words = _("这份证据还在遮盖个人信息，遮好就能取。过一会儿再来。")
            raise Refused(HTTPStatus.NOT_FOUND, "copy_pending", words)
        if not seen.sheets:
            note_denial(piece, variant="original", actor=self.caller.actor, at=timezone.now())
            words = _("这种文件没有可以发给贵机构的副本。需要原件，请联系承办的消费者协会。")
            raise Refused(HTTPStatus.NOT_FOUND, "no_copy", words)
        number = _whole("sheet", request.query_params.get("sheet", "1"))
        if not 1 <= number <= len(seen.sheets):
            raise Http404
        return self.send(piece, kind, seen.sheets[number - 1], "image/webp", "webp")


class EvidenceOriginalView(Piece):
    """The original, where its owner agreed that the caller may have it; for everybody else there is none."""

    def get(self, request: Request, reference: str, evidence_id: int) -> HttpResponseBase:
        piece, seen = self.piece(reference, evidence_id)
        if not seen.original:
            raise Http404
        kind = KINDS.get(piece.blob.media_type)
        return self.send(piece, "original", seen.original, BYTES, kind.extension if kind else "bin")


class Taking(Door, ABC):
    """Takes something once, however often it is sent: the Idempotency-Key says what is the same. With an If-Match it
    is taken only while the case is as the caller read it."""

    def post(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        at = timezone.now()
        return once(request, self.caller.key, lambda: self._unchanged(request, complaint, at), at=at)

    def _unchanged(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        """Take it, with the case held where the caller says which version it read."""
        if "If-Match" in request.headers:
            require_unchanged(request, Complaint.objects.locked(complaint.pk), self.caller.organisation)
        return self._take(request, complaint, at)

    @abstractmethod
    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        """Read what was sent, do it, and say what came of it."""


class ResponsesView(Taking):
    """Answer for a party. Needs an Idempotency-Key: the answer is taken once, however often it is sent."""

    scope = "cases:respond"
    watched = What.ANSWER

    def post(self, request: Request, reference: str) -> Response:
        complaint, wanted = self.case(reference), request.headers.get("If-Match", "").strip()
        if wanted not in {"", "*"} and spring(Trap.CHANGED, self.caller.organisation, case=complaint):
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
        complaint, after = self.case(reference), _whole("after", request.query_params.get("after", "0"))
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
        after, most = _whole(name, request.query_params.get(name, "0")), limit_of(request, usual=MOST_EVENTS)
        wanted = request.query_params.get("endpoint")
        line = get_object_or_404(self.caller.organisation.endpoints, pk=pk_of(wanted)) if wanted else None
        settled = feed_of(self.caller.organisation, at=timezone.now(), line=line).filter(pk__gt=after)
        most = 1 if self.trap(Trap.SHORT) else most
        page = list(settled[: most + 1])
        events = [representations.event(one) for one in page[:most]]
        last = events[-1]["cursor"] if events else str(after)
        return Response({"events": events, "next": last, "more": len(page) > most})


def require_platform(complaint: Complaint, organisation: Organisation) -> None:
    """Raises Http404 for whoever is not the platform of this case: to others such a request does not exist."""
    if all(one.party != Party.PLATFORM for one in representations.answerable(complaint, organisation)):
        raise Http404


def _request_of(complaint: Complaint, number: int) -> dict[str, Any]:
    shown = representations.record_requests(complaint, on=timezone.localdate())
    found = next((one for one in shown if one["number"] == number), None)
    if found is None:
        raise Http404
    return found


def as_it_is_now(complaint: Complaint) -> dict[str, Any]:
    """The case after the verb, in one line."""
    complaint.refresh_from_db()
    shown = representations.case_line(complaint)
    return {name: shown[name] for name in ("reference", "state", "version", "href")}


def _whole(name: str, text: str) -> int:
    """A whole number in a query, not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValidationError({name: [_("要写一个不小于0的整数。")]})
    return int(text)
