"""What every address of the API shares: who calls, in which language, with what limits, and how a verb is taken."""

from abc import ABC, abstractmethod
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from complaints.api import representations
from complaints.api.authentication import ApiCaller
from complaints.api.errors import Refused
from complaints.api.idempotency import once
from complaints.api.limits import PerKey
from complaints.api.parsing import StrictJSONParser
from complaints.api.practice import note
from complaints.api.scopes import Scope
from complaints.api.versions import require_unchanged
from complaints.conformance.calls import Trap, What
from complaints.flow.conforming_calls import spring
from complaints.flow.reaching import note_seen
from complaints.models import Complaint, Party


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

    def case(self, reference: str, *, looks: bool = True) -> Complaint:
        """The case, if this organisation may see it; else 404. Who ``looks`` at it was reached: its time runs."""
        if not reference.isprintable():
            raise Http404
        found = get_object_or_404(Complaint.objects.visible_to(self.caller.actor), reference=reference)
        if looks:
            note_seen(found, actor=self.caller.actor, at=timezone.now())
        return found


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


def require_platform(complaint: Complaint, organisation: Organisation) -> None:
    """Raises Http404 for whoever is not the platform of this case: to others such a request does not exist."""
    if all(one.party != Party.PLATFORM for one in representations.answerable(complaint, organisation)):
        raise Http404


def as_it_is_now(complaint: Complaint) -> dict[str, Any]:
    """The case after the verb, in one line."""
    complaint.refresh_from_db()
    shown = representations.case_line(complaint)
    return {name: shown[name] for name in ("reference", "state", "version", "href")}
