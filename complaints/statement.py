"""What a consumer's answers mean: from the pages of the form to facts, dates and amounts the law can read.

Answers are kept as typed, page by page (``Draft.answers``). This module alone says which answer asserts which fact;
"I'm not sure" asserts nothing. Fact keys are those of routing/law/facts.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.rooms import called, room_from

Answers = Mapping[str, Mapping[str, Any]]
PERSONAL = frozenset({"contact", "behalf", "helper", "buyer"})  # pages with people in them: sealed, not kept as told
TOO_MUCH = Decimal(10) ** 10  # yuan: from here on a sum is a slip of the finger, and no longer fits its column


@dataclass(frozen=True, slots=True)
class Option:
    """One choice on a page: its code, its label, an example under it, and the facts that choosing it asserts."""

    code: str
    label: Any  # lazily translated
    hint: Any = ""
    facts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A category of problem (the letters of the Guiding Opinions' eight categories, 7 to 14) and its finer kinds."""

    letter: str
    label: Any
    examples: Any
    kinds: tuple[Option, ...] = ()


# ── The choices, page by page ────────────────────────────────────────────────────────────────────────────────────────

RELATIONS = (
    Option("same", _("是一家"), _("店铺自己的员工在播"), {"operator_is_seller": True}),
    Option("different", _("不是一家"), _("达人、明星或机构帮店铺卖"), {"operator_is_seller": False}),
    Option("own", _("主播卖自己的货"), _("没有别的店铺")),
    Option("unsure", _("我不清楚"), _("由平台来说明")),
)
SELLERS = (
    Option("shop", _("一家店铺"), _("订单最上面那一行写着店名"), {"platform_sells_itself": False}),
    Option("platform", _("平台自己（自营）"), _("写着“自营”，发票也是平台开的"), {"platform_sells_itself": True}),
    Option("person", _("没有店铺，直接转给了个人"), "", {"platform_sells_itself": False}),
    Option("unsure", _("我不清楚")),
)
SHOWN = (
    Option("yes", _("写明了"), _("名称看得到，也找得到"), {"seller_displayed": True}),
    Option("no", _("没看到"), "", {"seller_displayed": False}),
    Option("unsure", _("记不清了")),
)
DISCLAIMED = (
    Option("yes", _("说清楚了"), "", {"operator_disclaimed_sale": True}),
    Option("no", _("没有说"), "", {"operator_disclaimed_sale": False}),
    Option("unsure", _("记不清了")),
)
ORDERED = (
    Option(
        "live-link",
        _("点直播间里的商品链接（小黄车）"),
        "",
        {"live_click_purchase": True, "sold_in_live_room": True},
    ),
    Option("shop-later", _("看完直播，自己去店铺里下的单"), "", {"live_click_purchase": False}),
    Option(
        "jumped",
        _("链接跳到了别的平台"),
        "",
        {"live_click_purchase": True, "sold_in_live_room": True, "jumped_to_other_platform": True},
    ),
    Option("private", _("没有订单，私下谈的"), "", {"live_click_purchase": False, "sold_in_live_room": True}),
    Option("unsure", _("我不清楚")),
)
PAYMENTS = (
    Option("inside", _("在平台里付的"), "", {"steered_off_platform": False}),
    Option("elsewhere", _("跳到别的平台付的"), "", {"steered_off_platform": False, "jumped_to_other_platform": True}),
    Option("person", _("扫码或转账给了个人"), "", {"steered_off_platform": True}),
    Option("delivery", _("货到付款"), "", {"steered_off_platform": False}),
    Option("unsure", _("我不清楚")),
)
STEERERS = (
    Option("shop", _("店铺的人"), _("客服也算"), {"steered_by_seller_staff": True}),
    Option("anchor", _("主播或直播间的人"), "", {"steered_by_seller_staff": False}),
    Option("unsure", _("我不清楚")),
)
RECEIVED = (
    Option("no", _("还没收到")),
    Option("yes", _("收到了")),
    Option("partly", _("收到的不全"), "", {"not_as_described": True}),
    Option("returned", _("已经退回去了")),
)
USES = (
    Option("own", _("自己、家里用，或者送人"), "", {"personal_use": True}),
    Option("trade", _("公司采购，或者进货转卖"), "", {"personal_use": False}),
)
PROBLEMS = (
    Problem(
        "C",
        _("说的是假的"),
        _("夸大效果、假销量、假好评、抽奖不兑现"),
        (
            Option("effect", _("效果、功能是假的"), "", {"false_claim": True}),
            Option("material", _("成分、材质、产地和说的不一样"), "", {"false_claim": True, "not_as_described": True}),
            Option("faked-data", _("销量、好评、人气是假的"), "", {"faked_data": True}),
            Option("prize", _("抽奖、福袋、免单没兑现"), "", {"prize_trick": True}),
            Option("promise", _("店铺的承诺没兑现"), _("如“假一赔十”“包退”"), {"seller_promise_broken": True}),
            Option("room-promise", _("直播间自己的承诺没兑现"), "", {"room_promise_broken": True}),
        ),
    ),
    Problem(
        "D",
        _("东西有问题"),
        _("以次充好、掺假、坏的、厂名产地是假的"),
        (
            Option("broken", _("坏的、不能正常用"), "", {"below_standard": True}),
            Option("different", _("和商品页、展示的不一样，或者少了"), "", {"not_as_described": True}),
            Option("tampered", _("二手翻新、以次充好、掺假"), "", {"fake_or_tampered": True}),
            Option("no-label", _("没有厂名、厂址或日期（三无）"), "", {"no_maker_or_date": True}),
            Option("unsafe", _("有危险：漏电、爆裂、刺激等"), "", {"unsafe_defect": True}),
            Option("hurt", _("有人因此受伤或生病"), "", {"body_harm": True}),
            Option("damage", _("还弄坏了别的东西"), "", {"other_property_harm": True}),
        ),
    ),
    Problem(
        "B",
        _("退换修赔，对方拖着不办"),
        _("该退不退、说拆封不退、一直说“在处理”"),
        (
            Option("stalled", _("要求合理，对方拖延或拒绝"), "", {"after_sales_stalled": True}),
            Option("refund", _("退了货，超过7天还没退款"), "", {"refund_overdue": True}),
            Option("seven-days", _("签收后7天内提出退货，不给退"), "", {"return_in_7_days": True}),
            Option("not-delivered", _("没发货、没收到或晚了很久"), "", {"not_delivered": True}),
            Option("terms", _("拿“签收即认可”“概不退换”来挡"), "", {"unfair_term": True}),
        ),
    ),
    Problem(
        "H",
        _("价格骗人"),
        _("先涨后降、假原价、结账多收钱"),
        (
            Option("was-price", _("“原价”“划线价”是假的"), "", {"price_trick": True}),
            Option("overcharged", _("结账时多收了钱"), "", {"price_trick": True, "overpaid": True}),
        ),
    ),
    Problem(
        "G",
        _("广告违法"),
        _("说能治病、“全国第一”、假专家推荐"),
        (
            Option("cure", _("说能治病、有疗效"), "", {"false_claim": True}),
            Option("no-approval", _("药品、器械、保健食品广告没有批准文号"), "", {"ad_unapproved": True}),
            Option("persona", _("出镜的是没标明的AI或数字人"), "", {"ai_persona_hidden": True}),
        ),
    ),
    Problem(
        "F",
        _("吃的不安全"),
        _("过期、没日期、没许可、吃坏了"),
        (
            Option("expired", _("过期、变质或改了日期"), "", {"food_unsafe": True, "fake_or_tampered": True}),
            Option("no-date", _("没有生产日期或厂家"), "", {"no_maker_or_date": True}),
            Option("failed-test", _("检测不合格，或者是假酒等"), "", {"food_unsafe": True}),
            Option("sick", _("有人吃了不舒服"), "", {"body_harm": True}),
        ),
    ),
    Problem(
        "E",
        _("假牌子或盗版"),
        _("鉴定是假货、盗版书课、假专利"),
        (
            Option("fake-brand", _("鉴定或品牌方说是假的"), "", {"counterfeit": True}),
            Option("pirated", _("盗版书、课程、软件"), "", {"counterfeit": True}),
        ),
    ),
    Problem(
        "A",
        _("平台没管好"),
        _("删我的差评、投诉不理、查不到商家是谁"),
        (
            Option("reviews", _("我的差评被删了"), "", {"reviews_deleted": True}),
            Option(
                "identity",
                _("向平台要过卖家的真实信息，没给"),
                "",
                {"seller_identity_requested": True, "seller_identity_given": False},
            ),
            Option("return", _("为退货请平台出面，平台不管"), "", {"return_mediation_refused": True}),
            Option("promise", _("平台自己的保障承诺没兑现"), "", {"platform_promise_broken": True}),
        ),
    ),
    Problem("X", _("都不是"), _("说说是什么")),
)
SAID_WHERE = (
    Option("live", _("主播在直播里说的")),
    Option("page", _("商品页面写的"), "", {"claim_on_shop_page": True}),
    Option("service", _("客服说的")),
    Option("package", _("包装上写的"), "", {"claim_on_shop_page": True}),
)
TRIED = (
    Option("merchant", _("商家")),
    Option("anchor", _("主播")),
    Option("platform", _("平台客服")),
    Option("authority", _("12315或消协")),
    Option("nobody", _("还没找过")),
)
REPLIES = (
    Option("passed-on", _("推给别人")),
    Option("refused", _("拒绝")),
    Option("stalled", _("说在处理，没下文")),
    Option("silent", _("没回")),
    Option("unkept", _("同意了，没兑现")),
    Option("partly", _("解决了一部分")),
)
STALLING = frozenset({"passed-on", "refused", "stalled", "silent", "unkept"})
STALLED = {"after_sales_stalled": True}  # what such a reply of the merchant asserts
REMEDIES = (
    Option("return-refund", _("退货退款")),
    Option("refund-only", _("只退款，货不退")),
    Option("replace", _("换货")),
    Option("repair", _("修")),
    Option("supply", _("补发或补差价")),
    Option("compensate", _("赔偿")),
    Option("correct", _("道歉或改正")),
    Option("advise", _("先不决定，听建议")),
)
REMEDY_CONFLICTS = (("replace", "refund-only"), ("replace", "return-refund"), ("repair", "return-refund"))

# Words that ask for a calm interruption: is anyone hurt?
SAFETY_WORDS = (
    *("过敏", "中毒", "起火", "着火", "爆炸", "漏电", "触电", "烫伤", "烧伤", "受伤", "住院", "医院", "呕吐", "腹泻"),
    *("allerg", "poison", "fire", "explod", "shock", "burn", "injur", "hospital", "vomit"),
)


def sounds_unsafe(story: str) -> bool:
    """Whether the story has a word that should make us ask if anyone is hurt."""
    lowered = story.lower()
    return any(word in lowered for word in SAFETY_WORDS)


# ── From answers to facts ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Helping:
    """Who files for the buyer: codes of models.Helper, and how to reach the helper."""

    relation: str
    told: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A complete, checked complaint, ready to be filed. Money in CNY; names as the consumer knows them."""

    goods: str
    category: str
    story: str
    problems: tuple[str, ...]
    room: str
    order_number: str
    price: Decimal | None
    loss: Decimal | None
    purchased_on: date
    delivered_on: date | None
    harm_known_on: date | None
    names: Mapping[str, str]  # party → name
    facts: Mapping[str, bool]
    is_safety: bool
    contact_name: str
    phone: str
    email: str
    region: str
    wants_association: bool
    answers: Answers
    helper: Helping | None = None


def filing_from(answers: Answers) -> Filing:
    """Read the answers of a finished form. The pages were checked one by one; Raises KeyError for a missing one."""
    contact, goods, order = buyer_from(answers), answers["goods"], answers.get("order", {})
    dates = answers["dates"]
    return Filing(
        goods=goods["goods"],
        category=goods.get("category", ""),
        story=answers["story"]["story"],
        problems=tuple(answers["type"]["problems"]),
        room=called(answers.get("room", {}).get("room", "")),
        order_number=order.get("order_number", ""),
        price=amount(order.get("amount")),
        loss=amount(answers.get("remedy", {}).get("loss")),
        purchased_on=date.fromisoformat(dates["purchased_on"]),
        delivered_on=_day(dates.get("delivered_on")),
        harm_known_on=_day(dates.get("harm_known_on")) or _day(dates.get("delivered_on")),
        names=names_from(answers),
        facts=facts_from(answers),
        is_safety=_is_safety(answers),
        contact_name=contact["name"],
        phone=contact.get("phone", ""),
        email=contact.get("email", ""),
        region=contact["region"],
        wants_association=answers.get("remedy", {}).get("association") == "now",
        answers={page: dict(fields) for page, fields in answers.items() if page not in PERSONAL},
        helper=helping_from(answers),
    )


def is_for_another(answers: Answers) -> bool:
    """Whether somebody fills this in for the buyer."""
    return answers.get("behalf", {}).get("whose") == "other"


def buyer_from(answers: Answers) -> Mapping[str, Any]:
    """How to reach the buyer, whoever fills it in. Raises KeyError for a missing page."""
    if not is_for_another(answers):
        return answers["contact"]
    return {"name": answers["behalf"]["name"], **answers["buyer"]}


def helping_from(answers: Answers) -> Helping | None:
    """Who files for the buyer; None where the buyer does. Raises KeyError for a missing page."""
    if not is_for_another(answers):
        return None
    own = answers["helper"]
    return Helping(
        relation=answers["behalf"]["relation"],
        told=answers["buyer"]["told"],
        name=own["name"],
        phone=own.get("phone", ""),
        email=own.get("email", ""),
    )


def names_from(answers: Answers) -> dict[str, str]:
    """Party → the name the consumer gave, empty where none."""
    platform, shop, anchor = answers.get("platform", {}), answers.get("shop", {}), answers.get("anchor", {})
    return {
        "merchant": shop.get("shop", "") or shop.get("company", ""),
        "anchor": anchor.get("anchor", "") or room_from(answers.get("room", {}).get("room", "")).name,
        "platform": platform.get("other", "") if platform.get("platform") == "other" else platform.get("name", ""),
    }


def facts_from(answers: Answers) -> dict[str, bool]:
    """Every fact the answers assert. Where two answers meet on one fact, the question about the fact itself wins."""
    facts: dict[str, bool] = {}
    for page, name, options in (
        ("goods", "use", USES),
        ("relation", "relation", RELATIONS),
        ("shop", "seller", SELLERS),
        ("shown", "shown", SHOWN),
        ("shown", "disclaimed", DISCLAIMED),
        ("how", "how", ORDERED),
        ("payment", "payment", PAYMENTS),
        ("payment", "steerer", STEERERS),
        ("dates", "received", RECEIVED),
    ):
        facts |= _facts_of(options, answers.get(page, {}).get(name))
    facts |= _problem_facts(answers)
    facts |= _order_facts(answers)
    facts |= _reply_facts(answers)
    facts |= {
        name.removeprefix("fact-"): value == "yes"
        for page in ("more", "detail")
        for name, value in answers.get(page, {}).items()
        if name.startswith("fact-") and value in {"yes", "no"}
    }
    return facts


class NoAmount(ValueError):
    """What was written is no sum we take, with a sentence that says what was found and what is allowed."""

    def __init__(self, sentence: str, written: object) -> None:
        super().__init__(sentence.format(found=str(written).strip()[:40]))


PLAIN_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")  # no exponents, infinities or digits of other scripts


def amount(text: object) -> Decimal | None:
    """``"469"`` or ``"¥1,469.00"`` as CNY with two places; None for nothing. Raises NoAmount."""
    if text is None or not str(text).strip():
        return None
    plain = str(text).strip().translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    plain = plain.removeprefix("¥").removeprefix("￥").removesuffix("元").replace(",", "").strip()
    if PLAIN_NUMBER.fullmatch(plain) is None:
        raise NoAmount(gettext("金额写数字，例如469或469.00；现在写的是“{found}”"), text)
    value = Decimal(plain)
    if value < 0:
        raise NoAmount(gettext("金额不能是负数，最小写0；现在写的是“{found}”"), text)
    if value >= TOO_MUCH:
        raise NoAmount(gettext("金额要小于100亿元；现在写的是“{found}”，看看是不是多打了几位"), text)
    if value != round(value, 2):
        raise NoAmount(gettext("金额最多写到分（小数点后两位），例如469.50；现在写的是“{found}”"), text)
    return value.quantize(Decimal("0.01"))


def _facts_of(options: tuple[Option, ...], code: object) -> dict[str, bool]:
    return next((dict(option.facts) for option in options if option.code == code), {})


def _problem_facts(answers: Answers) -> dict[str, bool]:
    chosen = set(answers.get("detail", {}).get("kinds", []))
    letters = answers.get("type", {}).get("problems", [])
    facts: dict[str, bool] = {}
    for problem in PROBLEMS:
        if problem.letter in letters:
            for kind in problem.kinds:
                if f"{problem.letter}-{kind.code}" in chosen:
                    facts |= kind.facts
    where = set(answers.get("promise", {}).get("where", []))
    for option in SAID_WHERE:
        if option.code in where:
            facts |= option.facts
    return facts


def _order_facts(answers: Answers) -> dict[str, bool]:
    facts: dict[str, bool] = {}
    if answers.get("order", {}).get("order_number"):
        facts["purchase_proved"] = True
    sells_own = answers.get("relation", {}).get("relation") == "own"
    payment = answers.get("payment", {})
    if sells_own and payment.get("payment") != "person":
        facts["operator_is_seller"] = True
    elif sells_own and answers.get("shop", {}).get("seller") == "person" and payment.get("steerer") != "shop":
        # A private sale (law.md 4.6 R1). Where the order names a shop, that name outranks what was said (R11).
        facts |= {"operator_is_seller": False, "steered_by_seller_staff": False}
    if answers.get("safety", {}).get("hurt") in {"now", "seen"}:
        facts["body_harm"] = True
    return facts


def _reply_facts(answers: Answers) -> dict[str, bool]:
    replies = answers.get("replies", {})
    return dict(STALLED) if replies.get("merchant") in STALLING else {}


def _is_safety(answers: Answers) -> bool:
    hurt = answers.get("safety", {}).get("hurt") in {"now", "seen"}
    kinds = set(answers.get("detail", {}).get("kinds", []))
    return hurt or bool(kinds & {"D-unsafe", "D-hurt", "F-expired", "F-failed-test", "F-sick"})


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
