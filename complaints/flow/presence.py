"""Who looks at a case just now, so that two do not do the same: noted as a page opens, kept up by beats, soon gone.

It is a courtesy, not a lock, and no record: what keeps two officers from overwriting each other is the version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from complaints.models import Complaint, Presence

BEAT = timedelta(seconds=30)  # how often an open page tells that it is open
STALE = timedelta(seconds=90)  # after that long without a beat nobody is there
STEP = timedelta(seconds=2)  # from one page to the next


def note(complaint: Complaint, user: User, *, form: str = "", at: datetime) -> None:
    """This officer has the case open, with this act's form or none. Also from two pages at once it is one row."""
    here = Presence.objects.filter(complaint=complaint, user=user)
    if here.filter(seen_at__gt=at - STALE).update(seen_at=at, form=form):
        return
    fresh = Presence(complaint=complaint, user=user, form=form, since=at, seen_at=at)
    same, new = ["complaint", "user"], ["form", "since", "seen_at"]
    Presence.objects.bulk_create([fresh], update_conflicts=True, unique_fields=same, update_fields=new)


def leave(complaint: Complaint, user: User, *, form: str = "", at: datetime) -> None:
    """The page with this form, or none, was closed. Where the officer went on to another page of the case, that one
    has just said so, and they stay."""
    Presence.objects.filter(complaint=complaint, user=user, form=form, seen_at__lt=at - STEP).delete()


def others(complaint: Complaint, user: User | None, *, at: datetime) -> list[Presence]:
    """Who else has it open, whoever came first first. The caller has passed the case's gate."""
    here = Presence.objects.filter(complaint=complaint, seen_at__gt=at - STALE).exclude(user=user)
    return list(here.select_related("user").order_by("since", "pk"))


def looking_at(case_pks: Collection[int], *, at: datetime, besides: User | None = None) -> Mapping[int, list[User]]:
    """Case → who has it open at that moment, whoever came first first; only cases somebody looks at. One question to
    the database for a whole page of the queue. ``besides`` leaves out the reader. The caller has passed the gate."""
    here = Presence.objects.filter(complaint__in=case_pks, seen_at__gt=at - STALE).select_related("user")
    found: dict[int, list[User]] = {}
    for row in here.order_by("since", "pk"):
        if row.user != besides:
            found.setdefault(row.complaint_id, []).append(row.user)
    return found


def anybody(*, at: datetime, besides: User) -> QuerySet[Presence]:
    """Whoever has any case open at that moment: to ask whether ``looking_at`` has anything to tell."""
    return Presence.objects.filter(seen_at__gt=at - STALE).exclude(user=besides)


def sweep(*, at: datetime) -> int:
    """Forget who has gone; returns how many."""
    gone, _kinds = Presence.objects.filter(seen_at__lte=at - STALE).delete()
    return gone
