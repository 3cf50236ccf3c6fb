"""What happened to one piece, in words: its custody entries, who made them, and since when they are anchored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Organisation, User
from complaints.admin.access import name_of
from complaints.models import AnchorLeaf, Complaint, CustodyEntry, Evidence, Speaker
from complaints.narrative import language, moment

SHOWN = 30  # the newest entries; the bundle has all


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One entry: what was done, by whom, with which copy, and why."""

    what: str
    who: str
    variant: str
    reason: str
    at: datetime

    @property
    def when(self) -> str:
        return moment(self.at)


@dataclass(frozen=True, slots=True)
class Kept:
    """The entries of a piece, the newest first; ``count`` is of all. ``anchored_at`` is since when the first of them
    lies under a signed root, ``stamped_at`` since when that root has a time stamp of an authority."""

    lines: tuple[KeptLine, ...]
    count: int
    anchored_at: datetime | None = None
    stamped_at: datetime | None = None


def kept_of(complaint: Complaint, piece: Evidence) -> Kept:
    """Its custody, from the chain of the case."""
    entries = CustodyEntry.objects.filter(complaint=complaint, evidence=piece)
    newest = list(entries.select_related("told").order_by("-sequence")[:SHOWN])
    names = _names(newest)
    lines = tuple(
        KeptLine(entry.get_act_display(), names.get(entry.actor, ""), entry.variant, _reason(entry), entry.at)
        for entry in newest
    )
    first = entries.order_by("sequence").values_list("sequence", flat=True).first()
    leaf = _anchored(complaint, first) if first is not None else None
    stamp = getattr(leaf.anchor, "stamp", None) if leaf else None
    return Kept(lines, entries.count(), leaf.anchor.at if leaf else None, stamp.stamped_at if stamp else None)


def _anchored(complaint: Complaint, sequence: int) -> AnchorLeaf | None:
    leaves = AnchorLeaf.objects.filter(complaint=complaint, chain=AnchorLeaf.Chain.CUSTODY, sequence__gte=sequence)
    return leaves.select_related("anchor__stamp").order_by("sequence").first()


def _reason(entry: CustodyEntry) -> str:
    given: Any = getattr(entry, "told", None)
    return str(given.words) if given else ""


def _names(entries: list[CustodyEntry]) -> dict[str, str]:
    """The people and houses behind the codes of these entries; two questions to the database at most."""
    codes = {entry.actor for entry in entries}
    people, houses = _numbers(codes, "officer:"), _numbers(codes, "organisation:")
    names = {"consumer": str(Speaker.CONSUMER.label)}
    names |= {f"officer:{user.pk}": name_of(user) for user in User.objects.filter(pk__in=people)} if people else {}
    found = Organisation.objects.filter(pk__in=houses) if houses else ()
    return names | {f"organisation:{house.pk}": house.name(language()) for house in found}


def _numbers(codes: set[str], prefix: str) -> list[int]:
    tails = [code.removeprefix(prefix) for code in codes if code.startswith(prefix)]
    return [int(tail) for tail in tails if tail.isdigit()]
