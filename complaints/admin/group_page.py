"""A group as its page shows it: its cases with what sets one apart, what is common, what was done, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints.admin.access import name_of
from complaints.admin.group_deeds import DEEDS, went
from complaints.admin.listing import yuan
from complaints.alike import Told, common_goods, is_other_goods, room_name
from complaints.flow.clusters import WINDOW
from complaints.flow.group_acts import why_past
from complaints.group_words import rule_words
from complaints.lifecycle import OfferState
from complaints.models import Complaint, Group, GroupAct, GroupMember, GroupResult, Party
from complaints.models.actor import Actor
from complaints.models.complaint import ComplaintQuerySet
from complaints.narrative import day, fact_statement, moment, offer_words, party_name

MOST_FACTS = 12
ANSWERS = {
    "accepted": (OfferState.ACCEPTED, OfferState.KEPT, OfferState.BROKEN),
    "refused": (OfferState.REFUSED, OfferState.COUNTERED),
    "waiting": (OfferState.MADE,),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the group or of a suggestion; ``flags`` are what sets it apart from most."""

    case: Complaint
    member: GroupMember | None
    shop: str
    price: str
    bought: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact across the members' decisions: how many say yes and no."""

    key: str
    words: str
    yes: int
    no: int

    @property
    def is_common(self) -> bool:
        return not (self.yes and self.no)


@dataclass(frozen=True, slots=True)
class Done:
    """One common finding or offer, how far it has come, and what each case made of it."""

    act: GroupAct
    title: str
    detail: str
    went: str
    by: str
    results: tuple[GroupResult, ...]
    counts: dict[str, int]
    waits: bool
    later: int  # members who joined since, do not have it and may still get it


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the group's history."""

    at: datetime
    words: str
    case: str = ""

    @property
    def when(self) -> str:
        return moment(self.at)


def rows_of(cases: Sequence[Complaint], members: dict[int, GroupMember]) -> list[Row]:
    """The cases, each with what it has that most have not: other goods, shop, room, platform, day."""
    if not cases:
        return []
    names = {case.pk: {each.party: each.name for each in case.respondents.all()} for case in cases}
    goods = common_goods([Told(case.goods, "") for case in cases])
    shop = _usual(names[case.pk].get(Party.MERCHANT, "") for case in cases)
    platform = _usual(names[case.pk].get(Party.PLATFORM, "") for case in cases)
    room = _usual(case.room for case in cases)
    days = sorted(case.purchased_on for case in cases)
    middle = days[len(days) // 2]
    rows = []
    for case in cases:
        own = names[case.pk]
        flags = [
            (is_other_goods(case.goods, goods), _("商品不同")),
            (_differs(own.get(Party.MERCHANT, ""), shop), _("店铺不同")),
            (_differs(case.room, room), _("直播间不同")),
            (_differs(own.get(Party.PLATFORM, ""), platform), _("平台不同")),
            (abs(case.purchased_on - middle) > timedelta(days=WINDOW.days), _("下单日子离得远")),
            (not case.is_open, _("案件已结束")),
        ]
        told = tuple(words for differs, words in flags if differs)
        member = members.get(case.pk)
        rows.append(Row(case, member, own.get(Party.MERCHANT, ""), yuan(case.price), day(case.purchased_on), told))
    return rows


def page_of(group: Group, actor: Actor, *, on: date) -> dict[str, Any]:
    """The context of the group's page. Cases this officer may not see are counted, and nothing of them is shown."""
    seen = Complaint.objects.visible_to(actor)
    members = {each.complaint_id: each for each in group.members.all()}
    cases = _with_names(seen.filter(pk__in=members)).select_related("decision").order_by("pk")
    rows = rows_of(list(cases), members)
    standing = [row for row in rows if (row.member and row.member.stands) or not group.is_open]
    joined = [row.case for row in rows if row.member and row.member.state == GroupMember.State.JOINED]
    facts = facts_of(joined)
    acts = [_done(act, group, seen, on=on) for act in group.acts.select_related("by").order_by("-number")]
    counted = Counter(each.state for each in members.values() if each.stands or not group.is_open)
    return {
        "rows": standing,
        "gone": [row for row in rows if row not in standing],
        "hidden": len(members) - len(rows),
        "joined": counted[GroupMember.State.JOINED],
        "asked": counted[GroupMember.State.INVITED],
        "common": [fact for fact in facts if fact.is_common][:MOST_FACTS],
        "differing": [fact for fact in facts if not fact.is_common][:MOST_FACTS],
        "acts": acts,
        "steps": _history(group, rows, acts),
        "more": _more_like(group, seen, set(members)),
        "made_by": name_of(group.made_by),
        "deeds": [deed for deed in DEEDS.values() if deed.listed and deed.is_open_to(actor, group)],
        "may_change": DEEDS["split"].is_open_to(actor, group),
    }


def facts_of(cases: Sequence[Complaint]) -> list[Fact]:
    """The facts that the latest decisions of at least two cases know, those most know first."""
    yes: Counter[str] = Counter()
    no: Counter[str] = Counter()
    for case in cases:
        for key, value in (case.decision.input["facts"] if case.decision else {}).items():
            yes[key] += value is True
            no[key] += value is False
    keys = sorted({key for key in (*yes, *no) if yes[key] + no[key] >= 2}, key=lambda key: (-yes[key] - no[key], key))
    return [Fact(key, fact_statement(key, yes[key] >= no[key]), yes[key], no[key]) for key in keys]


def _done(act: GroupAct, group: Group, seen: ComplaintQuerySet, *, on: date) -> Done:
    found = act.results.filter(member__complaint__in=seen).select_related("member__complaint", "offer")
    results = tuple(found)
    may_extend = group.is_open and not why_past(act, on=on)
    later = group.members.joined().exclude(results__act=act).count() if may_extend else 0
    if act.kind == GroupAct.Kind.FINDING:
        title = _("认定：{fact}").format(fact=fact_statement(act.fact, act.value))
        if act.value is None:
            title = _("收回认定：{fact}").format(fact=fact_statement(act.fact, None))
        counts: dict[str, int] = {}
    else:
        title = _("{party}的方案：{what}").format(
            party=party_name(act.party, start=True), what=offer_words(act.offer_kind, None)
        )
        title += _("，{rule}").format(rule=rule_words(act)) if act.rule else ""
        states = Counter(act.results.filter(offer__isnull=False).values_list("offer__state", flat=True))
        counts = {name: sum(states[state] for state in of) for name, of in ANSWERS.items()}
    waits = any(each.outcome == GroupResult.Outcome.WAITING for each in results)
    return Done(act, title, act.words, went(act), name_of(act.by), results, counts, waits, later)


def _history(group: Group, rows: Sequence[Row], acts: Sequence[Done]) -> list[Step]:
    words = dict(GroupMember.State.choices)
    steps = [Step(group.made_at, _("{name}建了合并").format(name=name_of(group.made_by)))]
    for row in rows:
        member, reference = row.member, row.case.reference
        assert member is not None  # rows of a group are of its members
        steps.append(Step(member.invited_at, _("问了消费者"), reference))
        if member.answered_at:
            steps.append(Step(member.answered_at, str(GroupMember.State.JOINED.label), reference))
        if member.told_at:
            steps.append(Step(member.told_at, _("通知了各方"), reference))
        if member.left_at:
            steps.append(Step(member.left_at, str(words[member.state]), reference))
    steps += [Step(done.act.at, f"{done.title} · {done.by}") for done in acts]
    if group.closed_at:
        steps.append(Step(group.closed_at, _("合并结束了")))
    return sorted(steps, key=lambda step: step.at)[::-1]


def _more_like(group: Group, seen: ComplaintQuerySet, members: set[int]) -> list[Complaint]:
    """Cases that looked like these since, and stand in no group."""
    if group.suggestion is None or not group.is_open:
        return []
    found = seen.open().filter(suggested_in__suggestion=group.suggestion).exclude(pk__in=members)
    return list(found.exclude(memberships__stands=True).order_by("pk")[:50])


def _with_names(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    return cases.prefetch_related("respondents")


def _usual(names: Any) -> str:
    """The name most have, as it is compared."""
    counted = Counter(tidy for name in names if (tidy := room_name(name)))
    return counted.most_common(1)[0][0] if counted else ""


def _differs(name: str, usual: str) -> bool:
    return bool(name) and room_name(name) != usual
