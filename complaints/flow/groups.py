"""Cases handled together: officers ask, consumers say yes or no, and whoever is in may leave at any time.

Locks are taken in one order, cases by number, then the group, then its members, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.flow.dispatch import announce
from complaints.flow.triage import CannotAct
from complaints.group_words import duty_codes
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Complaint, Group, GroupMember, Suggestion
from complaints.models.group import MOST_REPRESENTATIVES
from complaints.references import new_group_reference

FEWEST, MOST = 2, 200  # cases of one group: policy of the site
REFERENCE_TRIES = 8
State = GroupMember.State


class GroupChanged(IllegalMove):
    """Somebody changed the group after the page was opened; nothing has changed since by this act."""


@transaction.atomic
def make(
    cases: Sequence[Complaint],
    *,
    title: str,
    matter: str,
    suggestion: Suggestion | None = None,
    actor: Actor,
    at: datetime,
) -> Group:
    """Make a group of open cases of one association and ask each consumer whether to be in it; until they say yes,
    their case goes on alone. Of a suggestion one group is made, while it waits for an answer. Raises NotAllowed,
    CannotAct or IllegalMove; nothing has changed then."""
    permissions.require(actor, "group")
    if suggestion is not None:  # held before its cases, as where it grows
        waiting = Suggestion.objects.select_for_update().filter(pk=suggestion.pk).first()
        if waiting is None or waiting.state != Suggestion.State.OPEN:
            raise IllegalMove(_("这条建议已经有人处理过了。还要合并，就在队列里选这几件。"))
    locked = _locked(case.pk for case in cases)
    if not FEWEST <= len(locked) <= MOST:
        raise CannotAct(
            _("合并要有{n}到{most}件投诉，现在有{found}件。").format(n=FEWEST, most=MOST, found=len(locked))
        )
    if len({case.association_id for case in locked}) > 1 or locked[0].association is None:
        raise CannotAct(_("这些投诉不在同一个协会。先移送到一起，再合并。"))
    if not title.strip() or not matter.strip():
        raise CannotAct(_("写上名称和共同的事，消费者要靠它决定加不加入。"))
    assert actor.user is not None  # officers are people
    first = locked[0]
    platform = first.respondents.filter(party="platform").first()
    group = _create(
        association=first.association,
        suggestion=suggestion,
        title=title.strip(),
        matter=matter.strip(),
        platform=platform.name if platform else "",
        room=first.room,
        made_by=actor.user,
        made_at=at,
    )
    for case in locked:
        _invite(group, case, actor=actor, at=at)
    if suggestion is not None:
        Suggestion.objects.filter(pk=suggestion.pk).update(
            state=Suggestion.State.TAKEN, answered_by=actor.user, answered_at=at
        )
    return group


@transaction.atomic
def add(group: Group, cases: Sequence[Complaint], *, seen: int, actor: Actor, at: datetime) -> Group:
    """Ask more consumers. Who said no or left is not asked again. Raises as ``make`` does, and GroupChanged."""
    permissions.require(actor, "group")
    locked = _locked(case.pk for case in cases)
    group = held(group.pk, seen=seen)
    if not locked or group.members.standing().count() + len(locked) > MOST:
        raise CannotAct(_("选一件要加进来的投诉；一个合并最多{n}件。").format(n=MOST))
    if any(case.association_id != group.association_id for case in locked):
        raise CannotAct(_("这些投诉不在同一个协会。先移送到一起，再合并。"))
    for case in locked:
        _invite(group, case, actor=actor, at=at)
    return changed(group)


@transaction.atomic
def split(group: Group, case: Complaint, *, seen: int, actor: Actor, at: datetime) -> Group:
    """Take a case out: it goes on alone, with all that was found and offered in it."""
    permissions.require(actor, "group")
    case = Complaint.objects.locked(case.pk)
    group = held(group.pk, seen=seen)
    member = _standing(group, case)
    _out(member, State.TAKEN_OUT, at=at)
    _note_parting(member, case, "group-split", group, actor=actor, at=at)
    return changed(group)


@transaction.atomic
def answer(case: Complaint, *, joins: bool, actor: Actor, at: datetime) -> GroupMember:
    """The consumer's word: in, or on one's own; saying no after yes is leaving. The same answer twice changes nothing.
    Raises IllegalMove where nobody asked, or somebody else answers."""
    _require_consumer(actor)
    case = Complaint.objects.locked(case.pk)
    member = case.memberships.standing().first()
    if member is None:
        raise IllegalMove(_("现在没有要你决定的合并。"))
    if joins:
        case.require_open()
        return _join(member, case, actor=actor, at=at)
    group = Group.objects.select_for_update().get(pk=member.group_id)
    was_in = member.state == State.JOINED
    _out(member, State.LEFT if was_in else State.DECLINED, at=at)
    _note_parting(member, case, "group-left" if was_in else "group-declined", group, actor=actor, at=at)
    changed(group)
    return member


@transaction.atomic
def offer_to_represent(case: Complaint, *, willing: bool, actor: Actor, at: datetime) -> GroupMember:
    """A member says whether they would speak for the others; taking it back ends it at once."""
    _require_consumer(actor)
    case = Complaint.objects.locked(case.pk)
    member = case.memberships.joined().select_related("group").first()
    if member is None:
        raise IllegalMove(_("先加入合并，再决定当不当代表。"))
    if member.is_willing != willing:
        group = Group.objects.select_for_update().get(pk=member.group_id)
        was = member.is_representative
        member.is_willing, member.is_representative = willing, was and willing
        member.save(update_fields=["is_willing", "is_representative"])
        if was:
            _note_representing(case, group, stands=False, actor=actor, at=at)
        changed(group)
    return member


@transaction.atomic
def choose_representative(
    group: Group, case: Complaint, *, stands: bool, seen: int, actor: Actor, at: datetime
) -> Group:
    """Choose one of those who agreed to speak for the others, or end it; at most two at a time."""
    permissions.require(actor, "group")
    case = Complaint.objects.locked(case.pk)
    group = held(group.pk, seen=seen)
    member = _standing(group, case)
    if stands and not (member.is_willing and member.state == State.JOINED):
        raise CannotAct(_("本人还没有同意当代表。"))
    if stands and group.members.filter(is_representative=True).exclude(pk=member.pk).count() >= MOST_REPRESENTATIVES:
        raise CannotAct(_("代表最多{n}位，已经满了。").format(n=MOST_REPRESENTATIVES))
    if member.is_representative != stands:
        member.is_representative = stands
        member.save(update_fields=["is_representative"])
        _note_representing(case, group, stands=stands, actor=actor, at=at)
    return changed(group)


@transaction.atomic
def tell_parties(group: Group, *, seen: int, actor: Actor, at: datetime) -> int:
    """Tell the parties which of their cases go together, how many there are, and the platform's duty by code; each
    case that still runs once, as far as this officer sees them. Returns of how many cases they were told."""
    permissions.require(actor, "group")
    theirs = group.members.joined().filter(complaint__in=Complaint.objects.visible_to(actor))
    cases = {case.pk: case for case in _locked(theirs.values_list("complaint_id", flat=True)) if case.is_open}
    group = held(group.pk, seen=seen)
    if group.state != Group.State.OPEN:
        raise CannotAct(_("至少{n}位消费者加入以后再通知各方。").format(n=FEWEST))
    joined = list(group.members.joined())
    told = {
        "group": group.reference,
        "members": len(joined),
        "duty": duty_codes(timezone.localtime(at).date()),
    }
    news = [each for each in joined if each.told_at is None and each.complaint_id in cases]
    for member in news:
        case = cases[member.complaint_id]
        announce(case, timeline.record(case, "group-told", told, actor=actor.label, at=at), at=at)
        member.told_at = at
        member.save(update_fields=["told_at"])
    changed(group)
    return len(news)


@transaction.atomic
def close(group: Group, *, seen: int, actor: Actor, at: datetime) -> Group:
    """End the group; every case that still runs goes on alone, with what was found and offered in it."""
    permissions.require(actor, "group")
    cases = {case.pk: case for case in _locked(group.members.standing().values_list("complaint_id", flat=True))}
    group = held(group.pk, seen=seen)
    for member in group.members.standing():
        member.stands, member.is_representative = False, False
        member.save(update_fields=["stands", "is_representative"])
        if case := cases.get(member.complaint_id):
            _note_parting(member, case, "group-ended", group, actor=actor, at=at)
    group.state, group.closed_at = Group.State.CLOSED, at
    return changed(group)


def part(case: Complaint, *, actor: Actor, at: datetime) -> None:
    """A case that goes to another association leaves its group, if it stands in one. The caller holds the case's row
    lock and has asked for the actor's right."""
    member = case.memberships.standing().first()
    if member is None:
        return
    group = Group.objects.select_for_update().get(pk=member.group_id)
    _out(member, State.TAKEN_OUT, at=at)
    _note_parting(member, case, "group-split", group, actor=actor, at=at)
    changed(group)


def held(pk: int, *, seen: int) -> Group:
    """The group, held until the transaction ends, if it is as the officer saw it and goes on. Raises GroupChanged or
    IllegalMove."""
    group = Group.objects.select_for_update().get(pk=pk)
    if not group.is_open:
        raise IllegalMove(_("这个合并已经结束了。"))
    if group.version != seen:
        raise GroupChanged(_("别人刚改过这个合并，看一眼再办。这一次什么都没有动。"))
    return group


def changed(group: Group) -> Group:
    """Write it down, one version further: pages opened before are stale."""
    group.version += 1
    group.save()
    return group


def _create(**fields: object) -> Group:
    for _attempt in range(REFERENCE_TRIES):
        at = fields["made_at"]
        assert isinstance(at, datetime)
        reference = new_group_reference(timezone.localtime(at).date())
        if not Group.objects.filter(reference=reference).exists():
            try:
                with transaction.atomic():
                    return Group.objects.create(reference=reference, **fields)
            except IntegrityError:
                if not Group.objects.filter(reference=reference).exists():
                    raise
    raise RuntimeError("no free group number was found")


def _locked(pks: Iterable[int]) -> list[Complaint]:
    return [Complaint.objects.locked(pk) for pk in sorted(set(pks))]


def _invite(group: Group, case: Complaint, *, actor: Actor, at: datetime) -> None:
    case.require_open()
    if other := case.memberships.standing().select_related("group").first():
        sentence = _("{reference}已经在合并{group}里，一件投诉只能在一个合并里。")
        raise CannotAct(sentence.format(reference=case.reference, group=other.group.reference))
    before = group.members.filter(complaint=case).first()
    if before and before.state != State.TAKEN_OUT:
        raise CannotAct(_("{reference}的消费者要单独办，不能再请。").format(reference=case.reference))
    fresh = {"state": State.INVITED, "stands": True, "invited_at": at, "answered_at": None, "left_at": None}
    fresh["told_at"] = None  # the parties were told that it had left
    GroupMember.objects.update_or_create(group=group, complaint=case, defaults=fresh)
    timeline.record(case, "group-invited", {"group": group.reference}, actor=actor.label, at=at)


def _join(member: GroupMember, case: Complaint, *, actor: Actor, at: datetime) -> GroupMember:
    if member.state == State.JOINED:
        return member
    group = Group.objects.select_for_update().get(pk=member.group_id)
    member.state, member.answered_at = State.JOINED, at
    member.save(update_fields=["state", "answered_at"])
    if group.state == Group.State.FORMING and group.members.joined().count() >= FEWEST:
        group.state = Group.State.OPEN
    changed(group)
    timeline.record(case, "group-joined", {"group": group.reference}, actor=actor.label, at=at)
    return member


def _standing(group: Group, case: Complaint) -> GroupMember:
    member = group.members.standing().filter(complaint=case).first()
    if member is None:
        raise IllegalMove(_("{reference}已经不在这个合并里。").format(reference=case.reference))
    return member


def _out(member: GroupMember, state: GroupMember.State, *, at: datetime) -> None:
    member.state, member.stands, member.left_at = state, False, at
    member.is_willing = member.is_representative = False
    member.save()


def _note_representing(case: Complaint, group: Group, *, stands: bool, actor: Actor, at: datetime) -> None:
    body = {"group": group.reference, "stands": stands}
    timeline.record(case, "group-representative", body, actor=actor.label, at=at)


def _note_parting(member: GroupMember, case: Complaint, kind: str, group: Group, *, actor: Actor, at: datetime) -> None:
    """On record, and told to the parties that know of the group, while the case runs."""
    event = timeline.record(case, kind, {"group": group.reference}, actor=actor.label, at=at)
    if member.told_at and case.is_open:
        announce(case, event, at=at)


def _require_consumer(actor: Actor) -> None:
    if actor.role != Role.CONSUMER:
        raise IllegalMove(_("加不加入，只能由消费者本人决定。"))
