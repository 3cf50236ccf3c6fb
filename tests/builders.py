"""Builders: plain functions whose results are valid by default; a test names only what it is about."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from complaints.flow import masks, reaching
from complaints.flow.intake import Filed, add_evidence_to_draft, file_complaint
from complaints.models import Actor, Complaint, Draft, Reached
from complaints.statement import filing_from
from tests.cast import MONDAY

# Personal data that must never appear where it does not belong: tests search for these.
NAME, PHONE, EMAIL = "林晓canary", "13812345678", "canary@mail.example"

# Who files for Lin, where somebody does; and what they answer.
HELPER, HELPER_PHONE, HELPER_EMAIL = "周帮手canary", "13987654321", "helper-canary@mail.example"
FOR_LIN: dict[str, dict[str, Any]] = {
    "behalf": {"whose": "other", "name": NAME, "relation": "child"},
    "helper": {"name": HELPER, "phone": HELPER_PHONE, "email": HELPER_EMAIL},
    "buyer": {"region": "33", "told": "helper", "phone": PHONE, "email": EMAIL},
}

ANSWERS: dict[str, dict[str, Any]] = {
    "story": {"story": "我在“小满家居间”买了桑蚕丝四件套，主播说百分百桑蚕丝，收到的吊牌写着聚酯纤维。"},
    "platform": {"platform": "", "name": "快播场", "other": ""},
    "room": {"room": "小满家居间 房间号 88231", "none": False},
    "when": {"when": "date", "watched_on": "2026-05-20", "part": "evening"},
    "anchor": {"anchor": "小满", "account": "", "unknown": False},
    "shop": {"seller": "shop", "shop": "澜岸家居旗舰店", "company": ""},
    "relation": {"relation": "different"},
    "shown": {"shown": "no", "disclaimed": "no"},
    "goods": {"goods": "桑蚕丝四件套", "category": "home", "use": "own"},
    "order": {"order_number": "260520771234567719", "amount": "469.00", "none": False},
    "how": {"how": "live-link"},
    "payment": {"payment": "inside", "payee": "", "steerer": ""},
    "dates": {"received": "yes", "purchased_on": "2026-05-20", "delivered_on": "2026-05-24", "harm_known_on": ""},
    "type": {"problems": ["C", "D"]},
    "detail": {"kinds": ["C-material", "D-different"]},
    "promise": {"said": "百分百桑蚕丝", "where": ["live"], "got": "聚酯纤维100%", "prove": "recording"},
    "more": {"fact-claim_mattered": "yes"},
    "tried": {"tried": ["merchant", "anchor"]},
    "replies": {"merchant": "refused", "anchor": "passed-on", "to-anchor": "merchant"},
    "remedy": {"wanted": ["return-refund"], "amount": "", "loss": "", "association": "later"},
    "contact": {"name": NAME, "phone": PHONE, "email": EMAIL, "region": "33"},
}


def answers(**pages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Complete answers; a keyword changes fields of that page."""
    found = deepcopy(ANSWERS)
    for page, fields in pages.items():
        found[page] = {**found.get(page, {}), **fields}
    return found


def a_draft(*, at: datetime = MONDAY, language: str = "zh", **pages: dict[str, Any]) -> Draft:
    """A draft whose form is finished."""
    return Draft.objects.create(answers=answers(**pages), language=language, started_at=at, touched_at=at)


def filed(
    *,
    at: datetime = MONDAY,
    consumer: User | None = None,
    files: bool = False,
    reached: bool = True,
    **pages: dict[str, Any],
) -> Filed:
    """A complaint filed through the real verb, with its receipt code; a platform that is asked has taken its notice."""
    draft = a_draft(at=at, language="zh", **pages)
    if files:
        add_evidence_to_draft(draft, a_screenshot(), kind="order", at=at)
        add_evidence_to_draft(draft, a_photo(), kind="goods", at=at)
    made = file_complaint(draft, filing_from(draft.answers), consumer=consumer, at=at)
    return Filed(reach(made.complaint, at=at), made.receipt_code) if reached else made


def reach(complaint: Complaint, *, at: datetime = MONDAY) -> Complaint:
    """As after the first 2xx of the notice: the platform was reached, and whom it speaks for; their time runs."""
    asked = complaint.respondents.filter(organisation__isnull=False, asked_at__isnull=False, notified_at=None)
    asked.update(notified_at=at, notified_how=Reached.NOTICE)
    reaching.start_clock(complaint.pk, at=at)
    complaint.refresh_from_db()
    return complaint


def a_complaint(**kwargs: Any) -> Complaint:
    """As ``filed``, when the code does not matter."""
    return filed(**kwargs).complaint


def covered(complaint: Complaint, *, at: datetime = MONDAY) -> Complaint:
    """As after its owners have looked at their pictures and the queue has covered the texts: others see a copy now."""
    for piece in complaint.evidence.of_dispute().select_related("blob", "complaint"):
        if piece.blob.sheets:
            masks.save(piece, [], actor=Actor.receipt(complaint.pk), at=at)
        else:
            masks.for_piece(piece, at=at)
    complaint.refresh_from_db()
    return complaint


def a_referred_complaint(**kwargs: Any) -> Complaint:
    """One that waits for the association to take it."""
    return a_complaint(remedy={"association": "now"}, **kwargs)


def a_picture(format: str = "PNG", size: tuple[int, int] = (60, 90), colour: str = "#884422", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format=format, **save)
    return out.getvalue()


def a_screenshot(name: str = "订单.png", colour: str = "#335577") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture("PNG", colour=colour), "image/png")


def a_photo(name: str = "IMG_2201.jpg", colour: str = "#99aa66") -> SimpleUploadedFile:
    """A JPEG as a phone makes it: with a comment and the place it was taken at."""
    exif = Image.Exif()
    exif[0x010F] = "CanaryPhone"
    return SimpleUploadedFile(
        name, a_picture("JPEG", colour=colour, exif=exif, comment=b"canary-comment"), "image/jpeg"
    )


def an_order_export(name: str = "orders.csv") -> SimpleUploadedFile:
    text = "订单号,店铺,商品,实付\n260520771234567719,澜岸家居旗舰店,桑蚕丝四件套,469.00\n"
    return SimpleUploadedFile(name, text.encode("gb18030"), "text/csv")
