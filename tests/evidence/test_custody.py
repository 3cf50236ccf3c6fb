"""Whatever happens to evidence stands in one chain a case; nobody can change it unseen, nor at all."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from complaints import append_only, timeline
from complaints.evidence import custody, shelf
from complaints.flow.viewing import note_access, note_denial, note_viewing
from complaints.models import (
    Access,
    Actor,
    Blob,
    CannotChange,
    Complaint,
    CustodyEntry,
    CustodyHead,
    CustodyReason,
    Evidence,
    Export,
    ExportLog,
)
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(files=True)


@pytest.fixture
def piece(complaint: Complaint) -> Evidence:
    return complaint.evidence.select_related("blob").earliest("pk")


def acts(complaint: Complaint) -> list[tuple[str, str]]:
    return list(complaint.custody_entries.values_list("act", "variant"))


def test_files_of_a_draft_are_received_when_they_came(complaint: Complaint) -> None:
    assert acts(complaint) == [("received", "original")] * 2
    for entry in complaint.custody_entries.select_related("evidence__blob"):
        assert entry.at == entry.evidence.received_at
        assert entry.commitment == custody.commitment(entry.evidence.custody_salt, entry.evidence.blob.sha256)
        assert entry.evidence.blob.sha256 not in str(custody.told(entry, complaint.reference))


@pytest.mark.django_db(transaction=True)
def test_looking_is_chained_and_wakes_no_webhook(cast: Cast) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.earliest("pk")
    version, head = complaint.version, complaint.head
    note_viewing(piece, variant="preview", actor=Actor.receipt(complaint.pk), at=LATER)
    officer = Actor.officer(cast.chen)
    opened = note_viewing(piece, variant="original", actor=officer, at=LATER, reason="核对签名")
    complaint.refresh_from_db()
    assert (complaint.version, complaint.head) == (version, head)
    assert acts(complaint)[2:] == [("viewed", "preview"), ("downloaded", "original")]
    assert opened.reason == "核对签名"
    assert "核对" not in str(custody.told(opened, complaint.reference))
    call_command("verify", quiet=True)


def test_what_was_refused_is_entered_once_an_hour_and_strangers_write_nothing(
    complaint: Complaint, piece: Evidence, cast: Cast, client: Client
) -> None:
    machine = Actor.machine(cast.kuailive)
    for minutes in (0, 59, 61):
        note_denial(piece, variant="original", actor=machine, at=LATER + timedelta(minutes=minutes))
    assert acts(complaint)[2:] == [("denied", "original")] * 2
    client.force_login(cast.zhao)
    assert client.get(f"/evidence/{piece.pk}/original/").status_code == 404
    assert len(acts(complaint)) == 4


def test_an_act_on_evidence_in_the_timeline_is_an_entry_too(complaint: Complaint, piece: Evidence) -> None:
    for kind, more, act in (
        ("masked", {"variant": "masked"}, "masked"),
        ("checked", {"state": "stored"}, "checked"),
        ("checked", {"state": "held"}, "held"),
        ("removed", {}, "removed"),
    ):
        body = {"evidence": piece.pk, **more}
        event = timeline.record(complaint, f"evidence-{kind}", body, actor="consumer", at=LATER)
        entry = complaint.custody_entries.latest("sequence")
        assert (entry.act, entry.variant, entry.evidence) == (act, more.get("variant", ""), piece)
        assert entry.event == event.sequence
    timeline.record(complaint, "evidence-erased", {"evidence": [piece.pk]}, actor="clock", at=LATER)
    assert acts(complaint)[-1] == ("erased", "")
    timeline.record(complaint, "decided", {"evidence": piece.pk}, actor="consumer", at=LATER)
    assert acts(complaint)[-1] == ("erased", "")


@pytest.mark.parametrize(
    "table", ["complaints_event", "complaints_custodyentry", "complaints_access", "complaints_exportlog"]
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_a_chain(
    cast: Cast, complaint: Complaint, table: str, statement: str
) -> None:
    note_access(complaint, Access.What.CASE, actor=cast.officer, at=LATER)
    export = Export.objects.create(association=cast.zhejiang, asked_by=cast.chen, asked_at=LATER)
    ExportLog.objects.create(export=export, act=ExportLog.Act.ASKED, by=cast.chen, at=LATER)
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert not append_only.unguarded()


def test_the_models_refuse_as_well(complaint: Complaint) -> None:
    entry = complaint.custody_entries.earliest("sequence")
    everything = CustodyEntry.objects.all()
    for attempt in (entry.save, entry.delete, everything.delete, lambda: everything.update(actor="x")):
        with pytest.raises(CannotChange):
            attempt()


def change(table: str, column: str, value: str | int, pk: int) -> None:
    with append_only.lifted(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("actor", "officer:7", "was changed"),
        ("act", "viewed", "was changed"),
        ("commitment", "0" * 64, "was changed"),
        ("previous", "1" * 64, "not sealed"),
        ("sequence", 9, "missing"),
    ],
)
def test_a_changed_entry_is_named(complaint: Complaint, column: str, value: str | int, says: str) -> None:
    entry = complaint.custody_entries.get(sequence=2)
    change("complaints_custodyentry", column, value, entry.pk)
    with pytest.raises(CommandError, match=f"{complaint.reference} custody #2: .*{says}"):
        call_command("verify", quiet=True)


def test_a_cut_off_tail_a_changed_reason_and_another_file_are_named(
    complaint: Complaint, piece: Evidence, cast: Cast
) -> None:
    told = custody.Happening(custody.Act.DOWNLOADED, piece, LATER, "officer:1", "original", reason="送鉴定")
    (entry,) = custody.enter(complaint.pk, [told])
    call_command("verify", quiet=True)
    CustodyReason.objects.update(salt="00" * 32)
    with pytest.raises(CommandError, match=f"custody #{entry.sequence}: its reason was changed"):
        call_command("verify", quiet=True)
    CustodyReason.objects.all().delete()
    other = Evidence.objects.exclude(pk=piece.pk).latest("pk")
    Evidence.objects.filter(pk=piece.pk).update(blob=other.blob)
    with pytest.raises(CommandError, match="custody #1: it speaks of other bytes"):
        call_command("verify", quiet=True)
    custody.forget([piece.pk])  # erased, with the file and what somebody wrote: the chain holds
    call_command("verify", quiet=True)
    with append_only.lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_custodyentry WHERE id = %s", [entry.pk])
    with pytest.raises(CommandError, match=f"{complaint.reference} custody #{entry.sequence}: .* ends at"):
        call_command("verify", quiet=True)


def test_one_byte_of_a_stored_file_and_a_missing_guard_are_named(complaint: Complaint) -> None:
    blob = Blob.objects.latest("pk")
    path = shelf.path_of(blob.sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(CommandError, match=f"{blob.sha256}.*was changed"):
        call_command("verify", quiet=True)
    append_only.lift()
    with pytest.raises(CommandError, match="the guard is gone"):
        call_command("verify", quiet=True)
    append_only.put()


def test_only_what_moved_since_is_looked_at(complaint: Complaint) -> None:
    change("complaints_custodyentry", "actor", "officer:7", complaint.custody_entries.get(sequence=2).pk)
    call_command("verify", quiet=True, since="2099-01-01")
    with pytest.raises(CommandError, match="custody #2"):
        call_command("verify", quiet=True, since="2020-01-01T00:00:00+08:00")
    with pytest.raises(CommandError, match="write 2026-11-21"):
        call_command("verify", quiet=True, since="gestern")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time is SQLite's own rule")
def test_many_who_look_at_once_make_one_chain(cast: Cast) -> None:
    complaint = a_complaint(files=True)
    pieces = list(complaint.evidence.all())
    CustodyHead.objects.filter(pk=complaint.pk).count()
    begin = threading.Barrier(4)

    def look(number: int) -> None:
        begin.wait()
        try:
            for turn in range(8):
                piece = pieces[(number + turn) % len(pieces)]
                note_viewing(piece, variant="thumb", actor=Actor.receipt(complaint.pk), at=timezone.now())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CustodyHead.objects.get(pk=complaint.pk).sequence == 2 + 32
    call_command("verify", quiet=True)


LOOK_AND_DIE = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connections
import pathlib, json
told = json.loads(sys.argv[1])
settings.EVIDENCE_DIR = pathlib.Path(told["evidence"])
connections["default"].settings_dict.update(told["database"])
from django.test import Client
from django.contrib.auth import get_user_model
from complaints.evidence import shelf
def cut_off(sha256):
    os.kill(os.getpid(), signal.SIGKILL)
shelf.open_bytes = cut_off
client = Client(HTTP_HOST="localhost")
client.force_login(get_user_model().objects.get(pk=told["user"]))
print("begun", flush=True)
client.get(told["path"])
print("answered", flush=True)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the tests' SQLite lies in memory, for this process only")
def test_killed_between_entry_and_bytes_there_is_the_entry_and_no_byte(cast: Cast) -> None:
    complaint = a_complaint(files=True, consumer=cast.lin)
    piece = complaint.evidence.earliest("pk")
    told = {
        "database": {name: str(connection.settings_dict[name]) for name in ("NAME", "HOST", "PORT", "USER")},
        "evidence": str(settings.EVIDENCE_DIR),
        "user": cast.lin.pk,
        "path": f"/evidence/{piece.pk}/original/",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AND_DIE, json.dumps(told)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == "begun\n"
    assert acts(complaint)[2:] == [("downloaded", "original")]
    call_command("verify", quiet=True)


def test_what_was_on_record_before_goes_into_chains(complaint: Complaint, piece: Evidence) -> None:
    """The migration's own function, over rows as an older site has them."""
    carry = import_module("complaints.migrations.0023_viewings_into_chains")
    append_only.lift()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_custodyentry")
        cursor.execute("DELETE FROM complaints_custodyhead")
    append_only.put()
    Evidence.objects.update(custody_salt="")
    rows = [Look(piece, "consumer", "thumb", "", LATER), Look(piece, "officer:3", "original", "核对", LATER)]
    rows.append(Look(piece, "consumer", "original", "export", LATER))
    carry.carry_over(Older(rows), None)
    assert acts(complaint) == [
        *[("received", "original")] * 2,
        ("viewed", "thumb"),
        ("downloaded", "original"),
        ("exported", "original"),
    ]
    assert complaint.custody_entries.get(sequence=4).reason == "核对"
    assert len(set(Evidence.objects.values_list("custody_salt", flat=True))) == 2
    call_command("verify", quiet=True)
    carry.carry_over(Older(rows), None)  # cut off and begun again: nothing is entered twice
    assert len(acts(complaint)) == 5


class Look:
    """A row of the table that this migration empties."""

    def __init__(self, evidence: Evidence, actor: str, variant: str, reason: str, at: datetime) -> None:
        self.evidence, self.actor, self.variant, self.reason, self.at = evidence, actor, variant, reason, at


class Older:
    """The models as they were, where the table of looks was still one."""

    def __init__(self, rows: list[Look]) -> None:
        self.rows = rows

    def get_model(self, app: str, name: str) -> object:
        return Looks(self.rows) if name == "Viewing" else apps.get_model(app, name)


class Looks:
    def __init__(self, rows: list[Look]) -> None:
        self.objects, self.rows = self, rows

    def filter(self, **_: object) -> "Looks":
        return self

    def select_related(self, *_: str) -> "Looks":
        return self

    def order_by(self, *_: str) -> list[Look]:
        for row in self.rows:
            row.evidence.refresh_from_db()
        return self.rows
