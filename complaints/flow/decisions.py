"""From facts to a decision: the same function, whenever a fact changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from complaints import lawbooks, timeline
from complaints.flow.dispatch import announce
from complaints.flow.facts import Gathered, gather
from complaints.flow.silence import silent_in
from complaints.models import Complaint, DecisionRecord, Override, Party
from complaints.rulings import Ruling, ruling_on
from routing import Decision, decide, read_inquiry, rulebook


def decide_again(complaint: Complaint, *, because: DecisionRecord.Because, actor: str, at: datetime) -> DecisionRecord:
    """Read the law again on the facts known now, keep the decision, tell the parties. The caller holds the row lock.

    When neither what the law reads nor who stands behind it has changed, the latest decision is returned.
    """
    gathered = gather(complaint)
    made = read_law(complaint, gathered)
    latest = complaint.decision
    if latest and (latest.digest, latest.disputed, latest.sources) == (
        made.digest,
        gathered.disputed,
        gathered.sources,
    ):
        return latest

    before = ruling_on(latest) if latest else None
    lawbooks.keep_current(at=at)
    output = made.as_dict()
    decision = DecisionRecord.objects.create(
        complaint=complaint,
        number=latest.number + 1 if latest else 1,
        because=because,
        input=made.input_dict(),
        output=output,
        sources=gathered.sources,
        disputed=gathered.disputed,
        digest=made.digest,
        rulebook=output["ruleset"]["digest"],
        at=at,
    )
    complaint.decision = decision
    complaint.has_dispute = bool(gathered.disputed)
    complaint.save(update_fields=["decision", "has_dispute"])
    ruling = stand_by(complaint)

    body = {
        "decision": decision.number,
        "digest": decision.digest,
        "because": str(because),
        **(changes_between(before.verdicts, ruling.verdicts) if before else {}),
        **({"carried": [each.number for each in ruling.carried]} if ruling.carried else {}),
        **({"suspended": [each.number for each in ruling.suspended]} if ruling.suspended else {}),
    }
    event = timeline.record(complaint, "decided", body, actor=actor, at=at)
    announce(complaint, event, at=at)
    return decision


def read_law(complaint: Complaint, gathered: Gathered) -> Decision:
    """What the law of today makes of these facts; nothing is stored. Raises BadInput where it no longer knows one."""
    inquiry = read_inquiry(inquiry_of(complaint, gathered), rulebook(), today=_local_day(complaint.filed_at))
    return decide(rulebook(), inquiry)


def stand_by(complaint: Complaint) -> Ruling:
    """Write down, on a locked row, what lists and the queue read of the finding as it stands. An override made upon an
    earlier version stands on, or is suspended where parties count otherwise now; the officers are asked either way.
    """
    assert complaint.decision is not None  # a complaint is decided as it is filed
    ruling = ruling_on(complaint.decision)
    complaint.verdicts = ruling.verdicts
    complaint.has_carried = ruling.is_asked
    complaint.has_proposal = Override.objects.filter(complaint=complaint).proposed().exists()
    complaint.needs_person = waits_for_person(ruling.output)
    complaint.save(update_fields=["verdicts", "has_carried", "has_proposal", "needs_person"])
    return ruling


@transaction.atomic
def stand_again(complaint_id: int) -> bool:
    """Write anew what lists read of a case; whether anything of it differs. Nothing is decided, nobody is told."""
    complaint = Complaint.objects.locked(complaint_id)
    if complaint.decision is None:
        return False
    before = (complaint.verdicts, complaint.has_carried, complaint.has_proposal, complaint.needs_person)
    stand_by(complaint)
    return before != (complaint.verdicts, complaint.has_carried, complaint.has_proposal, complaint.needs_person)


def waits_for_person(output: Mapping[str, Any]) -> bool:
    """Whether somebody stands at "possible" while a fact is open that the law leaves to a person to weigh (the facts of
    routing/law that only an officer may find). ``missing`` names only facts that can still settle something."""
    facts = rulebook().facts
    weighed = any(each["fact"] in facts and facts[each["fact"]].officer for each in output["missing"])
    return weighed and any(found["verdict"] == "possible" for found in output["parties"].values())


def inquiry_of(complaint: Complaint, gathered: Gathered) -> dict[str, Any]:
    """The input of the decision by its contract (docs/decide.md)."""
    return inquiry_on(complaint, gathered, lapsed=silent_in(complaint, gathered.facts))


def inquiry_on(complaint: Complaint, gathered: Gathered, *, lapsed: Iterable[str]) -> dict[str, Any]:
    """The same where it is known who was silent: nothing is asked of the database."""
    found: dict[str, Any] = {
        "purchase_date": complaint.purchased_on.isoformat(),
        "filed_date": _local_day(complaint.filed_at).isoformat(),
        "facts": dict(sorted(gathered.facts.items())),
        "lapsed": sorted(lapsed),
    }
    for key, day in (("delivered_date", complaint.delivered_on), ("harm_known_date", complaint.harm_known_on)):
        if day:
            found[key] = day.isoformat()
    for key, sum_ in (("price", complaint.price), ("loss", complaint.loss)):
        if sum_ is not None:
            found[key] = f"{sum_:.2f}"
    if complaint.category:
        found["category"] = complaint.category
    return found


def verdicts_in(output: Mapping[str, Any]) -> dict[str, str]:
    """The verdict on each party, as the machine decided."""
    return {party: found["verdict"] for party, found in output["parties"].items()}


def changes_between(was: Mapping[str, str], stands: Mapping[str, str]) -> dict[str, Any]:
    """Which verdicts moved, as codes: ``{"changed": {"platform": ["possible", "responsible"]}}``."""
    moved = {party.value: [was[party], stands[party]] for party in Party if was[party] != stands[party]}
    return {"changed": moved} if moved else {}


def _local_day(at: datetime) -> Any:
    return timezone.localtime(at).date()
