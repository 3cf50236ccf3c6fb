"""Weighing the whole picture, where the law names the circumstances and leaves the result to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions, timeline
from complaints.flow.triage import CannotAct, make_finding
from complaints.models import Actor, Complaint, DecisionRecord, Weighing
from routing import rulebook

SHORTEST_REASON, LONGEST_REASON = 20, 500
POINTS = ("yes", "no", "unshown")  # whether a circumstance speaks for the finding


@dataclass(frozen=True, slots=True)
class Weighed:
    """A fact that only a weighing settles: the article, and the circumstances in its order."""

    cite: str
    factors: Mapping[str, Any]  # code → name, lazily translated


# SPC-OC 12(2) names five circumstances (law.md 3.5, ground A02, D4). Of the other facts an officer finds (F94, F121,
# F123) the law pack holds no list: they are found by the ordinary act.
WEIGHED: Mapping[str, Weighed] = {
    "room_found_seller": Weighed(
        "SPC-OC 12(2)",
        {
            "appearance": gettext_lazy("交易外观"),
            "contract": gettext_lazy("直播间和商家的约定"),
            "model": gettext_lazy("合作模式"),
            "process": gettext_lazy("交易过程"),
            "perception": gettext_lazy("消费者认知"),
        },
    )
}


def weighable(complaint: Complaint) -> list[str]:
    """The facts that wait for a weighing: a ground stays possible, or holds, by what an officer finds."""
    if complaint.decision is None or not complaint.is_open:
        return []
    alive = {each["id"] for each in complaint.decision.output["grounds"] if each["status"] in {"possible", "held"}}
    alive |= {id for party in complaint.decision.output["parties"].values() for id in party["possible_grounds"]}
    resting = {rule.officer_only for rule in rulebook().rules if rule.id in alive}
    return [fact for fact in WEIGHED if fact in resting]


@transaction.atomic
def weigh(
    complaint: Complaint,
    *,
    fact: str,
    answers: Mapping[str, Mapping[str, Any]],
    finding: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """Answer each circumstance of the law, then find; the finding is asserted as every other and the law read again.

    ``answers``: factor → {"points": one of POINTS, "evidence": a number of the case's list, or None}. Raises CannotAct
    or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "factors")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    if fact not in weighable(complaint):
        raise CannotAct(_("这件投诉现在没有要综合判断的事实。"))
    said = {code: dict(answers.get(code, {})) for code in WEIGHED[fact].factors}
    if any(each.get("points") not in POINTS for each in said.values()):
        raise CannotAct(_("每一种情况都要选：像、不像，或者看不出来。"))
    pieces = complaint.evidence.of_dispute().count()
    if any(each.get("evidence") is not None and not 1 <= each["evidence"] <= pieces for each in said.values()):
        raise CannotAct(_("证据号写错了：本案有{n}件证据。").format(n=pieces))
    if all(each["points"] == "unshown" for each in said.values()):
        raise CannotAct(_("五种情况都看不出来，就不能认定。先要材料。"))
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise CannotAct(_("理由至少写{n}字，现在有{m}字。写明怎么权衡的。").format(n=SHORTEST_REASON, m=len(reason)))
    decision = make_finding(complaint, fact=fact, value=finding, reason=reason, is_weighed=True, actor=actor, at=at)
    assertion = complaint.assertions.filter(fact=fact, officer=actor.user).latest("pk")
    assert actor.user is not None  # officers are people
    Weighing.objects.create(
        complaint=complaint,
        fact=fact,
        answers={code: {"points": each["points"], "evidence": each.get("evidence")} for code, each in said.items()},
        finding=finding,
        assertion=assertion,
        officer=actor.user,
        at=at,
    )
    complaint = Complaint.objects.locked(complaint.pk)
    points = {code: each["points"] for code, each in said.items()}
    timeline.record(complaint, "weighed", {"fact": fact, "points": points}, actor=actor.label, at=at)
    return decision
