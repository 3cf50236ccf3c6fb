"""A party shows that it kept its promise. It is its word, with proof: whether it came, the consumer says, as ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.deadlines import local_day
from complaints.flow.dispatch import announce
from complaints.flow.offers import CannotOffer, told_of
from complaints.flow.responses import respondent_for
from complaints.lifecycle import OfferState
from complaints.models import Actor, Complaint, Evidence, Offer, Party, Performance

LONGEST = 500


@transaction.atomic
def show_performance(
    offer: Offer, *, on: date, words: str, evidence: Sequence[Evidence], actor: Actor, at: datetime
) -> Performance:
    """Take a party's word that a promise was kept on a day, with pieces of its own; the consumer is asked.

    The same again is the same. Raises CannotOffer, CannotAnswer or IllegalMove; nothing has changed then.
    """
    complaint = Complaint.objects.locked(offer.complaint_id)
    complaint.require_open()
    offer = complaint.offers.get(pk=offer.pk)
    respondent_for(complaint, Party(offer.party), actor)
    if offer.state != OfferState.ACCEPTED:
        raise CannotOffer(_("这个方案没有在等兑现，不用提交证明。"))
    words = words.strip()
    if not evidence:
        raise CannotOffer(_("附上证明，例如退款到账的截图、发货单。"))
    if any(
        piece.complaint_id != complaint.pk or piece.offered_by != offer.party or not piece.blob.may_be_opened
        for piece in evidence
    ):
        raise CannotOffer(_("这件证据不是贵方提交的，或者还没有查完，换一件。"))
    if on > local_day(at):
        raise CannotOffer(_("兑现的日子还没有到，写实际兑现的那一天。"))
    if on < local_day(offer.made_at):
        raise CannotOffer(_("这一天比方案提出还早，核对一下。"))
    if len(words) > LONGEST:
        raise CannotOffer(_("最多{n}字，现在有{count}字。").format(n=LONGEST, count=len(words)))
    last = offer.performances.order_by("pk").last()
    pieces = {piece.pk for piece in evidence}
    if last and (last.on, last.words) == (on, words) and {piece.pk for piece in last.evidence.all()} == pieces:
        return last
    made = Performance(offer=offer, on=on, at=at)
    made.keep(words)
    made.save()
    made.evidence.set(evidence)
    body = {**told_of(offer), "on": on.isoformat(), "evidence": sorted(pieces)}
    announce(complaint, timeline.record(complaint, "performance-shown", body, actor=actor.label, at=at), at=at)
    return made
