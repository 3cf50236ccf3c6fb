"""One case in memory: each method does to rows what the verb of the same name in complaints.flow does to the database.

tests/synthetic holds the two together: what is written is settled, decided and moved again, and must not differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings

from accounts.sealing import keyed_hash
from complaints import timeline
from complaints.deadlines import Deadline, acceptance_from, answer_by, local_day, mediation_from, serve_by
from complaints.flow.decisions import changes_between, inquiry_on, verdicts_in, waits_for_person
from complaints.flow.dispatch import IDENTITY_REQUESTS
from complaints.flow.facts import Gathered, Said, weigh_words
from complaints.flow.intake import columns_of
from complaints.flow.offers import told_of
from complaints.flow.responses import Position
from complaints.lifecycle import OPEN, OfferState, Role, State, after, offer_after
from complaints.models import (
    Assertion,
    Complaint,
    Contact,
    DecisionRecord,
    Event,
    Feedback,
    Offer,
    Request,
    Respondent,
    Speaker,
)
from complaints.models.complaint import Party, Reached
from complaints.statement import Filing
from complaints.synthetic.references import reference_of
from complaints.synthetic.stage import Platform, Stage
from routing import decide, read_inquiry, rulebook

Because = DecisionRecord.Because


class Life:
    """A filed case and everything that hangs on it, as rows that are not in the database yet.

    Primary keys of decisions count from 0: the writer moves them to where the table ends.
    """

    def __init__(
        self, stage: Stage, pk: int, request_pk: int, filing: Filing, platform: Platform, *, at: datetime
    ) -> None:
        self.stage, self.platform, self.request_pk = stage, platform, request_pk
        self.respondents: dict[Party, Respondent] = {}
        self.spoken: dict[str, dict[str, bool | None]] = {}  # fact → speaker → last word, in the order they began
        self.assertions: list[Assertion] = []
        self.decisions: list[DecisionRecord] = []
        self.events: list[Event] = []
        self.offers: list[Offer] = []
        self.inquiry: dict[str, Any] = {}  # what the latest decision was asked
        self.request: Request | None = None
        self.feedback: Feedback | None = None
        self.complaint = Complaint(
            pk=pk,
            reference=reference_of(pk, local_day(at)),
            filed_at=at,
            receipt_hash=keyed_hash(f"seeded:{stage.seed}:{pk}"),  # of no code: no receipt opens an invented case
            association_id=stage.association_for(filing.region),
            **columns_of(filing),
        )
        self.contact = Contact(complaint_id=pk, region=filing.region)
        self.contact.keep(name=filing.contact_name, phone=filing.phone, email=filing.email)
        self._record("filed", {"evidence": []}, "consumer", at)
        asked = self._ask_parties(filing, at)
        self._assert(Speaker.CONSUMER, {**filing.facts, **asked}, at)
        self._decide(Because.FILED, "consumer", at)
        if filing.wants_association:
            self.refer(at)

    # ── What the parties do ──────────────────────────────────────────────────────────────────────────────────────────

    def answer(
        self,
        party: Party,
        position: Position,
        words: str,
        claims: Mapping[str, bool | None],
        at: datetime,
        points_to: Party | None = None,
    ) -> None:
        respondent = self.respondents[party]
        until = _answer_by(local_day(self.complaint.filed_at))
        late = respondent.lapsed_at is not None or until.is_over(local_day(at))
        self._assert(Speaker(party), claims, at)
        respondent.answered_at = at
        respondent.answer = {"position": position.value, "words": words, "points_to": points_to or ""}
        self._await_answers()
        body = {"party": party.value, "position": position.value, "facts": sorted(claims), "late": late}
        self._record("answered", {**body, "points_to": points_to.value if points_to else ""}, self._machine, at)
        self._decide(Because.RESPONSE, self._machine, at)

    def lapse(self, at: datetime) -> None:
        silent = [
            each
            for each in self.respondents.values()
            if each.asked_at
            and not (each.answered_at or each.lapsed_at)
            and each.due_on
            and each.due_on < local_day(at)
        ]
        for respondent in silent:
            respondent.lapsed_at = at
            due_on = respondent.due_on.isoformat() if respondent.due_on else None
            self._record("lapsed", {"party": str(respondent.party), "due_on": due_on}, "clock", at)
        if silent:
            self._await_answers()
            self._decide(Because.LAPSE, "clock", at)

    def offer(self, party: Party, kind: Offer.Kind, amount: Decimal, until: date, at: datetime) -> None:
        number = len(self.offers) + 1
        made = Offer(
            complaint_id=self.complaint.pk,
            number=number,
            party=party.value,
            organisation_id=self.platform.pk,
            kind=kind.value,
            amount=amount,
            until=until,
            made_at=at,
        )
        self.offers.append(made)
        body = {**told_of(made), "kind": kind.value, "until": until.isoformat(), "replaces": None}
        self._record("offer-made", body, self._machine, at)

    # ── What the consumer does ───────────────────────────────────────────────────────────────────────────────────────

    def take_offer(self, at: datetime) -> None:
        offer = self.offers[-1]
        offer.state = offer_after(OfferState(offer.state), "accept", Role.CONSUMER)
        offer.answered_at, offer.pay_by = at, local_day(at) + timedelta(days=settings.PAYMENT_DAYS)
        self.complaint.due_on = offer.pay_by
        self._advance("agree", Role.CONSUMER, "consumer", at, {**told_of(offer), "pay_by": offer.pay_by.isoformat()})

    def refuse_offer(self, at: datetime) -> None:
        offer = self.offers[-1]
        offer.state = offer_after(OfferState(offer.state), "refuse", Role.CONSUMER)
        offer.answered_at = at
        self._record("offer-refused", told_of(offer), "consumer", at)

    def confirm_kept(self, at: datetime) -> None:
        offer = self.offers[-1]
        offer.state = offer_after(OfferState(offer.state), "keep", Role.CONSUMER)
        offer.told_at = at
        self._advance("keep", Role.CONSUMER, "consumer", at, told_of(offer))

    def refer(self, at: datetime) -> None:
        until = _acceptance(local_day(self.complaint.filed_at), local_day(at))
        self.complaint.due_on = until.day
        body: dict[str, Any] = {"accept_by": until.day.isoformat()}
        if until.provisional:
            body["provisional"] = True
        self._advance("refer", Role.CONSUMER, "consumer", at, body)

    def reply(self, at: datetime) -> None:
        """Answer what the association asked; the case waits for it again."""
        assert self.request is not None
        self._record("consumer-answered", {"facts": []}, "consumer", at)
        self.request.answered_at = at
        self._advance("supply", Role.CONSUMER, "consumer", at)
        self._decide(Because.ANSWERS, "consumer", at)

    def end(self, move: str, at: datetime, body: Mapping[str, Any] | None = None) -> None:
        """``settle``, ``withdraw`` or ``hand-off`` by the consumer."""
        self._advance(move, Role.CONSUMER, "consumer", at, body)

    def rate(self, score: int, at: datetime) -> None:
        self.feedback = Feedback(complaint_id=self.complaint.pk, score=score, made_at=at, changed_at=at)
        self._record("rated", {"score": score}, "consumer", at)

    # ── What an officer does ─────────────────────────────────────────────────────────────────────────────────────────

    def assign(self, officer: int, at: datetime) -> None:
        self.complaint.officer_id = officer
        self._record("assigned", {"officer": officer}, f"officer:{officer}", at)

    def ask(self, words: str, due_on: date, at: datetime) -> None:
        """Ask the consumer for something before the case is taken."""
        officer = self.complaint.officer_id
        self.request = Request(
            pk=self.request_pk,
            complaint_id=self.complaint.pk,
            to="consumer",
            words=words,
            asked_by_id=officer or 0,
            asked_at=at,
            due_on=due_on,
        )
        body = {"request": self.request_pk, "to": "consumer", "facts": [], "due_on": due_on.isoformat()}
        self._record("asked", body, self._officer, at)
        self._advance("query", Role.OFFICER, self._officer, at, {"request": self.request_pk})

    def accept(self, at: datetime) -> None:
        until = _mediation(local_day(self.complaint.filed_at), local_day(at))
        assert until is not None  # nothing holds it up
        self.complaint.accepted_at, self.complaint.due_on = at, until.day
        body = {"mediation_until": until.day.isoformat(), "provisional": until.provisional}
        self._advance("accept", Role.OFFICER, self._officer, at, body)

    def decline(self, ground: str, words: str, at: datetime) -> None:
        told = {"ground": ground, "words": words}
        self.complaint.statement = {**self.complaint.statement, "declined": told}
        self._advance("decline", Role.OFFICER, self._officer, at, {"ground": ground})

    def find(self, fact: str, value: bool, reason: str, at: datetime) -> None:
        self._say(Speaker.OFFICER, fact, value, at, officer=self.complaint.officer_id, reason=reason)
        self._record("found", {"fact": fact, "value": value}, self._officer, at)
        self._decide(Because.FINDING, self._officer, at)

    def conclude(self, move: str, at: datetime) -> None:
        """``settle`` or ``terminate`` by the officer."""
        self._advance(move, Role.OFFICER, self._officer, at)

    # ── How it is kept ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_open(self) -> bool:
        return self.complaint.state in OPEN

    @property
    def _machine(self) -> str:
        return f"organisation:{self.platform.pk}"

    @property
    def _officer(self) -> str:
        return f"officer:{self.complaint.officer_id}"

    def _ask_parties(self, filing: Filing, at: datetime) -> dict[str, bool]:
        reached = self.platform.is_asked
        until = _answer_by(local_day(at)) if reached else None
        due_on = until.day if until else None
        how = {party: Reached.NOTICE if party == Party.PLATFORM else Reached.PASSED_ON for party in Party}
        for party in Party:
            self.respondents[party] = Respondent(
                complaint_id=self.complaint.pk,
                party=party.value,
                name=filing.names.get(party, ""),
                organisation_id=self.platform.pk if party == Party.PLATFORM else None,
                asked_at=at if reached else None,
                notified_at=at if reached else None,
                notified_how=how[party] if reached else "",
                due_on=due_on,
            )
        self.complaint.due_on, self.complaint.platform_name = due_on, filing.names.get(Party.PLATFORM, "")
        if not reached and any(filing.names.get(party) for party in Party):
            self.complaint.service_due_on = _serve_by(local_day(at)).day
        self._record("parties-asked", {"reached": reached, "due_on": None}, "system", at)
        if due_on:
            since = at.astimezone(UTC).isoformat(timespec="seconds")
            ways = {party.value: how[party].value for party in Party}
            told = {"parties": ways, "since": since, "due_on": due_on.isoformat()}
            self._record("reached", told | ({"provisional": True} if until and until.provisional else {}), "system", at)
        return dict.fromkeys(IDENTITY_REQUESTS, True) if reached else {}

    def _await_answers(self) -> None:
        if self.complaint.state == State.NEGOTIATING:
            days = [each.due_on for each in self.respondents.values() if not (each.answered_at or each.lapsed_at)]
            self.complaint.due_on = min((day for day in days if day), default=None)

    def _assert(self, speaker: Speaker, facts: Mapping[str, bool | None], at: datetime) -> None:
        for fact, value in facts.items():
            said = self.spoken.get(fact, {})
            if speaker.value not in said or said[speaker.value] != value:
                self._say(speaker, fact, value, at)

    def _say(self, speaker: Speaker, fact: str, value: bool | None, at: datetime, **more: Any) -> None:
        officer = more.pop("officer", None)
        row = Assertion(complaint_id=self.complaint.pk, fact=fact, value=value, speaker=speaker.value, at=at, **more)
        row.officer_id = officer
        self.assertions.append(row)
        self.spoken.setdefault(fact, {})[speaker.value] = value

    def _gather(self) -> Gathered:
        words = {fact: [Said(who, value) for who, value in said.items()] for fact, said in self.spoken.items()}
        return weigh_words(words)

    def _decide(self, because: DecisionRecord.Because, actor: str, at: datetime) -> None:
        gathered, book, complaint = self._gather(), rulebook(), self.complaint
        lapsed = [each.party for each in self.respondents.values() if each.lapsed_at and not each.answered_at]
        given = inquiry_on(complaint, gathered, lapsed=lapsed)
        latest = self.decisions[-1] if self.decisions else None
        if latest is None or given != self.inquiry:
            inquiry = read_inquiry(given, book, today=local_day(at))
            made = decide(book, inquiry)
            self.inquiry, read, output, digest = given, dict(inquiry.read), made.as_dict(), made.digest
        elif (latest.disputed, latest.sources) == (gathered.disputed, gathered.sources):
            return
        else:  # the law reads the same, who stands behind it is new: deciding is a function of what is read
            read, output, digest = latest.input, latest.output, latest.digest
        decision = DecisionRecord(
            complaint_id=complaint.pk,
            number=len(self.decisions) + 1,
            because=because.value,
            input=read,
            output=output,
            sources=gathered.sources,
            disputed=gathered.disputed,
            digest=digest,
            rulebook=output["ruleset"]["digest"],
            at=at,
        )
        self.decisions.append(decision)
        before, complaint.verdicts = complaint.verdicts, verdicts_in(output)
        complaint.has_dispute = bool(gathered.disputed)
        complaint.needs_person = waits_for_person(output)
        body = {"decision": decision.number, "digest": decision.digest, "because": because.value}
        self._record("decided", {**body, **(changes_between(before, complaint.verdicts) if latest else {})}, actor, at)

    def _advance(self, move: str, role: Role, actor: str, at: datetime, body: Mapping[str, Any] | None = None) -> None:
        complaint, before = self.complaint, State(self.complaint.state)
        complaint.state = after(before, move, role).value
        if complaint.state not in OPEN:
            complaint.closed_at, complaint.due_on, complaint.service_due_on = at, None, None
        else:
            complaint.closed_at = None
        self._record(f"moved.{move}", {"from": before.value, "to": complaint.state, **(body or {})}, actor, at)

    def _record(self, kind: str, body: dict[str, Any], actor: str, at: datetime) -> None:
        complaint = self.complaint
        sequence, previous = complaint.version + 1, complaint.head
        digest = timeline.seal(previous, sequence, kind, body, actor, at)
        self.events.append(
            Event(
                complaint_id=complaint.pk,
                sequence=sequence,
                kind=kind,
                body=body,
                actor=actor,
                at=at,
                previous=previous,
                digest=digest,
            )
        )
        complaint.version, complaint.head = sequence, digest


@lru_cache(maxsize=2048)
def _serve_by(on: date) -> Deadline:
    """As deadlines.serve_by."""
    return serve_by(on)


@lru_cache(maxsize=2048)
def _answer_by(asked_on: date) -> Deadline:
    """As deadlines.answer_by; the same few days come up in thousands of cases."""
    return answer_by(asked_on)


@lru_cache(maxsize=8192)
def _acceptance(filed_on: date, referred_on: date) -> Deadline:
    return acceptance_from(filed_on, referred_on)


@lru_cache(maxsize=8192)
def _mediation(filed_on: date, accepted_on: date) -> Deadline | None:
    return mediation_from(filed_on, accepted_on)
