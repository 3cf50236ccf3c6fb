"""A scene in which every operation of the API is called once: what was sent and what came is the schema's examples."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.deadlines import local_day
from complaints.flow import agreements, sessions, triage
from complaints.flow.messages import open_thread
from complaints.flow.moments import Heard, say
from complaints.flow.record_requests import ask_for_records
from complaints.models import Actor, Agreement, Complaint, Delivery, Offer, Party, Session
from tests.builders import a_complaint, a_referred_complaint, a_screenshot, covered
from tests.cast import Cast
from tests.platform.calls import ROOT

CASE = re.compile(r"/cases/([^/?]+)")
WORDS = {
    "zh": {
        "answer": "卖家和直播间的真实身份已经核对并提供。",
        "offer": "退货退款，运费我们出。",
        "message": "货寄回来就退款。",
    },
    "en": {
        "answer": "The identities of the seller and the room were checked and are given.",
        "offer": "Return and full refund; we pay the postage.",
        "message": "Send the goods back and you get your money.",
    },
}


@dataclass
class Scene:
    """The calls of one platform's machine, by operation."""

    cast: Cast
    language: str
    heard: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, operation: str, method: str, path: str, given: Any = None, *, file: Any = None) -> Any:
        """One call, kept under its operation; bytes are not kept."""
        headers = {"Authorization": f"Bearer {self.cast.key.text}", "Accept-Language": self.language}
        if method == "POST" and file is None:
            headers["Idempotency-Key"] = f"{operation}-1"
        client: Any = Client(headers=headers)
        if method == "GET":
            answer = client.get(ROOT + path)
        elif file is not None:
            answer = client.post(ROOT + path, {"file": file, **given})
        else:
            answer = client.post(ROOT + path, {} if given is None else given, content_type="application/json")
        assert answer.status_code < 300, (operation, answer.content)
        is_json = answer["Content-Type"] == "application/json"
        body = json.loads(answer.content) if is_json else None
        shown = {"request": given, "status": answer.status_code, "response": body, "path": _places(path)}
        self.heard[operation] = shown
        return body


def _places(path: str) -> dict[str, Any]:
    found = CASE.match(path)
    return {"reference": found[1]} if found else {}


def play(cast: Cast, language: str) -> dict[str, dict[str, Any]]:
    """Every operation in an order that makes sense, in this language; what was sent and answered, by operation."""
    scene, words, now = Scene(cast, language), WORDS[language], timezone.now()
    first, second = _quarrel(cast), _mediation(cast)
    at, there = f"/cases/{first.reference}", f"/cases/{second.reference}"
    scene.call("listFacts", "GET", "/facts")
    scene.call("listCases", "GET", "/cases?limit=1")
    asked = scene.call("listRecordRequests", "GET", f"{at}/record-requests")["requests"][0]["items"]
    scene.call("getRecordRequest", "GET", f"{at}/record-requests/1")
    shot: SimpleUploadedFile = a_screenshot("record.png", colour="#2266aa")
    piece = scene.call("uploadEvidence", "POST", f"{at}/evidence", {"kind": "platform"}, file=shot)["id"]
    scene.heard["uploadEvidence"]["request"] = None  # a file has no JSON
    answers = [{"item": asked[0]["id"], "answer": "yes", "evidence": [piece]}]
    scene.call("answerRecordRequest", "POST", f"{at}/record-requests/1", {"answers": answers})
    told = {"party": "platform", "position": "accepted_in_part", "words": words["answer"]}
    facts = {"facts": {"seller_identity_given": True, "operator_identity_given": True}}
    scene.call("createResponse", "POST", f"{at}/responses", {**told, **facts, "evidence": [piece]})
    until = str(local_day(now) + timedelta(days=10))
    offer = {
        "party": "merchant",
        "kind": Offer.Kind.RETURN.value,
        "amount": "469.00",
        "words": words["offer"],
        "until": until,
    }
    scene.call("createOffer", "POST", f"{at}/offers", offer)
    scene.call("createMessage", "POST", f"{at}/messages", {"party": "merchant", "words": words["message"]})
    scene.call("listMessages", "GET", f"{at}/messages")
    made = scene.call("createBundle", "POST", f"{at}/bundles")
    scene.call("getBundle", "GET", f"{at}/bundles/{made['id']}")
    scene.call("getDecision", "GET", f"{at}/decision")
    case = scene.call("getCase", "GET", at)
    seen = next(one for one in case["evidence"] if one["offered_by"] == "consumer" and one["href"])
    scene.call("getEvidence", "GET", seen["href"].partition(ROOT)[2])
    scene.call("getSession", "GET", f"{there}/sessions/1")
    scene.call("answerSession", "POST", f"{there}/sessions/1", {"party": "merchant", "comes": True})
    paper = scene.call("getAgreement", "GET", f"{there}/agreements/1")
    agreed = {"says": "confirm", "digest": paper["digest"]}
    scene.call("answerAgreement", "POST", f"{there}/agreements/1", agreed)
    Delivery.objects.update(created_at=now - timedelta(minutes=1))  # settled
    scene.call("listEvents", "GET", "/events?limit=2")
    wanted = {"label": "reconciliation", "scopes": ["cases:read", "events:read"], "networks": ["203.0.113.0/24"]}
    key = scene.call("createKey", "POST", "/keys", {**wanted, "expires_at": None})["key"]["id"]
    scene.call("getKey", "GET", f"/keys/{key}")
    scene.call("rotateKey", "POST", f"/keys/{key}/rotate", {"overlap_days": 7})
    scene.call("revokeKey", "POST", f"/keys/{key}/revoke")
    scene.call("listKeys", "GET", "/keys")
    for each in ("createKey", "rotateKey"):
        scene.heard[each]["response"]["text"] = "zz_live_…"  # whoever reads an example must not find a key
    return scene.heard


def _quarrel(cast: Cast) -> Complaint:
    """Lin and three parties, not yet in mediation: pictures, a conversation, records asked for."""
    now, lin = timezone.now(), Actor.consumer(cast.lin)
    case = covered(a_complaint(files=True, at=now, consumer=cast.lin))
    say(case, Heard(case.purchased_on, "这是100%桑蚕丝。", code="1:23:45"), actor=lin, at=now)
    case.refresh_from_db()
    ask_for_records(case, ("replay", "seller_identity"), actor=lin, at=now)
    open_thread(case, party=Party.MERCHANT, actor=lin, at=now)
    case.refresh_from_db()
    return case


def _mediation(cast: Cast) -> Complaint:
    """One in mediation, with a session called and an agreement that the consumer has confirmed."""
    now = timezone.now()
    case = a_referred_complaint(at=now, consumer=cast.lin)
    triage.accept(case, actor=cast.officer, at=now)
    told: dict[str, Any] = {"starts_at": now + timedelta(days=3), "minutes": 60, "where": "https://meet.example/7"}
    sessions.call_session(
        case, **told, how=Session.How.LINK, parties=["merchant", "platform"], actor=cast.officer, at=now
    )
    terms: dict[str, Any] = {"party": Party.MERCHANT, "kind": Offer.Kind.RETURN, "amount": Decimal("469.00")}
    agreements.draw_up(
        case,
        **terms,
        payer=Agreement.Payer.PARTY,
        pay_by=local_day(now) + timedelta(days=9),
        duties="消费者寄回商品，运费商家出。",
        otherwise="",
        actor=cast.officer,
        at=now,
    )
    return case
