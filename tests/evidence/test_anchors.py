"""Every hour the ends of all chains go under one signed root that is published, and nothing under it can change."""

import json
import stat
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import Settings

from complaints import append_only
from complaints.evidence import custody, merkle, signing
from complaints.evidence.chains import FIRST
from complaints.evidence.verifier import verify as verifier
from complaints.flow import anchoring
from complaints.models import Anchor, AnchorLeaf, Complaint
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

HOUR = timedelta(hours=1)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(files=True)


@pytest.fixture
def anchor(complaint: Complaint) -> Anchor:
    made = anchoring.make_anchor(at=MONDAY + HOUR)
    assert made is not None
    anchoring.publish_files(at=MONDAY + HOUR)
    return made


# RFC 6962, as its authors' own test data has it (certificate-transparency, merkle_tree_test): leaf, and root by size.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def test_the_tree_is_that_of_rfc_6962() -> None:
    hashes = [merkle.leaf(bytes.fromhex(each)) for each in LEAVES]
    for size, root in ROOTS.items():
        assert merkle.root(hashes[:size]).hex() == root


@limits(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_every_path_leads_to_the_root_and_no_other_leaf_does(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = [merkle.leaf(bytes([number])) for number in range(size)]
    path, root = merkle.path(hashes, index), merkle.root(hashes)
    for walk in (merkle.root_by, verifier.root_by):
        assert walk(path, hashes[index], index, size) == root
        assert walk(path, merkle.leaf(b"another"), index, size) != root
        assert walk([*path, root], hashes[index], index, size) is None


def test_an_anchor_covers_the_ends_of_what_moved_and_only_that(complaint: Complaint, anchor: Anchor) -> None:
    covered = {(leaf.chain, leaf.sequence, leaf.head) for leaf in anchor.leaves.all()}
    head = complaint.custody
    assert covered == {("timeline", complaint.version, complaint.head), ("custody", head.sequence, head.digest)}
    assert anchoring.make_anchor(at=MONDAY + 2 * HOUR) is None
    other = a_complaint()
    second = anchoring.make_anchor(at=MONDAY + 3 * HOUR)
    assert second is not None
    assert [(leaf.complaint, leaf.chain) for leaf in second.leaves.all()] == [(other, "timeline")]
    assert json.loads(second.statement)["before"] == sha256(anchor.statement.encode()).hexdigest()
    call_command("verify", quiet=True)


def test_what_committed_late_under_a_lower_key_is_still_covered(complaint: Complaint, anchor: Anchor) -> None:
    """A transaction that took its keys before the anchor looked, and committed after it."""
    Anchor.objects.update(entries_until=anchor.entries_until + 3)  # keys that were taken, and not seen yet
    custody.enter(complaint.pk, [custody.Happening(custody.Act.VERIFIED, None, MONDAY, "system")])
    late = anchoring.make_anchor(at=MONDAY + 2 * HOUR)
    assert late is not None
    assert [(leaf.chain, leaf.sequence) for leaf in late.leaves.all()] == [("custody", 3)]


def test_its_file_is_written_once(complaint: Complaint, anchor: Anchor, settings: Settings) -> None:
    path = settings.ANCHOR_DIR / "000001.json"
    assert path.read_text() == anchor.statement
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    key, signature = (settings.ANCHOR_DIR / "000001.sig").read_text().split()
    assert verifier.is_signed(bytes.fromhex(key), path.read_bytes(), bytes.fromhex(signature))
    path.chmod(0o600)
    path.write_text("{}")
    Anchor.objects.update(published_at=None)
    assert anchoring.publish_files(at=MONDAY) == 0
    assert path.read_text() == "{}"  # evidence of its own: never overwritten
    with pytest.raises(CommandError, match=r"000001\.json: the file and the database say different things"):
        call_command("verify", quiet=True, anchors=settings.ANCHOR_DIR)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE complaints_anchor SET root = '{0}'", "its leaves do not give its root"),
        ("UPDATE complaints_anchor SET signature = '{0}{0}'", "its signature does not hold"),
        ("UPDATE complaints_anchor SET public_key = '{0}'", "signed with a key that is not ours"),
        ("UPDATE complaints_anchor SET statement = statement || ' '", "its statement was changed"),
        ("UPDATE complaints_anchorleaf SET head = '{0}'", "its leaves do not give its root"),
        ("UPDATE complaints_anchorleaf SET sequence = sequence + 1", "its leaves do not give its root"),
        ("DELETE FROM complaints_anchorleaf WHERE position = 1", "1 leaves are there, it covers 2"),
    ],
)
def test_a_changed_anchor_is_named(anchor: Anchor, statement: str, says: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format("ab" * 32))
    with pytest.raises(CommandError, match=f"anchor {anchor.number}: {says}"):
        call_command("verify", quiet=True)


def test_a_chain_written_anew_is_found_by_what_was_anchored(complaint: Complaint, anchor: Anchor) -> None:
    """Whoever owns the database can make a new chain that holds. It is not the one under the root."""
    entries = list(complaint.custody_entries.order_by("sequence"))
    entries[0].actor, previous = "officer:9", FIRST
    with append_only.lifted(), connection.cursor() as cursor:
        for entry in entries:
            entry.previous = previous
            previous = custody.seal(previous, custody.told(entry, complaint.reference))
            told: list[str | int] = [entry.actor, entry.previous, previous, entry.pk]
            cursor.execute(
                "UPDATE complaints_custodyentry SET actor = %s, previous = %s, digest = %s WHERE id = %s", told
            )
        cursor.execute("UPDATE complaints_custodyhead SET digest = %s", [previous])
    with pytest.raises(CommandError, match=f"anchor 1: {complaint.reference} custody #2 is not what was anchored"):
        call_command("verify", quiet=True)


def test_a_history_that_was_set_back_is_found_by_the_files(anchor: Anchor, settings: Settings) -> None:
    call_command("verify", quiet=True, anchors=settings.ANCHOR_DIR)
    AnchorLeaf.objects.all().delete()
    Anchor.objects.all().delete()
    with pytest.raises(CommandError, match=r"000001\.json: the database knows no such anchor"):
        call_command("verify", quiet=True, anchors=settings.ANCHOR_DIR)


def test_everybody_can_read_the_roots_and_nothing_else(anchor: Anchor, complaint: Complaint, client: Client) -> None:
    page = client.get("/anchors/").content.decode()
    assert anchor.root in page
    assert signing.public_key() in page
    assert complaint.reference not in page
    assert anchor.root in client.get("/en/anchors/").content.decode()
    told = client.get("/anchors.json").json()
    assert told["public_key"] == signing.public_key()
    assert told["anchors"][0]["statement"] == anchor.statement
    assert complaint.reference not in json.dumps(told)
    raw = client.get("/anchors/1.json")
    assert raw.content.decode() == anchor.statement
    assert client.get("/anchors/2.json").status_code == 404
    assert client.get("/anchors/verify.py").content.startswith(b"#!/usr/bin/env python3")


def test_the_associations_get_each_root_once(anchor: Anchor, complaint: Complaint, settings: Settings) -> None:
    settings.ANCHORS_MAILED_TO = ["desk@one.example", "desk@two.example"]
    assert anchoring.mail_anchors(at=MONDAY + HOUR) == 1
    assert anchoring.mail_anchors(at=MONDAY + HOUR) == 0
    assert [letter.to for letter in mail.outbox] == [["desk@one.example"], ["desk@two.example"]]
    assert anchor.root in str(mail.outbox[0].body)
    assert complaint.reference not in str(mail.outbox[0].message())


def test_production_signs_with_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = dict.fromkeys(("SECRET_KEY", "RECEIPT_PEPPER", "SEALING_KEY"), "x" * 50)
    for name, value in {**own, "DEMO": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SIGNING_KEY", raising=False)
    source = import_string("django.conf.settings").BASE_DIR / "config" / "settings.py"
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY"):
        exec(compile(source.read_text(), str(source), "exec"), {"__file__": str(source), "__name__": "as_production"})
