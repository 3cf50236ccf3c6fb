"""NOUNS: the only place models are imported from."""

from complaints.models.actor import Actor
from complaints.models.anchor import Anchor, AnchorLeaf, Stamp
from complaints.models.assertion import Assertion, Request, Speaker
from complaints.models.board import BoardCase, BoardCount, BoardRule, BoardTerm
from complaints.models.bundle import Bundle
from complaints.models.complaint import Complaint, Contact, Party, Respondent
from complaints.models.contact_code import ContactCode
from complaints.models.custody import CustodyEntry, CustodyHead, CustodyReason, Viewing
from complaints.models.decision import DecisionRecord
from complaints.models.delivery import Attempt, Delivery, Heartbeat
from complaints.models.draft import Draft
from complaints.models.event import Event
from complaints.models.evidence import Blob, CannotChange, Evidence
from complaints.models.export import Export, ExportLog
from complaints.models.feedback import Feedback
from complaints.models.figures import FigureSheet
from complaints.models.helper import Helper
from complaints.models.invitation import Invitation
from complaints.models.keeping import ErasureRequest, Fault, Hold, Round, Tombstone
from complaints.models.law import LawText
from complaints.models.likeness import Alike, Likeness, SetAside
from complaints.models.limits import IdempotentAnswer, Tally
from complaints.models.mask import Mask, MaskedCopy, Region, Release
from complaints.models.message import Message, Side, Thread
from complaints.models.moment import LiveMoment, MomentPlace
from complaints.models.notice import Notice
from complaints.models.offer import Offer
from complaints.models.order_table import OrderTable
from complaints.models.override import Override, SecondWord
from complaints.models.reading import HintAnswer, Line, Reading, mark_of
from complaints.models.record_request import RecordAnswer, RecordItem, RecordRequest
from complaints.models.review import Clarity, Pressure, Review
from complaints.models.showing import Showing
from complaints.models.upload import Upload

__all__ = [
    "Actor",
    "Alike",
    "Anchor",
    "AnchorLeaf",
    "Assertion",
    "Attempt",
    "Blob",
    "BoardCase",
    "BoardCount",
    "BoardRule",
    "BoardTerm",
    "Bundle",
    "CannotChange",
    "Clarity",
    "Complaint",
    "Contact",
    "ContactCode",
    "CustodyEntry",
    "CustodyHead",
    "CustodyReason",
    "DecisionRecord",
    "Delivery",
    "Draft",
    "ErasureRequest",
    "Event",
    "Evidence",
    "Export",
    "ExportLog",
    "Fault",
    "Feedback",
    "FigureSheet",
    "Heartbeat",
    "Helper",
    "HintAnswer",
    "Hold",
    "IdempotentAnswer",
    "Invitation",
    "LawText",
    "Likeness",
    "Line",
    "LiveMoment",
    "Mask",
    "MaskedCopy",
    "Message",
    "MomentPlace",
    "Notice",
    "Offer",
    "OrderTable",
    "Override",
    "Party",
    "Pressure",
    "Reading",
    "RecordAnswer",
    "RecordItem",
    "RecordRequest",
    "Region",
    "Release",
    "Request",
    "Respondent",
    "Review",
    "Round",
    "SecondWord",
    "SetAside",
    "Showing",
    "Side",
    "Speaker",
    "Stamp",
    "Tally",
    "Thread",
    "Tombstone",
    "Upload",
    "Viewing",
    "mark_of",
]
