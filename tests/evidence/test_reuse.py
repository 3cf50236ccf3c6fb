"""The same file and pictures that look alike: found by the bits, told to officers alone, weighed by nobody."""

from __future__ import annotations

import io
import itertools
import json
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from complaints import tasks
from complaints.evidence import prints
from complaints.evidence.likeness import NEAR_COARSE, NEAR_DETAIL, NEAR_FINE, RECIPE, apart, bits_of, differences
from complaints.evidence.likeness import prints as look
from complaints.evidence.prints import Prints
from complaints.flow import sandbox
from complaints.flow.intake import add_evidence
from complaints.flow.likening import _candidates, compare_new, leads_of
from complaints.flow.sandbox_cases import invent
from complaints.models import Alike, Blob, Complaint, Evidence, Likeness, SetAside, Speaker
from complaints.models.actor import Actor
from complaints.models.likeness import BANDS
from tests.builders import a_complaint, a_picture
from tests.cast import Cast
from tests.evidence.screens import order_page, saved


def row_of(blob: Blob, found: Prints) -> Likeness:
    return Likeness(
        blob=blob,
        recipe=RECIPE,
        coarse=found.coarse,
        fine=found.fine,
        detail=found.detail,
        weight=found.weight,
        made_at=timezone.now(),
        **dict(zip(BANDS, found.bands, strict=True)),
    )


def hand_in(complaint: Complaint, raw: bytes, name: str = "a.png", kind: str = "order") -> Evidence:
    upload = SimpleUploadedFile(name, raw, "image/png")
    at = timezone.now()
    return add_evidence(complaint, upload, kind=kind, speaker=Speaker.CONSUMER, actor=Actor(None), at=at)


def test_of_two_prints_at_most_four_bits_apart_one_band_is_the_same() -> None:
    chance = random.Random(5)
    for _case in range(300):
        bits = chance.getrandbits(64)
        other = bits
        for place in chance.sample(range(64), chance.randrange(5)):
            other ^= 1 << place
        one, two = (Prints(coarse=f"{each:016x}") for each in (bits, other))
        assert apart(one.coarse, two.coarse) <= 4
        assert any(mine == theirs for mine, theirs in zip(one.bands, two.bands, strict=True))
    assert [max(Prints(coarse="f" * 16).bands), sum(each.bit_count() for each in Prints(coarse="f" * 16).bands)] == [
        2**13 - 1,
        64,
    ]


def test_a_picture_saved_again_is_told_from_another_order_on_the_same_page() -> None:
    pages = [order_page(seed) for seed in range(6)]
    mine = [look(page.convert("L")) for page in pages]
    again = [look(Image.open(_again(page), formats=["JPEG", "WEBP", "PNG"]).convert("L")) for page in pages]
    for one, other in zip(mine, again, strict=True):
        assert apart(one["coarse"], other["coarse"]) <= NEAR_COARSE
        assert apart(one["fine"], other["fine"]) <= NEAR_FINE
        assert apart(one["detail"], other["detail"]) <= NEAR_DETAIL
    details = [apart(one["detail"], other["detail"]) for one, other in itertools.combinations(mine, 2)]
    assert min(details) > NEAR_DETAIL


def _again(page: Image.Image) -> io.BytesIO:
    small = page.resize((540, 1200), Image.Resampling.LANCZOS)
    return io.BytesIO(saved(small, "JPEG", quality=55))


def test_flat_pictures_are_no_match_for_anything() -> None:
    assert look(Image.new("L", (600, 900), 128))["flat"]
    assert look(Image.linear_gradient("L"))["flat"]
    assert not look(order_page(1).convert("L"))["flat"]
    assert bits_of(Image.new("L", (50, 50)), 8, 8, 1.0) == 0


def test_what_differs_is_named_by_place() -> None:
    page = order_page(1)
    other = page.copy()
    other.paste((0, 0, 0), (100, 200, 600, 260))
    found = differences(page.convert("L"), other.convert("L"))
    assert found["where"] == [0, 1] or found["where"] == [1]
    assert (0 < found["share"] < 10, found["shape"]) == (True, False)
    assert differences(page.convert("L"), page.crop((0, 0, 720, 1200)).convert("L"))["shape"]


@pytest.mark.django_db
def test_candidates_are_looked_up_by_an_index_and_none_is_missed() -> None:
    chance, at = random.Random(3), timezone.now()
    wanted = chance.getrandbits(256)
    blobs = Blob.objects.bulk_create(
        Blob(sha256=f"{n:064x}", size=1, media_type="image/png", kept_at=at) for n in range(400)
    )
    base, near = chance.getrandbits(64), []
    rows = []
    for number, blob in enumerate(blobs):
        coarse, fine = chance.getrandbits(64), chance.getrandbits(256)
        if number % 40 == 0:
            coarse, fine = base, wanted
            for place in chance.sample(range(64), number // 40 % 6):  # up to five: one too many
                coarse ^= 1 << place
            near += [blob.pk] if (coarse ^ base).bit_count() <= 4 else []
        rows.append(row_of(blob, Prints(f"{coarse:016x}", f"{fine:064x}", "0" * 512)))
    Likeness.objects.bulk_create(rows)
    mine = Prints(f"{base:016x}", f"{wanted:064x}", "0" * 512)
    probe = row_of(Blob(pk=0), mine)
    with CaptureQueriesContext(connection) as asked:
        assert sorted(_candidates(probe, mine)) == near
    assert len(asked) == 5
    plan = Likeness.objects.filter(band_0=1, weight__range=(1, 9)).order_by("-pk").explain()
    assert connection.vendor != "sqlite" or "like_band_0" in plan


@pytest.mark.django_db
def test_the_background_duty_looks_once_and_officers_alone_are_told(cast: Cast, client: Client) -> None:
    at = timezone.now()
    one, two, far = (a_complaint(at=at, consumer=cast.lin) for _ in range(3))
    assert one.association_id == two.association_id
    page = order_page(7)
    mine = hand_in(one, saved(page))
    same_file = hand_in(two, saved(page), "b.png")
    again = hand_in(two, saved(page.resize((540, 1200), Image.Resampling.LANCZOS), "JPEG", quality=60), "c.jpg")
    elsewhere = hand_in(far, saved(page, "JPEG", quality=40), "d.jpg")
    flat = hand_in(one, a_picture(size=(300, 300)), "flat.png", "goods")
    Complaint.objects.filter(pk=far.pk).update(association=cast.guangdong)
    verdicts = one.decision and one.decision.digest
    tasks.liken()
    assert Likeness.objects.count() == 4 and not Likeness.objects.get(blob=flat.blob).fine
    assert compare_new(timezone.now) == 0  # nothing is looked at twice
    assert {(pair.one_id, pair.other_id) for pair in Alike.objects.filter(one=mine.blob)} == {
        (mine.blob_id, again.blob_id),
        (mine.blob_id, elsewhere.blob_id),
    }

    officer = cast.officer
    pieces = list(one.evidence.of_dispute().select_related("blob"))
    exact, *alike = leads_of(one, pieces, officer)
    assert (exact.is_same_file, exact.others, exact.hidden) == (True, (same_file,), 0)
    assert {(lead.is_same_picture, lead.others, lead.hidden) for lead in alike} == {
        (True, (), 1),
        (True, (again,), 0),
    }
    assert leads_of(one, pieces, Actor.consumer(cast.lin)) == [] == leads_of(one, pieces, cast.platform)

    desk, url = Client(), f"/admin/case/{one.reference}/"
    desk.force_login(cast.chen)
    shown = desk.get(url).content.decode()
    assert "同一个文件还出现在" in shown and two.reference in shown and "别的协会办的1件" in shown
    assert far.reference not in shown
    beside = desk.get(f"{url}alike/{mine.pk}/{again.pk}/").content.decode()
    assert "像是同一张图重新存过" in beside and "不是同一个文件" in beside
    assert "一个字节都不差" in desk.get(f"{url}alike/{mine.pk}/{same_file.pk}/").content.decode()
    for wrong in (elsewhere.pk, mine.pk, flat.pk, 10**9):
        assert desk.get(f"{url}alike/{mine.pk}/{wrong}/").status_code == 404

    client.force_login(cast.lin)
    key = {"Authorization": f"Bearer {cast.key.text}"}
    hers = [client.get(f"/case/{one.reference}/{page}").content.decode() for page in ("", "evidence/", "decision/")]
    theirs = Client().get(f"/api/v1/cases/{one.reference}", headers=key).content.decode()
    assert all(two.reference not in each and "还出现在" not in each for each in (*hers, theirs))
    one.refresh_from_db()
    assert one.decision and one.decision.digest == verdicts  # never an input of the decision


@pytest.mark.django_db
def test_a_lead_is_set_aside_with_a_reason_that_says_nothing_of_other_cases(cast: Cast, client: Client) -> None:
    at = timezone.now()
    one, two = a_complaint(at=at, consumer=cast.lin), a_complaint(at=at)
    mine = hand_in(one, saved(order_page(9)))
    hand_in(two, saved(order_page(9)))
    desk, url = Client(), f"/admin/case/{one.reference}/alike/{mine.pk}/{mine.blob_id}/aside/"
    desk.force_login(cast.zhou)
    desk.post(url, {"reason": ""})
    assert not SetAside.objects.exists()
    for _twice in range(2):
        desk.post(url, {"reason": "template"})
    assert (
        desk.post(
            url.replace(f"/{mine.blob_id}/", f"/{two.evidence.get().pk + 10**6}/"), {"reason": "template"}
        ).status_code
        == 404
    )
    event = one.events.get(kind="evidence-verified")
    assert event.body == {"evidence": mine.pk, "reason": "template"} and event.actor == f"officer:{cast.zhou.pk}"
    assert "看过，无关：只是同一种页面" in desk.get(f"/admin/case/{one.reference}/").content.decode()
    client.force_login(cast.lin)
    assert client.post(url, {"reason": "other"}).status_code in {302, 404} and SetAside.objects.count() == 1
    hers = client.get(f"/case/{one.reference}/").content.decode()
    assert "协会工作人员核对了一件证据" in hers and "只是同一种页面" not in hers
    assert "template" not in json.dumps(list(two.events.values_list("body", flat=True)))


@pytest.mark.django_db
def test_a_copy_that_is_gone_or_damaged_is_looked_at_once(cast: Cast) -> None:
    gone = Blob.objects.create(
        sha256="a" * 64, size=1, media_type="image/png", preview="b" * 64, kept_at=timezone.now()
    )
    assert compare_new(timezone.now) == 1
    assert gone.likeness.coarse == "" == prints.prints_of("b" * 64).coarse
    assert prints.difference_of("b" * 64, "c" * 64) is None


def test_nobody_is_led_to_what_was_invented(cast: Cast) -> None:
    real, raw = a_complaint(), a_picture()
    piece = hand_in(real, raw)
    house, _key = sandbox.open_new("练手", at=timezone.now())
    for _case in range(2):
        hand_in(invent(house, "not-as-described", at=timezone.now()), raw)
    assert leads_of(real, [piece], Actor.officer(cast.zhou)) == []
    other = a_complaint(story={"story": "另一件"})
    hand_in(other, raw)
    (lead,) = leads_of(real, [piece], Actor.officer(cast.zhou))
    assert [row.complaint for row in lead.others] == [other] and lead.hidden == 0
