"""Drafts are kept while somebody works on them, and leave nothing behind."""

from datetime import timedelta

import pytest

from complaints.evidence import shelf, vault
from complaints.flow.drafting import discard, discard_expired, remove_evidence
from complaints.flow.intake import add_evidence_to_draft
from complaints.models import Blob, Draft, Evidence
from tests.builders import a_draft, a_screenshot, filed
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=31)


def test_a_draft_nobody_touched_for_thirty_days_is_gone_with_its_files(cast: Cast) -> None:
    blob = add_evidence_to_draft(a_draft(), a_screenshot(), kind="order", at=MONDAY).blob
    fresh = a_draft(at=LATER)
    assert discard_expired(at=LATER) == 1
    assert list(Draft.objects.all()) == [fresh]
    assert not Evidence.objects.exists()
    assert not any(shelf.path_of(digest).exists() for digest in (blob.sha256, blob.preview, blob.thumb))


def test_a_file_that_a_complaint_holds_too_stays(cast: Cast) -> None:
    complaint = filed(files=True).complaint
    draft = a_draft()
    add_evidence_to_draft(draft, a_screenshot(), kind="order", at=MONDAY)
    discard(draft)
    assert Blob.objects.count() == 2
    assert all(vault.is_intact(item.blob.sha256) for item in complaint.evidence.all())


def test_a_filed_draft_is_never_thrown_away(cast: Cast) -> None:
    draft = filed().complaint.draft
    discard(draft)
    assert discard_expired(at=LATER) == 0
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_what_is_taken_back_before_filing_is_gone(cast: Cast) -> None:
    draft = a_draft()
    piece = add_evidence_to_draft(draft, a_screenshot(), kind="order", at=MONDAY)
    remove_evidence(draft, piece.pk)
    assert not Blob.objects.exists()
    assert not shelf.path_of(piece.blob.sha256).exists()


def test_what_is_filed_cannot_be_taken_back_through_its_draft(cast: Cast) -> None:
    complaint = filed(files=True).complaint
    remove_evidence(complaint.draft, complaint.evidence.first().pk)
    assert complaint.evidence.offered().count() == 2
