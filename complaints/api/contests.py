"""The API's contests: "not us, because … but them", with both versions of the decision side by side."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door, Taking, as_it_is_now
from complaints.api.serializers import FactsField, Pieces, Strict, own_pieces
from complaints.contest_words import grounds_between, learned_between
from complaints.evidence.personal import covered
from complaints.flow.boilerplate import warning
from complaints.flow.contesting import NoSuchRule, mark_of, rules_open
from complaints.flow.responses import MOST_WORDS, Position, receive_response
from complaints.models import Complaint, Contest, DecisionRecord, Party
from complaints.narrative import rule_title
from complaints.rulings import ruling_on


class InsteadIn(Strict):
    """Who is said to answer: its registered name, and how to reach it."""

    name = serializers.CharField(max_length=100)
    contact = serializers.CharField(max_length=100)


class ContestIn(Strict):
    """Not us, because of this rule and these facts: them."""

    party = serializers.ChoiceField(choices=Party.choices)
    points_to = serializers.ChoiceField(choices=Party.choices)
    rule = serializers.CharField(max_length=32)
    facts = FactsField(required=False, default=dict)
    evidence = Pieces()
    instead = InsteadIn()
    words = serializers.CharField(max_length=MOST_WORDS)
    note = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True, default="")


class ContestsView(Taking):
    """The contests of a case, newest first; the POST makes one. Needs an Idempotency-Key, as an answer does."""

    scope = {"GET": "cases:read", "POST": "cases:respond"}
    tells = {
        "GET": {"id": "listContests", "does": _("谁说不归自己，两版判定并排")},
        "POST": {
            "id": "contest",
            "does": _("说不归我方、归谁，写明依据哪一条"),
            "takes": ContestIn,
            "status": 201,
            "errors": {"cannot_answer": 409, "illegal_move": 409},
        },
    }

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        own = representations.sides_of(complaint, self.caller.organisation)
        rows = complaint.contests.select_related("before", "after", "closed_with").order_by("-number")
        return Response({"contests": [contest(one, own) for one in rows]})

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = ContestIn(data=request.data)
        given.is_valid(raise_exception=True)
        said, own = given.validated_data, representations.sides_of(complaint, self.caller.organisation)
        evidence = own_pieces(complaint, said["evidence"], own)
        instead = "，".join((said["instead"]["name"], said["instead"]["contact"]))
        try:
            record = receive_response(
                complaint,
                party=Party(said["party"]),
                position=Position.NOT_OURS,
                words=said["words"],
                claims=said["facts"],
                evidence=evidence,
                points_to=Party(said["points_to"]),
                instead=instead,
                rule=said["rule"],
                note=said["note"],
                actor=self.caller.actor,
                at=at,
            )
        except NoSuchRule as refusal:
            raise ValidationError({"rule": [str(refusal)]}) from None
        mark = mark_of(said["points_to"], said["rule"], said["facts"], evidence, instead)
        made = complaint.contests.filter(party=said["party"], fingerprint=mark).order_by("number").last()
        respondent = complaint.respondents.get(party=said["party"])
        told = warning(said["words"], respondent=respondent, actor=self.caller.actor)
        return HTTPStatus.CREATED, {
            "case": as_it_is_now(complaint),
            "contest": contest(made, own) if made else None,
            "decision": representations.decision_line(record),
            "warnings": [{"code": "boilerplate", "message": told}] if told else [],
        }


class ContestRulesView(Door):
    """What a contest may name in this case: the grounds in force on its days, the sayings the law has an answer to, and
    the gates; ``?party=`` for one of those the caller speaks for."""

    scope = "cases:read"
    tells = {
        "GET": {"id": "listContestRules", "does": _("可以依据哪些规则")},
    }

    def get(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        own = representations.sides_of(complaint, self.caller.organisation)
        party = request.query_params.get("party") or next(iter(sorted(own)), "")
        get_object_or_404(complaint.respondents, party=party if party in own else "")
        kinds = rules_open(complaint, party)
        rules = [{"rule": rule, "kind": kind, "title": rule_title(rule)} for rule, kind in sorted(kinds.items())]
        return Response({"party": party, "rules": rules})


def contest(one: Contest, own: frozenset[str]) -> dict[str, Any]:
    """A contest: what it says, what was decided before and after it, and what the association found."""
    return {
        "number": one.number,
        "party": one.party,
        "points_to": one.points_to,
        "rule": one.rule or None,
        "rule_title": rule_title(one.rule) or None,
        "facts": one.facts,
        "evidence": sorted(piece.pk for piece in one.evidence.all()),
        "proof": one.has_proof,
        "instead": one.instead or None if one.party in own else None,
        "at": representations.moment(one.at),
        "state": one.state,
        "came_back": one.is_back,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "overdue": one.is_overdue(timezone.localdate()),
        "before": _version(one.before),
        "after": _version(one.after),
        "changed": _changed(one.before, one.after),
        "outcome": one.outcome or None,
        "reason": covered(one.reason)[0] or None,
        "closed_at": representations.moment(one.closed_at),
        "closed_with": _version(one.closed_with),
    }


def _version(record: DecisionRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {"number": record.number, "digest": record.digest, "verdicts": ruling_on(record).verdicts}


def _changed(before: DecisionRecord | None, after: DecisionRecord | None) -> dict[str, Any]:
    if before is None or after is None:
        return {"verdicts": {}, "grounds": {}, "facts": {}}
    was, now = ruling_on(before).verdicts, ruling_on(after).verdicts
    return {
        "verdicts": {party: [was[party], now[party]] for party in was if was[party] != now[party]},
        "grounds": grounds_between(before, after),
        "facts": learned_between(before, after),
    }
