"""What the queue shows: views and filters from the address, the order, and pages that stay whole while cases move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Count, DateField, Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Least
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from complaints.admin.access import name_of
from complaints.deadlines import is_settled, usual_length
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint, Respondent
from complaints.models.complaint import ComplaintQuerySet, Party
from complaints.references import tidy_reference

PAGE_SIZE = 30
LARGE = Decimal(2000)  # CNY, from which a case counts as a large one: policy of the desk
NO_DAY = date(9999, 12, 31)  # stands after every day there is

VERDICTS: Mapping[str, Any] = {
    "responsible": _("应负责"),
    "possible": _("可能要负责"),
    "not_responsible": _("暂不负责"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A view one comes back to; ``where`` narrows for an officer on a day. Views of the rail are not ``on_strip``."""

    label: Any
    where: Callable[[date, User], Q]
    on_strip: bool = True


_WAITING = Q(state__in=OPEN)
TABS: Mapping[str, Tab] = {
    "all": Tab(_("全部待办"), lambda on, me: _WAITING),
    "mine": Tab(_("我的"), lambda on, me: _WAITING & Q(officer=me)),
    "referred": Tab(pgettext_lazy("tab", "待受理"), lambda on, me: Q(state=State.REFERRED)),
    "late": Tab(_("已超期"), lambda on, me: _WAITING & Q(due_on__lt=on)),
    "today": Tab(_("今天到期"), lambda on, me: _WAITING & Q(due_on=on)),
    "safety": Tab(_("安全风险"), lambda on, me: _WAITING & Q(is_safety=True)),
    "messages": Tab(_("新消息"), lambda on, me: _WAITING & Q(has_message=True), on_strip=False),
    "records": Tab(_("平台记录"), lambda on, me: _WAITING & Q(has_records=True), on_strip=False),
    "conflict": Tab(_("说法冲突"), lambda on, me: _WAITING & Q(has_dispute=True)),
    "review": Tab(
        _("待复核"),
        lambda on, me: Q(review_due_on__isnull=False) | _WAITING & (Q(has_proposal=True) | Q(has_carried=True)),
    ),
    "large": Tab(_("大额"), lambda on, me: _WAITING & Q(price__gte=LARGE)),
    "unassigned": Tab(_("待分派"), lambda on, me: _WAITING & Q(officer=None), on_strip=False),
    "every": Tab(_("全部案件"), lambda on, me: Q(), on_strip=False),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the values its last row was sorted by. Rows that come or go elsewhere move nothing."""

    is_safety: bool
    due_on: date
    pk: int

    def __str__(self) -> str:
        return f"{int(self.is_safety)}.{self.due_on:%Y%m%d}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """None for anything that is not a place."""
        parts = text.split(".")
        try:
            safety, day, pk = int(parts[0]), datetime.strptime(parts[1], "%Y%m%d").date(), int(parts[2])
        except (ValueError, IndexError):
            return None
        return cls(bool(safety), day, pk) if 0 < pk < 2**63 else None

    def rest(self) -> Q:
        """The rows that come after this one: safety first, then the nearest last day, then the older case."""
        later = Q(due_key__gt=self.due_on) | Q(due_key=self.due_on, pk__gt=self.pk)
        same = Q(is_safety=self.is_safety) & later
        return same | Q(is_safety=False) if self.is_safety else same


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Unknown values are dropped, so that an old link still opens."""

    view: str = "all"
    category: str = ""
    platform: str = ""
    verdict: str = ""  # party.verdict
    state: str = ""
    text: str = ""
    after: Place | None = None
    open: str = ""  # the case beside the list

    @classmethod
    def read(cls, query: QueryDict) -> Filters:
        party, _dot, verdict = query.get("verdict", "").partition(".")
        return cls(
            view=_one_of(TABS, query.get("view", ""), "all"),
            category=_one_of(CATEGORIES, query.get("category", "")),
            platform=query.get("platform", "").replace("\0", "")[:120],
            verdict=f"{party}.{verdict}" if party in Party.values and verdict in VERDICTS else "",
            state=_one_of(State.values, query.get("state", "")),
            text=query.get("q", "").replace("\0", "").strip()[:80],
            after=Place.read(query.get("after", "")),
            open=query.get("open", "").replace("\0", "")[:20],
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the view is asked for."""
        return any((self.category, self.platform, self.verdict, self.state, self.text))

    def where(self, on: date, me: User) -> Q:
        """The cases asked for; a state that is asked for outright may be a closed one."""
        wanted = Q(state=self.state) if self.state else TABS[self.view].where(on, me)
        if self.state and self.view not in {"all", "every"}:
            wanted &= TABS[self.view].where(on, me)
        if self.category:
            wanted &= Q(letters__contains=f'"{self.category}"')
        if self.verdict:
            party, _dot, verdict = self.verdict.partition(".")
            wanted &= Q(**{f"verdicts__{party}": verdict})
        if self.platform:
            wanted &= Q(Exists(_named(party=Party.PLATFORM, name=self.platform)))
        return wanted & _matching(self.text) if self.text else wanted

    def address(self, **changes: Any) -> str:
        """``?…`` with these values changed; the place in the list and the open case are left out unless given."""
        kept = replace(self, **{"after": None, "open": "", **changes})
        pairs = (
            ("view", "" if kept.view == "all" else kept.view),
            *(("category", kept.category), ("platform", kept.platform), ("verdict", kept.verdict)),
            *(("state", kept.state), ("q", kept.text), ("after", str(kept.after or "")), ("open", kept.open)),
        )
        return f"?{urlencode([(name, value) for name, value in pairs if value])}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. ``days`` are left until the last day, below zero when it has passed, None without one;
    on the last day itself ``hours`` are left."""

    case: Complaint
    who: str
    officer: str
    price: str
    category: Any
    days: int | None
    hours: int
    term: int  # days that a full ring stands for
    is_settled: bool  # whether the last day is sure
    place: Place
    address: str  # of this page with the case beside the list


def rows_of(cases: ComplaintQuerySet, filters: Filters, *, at: datetime, me: User) -> tuple[list[Row], Place | None]:
    """One page of the queue, and the place it ends at if there is more. ``at`` is local."""
    on = at.date()
    found = _found(cases, filters, on=on, me=me)
    if filters.after:
        found = found.filter(filters.after.rest())
    named = found.annotate(
        anchor_name=Subquery(_named(party=Party.ANCHOR).values("name")[:1]),
        shop_name=Subquery(_named(party=Party.MERCHANT).values("name")[:1]),
    )
    ordered = named.defer("story", "statement").select_related("officer").order_by("-is_safety", "due_key", "pk")
    page = [_row(case, filters, at) for case in ordered[: PAGE_SIZE + 1]]
    return page[:PAGE_SIZE], page[PAGE_SIZE - 1].place if len(page) > PAGE_SIZE else None


def count_of(cases: ComplaintQuerySet, filters: Filters, *, on: date, me: User) -> int:
    """How many the filters find, on all pages together."""
    return int(_found(cases, filters, on=on, me=me).count())


def counts_of(cases: ComplaintQuerySet, *, on: date, me: User, extra: Mapping[str, Q]) -> dict[str, int]:
    """How many stand in each view, and by each of the extra conditions: one question to the database."""
    wanted = {code: tab.where(on, me) for code, tab in TABS.items()} | dict(extra)
    return cases.aggregate(**{code: Count("pk", filter=where or Q(pk__gt=0)) for code, where in wanted.items()})


def cases_of(cases: ComplaintQuerySet, filters: Filters, *, on: date, me: User) -> ComplaintQuerySet:
    """All that the filters find, on all pages together, in no order."""
    return cast(ComplaintQuerySet, _found(cases, filters, on=on, me=me))


def platforms_of(cases: ComplaintQuerySet) -> list[str]:
    """The platforms these cases name."""
    named = Respondent.objects.filter(party=Party.PLATFORM, complaint__in=cases).exclude(name="")
    return list(named.order_by("name").values_list("name", flat=True).distinct()[:100])


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


def _found(cases: ComplaintQuerySet, filters: Filters, *, on: date, me: User) -> Any:
    keyed = cases.annotate(
        due_key=Least(
            Coalesce("due_on", Value(NO_DAY), output_field=DateField()),
            Coalesce("review_due_on", Value(NO_DAY), output_field=DateField()),
        ),
        letters=Cast("problems", TextField()),
    )
    return keyed.filter(filters.where(on, me))


def _row(case: Complaint, filters: Filters, at: datetime) -> Row:
    named = cast(Any, case)  # annotated above
    return Row(
        case=case,
        officer=name_of(case.officer),
        price=yuan(case.price),
        who=named.anchor_name or named.shop_name or case.room,
        category=category_of(case),
        days=days_left(case, at.date()),
        hours=24 - at.hour,
        term=full_ring(case),
        is_settled=case.due_on is None or is_settled(case.due_on),
        place=Place(case.is_safety, min(case.due_on or NO_DAY, case.review_due_on or NO_DAY), case.pk),
        address=filters.address(open=case.reference, after=filters.after),
    )


def _named(**where: str) -> Any:
    return Respondent.objects.filter(complaint=OuterRef("pk"), **where)


def _matching(text: str) -> Q:
    """By number (however it is typed), goods, end of the order number, room, names of the parties, or the story."""
    number = Q(reference__icontains=tidy_reference(text) or text)
    words = Q(goods__icontains=text) | Q(room__icontains=text) | Q(story__icontains=text)
    return number | words | Q(order_number__iendswith=text) | Q(Exists(_named(name__icontains=text)))


def _one_of(allowed: Any, value: str, otherwise: str = "") -> str:
    return value if value in allowed else otherwise
