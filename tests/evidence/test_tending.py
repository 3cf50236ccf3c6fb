"""What nobody names goes in time; what is stored is read again within a month, and what is not right is an alarm."""

import hashlib
import logging
import os
from datetime import datetime, timedelta

import pytest
from axes.models import AccessFailureLog
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints import tasks
from complaints.evidence import shelf, tending
from complaints.evidence.named import named
from complaints.flow import upkeep
from complaints.models import Attempt, Blob, Delivery, Fault, Round
from tests.builders import a_complaint
from tests.cast import Cast
from tests.evidence.stores import staged

NOW = timezone.now()
AGES = timedelta(days=3)


def through(task: str, *, at: datetime = NOW) -> int:
    """One whole round of a walk, with a clock of our own."""
    within = {"sweep": tending.SWEEP_IN, "scrub": tending.SCRUB_IN}[task]
    Round.objects.update_or_create(name=task, defaults={"after": "", "began_at": at - within})
    found: int = getattr(tending, task)(lambda: at, until=at + timedelta(minutes=1))
    return found


def an_orphan(settings: Settings, body: bytes, age: timedelta) -> str:
    sha256 = hashlib.sha256(body).hexdigest()
    shelf.put(staged(settings, body), sha256)
    touched = (NOW - age).timestamp()
    os.utime(shelf.path_of(sha256), (touched, touched))
    return sha256


def test_the_sweep_takes_old_orphans_and_nothing_else(cast: Cast, settings: Settings) -> None:
    complaint = a_complaint(files=True)
    blob = complaint.evidence.first().blob
    page, old = an_orphan(settings, b"a page", AGES), an_orphan(settings, b"old", AGES)
    young = an_orphan(settings, b"young", timedelta(hours=47))
    again = an_orphan(settings, b"put again", AGES)
    shelf.put(staged(settings, b"put again"), again)
    Blob.objects.filter(pk=blob.pk).update(pages=[{"sha256": page, "width": 1, "height": 1}])
    for digest in (blob.sha256, blob.preview):
        os.utime(shelf.path_of(digest), (1, 1))
    assert named([page, old, blob.thumb]) == {page, blob.thumb}
    assert through("sweep") == 1
    assert not shelf.has(old)
    assert all(shelf.has(digest) for digest in (page, young, again, blob.sha256, blob.preview))
    assert through("sweep", at=NOW + AGES) == 2


def test_what_was_left_in_staging_goes_after_a_day(settings: Settings) -> None:
    old, young = staged(settings, b"x", "old.part"), staged(settings, b"x", "young.part")
    lock = staged(settings, b"", "slot-0.lock")
    for path in (old, lock):
        os.utime(path, (1, 1))
    assert tending.clear_staging(at=NOW) == 1
    assert not old.exists() and young.exists() and lock.exists()


def test_a_round_comes_as_far_as_its_time_and_goes_on_where_it_was(cast: Cast, settings: Settings) -> None:
    digests = sorted(an_orphan(settings, bytes([number]), AGES) for number in range(32))
    Round.objects.create(name="sweep", began_at=NOW - timedelta(hours=12))
    half = "8" + "0" * 63
    assert tending.sweep(lambda: NOW, until=NOW + timedelta(minutes=1)) == sum(digest <= half for digest in digests)
    assert [item.sha256 for item in shelf.digests()] == [digest for digest in digests if digest > half]
    assert Round.objects.get(name="sweep").after == half
    assert tending.sweep(lambda: NOW, until=NOW) == 0  # no time: nothing is done, and nothing passed over
    later = NOW + timedelta(hours=13)
    tending.sweep(lambda: later, until=later + timedelta(minutes=1))
    assert list(shelf.digests()) == []
    assert Round.objects.get(name="sweep").after == tending.LAST


def test_a_changed_and_a_missing_file_are_an_alarm_until_they_are_right(
    cast: Cast, settings: Settings, caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    first, second = (piece.blob for piece in a_complaint(files=True).evidence.order_by("pk"))
    path, body = shelf.path_of(first.sha256), shelf.path_of(first.sha256).read_bytes()
    path.chmod(0o600)
    path.write_bytes(body[:-1] + b"!")
    shelf.path_of(second.sha256).unlink()
    with caplog.at_level(logging.ERROR):
        assert through("scrub") == 2
    assert f"stored file {first.sha256} is changed" in caplog.text
    assert dict(Fault.objects.values_list("sha256", "what")) == {first.sha256: "changed", second.sha256: "missing"}
    assert through("scrub") == 2 and Fault.objects.count() == 2
    assert client.get("/readyz").json()["files"] == "broken"
    cast.zhou.is_superuser = True
    cast.zhou.save()
    client.force_login(cast.zhou)
    assert first.sha256 in client.get("/admin/complaints/fault/").content.decode()
    path.write_bytes(body)
    assert tending.settle_faults(at=NOW) == 1
    assert Fault.objects.get(ended_at=None).sha256 == second.sha256


def test_the_beat_does_all_of_it(cast: Cast) -> None:
    a_complaint(files=True)
    tasks.tend()
    assert set(Round.objects.values_list("name", flat=True)) == {"sweep", "scrub"}


def test_tries_and_sessions_go_when_their_time_is_over(cast: Cast) -> None:
    event = a_complaint().events.get(kind="filed")
    told = {"event": event, "endpoint": cast.endpoint, "type": "case.opened", "body": b"{}", "created_at": NOW}
    done = Delivery.objects.create(message_id="msg_1", state="done", next_attempt_at=NOW, **told)
    old, new = NOW - timedelta(days=181), NOW - timedelta(days=179)
    for number, moment in enumerate((old, new), 1):
        Attempt.objects.create(delivery=done, number=number, fence=number, started_at=moment)
        AccessFailureLog.objects.create(username="x")
        AccessFailureLog.objects.filter(pk=AccessFailureLog.objects.latest("pk").pk).update(attempt_time=moment)
        Session.objects.create(session_key=f"k{number}", session_data="", expire_date=moment)
    Session.objects.create(session_key="runs", session_data="", expire_date=NOW + AGES)
    upkeep.forget(at=NOW)
    assert [attempt.number for attempt in Attempt.objects.all()] == [2]
    assert AccessFailureLog.objects.count() == 1
    assert {session.session_key for session in Session.objects.all()} == {"runs"}
