"""Step 3: the anchor, the shop, and whether they are one business: the facts that decide most."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import QuestionForm, line, one_of
from complaints.rooms import room_from
from complaints.statement import DISCLAIMED, RELATIONS, SELLERS, SHOWN


class AnchorForm(QuestionForm):
    slug, heading, heading_field = "anchor", _("主播叫什么？"), "anchor"

    anchor = line(label="", limit=60, help_text=_("直播间或主页上的名字"))
    account = line(label=_("账号"), limit=60)
    unknown = forms.BooleanField(label=_("不知道名字"), required=False)

    def arrange(self) -> None:
        """A name we read in the pasted share text stands there already: never ask twice."""
        if "anchor" not in self.journey.answers:
            self.initial["anchor"] = room_from(self.journey.answers.get("room", {}).get("room", "")).name


class ShopForm(QuestionForm):
    slug, heading = "shop", _("订单上写的店铺是哪家？")
    hide_optional = True

    seller = one_of(SELLERS, label=_("订单最上面写的卖家是"), help_text=_("打开订单，最上面那一行"))
    shop = line(label=_("店铺名"), limit=60)
    company = line(label=_("公司全称（可不填）"), limit=100, help_text=_("不知道就空着，平台有义务告诉我们"))

    def clean(self) -> None:
        found = self.cleaned_data
        if found.get("seller") == "shop" and not found.get("shop") and "shop" not in self.errors:
            self.add_error("shop", _("写店铺名。没有店铺就选“没有店铺，直接转给了个人”。"))


class RelationForm(QuestionForm):
    slug, heading, heading_field = "relation", _("主播和店铺是一家吗？"), "relation"
    why = _("是一家，就只有一个责任人；不是一家，两边可能都要负责。这是最要紧的一问。")

    relation = one_of(RELATIONS, label="")


class ShownForm(QuestionForm):
    slug, heading = "shown", _("下单时，直播间写明卖家是谁了吗？")
    why = _("没有写明实际卖家是谁，直播间要按卖家负责。")

    shown = one_of(
        SHOWN, label=_("直播间里有没有清楚写明实际卖家（名称、找得到的链接）？"), error=_("选一项，或者选“记不清了”")
    )
    disclaimed = one_of(DISCLAIMED, label=_("有没有说清楚“本直播间不是卖家”？"), error=_("选一项，或者选“记不清了”"))
