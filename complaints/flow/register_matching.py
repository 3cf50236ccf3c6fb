"""Which entry of the register a respondent is: found by itself where names are the same, suggested where they are like.

Nothing here changes what the consumer typed, a fact or a decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from accounts.models import Organisation
from complaints import timeline
from complaints.flow.register import CannotRegister, Stale, enter, held
from complaints.models import Actor, Complaint, Party, RegisterAccount, RegisterAlias, RegisterEntry, Respondent
from complaints.models.register import RegisterEntryQuerySet
from complaints.permissions import require
from complaints.register_names import block, core, normal
from complaints.rooms import room_from

Kind = RegisterEntry.Kind
KINDS: Mapping[str, tuple[str, ...]] = {
    Party.MERCHANT: (Kind.SHOP, Kind.COMPANY),
    Party.ANCHOR: (Kind.ROOM, Kind.PRESENTER, Kind.AGENCY, Kind.COMPANY),
    Party.PLATFORM: (Kind.PLATFORM,),
}
SYSTEM = "system"
ALIKE = 70.0  # of 100: below that, names of one block have little more than their beginning in common
AT_MOST, COMPARED = 5, 400
MOST_DIGITS = 12  # of a number in the register


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that a respondent is, and the name it was found by; none where the organisation itself told."""

    entry_id: int
    alias_id: int | None


def find(names: Mapping[str, str], organisation: Organisation | None) -> dict[str, Found]:
    """Party → its entry, where the name is the same and nobody else on that platform is called so. Two look-ups by
    index. A shop or room counts on the platform complained about only; a company by its registered name."""
    norms = {party: norm for party in Party if (norm := normal(names.get(party, "")))}
    found: dict[str, Found] = {}
    platform, alias = _platform(norms.get(Party.PLATFORM, ""), organisation)
    if platform:
        found[Party.PLATFORM] = Found(platform, alias)
    others = {party: norm for party, norm in norms.items() if party != Party.PLATFORM}
    if not others:
        return found
    on = Q(is_registered=True, entry__kind__in=(Kind.COMPANY, Kind.AGENCY))
    if platform:
        on |= Q(platform=platform) | Q(platform__root=platform)
    rows = list(_aliases().filter(on, norm__in=set(others.values()))[:COMPARED])
    for party, norm in others.items():
        same = [each for each in rows if each.norm == norm and each.entry.kind in KINDS[party]]
        if len({each.entry.head.pk for each in same}) == 1:
            found[party] = Found(same[0].entry_id, same[0].pk)
    return found


def _aliases() -> Any:
    return RegisterAlias.objects.standing().select_related("entry__root").order_by("pk")


def _platform(norm: str, organisation: Organisation | None) -> tuple[int | None, int | None]:
    """The platform's standing entry, and the name it was found by."""
    if organisation is not None:
        known = RegisterEntry.objects.standing().filter(organisation=organisation).first()
        if known:
            return known.pk, None
    same = list(_aliases().filter(norm=norm, entry__kind=Kind.PLATFORM)[:COMPARED]) if norm else []
    heads = {each.entry.head.pk for each in same}
    return (heads.pop(), same[0].pk) if len(heads) == 1 else (None, None)


# ── Suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that a respondent may be, and why; the higher ``score`` (to 100), the likelier."""

    entry: RegisterEntry
    score: float
    why: str


def platform_of(complaint: Complaint) -> int | None:
    """The standing entry of the platform complained about, where it is known."""
    platform = complaint.respondents.filter(party=Party.PLATFORM).select_related("entry__root").first()
    return platform.entry.head.pk if platform and platform.entry else None


def suggestions(respondent: Respondent, on: int | None) -> list[Suggestion]:
    """Who it may be, likeliest first; ``on`` is the platform complained about. Names are compared within those that
    begin alike."""
    kinds = KINDS[respondent.party]
    best: dict[int, Suggestion] = {}
    for told in (*_by_name(respondent, kinds, on), *_by_account(respondent, kinds, on)):
        if told.entry.pk not in best or best[told.entry.pk].score < told.score:
            best[told.entry.pk] = told
    return sorted(best.values(), key=lambda each: (-each.score, each.entry.pk))[:AT_MOST]


def _by_name(respondent: Respondent, kinds: Iterable[str], on: int | None) -> list[Suggestion]:
    name = respondent.name
    if not normal(name):
        return []
    near = Q(norm=normal(name)) | Q(core=core(name)) | Q(block=block(name))
    rows = _aliases().filter(near, entry__kind__in=kinds).select_related("platform")[:COMPARED]
    return [told for each in rows if (told := _compared(name, each, on))]


def _compared(name: str, alias: RegisterAlias, on: int | None) -> Suggestion | None:
    elsewhere = alias.platform is not None and on is not None and alias.platform.head.pk != on
    place = _("，但在另一个平台") if elsewhere else ""
    less = 15.0 if elsewhere else 0.0
    entry, mine = alias.entry.head, core(name)
    if alias.norm == normal(name):
        return Suggestion(entry, 100 - less, _("名称一样：“{name}”").format(name=alias.text) + place)
    if alias.core == mine:
        words = _("去掉“旗舰店”“官方”“直播间”这类字，和“{name}”一样").format(name=alias.text)
        return Suggestion(entry, 92 - less, words + place)
    score = fuzz.ratio(mine, alias.core)
    if score < ALIKE:
        return None
    return Suggestion(entry, min(score, 90) - less, _("和“{name}”相近").format(name=alias.text) + place)


def _by_account(respondent: Respondent, kinds: Iterable[str], on: int | None) -> list[Suggestion]:
    """By the account or room number the consumer gave, on the platform complained about."""
    if respondent.party != Party.ANCHOR or on is None:
        return []
    told_of = respondent.complaint.statement
    room = room_from(str(told_of.get("room", {}).get("room", "")))
    told = {str(told_of.get("anchor", {}).get("account", "")).strip(), room.number}
    rows = RegisterAccount.objects.standing().filter(
        Q(platform=on) | Q(platform__root=on), number__in=told - {""}, entry__kind__in=kinds
    )
    return [
        Suggestion(each.entry.head, 98, _("账号一样：{number}").format(number=each.number))
        for each in rows.select_related("entry__root")[:COMPARED]
    ]


def by_words(words: str, among: RegisterEntryQuerySet) -> list[RegisterEntry]:
    """The standing entries of this number, or that go by exactly this name."""
    plain = words.strip()
    if plain.isascii() and plain.isdigit() and len(plain) < MOST_DIGITS:
        entry = among.filter(pk=int(plain)).select_related("root").first()
        return [entry.head] if entry else []
    norm = normal(plain)
    rows = list(_aliases().filter(norm=norm, entry__in=among)[:COMPARED]) if norm else []
    return list({each.entry.head.pk: each.entry.head for each in rows}.values())


def twins(entry: RegisterEntry) -> list[Suggestion]:
    """Other entries of the same kind that may be the same one: by name, or by the credit code."""
    names = list(RegisterAlias.objects.standing().filter(entry__in=entry.family))
    near = Q(core__in={each.core for each in names})
    rows = _aliases().filter(near, entry__kind=entry.kind).exclude(entry__in=entry.family)[:COMPARED]
    norms = {each.norm for each in names}
    told = [Suggestion(each.entry.head, 100 if each.norm in norms else 92, _twin_words(each, norms)) for each in rows]
    if entry.credit_code:
        same = RegisterEntry.objects.standing().filter(credit_code=entry.credit_code, kind=entry.kind)
        told += [Suggestion(each, 101, _("统一社会信用代码一样")) for each in same.exclude(pk=entry.pk)[:AT_MOST]]
    best: dict[int, Suggestion] = {}
    for each in sorted(told, key=lambda one: (-one.score, one.entry.pk)):
        best.setdefault(each.entry.pk, each)
    return list(best.values())[:AT_MOST]


def _twin_words(alias: RegisterAlias, norms: set[str]) -> str:
    if alias.norm in norms:
        return _("名称一样：“{name}”").format(name=alias.text)
    return _("去掉“旗舰店”“官方”“直播间”这类字，和“{name}”一样").format(name=alias.text)


# ── What an officer does ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def link(
    complaint: Complaint, *, party: Party, entry: RegisterEntry | None, was: int | None, actor: Actor, at: datetime
) -> Respondent:
    """Say which entry a respondent is; None takes it back. ``was`` is what the officer saw. Raises Stale or
    CannotRegister. The case itself does not move."""
    require(actor, "register")
    complaint = Complaint.objects.locked(complaint.pk)
    respondent = complaint.respondents.select_for_update().get(party=party)
    if respondent.entry_id != was:
        raise Stale(_("别人刚改过，先看看差别。"))
    head = held(entry.head.pk) if entry else None
    if head and head.kind not in KINDS[party]:
        raise CannotRegister(
            _("“{name}”登记为{kind}，不能对应{party}。").format(
                name=head.name_zh, kind=head.get_kind_display(), party=party.label
            )
        )
    respondent.entry, respondent.entry_alias = head, None
    respondent.entry_by = actor.label if head else ""
    respondent.save(update_fields=["entry", "entry_alias", "entry_by"])
    body = {"party": party.value, "entry": head.pk if head else None}
    timeline.record(complaint, "party-registered", body, actor=actor.label, at=at)
    return respondent


@transaction.atomic
def enter_from(
    complaint: Complaint, *, party: Party, kind: str, was: int | None, actor: Actor, at: datetime
) -> Respondent:
    """A new entry under the name the consumer typed, on the platform complained about; the respondent is linked."""
    require(actor, "register")
    respondent = complaint.respondents.get(party=party)
    platform = complaint.respondents.select_related("entry__root").get(party=Party.PLATFORM).entry
    own = {"organisation_id": respondent.organisation_id} if kind == Kind.PLATFORM else {}
    on = platform.head if platform and kind in RegisterEntry.ON_PLATFORM else None
    made = enter({"name_zh": respondent.name, **own}, kind=kind, platform=on, actor=actor, at=at)
    return link(complaint, party=party, entry=made, was=was, actor=actor, at=at)
