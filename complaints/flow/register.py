"""The register of parties: enter one, change it, and what hangs on it. Each change is on record, with the old value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.credit_codes import WrongCode, tidy_code
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
from complaints.register_names import block, core, normal

Kind = RegisterEntry.Kind
FIELDS = ("name_zh", "name_en", "registered_name", "credit_code", "licence", "region", "organisation_id")
NAMES = ("name_zh", "name_en", "registered_name")

# Which entries stand on either side of each relation; what stands alike on both sides is told once.
LINKED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    RegisterLink.Kind.OPERATED: (frozenset({Kind.ROOM, Kind.PLATFORM, Kind.SHOP}), frozenset({Kind.COMPANY})),
    RegisterLink.Kind.BELONGS: (frozenset({Kind.SHOP, Kind.ROOM}), frozenset({Kind.COMPANY, Kind.SHOP})),
    RegisterLink.Kind.WORKS: (frozenset({Kind.PRESENTER}), frozenset({Kind.AGENCY, Kind.COMPANY})),
    RegisterLink.Kind.PRESENTS: (frozenset({Kind.PRESENTER}), frozenset({Kind.ROOM})),
    RegisterLink.Kind.SAME: (frozenset(Kind), frozenset(Kind)),
}


class CannotRegister(Exception):
    """Why it cannot be entered so, as a sentence. Nothing has changed."""


class Stale(CannotRegister):
    """Somebody changed the entry after the page was opened."""


def held(pk: int, *, version: int | None = None) -> RegisterEntry:
    """The entry, locked until the transaction ends. Raises CannotRegister if it was merged, Stale if it was changed."""
    entry = RegisterEntry.objects.select_for_update().get(pk=pk)
    if entry.root_id:
        raise CannotRegister(_("这个主体已经并入“{name}”，到那一个里改。").format(name=entry.head.name_zh))
    if version is not None and entry.version != version:
        raise Stale(_("别人刚改过，先看看差别。你写的都还在。"))
    return entry


def note(entry: RegisterEntry, what: str, body: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Put a change on record; the version rises by one. The caller holds the entry."""
    entry.version += 1
    entry.save(update_fields=["version"])
    RegisterChange.objects.create(
        entry=entry, what=what, body=dict(body), actor=actor.label, organisation=actor.organisation, at=at
    )


def enter(
    given: Mapping[str, Any], *, kind: str, platform: RegisterEntry | None = None, actor: Actor, at: datetime
) -> RegisterEntry:
    """A new entry, known by its names; ``platform`` is where shops, rooms and presenters are called so. Raises
    CannotRegister."""
    require(actor, "register")
    values = _checked({name: given.get(name) for name in FIELDS}, kind=kind, pk=None)
    try:
        with transaction.atomic():
            entry = RegisterEntry.objects.create(kind=kind, made_by=actor.label, made_at=at, **values)
            _know_by_names(entry, values, platform=platform, actor=actor, at=at)
            note(entry, "entered", {"kind": kind, **values}, actor=actor, at=at)
    except IntegrityError as error:
        raise _taken() from error
    return entry


def change(
    pk: int, given: Mapping[str, Any], *, version: int, reason: str = "", actor: Actor, at: datetime
) -> RegisterEntry:
    """Change what is given of FIELDS; old names stay among the names it is known by. Raises CannotRegister or Stale."""
    require(actor, "register")
    try:
        with transaction.atomic():
            entry = held(pk, version=version)
            values = _checked({**_values(entry), **given}, kind=entry.kind, pk=pk)
            moved = {name: [old, values[name]] for name, old in _values(entry).items() if values[name] != old}
            if not moved:
                return entry
            for name in moved:
                setattr(entry, name, values[name])
            entry.save(update_fields=list(moved))
            renamed = {name: values[name] for name in moved if name in NAMES}
            _know_by_names(entry, renamed, platform=_usual_platform(entry), actor=actor, at=at)
            note(entry, "changed", {**moved, **({"reason": reason} if reason else {})}, actor=actor, at=at)
    except IntegrityError as error:
        raise _taken() from error
    return entry


@transaction.atomic
def add_name(
    pk: int, text: str, *, platform: RegisterEntry | None = None, version: int, actor: Actor, at: datetime
) -> RegisterAlias:
    """A further name it is known by. Raises CannotRegister."""
    require(actor, "register")
    entry = held(pk, version=version)
    alias = _alias(entry, text, platform=platform, registered=False, actor=actor, at=at)
    if alias is None:
        raise CannotRegister(_("“{name}”已经在名称里了。").format(name=text))
    note(entry, "name-added", {"name": alias.text, "platform": alias.platform_id}, actor=actor, at=at)
    return alias


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


# ── Checks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _values(entry: RegisterEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in FIELDS}


def _checked(given: Mapping[str, Any], *, kind: str, pk: int | None) -> dict[str, Any]:
    """The values as they are stored. Raises CannotRegister."""
    values = {name: (given[name] or "").strip() for name in FIELDS if name != "organisation_id"}
    values = {name: " ".join(text.split()) for name, text in values.items()}
    if not normal(values["name_zh"]):
        raise CannotRegister(_("写上名称，至少要有一个字。"))
    if any(len(normal(values[name])) == 0 for name in NAMES if values[name]):
        raise CannotRegister(_("名称里至少要有一个字或数字。"))
    if values["region"] and not (values["region"].isascii() and values["region"].isdigit()):
        raise CannotRegister(_("地区写区划代码的数字，例如3301；不知道就空着。"))
    try:
        values["credit_code"] = tidy_code(values["credit_code"])
    except WrongCode as refusal:
        raise CannotRegister(str(refusal)) from refusal
    require_own_code(values["credit_code"], kind=kind, apart=() if pk is None else (pk,))
    return {**values, "organisation_id": given["organisation_id"]}


def require_own_code(code: str, *, kind: str, apart: Collection[int]) -> None:
    """Raises CannotRegister where the code is another standing company's, ``apart`` from these."""
    if not code or kind not in RegisterEntry.OWN_CODE:
        return
    same = RegisterEntry.objects.standing().filter(credit_code=code, kind__in=RegisterEntry.OWN_CODE)
    if taken := same.exclude(pk__in=apart).first():
        raise CannotRegister(
            _("这个代码已经登记在“{name}”（登记号{number}）名下。是同一家，就把两个合并。").format(
                name=taken.name_zh, number=taken.pk
            )
        )


def _taken() -> CannotRegister:
    return CannotRegister(_("别人刚登记了同一个代码或机构，什么都没有改。刷新以后再看。"))


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _know_by_names(
    entry: RegisterEntry, names: Mapping[str, Any], *, platform: RegisterEntry | None, actor: Actor, at: datetime
) -> None:
    on = platform if entry.kind in RegisterEntry.ON_PLATFORM else None
    for field in NAMES:
        if text := names.get(field):
            registered = field == "registered_name"
            place = None if registered else on
            _alias(entry, text, platform=place, registered=registered, actor=actor, at=at)


def _alias(
    entry: RegisterEntry, text: str, *, platform: RegisterEntry | None, registered: bool, actor: Actor, at: datetime
) -> RegisterAlias | None:
    """The name as a row; None where the entry is known by it there already."""
    norm = normal(text)
    if not norm:
        raise CannotRegister(_("名称里至少要有一个字或数字。"))
    same = RegisterAlias.objects.standing().filter(entry__in=entry.family, norm=norm)
    same = same.filter(platform__in=platform.family) if platform else same.filter(platform=None)
    if (same.filter(is_registered=True) if registered else same).exists():
        return None
    if registered:  # the same words stood here as a mere name
        same.filter(entry=entry).update(removed_at=at)
    return RegisterAlias.objects.create(
        **{"entry": entry, "text": text, "platform": platform, "is_registered": registered, "norm": norm},
        **{"core": core(text), "block": block(text), "added_by": actor.label, "added_at": at},
    )


def _usual_platform(entry: RegisterEntry) -> RegisterEntry | None:
    """The one platform its names belong to, where it is one."""
    found = RegisterAlias.objects.standing().filter(entry__in=entry.family, platform__isnull=False)
    on = RegisterEntry.objects.filter(pk__in=found.values("platform"))
    places = {place.head for place in on.select_related("root")}
    return places.pop() if len(places) == 1 else None


def _told_of(part: RegisterAlias | RegisterAccount | RegisterContact | RegisterLink) -> tuple[str, dict[str, Any]]:
    match part:
        case RegisterAlias():
            return "name", {"name": part.text, "platform": part.platform_id}
        case RegisterAccount():
            return "account", {"number": part.number, "platform": part.platform_id}
        case RegisterContact():
            return "contact", {"contact": part.pk, "label": part.label}
    return "link", {"link": part.pk, "kind": part.kind, "other": part.other_id}
