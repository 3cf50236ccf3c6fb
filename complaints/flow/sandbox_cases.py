"""Invented cases to practise on: what each kind tells, filed by the same verb as every other."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from complaints.deadlines import local_day
from complaints.flow.intake import file_complaint
from complaints.flow.sandbox import CannotPractise, note_used
from complaints.models import Complaint, Draft, InventedCase
from complaints.statement import filing_from

MOST_CASES = 200  # in one place to practise
MOST_A_DAY = 100
EARLIEST = 60  # days before today

KINDS: Mapping[str, Any] = {
    "not-as-described": gettext_lazy("收到的和直播里说的不一样"),
    "not-sent": gettext_lazy("付了款，一直没有发货"),
    "off-platform": gettext_lazy("被引到平台外付款"),
    "unsafe": gettext_lazy("商品有安全隐患"),
}

# What all of them tell. Invented people, shops and numbers: there is no way to reach anybody.
_BASE: dict[str, dict[str, Any]] = {
    "story": {"story": "【练习】我在直播间买了桑蚕丝四件套，主播说百分百桑蚕丝，收到的吊牌写着聚酯纤维。"},
    "room": {"room": "练习直播间 88231", "none": False},
    "anchor": {"anchor": "练习主播", "account": "", "unknown": False},
    "shop": {"seller": "shop", "shop": "练习家居旗舰店", "company": ""},
    "relation": {"relation": "different"},
    "shown": {"shown": "no", "disclaimed": "no"},
    "goods": {"goods": "桑蚕丝四件套", "category": "home", "use": "own"},
    "order": {"order_number": "TEST-0000001", "amount": "469.00", "none": False},
    "how": {"how": "live-link"},
    "payment": {"payment": "inside", "payee": "", "steerer": ""},
    "type": {"problems": ["C", "D"]},
    "detail": {"kinds": ["C-material", "D-different"]},
    "promise": {"said": "百分百桑蚕丝", "where": ["live"], "got": "聚酯纤维100%", "prove": "recording"},
    "more": {"fact-claim_mattered": "yes"},
    "tried": {"tried": ["merchant", "anchor"]},
    "replies": {"merchant": "refused", "anchor": "passed-on", "to-anchor": "merchant"},
    "remedy": {"wanted": ["return-refund"], "amount": "", "loss": "", "association": "later"},
    "contact": {"name": "", "phone": "", "email": "", "region": "33"},
}
_CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "not-as-described": {},
    "not-sent": {
        "story": {"story": "【练习】付了款，过了说好的时间还没有发货，客服一直说在排单。"},
        "dates": {"received": "no", "delivered_on": ""},
        "type": {"problems": ["A"]},
        "detail": {"kinds": []},
    },
    "off-platform": {
        "story": {"story": "【练习】主播让我加好友转账，说便宜50元，转完就不理人了。"},
        "payment": {"payment": "person", "payee": "练习收款人", "steerer": "anchor"},
    },
    "unsafe": {
        "story": {"story": "【练习】电热水袋第一次充电就鼓包，差点爆开。"},
        "goods": {"goods": "电热水袋", "category": "home", "use": "own"},
        "type": {"problems": ["D"]},
        "detail": {"kinds": ["D-unsafe"]},
    },
}


@transaction.atomic
def invent(organisation: Organisation, kind: str, *, days_ago: int = 0, at: datetime) -> Complaint:
    """File an invented case against whoever practises there, so many days ago; they are asked at once.

    Raises CannotPractise for an unknown kind, and where there are enough of them.
    """
    if not organisation.is_sandbox:
        raise CannotPractise(_("练习投诉只能建在练习环境里，请用zz_test_开头的密钥。"))
    if kind not in KINDS:
        raise CannotPractise(_("没有“{kind}”这一种，可以用：{kinds}。").format(kind=kind[:40], kinds="、".join(KINDS)))
    if not 0 <= days_ago <= EARLIEST:
        raise CannotPractise(_("提交日期可以是0到{n}天前。").format(n=EARLIEST))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # two at once are counted one by one
    mine = Complaint.objects.filter(sandbox=organisation)
    if mine.count() >= MOST_CASES or mine.filter(draft__started_at__gte=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise CannotPractise(
            _("一个练习环境最多{all}件投诉，一天最多{day}件。用已有的接着练，或者明天再建。").format(
                all=MOST_CASES, day=MOST_A_DAY
            )
        )
    filed_at = at - timedelta(days=days_ago)
    answers = _answers(kind, local_day(filed_at))
    draft = Draft.objects.create(answers=answers, done=list(answers), language="zh", started_at=at, touched_at=at)
    filing = filing_from(answers)
    complaint = file_complaint(draft, filing, consumer=None, sandbox=organisation, at=filed_at).complaint
    InventedCase.objects.create(complaint=complaint, kind=kind, ahead=timedelta(days=-days_ago))
    note_used(organisation, at=at)
    return complaint


def _answers(kind: str, today: date) -> dict[str, dict[str, Any]]:
    """The form as somebody would have filled it in on that day."""
    found = deepcopy(_BASE)
    bought, came = (today - timedelta(days=12)).isoformat(), (today - timedelta(days=8)).isoformat()
    found["platform"] = {"platform": "", "name": "练习平台", "other": ""}
    found["when"] = {"when": "date", "watched_on": bought, "rough": "", "part": "evening"}
    found["dates"] = {"received": "yes", "purchased_on": bought, "delivered_on": came, "harm_known_on": ""}
    for page, fields in _CHANGES[kind].items():
        found[page] = {**found[page], **fields}
    return found
