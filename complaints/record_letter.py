"""The request for records as a letter to the platform, to hand over where it is not connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from complaints.formal_letter import written_day
from complaints.models import Complaint
from complaints.models.helper import helper_of
from complaints.narrative import inner
from complaints.record_words import ItemLine, RequestLine, title_of
from routing.engine.wording import Cited


@dataclass(frozen=True, slots=True)
class RecordLetter:
    """A letter to print. An empty ``addressee`` or ``name`` is a ruled blank to fill in by hand."""

    addressee: str
    opening: str
    items: tuple[ItemLine, ...]
    basis: tuple[Cited, ...]
    closing: str
    name: str
    on: str
    reference: str
    number: int
    is_through_another: bool


def record_letter(
    complaint: Complaint, line: RequestLine, *, addressee: str, name: str, until: date, on: date
) -> RecordLetter:
    """The letter of one request, in the active language; ``until`` is the last day to answer."""
    open_items = tuple(
        replace(each, title=title_of(complaint, each.item.kind, each.item.live_on, say=written_day))
        for each in [item for item in line.items if item.is_open] or line.items
    )
    return RecordLetter(
        addressee=addressee,
        opening=_opening(complaint),
        items=open_items,
        basis=_basis(open_items),
        closing=_(
            "请于{date}前逐项书面答复：提供的，附上记录或者写明怎样取得；不能提供的，写明原因。答复前请勿删除、覆盖上述记录。"
        ).format(date=written_day(until)),
        name=name,
        on=written_day(on),
        reference=complaint.reference,
        number=line.request.number,
        is_through_another=helper_of(complaint) is not None,
    )


def _opening(complaint: Complaint) -> str:
    told = _("本人于{date}在贵平台{room}购买{goods}，订单号{order}。为查清事实，请保存并提供以下记录：")
    if not complaint.order_number:
        told = _("本人于{date}在贵平台{room}购买{goods}。为查清事实，请保存并提供以下记录：")
    room = _("“{room}”直播间").format(room=inner(complaint.room)) if complaint.room else _("的直播间")
    return told.format(
        date=written_day(complaint.purchased_on), room=room, goods=complaint.goods, order=complaint.order_number
    )


def _basis(items: Sequence[ItemLine]) -> tuple[Cited, ...]:
    return tuple({cited.code: cited for item in items for cited in item.basis}.values())
