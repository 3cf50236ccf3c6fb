"""What becomes of an invented case: acts at their moments, until the case ends or the present is reached."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from complaints.deadlines import local_day
from complaints.flow.responses import Position
from complaints.flow.triage import HAND_OFF_ROUTES, Declined
from complaints.lifecycle import State
from complaints.models import Offer
from complaints.models.complaint import Party
from complaints.synthetic.life import Life
from complaints.synthetic.words import ANSWERS, ASKED, DECLINED, FOUND

NIGHT = time(0, 10)  # the sweep after midnight
OTHERS = {
    Party.MERCHANT: (Party.ANCHOR, Party.PLATFORM),
    Party.ANCHOR: (Party.MERCHANT, Party.PLATFORM),
    Party.PLATFORM: (Party.MERCHANT, Party.ANCHOR),
}
EAGER = {Party.MERCHANT: 1.0, Party.ANCHOR: 0.82, Party.PLATFORM: 1.08}  # to answer, against the platform's manners
# What a party that agrees admits, and what one that does not denies; only what the consumer said is spoken of.
SPOKEN_OF = (
    "false_claim",
    "not_as_described",
    "below_standard",
    "after_sales_stalled",
    "refund_overdue",
    "counterfeit",
)
RATED = {State.SETTLED: (3, 5, 12, 40, 40), State.TERMINATED: (35, 30, 20, 10, 5)}  # how often each score is given


class Course:
    """The acts of one case, the earliest first; an act may bring further ones."""

    def __init__(self, life: Life, chance: Random) -> None:
        self.life, self.chance = life, chance
        self.waiting: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.counter = 0

    def run(self) -> None:
        """Let happen what happens up to the present of the stage."""
        self._begin()
        while self.waiting and self.waiting[0][0] <= self.life.stage.until:
            at, _number, act = heapq.heappop(self.waiting)
            act(at)

    # ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        filed, life = self.life.complaint.filed_at, self.life
        due_on = life.respondents[Party.PLATFORM].due_on
        if due_on:
            self._at(_night_after(due_on), self._lapse)
            for party in Party:
                self._plan_answer(party)
        if life.complaint.state == State.REFERRED:
            self._at(self._later(filed, 0.2, 3), self._take_up)
        elif self.chance.random() < 0.4:
            self._at(self._later(filed, 8, 16), self._refer)
        self._at(self._later(filed, 18, 36), self._give_up)

    def _plan_answer(self, party: Party) -> None:
        manners, chance = self.life.platform, self.chance
        if chance.random() < manners.answers * EAGER[party]:
            wait = min(chance.lognormvariate(0, 0.6) * manners.days, 14)
            self._at(self._later(self.life.complaint.filed_at, wait, wait + 0.4), lambda at: self._answer(party, at))

    def _answer(self, party: Party, at: datetime) -> None:
        life, chance = self.life, self.chance
        if not life.is_open or life.complaint.state == State.PROMISED:
            return
        position = self._position()
        points_to = chance.choice(OTHERS[party]) if position is Position.NOT_OURS else None
        words = chance.choice(ANSWERS[position.value])
        life.answer(party, position, words, self._claims(party, position), at, points_to)
        if party == Party.MERCHANT and position in {Position.ACCEPTED, Position.PARTLY} and life.complaint.price:
            self._at(at + timedelta(minutes=chance.randint(5, 90)), self._offer)

    def _position(self) -> Position:
        manners, roll = self.life.platform, self.chance.random()
        if roll < manners.passes_on:
            return Position.NOT_OURS
        if roll < manners.passes_on + manners.agrees:
            return self.chance.choice((Position.ACCEPTED, Position.PARTLY))
        return Position.DISPUTED

    def _claims(self, party: Party, position: Position) -> Mapping[str, bool | None]:
        if party == Party.PLATFORM:
            return {
                "seller_identity_given": self.chance.random() < 0.85,
                "operator_identity_given": self.chance.random() < 0.8,
                "platform_acted": self.chance.random() < 0.7,
            }
        told = [fact for fact in SPOKEN_OF if self.life.spoken.get(fact, {}).get("consumer") is True]
        return dict.fromkeys(told, position is not Position.DISPUTED) if position is not Position.NOT_OURS else {}

    def _lapse(self, at: datetime) -> None:
        if self.life.is_open:
            self.life.lapse(at)

    def _offer(self, at: datetime) -> None:
        life, chance = self.life, self.chance
        if not life.is_open or life.complaint.state == State.PROMISED:
            return
        price = life.complaint.price or Decimal(0)
        part = chance.choice((Decimal(1), Decimal(1), Decimal("0.5")))
        kind = chance.choice((Offer.Kind.RETURN, Offer.Kind.REFUND, Offer.Kind.COMPENSATE))
        life.offer(Party.MERCHANT, kind, round(price * part, 2), local_day(at) + timedelta(days=7), at)
        answer = self._take_offer if chance.random() < 0.72 else self._refuse_offer
        self._at(self._later(at, 0.1, 5), answer)

    def _take_offer(self, at: datetime) -> None:
        if self.life.is_open:
            self.life.take_offer(at)
            self._at(self._later(at, 0.5, 5), self._confirm)

    def _refuse_offer(self, at: datetime) -> None:
        if self.life.is_open:
            self.life.refuse_offer(at)

    def _confirm(self, at: datetime) -> None:
        if self.life.is_open:
            self.life.confirm_kept(at)
            self._plan_rating(at)

    def _refer(self, at: datetime) -> None:
        if self.life.complaint.state == State.NEGOTIATING:
            self.life.refer(at)
            self._at(self._later(at, 0.2, 3), self._take_up)

    def _take_up(self, at: datetime) -> None:
        """An officer takes the case from the queue, and accepts or declines it within days."""
        if self.life.complaint.state != State.REFERRED:
            return
        officers = self.life.stage.officers[self.life.complaint.association_id or 0]
        self.life.assign(self.chance.choice(officers), at)
        if self.chance.random() < 0.12:
            self._at(self._later(at, 0.1, 2), self._ask)
        else:
            self._plan_verdict(at)

    def _plan_verdict(self, at: datetime) -> None:
        act = self._accept if self.chance.random() < 0.86 else self._decline
        self._at(self._later(at, 0.3, 5), act)

    def _ask(self, at: datetime) -> None:
        if self.life.complaint.state == State.REFERRED:
            self.life.ask(ASKED, local_day(at) + timedelta(days=5), at)
            self._at(self._later(at, 0.5, 4), self._reply)

    def _reply(self, at: datetime) -> None:
        if self.life.complaint.state == State.NEEDS_INFO:
            self.life.reply(at)
            self._plan_verdict(at)

    def _accept(self, at: datetime) -> None:
        if self.life.complaint.state == State.REFERRED:
            self.life.accept(at)
            if self.chance.random() < 0.6:
                self._at(self._later(at, 2, 12), self._find)
            self._at(self._later(at, 5, 50), self._conclude)

    def _decline(self, at: datetime) -> None:
        if self.life.complaint.state == State.REFERRED:
            self.life.decline(self.chance.choice(tuple(Declined)).value, DECLINED, at)
            if self.chance.random() < 0.3:
                self._at(self._later(at, 1, 9), self._hand_off)

    def _find(self, at: datetime) -> None:
        disputed = self.life.decisions[-1].disputed
        if self.life.complaint.state == State.ACCEPTED and disputed:
            self.life.find(disputed[0], self.chance.random() < 0.8, FOUND, at)

    def _conclude(self, at: datetime) -> None:
        if self.life.complaint.state == State.ACCEPTED:
            self.life.conclude("settle" if self.chance.random() < 0.68 else "terminate", at)
            self._plan_rating(at)

    def _give_up(self, at: datetime) -> None:
        """Nobody asked the association: the consumer settles, goes elsewhere, or lets it be."""
        if self.life.complaint.state != State.NEGOTIATING:
            return
        act = self.chance.choices(("settle", "hand-off", "withdraw"), (40, 35, 25))[0]
        if act == "hand-off":
            self._hand_off(at)
        else:
            self.life.end(act, at)
            self._plan_rating(at)

    def _hand_off(self, at: datetime) -> None:
        if self.life.complaint.state in {State.NEGOTIATING, State.DECLINED}:
            self.life.end("hand-off", at, {"route": self.chance.choice(HAND_OFF_ROUTES)})

    def _plan_rating(self, at: datetime) -> None:
        weights = RATED.get(State(self.life.complaint.state))
        if weights and self.chance.random() < 0.5:
            score = self.chance.choices(range(1, 6), weights)[0]
            self._at(self._later(at, 0.05, 4), lambda then: self.life.rate(score, then))

    def _at(self, at: datetime, act: Callable[[datetime], None]) -> None:
        self.counter += 1  # of two acts at one moment, the one planned first
        heapq.heappush(self.waiting, (at, self.counter, act))

    def _later(self, at: datetime, first: float, last: float) -> datetime:
        return at + timedelta(seconds=round(self.chance.uniform(first, last) * 86400))


def _night_after(day: date) -> datetime:
    """The sweep of the night after a day."""
    return timezone.make_aware(datetime.combine(day, NIGHT) + timedelta(days=1))
