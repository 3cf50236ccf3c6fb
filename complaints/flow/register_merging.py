"""Two entries that are one: seen beforehand, merged, taken apart again to the letter; and names split out.

A merge moves nothing: what hung on an entry goes on hanging on it, and the entry points at the one that stands for it.
Only values that were missing, or were chosen, are written to that one, and they are kept with what was there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.flow.register import FIELDS, NAMES, CannotRegister, Stale, note, require_own_code
from complaints.models import Actor, RegisterAlias, RegisterEntry, RegisterMerge, Respondent
from complaints.permissions import require
from complaints.register_names import normal

KEPT, GONE = "kept", "gone"


@dataclass(frozen=True, slots=True)
class Field:
    """A value of both entries; ``differs`` where both have one and they are not alike."""

    name: str
    label: Any
    kept: Any
    gone: Any

    @property
    def differs(self) -> bool:
        return bool(self.kept and self.gone and self.kept != self.gone)


def fields_of(kept: RegisterEntry, gone: RegisterEntry) -> list[Field]:
    """The values of both, in the order they are told."""
    label = RegisterEntry._meta.get_field
    return [
        Field(
            name,
            getattr(label(name.removesuffix("_id")), "verbose_name", name),
            getattr(kept, name),
            getattr(gone, name),
        )
        for name in FIELDS
    ]


def obstacle(kept: RegisterEntry, gone: RegisterEntry) -> str:
    """Why these two cannot be merged whatever is chosen; empty where they can."""
    if kept.pk == gone.pk:
        return _("这是同一个主体，不用合并。")
    if kept.root_id or gone.root_id:
        return _("其中一个已经并入别的主体了。打开合并以后的那一个再看。")
    if kept.kind != gone.kind:
        return _("{one}和{two}不是一类，不合并。是一家的话，用关系“是一家”。").format(
            one=kept.get_kind_display(), two=gone.get_kind_display()
        )
    if kept.organisation_id and gone.organisation_id and kept.organisation_id != gone.organisation_id:
        return _("两个主体各自接入了不同的机构，不能合并。先请管理员核对机构。")
    return ""


def respondents_of(entry: RegisterEntry) -> int:
    """How many respondents, of whichever association, are this entry."""
    return Respondent.objects.filter(entry__in=entry.family).count()


def respondents_under(entry: RegisterEntry) -> int:
    """How many respondents come with an entry when its merge is undone."""
    return Respondent.objects.filter(entry__in=[entry.pk, *_below(entry.pk)]).count()


def merge(
    kept: int,
    gone: int,
    *,
    versions: tuple[int, int],
    choices: Mapping[str, str],
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> RegisterMerge:
    """Let ``kept`` stand for ``gone``. ``choices`` says of which entry a differing value stays (``kept`` unless said);
    two different credit codes need a choice and a reason. Raises CannotRegister or Stale."""
    require(actor, "merge-parties")
    try:
        with transaction.atomic():
            one, two = _held_both(kept, gone)
            if blocked := obstacle(one, two):
                raise CannotRegister(blocked)
            if (one.version, two.version) != versions:
                raise Stale(_("别人刚改过其中一个，先看看现在的预览。"))
            return _merged(one, two, choices, reason, actor, at)
    except IntegrityError as error:
        raise CannotRegister(_("别人刚登记了同一个代码或机构，什么都没有改。刷新以后再看。")) from error


def _merged(
    one: RegisterEntry, two: RegisterEntry, choices: Mapping[str, str], reason: str, actor: Actor, at: datetime
) -> RegisterMerge:
    changed = {
        field.name: [field.kept, field.gone] for field in fields_of(one, two) if _is_taken(field, choices, reason)
    }
    moved = respondents_of(two)
    two.members.update(root=one)
    two.merged_into, two.root = one, one
    two.save(update_fields=["merged_into", "root"])
    _write(one, {name: after for name, (_before, after) in changed.items()})
    done = RegisterMerge.objects.create(
        kept=one, gone=two, changed=changed, moved=moved, reason=reason, by=actor.label, at=at
    )
    note(two, "merged-away", {"merge": done.pk, "into": one.pk}, actor=actor, at=at)
    note(one, "merged", {"merge": done.pk, "gone": two.pk, "changed": changed, "moved": moved}, actor=actor, at=at)
    return done


def _is_taken(field: Field, choices: Mapping[str, str], reason: str) -> bool:
    """Whether the value of the entry that goes is the one that stays."""
    if not field.differs:
        return bool(field.gone and not field.kept)
    choice = choices.get(field.name, "")
    if field.name == "credit_code" and (choice not in {KEPT, GONE} or not reason.strip()):
        raise CannotRegister(
            _("两个主体的统一社会信用代码不同（{one}、{two}）。选定保留哪一个，并写明理由；拿不准就先不合并。").format(
                one=field.kept, two=field.gone
            )
        )
    return choice == GONE


@transaction.atomic
def undo(merge: RegisterMerge, *, actor: Actor, at: datetime) -> RegisterEntry:
    """Take a merge apart: both entries are as they were, with all that hung on them then. Returns the one that is back.

    What was added to the merged entry since stays with it. Raises CannotRegister where what the merge wrote was
    changed since, or where it is no longer the last one.
    """
    require(actor, "merge-parties")
    one, two = _held_both(merge.kept_id, merge.gone_id)
    merge = RegisterMerge.objects.select_for_update().get(pk=merge.pk)
    if refusal := cannot_undo(merge, one, two):
        raise CannotRegister(refusal)
    _write(one, {name: before for name, (before, _after) in merge.changed.items()})
    two.merged_into = two.root = None
    two.save(update_fields=["merged_into", "root"])
    RegisterEntry.objects.filter(pk__in=_below(two.pk)).update(root=two)
    merge.undone_at, merge.undone_by = at, actor.label
    merge.save(update_fields=["undone_at", "undone_by"])
    note(two, "unmerged", {"merge": merge.pk, "from": one.pk}, actor=actor, at=at)
    note(one, "merge-undone", {"merge": merge.pk, "gone": two.pk}, actor=actor, at=at)
    return two


def cannot_undo(merge: RegisterMerge, kept: RegisterEntry, gone: RegisterEntry) -> str:
    """Why a merge cannot be undone now, and what to do first; empty where it can."""
    if merge.undone_at:
        return _("这次合并已经撤销过了。")
    if kept.root_id:
        return _("“{kept}”后来又并入了“{root}”。先撤销那一次。").format(kept=kept.name_zh, root=kept.head.name_zh)
    later = [field.label for field in fields_of(kept, gone) if _is_changed_since(merge, field)]
    if later:
        return _("合并以后又改过：{fields}。先改回合并时的样子，再撤销。").format(
            fields=_("、").join(str(label) for label in later)
        )
    return _codes_taken(merge, kept, gone)


def _codes_taken(merge: RegisterMerge, kept: RegisterEntry, gone: RegisterEntry) -> str:
    """Whether a code that either had before is somebody else's by now, or would be both's."""
    back = merge.changed.get("credit_code", [kept.credit_code])[0]
    try:
        for code in (back, gone.credit_code):
            require_own_code(code, kind=kept.kind, apart=(kept.pk, gone.pk))
    except CannotRegister as refusal:
        return str(refusal)
    if back and back == gone.credit_code and kept.kind in RegisterEntry.OWN_CODE:
        return _("撤销以后两个主体会用同一个代码{code}。先改“{name}”的代码，再撤销。").format(
            code=back, name=kept.name_zh
        )
    return ""


def _is_changed_since(merge: RegisterMerge, field: Field) -> bool:
    return field.name in merge.changed and field.kept != merge.changed[field.name][1]


@transaction.atomic
def split(pk: int, names: Sequence[int], *, version: int, actor: Actor, at: datetime) -> RegisterEntry:
    """Names that are somebody else's become an entry of their own, with the respondents that were found by them. Raises
    CannotRegister or Stale."""
    require(actor, "merge-parties")
    entry = RegisterEntry.objects.select_for_update().get(pk=pk)
    if entry.root_id or entry.version != version:
        raise Stale(_("别人刚改过，先看看差别。"))
    chosen = list(RegisterAlias.objects.standing().filter(pk__in=names, entry__in=entry.family).order_by("pk"))
    if not chosen or len(chosen) != len(set(names)):
        raise CannotRegister(_("选要分出去的名称。"))
    own = {normal(getattr(entry, name)) for name in NAMES}
    if kept := next((each for each in chosen if each.norm in own), None):
        raise CannotRegister(_("“{name}”是现在用的名称，不能分出去。先改名称。").format(name=kept.text))
    made = RegisterEntry.objects.create(kind=entry.kind, name_zh=chosen[0].text, made_by=actor.label, made_at=at)
    keys = [each.pk for each in chosen]
    RegisterAlias.objects.filter(pk__in=keys).update(entry=made)
    moved = Respondent.objects.filter(entry_alias__in=keys, entry__in=entry.family).update(entry=made)
    told = {"names": [each.text for each in chosen], "moved": moved}
    note(made, "split-from", {"from": entry.pk, **told}, actor=actor, at=at)
    note(entry, "split-out", {"to": made.pk, **told}, actor=actor, at=at)
    return made


def _held_both(kept: int, gone: int) -> tuple[RegisterEntry, RegisterEntry]:
    """Both rows, locked in one order, so that two who merge at once wait for each other rather than for ever."""
    rows = RegisterEntry.objects.select_for_update().filter(pk__in={kept, gone}).order_by("pk")
    found = {entry.pk: entry for entry in rows}
    if len(found) != len({kept, gone}):
        raise CannotRegister(_("没有这个登记号。"))
    return found[kept], found[gone]


def _write(entry: RegisterEntry, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    if values:
        entry.save(update_fields=list(values))


def _below(pk: int) -> Iterable[int]:
    """Everything that was merged into an entry, and into those."""
    found, look = set[int](), {pk}
    while look:
        look = set(RegisterEntry.objects.filter(merged_into__in=look).values_list("pk", flat=True)) - found
        found |= look
    return found
