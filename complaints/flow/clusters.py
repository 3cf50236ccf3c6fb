"""Open cases that look like one matter: looked for in the background, suggested to officers, and nothing more.

One new case costs two look-ups by index and comparisons with at most ``MOST_IN_BLOCK`` cases, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q

from complaints import permissions
from complaints.alike import Told, are_alike, common_goods, common_words, key_of
from complaints.lifecycle import OPEN
from complaints.models import Actor, Complaint, Group, GroupMember, Party, SuggestedCase, Suggestion, Trait

WINDOW = timedelta(days=14)  # between two purchases of one matter: policy of the site
LOOK_BACK = timedelta(days=60)  # cases filed earlier and never looked at are left alone
AT_ONCE = 500  # cases in one run
MOST_IN_BLOCK = 200  # of one room within the window, the newest: behind that the matter is plain
FEWEST = 3  # cases that make a suggestion
FEWEST_LEFT = 2  # open cases that keep a suggestion standing: fewer are no matter to join
GROWN = 1.5  # times as many as when it was dismissed: it is worth another look


def look_for_new(now: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Look at cases nobody has looked at yet, the oldest first; returns how many. Stops at ``until``.

    Run twice, or twice at once, it suggests the same.
    """
    at, done = now(), 0
    waiting = Complaint.objects.real().filter(filed_at__gte=at - LOOK_BACK, trait=None).order_by("filed_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        if until is not None and now() >= until:
            break
        done += look_at(pk, at=at)
    return done


def look_at(pk: int, *, at: datetime) -> bool:
    """Keep what a case is found by, and suggest it with those it is like. False where another worker was first."""
    complaint = Complaint.objects.prefetch_related("respondents").get(pk=pk)
    try:
        with transaction.atomic():
            trait = Trait.objects.create(complaint=complaint, **_keys_of(complaint))
    except IntegrityError:
        return False
    with transaction.atomic():
        if complaint.association_id and complaint.is_open:
            _suggest(complaint, trait, at=at)
    return True


@transaction.atomic
def drop_empty() -> int:
    """Take away open suggestions whose cases ended or went to another association; returns how many. Cases that come
    later suggest what is left of them anew."""
    here = Count("cases", filter=Q(cases__state__in=OPEN, cases__association=F("association")))
    empty = Suggestion.objects.open().order_by().annotate(left=here).filter(left__lt=FEWEST_LEFT)
    pks = sorted(empty.values_list("pk", flat=True)[:AT_ONCE])
    held = list(Suggestion.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk", flat=True))
    # One that grew before it was held stays.
    gone = list(empty.filter(pk__in=held).values_list("pk", flat=True))
    Suggestion.objects.filter(pk__in=gone).delete()
    return len(gone)


@transaction.atomic
def dismiss(pk: int, *, actor: Actor, at: datetime) -> Suggestion:
    """Say that these are no one matter. It does not come back unless it has grown by a half."""
    permissions.require(actor, "group")
    suggestion = Suggestion.objects.select_for_update().get(pk=pk)
    if suggestion.state == Suggestion.State.OPEN:
        suggestion.state, suggestion.count_then = Suggestion.State.DISMISSED, suggestion.count
        suggestion.answered_by, suggestion.answered_at = actor.user, at
        suggestion.save()
    return suggestion


def _keys_of(complaint: Complaint) -> dict[str, object]:
    names = {each.party: each.name for each in complaint.respondents.all()}
    platform = names.get(Party.PLATFORM, "")
    return {
        "room": key_of("room", platform, complaint.room),
        "shop": key_of("shop", platform, names.get(Party.MERCHANT, "")),
        "purchased_on": complaint.purchased_on,
    }


def _suggest(complaint: Complaint, trait: Trait, *, at: datetime) -> None:
    by = "room" if trait.room else "shop"
    if not getattr(trait, by):
        return
    block = _block(complaint, trait, by)
    found = _component(complaint.pk, block)
    if len(found) < FEWEST:
        return
    # One worker at a time for these cases: the second one finds what the first has written.
    list(Trait.objects.select_for_update().filter(complaint__in=found).order_by("pk").values_list("pk"))
    cases = [block[pk] for pk in sorted(found)]
    known = _known(complaint.association_id, found)
    if known is None:
        fresh = [case for case in cases if not _stands_in_a_group(case)]
        if len(fresh) >= FEWEST:
            _make(complaint, by, fresh, at=at)
        return
    _grow(known, by, cases, at=at)


def _block(complaint: Complaint, trait: Trait, by: str) -> dict[int, Complaint]:
    """Open cases of the same association, platform and room (or shop), bought within the window: two index look-ups."""
    near = Trait.objects.filter(
        **{by: getattr(trait, by)},
        purchased_on__range=(complaint.purchased_on - WINDOW, complaint.purchased_on + WINDOW),
        complaint__association=complaint.association_id,
        complaint__state__in=OPEN,
    ).exclude(complaint__memberships__state__in=[GroupMember.State.DECLINED, GroupMember.State.LEFT])
    newest = near.order_by("-complaint_id").values_list("complaint_id", flat=True)[:MOST_IN_BLOCK]
    rows = Complaint.objects.filter(pk__in=[*newest, complaint.pk]).prefetch_related("respondents")
    return {row.pk: row for row in rows}


def _component(start: int, block: dict[int, Complaint]) -> set[int]:
    """The case and all it is like, and all those are like."""
    told = {pk: Told(case.goods, case.story) for pk, case in block.items()}
    found, edge, left = {start}, [start], set(block) - {start}
    while edge:
        here = edge.pop()
        near = {pk for pk in left if are_alike(told[here], told[pk])}
        found |= near
        left -= near
        edge += near
    return found


def _known(association: int | None, found: Iterable[int]) -> Suggestion | None:
    """The suggestion that some of these cases stand in: one that became a group still going on, else an open one, else
    one that was dismissed. Open ones that turn out to be the same are made one."""
    rows = SuggestedCase.objects.filter(complaint__in=found, suggestion__association=association)
    seen = Suggestion.objects.select_for_update().filter(pk__in=rows.values("suggestion")).order_by("pk")
    alive = Q(state__in=[Suggestion.State.OPEN, Suggestion.State.DISMISSED])
    taken = Q(state=Suggestion.State.TAKEN, groups__state__in=[Group.State.FORMING, Group.State.OPEN])
    pks = set(Suggestion.objects.filter(alive | taken).filter(pk__in=[each.pk for each in seen]).values_list("pk"))
    by_state: dict[str, list[Suggestion]] = {}
    for each in seen:
        if (each.pk,) in pks:
            by_state.setdefault(each.state, []).append(each)
    ordered = [
        *by_state.get(Suggestion.State.TAKEN, []),
        *by_state.get(Suggestion.State.OPEN, []),
        *by_state.get(Suggestion.State.DISMISSED, []),
    ]
    for other in by_state.get(Suggestion.State.OPEN, []):
        if other is not ordered[0]:
            other.delete()
    return ordered[0] if ordered else None


def _make(complaint: Complaint, by: str, cases: Sequence[Complaint], *, at: datetime) -> None:
    names = {each.party: each.name for each in complaint.respondents.all()}
    assert complaint.association is not None  # only cases of an association are compared
    suggestion = Suggestion.objects.create(
        association=complaint.association,
        platform=names.get(Party.PLATFORM, ""),
        name=complaint.room if by == "room" else names.get(Party.MERCHANT, ""),
        made_at=at,
        grown_at=at,
    )
    _grow(suggestion, by, cases, at=at)


def _grow(suggestion: Suggestion, by: str, cases: Sequence[Complaint], *, at: datetime) -> None:
    SuggestedCase.objects.bulk_create(
        [SuggestedCase(suggestion=suggestion, complaint=case) for case in cases], ignore_conflicts=True
    )
    count = suggestion.rows.count()
    if suggestion.state == Suggestion.State.DISMISSED and count >= suggestion.count_then * GROWN:
        suggestion.state = Suggestion.State.OPEN
    suggestion.count, suggestion.grown_at, suggestion.why = count, at, why_of(by, cases)
    suggestion.save()


def why_of(by: str, cases: Sequence[Complaint]) -> dict[str, object]:
    """The matching parts: found by what, bought within how many days, which goods, which words in common."""
    days = [case.purchased_on for case in cases]
    told = [Told(case.goods, case.story) for case in cases]
    words = common_words(told, room=cases[0].room)
    return {"by": by, "days": (max(days) - min(days)).days, "goods": common_goods(told), "words": words}


def _stands_in_a_group(case: Complaint) -> bool:
    return case.memberships.standing().exists()
