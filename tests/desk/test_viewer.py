"""One piece of evidence at a time: who sees it, which copy, what goes on record, and what stays shut."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from complaints.flow.triage import make_finding
from complaints.models import Blob, Complaint, CustodyEntry, Evidence
from tests.builders import a_referred_complaint, covered
from tests.cast import Cast
from tests.desk.conftest import SignIn


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return covered(a_referred_complaint(at=timezone.now(), files=True, consumer=cast.lin))


def page_of(case: Complaint, number: int) -> str:
    return reverse("admin:case-evidence", args=[case.reference, number])


def entries(case: Complaint) -> list[tuple[str, str, str]]:
    return [(each.act, each.variant, each.actor) for each in case.custody_entries.order_by("sequence")]


@pytest.mark.django_db(transaction=True)
def test_a_piece_is_turned_compared_and_seen_as_the_other_side_sees_it(
    cast: Cast, signed_in: SignIn, case: Complaint
) -> None:
    chen, blob = signed_in(cast.chen), case.evidence.of_dispute()[0].blob
    text = chen.get(page_of(case, 1)).content.decode()
    for told in (blob.sha256, "上一件", "下一件", "收到", "能证明", "保管记录"):
        assert (told in text) == (told != "上一件"), told
    assert f'viewBox="0 0 {blob.width} {blob.height}"' in text
    turned = chen.get(page_of(case, 1) + "?turn=1&zoom=200&with=2")
    assert f'viewBox="0 0 {blob.height} {blob.width}"' in turned.content.decode()
    assert [look.exhibit.number for look in turned.context["looks"]] == [1, 2]
    assert 'data-zoom="200"' in turned.content.decode()
    odd = chen.get(page_of(case, 1) + "?turn=x&zoom=-1&with=99&copy=raw").context
    assert (odd["wanted"].zoom, odd["wanted"].turn, odd["beside"], len(odd["looks"])) == (100, 0, None, 1)

    before = len(entries(case))
    masked = chen.get(page_of(case, 1) + "?copy=masked").context["looks"][0].leaves[0].address
    answer = chen.get(masked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    own = chen.get(chen.get(page_of(case, 1)).context["looks"][0].leaves[0].address)
    assert own.status_code == 200
    assert entries(case)[before:] == [
        ("viewed", "masked-sheet-0", f"officer:{cast.chen.pk}"),
        ("viewed", "sheet-0", f"officer:{cast.chen.pk}"),
    ]


@pytest.mark.django_db
def test_who_does_not_see_the_case_sees_no_piece_of_it(cast: Cast, signed_in: SignIn, case: Complaint) -> None:
    for number in (0, 3, 999):
        assert signed_in(cast.chen).get(page_of(case, number)).status_code == 404
    there = (
        page_of(case, 1),
        reverse("admin:case-evidence-covered", args=[case.reference, 1, "sheet-0"]),
        reverse("admin:case-film", args=[case.reference, 1]),
    )
    for stranger in (cast.huang, cast.lin):
        browser = signed_in(stranger)
        for address in there:
            assert browser.get(address).status_code == 404, address
        play = reverse("admin:case-film-play", args=[case.reference, 1])
        assert browser.post(play, {"reason": "想看"}).status_code == 404


@pytest.mark.django_db
def test_a_held_file_is_shut_and_says_so(cast: Cast, signed_in: SignIn, case: Complaint) -> None:
    piece = case.evidence.of_dispute()[0]
    Blob.objects.filter(pk=piece.blob_id).update(state=Blob.State.HELD)
    text = signed_in(cast.chen).get(page_of(case, 1)).content.decode()
    assert "没有查完的文件谁也打不开，也不能下载。" in text
    assert reverse("complaints:evidence-bytes", args=[piece.pk, "original"]) not in text
    assert "sheet-0" not in text


def a_recording(case: Complaint, browser: Client) -> Evidence:
    """The second piece as a sound of 1000 bytes that was looked into."""
    piece = case.evidence.of_dispute()[1]
    Blob.objects.filter(pk=piece.blob_id).update(media_type="audio/wav", preview="", thumb="", pages=[])
    return piece


@pytest.mark.django_db(transaction=True)
def test_a_recording_plays_for_who_says_why_and_in_the_parts_a_player_asks_for(
    cast: Cast, signed_in: SignIn, case: Complaint
) -> None:
    chen, zhou = signed_in(cast.chen), signed_in(cast.zhou)
    piece = a_recording(case, chen)
    film = reverse("admin:case-film", args=[case.reference, 2])
    play = reverse("admin:case-film-play", args=[case.reference, 2])
    assert "<audio" not in chen.get(page_of(case, 2)).content.decode()
    assert chen.get(film).status_code == 404
    before = len(entries(case))
    assert "写一句为什么要放。" in chen.post(play, {"reason": " "}, follow=True).content.decode()
    assert len(entries(case)) == before
    opened = chen.post(play, {"reason": "听12分31秒那句"}, follow=True)
    text = opened.content.decode()
    assert "<audio" in text
    assert "media-src &#x27;self&#x27;" in text or "media-src 'self'" in opened["Content-Security-Policy"]
    assert entries(case)[before:] == [("viewed", "original", f"officer:{cast.chen.pk}")]
    assert CustodyEntry.objects.latest("pk").reason == "听12分31秒那句"
    address = opened.context["film"]["address"]
    assert zhou.get(address).status_code == 404  # another officer has to say why, too
    assert zhou.get(page_of(case, 2) + "?" + address.partition("?")[2]).context["film"]["address"] == ""

    whole: Any = chen.get(address)
    data = b"".join(whole.streaming_content)
    assert (whole.status_code, whole["Accept-Ranges"], len(data)) == (200, "bytes", piece.blob.size)
    for asked, first, last in (
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, len(data) - 1),
        ("bytes=-5", len(data) - 5, len(data) - 1),
    ):
        part: Any = chen.get(address, headers={"Range": asked})
        assert (part.status_code, part["Content-Range"]) == (206, f"bytes {first}-{last}/{len(data)}"), asked
        assert b"".join(part.streaming_content) == data[first : last + 1]
    assert chen.get(address, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    assert chen.get(address, headers={"Range": "pages=1-2"}).status_code == 200
    assert "sandbox" in whole["Content-Security-Policy"]

    Membership.objects.filter(user=cast.chen).update(duties=[Membership.Duty.ADMINISTRATOR])
    before = len(entries(case))
    assert signed_in(cast.chen).post(play, {"reason": "看看"}).status_code == 404
    assert len(entries(case)) == before


@pytest.mark.django_db
def test_a_fact_shows_all_that_was_said_and_asking_picks_it(cast: Cast, signed_in: SignIn, case: Complaint) -> None:
    at = timezone.now()
    for value, reason in ((True, "看过录屏，标明了。"), (None, "重新看，看错了。")):
        make_finding(case, fact="seller_displayed", value=value, reason=reason, actor=cast.officer, at=at)
    chen = signed_in(cast.chen)
    page = chen.get(reverse("admin:case", args=[case.reference]))
    lines = {line.key: line for line in (*page.context["finding"].lines, *page.context["finding"].quiet)}
    said = lines["seller_displayed"].said
    assert [(each.speaker, each.reason, each.stands) for each in said if each.by] == [
        ("协会认定", "看过录屏，标明了。", False),
        ("协会认定", "重新看，看错了。", True),
    ]
    assert "收回了前面的说法" in page.content.decode()
    ask = reverse("admin:case-act", args=[case.reference, "ask"]) + "?fact=seller_displayed"
    assert ask in page.content.decode()
    form = chen.get(ask).context["form"]
    assert form["facts"].value() == ["seller_displayed"]
    given = {"version": Complaint.objects.get(pk=case.pk).version, "about": "seller_displayed", "to": "merchant"}
    words = {"facts": ["seller_displayed"], "words": "请给录屏。", "due_on": "2099-01-04"}
    assert chen.post(ask.partition("?")[0], {**given, **words}).status_code == 302
    assert case.requests.get().facts == ["seller_displayed"]
