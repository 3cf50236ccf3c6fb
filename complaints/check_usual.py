"""The usual questions of the two-minute check, and what each answer asserts.

The choices are those of the complaint form (statement.py) wherever it has them. Which question comes next is the law's
affair (check.py), not this list's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.check_asks import NONE, NOT_SURE, UNSURE, Ask
from complaints.statement import (
    DISCLAIMED,
    ORDERED,
    PAYMENTS,
    PROBLEMS,
    RELATIONS,
    REPLIES,
    SELLERS,
    SHOWN,
    STALLED,
    STALLING,
    STEERERS,
    USES,
    Option,
)


def _by_code(options: Iterable[Option]) -> dict[str, Option]:
    return {option.code: option for option in options}


# Who can say what the order shows, or that the platform was paid, has a record.
_PROVED: Final = {"purchase_proved": True}
_RELATION, _SELLER, _PAID, _STEERER = map(_by_code, (RELATIONS, SELLERS, PAYMENTS, STEERERS))
_KIND: Final = {f"{problem.letter}-{kind.code}": kind for problem in PROBLEMS for kind in problem.kinds}
_PLATFORM_WRONG: Final = _by_code(next(problem.kinds for problem in PROBLEMS if problem.letter == "A"))
_GOODS: Final = ("D-different", "D-broken", "D-tampered", "E-fake-brand", "D-unsafe", "B-not-delivered")
_SOUND: Final = ("not_as_described", "below_standard", "counterfeit", "fake_or_tampered")
_SAID: Final = {"false_claim": True}
_STALLED_BY: Final = (
    Option("to-anchor", _("推给主播"), "", STALLED),
    Option("to-platform", _("推给平台"), "", STALLED),
    *(
        Option(reply.code, reply.label, "", STALLED)
        for reply in REPLIES
        if reply.code in STALLING and reply.code != "passed-on"
    ),
)

ASKS: Final = (
    Ask(
        "room",
        _("这个直播间是谁开的？"),
        (
            Option("own", _("店铺自己的"), "", _RELATION["same"].facts),
            Option("others", _("别人的（达人、明星、机构）"), "", _RELATION["different"].facts),
            NOT_SURE,
        ),
        _("看主页名字和店铺名是不是同一家"),
        frozenset({"operator_is_seller"}),
    ),
    Ask(
        "seller",
        _("订单上写的卖家是谁？"),
        (
            Option("shop", _("一家店铺"), _SELLER["shop"].hint, {**_SELLER["shop"].facts, **_PROVED}),
            Option("anchor", _("主播自己"), "", {**_SELLER["shop"].facts, **_RELATION["same"].facts, **_PROVED}),
            Option("platform", _("平台自营"), _SELLER["platform"].hint, {**_SELLER["platform"].facts, **_PROVED}),
            Option("private", _("没有订单，私下转账的"), "", {**_SELLER["person"].facts, "live_click_purchase": False}),
            NOT_SURE,
        ),
        settles=frozenset({"platform_sells_itself"}),
        outranks=frozenset({"operator_is_seller"}),  # the name on the order, before what was said (law.md 4.6 R11)
    ),
    Ask(
        "payment",
        _("钱是在平台里付的吗？"),
        (
            Option("inside", pgettext_lazy("answer", "是"), "", {**_PAID["inside"].facts, **_PROVED}),
            Option("elsewhere", _PAID["elsewhere"].label, "", _PAID["elsewhere"].facts),
            Option(
                "person-anchor",
                _("主播让我转给个人，或扫别的码"),
                "",
                {**_PAID["person"].facts, **_STEERER["anchor"].facts},
            ),
            Option(
                "person-shop",
                _("店铺的人让我转给个人，或扫别的码"),
                _STEERER["shop"].hint,
                {**_PAID["person"].facts, **_STEERER["shop"].facts},
            ),
            Option("person", _("转给了个人，说不清是谁让的"), "", _PAID["person"].facts),
            Option("delivery", _PAID["delivery"].label, "", _PAID["delivery"].facts),
            NOT_SURE,
        ),
        settles=frozenset({"steered_off_platform"}),
    ),
    Ask(
        "said",
        _("主播说过什么，后来发现不是真的？"),
        (
            Option("quality", _("说过，关于质量或效果"), "", _SAID),
            Option("price", _("说过，关于价格或赠品"), "", _SAID),
            Option("no", pgettext_lazy("answer", "没有"), "", {"false_claim": False}),
            Option(UNSURE, _("记不清了")),
        ),
        settles=frozenset({"false_claim"}),
    ),
    Ask(
        "goods",
        _("收到的东西有什么问题？"),
        (
            *(Option(code, _KIND[code].label, "", _KIND[code].facts) for code in _GOODS),
            Option("fine", _("东西本身没问题"), "", dict.fromkeys(_SOUND, False)),
            NOT_SURE,
        ),
        _("选最要紧的一项"),
        frozenset({*_SOUND, "unsafe_defect", "not_delivered"}),
    ),
    Ask(
        "shown",
        _("直播间标明谁是卖家了吗？"),
        SHOWN,
        _("下单时直播间里有没有清楚写明实际卖家：名称，或者找得到的链接"),
        frozenset({"seller_displayed"}),
    ),
    Ask(
        "disclaimed",
        _("有没有说清楚“本直播间不是卖家”？"),
        DISCLAIMED,
        settles=frozenset({"operator_disclaimed_sale"}),
    ),
    Ask(
        "how",
        _("是怎么下单的？"),
        ORDERED,
        settles=frozenset({"live_click_purchase", "jumped_to_other_platform"}),
        outranks=frozenset({"live_click_purchase"}),  # asked for itself; elsewhere it is only gathered
    ),
    Ask(
        "merchant",
        _("找商家时，商家怎么说？"),
        (*_STALLED_BY, Option(NONE, _("还没找")), NOT_SURE),
        settles=frozenset({"after_sales_stalled"}),
    ),
    Ask(
        "platform",
        _("告诉平台了吗？平台怎么做的？"),
        (
            Option("nothing", _("没处理")),
            Option("negotiate", _("让我自己协商")),
            Option("no-identity", _PLATFORM_WRONG["identity"].label, "", _PLATFORM_WRONG["identity"].facts),
            Option("return", _PLATFORM_WRONG["return"].label, "", _PLATFORM_WRONG["return"].facts),
            Option("fine", _("说没问题")),
            Option(
                "identity",
                _("给了卖家的真实信息，联系得上"),
                "",
                {"seller_identity_requested": True, "seller_identity_given": True},
            ),
            Option("helped", _("帮忙了")),
            Option(NONE, _("还没告诉"), "", {"seller_identity_requested": False}),
            NOT_SURE,
        ),
    ),
    Ask("use", _("买来做什么？"), (*USES, NOT_SURE), settles=frozenset({"personal_use"})),
)

USUAL: Final = {ask.key: ask for ask in ASKS}
