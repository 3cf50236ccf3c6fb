"""Nothing personal reaches the other side: every answer a platform or an invited party can get, searched for it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from PIL import Image

from complaints.api.urls import urlpatterns as api_patterns
from complaints.evidence.editor import NotRead, regions_in, rows_sent
from complaints.evidence.personal import found_in
from complaints.flow import masks, releases
from complaints.flow.intake import add_evidence
from complaints.flow.inviting import invite
from complaints.flow.messages import open_thread, write
from complaints.lifecycle import Role
from complaints.models import Actor, Blob, Complaint, Delivery, Evidence, Mask, Party, Release, Side, Speaker
from complaints.web.portal_urls import urlpatterns as portal_patterns
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast
from tests.evidence.pictures import ADDRESS, CARD, ID, NAME, ORDER, PHONE, WORDS, cover_all, drawn, note_reading, read
from tests.platform.calls import Machine

pytestmark = pytest.mark.django_db

SECRETS = (PHONE, PHONE[3:], ID, ID[6:], CARD, CARD[4:12], "文三路", "3幢1203", f"收货人：{NAME}")
CHAT = f"我：我叫林晓\n店：加我{PHONE[:7]}\n{PHONE[7:]}\n我：身份证{ID}，卡号{CARD}\n我：{ADDRESS}\n"
ATTACHED = (f"{NAME} {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}",)
TABLE = f"订单编号,店铺,收货人,收货地址,手机\r\n{ORDER},澜岸家居旗舰店,{NAME},{ADDRESS},{PHONE}\r\n"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """A case with personal things wherever a person may leave them, and everything covered that can be."""
    complaint = a_complaint(
        consumer=cast.lin,
        story={"story": f"我买了四件套。电话{PHONE}，住{ADDRESS}，身份证{ID}，卡{CARD}，订单{ORDER}。"},
    )
    name = f"{NAME}{PHONE}{ADDRESS}"
    uploads = [
        drawn(name=f"{name}.png")[0],
        SimpleUploadedFile(f"{name}.txt", CHAT.encode(), "text/plain"),
        SimpleUploadedFile(f"{name}.csv", TABLE.encode("gb18030"), "text/csv"),
        drawn(ATTACHED, name="附件.png")[0],
    ]
    pieces = [
        add_evidence(
            complaint, each, kind="chat", speaker=Speaker.CONSUMER, actor=Actor.receipt(complaint.pk), at=MONDAY
        )
        for each in uploads
    ]
    Evidence.objects.update(caption=f"打{PHONE}")
    for piece, words in ((pieces[0], WORDS), (pieces[3], ATTACHED)):
        note_reading(piece.blob, drawn(words)[1])
    for piece in pieces:
        assert cover_all(piece.blob, at=MONDAY) == 1
    lin = Actor.consumer(cast.lin)
    thread = open_thread(complaint, party=Party.PLATFORM, actor=lin, at=MONDAY)
    said = f"打我{PHONE}，身份证{ID}"
    write(complaint, other=Side(thread.other), words=said, press="1", evidence=pieces[3], actor=lin, at=MONDAY)
    complaint.refresh_from_db()
    return complaint


@pytest.fixture
def shown(cast: Cast) -> Evidence:
    """One picture of Lin's, covered by the machine: nothing was found on it."""
    complaint = a_complaint(consumer=cast.lin)
    upload, actor = a_screenshot(), Actor.receipt(complaint.pk)
    piece = add_evidence(complaint, upload, kind="order", speaker=Speaker.CONSUMER, actor=actor, at=MONDAY)
    mask = masks.save(piece, [], actor=actor, at=MONDAY)
    Mask.objects.filter(pk=mask.pk).update(basis=Mask.Basis.AUTOMATIC)
    return piece


def addresses(patterns: list[URLPattern], complaint: Complaint) -> Iterator[str]:
    """Every address of a table of addresses, with everything that can stand in it."""
    pieces = list(complaint.evidence.values_list("pk", flat=True))
    for pattern in patterns:
        route = str(pattern.pattern).replace("<str:reference>", complaint.reference)
        for pk in pieces if "evidence_id" in route else [0]:
            each = route.replace("<int:evidence_id>", str(pk))
            variants = ("thumb", "preview", "sheet-0", "text", "original", "trial-0", "masked-0")
            yield from (each.replace("<slug:variant>", one) for one in variants) if "<slug:" in each else (each,)


def text_of(answer: Any) -> str:
    """All the text there is in an answer: its headers, its words, or what a reader finds on its picture."""
    body = b"".join(answer)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if body[:4] == b"RIFF" and "thumb" in headers:
        return headers  # a smaller picture of the covered sheet: nothing can be read on it that is not there
    if body[:4] == b"RIFF":
        with Image.open(io.BytesIO(body), formats=["WEBP"]) as picture:
            assert not (picture.info.get("exif") or picture.info.get("xmp"))
        return headers + "".join(line["text"] for line in read(body))
    return headers + body.decode("utf-8", "replace")


def assert_clean(text: str, where: str) -> None:
    bare = re.sub(r"[\s\-·.]", "", text)
    for secret in SECRETS:
        assert secret not in bare, (where, secret)


def test_nothing_the_other_side_can_get_holds_an_unmasked_number(case: Complaint, cast: Cast) -> None:
    """Every address of the API and of the entrance, every notice sent; and nobody else gets in at all."""
    _sweep_api(case, cast)
    _sweep_entrance(case, cast)


def _sweep_api(case: Complaint, cast: Cast) -> None:
    machine = Machine(cast.key)
    seen = []
    queries = ("", "?sheet=1", "?sheet=2", "?party=platform", "?after=0", "?version=1")
    # Everything once; what reads a query, with every query there is.
    for path in addresses(api_patterns, case):
        asked = queries if re.search(r"evidence/\d+$|messages|events|decision$", path) else ("",)
        for query in asked:
            answer = machine.get(f"/{path}{query}")
            if answer.status_code == 200:
                seen.append(path)
                assert_clean(text_of(answer), path + query)
    assert len([path for path in seen if re.search(r"evidence/\d+$", path)]) >= 4
    assert not [path for path in seen if path.endswith("/original")]
    for delivery in Delivery.objects.all():
        assert_clean(bytes(delivery.body).decode(), delivery.type)
    listed = machine.get(f"/cases/{case.reference}").json()  # type: ignore[attr-defined]
    assert {each["copy"] for each in listed["evidence"]} == {"masked"}
    assert ORDER in listed["story"]  # what the other side needs to find the order is there
    for piece in case.evidence.all():  # and no page of the consumer, no desk, opens to it
        for path in (f"/evidence/{piece.pk}/preview/", f"/case/{case.reference}/evidence/{piece.pk}/mask/"):
            assert machine.client.get(path).status_code == 404
    other = Machine(cast.other_key)
    for path in addresses(api_patterns, case):
        if "evidence/" in path:
            assert other.get(f"/{path}").status_code == 404


def _sweep_entrance(case: Complaint, cast: Cast) -> None:
    shop = Client()
    code = invite(case, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())
    assert shop.post("/r/", {"code": code}).status_code == 302
    opened = 0
    for path in addresses(portal_patterns, case):
        answer = shop.get(f"/{path}")
        if answer.status_code == 200:
            opened += 1
            assert_clean(text_of(answer), path)
    assert opened >= 10
    assert "自动遮盖，未经本人核对" in shop.get(f"/r/case/{case.reference}/").content.decode()
    piece = case.evidence.first()
    assert piece
    for path in (f"/evidence/{piece.pk}/preview/", f"/case/{case.reference}/evidence/{piece.pk}/mask/sheet-0/"):
        assert shop.get(path).status_code == 404


def test_the_search_would_find_what_is_not_covered() -> None:
    """The sweep above is worth as much as this: uncovered, it fails."""
    assert found_in(CHAT)
    with pytest.raises(AssertionError):
        assert_clean(CHAT, "chat")
    with pytest.raises(AssertionError):
        assert_clean(f"{ID[:6]} {ID[6:]}", "spaced")


# ── The original, by consent ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_original_goes_out_only_while_the_consumer_agrees(shown: Evidence, cast: Cast, client: Client) -> None:
    piece, case = shown, case_of(shown)
    machine, path = Machine(cast.key), f"/cases/{case.reference}/evidence/{piece.pk}/original"
    release = releases.ask(case, piece.pk, party=Party.PLATFORM, reason="核对流水号", actor=cast.officer, at=MONDAY)
    with pytest.raises(releases.CannotRelease):
        releases.ask(case, piece.pk, party=Party.PLATFORM, reason="再问", actor=cast.officer, at=MONDAY)
    assert machine.get(path).status_code == 404
    page, answer = f"/case/{case.reference}/evidence/", f"/case/{case.reference}/release/{release.pk}/"
    assert client.post(answer, {"answer": "yes"}).status_code == 404  # nobody
    client.force_login(cast.zhao)
    assert client.post(answer, {"answer": "yes"}).status_code == 404
    client.force_login(cast.lin)
    assert "核对流水号" in client.get(page).content.decode()
    assert client.post(answer, {"answer": "maybe"}).status_code == 404
    client.post(answer, {"answer": "yes"})
    client.post(answer, {"answer": "no"})  # the same page in another window: the first answer stands
    sent = machine.get(path)
    assert (sent.status_code, sent["Content-Disposition"]) == (200, f'attachment; filename="evidence-{piece.pk}.png"')
    assert Machine(cast.other_key).get(path).status_code == 404
    assert machine.get(f"/cases/{case.reference}").json()["evidence"][0]["original_href"]  # type: ignore[attr-defined]
    client.post(answer, {"answer": "end"})
    assert machine.get(path).status_code == 404
    kinds = list(case.events.filter(kind__startswith="release").values_list("kind", flat=True).order_by("sequence"))
    assert kinds == ["release-asked", "release-answered", "release-ended"]
    releases.ask(case, piece.pk, party=Party.PLATFORM, reason="再问", actor=cast.officer, at=MONDAY)
    assert Release.objects.open().count() == 1


def test_an_officer_asks_at_the_desk_and_the_consumer_is_told(shown: Evidence, cast: Cast, client: Client) -> None:
    case = case_of(shown)
    client.force_login(cast.chen)
    path = f"/admin/case/{case.reference}/act/release/"
    given = {"version": case.version, "evidence": shown.pk, "party": "merchant", "reason": ""}
    assert client.post(path, given).status_code == 422
    assert client.post(path, {**given, "reason": "核对流水号"}).status_code == 302
    assert Release.objects.get().asked_by == cast.officer.label
    message = case.threads.get(other=Side.ASSOCIATION).messages.get()
    assert "核对流水号" in message.words
    for event in case.events.all():  # the reason is words: it stands in its row, never in the chain
        assert "核对" not in str(event.body)


def test_nobody_is_asked_for_what_is_not_theirs(shown: Evidence, cast: Cast) -> None:
    case = case_of(shown)
    party = add_evidence(
        case,
        a_screenshot("回单.png", colour="#112233"),
        kind="order",
        speaker=Speaker.MERCHANT,
        actor=cast.platform,
        at=MONDAY,
    )
    with pytest.raises(releases.CannotRelease):
        releases.ask(case, party.pk, party=Party.PLATFORM, reason="要", actor=cast.officer, at=MONDAY)


# ── The editor ───────────────────────────────────────────────────────────────────────────────────────────────────────


def case_of(piece: Evidence) -> Complaint:
    assert piece.complaint
    return Complaint.objects.get(pk=piece.complaint.pk)


def row(number: int, **sides: str) -> dict[str, str]:
    fields = {"on": "on", "kind": "phone", "origin": "drawn", "sheet": "1", **sides}
    return {f"{name}-{number}": value for name, value in fields.items()}


SIDES = {"left": "10", "top": "20", "width": "30", "height": "5.5"}


BLANK = {"left-2": "", "top-2": "", "width-2": "", "height-2": "", "sheet-2": "1", "kind-2": "other"}


def test_without_scripts_one_looks_and_saves(shown: Evidence, cast: Cast, client: Client) -> None:
    piece, case = shown, case_of(shown)
    path = f"/case/{case.reference}/evidence/{piece.pk}/mask/"
    client.force_login(cast.zhao)
    assert client.get(path).status_code == 404
    assert client.post(path, {"do": "nothing"}).status_code == 404
    client.force_login(cast.lin)
    assert 'name="left-1"' in client.get(path).content.decode()  # a row to fill in
    assert client.get(f"{path}trial-0/").status_code == 404
    asked = client.post(path, {"do": "look", **row(1, **SIDES)})
    assert asked["Location"] == f"{path}?look=1#look"
    assert client.get(f"{path}trial-0/")["Content-Type"] == "image/webp"
    assert "对方会看到这样" in client.get(f"{path}?look=1").content.decode()
    assert piece.masks.standing().get().basis == "automatic"  # a look changes nothing
    client.post(path, {"do": "save", **row(1, **SIDES), **BLANK})
    assert client.get(f"{path}trial-0/").status_code == 404
    mask = piece.masks.standing().get()
    assert (mask.basis, mask.made_by) == ("person", str(Role.CONSUMER))
    assert mask.regions[0] == {
        "sheet": 0, "left": 1000, "top": 2000, "width": 3000, "height": 550, "kind": "phone", "origin": "drawn",
    }  # fmt: skip


@pytest.mark.parametrize(
    "sides",
    [{"left": "abc"}, {"left": "nan"}, {"top": "inf"}, {"sheet": "9"}, {"sheet": "²"}, {"width": "0"}, {"left": "-1"}],
)
def test_a_row_that_cannot_be_read_is_named(sides: dict[str, str]) -> None:
    blob = Blob(preview="0" * 64)
    assert regions_in(rows_sent(row(7, **SIDES)), blob)
    with pytest.raises(NotRead, match="第7块"):
        regions_in(rows_sent(row(7, **{**SIDES, **sides})), blob)
    assert regions_in(rows_sent({f"{name}-7": value for name, value in sides.items()}), blob) == []  # not ticked


def test_what_cannot_be_read_covers_nothing_and_is_kept_as_typed(shown: Evidence, cast: Cast, client: Client) -> None:
    client.force_login(cast.lin)
    path = f"/case/{case_of(shown).reference}/evidence/{shown.pk}/mask/"
    answer = client.post(path, {"do": "save", **row(7, **{**SIDES, "left": "links"})})
    assert answer.status_code == 422
    assert 'value="links"' in answer.content.decode()
    assert shown.masks.standing().get().basis == "automatic"


def test_an_invited_party_covers_its_own_piece_and_no_other(shown: Evidence, cast: Cast, client: Client) -> None:
    case, shop = case_of(shown), Client()
    upload, merchant = a_screenshot("回单.png", colour="#112233"), Speaker.MERCHANT
    own = add_evidence(case, upload, kind="order", speaker=merchant, actor=cast.platform, at=MONDAY)
    shop.post("/r/", {"code": invite(case, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())})
    assert "消费者现在还看不到这一件" in shop.get(f"/r/case/{case.reference}/").content.decode()
    assert shop.get(f"/r/case/{case.reference}/evidence/{shown.pk}/mask/").status_code == 404
    assert shop.get(f"/r/case/{case.reference}/evidence/{shown.pk}/mask/sheet-0/").status_code == 404
    path = f"/r/case/{case.reference}/evidence/{own.pk}/mask/"
    assert shop.get(f"{path}sheet-0/")["Content-Type"] == "image/webp"
    client.force_login(cast.lin)
    assert client.get(f"/evidence/{own.pk}/preview/").status_code == 404
    assert shop.post(path, {"do": "nothing"}).status_code == 302
    assert client.get(f"/evidence/{own.pk}/preview/").status_code == 200


def test_an_officer_covers_any_piece_and_another_province_none(shown: Evidence, cast: Cast, client: Client) -> None:
    piece, case = shown, case_of(shown)
    path = f"/admin/case/{case.reference}/evidence/{piece.pk}/mask/"
    client.force_login(cast.huang)
    assert client.get(path).status_code == 404
    client.force_login(cast.chen)
    assert client.get(path).status_code == 200
    assert client.get(f"{path}sheet-0/")["Content-Type"] == "image/webp"
    assert client.post(path, {"do": "nothing"}).status_code == 302
    assert piece.masks.standing().get().confirmed_by == cast.officer.label
