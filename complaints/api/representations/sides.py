"""Whom an organisation speaks for in a case."""

from __future__ import annotations

from accounts.models import Organisation
from complaints.models import Complaint, Respondent


def answerable(complaint: Complaint, organisation: Organisation) -> list[Respondent]:
    """The respondents an organisation may speak for: itself, and as the platform those it passes notices on to. Who
    came in by an invitation speaks for itself."""
    return list(complaint.respondents.answered_by(organisation))


def sides_of(complaint: Complaint, organisation: Organisation) -> frozenset[str]:
    """The parties whose own pieces an organisation sees as they are."""
    return frozenset(one.party for one in answerable(complaint, organisation))
