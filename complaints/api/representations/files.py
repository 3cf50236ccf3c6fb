"""Evidence as its reader may have it, and bundles of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from complaints.api.representations.wire import case_href, moment
from complaints.evidence.entitled import RELATED, seen_by
from complaints.models import Bundle, Complaint, Evidence
from complaints.narrative import fact_statement


def evidence(piece: Evidence, own: Collection[str]) -> dict[str, Any]:
    """A piece of evidence, and which facts it is offered for. The consumer's file name and words about it stay with us:
    people write names and telephone numbers into them. ``own`` are the sides whose pieces the reader sees uncovered."""
    blob, seen = piece.blob, seen_by(piece, own)
    assert piece.complaint is not None
    href = f"{case_href(piece.complaint)}/evidence/{piece.pk}"
    return {
        "id": piece.pk,
        "kind": piece.kind,
        "kind_label": piece.get_kind_display(),
        "offered_by": piece.offered_by,
        "received_at": moment(piece.received_at),
        "media_type": blob.media_type,
        "size": blob.size,
        "sha256": seen.digest_of(piece) or None,
        "commitment": blob.commitment,
        "erased_at": moment(blob.erased_at) if blob.erased_at else None,
        "shows": [
            {"fact": fact, "value": value, "statement": statement}
            for fact, value in piece.shown
            if (statement := fact_statement(fact, value))
        ],
        "state": blob.state,  # it proves something once it is "stored"
        "copy": str(seen.copy),
        "masked_by": seen.mask.basis if seen.mask else None,
        "href": href if seen.may_open else None,
        "sheets": [f"{href}?sheet={number}" for number, _sheet in enumerate(seen.sheets, start=1)],
        "original_href": f"{href}/original" if seen.original else None,
    }


def pieces(complaint: Complaint, own: Collection[str]) -> Iterable[Evidence]:
    offered = complaint.evidence.of_dispute().sound_or_of(own).select_related("blob", "complaint")
    return offered.prefetch_related("showings", "assertions", *RELATED)


def bundle(one: Bundle) -> dict[str, Any]:
    """A bundle and how far it is; size, digest and address once it is ready."""
    is_ready = one.state == Bundle.State.READY
    href = f"{case_href(one.complaint)}/bundles/{one.pk}"
    return {
        "id": one.pk,
        "state": one.state,
        "percent": 100 if is_ready else one.percent,
        "failure": one.failure or None,
        "size": one.size if is_ready else None,
        "sha256": one.sha256 if is_ready else None,
        "asked_at": moment(one.asked_at),
        "expires_at": moment(one.expires_at),
        "href": href,
        "file_href": f"{href}/file" if is_ready else None,
    }
