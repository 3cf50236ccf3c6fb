"""The figures around the queue, worked out once in a while for the whole association and not anew for every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string

from complaints.admin import figures
from complaints.admin.measures import day_conditions, measures_of
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet
from complaints.narrative import language

KEPT_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers above the list and the two pictures under it, as HTML; and the platforms the newest cases name."""

    measures: str
    charts: str
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
    answers = figures.answers_in_time(cases, at=at)
    pictures = {"flow": figures.flow_of(recent), "flow_ends": figures.ends_of(), "heat": figures.heat_of(recent)}
    measures = measures_of(recent, answers, _filed(cases, recent, at=at), on=at.date())
    return Overview(
        render_to_string("admin/components/measures.html", {"measures": measures}),
        render_to_string("admin/components/charts.html", {**pictures, "lang": language()}),
        sorted({one.platform for one in recent if one.platform}),
    )


def _filed(cases: ComplaintQuerySet, recent: Sequence[figures.Recent], *, at: datetime) -> dict[str, int]:
    """How many were filed today and yesterday: out of the recent cases, where those are all there are."""
    today = at.date()
    if len(recent) < figures.MOST:
        days = Counter(one.filed_at.date() for one in recent)
        return {"filed_today": days[today], "filed_yesterday": days[today - timedelta(days=1)]}
    return {name: cases.filter(where).count() for name, where in day_conditions(today).items()}
