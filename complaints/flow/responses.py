"""A party's answer: assertions, and a decision again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from complaints import timeline
from complaints.deadlines import answer_of, local_day
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts
from complaints.flow.moves import await_answers
from complaints.models import Actor, Complaint, DecisionRecord, Evidence, Party, Respondent, Speaker
from routing import rulebook


class Position(StrEnum):
    """How a party stands to the complaint. ``NOT_OURS`` must name who it is then."""

    ACCEPTED = "accepted"
    PARTLY = "accepted_in_part"
    DISPUTED = "disputed"
    NOT_OURS = "not_ours"


class CannotAnswer(Exception):
    """An answer that cannot be taken, with a sentence that says why and what to do."""


@transaction.atomic
def receive_response(
    complaint: Complaint,
    *,
    party: Party,
    position: Position,
    words: str,
    claims: Mapping[str, bool | None],
    evidence: Sequence[Evidence] = (),
    points_to: Party | None = None,
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """Take a party's answer into the file and read the law again.

    A late answer is taken too: what silence decided can be turned back until the case is closed.
    Raises CannotAnswer or IllegalMove; nothing has changed then.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    respondent = respondent_for(complaint, party, actor.organisation)
    _check(party, position, claims, points_to)

    until = answer_of(respondent)
    late = respondent.lapsed_at is not None or (until is not None and until.is_over(local_day(at)))
    assert_facts(complaint, speaker=Speaker(party), facts=claims, evidence=evidence, at=at)
    respondent.answered_at = at
    respondent.answer = {"position": position, "words": words, "points_to": points_to or ""}
    respondent.save(update_fields=["answered_at", "answer"])
    complaint.requests.unanswered().filter(to=party).update(answered_at=at)
    await_answers(complaint)
    body = {"party": party, "position": position, "facts": sorted(claims), "late": late, "points_to": points_to or ""}
    event = timeline.record(complaint, "answered", body, actor=actor.label, at=at)
    announce(complaint, event, at=at)
    return decide_again(complaint, because=DecisionRecord.Because.RESPONSE, actor=actor.label, at=at)


def respondent_for(complaint: Complaint, party: Party, organisation: Organisation | None) -> Respondent:
    """The respondent this organisation may answer for: itself, or one it passes notices on to."""
    respondent = complaint.respondents.get(party=party)
    if organisation is None:
        raise CannotAnswer(_("没有说明是哪家机构在答复。"))
    relays = complaint.respondents.filter(party=Party.PLATFORM, organisation=organisation).exists()
    if respondent.organisation_id not in {organisation.pk, None} or (respondent.organisation_id is None and not relays):
        raise CannotAnswer(_("贵机构不能代{party}答复这件投诉。").format(party=party.label))
    if respondent.asked_at is None:
        raise CannotAnswer(_("还没有请{party}答复。").format(party=party.label))
    return respondent


def _check(party: Party, position: Position, claims: Mapping[str, bool | None], points_to: Party | None) -> None:
    if position is Position.NOT_OURS and points_to in {None, party}:
        raise CannotAnswer(_("说“不归我们”，要写明归谁（points_to），并且不能是自己。"))
    known = rulebook().facts
    for fact in claims:
        if fact not in known or known[fact].officer or known[fact].input:
            raise CannotAnswer(_("没有“{fact}”这项事实，或者它只能由工作人员认定。").format(fact=fact))
