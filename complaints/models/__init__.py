"""NOUNS: the only place models are imported from."""

from complaints.models.access import Access
from complaints.models.actor import Actor
from complaints.models.agreement import Agreement
from complaints.models.anchor import Anchor, AnchorLeaf, Stamp
from complaints.models.answer_draft import AnswerDraft
from complaints.models.assertion import Assertion, Request, Speaker
from complaints.models.assignment import Assignment
from complaints.models.board import BoardCase, BoardCount, BoardRule, BoardTerm
from complaints.models.bundle import Bundle
from complaints.models.complaint import Complaint, Contact, Party, Reached, Respondent
from complaints.models.contact_code import ContactCode
from complaints.models.contest import Contest
from complaints.models.custody import CustodyEntry, CustodyHead, CustodyReason, Viewing
from complaints.models.decision import DecisionRecord
from complaints.models.delivery import PROBES, Attempt, Delivery, Heartbeat, Pace, Trigger
from complaints.models.draft import Draft
from complaints.models.event import Event
from complaints.models.evidence import Blob, CannotChange, Evidence
from complaints.models.export import Export, ExportLog
from complaints.models.extension import Extension
from complaints.models.feedback import Feedback
from complaints.models.figures import FigureSheet
from complaints.models.group import Group, GroupAct, GroupMember, GroupResult
from complaints.models.helper import Helper
from complaints.models.invitation import Invitation
from complaints.models.keeping import ErasureRequest, Fault, Hold, Round, Tombstone
from complaints.models.law import LawText
from complaints.models.likeness import Alike, Likeness, SetAside
from complaints.models.limits import IdempotentAnswer, Tally
from complaints.models.line_change import LineChange
from complaints.models.mask import Mask, MaskedCopy, Region, Release
from complaints.models.message import Message, Side, Thread
from complaints.models.moment import LiveMoment, MomentPlace
from complaints.models.note import Mention, Note
from complaints.models.notice import Notice
from complaints.models.offer import Offer
from complaints.models.order_table import OrderTable
from complaints.models.override import Override, SecondWord
from complaints.models.performance import Performance
from complaints.models.presence import Presence
from complaints.models.reading import HintAnswer, Line, Reading, mark_of
from complaints.models.record_request import RecordAnswer, RecordItem, RecordRequest
from complaints.models.recusal import Recusal, those_out_of
from complaints.models.register import RegisterChange, RegisterEntry, RegisterMerge
from complaints.models.register_parts import RegisterAccount, RegisterAlias, RegisterContact, RegisterLink
from complaints.models.reminder import Reminder
from complaints.models.replay import ReplayJob
from complaints.models.response_sheet import ResponseSheet, SentRow
from complaints.models.review import Clarity, Pressure, Review
from complaints.models.sandbox import ConformanceCall, ConformanceRun, InventedCase, Sandbox
from complaints.models.saved_view import SavedView
from complaints.models.search import SearchGap, SearchText
from complaints.models.service import Service
from complaints.models.session import Attendance, Session
from complaints.models.showing import Showing
from complaints.models.suggestion import SuggestedCase, Suggestion, Trait
from complaints.models.taken_down import TakenDown
from complaints.models.template import Template, TemplateVersion
from complaints.models.transfer import Transfer, Whereabouts
from complaints.models.unreachable import Unreachable
from complaints.models.upload import Upload
from complaints.models.weighing import Weighing

__all__ = [
    "PROBES",
    "Access",
    "Actor",
    "Agreement",
    "Alike",
    "Anchor",
    "AnchorLeaf",
    "AnswerDraft",
    "Assertion",
    "Assignment",
    "Attempt",
    "Attendance",
    "Blob",
    "BoardCase",
    "BoardCount",
    "BoardRule",
    "BoardTerm",
    "Bundle",
    "CannotChange",
    "Clarity",
    "Complaint",
    "ConformanceCall",
    "ConformanceRun",
    "Contact",
    "ContactCode",
    "Contest",
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
    "Extension",
    "Fault",
    "Feedback",
    "FigureSheet",
    "Group",
    "GroupAct",
    "GroupMember",
    "GroupResult",
    "Heartbeat",
    "Helper",
    "HintAnswer",
    "Hold",
    "IdempotentAnswer",
    "InventedCase",
    "Invitation",
    "LawText",
    "Likeness",
    "Line",
    "LineChange",
    "LiveMoment",
    "Mask",
    "MaskedCopy",
    "Mention",
    "Message",
    "MomentPlace",
    "Note",
    "Notice",
    "Offer",
    "OrderTable",
    "Override",
    "Pace",
    "Party",
    "Performance",
    "Presence",
    "Pressure",
    "Reached",
    "Reading",
    "RecordAnswer",
    "RecordItem",
    "RecordRequest",
    "Recusal",
    "Region",
    "RegisterAccount",
    "RegisterAlias",
    "RegisterChange",
    "RegisterContact",
    "RegisterEntry",
    "RegisterLink",
    "RegisterMerge",
    "Release",
    "Reminder",
    "ReplayJob",
    "Request",
    "Respondent",
    "ResponseSheet",
    "Review",
    "Round",
    "Sandbox",
    "SavedView",
    "SearchGap",
    "SearchText",
    "SecondWord",
    "SentRow",
    "Service",
    "Session",
    "SetAside",
    "Showing",
    "Side",
    "Speaker",
    "Stamp",
    "SuggestedCase",
    "Suggestion",
    "TakenDown",
    "Tally",
    "Template",
    "TemplateVersion",
    "Thread",
    "Tombstone",
    "Trait",
    "Transfer",
    "Trigger",
    "Unreachable",
    "Upload",
    "Viewing",
    "Weighing",
    "Whereabouts",
    "mark_of",
    "those_out_of",
]
