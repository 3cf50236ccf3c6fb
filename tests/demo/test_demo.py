"""The demonstration: every state is there, twice is once, and each case would stand in front of an auditor."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.credentials import public_id_of
from accounts.models import ApiKey, Endpoint, Organisation, User
from accounts.sealing import keyed_hash
from complaints import timeline
from complaints.demo import cast, practice
from complaints.demo.seeding import Notes, seed
from complaints.demo.stories import all_stories
from complaints.evidence import vault
from complaints.flow.intake import hash_of
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint, Delivery, Event, Evidence
from complaints.models.actor import Actor
from complaints.models.complaint import Party

pytestmark = pytest.mark.django_db  # each test in a savepoint inside the stage's transaction

WEBHOOKS = "http://localhost:8201/webhooks"


@dataclass(frozen=True, slots=True)
class Stage:
    """The seeded demonstration: when, where its files lie, and its notes."""

    at: datetime
    folder: Path
    notes: Notes


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Seeded once for all tests here, since looking into its pictures takes seconds; rolled back afterwards."""
    folder, at = tmp_path_factory.mktemp("demo"), timezone.now()
    (folder / "staging").mkdir()
    own_ground = override_settings(
        DATA_DIR=folder,
        EVIDENCE_DIR=folder / "evidence",
        FILE_UPLOAD_TEMP_DIR=folder / "staging",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), transaction.atomic():
        with own_ground:
            notes = seed(webhook_url=WEBHOOKS, at=at)
        yield Stage(at, folder, notes)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def same_ground(stage: Stage, settings: Settings, own_ground: None) -> None:
    settings.DATA_DIR, settings.EVIDENCE_DIR = stage.folder, stage.folder / "evidence"


@pytest.mark.parametrize("state", State)
def test_there_is_a_case_in_every_state(state: State) -> None:
    assert Complaint.objects.filter(state=state).exists()


def test_every_case_was_told_and_lived_in_order_and_none_of_it_lies_ahead(stage: Stage) -> None:
    assert Complaint.objects.filter(sandbox=None).count() == len(all_stories()) == len(stage.notes.cases)
    for complaint in Complaint.objects.all():
        moments = list(complaint.events.values_list("at", flat=True))
        assert moments == sorted(moments), complaint
        assert complaint.filed_at <= moments[0], complaint
        assert moments[-1] < stage.at, complaint


def test_each_chain_holds_and_each_case_has_a_decision_on_all_three() -> None:
    for complaint in Complaint.objects.all():
        assert timeline.first_break(complaint.events.all(), expected=complaint.version) is None
        assert complaint.decision is not None
        assert set(complaint.verdicts) == set(Party.values)


def test_between_them_the_cases_show_every_verdict_a_silence_and_a_dispute() -> None:
    verdicts = {verdict for complaint in Complaint.objects.all() for verdict in complaint.verdicts.values()}
    assert verdicts == {"responsible", "possible", "not_responsible"}
    assert Complaint.objects.filter(has_dispute=True, state__in=OPEN).exists()
    assert Complaint.objects.filter(is_safety=True, state__in=OPEN).exists()
    assert Complaint.objects.filter(respondents__lapsed_at__isnull=False, state__in=OPEN).exists()
    assert Complaint.objects.filter(language="en").exists()


def test_each_officer_sees_cases_of_their_own_and_the_national_one_sees_all() -> None:
    seen = {
        name: set(Complaint.objects.visible_to(Actor.officer(User.objects.get(username=name))))
        for name in (cast.CHEN, cast.HUANG, cast.ZHOU)
    }
    assert all(seen.values())
    assert not seen[cast.CHEN] & seen[cast.HUANG]
    assert seen[cast.ZHOU] == set(Complaint.objects.filter(sandbox=None)) > seen[cast.CHEN] | seen[cast.HUANG]
    assert Complaint.objects.visible_to(Actor.consumer(User.objects.get(username=cast.LIN))).exists()


def test_the_evidence_is_there_and_unharmed() -> None:
    pieces = Evidence.objects.select_related("blob")
    assert {piece.blob.media_type for piece in pieces} == {"image/png", "image/jpeg", "application/pdf", "text/plain"}
    assert all(vault.is_intact(piece.blob.sha256) for piece in pieces)
    assert pieces.filter(offered_by=Party.MERCHANT).exists()


def test_a_second_start_keeps_everything_and_only_moves_the_line_to_the_new_port(stage: Stage) -> None:
    rows = (User, Organisation, Endpoint, ApiKey, Complaint, Event, Evidence, Delivery)
    before = [model.objects.count() for model in rows]
    moved = "http://localhost:9201/webhooks"
    assert seed(webhook_url=moved, at=timezone.now()) == stage.notes
    assert [model.objects.count() for model in rows] == before
    assert {line.url for line in Endpoint.objects.all()} == {moved, practice.BROKEN}


def test_the_notes_open_what_they_say_and_only_their_owner_may_read_them(stage: Stage) -> None:
    assert stat.S_IMODE(Notes.path().stat().st_mode) == 0o600
    assert Notes.read() == stage.notes
    for reference, code in stage.notes.cases.values():
        assert Complaint.objects.get(receipt_hash=hash_of(code)).reference == reference
    key = ApiKey.objects.usable(stage.at).get(public_id=public_id_of(stage.notes.keys.connected_key))
    assert key.digest == keyed_hash(stage.notes.keys.connected_key)
    assert key.organisation.name_zh == cast.CONNECTED
    assert Endpoint.objects.get(organisation=cast.connected()).secrets(stage.at)[0] == stage.notes.keys.webhook_secret


def test_lost_notes_are_made_anew_and_the_old_keys_stop_working(stage: Stage) -> None:
    Notes.path().unlink()
    fresh = seed(webhook_url=WEBHOOKS, at=stage.at)
    stage.notes.write()  # for the tests that come after; the database is rolled back by itself
    assert not ApiKey.objects.usable(stage.at).filter(public_id=public_id_of(stage.notes.keys.connected_key)).exists()
    assert ApiKey.objects.usable(stage.at).filter(public_id=public_id_of(fresh.keys.connected_key)).exists()


def test_production_gets_no_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=0"):
        call_command("demo", "--seed-only")
