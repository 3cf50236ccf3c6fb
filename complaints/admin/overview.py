"""The figures around the queue, worked out once in a while for the whole association and not anew for every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from complaints.admin import figures
from complaints.admin.measures import Measure, day_conditions, measures_of
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet
from complaints.narrative import language

KEPT_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers above the list, the two pictures under it, and the platforms that the newest cases name."""

    measures: list[Measure]
    flow: figures.Flow | None
    heat: figures.Heat | None
    platforms: list[str]


def overview_of(actor: Actor, cases: ComplaintQuerySet, *, at: datetime) -> Overview:
    """As of some minutes ago at most. ``cases`` are those the actor may see; the same for all of the association."""
    assert actor.organisation is not None  # the desk lets nobody else in
    key = f"desk-overview:{actor.organisation.pk}:{language()}:{at:%Y%m%d}"
    found: Any = cache.get(key)
    if found is None:
        found = _worked_out(cases, at=at)
        cache.set(key, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]  # what was put in above


def _worked_out(cases: ComplaintQuerySet, *, at: datetime) -> Overview:
    recent = figures.recent_cases(cases, at=at)
    counts = {name: cases.filter(where).count() for name, where in day_conditions(at.date()).items()}
    newest = cases.order_by("-filed_at").values_list("platform_name", flat=True)[: figures.MOST]
    return Overview(
        measures_of(recent, figures.answers_in_time(cases, at=at), counts, on=at.date()),
        figures.flow_of(recent),
        figures.heat_of(recent),
        sorted({name for name in newest if name}),
    )
