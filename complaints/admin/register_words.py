"""The history of an entry, told: who changed what, from what to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.admin.access import name_of
from complaints.admin.register_forms import ReasonForm
from complaints.models import RegisterChange, RegisterEntry, RegisterLink
from complaints.narrative import language

Body = Mapping[str, Any]
LATEST = 40  # changes on the page


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words, with who made it and at which association."""

    words: str
    details: list[str]
    by: str
    at: datetime


def history_of(family: Iterable[int]) -> list[Told]:
    """The latest changes of an entry and of all that were merged into it, newest first."""
    changes = list(
        RegisterChange.objects.filter(entry__in=family).select_related("entry", "organisation").order_by("-pk")[:LATEST]
    )
    people = {each.actor.removeprefix("officer:") for each in changes}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=[key for key in people if key.isdigit()])}
    names = {entry.pk: entry.name_zh for entry in RegisterEntry.objects.filter(pk__in=_mentioned(changes))}
    return [_told(each, users, names) for each in changes]


def _told(change: RegisterChange, users: Mapping[str, User], names: Mapping[int, str]) -> Told:
    by = name_of(users.get(change.actor.removeprefix("officer:")))
    office = change.organisation.name(language()) if change.organisation else ""
    words = WORDS[change.what](change.body, names)
    moved = change.body.get("changed", change.body) if change.what in {"changed", "merged"} else {}
    details = [_moved(name, *values) for name, values in moved.items() if isinstance(values, list)]
    if reason := change.body.get("reason") if change.what == "changed" else "":
        details.append(_("理由：{words}").format(words=reason))
    return Told(words, details, " · ".join(filter(None, (by, office))), change.at)


def _moved(field: str, old: Any, new: Any) -> str:
    label = RegisterEntry._meta.get_field(field.removesuffix("_id"))
    empty = _("空")
    return _("{field}：{old} → {new}").format(
        field=getattr(label, "verbose_name", field), old=old or empty, new=new or empty
    )


def _mentioned(changes: Iterable[RegisterChange]) -> set[int]:
    keys = ("platform", "other", "into", "gone", "from", "to")
    return {value for each in changes for key in keys if isinstance(value := each.body.get(key), int)}


def _name(body: Body, names: Mapping[int, str], words: str) -> str:
    place = names.get(body.get("platform") or 0, "")
    return words.format(name=body["name"]) + (_("（{platform}）").format(platform=place) if place else "")


def _link(body: Body, names: Mapping[int, str], words: str) -> str:
    return words.format(kind=RegisterLink.Kind(body["kind"]).label, name=names.get(body["other"], ""))


def _viewed(body: Body, names: Mapping[int, str]) -> str:
    reasons = dict(ReasonForm.base_fields["reason"].choices)  # type: ignore[attr-defined]  # a choice field
    return _("看了个人的联系方式：{why}").format(why=reasons.get(body["reason"], ""))


WORDS: Mapping[str, Callable[[Body, Mapping[int, str]], str]] = {
    "entered": lambda body, names: _("登记"),
    "changed": lambda body, names: _("改了资料"),
    "name-added": lambda body, names: _name(body, names, _("加了名称“{name}”")),
    "name-removed": lambda body, names: _name(body, names, _("去掉了名称“{name}”")),
    "account-added": lambda body, names: _("加了账号{number}").format(number=body["number"]),
    "account-removed": lambda body, names: _("去掉了账号{number}").format(number=body["number"]),
    "contact-added": lambda body, names: _("加了联系方式：{label}").format(label=body["label"]),
    "contact-removed": lambda body, names: _("去掉了联系方式：{label}").format(label=body["label"]),
    "contact-viewed": _viewed,
    "link-added": lambda body, names: _link(body, names, _("加了关系：{kind}{name}")),
    "link-removed": lambda body, names: _link(body, names, _("去掉了关系：{kind}{name}")),
    "merged": lambda body, names: _("“{name}”并入，带来{n}个被投诉方").format(
        name=names.get(body["gone"], ""), n=body["moved"]
    ),
    "merged-away": lambda body, names: _("并入“{name}”").format(name=names.get(body["into"], "")),
    "unmerged": lambda body, names: _("撤销合并，从“{name}”里分出来").format(name=names.get(body["from"], "")),
    "merge-undone": lambda body, names: _("撤销了“{name}”的合并").format(name=names.get(body["gone"], "")),
    "split-from": lambda body, names: _("从“{name}”里分出来").format(name=names.get(body["from"], "")),
    "split-out": lambda body, names: _("分出名称：{names}").format(names=_("、").join(body["names"])),
}
