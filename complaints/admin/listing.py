"""What the queue shows: views and filters from the address, the order, and pages that stay whole while cases move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sealing import CannotUnseal, seal, unseal
from complaints.admin.access import name_of
from complaints.admin.counting import capped_counts
from complaints.admin.tabs import TABS, VERDICTS
from complaints.deadlines import is_settled, usual_length
from complaints.figures.words import CATEGORIES
from complaints.flow.presence import looking_at
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint, Respondent
from complaints.models.complaint import NO_DAY, ComplaintQuerySet, Party
from complaints.searching import found_by

PAGE_SIZE = 30
SOUGHT, OWNER = "s", "queue-search"  # of an address: the words searched for, sealed
ORDER = ("-is_safety", "due_key", "pk")
NEWEST_FIRST = ("-filed_at", "-pk")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the values its last row was sorted by. Rows that come or go elsewhere move nothing."""

    is_safety: bool
    due_on: date
    pk: int

    def __str__(self) -> str:
        return f"{int(self.is_safety)}.{self.due_on:%Y%m%d}.{self.pk}"

    def rest(self, found: ComplaintQuerySet, size: int) -> list[Complaint]:
        """The next rows: first those as dangerous as this one, by the nearest last day, then by age; then the others.

        Two questions where both are needed: an index answers each from its place on, and neither reads what was shown.
        """
        later = Q(due_key__gt=self.due_on) | Q(due_key=self.due_on, pk__gt=self.pk)
        same = found.filter(later, is_safety=self.is_safety, due_key__gte=self.due_on)
        rows = list(same.order_by(*ORDER)[:size])
        if self.is_safety and len(rows) < size:
            rows += found.filter(is_safety=False).order_by(*ORDER)[: size - len(rows)]
        return rows


@dataclass(frozen=True, slots=True)
class PlaceInTime:
    """The same where the newest case comes first."""

    filed_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"n.{(self.filed_at - EPOCH) // MICROSECOND}.{self.pk}"

    def rest(self, found: ComplaintQuerySet, size: int) -> list[Complaint]:
        earlier = Q(filed_at__lt=self.filed_at) | Q(filed_at=self.filed_at, pk__lt=self.pk)
        return list(found.filter(earlier, filed_at__lte=self.filed_at).order_by(*NEWEST_FIRST)[:size])


def place_in(text: str) -> Place | PlaceInTime | None:
    """The place an address names; None for anything that is not one."""
    parts = text.split(".")
    try:
        pk = int(parts[2])
        if not 0 < pk < 2**63:
            return None
        if parts[0] == "n":
            return PlaceInTime(EPOCH + int(parts[1]) * MICROSECOND, pk)
        return Place(bool(int(parts[0])), datetime.strptime(parts[1], "%Y%m%d").date(), pk)
    except (ValueError, IndexError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Unknown values are dropped, so that an old link still opens."""

    view: str = "all"
    category: str = ""
    platform: str = ""
    verdict: str = ""  # party.verdict
    state: str = ""
    text: str = ""
    after: Place | PlaceInTime | None = None
    open: str = ""  # the case beside the list

    @classmethod
    def read(cls, query: QueryDict) -> Filters:
        party, _point, verdict = query.get("verdict", "").partition(".")
        found = cls(
            view=_one_of(TABS, query.get("view", ""), "all"),
            category=_one_of(CATEGORIES, query.get("category", "")),
            platform=query.get("platform", "").replace("\0", "")[:120],
            verdict=f"{party}.{verdict}" if party in Party.values and verdict in VERDICTS else "",
            state=_one_of(State.values, query.get("state", "")),
            text=_sought(query).replace("\0", "").strip()[:80],
            after=place_in(query.get("after", "")),
            open=query.get("open", "").replace("\0", "")[:20],
        )
        in_order = isinstance(found.after, PlaceInTime) == found.newest_first
        return found if in_order else replace(found, after=None)

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the view is asked for."""
        return any((self.category, self.platform, self.verdict, self.state, self.text))

    @property
    def newest_first(self) -> bool:
        """Whether the newest case comes first: last days say little of cases that have ended, or have just come."""
        return TABS[self.view].newest_first or bool(self.state and self.state not in OPEN)

    def where(self, on: date, me: User) -> Q:
        """The cases asked for; a state that is asked for outright may be a closed one."""
        wanted = self._by_state() if self.state else TABS[self.view].where(on, me)
        if self.state and self.view not in {"all", "every"}:
            wanted &= TABS[self.view].where(on, me)
        if self.category:
            wanted &= Q(letters__contains=f'"{self.category}"')
        if self.verdict:
            party, _point, verdict = self.verdict.partition(".")
            wanted &= Q(**{f"{party}_verdict": verdict})
        if self.platform:
            wanted &= Q(platform_name=self.platform)
        return wanted & found_by(self.text) if self.text else wanted

    def address(self, **changes: Any) -> str:
        """``?…`` with these values changed; the place in the list and the open case are left out unless given. Words
        that are searched for may be somebody's name: they stand in it sealed."""
        kept = replace(self, **{"after": None, "open": "", **changes})
        pairs = (
            ("view", "" if kept.view == "all" else kept.view),
            *(("category", kept.category), ("platform", kept.platform), ("verdict", kept.verdict)),
            *(
                ("state", kept.state),
                (SOUGHT, kept.text and _hidden(kept.text)),
                ("after", str(kept.after or "")),
                ("open", kept.open),
            ),
        )
        return f"?{urlencode([(name, value) for name, value in pairs if value])}"

    def _by_state(self) -> Q:
        return Q(state=self.state, closed_at__isnull=self.state in OPEN)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. ``days`` are left until the nearest last day, below zero when it has passed, None without
    one; on the day itself ``hours`` are left."""

    case: Complaint
    who: str
    officer: str
    price: str
    category: Any
    days: int | None
    hours: int
    term: int  # days that a full ring stands for
    is_settled: bool  # whether the last day is sure
    place: Place | PlaceInTime
    address: str  # of this page with the case beside the list
    lookers: str = ""  # colleagues who have the case open now


def found_among(cases: ComplaintQuerySet, filters: Filters, *, on: date, me: User) -> ComplaintQuerySet:
    """All cases the filters find, on all pages together."""
    return cases.filter(filters.where(on, me))


def rows_of(
    cases: ComplaintQuerySet, filters: Filters, *, at: datetime, me: User, has_company: bool = True
) -> tuple[list[Row], Place | PlaceInTime | None]:
    """One page of the queue, and the place it ends at if more follows. ``at`` is local. Without company it is not asked
    who has these cases open."""
    found = found_among(cases, filters, on=at.date(), me=me)
    named = found.annotate(
        anchor_name=Subquery(_named(party=Party.ANCHOR).values("name")[:1]),
        shop_name=Subquery(_named(party=Party.MERCHANT).values("name")[:1]),
    )
    wanted = named.defer("story", "statement").select_related("officer")
    if filters.after:
        page = filters.after.rest(wanted, PAGE_SIZE + 1)
    else:
        page = list(wanted.order_by(*(NEWEST_FIRST if filters.newest_first else ORDER))[: PAGE_SIZE + 1])
    looking = looking_at([case.pk for case in page], at=at, besides=me) if has_company else {}
    rows = [_row(case, filters, at, looking.get(case.pk, ())) for case in page]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].place if len(rows) > PAGE_SIZE else None


def counts_of(cases: ComplaintQuerySet, *, on: date, me: User, extra: Mapping[str, Q]) -> dict[str, int]:
    """How many stand in each view, and by each of the extra conditions, up to a cap: one question to the database."""
    wanted = {code: tab.where(on, me) for code, tab in TABS.items()} | dict(extra)
    return capped_counts({code: cases.filter(where) for code, where in wanted.items()}, me=me)


def category_of(case: Complaint) -> Any:
    """The category of the first problem the consumer named."""
    return CATEGORIES.get(case.problems[0] if case.problems else "X", CATEGORIES["X"])


def yuan(sum_: Decimal | None) -> str:
    """``¥3,699`` or ``¥79.90``; empty for none."""
    return "" if sum_ is None else f"¥{sum_:,.2f}".removesuffix(".00")


def full_ring(case: Complaint) -> int:
    """How many days a full ring stands for: the whole time of mediation, or to decide on taking the case."""
    return usual_length("mediation" if case.accepted_at else "acceptance")


def days_left(case: Complaint, on: date) -> int | None:
    return (case.due_on - on).days if case.due_on and case.is_open else None


def _row(case: Complaint, filters: Filters, at: datetime, lookers: Sequence[User]) -> Row:
    named = cast(Any, case)  # annotated above
    newest = filters.newest_first
    return Row(
        case=case,
        officer=name_of(case.officer),
        price=yuan(case.price),
        who=named.anchor_name or named.shop_name or case.room,
        category=category_of(case),
        days=(case.due_key - at.date()).days if case.is_open and case.due_key != NO_DAY else None,
        hours=24 - at.hour,
        term=full_ring(case),
        is_settled=case.due_on is None or is_settled(case.due_on),
        place=PlaceInTime(case.filed_at, case.pk) if newest else Place(case.is_safety, case.due_key, case.pk),
        address=filters.address(open=case.reference, after=filters.after),
        lookers=_("、").join(name_of(user) for user in lookers),
    )


def _named(**where: str) -> Any:
    return Respondent.objects.filter(complaint=OuterRef("pk"), **where)


def _sought(query: QueryDict) -> str:
    """The words searched for: as an address of ours carries them, or as a form sends them."""
    try:
        return unseal(query.get(SOUGHT, ""), owner=OWNER) if SOUGHT in query else query.get("q", "")
    except CannotUnseal:
        return ""  # a link that was cut off


@lru_cache(maxsize=256)  # a page has it in fifty addresses
def _hidden(text: str) -> str:
    return seal(text, owner=OWNER)


def _one_of(allowed: Any, value: str, otherwise: str = "") -> str:
    return value if value in allowed else otherwise
