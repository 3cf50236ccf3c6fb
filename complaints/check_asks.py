"""The questions of the two-minute check, and what each answer asserts.

The choices are those of the complaint form (statement.py) wherever it has them. Which question comes next is the law's
affair (check.py), not this list's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

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
from routing import Language, Question, Span, Told
from routing.engine.facts import Fact

PROBLEM, KIND, BOUGHT, REST, NONE, UNSURE = "problem", "kind", "bought", "rest", "none", "unsure"
FACT = "fact-"  # a fact asked for by itself


@dataclass(frozen=True)
class Ask:
    """One question of the check. ``settles`` are the facts nobody need ask for by themselves once it was asked;
    ``about`` is what its choices were made from, where that is not always the same.
    """

    key: str
    heading: Any
    options: tuple[Option, ...]
    hint: Any = ""
    settles: frozenset[str] = frozenset()
    about: tuple[str, ...] = ()

    @cached_property
    def question(self) -> Question:
        """As the engine weighs it."""
        return Question(self.key, tuple(Told(option.facts) for option in self.options if option.facts))

    @property
    def takes_several(self) -> bool:
        return self.key == REST

    def facts(self, codes: Sequence[str]) -> dict[str, bool]:
        """What the choices assert together."""
        return {key: value for option in self.options if option.code in codes for key, value in option.facts.items()}


def _by_code(options: Iterable[Option]) -> dict[str, Option]:
    return {option.code: option for option in options}


# ── The questions ────────────────────────────────────────────────────────────────────────────────────────────────────

NOT_SURE: Final = Option(UNSURE, _("我不清楚"))
_PROVED: Final = {
    "purchase_proved": True
}  # who can say what the order shows, or that the platform was paid, has a record
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


def problem_ask() -> Ask:
    """What went wrong: always first, since nobody answers for anything before it is told."""
    letters = tuple(
        Option(problem.letter, problem.label, problem.examples, _in_common(problem.kinds))
        for problem in PROBLEMS
        if problem.kinds
    )
    return Ask(PROBLEM, _("出了什么问题？"), (*letters, Option(UNSURE, _("都不是，或者我说不清"))), _("选最像的一项"))


def kind_ask(letter: str) -> Ask:
    """Which of the kinds of a problem it is."""
    kinds = next(problem.kinds for problem in PROBLEMS if problem.letter == letter)
    return Ask(KIND, _("具体是哪一种？"), (*kinds, NOT_SURE), _("选最要紧的一项"))


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
    Ask("how", _("是怎么下单的？"), ORDERED, settles=frozenset({"live_click_purchase", "jumped_to_other_platform"})),
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


# ── Questions made when they are needed ──────────────────────────────────────────────────────────────────────────────


def fact_ask(fact: Fact, lang: Language) -> Ask:
    """A fact by itself, in the words of the rulebook."""
    yes = Option("yes", pgettext_lazy("answer", "是"), "", {fact.key: True})
    no = Option("no", pgettext_lazy("answer", "不是"), "", {fact.key: False})
    return Ask(f"{FACT}{fact.key}", fact.ask.in_(lang), (yes, no, NOT_SURE), settles=frozenset({fact.key}))


def rest_ask(facts: Sequence[Fact], lang: Language) -> Ask:
    """What is rarely so, on one page: each as a statement to tick, or none of them."""
    keys = tuple(fact.key for fact in facts)
    said = tuple(Option(fact.key, fact.yes.in_(lang), "", {fact.key: True}) for fact in facts if fact.yes)
    none = Option(NONE, _("都没有"), "", dict.fromkeys(keys, False))
    hint = _("有哪样就勾哪样")
    return Ask(REST, _("还有下面的情况吗？"), (*said, none, NOT_SURE), hint, frozenset(keys), keys)


def bought_ask(spans: Sequence[Span]) -> Ask:
    """When it was bought, in the spans that the law tells apart, the latest first."""
    options = tuple(Option(code_of(span), _told(span, is_latest=place == 0)) for place, span in enumerate(spans))
    unsure = Option(UNSURE, _("我不清楚，按今天买的算"))
    about = tuple(code_of(span) for span in spans)
    return Ask(BOUGHT, _("什么时候买的？"), (*options, unsure), _("不同时候买的，适用的法律不一样"), about=about)


def code_of(span: Span) -> str:
    """``2022-03-15/2026-01-31``; nothing before the stroke where there is no first day."""
    return f"{span.first or ''}/{span.last}"


def span_of(code: str) -> Span:
    """The span a code stands for. Raises ValueError."""
    first, _stroke, last = code.partition("/")
    return Span(date.fromisoformat(first) if first else None, date.fromisoformat(last))


def _told(span: Span, *, is_latest: bool) -> Any:
    if span.first is None:
        return _("更早")
    if is_latest:
        return format_lazy(_("{first}以后"), first=whole_day(span.first))
    return format_lazy(_("{first}到{last}"), first=whole_day(span.first), last=whole_day(span.last))


def whole_day(value: date) -> str:
    """A day with its year, in the language of the page."""
    return date_format(value, "j F Y" if get_language() == "en" else "Y年n月j日")


def _in_common(kinds: Sequence[Option]) -> dict[str, bool]:
    """What is so whichever kind it turns out to be."""
    first, *others = kinds
    return {key: value for key, value in first.facts.items() if all(each.facts.get(key) is value for each in others)}
