"""Whoever changes a timeline or a stored file is found, and told which."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from complaints import append_only
from complaints.evidence import shelf
from complaints.flow.messages import write
from complaints.models import Actor, Blob, Complaint, Event, Message, Side
from tests.builders import a_complaint
from tests.cast import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    a_complaint()
    return a_complaint(files=True)


def test_what_nobody_touched_is_whole(complaint: Complaint, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify")
    out, progress = capsys.readouterr()
    assert "2 timelines and 6 files are whole." in out
    assert "timelines: 2 of 2" in progress
    call_command("verify", quiet=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("change", "value", "says"),
    [("actor", "officer:7", "was changed"), ("previous", "1" * 64, "not sealed"), ("sequence", 99, "missing")],
)
def test_a_changed_event_is_named(change: str, value: str | int, says: str, complaint: Complaint) -> None:
    event = complaint.events.get(sequence=2)
    with append_only.lifted(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Event._meta.db_table} SET {change} = %s WHERE id = %s", [value, event.pk])
    with pytest.raises(CommandError, match=f"{complaint.reference} #2: .*{says}"):
        call_command("verify", quiet=True)


def test_a_cut_off_tail_is_named(complaint: Complaint) -> None:
    with append_only.lifted(), connection.cursor() as cursor:
        last = complaint.events.latest("sequence")
        cursor.execute("DELETE FROM complaints_delivery WHERE event_id = %s", [last.pk])
        cursor.execute(f"DELETE FROM {Event._meta.db_table} WHERE id = %s", [last.pk])
    with pytest.raises(CommandError, match=f"{complaint.reference} #{last.sequence}: "):
        call_command("verify", quiet=True)


def test_a_changed_and_a_missing_file_are_named(complaint: Complaint) -> None:
    blob = Blob.objects.latest("pk")
    path = shelf.path_of(blob.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(CommandError, match=f"{blob.sha256}.*was changed"):
        call_command("verify", quiet=True)
    path.unlink()
    with pytest.raises(CommandError, match=f"{blob.sha256}.*is missing"):
        call_command("verify", quiet=True)


@pytest.mark.parametrize(("change", "says"), [("sealed_words = 's1.x'", "was changed"), ("number = 9", "is missing")])
def test_a_changed_message_is_named(change: str, says: str, complaint: Complaint) -> None:
    actor, at = Actor.receipt(complaint.pk), complaint.filed_at
    write(complaint, other=Side.ASSOCIATION, words="原来的话", press="p", actor=actor, at=at)
    call_command("verify", quiet=True)
    sequence = complaint.events.get(kind="message-posted").sequence
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Message._meta.db_table} SET {change}")
    with pytest.raises(CommandError, match=f"{complaint.reference} #{sequence}: .*{says}"):
        call_command("verify", quiet=True)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Message._meta.db_table} SET sealed_words = '', number = 1")  # erased
    call_command("verify", quiet=True)
