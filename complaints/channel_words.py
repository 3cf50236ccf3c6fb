"""What each way can do, needs, closes and who takes it, in both languages, with the articles each sentence rests on.

The sentences are those of docs/procedure.md and the law files; what has not been compared with the official text is not
here. A sentence without an article is practice, and says nothing of the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and its citations. ``route`` takes the sentence from the rulebook's own words instead."""

    text: Any = ""  # lazily translated
    cites: Sequence[str] = ()
    route: str = ""  # a path under route. in routing/law/words.toml


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a dispute. ``door`` is what it closes; ``limits`` are ids of routing/law/deadlines.toml."""

    id: str
    icon: str
    name: Any
    can: Sequence[Line]
    door: Sequence[Line]
    needs: Sequence[Line]
    office: Sequence[Line]
    limits: Sequence[str]
    is_one_way: bool = False


FREE = Line(_("不关任何一扇门。"))

WAYS: tuple[Way, ...] = (
    Way(
        "negotiate",
        "chat",
        _("和对方协商"),
        can=(
            Line(_("把写好的投诉函发给商家、主播或平台，请它书面答复。")),
            Line(route="platform.explain", cites=("ECL 59", "ECL 61", "ECL 63")),
        ),
        door=(FREE,),
        needs=(Line(_("订单、付款记录、说过的话。投诉函已经替你写好。")),),
        office=(Line(_("在订单的客服窗口发，再走平台的投诉入口，都留好截图。"), ("ECL 59",)),),
        limits=("answer",),
    ),
    Way(
        "association",
        "users",
        "",
        can=(Line(route="association.explain", cites=("CPL 37(1)(5)", "CPL 39(2)")),),
        door=(Line(route="association.caution", cites=("O121 16(2)",)),),
        needs=(
            Line(_("双方的基本情况，事情经过，和对方交涉的记录。")),
            Line(_("日期、品名、数量、价钱，发票或保修凭证，明确的要求。各地略有不同，以协会告诉你的为准。")),
        ),
        office=(),
        limits=("acceptance", "mediation"),
        is_one_way=True,
    ),
    Way(
        "regulator",
        "shield",
        "",
        can=(Line(route="regulator.explain", cites=("O121 15", "O121 18")),),
        door=(
            Line(route="regulator.caution", cites=("O121 16(2)",)),
            Line(_("反过来，12315受理以后，协会通常也不再接同一件事。")),
        ),
        needs=(
            Line(_("你的真实姓名、电话和住址；被投诉方的名称和地址；具体的要求和事实依据。"), ("O121 10",)),
            Line(_("请人代办的，要授权委托书原件和身份证明。"), ("O121 11",)),
        ),
        office=(
            Line(
                _("平台里的店铺：找平台上公示的地址那里的，或者平台公司住所地的市场监管部门。"),
                ("O121 13",),
            ),
            Line(_("地址没公示，或者按它联系不上：找平台公司住所地的。"), ("O121 13",)),
            Line(_("几个部门都能管的，先收到的办。"), ("O121 14",)),
        ),
        limits=("authority_complaint", "regulator_acceptance", "regulator_mediation"),
        is_one_way=True,
    ),
    Way(
        "report",
        "flag",
        "",
        can=(
            Line(route="report.explain", cites=("O121 9",)),
            Line(_("查处的结果，只有法律要求告诉举报人的才会告诉你。"), ("O121 36",)),
        ),
        door=(FREE,),
        needs=(Line(_("具体的线索和事实依据，写的要真实。"), ("O121 28",)),),
        office=(
            Line(_("卖家实际经营的地方的市场监管部门。"), ("O121 31",)),
            Line(_("它没有权限的，会告诉你，但不替你转。"), ("O121 34",)),
        ),
        limits=("report_check",),
    ),
    Way(
        "arbitration",
        "link",
        _("仲裁"),
        can=(Line(_("和对方有仲裁协议的，才能申请仲裁。"), ("ArbL 4",)),),
        door=(Line(_("仲裁受理以后，12315不再受理同一件事。"), ("O121 16(2)",)),),
        needs=(Line(_("仲裁协议，加上请求、事实和证据。"), ("ArbL 4",)),),
        office=(Line(_("看协议里写的是哪家仲裁机构。")),),
        limits=("rescind_fraud",),
    ),
    Way(
        "court",
        "scale",
        "",
        can=(
            Line(route="court.explain", cites=("CPI 20",)),
            Line(
                _("有的案子适用小额诉讼，一审就终审；要鉴定、找不到被告或者有反诉的除外。"),
                ("CPrL 165", "CPrL 166"),
            ),
        ),
        door=(
            Line(_("法院受理以后，12315不再受理同一件事。"), ("O121 16(2)",)),
            Line(
                _("找协会或12315投诉，起诉的时效从提出那天重新算；撤销合同的一年照走，只有起诉或仲裁才算数。"),
                ("CC 195", "SPC-Lim 12", "CC 199"),
            ),
        ),
        needs=(Line(_("起诉状、证据、被告的名称和地址。不知道卖家是谁，先请平台给出来。"), ("CPL 44(1)",)),),
        office=(
            Line(_("寄来的商品：收货地的法院。网上直接交付的：你住所地的法院。"), ("CPI 20",)),
            Line(_("约定了法院的按约定；格式条款没有提醒过你的，可以请求认定无效。"), ("CPI 31",)),
            Line(
                _(
                    "北京、杭州、广州有互联网法院管的区：网购合同纠纷归互联网法院，产品责任归普通的基层法院"
                    "（法释〔2025〕14号）。"
                )
            ),
        ),
        limits=("claim", "product_defect", "rescind_fraud"),
    ),
)
