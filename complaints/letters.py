"""What to say to each party, ready to send: order, facts, demand, law and last day, built from the explanation.

The Chinese message is what is sent; the English one is its translation for the reader. No law is stated here that the
explanation does not cite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint
from complaints.narrative import day, inner, until_words
from routing import Explanation, rulebook
from routing.engine.cards import PartyCard, Reason
from routing.engine.explanations import RemedyLine
from routing.engine.rulebook import Language

TAIL = 4  # of an order number no more than this is written into a message
QUOTED = 60  # characters of what was promised, or received
LAWS = 3  # citations in one message: more are not read
LOCALES: dict[str, str] = {"zh": "zh-hans", "en": "en"}
REFUNDS = frozenset({"REF", "RET7"})  # the price itself, not on top of it


def message(
    complaint: Complaint,
    explanation: Explanation,
    party: str,
    *,
    lang: Language,
    until: date,
    wanted: Sequence[Any] = (),
    names: dict[str, str] | None = None,
    platform_knows: bool = False,
) -> str:
    """The message to one party. ``explanation`` is in the same language; ``wanted`` are the consumer's own demands.

    ``names`` are the parties' names as the consumer knows them; ``platform_knows`` where the platform took the notice.
    """
    with translation.override(LOCALES[lang]):
        card = next(card for card in explanation.parties if card.party == party)
        sentences = [
            _opening(complaint),
            _who_is_who(party, names or {}),
            what_happened(complaint, explanation),
            *demand(card, explanation, [str(each) for each in wanted], until),
            _closing(complaint, party, platform_knows=platform_knows),
        ]
        return (" " if lang == "en" else "").join(filter(None, sentences))


def message_of_check(explanation: Explanation, party: str, *, lang: Language, until: date) -> str:
    """The message to one party where nothing is known of names, order and price: the sender adds them."""
    with translation.override(LOCALES[lang]):
        card = next(card for card in explanation.parties if card.party == party)
        opening = _("您好，我看直播买了东西，订单号是____。")
        sentences = [opening, _the_wrongs(explanation), *demand(card, explanation, [], until)]
        return (" " if lang == "en" else "").join(filter(None, sentences))


def order_tail(order_number: str) -> str:
    """The last four characters of an order number: enough to find it, too little to use it."""
    return order_number.strip()[-TAIL:]


def money(amount: Decimal | str) -> str:
    """``¥1,407.00``; whole yuan without cents inside a sentence are the caller's choice."""
    return f"¥{Decimal(amount):,.2f}"


def _opening(complaint: Complaint) -> str:
    bits = []
    if complaint.order_number:
        bits.append(_("订单尾号{tail}").format(tail=order_tail(complaint.order_number)))
    if complaint.price is not None:
        bits.append(_("实付{price}").format(price=money(complaint.price)))
    order = _("（{bits}）").format(bits=_("，").join(bits)) if bits else ""
    told = {"date": day(complaint.purchased_on), "goods": complaint.goods, "order": order, "room": complaint.room}
    if complaint.room:
        told["room"] = inner(complaint.room)
        return _("您好，我{date}在“{room}”直播间买了{goods}{order}。").format(**told)
    return _("您好，我{date}看直播买了{goods}{order}。").format(**told)


def _who_is_who(party: str, names: dict[str, str]) -> str:
    """The platform deals with many rooms and shops: it is told which."""
    if party != "platform" or not names.get("merchant"):
        return ""
    return _("订单上的店铺是“{shop}”。").format(shop=inner(names["merchant"]))


def what_happened(complaint: Complaint, explanation: Explanation) -> str:
    """What was promised and what came, quoted short; else what the grounds that hold are about; else nothing."""
    told = complaint.statement.get("promise", {})
    said, got = _short(told.get("said", "")), _short(told.get("got", ""))
    if said and got:
        return _("{where}说的是“{said}”，实际是“{got}”。").format(where=_where(told), said=said, got=got)
    return _the_wrongs(explanation) or (_("收到以后发现有问题。") if complaint.delivered_on else "")


def _the_wrongs(explanation: Explanation) -> str:
    """What the grounds that hold are about; nothing where none does."""
    titles = [reason.title for card in explanation.parties for reason in card.reasons if reason.title]
    return _("问题是：{titles}。").format(titles=_("；").join(dict.fromkeys(titles[:2]))) if titles else ""


def _where(told: Mapping[str, Any]) -> str:
    """Where it was said (codes of statement.SAID_WHERE); the live room where nothing was ticked."""
    places = {"live": _("直播里"), "page": _("商品页面上"), "service": _("客服"), "package": _("包装上")}
    said = [place for code, place in places.items() if code in told.get("where", [])]
    return _("、").join(said or [places["live"]])


def demand(card: PartyCard, explanation: Explanation, wanted: list[str], until: date) -> list[str]:
    """What is asked of a party by its verdict, sentence by sentence: the duty with its law, what to do, by when."""
    match card.verdict:
        case "responsible":
            return _of_the_liable(card, explanation, wanted, until)
        case "possible":
            return _of_the_possible(card, explanation, until)
    return _of_the_helping(card, until)


def _of_the_liable(card: PartyCard, explanation: Explanation, wanted: list[str], until: date) -> list[str]:
    laws = _laws(card.reasons)
    duty = {
        "joint": _("贵方要连带负责"),
        "corresponding": _("贵方要负相应责任"),
        "advance": _("应由贵方先赔"),
        "either": _("贵方要对我负责，我可以任选一方"),
        "deemed_seller": _("贵方要像卖家一样负责"),
    }.get(card.form or "", _("应由贵方负责"))
    basis = _("按{laws}，{duty}。") if laws else _("按目前知道的事实，{duty}。")
    money_back = not wanted or bool({str(_("退货退款")), str(_("只退款，货不退"))} & set(wanted))
    mine = [line for line in explanation.remedies if _is_against(line, card)]
    refund = next((line.amount for line in mine if line.code in REFUNDS and line.amount), None)
    demand = _("、").join(wanted) or (_("退款") if refund else _("给出处理方案"))
    told = {"until": until_words(until), "demand": demand, "sum": money(refund) if refund else ""}
    sentences = [basis.format(laws=laws, duty=duty)]
    if refund and money_back:
        sentences.append(_("请办理：{demand}（货款{sum}），{until}。").format(**told))
    else:
        sentences.append(_("请办理：{demand}，{until}。").format(**told))
    more = [line.name for line in mine if line.amount and line.code not in REFUNDS]
    if more:
        sentences.append(_("我保留依法主张{more}的权利。").format(more=_("或").join(more)))
    sentences.append(_("如果贵方认为应由别人负责，请写明是谁、依据是什么；各方之间怎么分担，请自行解决。"))
    return sentences


def _of_the_possible(card: PartyCard, explanation: Explanation, until: date) -> list[str]:
    book, lang = rulebook(), _lang()
    labels = [
        label.in_(lang)
        for missing in explanation.missing
        if missing.ask == card.party
        and missing.answer is not None  # the others would change nothing
        and (label := book.facts[missing.fact].label) is not None
    ]
    laws = _laws(card.open)
    sentences = []
    if laws:
        sentences.append(_("按{laws}，贵方可能也要负责。").format(laws=laws))
    if labels:
        told = {"until": until_words(until), "labels": _("；").join(labels[:3])}
        sentences.append(_("请说明这些事，并给出凭证，{until}：{labels}。").format(**told))
    else:
        sentences.append(_("请书面答复，{until}。").format(until=until_words(until)))
    return [*sentences, *_records(card)]


def _of_the_helping(card: PartyCard, until: date) -> list[str]:
    """What it must do in any case. That it need not pay so far is for the reader to know, not for the sender to say."""
    laws = _laws(card.duties)
    sentences = [_("请配合查清这件事，{until}。").format(until=until_words(until))]
    if laws:
        sentences.append(_("依据：{laws}。").format(laws=laws))
    return [*sentences, *_records(card)]


def _records(card: PartyCard) -> list[str]:
    if card.party == "platform":
        return [_("请给出卖家和直播间经营者的真实名称、地址和有效联系方式，并保存这场直播的回放和交易记录。")]
    return [_("请保存这场直播的回放和聊天、交易记录。")]


def _closing(complaint: Complaint, party: str, *, platform_knows: bool) -> str:
    if platform_knows and party != "platform":
        return _("我已登记投诉，编号{reference}，平台也已收到。").format(reference=complaint.reference)
    return _("我已登记投诉，编号{reference}。").format(reference=complaint.reference)


def _laws(reasons: Iterable[Reason]) -> str:
    """The first binding citations, then the others; each once, the law's name not repeated."""
    found = list(reasons)
    cited = [each for reason in found for each in reason.binding]
    cited += [each for reason in found for each in reason.supervisory]
    laws: dict[str, list[str]] = {}
    for each in list({each.code: each for each in cited}.values())[:LAWS]:
        name, article = _split(each.text)
        laws.setdefault(name, []).append(article)
    told = [name + _("、").join(articles) for name, articles in laws.items()]
    return pgettext("laws", "、").join(told)


def _split(citation: str) -> tuple[str, str]:
    """Law and article, the mark between them with the law: ``《电子商务法》第74条``, ``E-commerce Law, Art 74``."""
    name, mark, article = citation.rpartition("》" if _lang() == "zh" else ", ")
    return name + mark, article


def _is_against(line: RemedyLine, card: PartyCard) -> bool:
    return rulebook().words[f"party.{card.party}.short"].in_(_lang()) in line.against


def _lang() -> Language:
    return "en" if translation.get_language() == "en" else "zh"


def _short(text: object) -> str:
    plain = inner(" ".join(str(text).split()))
    return plain if len(plain) <= QUOTED else f"{plain[:QUOTED]}……"
