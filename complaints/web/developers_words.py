"""The frame of the API documentation in both languages: what notices and addresses are for, and the retry plan."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import webhooks
from complaints.narrative import language
from complaints.notice_types import CATALOGUE

# docs/webhooks.md says the same, and more, in English.
NOTICES = {name: each.when for name, each in CATALOGUE.items()}

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
    ("GET /sandbox", gettext_lazy("练习环境里能练什么")),
    ("POST /sandbox/sign-up", gettext_lazy("开一个练习环境，不要密钥")),
    ("POST /sandbox/cases", gettext_lazy("建一件练习投诉")),
    ("POST /sandbox/cases/{reference}/events", gettext_lazy("在练习投诉里触发一种通知")),
    ("GET /sandbox/conformance", gettext_lazy("做过的接收检查")),
    ("POST /sandbox/conformance", gettext_lazy("开始一次接收检查")),
    ("GET /sandbox/conformance/{id}", gettext_lazy("一次接收检查的结果")),
    ("DELETE /sandbox/conformance/{id}", gettext_lazy("停下一次接收检查")),
    ("GET /keys", gettext_lazy("贵机构的密钥")),
    ("POST /keys", gettext_lazy("新建密钥")),
    ("GET /keys/{id}", gettext_lazy("一把密钥，不含密钥本身")),
    ("POST /keys/{id}/rotate", gettext_lazy("换一把新的，旧的再用几天")),
    ("POST /keys/{id}/revoke", gettext_lazy("撤销，立即失效")),
    ("GET /facts", gettext_lazy("可以陈述哪些事实")),
    ("GET /events", gettext_lazy("补读错过的通知")),
    ("GET /events/days/{day}", gettext_lazy("核对一天的通知少没少")),
    ("GET /event-types", gettext_lazy("有哪些通知，格式是什么")),
    ("GET /endpoints", gettext_lazy("接收通知的地址")),
    ("POST /endpoints", gettext_lazy("加一个地址")),
    ("GET /endpoints/{endpoint}", gettext_lazy("一个地址")),
    ("PATCH /endpoints/{endpoint}", gettext_lazy("改地址，改要哪些通知")),
    ("DELETE /endpoints/{endpoint}", gettext_lazy("删掉一个地址")),
    ("POST /endpoints/{endpoint}/verify", gettext_lazy("核对地址")),
    ("POST /endpoints/{endpoint}/ping", gettext_lazy("发一条测试")),
    ("POST /endpoints/{endpoint}/rotate", gettext_lazy("换签名密钥")),
    ("POST /endpoints/{endpoint}/pause", gettext_lazy("暂停")),
    ("POST /endpoints/{endpoint}/resume", gettext_lazy("恢复，补发搁置的")),
    ("GET /endpoints/{endpoint}/replays", gettext_lazy("重放过哪些")),
    ("POST /endpoints/{endpoint}/replays", gettext_lazy("重放一段时间的通知")),
    ("GET /endpoints/{endpoint}/replays/{id}", gettext_lazy("重放到哪了")),
    ("DELETE /endpoints/{endpoint}/replays/{id}", gettext_lazy("取消重放")),
    ("GET /deliveries", gettext_lazy("投递记录")),
    ("GET /deliveries/{message}", gettext_lazy("一条通知试过几次、对方怎么回的")),
    ("POST /deliveries/{message}/resend", gettext_lazy("重发一条通知")),
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
