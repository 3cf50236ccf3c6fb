"""The register of parties: enter one, change it, add a name. Each change is on record, with the old value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.credit_codes import WrongCode, tidy_code
from complaints.models import Actor, RegisterAlias, RegisterChange, RegisterEntry
from complaints.permissions import require
from complaints.register_names import block, core, normal

Kind = RegisterEntry.Kind
FIELDS = ("name_zh", "name_en", "registered_name", "credit_code", "licence", "region", "organisation_id")
NAMES = ("name_zh", "name_en", "registered_name")


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
