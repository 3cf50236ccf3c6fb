"""The views of the queue that everybody has: what each is called, what it holds, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from complaints.lifecycle import OPEN, State
from complaints.models.complaint import LARGE, UNDER_REVIEW

NEW_DAYS = 7  # what is new to an officer who never said that they had looked

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
    newest_first: bool = False


# ``closed_at`` says the same as the state; named beside it, the indexes of cases in hand are found.
WAITING = Q(state__in=sorted(OPEN), closed_at__isnull=True)
TABS: Mapping[str, Tab] = {
    "all": Tab(_("全部待办"), lambda on, me: WAITING),
    "new": Tab(
        pgettext_lazy("tab", "新来的"), lambda on, me: WAITING & Q(filed_at__gt=seen_by(me, on)), newest_first=True
    ),
    "referred": Tab(pgettext_lazy("tab", "待受理"), lambda on, me: WAITING & Q(state=State.REFERRED)),
    "mine": Tab(_("我的"), lambda on, me: WAITING & Q(officer=me)),
    "late": Tab(_("已超期"), lambda on, me: WAITING & Q(due_key__lt=on)),
    "today": Tab(_("今天到期"), lambda on, me: WAITING & Q(due_key=on)),
    "safety": Tab(_("安全风险"), lambda on, me: WAITING & Q(is_safety=True)),
    "conflict": Tab(_("说法冲突"), lambda on, me: WAITING & Q(has_dispute=True)),
    "person": Tab(_("要人来定"), lambda on, me: WAITING & Q(needs_person=True)),
    "review": Tab(_("待复核"), lambda on, me: UNDER_REVIEW & (Q(review_due_on__isnull=False) | WAITING)),
    "large": Tab(_("大额"), lambda on, me: WAITING & Q(price__gte=LARGE)),
    "messages": Tab(_("新消息"), lambda on, me: WAITING & Q(has_message=True), on_strip=False),
    "records": Tab(_("平台记录"), lambda on, me: WAITING & Q(has_records=True), on_strip=False),
    "contest": Tab(_("定由谁答复"), lambda on, me: WAITING & Q(contest_due_on__isnull=False), on_strip=False),
    "service": Tab(_("通知没有送到"), lambda on, me: WAITING & Q(service_due_on__isnull=False), on_strip=False),
    "unassigned": Tab(_("待分派"), lambda on, me: WAITING & Q(officer=None), on_strip=False),
    "every": Tab(_("全部案件"), lambda on, me: Q(), on_strip=False, newest_first=True),
}


def seen_by(me: User, on: date) -> datetime:
    """Up to when this officer has looked; the last days where they never said so."""
    if me.queue_seen_at is not None:
        return me.queue_seen_at
    first = on - timedelta(days=NEW_DAYS)
    return datetime(first.year, first.month, first.day, tzinfo=timezone.get_current_timezone())
