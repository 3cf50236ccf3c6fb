"""What an officer may do to a case, in the order it is offered: one form and one verb each, told before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.admin import (
    erasure_forms,
    forms,
    mediation_acts,
    note_acts,
    override_forms,
    place_acts,
    record_forms,
    respond_acts,
    service_acts,
)
from complaints.admin.access import name_of
from complaints.admin.acting import Act, Given, says
from complaints.deadlines import mediation_by
from complaints.flow import erasure, looks, overrides, record_requests, releases, reviews, testing, triage
from complaints.flow.messages import write
from complaints.flow.offers import make_offer
from complaints.flow.triage import Declined
from complaints.models import Blob, Complaint, ErasureRequest, Hold, Offer, Override, Party, RecordAnswer, Review, Side
from complaints.models.actor import Actor
from complaints.narrative import day, fact_statement, inner, party_name, sentences, until_words

# ── What each does ───────────────────────────────────────────────────────────────────────────────────────────────────


def _assign(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    to = given["officer"]
    triage.assign(complaint, to=to, actor=actor, at=at)
    return _("已分给{name}。").format(name=name_of(to)) if to else _("已退回待分派。")


def _accept(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    until = triage.accept(complaint, actor=actor, at=at)
    return _("已受理，调解{until}。").format(until=until_words(until.day))


def _accept_does(complaint: Complaint, on: date) -> str:
    until = mediation_by(complaint, on)
    closes = _("同一件事，12315就不再受理；举报和起诉不受影响。这一步不能撤回。")
    if until is None:
        return closes
    return sentences(_("受理以后开始调解，{until}。").format(until=until_words(until.day)), closes)


def _decline(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    triage.decline(complaint, ground=Declined(given["ground"]), words=given["words"], actor=actor, at=at)
    return _("已告知不予受理。消费者会看到理由，和其他还能走的路。")


def _ask(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    asked = {name: given[name] for name in ("to", "facts", "words", "due_on")}
    triage.ask(complaint, **asked, actor=actor, at=at)
    whom = str(dict(forms.ASKED)[given["to"]])
    return _("已请{whom}在{date}前补充。").format(whom=whom, date=day(given["due_on"]))


def _offer(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    party, kind = Party(given["party"]), Offer.Kind(given["kind"])
    told = {name: given[name] for name in ("amount", "words", "until")}
    make_offer(complaint, party=party, kind=kind, **told, actor=actor, at=at)
    return _("已记下{party}的方案，消费者{date}前可以回它。").format(party=party_name(party), date=day(given["until"]))


def _write(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    write(complaint, other=Side.ASSOCIATION, words=given["words"], press=given["key"], actor=actor, at=at)
    return _("已发给消费者。")


def _release(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    party = Party(given["party"])
    releases.ask(complaint, int(given["evidence"]), party=party, reason=given["reason"], actor=actor, at=at)
    return _("已问消费者。消费者同意以后，{party}才能下载原件。").format(party=party_name(party))


def _find(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    fact, value, version = given["fact"], given["value"], complaint.decision
    decision = triage.make_finding(complaint, fact=fact, value=value, reason=given["reason"], actor=actor, at=at)
    found = _("已认定：{fact}。").format(fact=fact_statement(fact, value))
    if value is None:
        found = _("已收回对“{fact}”的认定。").format(fact=inner(fact_statement(fact, None)))
    if version is not None and decision.number == version.number:
        return sentences(found, _("判定没有变化。"))
    return sentences(found, _("判定更新为第{n}版。").format(n=decision.number))


def _override(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    made = overrides.override(
        complaint,
        party=Party(given["party"]),
        outcome=Override.Outcome(given["outcome"]),
        reason=Override.Reason(given["reason"]),
        words=given["words"],
        citation=given["citation"],
        actor=actor,
        at=at,
    )
    if made.needs_second:
        return _("已提出。它对消费者不利，要第二个人确认以后才生效。")
    return _("已改判，消费者和三方会看到新的判定和理由。")


def _second(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    proposal = Override.objects.get(pk=given["proposal"], complaint=complaint)
    if given["agrees"] == "yes":
        overrides.confirm(proposal, actor=actor, at=at)
        return _("已确认，改判现在生效。")
    overrides.turn_down(proposal, words=given["words"], actor=actor, at=at)
    return _("已驳回，判定没有变。")


def _answer_review(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    outcome = Review.Outcome(given["outcome"])
    reviews.answer_review(complaint, outcome=outcome, words=given["words"], actor=actor, at=at)
    return _("复核已答复，消费者会收到通知。")


def _begin_testing(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    testing.begin_testing(complaint, actor=actor, at=at)
    return _("已记下开始检测，调解期限停住了。")


def _end_testing(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    complaint = testing.end_testing(complaint, actor=actor, at=at)
    return _("已记下检测结束，调解{until}。").format(until=until_words(complaint.due_on))


def _ask_records(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    asked, items = record_requests.ask_for_records(complaint, given["kinds"], actor=actor, at=at)
    if asked is None:
        return _("这几样正在要，没有重复要。")
    if asked.due_on is None:
        return _("已记下要{n}项记录。平台没有接入，把信打印出来交给它，再记下“已交给平台”。").format(n=len(items))
    return _("已向平台要{n}项记录，{until}。").format(n=len(items), until=until_words(asked.due_on))


def _served(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    for request in complaint.record_requests.filter(served_at=None):
        record_requests.note_served(request, actor=actor, at=at)
    return _("已记下今天交给平台，期限从今天起算。")


def _note_record(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    said = record_requests.Answered(
        int(given["item"]), RecordAnswer.Says(given["says"]), given["why"], given["words"], given["link"]
    )
    record_requests.answer_records(complaint, [said], actor=actor, at=at)
    return _("已记下平台的答复，消费者会看到。")


def _looked(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    record_requests.note_looked(complaint, actor=actor, at=at)
    return _("已记下看过。")


def _settle(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    triage.settle(complaint, actor=actor, at=at)
    return _("已记为双方和解，案件结束。")


def _hand_off(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    triage.hand_off(complaint, route=given["route"], actor=actor, at=at)
    return _("已转出，案件在本站结束。")


def _file(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    verdict = looks.Verdict(given["verdict"])
    looks.settle_held(complaint, given["piece"], verdict=verdict, actor=actor, at=at)
    return _("已收下这个文件。") if verdict.stores else _("没有收下这个文件，消费者会看到原因。")


def _hold(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    erasure.hold(complaint, reason=Hold.Reason(given["reason"]), actor=actor, at=at)
    return _("证据已留存，解除以前不会删。")


def _lift(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    erasure.lift(complaint, actor=actor, at=at)
    return _("留存已解除，保存期照常算。")


def _erase(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    count = erasure.grant(complaint, actor=actor, at=at)
    return ngettext("已删除{n}件证据。", "已删除{n}件证据。", count).format(n=count)


def _keep_all(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    ground = ErasureRequest.Ground(given["ground"])
    erasure.refuse(complaint, ground=ground, actor=actor, at=at)
    return _("已告诉消费者现在不能删，和为什么。")


def _wants_erasure(complaint: Complaint) -> bool:
    return not complaint.is_open and complaint.erasure_requests.filter(answered_at=None).exists()


def _is_held(complaint: Complaint) -> bool:
    return complaint.holds.standing().exists()


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "assign",
            gettext_lazy("分给…"),
            "user",
            forms.AssignForm,
            says(gettext_lazy("换承办人，或者退回待分派。期限不变。")),
            _assign,
        ),
        Act("accept", gettext_lazy("受理"), "check", forms.ActForm, _accept_does, _accept, "accept", final=True),
        Act(
            "ask",
            gettext_lazy("要材料"),
            "chat",
            forms.AskForm,
            says(gettext_lazy("向消费者或一方要说明、要证据，写明期限。待受理的案件问消费者，会转为待补充。")),
            _ask,
        ),
        Act(
            "records",
            gettext_lazy("向平台要记录"),
            "inbox",
            record_forms.RecordsForm,
            says(
                gettext_lazy(
                    "逐项要回放、订单、聊天、身份等记录，写明依据。平台逐项答复；到期没有答复会记下来，判定重新算。"
                )
            ),
            _ask_records,
        ),
        Act(
            "records-served",
            gettext_lazy("记下已交给平台"),
            "send",
            forms.ActForm,
            says(gettext_lazy("平台没有接入、信今天已经交给它时用，要有凭证。答复期限从今天起算。")),
            _served,
            open_when=record_forms.unserved,
        ),
        Act(
            "records-answer",
            gettext_lazy("记下平台对记录的答复"),
            "edit",
            record_forms.RecordAnswerForm,
            says(gettext_lazy("平台用信件、电话答复时用，它自己在系统里答复的不用记。消费者会看到，判定重新算。")),
            _note_record,
            open_when=record_forms.may_note_answer,
        ),
        Act(
            "records-looked",
            gettext_lazy("看过平台的答复"),
            "eye",
            forms.ActForm,
            says(gettext_lazy("平台说没有、不全，或者没有答复，看过以后点。案件就不再列在“平台记录”里。")),
            _looked,
            open_when=record_forms.may_look,
        ),
        Act(
            "offer",
            gettext_lazy("记下方案"),
            "scale",
            forms.OfferForm,
            says(gettext_lazy("对方没有接入、口头或书面提了方案时用。消费者会看到它和法律怎么算，再决定。")),
            _offer,
        ),
        Act(
            "message",
            gettext_lazy("写给消费者"),
            "send",
            forms.MessageForm,
            says(gettext_lazy("发一条消息，消费者会收到通知，通知里没有内容。要材料、定期限，用“要材料”。")),
            _write,
            guarded=False,
        ),
        Act(
            "file",
            gettext_lazy("处理没查完的文件"),
            "file",
            forms.FileForm,
            says(gettext_lazy("自动检查没能查完的文件，看过以后决定收不收。在那之前谁也打不开它。")),
            _file,
            open_when=lambda complaint: complaint.evidence.offered().filter(blob__state=Blob.State.HELD).exists(),
        ),
        Act(
            "release",
            gettext_lazy("请消费者交出原件"),
            "eye",
            forms.ReleaseForm,
            says(gettext_lazy("对方需要没有遮盖的原件时用。写明理由，消费者同意以后，对方才能下载；随时可以收回。")),
            _release,
            open_when=releases.can_be_asked,
        ),
        Act(
            "finding",
            gettext_lazy("认定事实"),
            "scale",
            forms.FindingForm,
            says(gettext_lazy("协会的认定压过各方说法，写明理由后重新判定；消费者和三方都会看到结果。")),
            _find,
        ),
        Act(
            "review",
            gettext_lazy("答复复核"),
            "chat",
            override_forms.ReviewAnswerForm,
            says(gettext_lazy("消费者不同意判定，请人看一看。写明理由，维持，或者说明已按新的事实重判。")),
            _answer_review,
            open_when=lambda complaint: complaint.review_due_on is not None,
        ),
        Act(
            "override",
            gettext_lazy("改判"),
            "scale",
            override_forms.OverrideForm,
            says(
                gettext_lazy(
                    "规则算出来的不对时用，写明理由和依据。先看消费者会读到的话，再确认；变得对消费者不利的，要第二个人确认。"
                )
            ),
            _override,
        ),
        Act(
            "second",
            gettext_lazy("确认改判"),
            "users",
            override_forms.SecondForm,
            says(gettext_lazy("这次改判需要第二个人确认。提出的人自己不能确认，只能撤回。")),
            _second,
            open_when=lambda complaint: complaint.is_open and complaint.has_proposal,
        ),
        Act(
            "testing",
            gettext_lazy("开始检测"),
            "clock",
            forms.ActForm,
            says(gettext_lazy("送去鉴定、检测的当天点。检测期间调解期限停住，结束后接着数。")),
            _begin_testing,
            open_when=lambda complaint: testing.can_be_tested(complaint, on=timezone.localdate()),
        ),
        Act(
            "tested",
            gettext_lazy("检测结束"),
            "play",
            forms.ActForm,
            says(gettext_lazy("结果出来的当天点。检测的日子不算，调解期限往后推。")),
            _end_testing,
            open_when=testing.is_tested,
        ),
        Act(
            "settle",
            gettext_lazy("记为和解"),
            "users",
            forms.ActForm,
            says(gettext_lazy("双方谈妥时用。案件就此结束，并通知各方。这一步不能撤回。")),
            _settle,
            "settle",
            final=True,
        ),
        Act(
            "decline",
            gettext_lazy("不予受理"),
            "x",
            forms.DeclineForm,
            says(gettext_lazy("案件在本站结束，消费者会看到理由和其他还能走的路。这一步不能撤回。")),
            _decline,
            "decline",
            final=True,
        ),
        *mediation_acts.ACTS,
        Act(
            "hand-off",
            gettext_lazy("转其他途径"),
            "arrow",
            forms.HandOffForm,
            says(gettext_lazy("案件在本站结束，由消费者到选定的途径继续。这一步不能撤回。")),
            _hand_off,
            "hand-off",
            final=True,
        ),
        Act(
            "hold",
            gettext_lazy("留存证据"),
            "lock",
            erasure_forms.HoldForm,
            says(gettext_lazy("打官司、仲裁或有关机关在查时用。解除以前，到期也不删，消费者要求也不删。")),
            _hold,
            open_when=lambda complaint: not _is_held(complaint),
        ),
        Act(
            "lift-hold",
            gettext_lazy("解除留存"),
            "play",
            forms.ActForm,
            says(gettext_lazy("不用再留的时候点。保存期照常算，已经过期的，很快就会删。")),
            _lift,
            open_when=_is_held,
        ),
        Act(
            "erase",
            gettext_lazy("删除证据"),
            "trash",
            forms.ActForm,
            says(
                gettext_lazy(
                    "消费者要求删除。原件和副本都从存储里删掉，平台会收到删除通知；办理记录还在，写明什么时候、为什么删的。不能恢复。"
                )
            ),
            _erase,
            final=True,
            open_when=lambda complaint: _wants_erasure(complaint) and not _is_held(complaint),
        ),
        Act(
            "keep-evidence",
            gettext_lazy("现在不删"),
            "x",
            erasure_forms.RefuseErasureForm,
            says(gettext_lazy("消费者要求删除证据，现在还不能删。消费者会看到理由。")),
            _keep_all,
            open_when=_wants_erasure,
        ),
        *respond_acts.ACTS,
        *service_acts.ACTS,
        *place_acts.ACTS,
        *note_acts.ACTS,
    )
}
