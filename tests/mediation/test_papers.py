"""The entrance of a party in a mediation, and the papers: whose name stands on which copy."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from complaints.deadlines import local_day
from complaints.flow import agreements, sessions, triage
from complaints.flow.inviting import invite
from complaints.models import Agreement, Complaint, Offer, Party, Session
from tests.builders import NAME, a_referred_complaint
from tests.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """In mediation, told in English."""
    now = timezone.now()
    complaint = a_referred_complaint(consumer=cast.lin, at=now)
    Complaint.objects.filter(pk=complaint.pk).update(language="en")
    triage.accept(complaint, actor=cast.officer, at=now)
    complaint.refresh_from_db()
    return complaint


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.django_db
def test_the_invited_shop_comes_confirms_and_never_reads_the_name(case: Complaint, cast: Cast) -> None:
    now, shop, lin = timezone.now(), Client(), Client()
    lin.force_login(cast.lin)
    shop.post("/r/", {"code": invite(case, party=Party.MERCHANT, actor=cast.officer, at=now)})
    start: dict[str, Any] = {
        "starts_at": now + timedelta(days=2),
        "minutes": 60,
        "how": Session.How.TELEPHONE,
        "where": "0571-canary",
    }
    sessions.call_session(case, **start, parties=["merchant"], actor=cast.officer, at=now)
    sessions.call_session(
        case, **{**start, "starts_at": now + timedelta(days=3)}, parties=["platform"], actor=cast.officer, at=now
    )
    agreements.draw_up(
        case,
        party=Party.MERCHANT,
        kind=Offer.Kind.REFUND,
        payer=Agreement.Payer.PARTY,
        amount=Decimal("469"),
        pay_by=local_day(now) + timedelta(days=9),
        duties="商家退回运费。",
        otherwise="",
        actor=cast.officer,
        at=now,
    )
    base = f"/r/case/{case.reference}"
    page = shop.get(f"{base}/").content.decode()
    assert "看协议，再确认" in page
    assert "0571-canary" in shop.get(f"{base}/session/1/").content.decode()
    assert shop.get(f"{base}/session/2/").status_code == 404  # the platform's
    assert shop.post(f"{base}/session/1/", {"comes": "no", "words": ""}).status_code == 200
    assert shop.post(f"{base}/session/1/", {"comes": "yes", "words": ""}).status_code == 302
    assert case.sessions.get(number=1).attendances.get().side == "merchant"
    assert shop.post(f"{base}/agreement/1/", {"says": "yes"}).status_code == 302
    assert case.agreements.get().party_at
    theirs = text_of(shop.get(f"{base}/agreement/1.pdf").content)
    own = text_of(lin.get(f"/case/{case.reference}/agreement/1.pdf").content)
    assert NAME in own
    assert NAME not in theirs
    kept = case.agreements.get().otherwise.splitlines()
    assert kept[0] == "到期没有做到的，调解接着进行；消费者也可以走其他途径。" and len(kept) == 2
    for words in ("消费争议调解协议", "商家退回运费", "到期没有做到的", "469", str(case.agreements.get().digest)[:20]):
        assert words in theirs, words
    stranger = Client().get(f"{base}/agreement/1.pdf")
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/r/sign-in/")
