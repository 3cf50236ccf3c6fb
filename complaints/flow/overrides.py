"""An officer overrides the verdict on a party, with a reason everybody reads; lowering it takes two officers.

What is decided, and stands so: an override never lapses by itself. A later decision carries it, every page says that it
was made upon an earlier version, and the case stands in the officers' queue until one of them lets it stand upon the
new version, puts another in its place, or gives the party back to the machine. Where parties have come to count as one
since, or as several, it is suspended: the machine's finding stands, and to uphold it is to decide it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.flow.contesting import closed_by_override
from complaints.flow.decisions import stand_by
from complaints.flow.dispatch import announce
from complaints.flow.reviews import answered_by_override
from complaints.flow.triage import CannotAct
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Override, Party, SecondWord
from complaints.rulings import Ruling, lowers, outcome_of, ruling_on, ruling_with
from routing import Rulebook, rulebook
from routing.engine.wording import Wording

SHORTEST, LONGEST = 20, 1000  # characters of a reason that everybody reads


@transaction.atomic
def override(
    complaint: Complaint,
    *,
    party: Party,
    outcome: Override.Outcome,
    reason: Override.Reason,
    words: str,
    citation: str,
    actor: Actor,
    at: datetime,
) -> Override:
    """Put an officer's verdict in the place of the machine's for one party. Where that lowers the consumer's position
    it is a proposal, and nothing changes before a second officer confirms it.

    The same outcome again, upon a later version, says that the override still stands. Raises CannotAct or IllegalMove;
    nothing has changed then.
    """
    permissions.require(actor, "override")
    complaint = _held(complaint, actor)
    ruling = _ruling(complaint)
    words = words.strip()
    _check(ruling, party, outcome, words, citation)
    if Override.objects.filter(complaint=complaint, party=party).proposed().exists():
        raise CannotAct(_("这一方已有一项改判在等第二个人确认，先办那一项。"))
    assert actor.user is not None  # officers are people
    made = Override(
        complaint=complaint,
        decision=ruling.record,
        number=complaint.overrides.count() + 1,
        party=party,
        outcome=outcome,
        reason=reason,
        words=words,
        citation=citation,
        needs_second=lowers(ruling.standing(party), standing_after(ruling, party, outcome)),
        by=actor.user,
        at=at,
    )
    made.save()
    if made.needs_second:
        stand_by(complaint)
        told = {"override": made.number, "party": party, "decision": ruling.record.number, "proposal": made.digest}
        timeline.record(complaint, "override-proposed", told, actor=actor.label, at=at)
    else:
        _take_effect(complaint, made, before=ruling, actor=actor, at=at)
    return made


@transaction.atomic
def confirm(proposal: Override, *, actor: Actor, at: datetime) -> Override:
    """A second officer agrees: from now on the override stands. Raises CannotAct where it is the same person, where the
    finding has moved since, or where somebody was faster."""
    permissions.require(actor, "second")
    complaint = _held(proposal.complaint, actor)
    proposal, ruling = _proposal(complaint, proposal), _ruling(complaint)
    if proposal.by == actor.user:
        raise CannotAct(_("这次改判是你提的，要由另一个人确认。"))
    if proposal.decision_id != ruling.record.pk:
        raise CannotAct(_("提出以后判定更新过，不能照旧确认。先驳回，按新的判定重新提。"))
    _answer(proposal, is_confirmed=True, words="", actor=actor, at=at)
    _take_effect(complaint, proposal, before=ruling, actor=actor, at=at)
    return proposal


@transaction.atomic
def turn_down(proposal: Override, *, words: str, actor: Actor, at: datetime) -> Override:
    """A second officer does not agree, or the first one drops it. Nothing of the finding changes."""
    permissions.require(actor, "second")
    if not words.strip():
        raise CannotAct(_("写一句为什么不同意。"))
    complaint = _held(proposal.complaint, actor)
    proposal = _proposal(complaint, proposal)
    _answer(proposal, is_confirmed=False, words=words.strip(), actor=actor, at=at)
    stand_by(complaint)
    told = {"override": proposal.number, "party": proposal.party}
    timeline.record(complaint, "override-turned-down", told, actor=actor.label, at=at)
    return proposal


def standing_after(ruling: Ruling, party: str, outcome: str) -> tuple[str, str]:
    """Verdict and form of the party if it had this outcome."""
    if outcome == Override.Outcome.MACHINE:
        return ruling.by_machine(party)
    return (outcome, "") if outcome in _FORMLESS else ("responsible", outcome)


def supposed(
    ruling: Ruling, party: Party, outcome: Override.Outcome, *, words: str, citation: str, at: datetime
) -> Ruling:
    """The ruling as it would stand: what an officer reads before confirming. Nothing is stored."""
    given = {"party": party, "outcome": outcome, "words": words, "citation": citation}
    unsaved = Override(number=0, decision=ruling.record, reason=Override.Reason.NEW_FACT, at=at, **given)
    return ruling_with(ruling.record, [*ruling.in_force, unsaved])


def parties_open(ruling: Ruling) -> list[str]:
    """The parties an officer may decide on: those that are not counted as one with another."""
    return [party for party, found in ruling.record.output["parties"].items() if found["merged_into"] is None]


def citations_open(book: Rulebook) -> Iterator[str]:
    """Every article of the rulebook that a consumer may be shown, in the order of the rules, each once."""
    wording = Wording(book, "zh")
    for code in dict.fromkeys(code for rule in book.rules for code in rule.cites):
        if wording.cites([code]) and not any(code in rule.unverified for rule in book.rules):
            yield code


_FORMLESS = {Override.Outcome.POSSIBLE, Override.Outcome.NOT_RESPONSIBLE}


def _held(complaint: Complaint, actor: Actor) -> Complaint:
    """The case, locked and open, for an officer who may see it."""
    if actor.role != Role.OFFICER or not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("只有承办协会的工作人员可以改判。"))
    found = Complaint.objects.locked(complaint.pk)
    found.require_open()
    return found


def _ruling(complaint: Complaint) -> Ruling:
    assert complaint.decision is not None  # a complaint is decided as it is filed
    return ruling_on(complaint.decision)


def _proposal(complaint: Complaint, proposal: Override) -> Override:
    found = Override.objects.filter(pk=proposal.pk, complaint=complaint).proposed().first()
    if found is None:
        raise CannotAct(_("这项改判已经有人办过了。"))
    return found


def _check(ruling: Ruling, party: str, outcome: str, words: str, citation: str) -> None:
    if party not in parties_open(ruling):
        raise CannotAct(_("这一方和别的一方算一家，改另一方。"))
    if len(words) < SHORTEST:
        raise CannotAct(_("理由太短。写清依据了哪个事实、哪一条。"))
    if len(words) > LONGEST:
        raise CannotAct(_("理由最多{n}字。").format(n=LONGEST))
    if citation not in citations_open(rulebook()):
        raise CannotAct(_("从规则里选一条依据。"))
    standing = ruling.overrides.get(party)
    if ruling.suspended_on(party):
        return  # any word ends the doubt, also the one that leaves all as it stands
    if outcome == Override.Outcome.MACHINE:
        if standing is None:
            raise CannotAct(_("这一方没有改判可以收回。"))
    elif outcome == outcome_of(ruling.standing(party)) and (standing is None or standing not in ruling.carried):
        raise CannotAct(_("和现在的判定一样，没有要改的。"))


def _answer(proposal: Override, *, is_confirmed: bool, words: str, actor: Actor, at: datetime) -> None:
    assert actor.user is not None  # officers are people
    SecondWord.objects.create(
        override=proposal, is_confirmed=is_confirmed, words=words, by=actor.user, first=proposal.by, at=at
    )


def _take_effect(complaint: Complaint, made: Override, *, before: Ruling, actor: Actor, at: datetime) -> None:
    """The finding stands anew: lists, timeline, parties and the consumer are told; an open review is answered by it."""
    now = stand_by(complaint)
    was, stands = before.standing(made.party), now.standing(made.party)
    if was == stands and made.party in now.overrides:
        told = {"override": made.number, "party": made.party, "decision": now.record.number}
        timeline.record(complaint, "override-upheld", told, actor=actor.label, at=at)
        return
    told = {
        "override": made.number,
        "party": made.party,
        "from": outcome_of(was),
        "to": outcome_of(stands),
        "reason": made.reason,
        "citation": made.citation,
        "by_machine": made.takes_back,
        "decision": now.record.number,
        "digest": now.record.digest,
        "override_digest": made.digest,
    }
    announce(complaint, timeline.record(complaint, "overridden", told, actor=actor.label, at=at), at=at)
    answered_by_override(complaint, made, actor=actor, at=at)
    closed_by_override(complaint, made, actor=actor, at=at)
