"""Put together the papers and originals for the way a case takes next: who took them is on record first."""

from __future__ import annotations

import json
from datetime import datetime
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import translation

from complaints import permissions
from complaints.deadlines import local_day
from complaints.evidence.custody import Act
from complaints.flow.viewing import ContactReason, note_all, reveal_contact
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint
from complaints.packs import Exhibit, pack
from complaints.papers.letter import LOCALES
from complaints.papers.sheets import SLUGS, authority_of, pieces_of, sheets_of
from complaints.press import print_pdf, require_room_for
from complaints.rulings import replayable


def pack_for(complaint: Complaint, way: str, *, actor: Actor, at: datetime, reason: str = "") -> tuple[IO[bytes], str]:
    """The ZIP of one way (a key of ``SLUGS``), and the name of its file. Must not run inside a transaction.

    The papers are in Chinese: who reads them works in it. ``reason`` is an officer's, for the custody chain; that the
    consumer's contact was looked at stands in the timeline. Raises NotAllowed; NotPrinted where too many papers were
    made within the hour or the press is busy; NotPacked where there is no room or an original is not what it was.
    """
    require_room_for(str(complaint.pk), at=at)
    if actor.role == Role.OFFICER:
        permissions.require(actor, "hand-off")
        reveal_contact(complaint, reason=ContactReason.HAND_OVER, actor=actor, at=at)  # it stands on the papers
    with translation.override(LOCALES["zh"]):
        sheets = sheets_of(complaint, way, on=local_day(at))
        html, text = render_to_string("papers/pack.html", sheets), render_to_string("papers/paste.txt", sheets)
    record = sheets["record"]
    papers = {
        "papers.pdf": print_pdf(html),
        "paste.txt": text.encode(),
        "decision.json": json.dumps(replayable(complaint, record), ensure_ascii=False, indent=2).encode(),
    }
    exhibits = exhibits_of(complaint)
    pieces = [exhibit.item for exhibit in exhibits]
    note_all(pieces, variant="original", actor=actor, at=at, act=Act.EXPORTED, reason=reason)
    about: dict[str, Any] = {
        "case": complaint.reference,
        "for": SLUGS[way],
        "decision": {"version": record.number, "digest": record.digest, "rulebook": record.rulebook},
        "ruleset": record.output["ruleset"]["id"],
    }
    return pack(papers, exhibits, about), f"{complaint.reference}-{SLUGS[way]}.zip"


def exhibits_of(complaint: Complaint) -> list[Exhibit]:
    """The originals that are the consumer's own, and what shows that somebody may act for them. What a party handed in
    stays with it; what is not known to be sound goes nowhere."""
    own = [each for each in pieces_of(complaint) if each.item.offered_by == Role.CONSUMER]
    return [exhibit for exhibit in own + authority_of(complaint) if exhibit.item.blob.may_be_opened]
