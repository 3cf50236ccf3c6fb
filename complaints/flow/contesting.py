"""The contest protocol: "not us, because … but them" is answered by the law, once; after that by an officer.

A party's first "not ours" names the rule it rests on and the facts it asserts; the law is read again and both versions
stand side by side. Whoever was pointed to and points on, and whoever comes a second time, does not start a game of
ping-pong: it becomes an officer's task with a last day (``CONTEST_WORKING_DAYS``, policy of the site).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.deadlines import contest_by, local_day
from complaints.flow.dispatch import announce
from complaints.models import Actor, Complaint, Contest, DecisionRecord, Evidence, Override, Party
from complaints.rulings import ruling_on
from routing import rulebook
from routing.engine.vocabulary import When

State, Outcome = Contest.State, Contest.Outcome


class CannotAnswer(Exception):
    """An answer that cannot be taken, with a sentence that says why and what to do."""


class NoSuchRule(CannotAnswer):
    """A rule that the law of this purchase does not have."""


def rules_open(complaint: Complaint, party: str) -> dict[str, str]:
    """What a contest of this party may rest on: the grounds in force on the day that governs each, the sayings that the
    law has an answer to, and the gates. Id → ``ground``, ``excuse`` or ``gate``."""
    book, filed = rulebook(), local_day(complaint.filed_at)
    found = {
        rule.name: "ground"
        for rule in book.rules
        if rule.in_force.covers(complaint.purchased_on if rule.governed_by == When.PURCHASE else filed)
        and not (rule.d12 and complaint.purchased_on < book.d12_from)
    }
    found |= {each.id: "excuse" for each in book.excuses if party in each.by}
    return found | {gate.id: "gate" for gate in book.gates}


def check_contest(complaint: Complaint, party: Party, rule: str, mark: str) -> None:
    """Raises NoSuchRule for a rule that does not apply, CannotAnswer where the party may not pass the case on again;
    nothing has changed then. ``mark`` is that of what it says: the same again is taken as said before."""
    known = rules_open(complaint, party)
    if rule and rule not in known:
        tidied = rule.strip().upper().replace("O", "0")  # no id has an O, and people read it for a nought
        near = [tidied] if tidied in known else get_close_matches(tidied, known, 1, cutoff=0.5)
        if near:
            raise NoSuchRule(
                _("没有适用于这件投诉的规则“{name}”。是不是“{near}”？").format(name=rule[:20], near=near[0])
            )
        raise NoSuchRule(_("没有适用于这件投诉的规则“{name}”。写规则的编号，例如M01或X3。").format(name=rule[:20]))
    last = complaint.contests.answerable().filter(party=party).order_by("number").last()
    if last is not None and last.state == State.WAITING:
        if last.fingerprint == mark:
            return
        raise CannotAnswer(_("这件投诉已经推过一次，由协会来定。可以补充事实和证据，不用再推给别人。"))
    if complaint.contests.settled().filter(Q(party=party) | Q(points_to=party)).exists():
        told = _("协会已经定了该由谁答复，不能再推给别人。不同意可以选“不认可”，写明理由，附上新的证据。")
        raise CannotAnswer(told)


def mark_of(
    points_to: str, rule: str, claims: Mapping[str, bool | None], evidence: Sequence[Evidence], instead: str
) -> str:
    """What a contest says, as a digest."""
    said = [points_to, rule, sorted(claims.items()), sorted(piece.pk for piece in evidence), instead]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def comes_back(complaint: Complaint, party: str) -> bool:
    """Whether a "not ours" of this party now would be the second: it was pointed to, or has said so before."""
    return complaint.contests.filter(points_to=party).exists() or complaint.contests.filter(party=party).exists()


def bare_before(complaint: Complaint, party: str, points_to: str, *, proof: bool) -> Contest | None:
    """The party's own word on the same, given without proof, where proof comes now: that is no second time, but what it
    was asked for. None where there is nothing to make up for."""
    if not proof:
        return None
    bare = complaint.contests.answerable().filter(party=party, points_to=points_to, state=State.DECIDED)
    return bare.filter(has_proof=False).order_by("number").last()


def keep_contest(
    complaint: Complaint,
    *,
    party: Party,
    points_to: Party,
    rule: str,
    instead: str,
    claims: Mapping[str, bool | None],
    evidence: Sequence[Evidence],
    before: DecisionRecord | None,
    after: DecisionRecord,
    actor: Actor,
    at: datetime,
) -> Contest | None:
    """Write down a contest that was checked and decided upon; proof for one that had none is added to it. None where
    the party has said the same before. The caller holds the case."""
    mark = mark_of(points_to, rule, claims, evidence, instead)
    last = complaint.contests.answerable().filter(party=party).order_by("number").last()
    if last is not None and last.fingerprint == mark:
        return None
    if bare := bare_before(complaint, party, points_to, proof=bool(evidence)):
        bare.rule, bare.facts, bare.fingerprint, bare.has_proof, bare.after = rule, dict(claims), mark, True, after
        bare.keep_instead(instead)
        bare.save()
        bare.evidence.set(evidence)
        body = {**told_of(bare), **moved(bare)}
        announce(complaint, timeline.record(complaint, "contested", body, actor=actor.label, at=at), at=at)
        return bare
    is_back = comes_back(complaint, party)
    until = contest_by(local_day(at)) if is_back else None
    made = Contest(
        complaint=complaint,
        number=complaint.contests.count() + 1,
        party=party,
        points_to=points_to,
        rule=rule,
        facts=dict(claims),
        fingerprint=mark,
        has_proof=bool(evidence),
        is_back=is_back,
        before=before,
        after=after,
        at=at,
        state=State.WAITING if is_back else State.DECIDED,
        due_on=until.day if until else None,
    )
    made.keep_instead(instead)
    made.save()
    made.evidence.set(evidence)
    if until:
        complaint.contest_due_on = min(filter(None, (complaint.contest_due_on, until.day)))
        complaint.save(update_fields=["contest_due_on"])
    body = {**told_of(made), **moved(made), **({"provisional": True} if until and until.provisional else {})}
    announce(complaint, timeline.record(complaint, "contested", body, actor=actor.label, at=at), at=at)
    return made


def told_of(contest: Contest) -> dict[str, Any]:
    """A contest in an event: codes and numbers, no words."""
    return {
        "contest": contest.number,
        "party": contest.party,
        "points_to": contest.points_to,
        "rule": contest.rule,
        "proof": contest.has_proof,
        "back": contest.is_back,
        "due_on": contest.due_on.isoformat() if contest.due_on else None,
    }


def moved(contest: Contest) -> dict[str, Any]:
    """Between which versions it stands and which verdicts moved."""
    if contest.before is None or contest.after is None:
        return {}
    was, now = ruling_on(contest.before).verdicts, ruling_on(contest.after).verdicts
    changed = {party: [was[party], now[party]] for party in was if was[party] != now[party]}
    return {"before": contest.before.number, "after": contest.after.number, "changed": changed}


def closed_by_override(complaint: Complaint, made: Override, *, actor: Actor, at: datetime) -> None:
    """An override of a party that is passed to and fro is the officer's answer, in the same words. The caller holds the
    case."""
    if any(made.party in {each.party, each.points_to} for each in complaint.contests.waiting()):
        close_waiting(complaint, Outcome.OVERRIDDEN, words=made.words, actor=actor, at=at)


def close_waiting(
    complaint: Complaint, outcome: Contest.Outcome, *, words: str, actor: Actor, at: datetime
) -> list[Contest]:
    """Close what waits for an officer, all of it in one word; whoever is of the case is told. The caller holds the
    case. Returns what was closed."""
    waiting = list(complaint.contests.waiting())
    if not waiting:
        return []
    for contest in waiting:
        contest.state, contest.outcome = State.CLOSED, outcome
        contest.closed_at, contest.closed_by, contest.closed_with = at, actor.user, complaint.decision
        contest.keep_reason(words)
        contest.save()
    complaint.contest_due_on = None
    complaint.save(update_fields=["contest_due_on"])
    body = {
        "contests": [contest.number for contest in waiting],
        "outcome": str(outcome),
        "decision": complaint.decision.number if complaint.decision else None,
    }
    event = timeline.record(complaint, "contest-closed", body, actor=actor.label or "system", at=at)
    announce(complaint, event, at=at)
    return waiting
