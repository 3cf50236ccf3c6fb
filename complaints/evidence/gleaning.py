"""What the lines of an order, a payment or a parcel page seem to say. Pure: hints with their places, never facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complaints.evidence import labels
from complaints.evidence.layout import Page, Word, ways_up
from complaints.evidence.written import (
    ALIPAY,
    LIMITS,
    PAID_OUT,
    PRICE,
    WECHAT,
    day_in,
    is_valid,
    money_in,
    name_in,
    number_in,
    title_in,
)

FIELDS = (
    *("order_number", "amount", "ordered_on", "delivered_on", "shop", "goods", "platform", "room", "anchor"),
    *("payment_number", "carrier", "parcel_number"),
)
MOST_SHEETS = 6  # an order stands on its first ones; a book must not cost a second a page
MOST = 3  # values of one field that are told, where a page has several

LONGEST_LABEL = 10  # characters
AFTER_LABEL = " :.#|·-—_"


@dataclass(frozen=True, slots=True)
class Gleaned:
    """One hint: the value by the form's own rules, how sure (percent), and the line it stands in (with its box)."""

    field: str
    value: str
    sure: int
    line: Mapping[str, Any]


Parse = Callable[[str], str]


def glean(lines: Sequence[Mapping[str, Any]], sheets: Sequence[Mapping[str, Any]] = ()) -> list[Gleaned]:
    """The hints of one picture or paper, by field, the surest first. Lines are those of models.Reading; ``sheets`` are
    its sides in pixels and its tilt. Never raises: what cannot be read is left out."""
    found: list[Gleaned] = []
    for number in sorted({int(line["sheet"]) for line in lines})[:MOST_SHEETS]:
        own = [line for line in lines if line["sheet"] == number]
        ways = [_of_page(page) for page in ways_up(own, sheets[number] if number < len(sheets) else {})]
        found += max(ways, key=lambda hints: sum(hint.sure for hint in hints))
    return _settled(found)


def _of_page(page: Page) -> list[Gleaned]:
    rules = (_numbers, _amounts, _days, _shops, _goods, _platform, _live, _parcel)
    return [hint for rule in rules for hint in rule(page) if is_valid(hint.field, hint.value)]


def _settled(found: Iterable[Gleaned]) -> list[Gleaned]:
    """Of each field the values that are told: those nearly as sure as the surest, each once."""
    kept: list[Gleaned] = []
    for field in FIELDS:
        ranked = sorted((each for each in found if each.field == field), key=lambda each: -each.sure)
        best: dict[str, Gleaned] = {}
        for each in ranked:
            if each.sure >= ranked[0].sure - 12:
                best.setdefault(each.value, each)
        kept += list(best.values())[: MOST if field in {"order_number", "amount", "parcel_number", "shop"} else 1]
    return kept


# ── Labels and what belongs to them ──────────────────────────────────────────────────────────────────────────────────


def _after(
    page: Page, label: re.Pattern[str], parse: Parse, *, anywhere: bool = True
) -> Iterator[tuple[str, int, Word]]:
    """Values of a label: behind it in its line, else right of it, else under it; with how sure the place makes us.
    ``anywhere``: the label may stand in the middle of a sentence, as in a chat."""
    for word in page.words:
        if match := label.match(word.text):
            rest = word.text[match.end() :].lstrip(AFTER_LABEL)
            if value := parse(rest):
                yield value, 96, word
            elif len(rest) <= 12:  # "实付款(含运费)"; a sentence that begins like a label has nothing beside it
                yield from _near(page, word, parse)
        elif anywhere and (value := _in_sentence(label, word.text, parse)):
            yield value, 84, word
        elif anywhere and _ends_with(label, word.text):  # "优惠后实付"
            yield from _near(page, word, parse)


def _in_sentence(label: re.Pattern[str], text: str, parse: Parse) -> str:
    match = label.search(text)
    return parse(text[match.end() :].lstrip(AFTER_LABEL + "是为")) if match else ""


def _ends_with(label: re.Pattern[str], text: str) -> bool:
    match = label.search(text)
    return match is not None and len(text) <= LONGEST_LABEL and not text[match.end() :].strip(AFTER_LABEL)


def _near(page: Page, word: Word, parse: Parse) -> Iterator[tuple[str, int, Word]]:
    for others, sure in ((page.right_of(word), 94), (page.below(word), 80)):
        for other in others:
            if value := parse(other.text):
                yield value, sure, other
                return


def _hint(field: str, value: str, sure: int, word: Word) -> Gleaned:
    return Gleaned(field, value, round(sure * min(int(word.line.get("score", 100)), 100) / 100), word.line)


def _numbers(page: Page) -> Iterator[Gleaned]:
    for value, sure, word in _after(page, labels.ORDER_NUMBER, number_in):
        is_payment = ALIPAY.fullmatch(value) or WECHAT.fullmatch(value)  # a payment page calls its own number so
        yield _hint("payment_number" if is_payment else "order_number", value, sure, word)
    for value, sure, word in _after(page, labels.PAYMENT_NUMBER, number_in):
        yield _hint("payment_number", value, sure, word)
    for word in page.words:
        bare = word.text.replace(" ", "")
        if match := ALIPAY.search(bare) or WECHAT.search(bare):
            yield _hint("payment_number", match[0], 70, word)


def _amounts(page: Page) -> Iterator[Gleaned]:
    for value, sure, word in _after(page, labels.AMOUNT, money_in):
        yield _hint("amount", value, sure, word)
    for value, sure, word in _after(page, labels.WEAK_AMOUNT, money_in):
        yield _hint("amount", value, sure - 40, word)
    if largest := _paid_out(page):
        yield _hint("amount", money_in(largest.text), 92, largest)


def _paid_out(page: Page) -> Word | None:
    """The sum of a payment page: alone in its row, larger than everything else."""
    if not any(labels.ON_PAYMENT_PAGE.search(word.text) for word in page.words):
        return None
    sums = [word for word in page.words if PAID_OUT.match(word.text)]
    largest = max(sums, key=lambda word: word.height, default=None)
    usual = sorted(word.height for word in page.words)[len(page.words) // 2]
    return largest if largest and largest.height > usual * 1.3 else None


def _days(page: Page) -> Iterator[Gleaned]:
    for label, field, less in (
        (labels.ORDERED, "ordered_on", 0),
        (labels.PAID, "ordered_on", 20),
        (labels.DELIVERED, "delivered_on", 0),
    ):
        for value, sure, word in _after(page, label, day_in):
            yield _hint(field, value, sure - less, word)
    for word in page.words:
        if labels.SIGNED_FOR.search(word.text):
            near = [word, *page.right_of(word), *page.below(word, lines=1.6), *page.above(word, lines=1.6)]
            if value := next((found for each in near if (found := day_in(each.text))), ""):
                yield _hint("delivered_on", value, 78, next(each for each in near if day_in(each.text)))


def _shops(page: Page) -> Iterator[Gleaned]:
    for value, sure, word in _after(page, labels.SHOP, name_in, anywhere=False):
        is_company = labels.COMPANY.match(word.text) or _is_company(page, word)
        yield _hint("shop", value, sure - (35 if is_company else 0), word)
    for word in page.words:
        name = name_in(_without_platform(word.text.rstrip("> ").rpartition("|")[2]))
        if not name or labels.STATES.search(name):
            continue
        if word.text.endswith(">"):
            yield _hint("shop", name, 92 if labels.SHOP_ENDS.search(name) else 84, word)
        elif labels.SHOP_ENDS.search(name):
            yield _hint("shop", name, 78, word)
    for title in _titles(page)[:1]:
        for over in page.above(title):
            name = name_in(over.text)
            if name and not labels.STATES.search(name) and over.left < title.left + page.width * 0.05:
                yield _hint("shop", name, 58, over)
                break
    if largest := _paid_out(page):
        for over in page.above(largest):
            if name := name_in(over.text):
                yield _hint("shop", name, 86, over)
                break


def _without_platform(text: str) -> str:
    """``抖音商城·阿云家的小铺`` names a platform, and then a shop."""
    first, _dot, rest = text.partition("·")
    is_platform = any(words[0].search(first) for words in labels.PLATFORMS.values())
    return rest.strip() if rest and is_platform else text


def _is_company(page: Page, word: Word) -> bool:
    return any(labels.COMPANY.match(each.text) for each in page.left_of(word))


def _goods(page: Page) -> Iterator[Gleaned]:
    for value, sure, word in _after(page, labels.GOODS, title_in, anywhere=False):
        yield _hint("goods", value, sure - 26, word)
    for title in _titles(page)[:1]:
        text = title_in(title.text)
        for more in page.below(title, lines=1.2):
            is_variant = more.glyph < title.glyph * 0.97 and labels.VARIANT.search(more.text)
            is_title = more.glyph > title.glyph * 0.93 and not is_variant
            has_price = any(PRICE.search(each.text) for each in (more, *page.right_of(more)))
            if (
                is_title
                and not has_price
                and not _is_sum(more.text)
                and abs(more.left - title.left) < page.width * 0.035
            ):
                between = " " if text[-1:].isascii() and more.text[:1].isascii() else ""
                text += between + more.text
            break
        yield _hint("goods", text[: LIMITS["goods"]].strip(), 74, title)


def _titles(page: Page) -> list[Word]:
    """What has a price at the right of its row and is no sum."""
    found = []
    for price in page.words:
        if PRICE.search(price.text) and price.left > page.width / 2:
            left = next(iter(page.left_of(price)), None)
            if left and len(left.text) > 2 and not PRICE.search(left.text) and not _is_sum(left.text):
                found.append(left)
    return found


def _is_sum(text: str) -> bool:
    """Whether it is a label of money and no article."""
    return any(label.match(text) for label in (labels.TOTALS, labels.AMOUNT, labels.WEAK_AMOUNT))


def _platform(page: Page) -> Iterator[Gleaned]:
    for strength, sure in ((0, 88), (1, 60)):
        named = {
            name: next(word for word in page.words if words[strength].search(word.text))
            for name, words in labels.PLATFORMS.items()
            if any(words[strength].search(word.text) for word in page.words)
        }
        for name, word in named.items():
            yield _hint("platform", name, sure if len(named) == 1 else sure - 40, word)
        if named:
            return


def _live(page: Page) -> Iterator[Gleaned]:
    for label, field in ((labels.ROOM, "room"), (labels.ANCHOR, "anchor")):
        for value, sure, word in _after(page, label, name_in, anywhere=False):
            if sure > 90:
                yield _hint(field, value, sure - 30, word)
    for word in page.words:
        if match := labels.OF_ROOM.search(word.text):
            yield _hint("room", match[1], 66, word)


def _parcel(page: Page) -> Iterator[Gleaned]:
    for value, sure, word in _after(page, labels.PARCEL_NUMBER, number_in):
        yield _hint("parcel_number", value, sure, word)
    for name, words in labels.CARRIERS.items():
        for word in page.words:
            if words.search(word.text):
                yield _hint("carrier", name, 88, word)
                if value := number_in(words.sub("", word.text, count=1)):
                    yield _hint("parcel_number", value, 86, word)
    for name, pattern in labels.OF_CARRIER.items():
        for word in page.words:
            if match := pattern.search(word.text):
                yield _hint("carrier", name, 80, word)
                yield _hint("parcel_number", match[0], 80, word)
