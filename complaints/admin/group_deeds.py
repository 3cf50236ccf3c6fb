"""What an officer may do to a group: one form and one verb each, told before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import permissions
from complaints.admin import group_forms
from complaints.flow import group_acts, groups
from complaints.flow.triage import CannotAct
from complaints.models import Complaint, Group, GroupAct, Offer, Party
from complaints.models.actor import Actor
from complaints.narrative import day, fact_statement, party_name

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """A button of the group page. Those without a place in the list stand beside what they are about."""

    name: str
    title: Any
    icon: str
    form: type[group_forms.GroupForm]
    does: Any
    run: Callable[[Group, Given, Actor, datetime], str]
    listed: bool = True
    final: bool = False
    right: str = ""  # beside “group”
    needs_open: bool = False  # at least two are in

    def is_open_to(self, actor: Actor, group: Group) -> bool:
        may = permissions.may(actor, "group") and (not self.right or permissions.may(actor, self.right))
        return may and group.is_open and (group.state == Group.State.OPEN or not self.needs_open)


def _case_of(reference: str, actor: Actor) -> Complaint:
    found = Complaint.objects.visible_to(actor).filter(reference=reference).first()
    if found is None:
        raise CannotAct(_("没有找到{reference}，看看编号，或者它不归本协会。").format(reference=reference))
    return found


def _act_of(group: Group, given: Given) -> GroupAct:
    found = group.acts.filter(number=given["number"]).first()
    if found is None:
        raise CannotAct(_("没有这一次共同的处理。"))
    return found


def _add(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    cases = [_case_of(reference, actor) for reference in given["cases"]]
    groups.add(group, cases, seen=given["version"], actor=actor, at=at)
    return ngettext("已去问{n}位消费者。", "已去问{n}位消费者。", len(cases)).format(n=len(cases))


def _find(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("fact", "value", "reason")}
    act = group_acts.find_common(group, **told, seen=given["version"], actor=actor, at=at)
    group_acts.carry_on(act, actor=actor, at=at)
    return _("共同认定：{fact}。").format(fact=fact_statement(act.fact, act.value)) + went(act)


def _offer(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    act = group_acts.offer_common(
        group,
        party=Party(given["party"]),
        kind=Offer.Kind(given["kind"]),
        rule=GroupAct.Rule(given["rule"]),
        amount=given["amount"],
        percent=given["percent"],
        words=given["words"],
        until=given["until"],
        seen=given["version"],
        actor=actor,
        at=at,
    )
    group_acts.carry_on(act, actor=actor, at=at)
    told = _("已记下{party}的共同方案，消费者{date}前各自决定。")
    return told.format(party=party_name(act.party), date=day(given["until"])) + went(act)


def _carry_on(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    act = _act_of(group, given)
    group_acts.carry_on(act, actor=actor, at=at)
    return went(act)


def _extend(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    act = _act_of(group, given)
    group_acts.extend(act, seen=given["version"], actor=actor, at=at)
    group_acts.carry_on(act, actor=actor, at=at)
    return went(act)


def _tell(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    count = groups.tell_parties(group, seen=given["version"], actor=actor, at=at)
    if not count:
        return _("都通知过了，没有重复通知。")
    return ngettext("已通知各方：{n}件一起办。", "已通知各方：{n}件一起办。", count).format(n=count)


def _split(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    case = _case_of(given["case"], actor)
    groups.split(group, case, seen=given["version"], actor=actor, at=at)
    return _("{reference}已分出来，接着单独办。").format(reference=case.reference)


def _represent(stands: bool) -> Callable[[Group, Given, Actor, datetime], str]:
    def run(group: Group, given: Given, actor: Actor, at: datetime) -> str:
        case = _case_of(given["case"], actor)
        groups.choose_representative(group, case, stands=stands, seen=given["version"], actor=actor, at=at)
        return _("已定为代表。") if stands else _("不再是代表。")

    return run


def _close(group: Group, given: Given, actor: Actor, at: datetime) -> str:
    groups.close(group, seen=given["version"], actor=actor, at=at)
    return _("合并已结束，各件接着单独办。")


def went(act: GroupAct) -> str:
    """How far an act has come, in a sentence."""
    done = act.results.filter(outcome="done").count()
    waits = act.results.filter(outcome="waiting").count()
    other = act.results.count() - done - waits
    told = [_("办好{n}件").format(n=done)]
    told += [_("{n}件没有动，原因列在下面").format(n=other)] if other else []
    told += [_("{n}件还没办，可以接着办").format(n=waits)] if waits else []
    return _("，").join(told) + _("。")


DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "finding",
            gettext_lazy("共同认定一项事实"),
            "scale",
            group_forms.CommonFindingForm,
            gettext_lazy(
                "只判一次，写进每一件已加入的投诉，每件各自重新判定。单独认定过的、已经结束的不动，列出来给你看。"
            ),
            _find,
            right="finding",
            needs_open=True,
        ),
        Deed(
            "offer",
            gettext_lazy("记下给大家的方案"),
            "chat",
            group_forms.CommonOfferForm,
            gettext_lazy(
                "按一条规矩算出每件的金额，给每位已加入的消费者一个方案。谁接受，对谁有效；有人不接受，不影响别人。"
            ),
            _offer,
            right="offer",
            needs_open=True,
        ),
        Deed(
            "tell",
            gettext_lazy("通知各方一起办"),
            "send",
            group_forms.GroupForm,
            gettext_lazy("每件投诉给各方一条通知：合并编号、一共几件、平台的义务。不带任何人的信息；通知过的不重复。"),
            _tell,
            needs_open=True,
        ),
        Deed(
            "add",
            gettext_lazy("再加几件"),
            "plus",
            group_forms.AddForm,
            gettext_lazy("去问这几件的消费者要不要一起办。本人同意以前，各办各的。"),
            _add,
        ),
        Deed(
            "close",
            gettext_lazy("结束合并"),
            "x",
            group_forms.GroupForm,
            gettext_lazy("还没办完的各件接着单独办，认定和方案都留着。这一步不能撤回。"),
            _close,
            final=True,
        ),
        Deed(
            "split",
            gettext_lazy("分出来"),
            "minus",
            group_forms.CaseForm,
            gettext_lazy("这一件不再一起办，接着单独办；已经认定的事实和方案都留着。"),
            _split,
            listed=False,
        ),
        Deed(
            "represent",
            gettext_lazy("定为代表"),
            "user",
            group_forms.CaseForm,
            gettext_lazy("本人已经同意。代表只看得到共同的事，看不到别人的案件。"),
            _represent(True),
            listed=False,
        ),
        Deed(
            "unrepresent",
            gettext_lazy("不再当代表"),
            "minus",
            group_forms.CaseForm,
            gettext_lazy("不影响这一件继续留在合并里。"),
            _represent(False),
            listed=False,
        ),
        Deed(
            "carry-on",
            gettext_lazy("接着办"),
            "play",
            group_forms.ActForm,
            gettext_lazy("把还没办到的几件办完；办过的不会再办一次。"),
            _carry_on,
            listed=False,
        ),
        Deed(
            "extend",
            gettext_lazy("也用到后来加入的"),
            "users",
            group_forms.ActForm,
            gettext_lazy("后来加入的几件也照这一次办。"),
            _extend,
            listed=False,
        ),
    )
}
