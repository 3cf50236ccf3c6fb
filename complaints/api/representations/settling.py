"""What may end a dispute: offers, sessions of a mediation, agreements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.models import Organisation
from complaints.api.representations.sides import answerable, sides_of
from complaints.api.representations.wire import amount, case_href, day, moment
from complaints.evidence.personal import covered
from complaints.models import Agreement, Complaint, Offer, Session


def offers(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The offers of those this organisation speaks for, and what the consumer said to each. Others' are not shown."""
    parties = [one.party for one in answerable(complaint, organisation)]
    return [offer(one) for one in complaint.offers.filter(party__in=parties).order_by("number")]


def offer(one: Offer) -> dict[str, Any]:
    """An offer and what became of it."""
    return {
        "number": one.number,
        "party": one.party,
        "kind": one.kind,
        "amount": amount(one.amount),
        "words": one.words,
        "until": day(one.until),
        "made_at": moment(one.made_at),
        "state": one.state,
        "answered_at": moment(one.answered_at),
        "counter_amount": amount(one.counter_amount),
        "reply": covered(one.reply)[0],
        "pay_by": day(one.pay_by),
    }


def sessions(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The mediation sessions that those this organisation speaks for are asked to."""
    parties = sides_of(complaint, organisation)
    rows = complaint.sessions.prefetch_related("attendances").order_by("number")
    return [session(one, parties) for one in rows if parties & set(one.parties)]


def session(one: Session, parties: Collection[str]) -> dict[str, Any]:
    """A session: when, where, who is asked, what these parties said to it, and what came of it."""
    said = {each.side: each for each in one.attendances.all()}
    return {
        "number": one.number,
        "starts_at": moment(one.starts_at),
        "ends_at": moment(one.ends_at),
        "how": one.how,
        "where": one.where,
        "parties": list(one.parties),
        "state": one.state,
        "replaces": one.replaces.number if one.replaces else None,
        "reason": one.reason or None,
        "result": one.result or None,
        "came": list(one.came),
        "attendance": {
            party: {"comes": said[party].comes, "words": said[party].words, "at": moment(said[party].at)}
            for party in one.parties
            if party in parties and party in said
        },
    }


def agreements(complaint: Complaint, organisation: Organisation) -> list[dict[str, Any]]:
    """The settlement agreements with those this organisation speaks for."""
    parties = sides_of(complaint, organisation)
    rows = complaint.agreements.select_related("offer", "complaint").filter(party__in=parties).order_by("number")
    return [agreement(one) for one in rows]


def agreement(one: Agreement) -> dict[str, Any]:
    """An agreement: its terms, their digest, and who has said what to it."""
    return {
        "number": one.number,
        "party": one.party,
        "kind": one.kind,
        "payer": one.payer or None,
        "amount": amount(one.amount),
        "pay_by": day(one.pay_by),
        "duties": one.duties,
        "otherwise": one.otherwise,
        "digest": one.digest,
        "state": one.state,
        "made_at": moment(one.made_at),
        "consumer_confirmed_at": moment(one.consumer_at),
        "party_confirmed_at": moment(one.party_at),
        "declined_by": one.declined_by or None,
        "reason": covered(one.reason)[0] or None,
        "offer": one.offer.number if one.offer else None,
        "file": f"{case_href(one.complaint)}/agreements/{one.number}/file",
    }
