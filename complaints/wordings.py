"""Texts with variables: which there are, what each stands for in a case, and how long a text is as short messages.

A variable is a name in braces. There is nothing else: no conditions, no loops, and what is put in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, Party
from complaints.narrative import day

BRACED: Final = re.compile(r"\{([^{}]*)\}")
ONE_MESSAGE, EACH_OF_SEVERAL = 70, 67  # characters of a short message in UCS-2, alone and as a part (GSM 03.38, 03.40)

# No name, number or address of a person is among them: what is filled in may leave the house.
VARIABLES: Final[Mapping[str, Any]] = {
    "reference": gettext_lazy("投诉编号"),
    "goods": gettext_lazy("商品"),
    "platform": gettext_lazy("平台的名称"),
    "shop": gettext_lazy("商家的名称"),
    "anchor": gettext_lazy("主播的名称"),
    "room": gettext_lazy("直播间"),
    "party": gettext_lazy("写给谁"),
    "filed_on": gettext_lazy("提交的日期"),
    "purchased_on": gettext_lazy("下单的日期"),
    "due_on": gettext_lazy("案件的下一个期限"),
    "answer_by": gettext_lazy("这次最晚哪天答复"),
    "today": gettext_lazy("今天"),
    "association": gettext_lazy("协会的名称"),
}


class BadWording(Exception):
    """A text that names a variable there is none of, or a brace alone, with a sentence that says what to do."""


def check(text: str) -> None:
    """Raises BadWording for the first thing that cannot be filled in."""
    for name in BRACED.findall(text):
        if name not in VARIABLES:
            allowed = _("、").join(f"{{{each}}}" for each in VARIABLES)
            raise BadWording(_("没有{{{name}}}这个变量。可以用的有：{allowed}。").format(name=name, allowed=allowed))
    if {"{", "}"} & set(BRACED.sub("", text)):
        raise BadWording(_("有一个花括号没有配对。变量写成{reference}这样；正文里不用花括号。"))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what its variables stand for. A name there is nothing for stays as it is."""
    return BRACED.sub(lambda found: values.get(found[1], found[0]), text)


def values_of(
    complaint: Complaint, *, lang: str, on: date, answer_by: date, to: str = "", office: str = ""
) -> dict[str, str]:
    """What each variable stands for in a case, in the language of whoever will read it (``zh`` or ``en``). ``to`` is a
    party, or the consumer. What nobody told us is said in general words."""
    names = dict(complaint.respondents.values_list("party", "name"))
    with translation.override("en" if lang == "en" else "zh-hans"):
        said = {
            Party.PLATFORM.value: names.get(Party.PLATFORM) or _("平台"),
            Party.MERCHANT.value: names.get(Party.MERCHANT) or _("商家"),
            Party.ANCHOR.value: names.get(Party.ANCHOR) or _("主播"),
        }
        return {
            "reference": complaint.reference,
            "goods": complaint.goods,
            "platform": said[Party.PLATFORM],
            "shop": said[Party.MERCHANT],
            "anchor": said[Party.ANCHOR],
            "room": complaint.room or _("直播间"),
            "party": said.get(to) or (_("您") if to == "consumer" else _("贵方")),
            "filed_on": day(complaint.filed_at),
            "purchased_on": day(complaint.purchased_on),
            "due_on": day(complaint.due_on) if complaint.due_on else _("（还没有定）"),
            "answer_by": day(answer_by),
            "today": day(on),
            "association": office or _("消费者协会"),
        }


def short_messages(text: str) -> tuple[int, int]:
    """How many characters a text has as a short message, and how many messages that makes: 70 characters are one, a
    longer one goes in parts of 67. A character beyond the first 65,536 counts as two."""
    length = len(text.encode("utf-16-le")) // 2
    return length, 1 if length <= ONE_MESSAGE else -(-length // EACH_OF_SEVERAL)
