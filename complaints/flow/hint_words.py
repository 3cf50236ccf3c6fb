"""How hints are called, and their values as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from complaints.evidence.labels import PLATFORM_NAMES
from complaints.narrative import day

DAYS = frozenset({"ordered_on", "delivered_on"})
LABELS: Mapping[str, Any] = {
    "order_number": _("订单号"),
    "amount": _("实付金额"),
    "ordered_on": _("下单日期"),
    "delivered_on": _("收货日期"),
    "shop": _("店铺名"),
    "goods": _("商品名字"),
    "platform": _("购物平台"),
    "room": _("直播间"),
    "anchor": _("主播"),
    "payment_number": _("支付单号"),
    "carrier": _("快递公司"),
    "parcel_number": _("快递单号"),
}


def in_words(field: str, value: str, *, language: str) -> str:
    """A hint's value as it is shown: days in words, sums with their sign, platforms by name. Raises ValueError for a
    day that is none."""
    if field == "platform":
        return platform_name(value, language=language)
    if field in DAYS:
        return day(date.fromisoformat(value))
    return f"¥{value}" if field == "amount" else value


def platform_name(key: str, *, language: str) -> str:
    known = platform_of(key)
    return known.name("en" if language == "en" else "zh") if known else PLATFORM_NAMES[key][language == "en"]


def platform_of(key: str) -> Organisation | None:
    """The platform as we know it, if we do."""
    name = PLATFORM_NAMES[key][0]
    known = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).order_by("pk")
    return next((each for each in known if name in each.name("zh")), None)
