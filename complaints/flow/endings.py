"""What ends with a case: offers and transfers nobody has answered, agreements nobody has signed, sessions that were to
come, and a review the consumer no longer needs."""

from __future__ import annotations

from datetime import datetime

from complaints import timeline
from complaints.flow.appointments import Because, cancel_planned, end_agreements
from complaints.flow.contesting import close_waiting
from complaints.flow.dispatch import announce
from complaints.lifecycle import OfferState, Role, offer_after
from complaints.models import Actor, Complaint, Contest, Extension, Reminder, Review, Transfer

# By these moves the dispute itself is over; after a refusal or a failed mediation the answer to a review is still owed.
OVER = ("withdraw", "keep", "settle")


def end_with(complaint: Complaint, move: str, *, actor: Actor, at: datetime) -> None:
    """End, with a case that has just ended by this move, what waits in it; whoever it concerns is told. The caller
    holds the row lock."""
    for offer in complaint.offers.filter(state=OfferState.MADE):
        offer.state = offer_after(OfferState.MADE, "end", Role(actor.role) if actor.role else Role.CLOCK)
        offer.save(update_fields=["state"])
        body = {"offer": offer.number, "party": offer.party}
        announce(complaint, timeline.record(complaint, "offer-ended", body, actor="system", at=at), at=at)
    complaint.transfers.waiting().update(state=Transfer.State.ENDED, answered_at=at)
    end_agreements(complaint, Because.ENDED, at=at)
    cancel_planned(complaint, Because.ENDED, at=at)
    complaint.extensions.filter(state=Extension.State.ASKED).update(state=Extension.State.OVER)
    close_waiting(complaint, Contest.Outcome.ENDED, words="", actor=Actor(), at=at)
    if complaint.service_due_on is not None:
        complaint.service_due_on = None
        complaint.save(update_fields=["service_due_on"])
    told = Reminder.objects.filter(complaint=complaint, of=Reminder.Of.SERVICE, dismissed_at=None)
    told.update(dismissed_at=at)
    review = complaint.reviews.filter(outcome="").first() if move in OVER else None
    if review is not None:
        review.outcome, review.answered_at = Review.Outcome.ENDED, at
        complaint.review_due_on = None
        complaint.save(update_fields=["review_due_on"])
        body = {"review": review.number, "outcome": review.outcome}
        review.answered_version = timeline.record(complaint, "review-answered", body, actor="system", at=at).sequence
        review.save()
