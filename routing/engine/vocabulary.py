"""The closed lists of words: who can answer, how, and how sure the law is of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Party(StrEnum):
    """Who may have to answer. The first three face the consumer; the others stand under ``others``."""

    MERCHANT = "merchant"
    ANCHOR = "anchor"  # the room operator; a presenter who recommends for herself is PRESENTER
    PLATFORM = "platform"
    PRODUCER = "producer"
    MCN = "mcn"
    PRESENTER = "presenter"


FACING: Final = (Party.MERCHANT, Party.ANCHOR, Party.PLATFORM)
BEHIND: Final = (Party.PRODUCER, Party.MCN, Party.PRESENTER)

SELLER: Final = "seller"
"""The role a merchant's ground is written for. Who plays it is found from the facts (law.md 4.6 R1)."""


class Verdict(StrEnum):
    """What the facts known so far say of one party (law.md 4.8)."""

    RESPONSIBLE = "responsible"
    POSSIBLE = "possible"
    NOT_RESPONSIBLE = "not_responsible"


class Form(StrEnum):
    """In which way a party answers, strongest first (law.md 4.1)."""

    SOLE = "sole"
    EITHER = "either"
    DEEMED_SELLER = "deemed_seller"
    JOINT = "joint"
    ADVANCE = "advance"
    CORRESPONDING = "corresponding"
    DUTY = "duty"  # never makes a party responsible


FORM_RANK: Final = {
    Form.SOLE: 1,
    Form.EITHER: 1,
    Form.DEEMED_SELLER: 2,
    Form.JOINT: 3,
    Form.ADVANCE: 4,
    Form.CORRESPONDING: 5,
}
"""Whom to approach first (law.md 4.8). Sole and either rank alike."""


class Status(StrEnum):
    """Where a ground stands (law.md 4.1)."""

    HELD = "held"
    POSSIBLE = "possible"
    NOT_HELD = "not_held"
    NOT_IN_FORCE = "not_in_force"


class Level(StrEnum):
    """The authority of an instrument. Only L1 to L3 create or settle civil liability (law.md 0)."""

    STATUTE = "L1"
    REGULATION = "L2"
    INTERPRETATION = "L3"
    RULE = "L4"
    NORMATIVE = "L5"


BINDING: Final = frozenset({Level.STATUTE, Level.REGULATION, Level.INTERPRETATION})


class Certainty(StrEnum):
    """How sure a remedy is (law.md 4.9), surest first."""

    OWED = "owed"
    MAY_CLAIM = "may_claim"
    CONTESTED = "contested"


class When(StrEnum):
    """The day that governs a rule or a citation."""

    PURCHASE = "purchase"
    PENDING = "pending"  # the filing date: reaches disputes that are not finally decided
    FILING = "filing"


class SellerWrong(StrEnum):
    """How a ground counts in SW, "a seller's wrong" (law.md 4.5)."""

    COUNTS = "true"
    WHEN_RAISED = "when_raised"  # a special situation that nobody spoke of is no wrong
    NEVER = "false"
