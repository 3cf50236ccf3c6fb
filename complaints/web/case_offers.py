"""Offers as values: how a list shows one, and whether it or what the law gives is more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from complaints.asking.offer_answers import choices_of
from complaints.lifecycle import OfferState
from complaints.models import Complaint, Offer
from complaints.narrative import day, heading_name, language, offer_words, sum_words
from routing import rulebook


def shown(complaint: Complaint, offer: Offer, *, on: date) -> dict[str, Any]:
    """An offer as the progress page lists it."""
    return {
        "number": offer.number,
        "party": heading_name(offer.party),
        "words": offer_words(offer.kind, offer.amount),
        "standing": standing_of(offer, on),
        "choices": choices_of(complaint, offer, on=on),
        "day": _day_of(offer),
    }


def compare(offered: Decimal | None, output: Mapping[str, Any]) -> list[str]:
    """In plain sentences: which is more, and by how much; first what is owed, then what may be claimed.

    Sums of the law stand beside each other and are never added up, so each is compared by itself.
    """
    lines = [each for each in output["remedies"] if each["amount"] and each["code"] in rulebook().remedies]
    if not lines:
        return [_("这件事法律没有定下具体金额，值不值由你看。")]
    if offered is None:
        return [_("这个方案没有写金额，对照法律怎么算，看看值不值。")]
    lines.sort(key=lambda each: (each["certainty"] != "owed", Decimal(each["amount"])))
    return [_compared(offered, each) for each in lines]


def _compared(offered: Decimal, line: dict[str, Any]) -> str:
    sum_ = Decimal(line["amount"])
    told = {
        "name": rulebook().remedies[line["code"]].name.in_(language()),
        "sum": sum_words(sum_),
        "difference": sum_words(abs(offered - sum_)),
    }
    if line["certainty"] == "owed":
        sentence = _("和法律明确给你的“{name}”{sum}一样多。")
        if offered < sum_:
            sentence = _("比法律明确给你的“{name}”{sum}少{difference}。")
        elif offered > sum_:
            sentence = _("比法律明确给你的“{name}”{sum}多{difference}。")
        return sentence.format(**told)
    sentence = _("和你可以主张的“{name}”{sum}一样多；主张了不一定拿得到。")
    if offered < sum_:
        sentence = _("比你可以主张的“{name}”{sum}少{difference}；主张了不一定拿得到。")
    elif offered > sum_:
        sentence = _("比你可以主张的“{name}”{sum}多{difference}；主张了不一定拿得到。")
    return sentence.format(**told)


def standing_of(offer: Offer, on: date) -> str:
    if offer.state == OfferState.MADE and not offer.is_waiting(on):
        return str(OfferState.LAPSED.label)
    return _("等你决定") if offer.state == OfferState.MADE else str(OfferState(offer.state).label)


def _day_of(offer: Offer) -> str:
    """The day that matters now."""
    if offer.state == OfferState.MADE:
        return _("{date}前回它").format(date=day(offer.until))
    if offer.state == OfferState.ACCEPTED and offer.pay_by:
        return _("最晚{date}兑现").format(date=day(offer.pay_by))
    return ""
