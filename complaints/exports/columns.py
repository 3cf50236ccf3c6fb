"""The columns of an export, each with the lowest level it is given at.

``figures`` has no words of people: numbers, codes and days. ``masked`` has their words with names, numbers to call and
to pay to, and order numbers hidden. ``full`` has all, and how to reach the consumer where that was chosen too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.regions import name_of as region_name
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import OfferState, State
from complaints.masking import MASK, masked
from complaints.models import Complaint, Export, Offer, Party, Respondent
from complaints.models.helper import helper_of

Level = Export.Level
Value = str | int | Decimal | date | datetime | None
LEVELS = (Level.FIGURES, Level.MASKED, Level.FULL)
TAIL = 4  # signs of an order number that stay
TAKEN = frozenset({OfferState.ACCEPTED, OfferState.KEPT, OfferState.BROKEN})
VERDICTS: Mapping[str, Any] = {
    "responsible": _("应负责"),
    "possible": _("可能要负责"),
    "not_responsible": _("暂不负责"),
}
YES: Mapping[str, Any] = {"yes": _("是"), "no": _("不是")}


@dataclass(slots=True)
class Source:
    """One case while its row is made, with what belongs to it; ``level`` says how its words are told."""

    case: Complaint
    level: Level
    respondents: Mapping[str, Respondent]
    offer: Offer | None  # the one that was taken
    _contact: dict[str, str] | None = field(default=None, init=False)

    @property
    def contact(self) -> dict[str, str]:
        """Name, telephone and e-mail; empty where they are erased."""
        if self._contact is None:
            kept = getattr(self.case, "contact", None)
            self._contact = kept.reveal() if kept else {"name": "", "phone": "", "email": ""}
        return self._contact

    def words(self, text: str) -> str:
        """Somebody's words at this level: who wrote them is not to be found in them by name."""
        if self.level == Level.FULL or not text:
            return text
        helper = helper_of(self.case)
        hidden = [self.contact, helper.reveal()] if helper else [self.contact]
        for person in hidden:
            signs = {"name": short(person["name"]), "phone": MASK, "email": MASK}
            for part, sign in signs.items():
                text = text.replace(person[part], sign) if len(person[part]) > 1 else text
        if len(self.case.order_number) > TAIL:
            text = text.replace(self.case.order_number, tail(self.case.order_number))
        return masked(text)

    def name(self) -> str:
        name = self.contact["name"]
        return name if self.level == Level.FULL else short(name)

    def order_number(self) -> str:
        number = self.case.order_number
        return number if self.level == Level.FULL else tail(number)

    def of(self, party: str) -> Respondent | None:
        return self.respondents.get(party)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the lowest level that has it, its value, and the words of its codes."""

    label: Any
    level: Level
    value: Callable[[Source], Value]
    words: Mapping[str, Any] | None = None
    is_contact: bool = False  # how to reach the consumer: never given unless chosen

    def is_given(self, level: Level) -> bool:
        return LEVELS.index(self.level) <= LEVELS.index(level)


def short(name: str) -> str:
    """``林*``, as everywhere at the desk."""
    return name[:1] + "*" if name else ""


def tail(number: str) -> str:
    """``****7719``; nothing of a number too short to hide anything."""
    return f"****{number[-TAIL:]}" if len(number) > TAIL else "****" if number else ""


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def _verdict(party: Party) -> Column:
    return Column(
        {
            Party.MERCHANT: _("商家判定"),
            Party.ANCHOR: _("主播判定"),
            Party.PLATFORM: _("平台判定"),
        }[party],
        Level.FIGURES,
        lambda source: source.case.verdicts.get(party.value),
        VERDICTS,
    )


def _due(party: Party) -> Column:
    labels = {
        Party.MERCHANT: _("商家答复期限"),
        Party.ANCHOR: _("主播答复期限"),
        Party.PLATFORM: _("平台答复期限"),
    }
    return Column(labels[party], Level.FIGURES, lambda source: ((asked := source.of(party)) and asked.due_on) or None)


def _answered(party: Party) -> Column:
    labels = {
        Party.MERCHANT: _("商家答复日期"),
        Party.ANCHOR: _("主播答复日期"),
        Party.PLATFORM: _("平台答复日期"),
    }
    return Column(
        labels[party], Level.FIGURES, lambda source: _day(asked.answered_at) if (asked := source.of(party)) else None
    )


def _called(party: Party) -> Column:
    labels = {Party.MERCHANT: _("商家"), Party.ANCHOR: _("主播"), Party.PLATFORM: _("平台")}
    return Column(
        labels[party], Level.MASKED, lambda source: source.words(asked.name) if (asked := source.of(party)) else None
    )


def _officer(source: Source) -> Value:
    officer = source.case.officer
    if officer is None:
        return None
    full = f"{officer.last_name}{officer.first_name}"
    return (full if not full.isascii() else officer.get_full_name()) or officer.get_username()


def _region(source: Source) -> Value:
    kept = getattr(source.case, "contact", None)
    return kept.region[:2] if kept else None  # the province: finer would tell too much


class _Provinces(dict[str, str]):
    """Codes of provinces, said in the language of now."""

    def get(self, code: str, default: Any = None) -> Any:
        return region_name(code, (get_language() or "zh")[:2])


COLUMNS: Mapping[str, Column] = {
    "reference": Column(_("投诉编号"), Level.FIGURES, lambda source: source.case.reference),
    "state": Column(_("状态"), Level.FIGURES, lambda source: source.case.state, dict(State.choices)),
    "filed_on": Column(_("提交日期"), Level.FIGURES, lambda source: _day(source.case.filed_at)),
    "due_on": Column(_("下一期限"), Level.FIGURES, lambda source: source.case.due_on),
    "accepted_on": Column(_("受理日期"), Level.FIGURES, lambda source: _day(source.case.accepted_at)),
    "closed_on": Column(_("结束日期"), Level.FIGURES, lambda source: _day(source.case.closed_at)),
    "association": Column(
        _("承办协会"), Level.FIGURES, lambda source: house.name_zh if (house := source.case.association) else None
    ),
    "region": Column(_("消费者所在省"), Level.FIGURES, _region, _Provinces()),
    "category": Column(_("问题类别"), Level.FIGURES, lambda source: (source.case.problems or ["X"])[0], CATEGORIES),
    "price": Column(_("实付（元）"), Level.FIGURES, lambda source: source.case.price),
    "loss": Column(_("其他损失（元）"), Level.FIGURES, lambda source: source.case.loss),
    "agreed": Column(
        _("谈妥的金额（元）"), Level.FIGURES, lambda source: (source.offer and source.offer.amount) or None
    ),
    "purchased_on": Column(_("下单日期"), Level.FIGURES, lambda source: source.case.purchased_on),
    "delivered_on": Column(_("收货日期"), Level.FIGURES, lambda source: source.case.delivered_on),
    "merchant": _verdict(Party.MERCHANT),
    "anchor": _verdict(Party.ANCHOR),
    "platform": _verdict(Party.PLATFORM),
    "safety": Column(_("安全风险"), Level.FIGURES, lambda source: _yes(source.case.is_safety), YES),
    "disputed": Column(_("说法冲突"), Level.FIGURES, lambda source: _yes(source.case.has_dispute), YES),
    "merchant_due": _due(Party.MERCHANT),
    "merchant_answered": _answered(Party.MERCHANT),
    "anchor_due": _due(Party.ANCHOR),
    "anchor_answered": _answered(Party.ANCHOR),
    "platform_due": _due(Party.PLATFORM),
    "platform_answered": _answered(Party.PLATFORM),
    "officer": Column(_("承办人"), Level.MASKED, _officer),
    "goods": Column(_("商品"), Level.MASKED, lambda source: source.words(source.case.goods)),
    "room": Column(_("直播间"), Level.MASKED, lambda source: source.words(source.case.room)),
    "merchant_name": _called(Party.MERCHANT),
    "anchor_name": _called(Party.ANCHOR),
    "platform_name": _called(Party.PLATFORM),
    "order_number": Column(_("订单号"), Level.MASKED, lambda source: source.order_number()),
    "consumer": Column(pgettext_lazy("export", "消费者"), Level.MASKED, lambda source: source.name()),
    "story": Column(_("经过"), Level.MASKED, lambda source: source.words(source.case.story)),
    "phone": Column(_("手机号"), Level.FULL, lambda source: source.contact["phone"], is_contact=True),
    "email": Column(_("邮箱"), Level.FULL, lambda source: source.contact["email"], is_contact=True),
}
USUAL = ("reference", "state", "filed_on", "due_on", "category", "price", "merchant", "anchor", "platform")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def open_at(level: Level) -> dict[str, Column]:
    """The columns there are at a level."""
    return {code: column for code, column in COLUMNS.items() if column.is_given(level)}
