"""Evidence leaves the house only through the gate, after a line in the record, under headers that disarm it."""

import pytest
from django.test import Client

from complaints.models import Complaint, Evidence, Viewing
from tests.builders import an_order_export
from tests.cast import Cast


@pytest.fixture
def piece(proved: Complaint) -> Evidence:
    return proved.evidence.order_by("pk")[1]  # the photo, with EXIF and a comment


def test_copies_are_shown_inline_without_what_the_camera_wrote(lin: Client, piece: Evidence) -> None:
    for variant in ("thumb", "preview"):
        response = lin.get(f"/evidence/{piece.pk}/{variant}/")
        body = b"".join(response)
        assert response.headers["Content-Type"] == "image/webp"
        assert response.headers["Content-Disposition"].startswith("inline")
        assert b"canary" not in body
        assert b"CanaryPhone" not in body
    assert list(Viewing.objects.values_list("actor", "variant")) == [("consumer", "thumb"), ("consumer", "preview")]


def test_the_headers_let_a_file_do_nothing(lin: Client, piece: Evidence) -> None:
    headers = lin.get(f"/evidence/{piece.pk}/original/").headers
    assert headers["Content-Disposition"] == (
        f"attachment; filename=\"evidence-{piece.pk}.jpg\"; filename*=UTF-8''IMG_2201.jpg"
    )
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_spreadsheet_goes_out_as_bare_bytes(lin: Client, complaint: Complaint) -> None:
    lin.post(f"/case/{complaint.reference}/evidence/", {"pieces": an_order_export("订单\u202e.csv"), "kind": "order"})
    newest = complaint.evidence.latest("pk")
    headers = lin.get(f"/evidence/{newest.pk}/original/").headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert "%E8%AE%A2%E5%8D%95.csv" in headers["Content-Disposition"]
    assert lin.get(f"/evidence/{newest.pk}/thumb/").status_code == 404


def test_an_original_is_the_consumers_own_or_an_officers_with_a_reason(
    guest: Client, piece: Evidence, cast: Cast
) -> None:
    path = f"/evidence/{piece.pk}/original/"
    assert guest.get(path).status_code == 404
    guest.force_login(cast.huang)  # another province
    assert guest.get(path).status_code == 404
    guest.force_login(cast.chen)
    asked = guest.get(path)
    assert "为什么要看原件" in asked.content.decode()
    assert guest.post(path, {"reason": ""}).headers["Content-Type"].startswith("text/html")
    assert not Viewing.objects.exists()
    sent = guest.post(path, {"reason": "核对签名"})
    assert sent.headers["Content-Disposition"].startswith("attachment")
    seen = Viewing.objects.get()
    assert (seen.actor, seen.variant, seen.reason) == (f"officer:{cast.chen.pk}", "original", "核对签名")


def test_what_one_may_not_see_does_not_exist(guest: Client, piece: Evidence, cast: Cast) -> None:
    guest.force_login(cast.zhao)
    for variant in ("thumb", "preview", "original", "other"):
        assert guest.get(f"/evidence/{piece.pk}/{variant}/").status_code == 404
    assert not Viewing.objects.exists()
