"""The frame of the API documentation in both languages: what notices and addresses are for, and the retry plan."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import webhooks
from complaints.narrative import language

# For the Chinese page only: docs/webhooks.md says the same, and more, in English.
NOTICES = {
    "case.opened": "有投诉提到贵机构，答复期限开始算",
    "case.decided": "按新的事实重新判定了一次",
    "case.evidence_added": "有新证据",
    "case.erased": "证据已按规定删除，请删掉贵机构留的副本",
    "case.response_requested": "消费者协会请某一方在期限前说明",
    "case.response_overdue": "某一方过了期限没有答复",
    "case.contested": "有一方说不归它管，指了另一方",
    "case.contest_closed": "协会定了该由谁答复",
    "case.extension_granted": "某一方可以晚几天答复",
    "case.extension_refused": "协会没有同意延期",
    "case.identity_unreachable": "平台给的身份联系不上，请另给",
    "case.facts_told": "某一方说明了单项事实",
    "case.performance_shown": "某一方交了兑现的证明",
    "case.records_requested": "要平台逐项提供记录",
    "case.records_overdue": "要的记录过了期限，有几项没有答复",
    "case.updated": "协会受理或不受理，或者投诉继续处理",
    "case.decision_updated": "工作人员更改了对某一方的判定，或者撤回更改",
    "case.offer_made": "某一方提出了方案",
    "case.offer_accepted": "消费者接受了方案",
    "case.offer_countered": "消费者提了另一个数",
    "case.offer_refused": "消费者没有同意方案",
    "case.offer_lapsed": "方案过了最后一天，消费者没有表态",
    "case.offer_ended": "消费者还没表态，投诉先结束了",
    "case.offer_broken": "消费者说承诺没有兑现",
    "case.session_set": "定了调解会的时间",
    "case.session_moved": "调解会改期",
    "case.session_cancelled": "调解会取消了",
    "case.session_held": "调解会开过了，结果记下来了",
    "case.agreement_made": "调解协议写好了，等双方确认",
    "case.agreement_confirmed": "有一方确认了调解协议",
    "case.agreement_declined": "有一方没有同意调解协议",
    "case.agreement_ended": "等确认的协议不再有效",
    "case.response_reminder": "答复期限快到了，某一方还没有答复",
    "message.invited": "消费者允许某一方留言",
    "message.posted": "消费者给这一方留了言",
    "message.closed": "消费者关闭了这个对话",
    "case.closed": "和解、承诺兑现，或者调解结束",
    "case.withdrawn": "消费者撤回了投诉",
    "case.reopened": "消费者或者协会重新打开了已结束的投诉",
    "case.escalated": "转到了别的机构",
}

ADDRESSES = (
    ("GET /cases", gettext_lazy("和贵机构有关的投诉，新的在前")),
    ("GET /cases/{reference}", gettext_lazy("一件投诉的全部：问了谁、要答什么、判定、方案、证据")),
    ("GET /cases/{reference}/decision", gettext_lazy("判定的依据和每一步理由")),
    ("GET /cases/{reference}/evidence/{id}", gettext_lazy("一份证据的副本")),
    ("GET /cases/{reference}/evidence/{id}/original", gettext_lazy("消费者同意给贵机构的原件")),
    ("GET /cases/{reference}/bundles/{id}", gettext_lazy("证据包做到哪了")),
    ("GET /cases/{reference}/bundles/{id}/file", gettext_lazy("下载证据包（ZIP）")),
    ("GET /cases/{reference}/sessions/{number}", gettext_lazy("一次调解会：时间、地点、请了谁")),
    ("POST /cases/{reference}/sessions/{number}", gettext_lazy("说来不来")),
    ("GET /cases/{reference}/agreements/{number}", gettext_lazy("一版调解协议")),
    ("POST /cases/{reference}/agreements/{number}", gettext_lazy("确认协议，或者不同意")),
    ("GET /cases/{reference}/agreements/{number}/file", gettext_lazy("协议的PDF")),
    ("GET /keys", gettext_lazy("贵机构的密钥")),
    ("POST /keys", gettext_lazy("新建密钥")),
    ("GET /keys/{id}", gettext_lazy("一把密钥，不含密钥本身")),
    ("POST /keys/{id}/rotate", gettext_lazy("换一把新的，旧的再用几天")),
    ("POST /keys/{id}/revoke", gettext_lazy("撤销，立即失效")),
    ("GET /facts", gettext_lazy("可以陈述哪些事实")),
    ("GET /events", gettext_lazy("补读错过的通知")),
    ("POST /cases/{reference}/evidence", gettext_lazy("上传证据")),
    ("POST /cases/{reference}/bundles", gettext_lazy("做一个证据包")),
    ("POST /cases/{reference}/responses", gettext_lazy("答复")),
    ("GET /cases/{reference}/contests", gettext_lazy("谁说不归自己，两版判定并排")),
    ("POST /cases/{reference}/contests", gettext_lazy("说不归我方、归谁，写明依据哪一条")),
    ("GET /cases/{reference}/contest-rules", gettext_lazy("可以依据哪些规则")),
    ("GET /cases/{reference}/extensions", gettext_lazy("延期的规定和答复")),
    ("POST /cases/{reference}/extensions", gettext_lazy("申请延期")),
    ("GET /cases/{reference}/facts", gettext_lazy("要说明哪些事实，说过哪些")),
    ("POST /cases/{reference}/facts", gettext_lazy("单独说明事实")),
    ("GET /cases/{reference}/identity-requests", gettext_lazy("要平台给谁的身份，什么期限")),
    ("POST /cases/{reference}/identity-requests", gettext_lazy("给身份，或者说明为什么不给")),
    ("GET /cases/{reference}/performances", gettext_lazy("交过的兑现证明")),
    ("POST /cases/{reference}/performances", gettext_lazy("交兑现的证明")),
    ("POST /cases/{reference}/offers", gettext_lazy("提出方案")),
    ("GET /cases/{reference}/messages", gettext_lazy("读对话")),
    ("POST /cases/{reference}/messages", gettext_lazy("留言")),
    ("GET /cases/{reference}/record-requests", gettext_lazy("要平台提供哪些记录")),
    ("GET /cases/{reference}/record-requests/{number}", gettext_lazy("其中一次")),
    ("POST /cases/{reference}/record-requests/{number}", gettext_lazy("逐项答复")),
)

HOUR, MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt of the plan: how long we wait before it, and how long after the first it is."""

    number: int
    wait: str
    since: str


def retry_plan() -> list[Try]:
    """The plan that the sender follows (webhooks.BACKOFF), without the fifth by which chance moves each wait."""
    return [
        Try(number, _lasting(wait) if wait else _("马上"), _lasting(sum(webhooks.BACKOFF[:number])))
        for number, wait in enumerate(webhooks.BACKOFF, 1)
    ]


def _lasting(seconds: int) -> str:
    """``36分钟5秒``; beyond an hour, without the seconds."""
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    words = [
        (hours, ngettext("{n}小时", "{n}小时", hours)),
        (minutes, ngettext("{n}分钟", "{n}分钟", minutes)),
        (0 if hours else left, ngettext("{n}秒", "{n}秒", left)),
    ]
    between = " " if language() == "en" else ""
    return between.join(each.format(n=n) for n, each in words if n) if seconds else "0"
