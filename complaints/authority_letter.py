"""The letter of authority: the buyer names who may act in this complaint. A sheet to print and sign, blanks ruled.

It states no law. No number of an identity card is asked for: who wants one asks for the card itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.formal_letter import written_day
from complaints.models import Helper


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two who sign; what is empty is a ruled blank to fill in by hand."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """Which purchase the authority is for; what is empty is a ruled blank."""

    goods: str = ""
    purchased_on: date | None = None
    order_number: str = ""
    room: str = ""
    shop: str = ""

    @property
    def day(self) -> str:
        return written_day(self.purchased_on) if self.purchased_on else ""


@dataclass(frozen=True, slots=True)
class Authority:
    """A letter of authority in the active language. Without a ``reference`` the complaint has not been filed yet."""

    buyer: Person
    helper: Person
    relation: str
    purchase: Purchase
    reference: str = ""


def person_of(contact: Mapping[str, Any]) -> Person:
    """Name and telephone; of the rest nothing is needed."""
    return Person(contact.get("name", ""), contact.get("phone", ""))


def relation_words(code: str) -> str:
    """What the helper is to the buyer, in the active language; empty where it is for the hand to say."""
    if code not in Helper.Relation.values or code == Helper.Relation.AGENT:
        return ""
    return str(Helper.Relation(code).label).partition("（")[0].partition(" (")[0]
