"""Several pages of one piece: shown to who handed it in and to officers, each page a copy, each look on record."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.flow.intake import add_evidence
from complaints.models import Actor, Evidence, Viewing
from complaints.models.assertion import Speaker
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast
from tests.corpus import films, papers, pictures, tables

pytestmark = pytest.mark.django_db


def a_piece(cast: Cast, name: str, content: bytes) -> Evidence:
    complaint = a_referred_complaint(consumer=cast.lin)
    upload = SimpleUploadedFile(name, content)
    return add_evidence(
        complaint, upload, kind="other", speaker=Speaker.CONSUMER, actor=Actor.receipt(complaint.pk), at=MONDAY
    )


def test_the_owner_turns_the_pages_and_each_look_is_on_record(client: Client, cast: Cast) -> None:
    piece = a_piece(cast, "合同.pdf", papers.with_script())
    client.force_login(cast.lin)
    page = client.get(f"/evidence/{piece.pk}/pages/").content.decode()
    assert f"/evidence/{piece.pk}/sheet-0/" in page
    assert "里面有会自动运行的内容" in page
    leaf = client.get(f"/evidence/{piece.pk}/sheet-0/")
    assert (leaf["Content-Type"], leaf.getvalue()[8:12]) == ("image/webp", b"WEBP")
    assert "sandbox" in leaf["Content-Security-Policy"]
    assert Viewing.objects.get().variant == "sheet-0"
    for missing in ("sheet-1", "sheet-", "page-1", "sheet-99999"):
        assert client.get(f"/evidence/{piece.pk}/{missing}/").status_code == 404


def test_nobody_else_turns_them(client: Client, cast: Cast) -> None:
    piece = a_piece(cast, "合同.pdf", papers.pdf())
    for user in (None, cast.zhao):
        client.logout()
        if user:
            client.force_login(user)
        for variant in ("pages", "sheet-0"):
            assert client.get(f"/evidence/{piece.pk}/{variant}/").status_code == 404
    assert not Viewing.objects.exists()


def test_an_officer_reads_what_the_camera_wrote_but_never_where(client: Client, cast: Cast) -> None:
    piece = a_piece(cast, "吊牌.jpg", pictures.with_place())
    client.force_login(cast.chen)
    assert piece.complaint
    desk = client.get(reverse("admin:case", args=[piece.complaint.reference])).content.decode()
    assert "2026-05-20 20:31拍摄" in desk
    assert "PhoneCamera 4.1" in desk
    assert "带拍摄地点" in desk
    client.force_login(cast.lin)
    owner = client.get(f"/case/{piece.complaint.reference}/evidence/").content.decode()
    for shown in (desk, owner):
        assert pictures.CANARY.decode() not in shown
        assert not any(f"{degrees:.2f}" in shown for degrees in pictures.CANARY_PLACE)


@pytest.mark.parametrize(
    ("name", "content", "shown", "media_type"),
    [
        ("录屏.mp4", films.a_film(), "长0:42", "video/mp4"),
        ("订单.xlsx", tables.a_workbook(), "订单.xlsx", "application/octet-stream"),
        ("订单.csv", tables.FORMULAS.encode(), "订单.csv", "application/octet-stream"),
    ],
    ids=["film", "workbook", "table"],
)
def test_originals_leave_only_as_downloads(
    client: Client, cast: Cast, name: str, content: bytes, shown: str, media_type: str
) -> None:
    piece = a_piece(cast, name, content)
    client.force_login(cast.lin)
    assert piece.complaint
    assert shown in client.get(f"/case/{piece.complaint.reference}/evidence/").content.decode()
    answer = client.get(f"/evidence/{piece.pk}/original/")
    assert (answer["Content-Type"], answer["Content-Disposition"][:10]) == (media_type, "attachment")
    assert answer.getvalue() == content
