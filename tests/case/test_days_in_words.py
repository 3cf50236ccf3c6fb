"""A day is told in words wherever a person reads it: 5月20日, 20 May; never 2026-05-20."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.responses import Position, receive_response
from complaints.flow.triage import ask, make_finding
from complaints.models import Complaint, Party
from tests.builders import filed
from tests.cast import Cast
from tests.wizard.steps import walk

ISO_DAY = re.compile(r"(?<![\w-])20\d\d-\d\d?-\d\d?(?!\d)", re.ASCII)  # not the name of a version of the rules
UNSEEN = {"script", "style", "code", "pre", "head"}
OPEN_PAGES = (
    "",
    "how/",
    "help/",
    "help/find-live-room/",
    "privacy/",
    "terms/",
    "accessibility/",
    "track/",
    "complaint/",
)


class Words(HTMLParser):
    """What a page shows as text. Code is left out: it is read by machines."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)


def iso_days(browser: Client, address: str) -> list[str]:
    page = browser.get(address)
    assert page.status_code == 200, address
    reader = Words()
    reader.feed(page.content.decode())
    text = " ".join(" ".join(reader.words).split())
    return [text[max(0, found.start() - 40) : found.end() + 20] for found in ISO_DAY.finditer(text)]


def a_busy_case(cast: Cast) -> Complaint:
    """One on which much happened: dates stand in every corner of its pages."""
    now, today = timezone.now(), timezone.localdate()
    dates = {"purchased_on": (today - timedelta(days=9)).isoformat(), "delivered_on": today.isoformat()}
    complaint = filed(
        at=now,
        consumer=cast.lin,
        files=True,
        dates=dates,
        remedy={"association": "now"},
        detail={"kinds": ["D-broken"]},
    ).complaint
    until = today + timedelta(days=6)
    ask(complaint, to="consumer", facts=[], words="请补充。", due_on=until, actor=cast.officer, at=now)
    receive_response(
        complaint,
        party=Party.ANCHOR,
        position=Position.DISPUTED,
        words="我们标明了。",
        claims={"seller_displayed": True},
        evidence=[],
        actor=cast.platform,
        at=now,
    )
    make_finding(complaint, fact="seller_displayed", value=False, reason="看过录屏。", actor=cast.officer, at=now)
    return complaint


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_tell_days_in_words(cast: Cast, prefix: str) -> None:
    case = f"{prefix}/case/{a_busy_case(cast).reference}"
    desk = case.replace("/case/", "/admin/case/")
    lin, chen, anyone = Client(), Client(), Client()
    lin.force_login(cast.lin)
    chen.force_login(cast.chen)
    walk(anyone)
    anyone.post(
        "/complaint/dates/", {"received": "yes", "purchased_on_0": "2099", "purchased_on_1": "1", "purchased_on_2": "2"}
    )
    visits = [
        *((anyone, f"{prefix}/{page}") for page in OPEN_PAGES),
        *(
            (anyone, f"{prefix}/complaint/{page}/")
            for page in ("when", "dates", "type", "evidence", "check", "save", "delete")
        ),
        *(
            (lin, f"{case}/{page}")
            for page in ("", "decision/", "decision/?print", "decision/?v=1", "trace/", "evidence/")
        ),
        *((lin, f"{case}/{page}/") for page in ("withdraw",)),
        (lin, f"{prefix}/mine/"),
        (chen, f"{prefix}/admin/queue/"),
        (chen, f"{desk}/"),
        *((chen, f"{desk}/act/{act}/") for act in ("assign", "accept", "ask", "finding", "decline", "hand-off")),
    ]
    found = {address: days for browser, address in visits if (days := iso_days(browser, address))}
    assert not found, "\n".join(f"{address}: {days}" for address, days in found.items())
