"""What goes out, as JSON Schema 2020-12: one shape for each thing that representations.py writes."""

from __future__ import annotations

from typing import Any

from complaints.lifecycle import State
from complaints.models import Offer, Party, Reached, Speaker
from complaints.scope_words import SCOPES

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
YES: Shape = {"type": "boolean"}
MOMENT: Shape = {"type": "string", "format": "date-time", "examples": ["2026-06-01T02:00:00Z"]}
DAY: Shape = {"type": "string", "format": "date", "examples": ["2026-06-08"]}
AMOUNT: Shape = {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["469.00"]}
LINK: Shape = {"type": "string", "format": "uri"}
DIGEST: Shape = {"type": "string", "pattern": "^(sha256:)?[0-9a-f]{64}$"}
PARTY: Shape = {"type": "string", "enum": list(Party.values)}
SPEAKER: Shape = {"type": "string", "enum": list(Speaker.values)}
ANY: Shape = {}  # its contract stands elsewhere (docs/decide.md)
OPEN: Shape = {"type": "object"}


def obj(**fields: Shape) -> Shape:
    """An object that has all of these fields; new ones may come at any time."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def some(shape: Shape, **fields: Shape) -> Shape:
    """The same object with fields that are not always there."""
    return {**shape, "properties": {**shape["properties"], **fields}}


def many(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def table(shape: Shape) -> Shape:
    """An object by keys of its own."""
    return {"type": "object", "additionalProperties": shape}


def or_null(shape: Shape) -> Shape:
    if "type" in shape and "enum" not in shape and isinstance(shape["type"], str):
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


UNTIL = {"due_on": or_null(DAY), "due_provisional": YES}
BECAUSE = obj(fact=TEXT, value=ANY, statement=TEXT)
NOW = ref("CaseNow")
NEXT = {"next": or_null(TEXT)}

_LINE: dict[str, Shape] = {
    "reference": TEXT,
    "state": {"type": "string", "enum": list(State.values)},
    "state_label": TEXT,
    "version": WHOLE,
    "filed_at": MOMENT,
    "goods": TEXT,
    **UNTIL,
    "verdicts": table(TEXT),
    "href": LINK,
}
_DECISION_LINE: dict[str, Shape] = {
    "number": WHOLE,
    "because": TEXT,
    "at": MOMENT,
    "digest": DIGEST,
    "rulebook": TEXT,
    "verdicts": table(TEXT),
    "overrides": many(OPEN),
    "on_present_information": table(many(TEXT)),
}
_CITATIONS = many(OPEN)

SHAPES: dict[str, Shape] = {
    "Problem": some(
        obj(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, code=TEXT),
        errors=many(obj(field=TEXT, message=TEXT)),
        version=WHOLE,
        changes=many(obj(type=TEXT, version=WHOLE, at=MOMENT)),
    ),
    "CaseNow": obj(reference=TEXT, state=_LINE["state"], version=WHOLE, href=LINK),
    "CaseLine": obj(**_LINE),
    "CaseList": obj(cases=many(ref("CaseLine")), **NEXT),
    "Case": obj(
        **_LINE,
        timeline_head=or_null(DIGEST),
        language=TEXT,
        closed_at=or_null(MOMENT),
        category=TEXT,
        room=TEXT,
        order_number=TEXT,
        price=or_null(AMOUNT),
        loss=or_null(AMOUNT),
        purchased_on=or_null(DAY),
        delivered_on=or_null(DAY),
        harm_known_on=or_null(DAY),
        problems=many(obj(code=TEXT, label=TEXT)),
        story=TEXT,
        wanted=many(TEXT),
        wanted_amount=or_null(TEXT),
        respondents=many(ref("Respondent")),
        asked_of_you=ref("Asked"),
        offers=many(ref("Offer")),
        sessions=many(ref("Session")),
        agreements=many(ref("Agreement")),
        record_requests=WHOLE,
        decision=or_null(ref("DecisionLine")),
        filed_by_helper=YES,
        authority_given=YES,
        evidence=many(ref("Evidence")),
    ),
    "Respondent": obj(
        party=PARTY,
        name=TEXT,
        asked_at=or_null(MOMENT),
        notified_at=or_null(MOMENT),
        notified_how=or_null({"type": "string", "enum": list(Reached.values)}),
        seen_at=or_null(MOMENT),
        extended_until=or_null(DAY),
        **UNTIL,
        answered_at=or_null(MOMENT),
        lapsed_at=or_null(MOMENT),
        standing=or_null(obj(code=TEXT, days=or_null(WHOLE))),
        position=or_null(TEXT),
        points_to=or_null(TEXT),
    ),
    "Asked": obj(
        parties=many(PARTY),
        **UNTIL,
        facts=many(
            obj(fact=TEXT, question=TEXT, evidence=TEXT, parties=many(PARTY), would_change=many(TEXT)),
        ),
        requests=many(obj(to=TEXT, facts=many(TEXT), words=TEXT, asked_at=or_null(MOMENT), due_on=or_null(DAY))),
    ),
    "Offer": obj(
        number=WHOLE,
        party=PARTY,
        kind={"type": "string", "enum": list(Offer.Kind.values)},
        amount=or_null(AMOUNT),
        words=TEXT,
        until=or_null(DAY),
        made_at=MOMENT,
        state=TEXT,
        answered_at=or_null(MOMENT),
        counter_amount=or_null(AMOUNT),
        reply=TEXT,
        pay_by=or_null(DAY),
    ),
    "Session": obj(
        number=WHOLE,
        starts_at=MOMENT,
        ends_at=or_null(MOMENT),
        how=TEXT,
        where=TEXT,
        parties=many(TEXT),
        state=TEXT,
        replaces=or_null(WHOLE),
        reason=or_null(TEXT),
        result=or_null(TEXT),
        came=many(TEXT),
        attendance=table(obj(comes=or_null(YES), words=TEXT, at=or_null(MOMENT))),
    ),
    "Agreement": obj(
        number=WHOLE,
        party=PARTY,
        kind=TEXT,
        payer=or_null(TEXT),
        amount=or_null(AMOUNT),
        pay_by=or_null(DAY),
        duties=ANY,
        otherwise=TEXT,
        digest=DIGEST,
        state=TEXT,
        made_at=MOMENT,
        consumer_confirmed_at=or_null(MOMENT),
        party_confirmed_at=or_null(MOMENT),
        declined_by=or_null(TEXT),
        reason=or_null(TEXT),
        offer=or_null(WHOLE),
        file=LINK,
    ),
    "DecisionLine": obj(**_DECISION_LINE),
    "Decision": obj(
        **_DECISION_LINE,
        input=OPEN,
        output=OPEN,
        sources=ANY,
        disputed=ANY,
        explanation=obj(
            verdict=TEXT,
            parties=many(
                obj(
                    party=TEXT,
                    verdict=TEXT,
                    word=TEXT,
                    sub=TEXT,
                    on_present_information=or_null(TEXT),
                    reasons=many(
                        obj(ground=TEXT, title=TEXT, text=TEXT, because=many(BECAUSE), citations=_CITATIONS),
                    ),
                )
            ),
        ),
    ),
    "Evidence": obj(
        id=WHOLE,
        kind=TEXT,
        kind_label=TEXT,
        offered_by=SPEAKER,
        received_at=MOMENT,
        media_type=TEXT,
        size=WHOLE,
        sha256=or_null(DIGEST),
        commitment=TEXT,
        erased_at=or_null(MOMENT),
        shows=many(BECAUSE),
        state=TEXT,
        copy=TEXT,
        masked_by=or_null(TEXT),
        href=or_null(LINK),
        sheets=many(LINK),
        original_href=or_null(LINK),
    ),
    "Bundle": obj(
        id=WHOLE,
        state=TEXT,
        percent=WHOLE,
        failure=or_null(TEXT),
        size=or_null(WHOLE),
        sha256=or_null(DIGEST),
        asked_at=MOMENT,
        expires_at=or_null(MOMENT),
        href=LINK,
        file_href=or_null(LINK),
    ),
    "Fact": obj(fact=TEXT, question=TEXT, evidence=TEXT, known_to=many(TEXT)),
    "FactList": obj(facts=many(ref("Fact")), **NEXT),
    "Event": obj(cursor=TEXT, id=TEXT, type=TEXT, created_at=MOMENT, body=TEXT),
    "EventList": obj(events=many(ref("Event")), next=TEXT, more=YES),
    "Message": obj(number=WHOLE, by=TEXT, words=TEXT, masked=YES, evidence=or_null(WHOLE), at=MOMENT),
    "Thread": obj(
        party=TEXT,
        is_open=YES,
        opened_at=or_null(MOMENT),
        closed_at=or_null(MOMENT),
        messages=many(ref("Message")),
        more=YES,
    ),
    "ThreadList": obj(threads=many(ref("Thread")), **NEXT),
    "RecordItem": obj(
        id=WHOLE,
        kind=TEXT,
        title=TEXT,
        room=or_null(TEXT),
        live_on=or_null(DAY),
        moments=many(obj(code=or_null(TEXT), clock=or_null(TEXT), by=TEXT, sentence=TEXT, goods=ANY)),
        kept_until=or_null(DAY),
        basis=_CITATIONS,
        state=TEXT,
        lapsed_at=or_null(MOMENT),
        answered_at=or_null(MOMENT),
        answers=many(
            obj(
                answer=TEXT,
                why=or_null(TEXT),
                words=TEXT,
                link=TEXT,
                evidence=many(WHOLE),
                late=YES,
                at=MOMENT,
            )
        ),
    ),
    "RecordRequest": obj(
        number=WHOLE,
        asked_by={"type": "string", "enum": ["association", "consumer"]},
        asked_at=MOMENT,
        served_at=or_null(MOMENT),
        **UNTIL,
        items=many(ref("RecordItem")),
    ),
    "RecordRequestList": obj(requests=many(ref("RecordRequest")), **NEXT),
    "ResponseTaken": some(obj(case=NOW, party=PARTY, position=TEXT, decision=ref("DecisionLine")), warnings=many(ANY)),
    "OfferTaken": obj(case=NOW, offer=ref("Offer")),
    "MessageTaken": obj(case=NOW, party=TEXT, message=ref("Message")),
    "RecordsTaken": obj(case=NOW, request=ref("RecordRequest")),
    "SessionTaken": obj(session=ref("Session")),
    "AgreementTaken": obj(case=NOW, agreement=ref("Agreement")),
    "Key": obj(
        id=TEXT,
        label=TEXT,
        scopes=many({"type": "string", "enum": list(SCOPES)}),
        networks=many(TEXT),
        created_at=MOMENT,
        expires_at=or_null(MOMENT),
        last_used_at=or_null(MOMENT),
        revoked_at=or_null(MOMENT),
    ),
    "KeyList": obj(keys=many(ref("Key")), **NEXT),
    "KeyMade": obj(key=ref("Key"), text=or_null(TEXT)),
    "KeyNow": obj(key=ref("Key")),
}
