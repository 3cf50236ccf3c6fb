"""An answer written step by step: its draft, one for a party and a house, and the word that sends it with its offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.flow.contesting import CannotAnswer
from complaints.flow.offers import make_offer
from complaints.flow.responses import Position, receive_response
from complaints.models import Actor, AnswerDraft, Complaint, DecisionRecord, Offer, Party, Respondent

Fields = dict[str, list[str]]


class Overtaken(Exception):
    """Somebody else kept other words on this step meanwhile. ``draft`` is what stands now; nothing was written."""

    def __init__(self, draft: AnswerDraft) -> None:
        super().__init__()
        self.draft = draft


class DraftMoved(CannotAnswer):
    """What is to be sent is not what stands in the draft now; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The offer that goes out with an answer."""

    kind: Offer.Kind
    amount: Decimal | None
    words: str
    until: date


def draft_of(respondent: Respondent, actor: Actor) -> AnswerDraft | None:
    """What was written so far; None where nothing was."""
    return AnswerDraft.objects.of(respondent, actor).first()


@transaction.atomic
def keep_step(
    respondent: Respondent,
    step: str,
    fields: Fields,
    *,
    seen: int | None,
    refused: bool | None = None,
    actor: Actor,
    at: datetime,
) -> AnswerDraft:
    """Keep what was typed on one step, right or wrong.

    ``seen`` is how often the step had been kept when its page was made, None where that is not known; a member may
    always go on from their own words. ``refused`` says that the step was sent and not taken; None leaves that as it is.
    Raises Overtaken."""
    Complaint.objects.locked(respondent.complaint_id)  # two who begin at once make one draft
    draft = draft_of(respondent, actor)
    if draft is None:
        draft = AnswerDraft(respondent=respondent, organisation=actor.organisation, started_at=at)
    answers, was = draft.answers, draft.steps.get(step, {})
    by = actor.user.pk if actor.user else None
    is_own = by is not None and was.get("by") == by
    is_same = answers.get(step) == fields
    if not is_same and not is_own and seen not in {None, draft.times_kept(step)}:
        raise Overtaken(draft)
    answers[step] = fields
    draft.keep(answers)
    draft.steps[step] = {
        "kept": draft.times_kept(step) + (not is_same),
        "by": was.get("by") if is_same and was else by,
        "at": was.get("at") if is_same and was else at.isoformat(),
        "refused": bool(was.get("refused")) if refused is None else refused,
    }
    draft.touched_at = at
    draft.save()
    return draft


def last_kept(draft: AnswerDraft) -> tuple[str, int | None, datetime] | None:
    """The step that was kept last, by whom (None for an invited party), and when; None for a draft without any."""
    found = [(datetime.fromisoformat(each["at"]), step, each["by"]) for step, each in draft.steps.items()]
    if not found:
        return None
    at, step, by = max(found, key=lambda each: each[0])
    return step, by, at


def drop_draft(respondent: Respondent, actor: Actor) -> None:
    AnswerDraft.objects.of(respondent, actor).delete()


@transaction.atomic
def answer_with_offer(
    complaint: Complaint,
    *,
    party: Party,
    position: Position,
    words: str,
    claims: Mapping[str, bool | None],
    checking: Mapping[str, int],
    evidence: Sequence[Any],
    points_to: Party | None,
    instead: str,
    rule: str,
    note: str,
    proposal: Proposal | None,
    seen: int | None = None,
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """Send an answer, and the offer beside it, both or neither; its draft is done with then. ``seen`` is the mark of
    the draft it was read from, None for an answer that was written without one. Raises CannotAnswer (DraftMoved where
    somebody wrote on, or sent it, since), CannotOffer or IllegalMove; nothing has changed then."""
    complaint = Complaint.objects.locked(complaint.pk)
    respondent = complaint.respondents.get(party=party)
    if seen is not None:
        _check_still(draft_of(respondent, actor), seen)
    after = receive_response(
        complaint,
        party=party,
        position=position,
        words=words,
        claims=claims,
        checking=checking,
        evidence=evidence,
        points_to=points_to,
        instead=instead,
        rule=rule,
        note=note,
        actor=actor,
        at=at,
    )
    if proposal is not None:
        make_offer(
            complaint,
            party=party,
            kind=proposal.kind,
            amount=proposal.amount,
            words=proposal.words,
            until=proposal.until,
            actor=actor,
            at=at,
        )
    drop_draft(respondent, actor)
    return after


def _check_still(draft: AnswerDraft | None, seen: int) -> None:
    """Raises DraftMoved where a draft is gone, or was written on. The caller holds the case."""
    if draft is None:
        raise DraftMoved(_("这份答复已经发出，或者删掉了，这次没有再发。看一下现在的样子。"))
    if draft.mark != seen:
        raise DraftMoved(_("你发的时候有人改过，还没有发出。下面是现在的样子，再看一遍，没问题就发。"))


def forget_answer_drafts(*, before: datetime) -> int:
    """Take away the drafts nobody has touched since. Returns how many."""
    deleted, _kinds = AnswerDraft.objects.untouched_since(before).delete()
    return deleted
