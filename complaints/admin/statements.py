"""All that was said about each fact of a case: by whom, when, on what evidence, and whether it still stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.admin.access import name_of
from complaints.admin.panels import Exhibit, speaker_label
from complaints.models import Complaint
from complaints.narrative import fact_statement, moment


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``stands`` is false where the same speaker said something later."""

    speaker: str
    by: str  # the officer, of a finding
    words: str
    reason: str
    exhibits: tuple[Exhibit, ...]
    at: datetime
    stands: bool

    @property
    def when(self) -> str:
        return moment(self.at)


def said_in(complaint: Complaint, exhibits: Sequence[Exhibit]) -> Mapping[str, tuple[Statement, ...]]:
    """Fact → what was said of it, the oldest first, also what was taken back."""
    numbers = {exhibit.item.pk: exhibit for exhibit in exhibits}
    rows = list(complaint.assertions.select_related("officer").prefetch_related("evidence").order_by("pk"))
    last = {(row.fact, row.speaker): row.pk for row in rows}
    found: dict[str, list[Statement]] = {}
    for row in rows:
        said = _("收回了前面的说法") if row.value is None else fact_statement(row.fact, row.value)
        shown = tuple(numbers[piece.pk] for piece in row.evidence.all() if piece.pk in numbers)
        stands = last[row.fact, row.speaker] == row.pk
        found.setdefault(row.fact, []).append(
            Statement(speaker_label(row.speaker), name_of(row.officer), said, row.reason, shown, row.at, stands)
        )
    return {fact: tuple(said) for fact, said in found.items()}
