"""Whole cases from chance: the same seed, keys and stage give the same cases, in any process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import models
from django.utils import timezone

from accounts.regions import PROVINCES
from complaints import searching
from complaints.deadlines import local_day
from complaints.models import (
    Assertion,
    Complaint,
    Contact,
    DecisionRecord,
    Event,
    Feedback,
    Offer,
    Request,
    Respondent,
    SearchText,
)
from complaints.statement import filing_from
from complaints.synthetic.course import Course
from complaints.synthetic.forms import answers_of
from complaints.synthetic.life import Life
from complaints.synthetic.pouring import Row, row_of
from complaints.synthetic.stage import Stage

# When people complain: in the evening, at noon, on Sundays; more each year, and after the two great sales.
HOURS = (3, 1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 14, 13, 12, 12, 12, 12, 13, 17, 24, 29, 24, 10)
SALES = ((6, 19), (11, 12))
REGIONS = tuple(PROVINCES)
REGION_WEIGHTS = tuple(9 if code in {"33", "44", "32", "31", "11"} else 3 for code in REGIONS)

TABLES: tuple[type[models.Model], ...] = (
    *(Complaint, Contact, Respondent, Assertion, DecisionRecord, Event, Request, Offer, Feedback, SearchText),
)
"""In the order in which rows are written."""


@dataclass(slots=True)
class Piece:
    """Rows of some cases, table by table, ready for the database; decisions are numbered from 0."""

    cases: int = 0
    decisions: int = 0
    rows: dict[str, list[Row]] = field(default_factory=dict)


def make(stage: Stage, keys: Sequence[tuple[int, int]]) -> Piece:
    """One case for each pair of keys (of the complaint, and of a question it may bring)."""
    piece = Piece(rows={table.__name__: [] for table in TABLES})
    for pk, request_pk in keys:
        life = _live(stage, pk, request_pk)
        if not (stage.only_ended and life.is_open):
            _add(piece, life)
    return piece


def _live(stage: Stage, pk: int, request_pk: int) -> Life:
    chance = Random(f"{stage.seed}:{pk}")
    platform = chance.choices(stage.platforms, [4 + 30 // (1 + place) for place in range(len(stage.platforms))])[0]
    region = chance.choices(REGIONS, REGION_WEIGHTS)[0]
    filed_at = _moment(stage, chance)
    filing = filing_from(answers_of(chance, platform, region, local_day(filed_at)))
    life = Life(stage, pk, request_pk, filing, platform, at=filed_at)
    Course(life, chance).run()
    return life


def _moment(stage: Stage, chance: Random) -> datetime:
    """When it was filed: within the days of the stage, before its present."""
    today = local_day(stage.until)
    last = today - timedelta(days=stage.newest)
    day = last - timedelta(days=int((stage.days - stage.newest) * chance.random() ** 1.25))
    if chance.random() < 0.1:
        day = _after_a_sale(stage, last, chance) or day
    if day.weekday() in {1, 2} and chance.random() < 0.25:
        day -= timedelta(days=day.weekday() + 1)  # what was found on Sunday is told on Sunday
    hour = chance.choices(range(24), HOURS)[0]
    moment = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))
    return min(timezone.make_aware(moment), stage.until - timedelta(minutes=chance.randint(1, 600)))


def _after_a_sale(stage: Stage, today: date, chance: Random) -> date | None:
    month, begins = chance.choice(SALES)
    day = date(today.year - chance.randint(0, 1), month, begins) + timedelta(days=chance.randint(0, 14))
    return day if local_day(stage.until) - timedelta(days=stage.days) <= day < today else None


def _add(piece: Piece, life: Life) -> None:
    complaint, base = life.complaint, piece.decisions
    complaint.decision_id = base + len(life.decisions) - 1
    for number, decision in enumerate(life.decisions):
        decision.pk = base + number
    _put(piece, Complaint, [complaint])
    _put(piece, Contact, [life.contact])
    _put(piece, Respondent, life.respondents.values())
    _put(piece, SearchText, [searching.row_of(complaint, [one.name for one in life.respondents.values()])])
    _put(piece, Assertion, life.assertions)
    _put(piece, DecisionRecord, life.decisions)
    _put(piece, Event, life.events)
    _put(piece, Request, [life.request] if life.request else [])
    _put(piece, Offer, life.offers)
    _put(piece, Feedback, [life.feedback] if life.feedback else [])
    piece.cases += 1
    piece.decisions += len(life.decisions)


def _put(piece: Piece, table: type[models.Model], made: Iterable[models.Model]) -> None:
    piece.rows[table.__name__].extend(row_of(each) for each in made)
