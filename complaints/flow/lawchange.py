"""The law has changed: open cases are decided again under it, each in a transaction of its own.

A case whose finding would read the same keeps its version, which names the law it was made by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.flow.decisions import decide_again, read_law
from complaints.flow.facts import gather
from complaints.models import Complaint, DecisionRecord
from complaints.rulings import ruling_on
from routing import BadInput, rulebook

OF_THE_LAW = ("ruleset", "digest")  # parts of an output that name the law, and not what it says


@dataclass(frozen=True, slots=True)
class Redecided:
    """What the law of today makes of one case. ``moves``: party → verdict before and after, as they stand."""

    reference: str
    differs: bool = False
    moves: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problem: str = ""  # today's law no longer knows a fact of the case


@transaction.atomic
def redecide(complaint_id: int, *, write: bool, at: datetime) -> Redecided | None:
    """Decide an open case again if an earlier law decided it last; None where there is nothing to do. Without ``write``
    it is only told what would come of it. Doing it twice changes nothing."""
    complaint = Complaint.objects.locked(complaint_id)
    latest = complaint.decision
    if latest is None or not complaint.is_open or latest.rulebook == rulebook().digest:
        return None
    try:
        made = read_law(complaint, gather(complaint))
    except BadInput as problem:
        return Redecided(complaint.reference, problem=str(problem.problems[0]))
    if _says(made.as_dict()) == _says(latest.output):
        return Redecided(complaint.reference)
    before = ruling_on(latest)
    after = before.upon(made.input_dict(), made.as_dict()).verdicts
    moves = {party: (verdict, after[party]) for party, verdict in before.verdicts.items() if verdict != after[party]}
    if write:
        decide_again(complaint, because=DecisionRecord.Because.LAW, actor="system", at=at)
    return Redecided(complaint.reference, differs=True, moves=moves)


def _says(output: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in output.items() if name not in OF_THE_LAW}
