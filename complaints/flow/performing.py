"""An officer checks whether a promise was kept: kept upon a piece that shows it, or broken, and the case goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import local_day
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance
from complaints.flow.offers import step, told_of
from complaints.flow.promises import BROKEN, resume
from complaints.flow.triage import CannotAct
from complaints.lifecycle import OfferState
from complaints.models import Actor, Assertion, Complaint, DecisionRecord, Evidence, Offer, Speaker


@transaction.atomic
def record_performance(
    offer: Offer, *, kept: bool, piece: Evidence | None, words: str, actor: Actor, at: datetime
) -> Offer:
    """Write down that a promise was kept, which settles the case, or was not, which resumes it and reads the law again.

    Kept needs a piece of evidence of the case; not kept waits for the day to pass, as for the consumer. Raises
    CannotAct or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "performance")
    complaint = Complaint.objects.locked(offer.complaint_id)
    complaint.require_open()
    offer = complaint.offers.get(pk=offer.pk)
    if not words.strip():
        raise CannotAct(_("写明是怎么查实的。"))
    if piece is not None and (piece.complaint_id != complaint.pk or not piece.blob.may_be_opened):
        raise CannotAct(_("这件证据不在本案里，或者还不能用，换一件。"))
    if kept and piece is None:
        raise CannotAct(_("记“已兑现”要有凭证：选一件证据，例如退款到账的截图。"))
    if not kept and offer.state == OfferState.ACCEPTED and not offer.is_due(local_day(at)):
        raise CannotAct(_("还没到约好的日子，过了那天才能记没有兑现。"))
    step(offer, "keep" if kept else "break", actor)
    offer.told_at, offer.checked_by, offer.check_evidence = at, actor.user, piece
    offer.keep_check(words.strip())
    offer.save(update_fields=["state", "told_at", "checked_by", "check_evidence", "sealed_check"])
    body = {**told_of(offer), "by": "officer", "evidence": piece.pk if piece else None}
    if kept:
        announce(complaint, advance(complaint, "keep", actor=actor, at=at, body=body), at=at)
        return offer
    announce(complaint, timeline.record(complaint, "offer-broken", body, actor=actor.label, at=at), at=at)
    resume(complaint, offer, because="broken", actor=actor, at=at)
    _find_broken(complaint, offer, piece, words.strip(), actor=actor, at=at)
    return offer


def _find_broken(
    complaint: Complaint, offer: Offer, piece: Evidence | None, words: str, *, actor: Actor, at: datetime
) -> None:
    """What a broken settlement shows, as the officer's finding; of a platform the law knows no such fact."""
    for fact, value in BROKEN[offer.party].items():
        said = Assertion.objects.create(
            complaint=complaint,
            fact=fact,
            value=value,
            speaker=Speaker.OFFICER,
            officer=actor.user,
            reason=words[:500],
            at=at,
        )
        if piece is not None:
            said.evidence.add(piece)
        timeline.record(complaint, "found", {"fact": fact, "value": value}, actor=actor.label, at=at)
    decide_again(complaint, because=DecisionRecord.Because.FINDING, actor=actor.label, at=at)
