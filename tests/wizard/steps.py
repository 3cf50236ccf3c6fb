"""The form as a browser without scripts sends it: what is typed on each page, and walking from page to page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from complaints.models import Draft
from tests.builders import EMAIL, FOR_LIN, NAME, PHONE

ORDER = [
    *("story", "platform", "room", "when", "anchor", "shop", "relation", "shown", "goods", "order", "how", "payment"),
    *("dates", "type", "detail", "promise", "more", "tried", "replies", "remedy", "evidence", "contact"),
]
FOR_ANOTHER = ("behalf", "helper", "buyer")  # asked only of who fills it in for somebody else


def parts(name: str, day: date) -> dict[str, str]:
    """A day as the three fields of a page."""
    return {f"{name}_0": str(day.year), f"{name}_1": str(day.month), f"{name}_2": str(day.day)}


def typed(**pages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What an honest person sends, page by page; a keyword changes fields of that page."""
    today = timezone.localdate()
    platform = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).order_by("pk").first()
    sent: dict[str, dict[str, Any]] = {
        "story": {"story": "我在“小满家居间”买了桑蚕丝四件套，主播说百分百桑蚕丝，收到的吊牌写着聚酯纤维。"},
        "platform": {"platform": str(platform.pk) if platform else "group", "other": ""},
        "room": {"room": "【小满家居间】正在直播，房间号：88231 https://live.kuailive.example/s/Ab3 复制打开"},
        "when": {"when": "roughly", "rough": "last-week", "part": "evening"},
        "anchor": {"anchor": "小满", "account": ""},
        "shop": {"seller": "shop", "shop": "澜岸家居旗舰店", "company": ""},
        "relation": {"relation": "different"},
        "shown": {"shown": "no", "disclaimed": "no"},
        "goods": {"goods": "桑蚕丝四件套", "category": "home", "use": "own"},
        "order": {"order_number": "订单号：2605 2077 1234 567719", "amount": "¥469"},
        "how": {"how": "live-link"},
        "payment": {"payment": "inside", "payee": ""},
        "dates": {
            "received": "yes",
            **parts("purchased_on", today - timedelta(days=9)),
            **parts("delivered_on", today - timedelta(days=5)),
        },
        "type": {"problems": ["C", "D"]},
        "detail": {"kinds-C": ["material"], "kinds-D": ["different"]},
        "promise": {"said": "百分百桑蚕丝", "where": ["live"], "got": "聚酯纤维100%", "prove": "recording"},
        "more": {"fact-buyer_knew_before": "no"},
        "tried": {"tried": ["merchant", "anchor"]},
        "replies": {"merchant": "refused", "anchor": "passed-on", "to-anchor": "merchant", "quote-anchor": "找店铺"},
        "remedy": {"wanted": ["return-refund"], "amount": "", "loss": "", "association": "later"},
        "evidence": {},
        "contact": {"name": NAME, "phone": PHONE, "email": EMAIL, "region": "33"},
        **FOR_LIN,
        "verify": {"later": "1"},
    }
    for page, fields in pages.items():
        sent[page] = {**sent.get(page, {}), **fields}
    return sent


def walk(
    client: Client, *, until: str = "check", prefix: str = "", start: str = "story", **pages: dict[str, Any]
) -> str:
    """Follow the form from its first page, sending each page it asks for; the address it ends at."""
    sent = typed(**pages)
    url = f"{prefix}/complaint/{start}/"
    while (slug := url.rstrip("/").rpartition("/")[2]) != until:
        answer = client.post(url, sent[slug])
        assert answer.status_code == 302, (slug, answer)
        assert answer["Location"] != url, (slug, client.get(url).context["form"].errors)
        url = answer["Location"]
    return url


def send(client: Client, slug: str, **fields: Any) -> str:
    """Send one page; the page that comes back, fetched as a browser does it, or the address it leads to."""
    url = f"/complaint/{slug}/"
    answer = client.post(url, fields)
    assert answer.status_code == 302
    return client.get(url).content.decode() if answer["Location"] == url else answer["Location"]


def the_draft() -> Draft:
    return Draft.objects.get()
