"""Bundles by API: asked for once, followed, taken; to others there are none."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import signing
from complaints.flow import bundling
from complaints.flow.intake import add_evidence
from complaints.models import Actor, Blob, Bundle, Complaint, Evidence, Respondent, Speaker
from tests.builders import NAME, PHONE, a_complaint, a_picture, a_screenshot, covered
from tests.cast import Cast
from tests.evidence.test_bundle import run, unpacked
from tests.platform.calls import ROOT, Machine, told
from tests.portal.test_bundle import assert_holds_own_and_covered_copies, body_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    case = covered(a_complaint(files=True, consumer=cast.lin))
    Evidence.objects.update(caption=f"打{PHONE}", name=f"{NAME}.png")
    return case


@pytest.fixture
def kuailive(cast: Cast) -> Machine:
    return Machine(cast.key)


def ask(machine: Machine, complaint: Complaint, key: str = "bundle-1", body: str = "") -> HttpResponse:
    path, headers = f"{ROOT}/cases/{complaint.reference}/bundles", {"Idempotency-Key": key} if key else {}
    return machine.client.post(path, body, content_type="application/json", headers=headers)  # type: ignore[return-value]


def test_a_platform_asks_follows_takes_and_checks_it(
    complaint: Complaint, kuailive: Machine, cast: Cast, tmp_path: Path
) -> None:
    for party, colour in (("platform", "#112233"), ("merchant", "#221133")):  # the shop's it only passed on
        told(kuailive.offer(complaint.reference, a_screenshot(colour=colour), kind="chat", party=party), 201)
    unsound = a_screenshot(colour="#331122")
    last = add_evidence(
        complaint, unsound, kind="chat", speaker=Speaker.CONSUMER, actor=Actor.consumer(cast.lin), at=timezone.now()
    )
    Blob.objects.filter(pk=last.blob_id).update(state=Blob.State.HELD)
    lins = bundling.ask(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    assert told(ask(kuailive, complaint, key=""), 400)["code"] == "idempotency_key_missing"
    assert told(ask(kuailive, complaint, body='{"kind": "all"}'), 400)["errors"][0]["field"] == "kind"
    made = told(ask(kuailive, complaint), 202)
    assert (made["state"], made["percent"], made["size"], made["file_href"]) == ("waiting", 0, None, None)
    again = ask(kuailive, complaint)
    assert (told(again, 202), again["Idempotent-Replayed"]) == (made, "true")
    assert told(ask(kuailive, complaint, key="bundle-2"), 202)["id"] == made["id"]  # nothing happened since
    path = f"/cases/{complaint.reference}/bundles/{made['id']}"
    assert told(kuailive.get(f"{path}/file"), 409)["code"] == "bundle_not_ready"
    assert bundling.make(made["id"], timezone.now)
    ready = told(kuailive.get(path), 200)
    assert ready["state"] == "ready"
    assert ready["file_href"].endswith(f"{path}/file")
    assert kuailive.client.head(f"{ROOT}{path}/file").content == b""
    sent = kuailive.get(f"{path}/file")
    assert sent["Content-Disposition"] == f'attachment; filename="{complaint.reference}-evidence.zip"'
    assert sent["Cache-Control"] == "private, no-store"
    body = body_of(sent)
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (ready["sha256"], ready["size"])
    given = tmp_path / "given.zip"
    given.write_bytes(body)
    done = run(given, "--key", signing.public_key())
    assert done.returncode == 0, done.stdout
    assert_holds_own_and_covered_copies(unpacked(given), a_picture(colour="#112233"))
    acts = complaint.custody_entries.filter(variant="bundle", actor=cast.platform.label)
    assert list(acts.order_by("sequence").values_list("act", flat=True)) == ["exported", "exported", "downloaded"]
    other = Machine(cast.other_key)
    for machine, pk in ((other, made["id"]), (kuailive, lins.pk)):
        for end in ("", "/file"):
            told(machine.get(f"/cases/{complaint.reference}/bundles/{pk}{end}"), 404)
    told(ask(other, complaint), 404)
    Respondent.objects.filter(complaint=complaint, party="merchant").update(
        organisation=cast.yunji, asked_at=timezone.now()
    )
    told(other.get(path), 404)  # in the same case, and still not theirs
    Bundle.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    over = told(kuailive.get(path), 200)
    assert (over["state"], over["sha256"], over["file_href"]) == ("expired", None, None)
    assert told(kuailive.get(f"{path}/file"), 410)["code"] == "bundle_expired"


def test_an_ended_case_is_bundled_too_and_never_too_often_or_too_much(
    complaint: Complaint, kuailive: Machine, settings: Settings
) -> None:
    Complaint.objects.update(state="settled", closed_at=timezone.now())
    settings.BUNDLE_MAX_BYTES = 1
    assert told(ask(kuailive, complaint), 422)["code"] == "cannot_bundle"
    settings.BUNDLE_MAX_BYTES, settings.BUNDLES_PER_CASE_AN_HOUR = 1 << 30, 0
    refused = ask(kuailive, complaint)
    assert told(refused, 429)["code"] == "too_many_bundles"
    assert 0 < int(refused["Retry-After"]) <= 3600
    settings.BUNDLES_PER_CASE_AN_HOUR = 6
    told(ask(kuailive, complaint), 202)  # what was refused may be sent again under its key
