"""What the demonstration platform received and answered, as one plain page in Chinese or English."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

WORDS = {
    "zh": {
        "title": "星河直播 · 投诉通知",
        "about": "这是演示用的平台。责在谁把投诉通知签名后发到这里，平台验签、读取投诉、用API答复。",
        "none": "还没有通知。在网站上提交一件投诉，几秒后这里会出现。",
        "time": "时间",
        "type": "通知",
        "case": "投诉",
        "signature": "签名",
        "answer": "答复",
        "good": "✓ 有效",
        "bad": "✗ 无效，已拒收",
        "twin": "重复{count}次，已忽略",
        "answered": "已答复：接受一部分，提供了店铺和直播间的身份（责任判断第{number}版）",
        "button": "现在答复",
        "other": "English",
    },
    "en": {
        "title": "Xinghe Live · complaint notices",
        "about": "A platform for demonstration. WhoAnswers sends signed notices here; the platform verifies them, "
        "reads the case and answers by API.",
        "none": "No notices yet. File a complaint on the site; its notice appears here within seconds.",
        "time": "Time",
        "type": "Notice",
        "case": "Case",
        "signature": "Signature",
        "answer": "Answer",
        "good": "✓ valid",
        "bad": "✗ not valid, refused",
        "twin": "duplicates dropped: {count}",
        "answered": "Answered: accepted in part, shop and live room named (decision {number})",
        "button": "Answer now",
        "other": "中文",
    },
}

TYPES = {
    "case.opened": ("新投诉，请答复", "New complaint, please answer"),
    "case.decided": ("责任判断已更新", "Responsibility decided anew"),
    "case.evidence_added": ("补充了证据", "Evidence was added"),
    "case.erased": ("证据已删除，请删掉副本", "Evidence erased: erase your copies"),
    "case.response_requested": ("请补充说明", "More is asked of you"),
    "case.response_overdue": ("答复逾期", "An answer is overdue"),
    "case.offer_made": ("提出了方案", "An offer was made"),
    "case.offer_accepted": ("方案已接受，请兑现", "Offer accepted, please keep it"),
    "case.offer_countered": ("消费者还了价", "The consumer made a counter-offer"),
    "case.offer_refused": ("方案没有接受", "Offer refused"),
    "case.offer_lapsed": ("方案过期", "Offer expired"),
    "case.offer_broken": ("承诺没有兑现", "A promise was not kept"),
    "message.invited": ("消费者请你写消息", "The consumer lets you write"),
    "message.posted": ("消费者写了消息", "The consumer wrote"),
    "message.closed": ("消费者关上了对话", "The consumer closed the conversation"),
    "case.reopened": ("重新打开", "Opened again"),
    "case.updated": ("有变化", "The case changed"),
    "case.escalated": ("已转其他途径", "Taken to another body"),
    "case.withdrawn": ("已撤回", "Withdrawn"),
    "case.closed": ("已结束", "Closed"),
}

REASONS = {  # of webhook_signature.BadSignature
    "webhook-id or webhook-timestamp is missing": "缺少webhook-id或webhook-timestamp",
    "webhook-timestamp is more than five minutes off": "时间相差超过五分钟",
    "no signature fits": "没有相符的签名",
}

STYLE = """
body { font: 16px/1.75 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1d2126;
       background: #f6f7f9; margin: 0; }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.375rem; line-height: 1.4; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; max-width: 44rem; }
a { color: #1a4fa0; }
.frame { overflow-x: auto; background: #fff; border: 1px solid #d8dce2; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .625rem .75rem; border-top: 1px solid #e6e9ee; }
th { border-top: 0; font-size: .875rem; color: #4a525c; white-space: nowrap; }
td small { display: block; color: #4a525c; overflow-wrap: anywhere; }
.good { color: #1d6b3a; } .bad { color: #a4262c; }
button { font: inherit; min-height: 2.75rem; padding: 0 1rem; border: 1px solid #1a4fa0; border-radius: 4px;
         background: #1a4fa0; color: #fff; }
@media (max-width: 44rem) {
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding: .75rem; border-top: 1px solid #e6e9ee; }
  td { display: block; padding: .125rem 0; border: 0; }
}
"""


@dataclass(slots=True)
class Notice:
    """A message that came, and what became of it."""

    at: str
    id: str
    type: str
    case: str
    trusted: bool
    note: str = ""  # why it was refused, or could not be answered
    decision: int | None = None  # the decision that our answer led to
    twins: int = 0
    can_answer: bool = False


def page(notices: Iterable[Notice], lang: str) -> str:
    """Newest first; it loads itself again every few seconds."""
    words = WORDS[lang]
    rows = "".join(_row(notice, lang) for notice in notices)
    heads = "".join(f'<th scope="col">{words[name]}</th>' for name in ("time", "type", "case", "signature", "answer"))
    table = f'<div class="frame"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    other = "en" if lang == "zh" else "zh"
    return f"""<!doctype html>
<html lang="{"zh-CN" if lang == "zh" else "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3"><title>{words["title"]}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>{words["title"]}</h1>
<p>{words["about"]} <a href="/?lang={other}" lang="{other}">{words["other"]}</a></p>
{table if rows else f"<p>{words['none']}</p>"}</main></body></html>"""


def _row(notice: Notice, lang: str) -> str:
    words = WORDS[lang]
    label = TYPES.get(notice.type, (notice.type, notice.type))[lang == "en"]
    trust = (
        f'<span class="good">{words["good"]}</span>' if notice.trusted else f'<span class="bad">{words["bad"]}</span>'
    )
    twins = f"<small>{words['twin'].format(count=notice.twins)}</small>" if notice.twins else ""
    answer = escape(REASONS.get(notice.note, notice.note) if lang == "zh" else notice.note)
    if notice.decision:
        answer = words["answered"].format(number=notice.decision)
    if notice.can_answer:
        answer += (
            f'<form method="post" action="/answer?lang={lang}"><button name="id" value="{escape(notice.id)}">'
            f"{words['button']}</button></form>"
        )
    return (
        f"<tr><td>{escape(notice.at)}</td><td>{escape(label)}<small>{escape(notice.type)}</small></td>"
        f"<td>{escape(notice.case)}<small>{escape(notice.id)}</small></td><td>{trust}{twins}</td><td>{answer}</td></tr>"
    )
