"""Values as pages write them, by the form's own rules: numbers, sums, days, names, titles. Pure."""

from __future__ import annotations

import re
from datetime import date

from complaints.evidence import labels
from complaints.evidence.layout import plain
from complaints.statement import NoAmount, amount

EARLIEST, LATEST = date(2010, 1, 1), date(2099, 12, 31)
LIMITS = {"shop": 60, "goods": 120, "room": 60, "anchor": 60}

NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Z]{0,4}\d(?:[ -]?\d){6,38}(?!\d|[.,]\d)")
MOBILE = re.compile(r"1[3-9]\d{9}")
ALIPAY = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{20}")  # 28 digits that begin with their day
WECHAT = re.compile(r"4200\d{24}")
MONEY = re.compile(r"(?<![\d.])-?\s*[¥YV羊]?\s*-?(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)(?![\d])")
PRICE = re.compile(r"[¥羊]\s*\d|^\d+\.\d{2}$")
PAID_OUT = re.compile(r"^-?\s*¥?\s*-?(\d{1,3}(?:,\d{3})+\.\d{2}|\d{1,9}\.\d{2})$")
DAY = re.compile(r"(20\d{2})\s*[-/.年]\s*(\d{2}|\d)\s*[-/.月]\s*(\d{2}|\d)")
SENTENCE = re.compile(r"[¥。,，;；!?？！]|\d{5}|\d:\d")  # what no name has in it
LETTER = re.compile(r"[^\W\d_]")
LONGEST_NAME = 40


def is_valid(field: str, value: str) -> bool:
    """Whether the form would take the value as it is."""
    if field in {"order_number", "payment_number", "parcel_number"}:
        return re.fullmatch(r"[A-Z]{0,4}[\d-]{7,40}", value) is not None and len(value) <= 44
    if field == "amount":
        return money_in(value) == value and value != ""
    if field in {"ordered_on", "delivered_on"}:
        return day_in(value) == value and value != ""
    if field == "platform":
        return value in labels.PLATFORMS
    if field == "carrier":
        return value in labels.CARRIERS
    return 0 < len(value) <= LIMITS[field] and value == plain(value)


def number_in(text: str) -> str:
    """A number of an order, a payment or a parcel; no telephone."""
    for match in NUMBER.finditer(text):
        value = match[0].replace(" ", "")
        if not MOBILE.fullmatch(value) and not DAY.match(value) and is_valid("order_number", value):
            return value
    return ""


def money_in(text: str) -> str:
    match = MONEY.search(text)
    try:
        found = amount(match[1]) if match else None
    except NoAmount:
        return ""
    return str(found) if found else ""


def day_in(text: str) -> str:
    for match in DAY.finditer(text):
        try:
            found = date(*(int(part) for part in match.groups()))
        except ValueError:
            continue
        if EARLIEST <= found <= LATEST:
            return found.isoformat()
    return ""


def name_in(text: str) -> str:
    """What may be the name of a shop, a room or a person in front of the camera."""
    name = plain(text).strip("> |·:").removesuffix("进店").strip()
    is_none = SENTENCE.search(name) or not LETTER.search(name) or labels.NO_SHOP.search(name)
    is_platform = any(words[0].fullmatch(name) for words in labels.PLATFORMS.values())
    is_carrier = any(words.match(name) for words in labels.CARRIERS.values())
    return "" if is_none or is_platform or is_carrier or not 2 <= len(name) <= LONGEST_NAME else name


def title_in(text: str) -> str:
    title = plain(text).strip("> |·:")
    return title[: LIMITS["goods"]].strip() if len(title) > 2 and not PRICE.search(title) else ""
