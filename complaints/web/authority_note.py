"""Whether the paper is there by which somebody acts for the buyer, and who may want it: said the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from complaints.asking.route import Journey
from complaints.models import Complaint
from complaints.models.evidence import EvidenceQuerySet
from complaints.models.helper import helper_of
from complaints.narrative import language
from routing import rulebook
from routing.engine.loading_rules import instrument_of
from routing.engine.wording import Cited, Wording

ORIGINAL_WANTED = "O121 11"  # complaints to 12315 through an agent: the original letter of authority (law.md 6.1)


@dataclass(frozen=True, slots=True)
class AuthorityNote:
    """``buyer`` is the name; ``is_guardian``: no letter of authority, proof of guardianship instead if it is asked for;
    ``cites``: why 12315 wants the original, empty while that rule is not in force."""

    buyer: str
    is_guardian: bool
    is_there: bool
    is_filed: bool
    cites: tuple[Cited, ...]


def note_of_draft(journey: Journey, evidence: EvidenceQuerySet) -> AuthorityNote | None:
    """For a draft that somebody fills in for the buyer; else None."""
    if not journey.is_for_another:
        return None
    is_there = evidence.authority().exists()
    return AuthorityNote(journey.buyer, journey.is_by_guardian, is_there, False, _cites(journey.today))


def note_of(complaint: Complaint, *, on: date) -> AuthorityNote | None:
    """For a filed case; None where the buyer filed it."""
    helper = helper_of(complaint)
    if helper is None:
        return None
    name = complaint.contact.reveal()["name"]
    return AuthorityNote(name, helper.is_guardian, complaint.evidence.authority().exists(), True, _cites(on))


def _cites(on: date) -> tuple[Cited, ...]:
    if not rulebook().instruments[instrument_of(ORIGINAL_WANTED)].in_force.covers(on):
        return ()
    return tuple(Wording(rulebook(), language()).cites((ORIGINAL_WANTED,)))
