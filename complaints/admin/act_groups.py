"""The acts of a case by what they are for, in the order of the work; within each, what is final stands last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext_lazy

from complaints.admin.acting import Act
from complaints.models import Complaint

GROUPS: tuple[tuple[str, Any], ...] = (
    ("take-in", pgettext_lazy("acts", "接手")),
    ("find-out", pgettext_lazy("acts", "查清")),
    ("talk", pgettext_lazy("acts", "沟通和调解")),
    ("end", pgettext_lazy("acts", "了结")),
    ("keep", pgettext_lazy("acts", "留存")),
)
# Where each act stands. One that is named nowhere stands with the ends if it is final, else where things are kept.
STANDS: Mapping[str, str] = {
    **dict.fromkeys(("assign", "accept", "decline", "reopen", "transfer", "transfer-back"), "take-in"),
    **dict.fromkeys(("recuse", "recuse-other", "lift-recusal"), "take-in"),
    **dict.fromkeys(("ask", "records", "records-served", "records-answer", "records-looked", "file"), "find-out"),
    **dict.fromkeys(("finding", "factors", "review", "override", "second", "testing", "tested", "places"), "find-out"),
    **dict.fromkeys(("serve", "serve-back", "contest", "unreachable"), "find-out"),
    **dict.fromkeys(("message", "note", "offer", "release", "extension"), "talk"),
    **dict.fromkeys(("session", "session-record", "session-move", "session-cancel"), "talk"),
    **dict.fromkeys(("agreement", "agreement-offer", "performance"), "talk"),
    **dict.fromkeys(("settle", "terminate", "hand-off"), "end"),
    **dict.fromkeys(("hold", "lift-hold", "erase", "keep-evidence"), "keep"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """An act that is open now, with what it will do."""

    act: Act
    does: str


@dataclass(frozen=True, slots=True)
class ActGroup:
    """Acts of one purpose; ``final`` are those that cannot be taken back."""

    name: str
    label: Any
    acts: tuple[Offered, ...]
    final: tuple[Offered, ...]


def grouped(acts: Iterable[Act], complaint: Complaint, on: date) -> list[ActGroup]:
    """These acts under their headings; a heading without an act is left out."""
    found: dict[str, list[Act]] = {name: [] for name, _label in GROUPS}
    for act in acts:
        found[STANDS.get(act.name, "end" if act.final else "keep")].append(act)
    return [
        ActGroup(
            name,
            label,
            tuple(Offered(act, act.does(complaint, on)) for act in found[name] if not act.final),
            tuple(Offered(act, act.does(complaint, on)) for act in found[name] if act.final),
        )
        for name, label in GROUPS
        if found[name]
    ]
