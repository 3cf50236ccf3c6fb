"""The acts of a mediation: call and record a session, write an agreement, check it, end it, open the case again."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin import mediation_forms as forms
from complaints.admin.acting import Act, Given, says
from complaints.flow import agreements, performing, reopening, sessions, terminating, weighing
from complaints.lifecycle import OfferState, State
from complaints.models import Complaint, Offer, Party, Session
from complaints.models.actor import Actor
from complaints.narrative import fact_statement, moment, until_words


def _call(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("starts_at", "minutes", "where", "parties")}
    made = sessions.call_session(complaint, how=Session.How(given["how"]), **told, actor=actor, at=at)
    return _("调解会定在{time}，已通知各方。").format(time=moment(made.starts_at))


def _move(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("starts_at", "where", "reason")}
    made = sessions.move_session(given["session"], **told, actor=actor, at=at)
    return _("调解会改到{time}，已通知各方。").format(time=moment(made.starts_at))


def _cancel(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    sessions.cancel_session(given["session"], reason=given["reason"], actor=actor, at=at)
    return _("调解会已取消，已通知各方。")


def _record(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    result = Session.Result(given["result"])
    told = {name: given[name] for name in ("came", "words")}
    sessions.record_session(given["session"], result=result, **told, actor=actor, at=at)
    if result is Session.Result.AGREED:
        return _("已记下。接着写调解协议，双方确认以后才算数。")
    return _("已记下调解会的情况。")


def _agree(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("payer", "amount", "pay_by", "duties", "otherwise")}
    party, kind = Party(given["party"]), Offer.Kind(given["kind"])
    made = agreements.draw_up(complaint, party=party, kind=kind, **told, actor=actor, at=at)
    return _("协议第{n}版写好了，已请双方确认。").format(n=made.number)


def _agree_offer(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("pay_by", "duties", "otherwise")}
    made = agreements.draw_up_offer(given["offer_number"], **told, actor=actor, at=at)
    return _("协议第{n}版写好了，已请双方确认。").format(n=made.number)


def _perform(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    kept = given["kept"] == "yes"
    told = {"piece": given["piece"], "words": given["words"]}
    performing.record_performance(given["offer_number"], kept=kept, **told, actor=actor, at=at)
    return _("已记为兑现，投诉解决。") if kept else _("已记下没有兑现，案件接着办，判定重新算过。")


def _terminate(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    ground = terminating.Ground(given["ground"])
    terminating.terminate(complaint, ground=ground, words=given["words"], actor=actor, at=at)
    return _("调解已终止。消费者和对方会看到理由和其他还能走的路，通知书可以下载。")


def _weigh(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    finding = given["finding"] == "yes"
    told = {name: given[name] for name in ("fact", "answers", "reason")}
    weighing.weigh(complaint, finding=finding, **told, actor=actor, at=at)
    return _("已认定：{fact}。").format(fact=fact_statement(given["fact"], finding))


def _reopen(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    reason = reopening.OfficersReason(given["reason"])
    complaint = reopening.reopen_case(complaint, reason=reason, words=given["words"], actor=actor, at=at)
    return (
        _("已重新打开，{until}。").format(until=until_words(complaint.due_on))
        if complaint.due_on
        else _("已重新打开。")
    )


def _reopen_does(complaint: Complaint, on: date) -> str:
    back = {
        "reopen-referral": gettext_lazy("回到待受理，受理期限从今天重新数。"),
        "reopen-mediation": gettext_lazy("回到调解，期限还是从当初受理那天数，不会变长。"),
        "reopen-negotiation": gettext_lazy("回到协商，没答复的各方重新有一段答复期限。"),
    }.get(reopening.way_back_of(complaint), "")
    return str(back) + _("消费者和对方会看到理由。")


def _has_planned(complaint: Complaint) -> bool:
    return complaint.state == State.ACCEPTED and complaint.sessions.planned().exists()


def _has_begun(complaint: Complaint) -> bool:
    return complaint.is_open and complaint.sessions.planned().filter(starts_at__lte=timezone.now()).exists()


def _has_promise(complaint: Complaint) -> bool:
    return complaint.is_open and complaint.offers.filter(state=OfferState.ACCEPTED).exists()


def _is_mediated(complaint: Complaint) -> bool:
    return complaint.state == State.ACCEPTED


ACTS: tuple[Act, ...] = (
    Act(
        "session",
        gettext_lazy("约调解会"),
        "calendar",
        forms.SessionForm,
        says(gettext_lazy("定时间、地点或链接。消费者和请来的各方会收到通知，可以说来不来。期限不变。")),
        _call,
        open_when=_is_mediated,
    ),
    Act(
        "session-record",
        gettext_lazy("记调解会"),
        "edit",
        forms.RecordSessionForm,
        says(gettext_lazy("开过以后记谁来了、谈得怎么样。要点只有协会看得到，结果各方都看得到。")),
        _record,
        open_when=_has_begun,
        right="session",
    ),
    Act(
        "session-move",
        gettext_lazy("调解会改期"),
        "clock",
        forms.MoveSessionForm,
        says(gettext_lazy("换一个时间，原来那次留在记录里。各方会收到通知，重新说来不来。")),
        _move,
        open_when=_has_planned,
        right="session",
    ),
    Act(
        "session-cancel",
        gettext_lazy("取消调解会"),
        "x",
        forms.CancelSessionForm,
        says(gettext_lazy("这一次不开了，各方会收到通知。")),
        _cancel,
        open_when=_has_planned,
        right="session",
    ),
    Act(
        "agreement",
        gettext_lazy("写调解协议"),
        "doc",
        forms.AgreementForm,
        says(
            gettext_lazy("把谈妥的写成协议，请双方在各自的页面确认。都确认了，案件转为等兑现；有一方不同意，接着调解。")
        ),
        _agree,
        open_when=_is_mediated,
    ),
    Act(
        "agreement-offer",
        gettext_lazy("按方案写协议"),
        "doc",
        forms.OfferAgreementForm,
        says(gettext_lazy("把消费者接受的方案写成协议，请双方确认。金额和办法照方案。")),
        _agree_offer,
        open_when=lambda complaint: complaint.state == State.PROMISED and _has_promise(complaint),
        right="agreement",
    ),
    Act(
        "performance",
        gettext_lazy("查兑现没有"),
        "check",
        forms.PerformanceForm,
        says(gettext_lazy("有凭证就记已兑现，案件解决；过了日子查实没有，就接着办，判定重新算。")),
        _perform,
        open_when=_has_promise,
    ),
    Act(
        "factors",
        gettext_lazy("综合判断"),
        "scale",
        forms.FactorsForm,
        says(gettext_lazy("法律要求综合几种情况来认定的，在这里逐项看，再下结论。判定重新算，消费者会看到理由。")),
        _weigh,
        open_when=lambda complaint: bool(weighing.weighable(complaint)),
    ),
    Act(
        "terminate",
        gettext_lazy("终止调解"),
        "minus",
        forms.TerminateForm,
        says(gettext_lazy("谈不成时用，写明理由。案件就此结束，通知各方还能走哪条路。要再打开，由负责人来办。")),
        _terminate,
        "terminate",
        final=True,
    ),
    Act(
        "reopen",
        gettext_lazy("重新打开"),
        "play",
        forms.ReopenForm,
        _reopen_does,
        _reopen,
        open_when=lambda complaint: bool(reopening.way_back_of(complaint)),
    ),
)
