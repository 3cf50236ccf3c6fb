"""The letter of authority as a value: from a form that is being filled in, or from a filed case."""

from __future__ import annotations

from django.utils import translation
from django.utils.dateparse import parse_date

from complaints.asking.route import Journey
from complaints.authority_letter import Authority, Person, Purchase, person_of, relation_words
from complaints.models import Complaint, Party
from complaints.models.helper import helper_of
from complaints.papers.letter import LOCALES, contact_of
from complaints.rooms import called
from complaints.statement import names_from
from routing.engine.rulebook import Language


def sheet_of_draft(journey: Journey, *, lang: Language) -> Authority:
    """What is right so far is filled in; the rest are blanks."""
    given = journey.to_file()
    behalf, own, buyer = journey.answers.get("behalf", {}), given.get("helper", {}), given.get("buyer", {})
    day = given.get("dates", {}).get("purchased_on")
    with translation.override(LOCALES[lang]):
        return Authority(
            buyer=Person(journey.buyer, buyer.get("phone", "")),
            helper=person_of(own),
            relation=relation_words(str(behalf.get("relation", ""))),
            purchase=Purchase(
                goods=given.get("goods", {}).get("goods", ""),
                purchased_on=parse_date(day) if day else None,
                order_number=given.get("order", {}).get("order_number", ""),
                room=called(given.get("room", {}).get("room", "")),
                shop=names_from(given)["merchant"],
            ),
        )


def sheet_of(complaint: Complaint, *, lang: Language) -> Authority:
    """The sheet of a case that a helper filed."""
    helper = helper_of(complaint)
    assert helper is not None
    merchant = complaint.respondent(Party.MERCHANT)
    with translation.override(LOCALES[lang]):
        return Authority(
            buyer=person_of(contact_of(complaint)),
            helper=person_of(helper.reveal()),
            relation=relation_words(helper.relation),
            purchase=Purchase(
                goods=complaint.goods,
                purchased_on=complaint.purchased_on,
                order_number=complaint.order_number,
                room=complaint.room,
                shop=merchant.name if merchant else "",
            ),
            reference=complaint.reference,
        )
