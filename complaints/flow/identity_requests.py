"""What was asked about identities with the complaint itself, written out as a request with the platform's own days.

The platform is asked who seller and operator are as it is told of the case. Its answer to the complaint ends the clock
it had as a party; what it left out of that answer is still asked for (law.md 4.3, B2 reads by what was asked). So the
rest is written out, item by item, and runs out as any request for records does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max

from complaints import timeline
from complaints.deadlines import local_day, reached_at, records_of
from complaints.flow.dispatch import announce
from complaints.flow.facts import gather
from complaints.flow.silence import IDENTITY_FACTS
from complaints.lifecycle import Role
from complaints.models import (
    Actor,
    Complaint,
    Evidence,
    Party,
    RecordAnswer,
    RecordItem,
    RecordRequest,
    Respondent,
    Speaker,
)
from complaints.record_keeping import is_owed


def request_identities(
    complaint: Complaint,
    kinds: Iterable[str],
    *,
    by: Role,
    at: datetime,
    due_on: date | None,
    actor: Actor | None = None,
    lapsed_at: datetime | None = None,
) -> list[RecordItem]:
    """A request for these identities, an item each, served where there is a last day. The caller holds the case."""
    last = complaint.record_requests.aggregate(last=Max("number"))["last"] or 0
    request = RecordRequest.objects.create(
        complaint=complaint,
        number=last + 1,
        by=by,
        officer=actor.user if actor and by == Role.OFFICER else None,
        asked_at=at,
        served_at=at if due_on else None,
        due_on=due_on,
    )
    return [
        RecordItem.objects.create(
            request=request,
            complaint=complaint,
            kind=kind,
            is_owed=is_owed(complaint, kind, None, on=local_day(at)),
            lapsed_at=lapsed_at,
        )
        for kind in kinds
    ]


def write_out(complaint: Complaint, kinds: Iterable[str], platform: Respondent) -> list[RecordItem]:
    """The request that came with the complaint, as one for records: with the days the platform had, and its silence
    where those ran out before it answered anything."""
    return request_identities(
        complaint,
        kinds,
        by=Role.CONSUMER,
        at=reached_at(platform) or platform.asked_at or complaint.filed_at,
        due_on=platform.due_on,
        lapsed_at=platform.lapsed_at,
    )


def write_out_rest(complaint: Complaint, platform: Respondent) -> list[RecordItem]:
    """Write out what the platform's answer to the complaint left out: each identity that was asked for, is not known,
    and of which it has not said a word. Doing it twice adds nothing. The caller holds the case."""
    gathered = gather(complaint)
    asked_for = set(complaint.record_items.filter(kind__in=IDENTITY_FACTS).values_list("kind", flat=True))
    rest = [
        kind
        for kind, (asked, given) in IDENTITY_FACTS.items()
        if kind not in asked_for
        and gathered.facts.get(asked) is True
        and given not in gathered.facts
        and gathered.sources.get(given, {}).get("said", {}).get(Speaker.PLATFORM.value) is None
    ]
    return write_out(complaint, rest, platform) if rest else []


def answer_in_words(
    complaint: Complaint,
    claims: Mapping[str, bool | None],
    evidence: Sequence[Evidence],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """The platform says among its facts that it gave an identity: that answers the item that waits for it, too.

    Where somebody could not be reached at it, only another identity answers (``flow.identities``). The caller holds the
    case, has written the facts down, and decides again.
    """
    told = [kind for kind, (_asked, given) in IDENTITY_FACTS.items() if claims.get(given) is True]
    unreached = complaint.unreachable.standing().values("kind")
    waiting = complaint.record_items.unanswered().filter(kind__in=told).exclude(kind__in=unreached)
    for item in waiting.select_related("request"):
        until = records_of(item.request)
        answer = RecordAnswer.objects.create(
            item=item,
            says=RecordAnswer.Says.YES,
            organisation=actor.organisation,
            is_late=item.lapsed_at is not None or (until is not None and until.is_over(local_day(at))),
            at=at,
        )
        answer.evidence.set(evidence)
        item.answered_at = at
        item.save(update_fields=["answered_at"])
        body = {
            "request": item.request.number,
            "party": Party.PLATFORM.value,
            "items": {item.kind: RecordAnswer.Says.YES.value},
            "late": answer.is_late,
        }
        announce(complaint, timeline.record(complaint, "records-answered", body, actor=actor.label, at=at), at=at)
