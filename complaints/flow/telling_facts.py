"""A party confirms or corrects facts by themselves, or says by when it will know: no answer yet, and no clock stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.flow.contesting import CannotAnswer
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts
from complaints.flow.identity_requests import answer_in_words
from complaints.flow.responses import MOST_DAYS as MOST_DAYS
from complaints.flow.responses import check_claims, days_to_check, respondent_for
from complaints.models import Actor, Complaint, DecisionRecord, Evidence, Party, Speaker


@transaction.atomic
def tell_facts(
    complaint: Complaint,
    *,
    party: Party,
    claims: Mapping[str, bool | None],
    checking: Mapping[str, int] | None = None,
    evidence: Sequence[Evidence] = (),
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """Take what a party says of single facts into the file and read the law again; ``checking`` are the working days
    it needs to look into others. Saying the same again adds nothing.

    The party's answer itself is still owed. Raises CannotAnswer or IllegalMove; nothing has changed then.
    """
    complaint, checking = Complaint.objects.locked(complaint.pk), checking or {}
    complaint.require_open()
    respondent_for(complaint, party, actor)
    check_claims(claims)
    if not claims and not checking:
        raise CannotAnswer(_("至少说明一项事实。"))
    until = days_to_check(checking, claims, at=at)
    assert complaint.decision is not None  # a complaint is decided as it is filed
    made = assert_facts(complaint, speaker=Speaker(party), facts=claims, evidence=evidence, at=at)
    if not made and until == checking_in(complaint, party, all_days=True):
        return complaint.decision
    if party is Party.PLATFORM:
        answer_in_words(complaint, claims, evidence, actor=actor, at=at)
    body = {"party": party, "said": dict(sorted(claims.items())), "checking": until}
    announce(complaint, timeline.record(complaint, "facts-told", body, actor=actor.label, at=at), at=at)
    return decide_again(complaint, because=DecisionRecord.Because.RESPONSE, actor=actor.label, at=at)


def checking_in(complaint: Complaint, party: str, *, on: date | None = None, all_days: bool = False) -> dict[str, str]:
    """What a party said it would look into and has not told since: fact → the day it named, as ISO."""
    found: dict[str, str] = {}
    for event in complaint.events.filter(kind__in=("facts-told", "answered")).order_by("sequence"):
        if event.body.get("party") != party:
            continue
        said = event.body["facts"] if event.kind == "answered" else event.body["said"]
        found = {fact: until for fact, until in found.items() if fact not in said}
        found |= event.body.get("checking", {})
    if all_days or on is None:
        return found
    return {fact: until for fact, until in found.items() if until >= on.isoformat()}
