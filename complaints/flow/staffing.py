"""Who does what at an association: its administrators give duties, take people in and let them go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import DutyChange, Membership, Organisation, User
from complaints import permissions
from complaints.flow.triage import hand_to
from complaints.models import Actor, Complaint

Duty = Membership.Duty
PASSWORD_LENGTH = 16
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that can be read as something else


class CannotStaff(Exception):
    """A change that would leave the association in a bad way, with a sentence that says why."""


@transaction.atomic
def change_duties(member: Membership, duties: Collection[str], *, actor: Actor, at: datetime) -> Membership:
    """Give a colleague these duties and no others. Nobody changes their own, and one administrator always stays.
    Raises CannotStaff, or Membership.DoesNotExist for somebody of another association."""
    permissions.require(actor, "people")
    member = _held(member, actor)
    chosen = [duty.value for duty in Duty if duty in duties]
    if not chosen:
        raise CannotStaff(_("至少选一个岗位。不在这里工作了，用“移出工作台”。"))
    _require_administrator(member, chosen)
    if chosen != member.duties:
        _note(member, chosen, actor=actor, at=at)
        member.duties = chosen
        member.save(update_fields=["duties"])
    return member


@transaction.atomic
def take_in(
    *, username: str, family: str, given: str, duties: Collection[str], actor: Actor, at: datetime
) -> tuple[Membership, str]:
    """Make an account for a new colleague. Returns it with a first password, which is stored nowhere: shown once, and a
    second factor is asked for when it is used. Raises CannotStaff."""
    permissions.require(actor, "people")
    chosen = [duty.value for duty in Duty if duty in duties]
    if not chosen:
        raise CannotStaff(_("至少选一个岗位。"))
    if User.objects.filter(username__iexact=username).exists():
        raise CannotStaff(_("“{name}”已经有人用了，换一个登录名。").format(name=username))
    assert actor.organisation is not None  # who has a duty has an association
    password = get_random_string(PASSWORD_LENGTH, LEGIBLE)
    user = User.objects.create(
        username=username, last_name=family, first_name=given, is_staff=True, password=make_password(password)
    )
    member = Membership(user=user, organisation=actor.organisation)
    _note(member, chosen, actor=actor, at=at)
    member.duties = chosen
    member.save()
    return member, password


def let_go(member: Membership, *, actor: Actor, at: datetime) -> int:
    """Take a colleague off the desk: their sessions end, and their open cases wait to be given to somebody else.
    Returns how many those are. Raises CannotStaff."""
    permissions.require(actor, "people")
    with transaction.atomic():
        member = _held(member, actor)
        _require_administrator(member, [])
        _note(member, [], actor=actor, at=at)
        user = member.user
        member.delete()
        if not user.memberships.exists():
            User.objects.filter(pk=user.pk).update(is_staff=False)
        user.end_sessions()
    return _give_back_all(user, by=actor.label, at=at)


def give_back_stranded(*, at: datetime) -> int:
    """Let the open cases of people who are at no desk any more wait for somebody: also after a worker that died while
    they were given back. Returns how many those were."""
    seated = Membership.objects.filter(organisation__kind=Organisation.Kind.ASSOCIATION, user=OuterRef("officer"))
    stranded = (
        Complaint.objects.real().open().exclude(officer=None).exclude(Exists(seated)).values_list("officer", flat=True)
    )
    people = User.objects.filter(pk__in=stranded.distinct())
    return sum(_give_back_all(user, by="clock", at=at) for user in people)


def _give_back_all(user: User, *, by: str, at: datetime) -> int:
    seats = {member.organisation for member in user.memberships.select_related("organisation")}
    left = Complaint.objects.open().filter(officer=user)
    if not any(not seat.region for seat in seats):
        left = left.exclude(association__in=seats)
    return sum(_give_back(pk, user, by=by, at=at) for pk in left.values_list("pk", flat=True))


@transaction.atomic
def _give_back(pk: int, user: User, *, by: str, at: datetime) -> int:
    """1 if it was still theirs."""
    case = Complaint.objects.locked(pk)
    if case.officer_id != user.pk or not case.is_open:
        return 0
    hand_to(case, None, by=by, at=at)
    return 1


def _held(member: Membership, actor: Actor) -> Membership:
    """The membership, with all of its association's held, so that two administrators cannot each remove the other."""
    mates = Membership.objects.select_for_update().filter(organisation=actor.organisation).select_related("user")
    found = {mate.pk: mate for mate in mates.order_by("pk")}
    if member.pk not in found:
        raise Membership.DoesNotExist
    if found[member.pk].user_id == (actor.user.pk if actor.user else None):
        raise CannotStaff(_("自己的岗位不能自己改，请另一位管理员来改。"))
    return found[member.pk]


def _require_administrator(member: Membership, duties: Collection[str]) -> None:
    if Duty.ADMINISTRATOR in duties or Duty.ADMINISTRATOR not in member.duties:
        return
    others = Membership.objects.at_desk(member.organisation).exclude(pk=member.pk)
    if not any(Duty.ADMINISTRATOR in other.duties for other in others):
        raise CannotStaff(_("这样就没有管理员了。先让另一位同事做管理员。"))


def _note(member: Membership, after: list[str], *, actor: Actor, at: datetime) -> None:
    assert actor.user is not None
    DutyChange.objects.create(
        organisation=member.organisation, user=member.user, by=actor.user, before=member.duties, after=after, at=at
    )
