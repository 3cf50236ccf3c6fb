"""Following a complaint at a kiosk or by telephone: the receipt code opens it, and its owner acts as on its pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.consumer import shown
from complaints.api.consumer.doors import CaseDoor, StandDoor, token_for
from complaints.api.consumer.filing import FILE_ERRORS, count_bytes, hour_of, require_one, seconds_left
from complaints.api.consumer.refusals import Spent, Unfit
from complaints.api.consumer.serializers import (
    CodeIn,
    FactsIn,
    MessageToIn,
    OfferAnswerIn,
    UploadIn,
    WithdrawIn,
    unfit,
)
from complaints.api.errors import Refused
from complaints.api.idempotency import HEADER, once
from complaints.asking.offer_answers import CHOICES, choices_of
from complaints.asking.open_questions import answerable
from complaints.asking.replies import WithdrawForm
from complaints.asking.sent import Mistake
from complaints.asking.slip import slip_of
from complaints.evidence import vault
from complaints.flow.consumer import answer_questions, withdraw
from complaints.flow.intake import add_evidence, hash_of
from complaints.flow.messages import open_thread, write
from complaints.flow.stands import FOLLOW, note_at_stand
from complaints.models import Complaint, Party, Side, Speaker, Tally
from complaints.references import tidy_receipt_code

WRONG_CODES_PER_HOUR = 10  # by one key, and against one number: as from one network on the page

TOKEN_ERRORS = {"case_token_needed": 403}


def acting(id: str, does: Any, takes: Any, **errors: int) -> dict[str, dict[str, Any]]:
    """What the OpenAPI document says of an act on an opened case: code → status of what may stand in its way."""
    errors |= {**TOKEN_ERRORS, "illegal_move": 409}
    return {"POST": {"id": id, "does": does, "takes": takes, "status": 201, "errors": errors}}


class WithCode(StandDoor):
    """What both addresses that take a receipt code share: the right one for this number, or the same refusal."""

    scope = FOLLOW

    @sensitive_variables("code", "given")
    def case_with(self, request: Request, reference: str, *, at: datetime) -> tuple[Complaint, str]:
        """The case and the code, tidied. A number that does not exist, a code of another case and a code of none are
        one refusal; a code with a typing error is told, and not counted."""
        if not reference.isprintable():
            raise Http404
        given = CodeIn(data=request.data)
        given.is_valid(raise_exception=True)
        code = given.validated_data["receipt_code"]
        if tidy_receipt_code(code) is None:
            words = _("回执码有一位不对或少了：7组、每组4位，请对着回执再念一遍。")
            raise Unfit(unfit([Mistake("receipt_code", words)]))
        counters = (f"receipt-code:key:{self.caller.key.pk}", f"receipt-code:case:{reference[:40]}")
        with transaction.atomic():
            # Both counters are held from the look at them to the count: of many at once each sees those before it.
            tries = [Tally.objects.count_up(each, window=hour_of(at), by=0) for each in counters]
            if max(tries) >= WRONG_CODES_PER_HOUR:
                raise Spent(seconds_left(at), _("这一小时试错的回执码太多了，整点以后再试。"))
            found = (
                Complaint.objects.select_related("association", "decision").filter(receipt_hash=hash_of(code)).first()
            )
            is_right = found is not None and constant_time_compare(found.reference, reference)
            if not is_right:
                for each in counters:
                    Tally.objects.count_up(each, window=hour_of(at))
        if found is None or not is_right:
            raise Refused(HTTPStatus.NOT_FOUND, "code_not_found", _("编号和回执码对不上。核对一下，再试一次。"))
        return found, code


class OpenView(WithCode):
    """A receipt code → a token for this one case. The code stands in the body, never in an address."""

    tells = {
        "POST": {
            "id": "consumerOpen",
            "does": gettext_lazy("用回执码打开一件投诉，换一个短时间的Case-Token"),
            "takes": CodeIn,
            "once": False,
            "status": 200,
            "errors": {"code_not_found": 404},
        }
    }

    def post(self, request: Request, reference: str) -> Response:
        at = timezone.now()
        complaint, _code = self.case_with(request, reference, at=at)
        note_at_stand(complaint, "open", self.caller.key, at=at)
        until = at + settings.RECEIPT_SESSION
        token = token_for(complaint, self.caller.key)
        return Response(
            {"token": token, "until": until.isoformat(), **shown.standing(complaint, on=timezone.localdate())}
        )


class SlipView(WithCode):
    """The receipt as a picture to print, for whoever still holds the code; it is drawn and stored nowhere."""

    tells = {
        "POST": {
            "id": "consumerSlip",
            "does": gettext_lazy("回执的图，可以打印"),
            "takes": CodeIn,
            "once": False,
            "status": 200,
            "media": "image/png",
            "errors": {"code_not_found": 404},
        }
    }

    def post(self, request: Request, reference: str) -> HttpResponse:
        complaint, code = self.case_with(request, reference, at=timezone.now())
        slip = HttpResponse(slip_of(complaint.reference, code.strip()), content_type="image/png")
        slip["Content-Disposition"] = f'attachment; filename="{complaint.reference}.png"'
        return slip


class ComplaintView(CaseDoor):
    """Where it stands, what was found, what is offered, what happened."""

    tells = {
        "GET": {
            "id": "consumerCase",
            "does": gettext_lazy("打开的那件投诉：判定、期限、方案、经过"),
            "errors": TOKEN_ERRORS,
        }
    }

    def get(self, request: Request, reference: str) -> Response:
        return Response(shown.case(self.opened(request, reference), on=timezone.localdate()))


class Acting(CaseDoor, ABC):
    """Does one thing for whoever holds the code. Needs an Idempotency-Key; on record with the key that did it."""

    act: ClassVar[str]

    def post(self, request: Request, reference: str, number: int = 0) -> Response:
        complaint, at = self.opened(request, reference), timezone.now()
        self.number = number
        return once(request, self.caller.key, lambda: self._done(request, complaint, at), at=at)

    def _done(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        note_at_stand(complaint, self.act, self.caller.key, at=at)
        complaint.refresh_from_db()
        told = self._do(request, complaint, at)
        complaint.refresh_from_db()
        return HTTPStatus.CREATED, {**told, **shown.standing(complaint, on=timezone.localdate())}

    @abstractmethod
    def _do(self, request: Request, complaint: Complaint, at: datetime) -> dict[str, Any]:
        """Read what was sent, call the verb, and say what came of it."""


class WithdrawView(Acting):
    """Take the complaint back."""

    tells = acting("consumerWithdraw", gettext_lazy("撤回投诉"), WithdrawIn)

    act = "withdraw"

    def _do(self, request: Request, complaint: Complaint, at: datetime) -> dict[str, Any]:
        said = _fitting(WithdrawForm, _read(WithdrawIn, request))
        withdraw(complaint, pressed=said["pressed"], words=said["words"], actor=self.actor_of(complaint), at=at)
        return {}


class OfferView(Acting):
    """Answer an offer, with what its page would ask."""

    tells = acting("consumerOffer", gettext_lazy("回复方案"), OfferAnswerIn, cannot_offer=422)

    act = "offer"

    def _do(self, request: Request, complaint: Complaint, at: datetime) -> dict[str, Any]:
        offer = get_object_or_404(complaint.offers, number=self.number)
        given = _read(OfferAnswerIn, request)
        answer, allowed = given["answer"], choices_of(complaint, offer, on=timezone.localdate())
        if answer not in allowed:
            words = _("这个方案现在不能这样回。")
            raise Unfit(unfit([Mistake("answer", words, answer, tuple(allowed))]))
        said = _fitting(CHOICES[answer].form, given)
        CHOICES[answer].verb(offer, said, self.actor_of(complaint), at)
        offer.refresh_from_db()
        return {"offer": representations.offer(offer)}


class MessagesView(Acting):
    """Write to the association, or to a party one lets write here."""

    tells = acting("consumerMessage", gettext_lazy("写一条消息"), MessageToIn, cannot_write=409, too_many_messages=429)

    act = "message"

    def _do(self, request: Request, complaint: Complaint, at: datetime) -> dict[str, Any]:
        said, actor = _read(MessageToIn, request), self.actor_of(complaint)
        side = Side(said["to"])
        if said["let_write"] and side in Party.values:
            open_thread(complaint, party=Party(side), actor=actor, at=at)
        press = f"{self.caller.key.pk}:{request.headers[HEADER]}"
        made = write(complaint, other=side, words=said["words"], press=press, actor=actor, at=at)
        return {"message": representations.message(made)}


class FactsView(Acting):
    """Answer open questions, of the law or of the association; the law is read again."""

    tells = acting("consumerFacts", gettext_lazy("回答还开着的问题"), FactsIn)

    act = "facts"

    def _do(self, request: Request, complaint: Complaint, at: datetime) -> dict[str, Any]:
        said = _read(FactsIn, request)
        asked = [each.fact for each in answerable(complaint)]
        if unasked := [fact for fact in said["facts"] if fact not in asked]:
            words = _("这一项现在没有问。")
            raise Unfit(unfit(Mistake(f"facts.{each[:60]}", words, each[:60], tuple(asked)) for each in unasked))
        if not said["facts"] and not said["replies"]:
            raise Unfit(unfit([Mistake("facts", _("至少回答一项。"), None, tuple(asked))]))
        answer_questions(complaint, said["facts"], replies=said["replies"], actor=self.actor_of(complaint), at=at)
        complaint.refresh_from_db()
        return {"decision": shown.decision(complaint)}


class EvidenceView(CaseDoor):
    """Add a file to the filed complaint; it is decided again. The same file again is the same piece."""

    tells = {
        "POST": {
            "id": "consumerEvidence",
            "does": gettext_lazy("给已提交的投诉补证据"),
            "takes": UploadIn,
            "multipart": True,
            "once": False,
            "status": (200, 201),
            "errors": FILE_ERRORS | TOKEN_ERRORS | {"illegal_move": 409},
        }
    }

    parser_classes = [MultiPartParser]

    def post(self, request: Request, reference: str) -> Response:
        complaint, at = self.opened(request, reference), timezone.now()
        given = UploadIn(data=request.data)
        given.is_valid(raise_exception=True)
        require_one(request)
        upload, kind = given.validated_data["file"], given.validated_data["kind"]
        count_bytes(self.caller.key, upload.size or 0, at=at)
        actor = self.actor_of(complaint)
        try:
            piece = add_evidence(complaint, upload, kind=kind, speaker=Speaker.CONSUMER, actor=actor, at=at)
        except vault.Unacceptable as refusal:
            if refusal.code != "duplicate":
                raise
            same = complaint.evidence.beside(kind).filter(offered_by=Speaker.CONSUMER)
            return Response({"evidence": shown.evidence(same.get(blob=vault.keep(upload, at=at)))})
        note_at_stand(complaint, "evidence", self.caller.key, at=at)
        complaint.refresh_from_db()
        told = {"evidence": shown.evidence(piece), "decision": shown.decision(complaint)}
        return Response(told, status=HTTPStatus.CREATED)


def _read(serializer: Any, request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    said: dict[str, Any] = given.validated_data
    return said


def _fitting(form: type[forms.Form], said: dict[str, Any]) -> dict[str, Any]:
    """What the form of the page makes of it. Raises Unfit with its sentences."""
    filled = form({name: "on" if value is True else value for name, value in said.items() if value is not False})
    if not filled.is_valid():
        errors = filled.errors.get_json_data().items()
        raise Unfit(unfit(Mistake(name, str(error["message"])) for name, found in errors for error in found))
    return filled.cleaned_data
