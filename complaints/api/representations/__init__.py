"""What goes out: the wire format, written out field by field. Contact details are never among the fields.

Moments are UTC (``2026-06-01T02:00:00Z``), days ISO 8601, amounts decimal strings in CNY.
"""

from complaints.api.representations.cases import (
    asked_of,
    case,
    case_line,
    event,
    facts,
    respondent,
)
from complaints.api.representations.decisions import decision, decision_line
from complaints.api.representations.files import bundle, evidence
from complaints.api.representations.keys import key
from complaints.api.representations.records import record_requests
from complaints.api.representations.settling import agreement, agreements, offer, offers, session, sessions
from complaints.api.representations.sides import answerable, sides_of
from complaints.api.representations.talk import message, thread
from complaints.api.representations.wire import moment

__all__ = [
    "agreement",
    "agreements",
    "answerable",
    "asked_of",
    "bundle",
    "case",
    "case_line",
    "decision",
    "decision_line",
    "event",
    "evidence",
    "facts",
    "key",
    "message",
    "moment",
    "offer",
    "offers",
    "record_requests",
    "respondent",
    "session",
    "sessions",
    "sides_of",
    "thread",
]
