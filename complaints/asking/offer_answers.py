"""What a consumer may answer to an offer: each answer with its form and its verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from complaints.asking.replies import AcceptForm, CounterForm, KeptForm, RefuseForm, UnpaidForm
from complaints.flow.offers import accept_offer, counter_offer, refuse_offer
from complaints.flow.promises import confirm_kept, report_broken
from complaints.lifecycle import OfferState, Role, State, moves_open_to
from complaints.models import Actor, Complaint, Offer

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of the consumer: its form, its verb, and what is said afterwards."""

    form: type[forms.Form]
    verb: Callable[[Offer, Said, Actor, datetime], object]
    done: Callable[[], str]


CHOICES: Mapping[str, Choice] = {
    "accept": Choice(
        AcceptForm,
        lambda offer, said, actor, at: accept_offer(offer, actor=actor, at=at),
        lambda: _("已接受。收到以后回来点一下“收到了”，投诉才结束。"),
    ),
    "counter": Choice(
        CounterForm,
        lambda offer, said, actor, at: counter_offer(
            offer, amount=said["amount"], words=said["words"], actor=actor, at=at
        ),
        lambda: _("还价已发出。"),
    ),
    "refuse": Choice(
        RefuseForm,
        lambda offer, said, actor, at: refuse_offer(offer, reason=said["words"], actor=actor, at=at),
        lambda: _("已告诉对方你不接受。投诉接着办。"),
    ),
    "kept": Choice(
        KeptForm,
        lambda offer, said, actor, at: confirm_kept(offer, actor=actor, at=at),
        lambda: _("投诉已解决。"),
    ),
    "unpaid": Choice(
        UnpaidForm,
        lambda offer, said, actor, at: report_broken(offer, actor=actor, at=at),
        lambda: _("已记下没有兑现，投诉接着办，判定重新算过。"),
    ),
}


def choices_of(complaint: Complaint, offer: Offer, *, on: date) -> list[str]:
    """The answers the consumer may give to an offer on this day, as the two tables of moves allow them."""
    moves = moves_open_to(Role.CONSUMER, State(complaint.state))
    if offer.is_waiting(on) and complaint.is_open:
        return (["accept"] if "agree" in moves else []) + ["counter", "refuse"]
    if offer.state == OfferState.ACCEPTED and "keep" in moves:
        return ["kept", *(["unpaid"] if offer.is_due(on) else [])]
    return []
