"""A party's answer: assertions, and a decision again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from complaints import permissions, timeline
from complaints.deadlines import answer_of, extended_by, local_day
from complaints.flow.contesting import CannotAnswer as CannotAnswer
from complaints.flow.contesting import check_contest, keep_contest, mark_of
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts, gather
from complaints.flow.identity_requests import answer_in_words, write_out_rest
from complaints.flow.moves import await_answers
from complaints.flow.reaching import note_answering
from complaints.flow.silence import flag_unread
from complaints.models import Actor, Complaint, DecisionRecord, Evidence, Extension, Party, Respondent, Speaker
from routing import rulebook

MOST_DAYS = 10  # working days to look into one fact
MOST_WORDS = 600  # characters to the consumer, and as many to one's own people (ux.md R4)


class Position(StrEnum):
    """How a party stands to the complaint. ``NOT_OURS`` must name who it is then."""

    ACCEPTED = "accepted"
    PARTLY = "accepted_in_part"
    DISPUTED = "disputed"
    NOT_OURS = "not_ours"


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
    instead: str = "",
    rule: str = "",
    note: str = "",
    checking: Mapping[str, int] | None = None,
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """Take a party's answer into the file and read the law again.

    A late answer is taken too: what silence decided can be turned back until the case is closed. What the platform was
    asked of identities and leaves out stays asked for, with the days it had (flow.identity_requests). "Not ours"
    without evidence is taken, and recorded as passed on without proof; ``instead`` names who it is then, and how to
    reach it, ``rule`` what it rests on (flow.contesting). ``note`` is for the party's own people; ``checking`` says how
    many working days it needs to look into facts. Raises CannotAnswer or IllegalMove; nothing has changed then.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    respondent = respondent_for(complaint, party, actor)
    _check(party, position, claims, points_to)
    until_known = days_to_check(checking or {}, claims, at=at)
    is_contest, before = position is Position.NOT_OURS and points_to is not None, complaint.decision
    if is_contest:
        check_contest(complaint, party, rule, mark_of(points_to or "", rule, claims, evidence, instead))

    note_answering(complaint, respondent, actor=actor, at=at)
    until = answer_of(respondent)
    late = respondent.lapsed_at is not None or (until is not None and until.is_over(local_day(at)))
    assert_facts(complaint, speaker=Speaker(party), facts=claims, evidence=evidence, at=at)
    respondent.answered_at = at
    passed_on = {"proof": bool(evidence)} if position is Position.NOT_OURS else {}
    respondent.answer = {"position": position, "words": words, "points_to": points_to or "", **passed_on}
    if instead:
        respondent.answer["instead"] = instead
    if note:
        respondent.keep_note(note)
    respondent.save(update_fields=["answered_at", "answer", "sealed_note"])
    complaint.requests.unanswered().filter(to=party).update(answered_at=at)
    Extension.objects.filter(respondent=respondent, state=Extension.State.ASKED).update(state=Extension.State.OVER)
    await_answers(complaint)
    body: dict[str, Any] = {"party": party, "position": position, "facts": sorted(claims), "late": late}
    body |= {"points_to": points_to or "", **passed_on, **({"checking": until_known} if until_known else {})}
    event = timeline.record(complaint, "answered", body, actor=actor.label, at=at)
    announce(complaint, event, at=at)
    left_out = []
    if party is Party.PLATFORM:
        answer_in_words(complaint, claims, evidence, actor=actor, at=at)
        left_out = write_out_rest(complaint, respondent)
    after = decide_again(complaint, because=DecisionRecord.Because.RESPONSE, actor=actor.label, at=at)
    if left_out:
        flag_unread(complaint, gather(complaint).facts)
    if is_contest and points_to is not None:
        keep_contest(
            complaint,
            party=party,
            points_to=points_to,
            rule=rule,
            instead=instead,
            claims=claims,
            evidence=evidence,
            before=before,
            after=after,
            actor=actor,
            at=at,
        )
    return after


def respondent_for(complaint: Complaint, party: Party, actor: Actor) -> Respondent:
    """The respondent this actor may answer for: the one that was invited, the organisation itself, or one it passes
    notices on to, until that opens an invitation and speaks for itself. Raises CannotAnswer."""
    if not permissions.may_speak(actor):
        raise CannotAnswer(_("你在机构里的分工不是答复，请负责答复的同事来办。"))
    respondent = complaint.respondents.get(party=party)
    if actor.respondent_id is None:
        _require_organisation(complaint, respondent, actor.organisation)
    elif actor.respondent_id != respondent.pk:
        raise CannotAnswer(_("这个入口不能代{party}答复。").format(party=party.label))
    if respondent.asked_at is None:
        raise CannotAnswer(_("还没有请{party}答复。").format(party=party.label))
    return respondent


def _require_organisation(complaint: Complaint, respondent: Respondent, organisation: Organisation | None) -> None:
    if organisation is None:
        raise CannotAnswer(_("没有说明是哪家机构在答复。"))
    relays = complaint.respondents.filter(party=Party.PLATFORM, organisation=organisation).exists()
    if respondent.organisation_id not in {organisation.pk, None} or (respondent.organisation_id is None and not relays):
        party = Party(respondent.party)
        raise CannotAnswer(_("贵机构不能代{party}答复这件投诉。").format(party=party.label))
    if respondent.organisation_id is None and respondent.is_in_entrance:
        raise CannotAnswer(
            _("{party}已经打开协会给的入口，自己答复；贵机构不能再代它答复、提方案或写消息。").format(
                party=Party(respondent.party).label
            )
        )


def _check(party: Party, position: Position, claims: Mapping[str, bool | None], points_to: Party | None) -> None:
    if position is Position.NOT_OURS and points_to in {None, party}:
        raise CannotAnswer(_("说“不归我们”，要写明归谁（points_to），并且不能是自己。"))
    check_claims(claims)


def check_claims(claims: Mapping[str, bool | None]) -> None:
    """Raises CannotAnswer for a fact that there is not, or that only an officer may find."""
    known = rulebook().facts
    for fact in claims:
        if fact not in known or known[fact].officer or known[fact].input:
            raise CannotAnswer(_("没有“{fact}”这项事实，或者它只能由工作人员认定。").format(fact=fact))


def days_to_check(checking: Mapping[str, int], claims: Mapping[str, bool | None], *, at: datetime) -> dict[str, str]:
    """By when a party will know: fact → day, as ISO. Raises CannotAnswer for a fact there is not, one that it has told
    of in the same breath, or more days than are given."""
    check_claims(dict.fromkeys(checking))
    if both := sorted(claims.keys() & checking.keys()):
        raise CannotAnswer(_("“{fact}”已经说了属不属实，不用再要时间核实。").format(fact=both[0]))
    if any(not 1 <= days <= MOST_DAYS for days in checking.values()):
        raise CannotAnswer(_("核实最多{n}个工作日，写1到{n}。").format(n=MOST_DAYS))
    return {fact: extended_by(local_day(at), days).day.isoformat() for fact, days in sorted(checking.items())}
