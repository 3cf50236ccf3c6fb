"""What hangs on an entry of the register: accounts, contacts, relations; and taking away what does not belong there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.flow.register import NAMES, CannotRegister, held, note
from complaints.models import (
    Actor,
    Complaint,
    RegisterAccount,
    RegisterAlias,
    RegisterChange,
    RegisterContact,
    RegisterEntry,
    RegisterLink,
)
from complaints.permissions import require
from complaints.register_names import normal

Kind = RegisterEntry.Kind

# Which entries stand on either side of each relation; what stands alike on both sides is told once.
LINKED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    RegisterLink.Kind.OPERATED: (frozenset({Kind.ROOM, Kind.PLATFORM, Kind.SHOP}), frozenset({Kind.COMPANY})),
    RegisterLink.Kind.BELONGS: (frozenset({Kind.SHOP, Kind.ROOM}), frozenset({Kind.COMPANY, Kind.SHOP})),
    RegisterLink.Kind.WORKS: (frozenset({Kind.PRESENTER}), frozenset({Kind.AGENCY, Kind.COMPANY})),
    RegisterLink.Kind.PRESENTS: (frozenset({Kind.PRESENTER}), frozenset({Kind.ROOM})),
    RegisterLink.Kind.SAME: (frozenset(Kind), frozenset(Kind)),
}


@transaction.atomic
def add_account(
    pk: int, number: str, *, platform: RegisterEntry, link: str = "", version: int, actor: Actor, at: datetime
) -> RegisterAccount:
    """An account on a platform. Raises CannotRegister where it is another entry's."""
    require(actor, "register")
    entry = held(pk, version=version)
    same = RegisterAccount.objects.standing().filter(number=number, platform__in=platform.head.family)
    if taken := same.select_related("entry__root").first():
        raise CannotRegister(_("这个账号已经登记在“{name}”名下。").format(name=taken.entry.head.name_zh))
    account = RegisterAccount.objects.create(
        entry=entry, platform=platform, number=number, link=link, added_by=actor.label, added_at=at
    )
    note(entry, "account-added", {"number": number, "platform": platform.pk}, actor=actor, at=at)
    return account


@transaction.atomic
def add_contact(
    pk: int, *, label: str, who: str, address: str, is_personal: bool, version: int, actor: Actor, at: datetime
) -> RegisterContact:
    """A way to reach the business, sealed. The record says that it was added, not what it is."""
    require(actor, "register")
    entry = held(pk, version=version)
    contact = RegisterContact(entry=entry, label=label, is_personal=is_personal, added_by=actor.label, added_at=at)
    contact.save()
    contact.keep(who=who, address=address)
    contact.save(update_fields=["sealed"])
    note(entry, "contact-added", {"contact": contact.pk, "label": label}, actor=actor, at=at)
    return contact


@transaction.atomic
def reveal_contact(contact: RegisterContact, *, reason: str, actor: Actor, at: datetime) -> dict[str, str]:
    """A person's contact in plain; who looked and why is on record before it is read."""
    require(actor, "contact")
    entry = RegisterEntry.objects.select_for_update().get(pk=contact.entry.head.pk)
    body = {"contact": contact.pk, "reason": reason}
    RegisterChange.objects.create(
        entry=entry, what="contact-viewed", body=body, actor=actor.label, organisation=actor.organisation, at=at
    )
    return contact.reveal()


@transaction.atomic
def add_link(
    pk: int,
    other: RegisterEntry,
    *,
    kind: RegisterLink.Kind,
    source: RegisterLink.Source,
    complaint: Complaint | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    version: int,
    actor: Actor,
    at: datetime,
) -> RegisterLink:
    """That it belongs together with another entry. ``complaint`` is the case that shows it, if one does; the caller
    looked it up as the actor. Raises CannotRegister."""
    require(actor, "register")
    entry, other = held(pk, version=version), other.head
    one, two = LINKED[kind]
    if entry.pk == other.pk:
        raise CannotRegister(_("一个主体不能和自己关联，写另一个的登记号。"))
    if entry.kind not in one or other.kind not in two:
        raise CannotRegister(
            _("{one}和{two}之间没有“{kind}”这种关系，换一种。").format(
                one=entry.get_kind_display(), two=other.get_kind_display(), kind=kind.label
            )
        )
    if from_on and until_on and until_on < from_on:
        raise CannotRegister(_("到哪天为止早于从哪天起，改一下日期。"))
    pairs = [(entry.family, other.family)] + ([(other.family, entry.family)] if kind == RegisterLink.Kind.SAME else [])
    standing = RegisterLink.objects.standing().filter(kind=kind, until_on=None)
    if any(standing.filter(entry__in=here, other__in=there).exists() for here, there in pairs):
        raise CannotRegister(_("这个关系已经登记了。"))
    link = RegisterLink.objects.create(
        **{"entry": entry, "other": other, "kind": kind, "source": source, "complaint": complaint},
        **{"from_on": from_on, "until_on": until_on, "added_by": actor.label, "added_at": at},
    )
    note(entry, "link-added", {"link": link.pk, "kind": kind, "other": other.pk}, actor=actor, at=at)
    return link


@transaction.atomic
def take_away(
    pk: int,
    part: RegisterAlias | RegisterAccount | RegisterContact | RegisterLink,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """A name, account, contact or relation that does not belong here; the row stays. Raises CannotRegister for the
    entry's present names: change those instead."""
    require(actor, "register")
    entry = held(pk, version=version)
    fresh = type(part).objects.select_for_update().get(pk=part.pk)
    here = {fresh.entry_id, fresh.other_id} if isinstance(fresh, RegisterLink) else {fresh.entry_id}
    if here.isdisjoint(entry.family) or fresh.removed_at:
        raise CannotRegister(_("它已经不在这里了，刷新再看。"))
    if isinstance(fresh, RegisterAlias) and fresh.norm in {normal(getattr(entry, name)) for name in NAMES}:
        raise CannotRegister(_("“{name}”是现在用的名称。先改名称，再去掉它。").format(name=fresh.text))
    fresh.removed_at = at
    fresh.save(update_fields=["removed_at"])
    what, told = _told_of(fresh)
    note(entry, f"{what}-removed", told, actor=actor, at=at)


def _told_of(part: RegisterAlias | RegisterAccount | RegisterContact | RegisterLink) -> tuple[str, dict[str, Any]]:
    match part:
        case RegisterAlias():
            return "name", {"name": part.text, "platform": part.platform_id}
        case RegisterAccount():
            return "account", {"number": part.number, "platform": part.platform_id}
        case RegisterContact():
            return "contact", {"contact": part.pk, "label": part.label}
    return "link", {"link": part.pk, "kind": part.kind, "other": part.other_id}
