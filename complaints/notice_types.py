"""The catalogue of notices: every type once, with what it says, when it rings, and the schema of its bytes.

A type keeps its fields for ever: another meaning is another date (docs/webhooks.md). Fields may be added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.webhooks import SCHEMA

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 1}
DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
TIME: Schema = {"type": "string", "format": "date-time"}
MOMENT: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PARTY: Schema = {"enum": ["platform", "merchant", "anchor"]}

# What every notice about a case says.
OF_A_CASE: Mapping[str, Schema] = {
    "case": {"type": "string", "pattern": "^[A-Z0-9-]{6,40}$"},
    "case_version": NUMBER,
    "timeline_head": DIGEST,
    "respondent": {"type": "string", "pattern": "^org_[0-9]+$"},
    "party": PARTY,
    "state": TEXT,
    "response_due_on": {"anyOf": [DAY, {"type": "null"}]},
    "href": {"type": "string", "format": "uri"},
}
OF_A_LINE: Mapping[str, Schema] = {"endpoint": {"type": "string", "pattern": "^ep_[0-9]+$"}}

OFFER = {"offer": NUMBER}
SESSION = {"session": NUMBER}
AGREEMENT = {"agreement": NUMBER}
RECORDS = {"record_request": NUMBER}
CONTESTS: Mapping[str, dict[str, Any]] = {
    "contests": {"type": "array", "items": NUMBER, "minItems": 1},
    "contest_due_on": {"anyOf": [DAY, {"type": "null"}]},
}
DECISION = {"decision": NUMBER, "decision_digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}}


@dataclass(frozen=True, slots=True)
class NoticeType:
    """A type of notice: ``label`` for lists, ``when`` for whoever integrates; ``data`` are the fields it always has
    beside those of its kind, ``sometimes`` those it may have."""

    name: str
    label: Any
    when: Any
    data: Mapping[str, Schema] = field(default_factory=dict)
    sometimes: Mapping[str, Schema] = field(default_factory=dict)
    usual: Mapping[str, Schema] = field(default_factory=lambda: OF_A_CASE)

    @property
    def is_operational(self) -> bool:
        """Whether it tells of an address or a key and not of a case."""
        return self.usual is not OF_A_CASE

    @property
    def fields(self) -> Mapping[str, Schema]:
        """Every field its ``data`` may have."""
        return {**self.usual, **self.data, **self.sometimes}

    def schema(self) -> Schema:
        """The JSON Schema (draft 2020-12) of the whole body; its words are English, as those of the documents."""
        with translation.override("en"):
            words = str(self.when)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{settings.SITE_URL}/api/schemas/events/{self.name}/{SCHEMA}.json",
            "title": self.name,
            "description": words,
            "type": "object",
            "required": ["type", "timestamp", "event_id", "schema", "test", "data"],
            "properties": {
                "type": {"const": self.name},
                "timestamp": TIME,
                "event_id": {"type": "string", "pattern": "^evt_[A-Za-z0-9_-]+$"},
                "schema": {"const": SCHEMA},
                "test": {"type": "boolean"},
                "data": {
                    "type": "object",
                    "required": [*self.usual, *self.data],
                    "properties": dict(self.fields),
                },
            },
        }


def _of_the_house(name: str, label: Any, when: Any, **data: Schema) -> NoticeType:
    return NoticeType(name, label, when, data=data, usual=OF_A_LINE)


CATALOGUE: Mapping[str, NoticeType] = {
    each.name: each
    for each in (
        NoticeType("case.opened", _("投诉通知"), _("有投诉提到贵机构，答复期限开始算")),
        NoticeType("case.decided", _("判定通知"), _("按新的事实重新判定了一次"), DECISION),
        NoticeType("case.decision_updated", _("改判通知"), _("工作人员更改了对某一方的判定，或者撤回更改"), DECISION),
        NoticeType("case.evidence_added", _("新证据"), _("有新证据")),
        NoticeType(
            "case.erased",
            _("删除通知"),
            _("证据已按规定删除，请删掉贵机构留的副本"),
            {
                "evidence": {"type": "array", "items": NUMBER},
                "basis": {"enum": ["retention", "request", "rejected"]},
            },
        ),
        NoticeType("case.response_requested", _("补充要求"), _("消费者协会请某一方在期限前说明")),
        NoticeType("case.response_reminder", _("答复提醒"), _("答复期限快到了，某一方还没有答复")),
        NoticeType("case.response_overdue", _("逾期通知"), _("某一方过了期限没有答复")),
        NoticeType("case.contested", _("有一方说不归它管"), _("有一方说不归它管，指了另一方"), CONTESTS),
        NoticeType("case.contest_closed", _("争议有了结论"), _("协会定了该由谁答复"), CONTESTS),
        NoticeType("case.extension_granted", _("延期通知"), _("某一方可以晚几天答复")),
        NoticeType("case.extension_refused", _("没有延期的通知"), _("协会没有同意延期")),
        NoticeType(
            "case.identity_unreachable",
            _("身份联系不上的通知"),
            _("平台给的身份联系不上，请另给"),
            {"identity": {"enum": ["seller_identity", "operator_identity"]}},
        ),
        NoticeType("case.facts_told", _("说明事实的通知"), _("某一方说明了单项事实")),
        NoticeType("case.performance_shown", _("兑现证明的通知"), _("某一方交了兑现的证明"), OFFER),
        NoticeType("case.records_requested", _("要记录的通知"), _("要平台逐项提供记录"), RECORDS),
        NoticeType("case.records_overdue", _("记录逾期通知"), _("要的记录过了期限，有几项没有答复"), RECORDS),
        NoticeType("case.offer_made", _("方案通知"), _("某一方提出了方案"), OFFER),
        NoticeType("case.offer_accepted", _("方案已接受"), _("消费者接受了方案"), OFFER),
        NoticeType("case.offer_countered", _("还价通知"), _("消费者提了另一个数"), OFFER),
        NoticeType("case.offer_refused", _("方案没有接受"), _("消费者没有同意方案"), OFFER),
        NoticeType("case.offer_lapsed", _("方案过期通知"), _("方案过了最后一天，消费者没有表态"), OFFER),
        NoticeType("case.offer_ended", _("方案随投诉结束的通知"), _("消费者还没表态，投诉先结束了"), OFFER),
        NoticeType("case.offer_broken", _("没有兑现的通知"), _("消费者说承诺没有兑现"), OFFER),
        NoticeType("case.session_set", _("调解会通知"), _("定了调解会的时间"), {**SESSION, "starts_at": MOMENT}),
        NoticeType("case.session_moved", _("调解会改期通知"), _("调解会改期"), {**SESSION, "starts_at": MOMENT}),
        NoticeType("case.session_cancelled", _("调解会取消通知"), _("调解会取消了"), SESSION, {"starts_at": MOMENT}),
        NoticeType(
            "case.session_held", _("调解会结果通知"), _("调解会开过了，结果记下来了"), SESSION, {"starts_at": MOMENT}
        ),
        NoticeType("case.agreement_made", _("协议通知"), _("调解协议写好了，等双方确认"), AGREEMENT),
        NoticeType("case.agreement_confirmed", _("协议确认通知"), _("有一方确认了调解协议"), AGREEMENT),
        NoticeType("case.agreement_declined", _("不同意协议的通知"), _("有一方没有同意调解协议"), AGREEMENT),
        NoticeType("case.agreement_ended", _("协议不再有效的通知"), _("等确认的协议不再有效"), AGREEMENT),
        NoticeType("message.invited", _("可以留言的通知"), _("消费者允许某一方留言")),
        NoticeType("message.posted", _("新留言"), _("消费者给这一方留了言"), {"message": NUMBER}),
        NoticeType("message.closed", _("对话关闭的通知"), _("消费者关闭了这个对话")),
        NoticeType(
            "case.updated",
            _("进展通知"),
            _("协会受理或不受理，或者投诉继续处理"),
            sometimes={
                **OFFER,
                "group": TEXT,
                "members": NUMBER,
                "duty": {"type": "array", "items": TEXT},
            },
        ),
        NoticeType(
            "case.closed",
            _("结案通知"),
            _("和解、承诺兑现，或者调解结束"),
            sometimes={**OFFER, "ground": {"anyOf": [TEXT, {"type": "null"}]}},
        ),
        NoticeType("case.withdrawn", _("撤回通知"), _("消费者撤回了投诉")),
        NoticeType("case.reopened", _("重新打开的通知"), _("消费者或者协会重新打开了已结束的投诉")),
        NoticeType("case.escalated", _("转出通知"), _("转到了别的机构")),
        _of_the_house(
            "endpoint.verify",
            _("核对地址"),
            _("新地址启用前要核对：把challenge原样放在回应里"),
            challenge={"type": "string", "minLength": 43},
        ),
        _of_the_house("endpoint.ping", _("测试"), _("按了“发一条测试”")),
        _of_the_house(
            "endpoint.failing",
            _("地址出错的通知"),
            _("另一个地址连着收不到通知"),
            failing_since=TIME,
            reason=TEXT,
        ),
        _of_the_house(
            "endpoint.disabled",
            _("地址停用的通知"),
            _("另一个地址已停用，通知都先搁置"),
            failing_since=TIME,
            reason=TEXT,
        ),
        _of_the_house(
            "endpoint.secret_expiring",
            _("旧签名密钥快到期"),
            _("另一个地址的旧签名密钥6小时内到期，换了以后还没有收到过一条通知"),
            expires_at=TIME,
        ),
        _of_the_house(
            "endpoint.certificate_expiring",
            _("地址的证书快到期"),
            _("另一个地址的客户端证书或附加CA快到期了（还有30天、7天、1天时各提醒一次）"),
            certificate={"enum": ["extra_ca", "client_certificate"]},
            expires_at=TIME,
        ),
        NoticeType(
            "api_key.expiring",
            _("接口密钥快到期"),
            _("有一个接口密钥快到期了（还有30天、7天、1天时各提醒一次）"),
            {"key": TEXT, "expires_at": TIME},
            usual={},
        ),
    )
}

# Sent to one address because somebody pressed a button there: nobody subscribes to these.
PROBES = frozenset({"endpoint.verify", "endpoint.ping"})
CHOICES = tuple(name for name in CATALOGUE if name not in PROBES)


def label_of(name: str) -> str:
    """What a notice is called in lists; its type where the catalogue does not know it any more."""
    return str(CATALOGUE[name].label) if name in CATALOGUE else name
