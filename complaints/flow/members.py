"""Who acts for a business: its managers invite colleagues, say who does what, and take them away.

An invitation is good once, for a week, for the account it names. To an e-mail address it goes by letter alone, so that
whoever opens it has shown that the address is theirs; one for a user name is handed over by the manager.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import DutyChange, MemberInvitation, Membership, Organisation, User
from accounts.names import keep_password, name_for
from accounts.sealing import keyed_hash
from complaints.models import Actor, Assignment

Part = Membership.Part
LASTS = timedelta(days=7)
MOST_OPEN = 50  # invitations of one business at a time
MOST_A_DAY = 100  # made, also those taken back: each may be a letter to somebody who never asked for one
LONGEST = 150


class CannotChangeMember(Exception):
    """What stands against it, in a sentence; ``field`` is the field that has to change, where it is one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation and its code, which is kept nowhere."""

    invitation: MemberInvitation
    code: str

    @property
    def goes_by_letter(self) -> bool:
        return "@" in self.invitation.whom


@transaction.atomic
def invite_member(
    organisation: Organisation, *, whom: str, parts: Collection[str], by: User, actor: Actor | None, at: datetime
) -> Invited:
    """Invite a colleague; an earlier invitation of the same person opens nothing any more. ``actor`` is the manager;
    None for an operator, who begins a business's first one. Nobody learns whether there is an account of that name.
    Raises CannotChangeMember."""
    _require_manager(organisation, actor)
    if organisation.kind == Organisation.Kind.ASSOCIATION:
        raise CannotChangeMember(_("协会的同事在“人员和岗位”里加。"))
    chosen, name = _chosen(parts), _checked(whom.strip())
    _hold(organisation)
    if Membership.objects.filter(organisation=organisation, user__username=name).exists():
        raise CannotChangeMember(_("这个人已经是成员了。"), "whom")
    organisation.member_invitations.filter(ends_at__lte=at).delete()
    open_ones = organisation.member_invitations.open(at)
    open_ones.filter(username=name).update(withdrawn_at=at)
    if open_ones.count() >= MOST_OPEN:
        raise CannotChangeMember(_("还没用的邀请最多{n}个，先收回一些。").format(n=MOST_OPEN))
    if organisation.member_invitations.filter(made_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise CannotChangeMember(_("一天最多邀请{n}次，明天再邀请。").format(n=MOST_A_DAY))
    code = secrets.token_urlsafe(24)
    made = MemberInvitation(
        organisation=organisation,
        username=name,
        duties=chosen,
        code_hash=_hash(code),
        made_by=by,
        made_at=at,
        ends_at=at + LASTS,
    )
    made.keep_whom(whom.strip())
    made.save()
    return Invited(made, code)


@transaction.atomic
def withdraw_invitation(invitation: MemberInvitation, *, actor: Actor, at: datetime) -> None:
    """It opens nothing any more; one that was used stays used. Raises CannotChangeMember."""
    _require_manager(invitation.organisation, actor)
    MemberInvitation.objects.open(at).filter(pk=invitation.pk).update(withdrawn_at=at)


def invitation_of(code: str, *, at: datetime) -> MemberInvitation | None:
    """The invitation a code stands for; None for one that is unknown, used, taken back or too old."""
    found = MemberInvitation.objects.open(at).select_related("organisation")
    return found.filter(code_hash=_hash(code)).first()


@transaction.atomic
def accept(code: str, *, user: User, at: datetime) -> Membership:
    """Make the person a member; the invitation is used then. Raises CannotChangeMember: for a code that opens nothing,
    for somebody else's invitation, and for who works at an association, which would judge itself."""
    found = invitation_of(code, at=at)
    if found is not None:  # first the business, as whoever removes its maker at this moment does
        _hold(found.organisation)
        list(MemberInvitation.objects.select_for_update().filter(pk=found.pk))
        found = invitation_of(code, at=at)
    if found is None or not _may_still_invite(found):
        raise CannotChangeMember(_("这个邀请不能用了：用过、收回了或者过期了。请机构的账号管理再发一个。"))
    if found.username != user.username:
        raise CannotChangeMember(_("这个邀请是给另一个账号的。用那个账号登录再打开。"))
    if user.is_staff or user.is_superuser:
        raise CannotChangeMember(_("协会和运行维护的账号不能做机构的成员。换一个账号。"))
    if not user.is_active or Membership.objects.filter(user=user, organisation=found.organisation).exists():
        raise CannotChangeMember(_("这个账号已经是成员，或者停用了。"))
    member = Membership.objects.create(user=user, organisation=found.organisation, duties=found.duties)
    found.used_at, found.sealed_whom = at, ""
    found.save(update_fields=["used_at", "sealed_whom"])
    _note(member, [], found.duties, by=found.made_by, at=at)
    return member


@transaction.atomic
def accept_anew(code: str, *, password: str, language: str, at: datetime) -> User:
    """Make the account an invitation names, with this password, and its person a member. Raises CannotChangeMember,
    also where there is such an account by now: its person signs in, and accepts."""
    found = invitation_of(code, at=at)
    if found is None or has_account(found):
        raise CannotChangeMember(_("这个账号已经有了。先登录，再打开邀请。"))
    if "@" in found.whom:
        user = keep_password(found.whom, password, language=language)
    else:
        try:
            with transaction.atomic():
                hashed = make_password(password)
                user = User.objects.create(username=found.username, password=hashed, language=language)
        except IntegrityError:  # made in this very moment
            raise CannotChangeMember(_("这个账号已经有了。先登录，再打开邀请。")) from None
    accept(code, user=user, at=at)
    return user


def _may_still_invite(invitation: MemberInvitation) -> bool:
    """Whether who made it manages members there still, or is an operator."""
    by = invitation.made_by
    own = Membership.objects.filter(user=by, organisation=invitation.organisation).first()
    return by.is_active and (by.is_superuser or (own is not None and Part.MANAGER in own.duties))


def has_account(invitation: MemberInvitation) -> bool:
    return User.objects.filter(username__iexact=invitation.username).exists()


@transaction.atomic
def change_parts(member: Membership, parts: Collection[str], *, actor: Actor, at: datetime) -> Membership:
    """Give a colleague these parts and no others; one manager always stays. Raises CannotChangeMember, or
    Membership.DoesNotExist for somebody of another business."""
    chosen, member = _chosen(parts), _held(member, actor)
    _require_another(member, chosen)
    if chosen != member.duties:
        _note(member, member.duties, chosen, by=_person(actor), at=at)
        member.duties = chosen
        member.save(update_fields=["duties"])
        if Part.MANAGER not in chosen:
            _end_invitations(member, at)
        if Part.ANSWERING not in chosen:
            Assignment.objects.filter(organisation=member.organisation, user=member.user).delete()
    return member


@transaction.atomic
def remove_member(member: Membership, *, actor: Actor, at: datetime) -> int:
    """Take a colleague away: they are out at once, in every browser, and what they worked on waits for somebody else.
    Returns how many cases those were. Raises CannotChangeMember, or Membership.DoesNotExist."""
    member = _held(member, actor)
    _require_another(member, [])
    _note(member, member.duties, [], by=_person(actor), at=at)
    _end_invitations(member, at)
    left, _kinds = Assignment.objects.filter(organisation=member.organisation, user=member.user).delete()
    user = member.user
    member.delete()
    user.end_sessions()
    return left


def _end_invitations(member: Membership, at: datetime) -> None:
    """Those they made, and those made for them: nobody comes back by one that they kept."""
    waiting = MemberInvitation.objects.open(at).filter(organisation=member.organisation)
    waiting.filter(Q(made_by=member.user) | Q(username=member.user.username)).update(withdrawn_at=at)


def _held(member: Membership, actor: Actor) -> Membership:
    """The membership, with its business held, so that two managers cannot each remove the other."""
    assert actor.organisation is not None
    _hold(actor.organisation)
    _require_manager(actor.organisation, actor)
    mates = Membership.objects.select_for_update().filter(organisation=actor.organisation)
    return mates.select_related("user", "organisation").get(pk=member.pk)


def _hold(organisation: Organisation) -> None:
    """Until the transaction ends nobody else changes members of this business."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _require_manager(organisation: Organisation, actor: Actor | None) -> None:
    """As it stands now: a manager who was removed a moment ago manages nothing any more."""
    if actor is None:
        return
    own = Membership.objects.filter(user=actor.user, organisation=organisation).first()
    if own is None or actor.organisation != organisation or Part.MANAGER not in own.duties:
        raise CannotChangeMember(_("成员由“账号管理”来管。什么都没有改动。"))


def _require_another(member: Membership, parts: Collection[str]) -> None:
    if Part.MANAGER in parts or Part.MANAGER not in member.duties:
        return
    others = Membership.objects.filter(organisation=member.organisation, user__is_active=True).exclude(pk=member.pk)
    if not any(Part.MANAGER in other.duties for other in others):
        raise CannotChangeMember(_("这样就没有人管账号了。先让另一位同事做账号管理。"))


def _chosen(parts: Collection[str]) -> list[str]:
    chosen = [part.value for part in Part if part in parts]
    if not chosen:
        raise CannotChangeMember(_("至少选一项分工。不在这里工作了，用“移出机构”。"), "parts")
    return chosen


def _checked(whom: str) -> str:
    """The name of the account meant. Raises CannotChangeMember for what can be none: also for a name that looks like
    those made of addresses, which would take somebody's account before they have one."""
    try:
        if "@" in whom:
            validate_email(whom)
            if not whom.rpartition("@")[0].isascii():
                raise ValidationError("")
        else:
            UnicodeUsernameValidator()(whom)
            if not 2 <= len(whom) <= LONGEST or whom.lower().startswith("u-"):
                raise ValidationError("")
    except ValidationError:
        raise CannotChangeMember(
            _("写同事的邮箱，像name@example.com；或者登录名，2个以上的字母、数字和.+-_，不能用u-开头。"), "whom"
        ) from None
    return name_for(whom)


def _note(member: Membership, before: list[str], after: list[str], *, by: User, at: datetime) -> None:
    DutyChange.objects.create(
        organisation=member.organisation, user=member.user, by=by, before=before, after=after, at=at
    )


def _person(actor: Actor) -> User:
    assert actor.user is not None  # a manager is a person
    return actor.user


def _hash(code: str) -> str:
    return keyed_hash(f"member-invitation:{code}")
