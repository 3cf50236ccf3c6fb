"""The stage of an invented case: who acts in it, and its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Membership, Organisation, User
from complaints.deadlines import local_day
from complaints.flow import agreements, consumer, offers, reaching, sessions, triage
from complaints.lifecycle import OfferState, Role, State
from complaints.models import Actor, Agreement, Complaint, InventedCase, Offer, Party, Reached, Session

FIRST, SECOND = "practice-officer-1", "practice-officer-2"
STEP = timedelta(seconds=1)  # between two acts of one recipe: nothing happens at the very same moment


@dataclass(slots=True)
class Scene:
    """A held invented case. ``at`` is its own time, which only moves forward."""

    complaint: Complaint
    invention: InventedCase
    at: datetime

    @property
    def today(self) -> date:
        return local_day(self.at)

    @property
    def house(self) -> Organisation:
        house = self.complaint.sandbox
        assert house is not None  # only invented cases come here
        return house

    @property
    def platform(self) -> Actor:
        return Actor.machine(self.house)

    @property
    def consumer(self) -> Actor:
        return Actor.receipt(self.complaint.pk)

    @property
    def officer(self) -> Actor:
        return _officer(FIRST)

    @property
    def second(self) -> Actor:
        return _officer(SECOND)

    def refresh(self) -> None:
        self.complaint.refresh_from_db()
        self.at += STEP

    def wait_until(self, day: date) -> None:
        """Move the clock to the morning of a day; never back."""
        ahead = (day - self.today).days
        if ahead > 0:
            self.at += timedelta(days=ahead)

    # What must have happened before something else can.

    def reached(self) -> None:
        """Word of the case has come to the platform: the time to answer runs."""
        platform = self.complaint.respondents.get(party=Party.PLATFORM)
        reaching.reach(platform, Reached.NOTICE, at=self.at)
        if reaching.begin(self.complaint, actor="system", at=self.at):
            self.refresh()

    def mediated(self) -> None:
        """The association has taken the case."""
        if self.complaint.state == State.NEGOTIATING:
            consumer.refer_to_association(self.complaint, actor=self.consumer, at=self.at)
            self.refresh()
        if self.complaint.state == State.REFERRED:
            triage.accept(self.complaint, actor=self.officer, at=self.at)
            self.refresh()

    def offered(self) -> Offer:
        """An offer of the platform waits for the consumer's word."""
        standing = self.complaint.offers.filter(party=Party.PLATFORM, state=OfferState.MADE).first()
        if standing:
            return standing
        return self.offer()

    def offer(self) -> Offer:
        """The platform makes one."""
        made = offers.make_offer(
            self.complaint,
            party=Party.PLATFORM,
            kind=Offer.Kind.REFUND,
            amount=Decimal("200.00"),
            words="【练习】先退200元。",
            until=self.today + timedelta(days=5),
            actor=self.platform,
            at=self.at,
        )
        self.refresh()
        return made

    def promised(self) -> Offer:
        """The consumer has accepted one."""
        standing = self.complaint.offers.filter(state=OfferState.ACCEPTED).first()
        if standing:
            return standing
        taken = offers.accept_offer(self.offered(), actor=self.consumer, at=self.at)
        self.refresh()
        return taken

    def planned(self) -> Session:
        """A session of the mediation is to come."""
        standing = self.complaint.sessions.filter(state=Session.State.PLANNED).first()
        if standing:
            return standing
        self.mediated()
        made = sessions.call_session(
            self.complaint,
            starts_at=self.at + timedelta(days=3),
            minutes=60,
            how=Session.How.TELEPHONE,
            where="【练习】",
            parties=[Party.PLATFORM],
            actor=self.officer,
            at=self.at,
        )
        self.refresh()
        return made

    def drawn_up(self) -> Agreement:
        """An agreement waits for both sides."""
        standing = self.complaint.agreements.filter(state=Agreement.State.PROPOSED).first()
        if standing:
            return standing
        self.mediated()
        made = agreements.draw_up(
            self.complaint,
            party=Party.PLATFORM,
            kind=Offer.Kind.REFUND,
            payer=Agreement.Payer.PARTY,
            amount=Decimal("300.00"),
            pay_by=self.today + timedelta(days=20),
            duties="【练习】退款300元。",
            otherwise="",
            actor=self.officer,
            at=self.at,
        )
        self.refresh()
        return made


def _officer(name: str) -> Actor:
    """One of the two officers of the practice association. They are nobody: they cannot sign in anywhere."""
    user, _is_new = User.objects.get_or_create(username=name, defaults={"is_active": False, "password": "!"})
    return Actor(Role.OFFICER, user, Organisation.objects.practice(), duties=frozenset({Membership.Duty.LEAD}))
