"""NOUNS: the only place models are imported from."""

from complaints.models.actor import Actor
from complaints.models.assertion import Assertion, Request, Speaker
from complaints.models.complaint import Complaint, Contact, Party, Respondent
from complaints.models.contact_code import ContactCode
from complaints.models.decision import DecisionRecord
from complaints.models.delivery import Attempt, Delivery, Heartbeat
from complaints.models.draft import Draft
from complaints.models.event import Event
from complaints.models.evidence import Blob, CannotChange, Evidence, Viewing
from complaints.models.feedback import Feedback
from complaints.models.figures import FigureSheet
from complaints.models.helper import Helper
from complaints.models.invitation import Invitation
from complaints.models.law import LawText
from complaints.models.limits import IdempotentAnswer, Tally
from complaints.models.mask import Mask, MaskedCopy, Region, Release
from complaints.models.message import Message, Side, Thread
from complaints.models.notice import Notice
from complaints.models.offer import Offer
from complaints.models.override import Override, SecondWord
from complaints.models.reading import Line, Reading
from complaints.models.review import Clarity, Pressure, Review
from complaints.models.showing import Showing
from complaints.models.upload import Upload

__all__ = [
    "Actor",
    "Assertion",
    "Attempt",
    "Blob",
    "CannotChange",
    "Clarity",
    "Complaint",
    "Contact",
    "ContactCode",
    "DecisionRecord",
    "Delivery",
    "Draft",
    "Event",
    "Evidence",
    "Feedback",
    "FigureSheet",
    "Heartbeat",
    "Helper",
    "IdempotentAnswer",
    "Invitation",
    "LawText",
    "Line",
    "Mask",
    "MaskedCopy",
    "Message",
    "Notice",
    "Offer",
    "Override",
    "Party",
    "Pressure",
    "Reading",
    "Region",
    "Release",
    "Request",
    "Respondent",
    "Review",
    "SecondWord",
    "Showing",
    "Side",
    "Speaker",
    "Tally",
    "Thread",
    "Upload",
    "Viewing",
]
