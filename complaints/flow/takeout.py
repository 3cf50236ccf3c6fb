"""A person's own data as one file to take away: everything they told and gave, and what came of it."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import datetime
from typing import IO, Any

from django.db.models import Q, QuerySet, Sum

from accounts import factors
from accounts.models import User
from accounts.names import email_of
from complaints import timeline
from complaints.evidence import vault
from complaints.evidence.custody import Act
from complaints.evidence.entitled import RELATED, seen_by
from complaints.evidence.sniff import KINDS
from complaints.flow.viewing import note_viewing
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Evidence, Feedback, LiveMoment, RecordItem, Side
from complaints.models.helper import helper_of
from complaints.packs import room_for
from complaints.rulings import ruling_on, told_overrides

FORMAT = "whoanswers-export/1"
OWN = frozenset({str(Role.CONSUMER)})


def pack(user: User, *, at: datetime) -> IO[bytes]:
    """A ZIP of ``data.json`` and the person's own files, as they were received; it has no name on disk and is gone when
    closed. Raises NotPacked. Of what the parties handed in, only the kind and digest are listed. Must not run inside a
    transaction: each file taken is on record first.
    """
    actor = Actor.consumer(user)
    cases = Complaint.objects.visible_to(actor).order_by("filed_at")
    own = Evidence.objects.filter(complaint__in=cases, offered_by=Role.CONSUMER)  # what was taken back is theirs too
    size = own.aggregate(sum=Sum("blob__size"))["sum"] or 0
    with room_for(size) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # films do not shrink
        told: dict[str, Any] = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "account": {
                "sign_in_name": user.username,
                "email": email_of(user),
                **user.card(),
                "region": user.region,
                "language": user.language,
                "wants_notices": user.wants_notices,
                "since": user.date_joined.isoformat(),
                "second_factors": _factors(user),
            },
            "complaints": [_case(case, archive, actor, at) for case in cases],
        }
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2, default=str))
    out.seek(0)
    return out


def _case(case: Complaint, archive: zipfile.ZipFile, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "state": case.state,
        "filed_at": case.filed_at,
        "closed_at": case.closed_at,
        "association": case.association.name_zh if case.association else "",
        "contact": case.contact.reveal(),
        "helper": _helper(case),
        "told": {
            "goods": case.goods,
            "story": case.story,
            "room": case.room,
            "order_number": case.order_number,
            "price": case.price,
            "loss": case.loss,
            "purchased_on": case.purchased_on,
            "delivered_on": case.delivered_on,
            "answers": case.statement,
        },
        "answers_of_parties": {
            each.party: {
                "name": each.name,
                "asked_at": each.asked_at,
                "notified_at": each.notified_at,
                "notified_how": each.notified_how,
                "due_on": each.due_on,
                "answer": each.answer,
            }
            for each in case.respondents.all()
        },
        "questions": [
            {"to": each.to, "words": each.words, "due_on": each.due_on, "answered_at": each.answered_at}
            for each in case.requests.order_by("asked_at")
        ],
        "decisions": [{"number": each.number, "at": each.at, "output": each.output} for each in case.decisions.all()],
        "reviews": [
            {
                "reasons": each.reasons,
                "words": each.words,
                "asked_at": each.asked_at,
                "due_on": each.due_on,
                "outcome": each.outcome,
                "answer": each.answer,
            }
            for each in case.reviews.all()
        ],
        "overrides": told_overrides(ruling_on(case.decision)) if case.decision else [],
        "pressed": [{"at": each.at, "words": each.words} for each in case.pressures.all()],
        "offers": [
            {
                "party": each.party,
                "kind": each.kind,
                "amount": each.amount,
                "state": each.state,
                "until": each.until,
                "pay_by": each.pay_by,
                "words": each.words,
                "reply": each.reply,
                "counter_amount": each.counter_amount,
            }
            for each in case.offers.order_by("number")
        ],
        "sessions": [
            {
                "starts_at": each.starts_at,
                "how": each.how,
                "where": each.where,
                "state": each.state,
                "result": each.result,
                "came": each.came,
                "said": [{"comes": one.comes, "words": one.words} for one in each.attendances.filter(side="consumer")],
            }
            for each in case.sessions.order_by("number")
        ],
        "agreements": [
            {
                "party": each.party,
                "kind": each.kind,
                "payer": each.payer,
                "amount": each.amount,
                "pay_by": each.pay_by,
                "duties": each.duties,
                "otherwise": each.otherwise,
                "state": each.state,
                "digest": each.digest,
                "reason": each.reason,
            }
            for each in case.agreements.order_by("number")
        ],
        "feedback": _feedback(case),
        "livestream": [
            _moment(each) for each in case.moments.prefetch_related("places__evidence__blob").order_by("pk")
        ],
        "records_asked": [
            {
                "number": request.number,
                "by": request.by,
                "asked_at": request.asked_at,
                "served_at": request.served_at,
                "due_on": request.due_on,
                "items": [_record(item) for item in request.items.prefetch_related("answers__evidence__blob")],
            }
            for request in case.record_requests.all()
        ],
        "passed_on": [
            {
                "by": each.party,
                "to": each.points_to,
                "rule": each.rule,
                "instead": each.instead,
                "at": each.at,
                "due_on": each.due_on,
                "outcome": each.outcome,
                "reason": each.reason,
            }
            for each in case.contests.order_by("number")
        ],
        "more_time": [
            {"party": each.respondent.party, "was_due": each.was_due, "until": each.until, "state": each.state}
            for each in case.extensions.select_related("respondent")
        ],
        "not_reached": [
            {
                "kind": each.kind,
                "by": each.by,
                "why": each.why,
                "words": each.words,
                "at": each.at,
                "ended": each.ended_at,
            }
            for each in case.unreachable.order_by("pk")
        ],
        "messages": [
            {
                "with": thread.other,
                "by": each.by,
                "at": each.at,
                "words": each.original if each.by == Side.CONSUMER else each.words,
                "shown_to_the_other": each.words if each.by == Side.CONSUMER and each.is_masked else None,
                "evidence": each.evidence.blob.sha256 if each.evidence else None,
            }
            for thread in case.threads.order_by("pk")
            for each in thread.messages.select_related("evidence__blob")
        ],
        # What an officer tried out on the case, or looked up beside it, is the officer's own work, and no finding.
        "timeline": [
            {"at": each.at, "kind": each.kind, "body": {} if each.kind in timeline.OFFICERS_OWN else each.body}
            for each in case.events.exclude(kind__in=timeline.UNTOLD)
        ],
        "evidence": [_piece(case, each, archive, actor, at) for each in _pieces(case)],
    }


def _moment(moment: LiveMoment) -> dict[str, Any]:
    """A sentence heard, also one that was corrected or taken back."""
    return {
        "on": moment.on,
        "code": moment.code,
        "clock": moment.clock,
        "by": moment.by,
        "sentence": moment.sentence,
        "goods": moment.goods,
        "at": moment.at,
        "ended_at": moment.ended_at,
        "evidence": [{"sha256": each.evidence.blob.sha256, "position": each.position} for each in moment.places.all()],
    }


def _record(item: RecordItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "live_on": item.about,
        "kept_until": item.kept_until,
        "lapsed_at": item.lapsed_at,
        "answered_at": item.answered_at,
        "answers": [
            {
                "says": each.says,
                "why": each.why,
                "words": each.words,
                "link": each.link,
                "late": each.is_late,
                "at": each.at,
                "evidence": [piece.blob.sha256 for piece in each.evidence.all()],
            }
            for each in item.answers.all()
        ],
    }


def _helper(case: Complaint) -> dict[str, str] | None:
    helper = helper_of(case)
    return {"relation": helper.relation, "told": helper.told, **helper.reveal()} if helper else None


def _factors(user: User) -> list[dict[str, Any]]:
    """Which there are and since when; never what they are made of."""
    standing = factors.standing_of(user)
    app = [{"kind": "app", "since": standing.totp.created_at}] if standing.totp else []
    return [*app, *({"kind": "passkey", "name": each.name, "since": each.added_at} for each in standing.passkeys)]


def _feedback(case: Complaint) -> dict[str, Any] | None:
    given = Feedback.objects.filter(complaint=case).first()
    return {"score": given.score, "words": given.words, "at": given.made_at} if given else None


def _pieces(case: Complaint) -> QuerySet[Evidence]:
    """What stands in the case, and what the person gave and took back."""
    theirs = Q(removed_at=None) | Q(offered_by=Role.CONSUMER)
    pieces = case.evidence.filter(theirs).select_related("blob").prefetch_related(*RELATED)
    return pieces.order_by("position", "pk")


def _piece(case: Complaint, piece: Evidence, archive: zipfile.ZipFile, actor: Actor, at: datetime) -> dict[str, Any]:
    line = {
        "kind": piece.kind,
        "offered_by": piece.offered_by,
        "received_at": piece.received_at,
        "taken_back_at": piece.removed_at,
        "sha256": seen_by(piece, OWN).digest_of(piece) or None,
        "commitment": piece.blob.commitment,  # as the timeline names it
        "state": piece.blob.state,
        "erased_at": piece.blob.erased_at,
    }
    if piece.offered_by != Role.CONSUMER:
        return line
    shows = dict(piece.showings.standing().values_list("fact", "value"))
    line |= {"salt": piece.blob.salt, "caption": piece.caption, "shows": shows}  # the salt opens the commitment
    if not piece.blob.may_be_opened:
        return {**line, "name": piece.name, "file": None}
    kind = KINDS.get(piece.blob.media_type)
    path = f"files/{case.reference}/{piece.pk}.{kind.extension if kind else 'bin'}"  # never the name it came with
    note_viewing(piece, variant="original", actor=actor, at=at, act=Act.EXPORTED)
    try:
        with vault.open_blob(piece.blob.sha256) as source, archive.open(path, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)
    except FileNotFoundError:
        return {**line, "name": piece.name, "file": None}
    return {**line, "name": piece.name, "file": path}
