"""Filing for somebody else: who the buyer is, how to reach the helper, and who is told of progress."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import QuestionForm, line, one_of
from complaints.asking.forms_contact import ContactForm
from complaints.models import Helper
from complaints.statement import Option

NAME_LENGTH = 40
WHOSE = (
    Option("self", _("给自己投诉")),
    Option("other", _("帮别人投诉"), _("替父母、孩子、邻居填；投诉用买东西的人的名义")),
)
RELATIONS = (
    Option(Helper.Relation.CHILD, _("子女")),
    Option(Helper.Relation.PARENT, _("父母"), _("孩子已经成年")),
    Option(Helper.Relation.GUARDIAN, _("监护人"), _("买东西的是未成年人")),
    Option(Helper.Relation.FAMILY, _("其他家人")),
    Option(Helper.Relation.FRIEND, _("朋友或邻居")),
    Option(Helper.Relation.COMMUNITY, _("社区工作者或志愿者")),
    Option(Helper.Relation.AGENT, _("律师或其他代理人")),
)
TOLD = (
    Option(Helper.Told.HELPER, _("告诉帮忙的人就行")),
    Option(Helper.Told.BUYER, _("直接告诉买东西的人")),
    Option(Helper.Told.BOTH, _("两个人都告诉")),
)


def can_be_seen(text: str) -> None:
    """A name that is only blanks nobody sees would leave papers and letters without one."""
    if text and not any(unicodedata.category(character)[0] in "LNS" for character in text):
        raise ValidationError(_("里面没有看得见的字，重新写一下"), code="invisible")


class BehalfForm(QuestionForm):
    """Asked only of who says that it is for somebody else; the way back to oneself stands here too."""

    slug, heading, heading_field = "behalf", _("给自己投诉，还是帮别人？"), "whose"
    opening = {"whose": "other"}
    unlabelled = frozenset({"whose"})
    hide_optional = True
    why = _(
        "投诉、函件都写买东西的人的名字，你是代理人。被投诉的三方只会看到“由他人代为提交”，"
        "看不到你是谁。后面的题目里，“你”说的都是买东西的人。"
    )

    whose = one_of(WHOSE, label="", error=_("选一下是给自己还是帮别人"))
    name = line(
        label=_("买东西的人叫什么"),
        limit=NAME_LENGTH,
        help_text=_("写真实姓名，委托书和投诉函要用"),
    )
    relation = one_of(RELATIONS, label=_("你是买东西的人的"), error=_("选一下你是买东西的人的什么人"), required=False)

    def arrange(self) -> None:
        relation: Any = self.fields["relation"]
        relation.columns = 2
        self.fields["name"].validators.append(can_be_seen)

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("whose") != "other":
            return
        if "relation" in given and not given["relation"]:
            self.add_error("relation", _("选一下你是买东西的人的什么人"))
        if "name" in given and not given["name"]:
            self.add_error("name", _("写一下买东西的人叫什么"))


class HelperForm(ContactForm):
    """The helper's own name and address: what was typed before one said that it is for another is offered here."""

    slug, heading = "helper", _("怎么联系你（帮忙的人）？")

    region: Any = None
    name = line(
        label=_("你叫什么"),
        limit=NAME_LENGTH,
        error=_("写一下你的姓名"),
        help_text=_("委托书上写你是代理人"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def arrange(self) -> None:
        self.fields["name"].validators.append(can_be_seen)
        for name, value in self.journey.answers.get(ContactForm.slug, {}).items():
            if name in self.fields:
                self.initial.setdefault(name, value)


class BuyerForm(ContactForm):
    """The buyer: the region decides on the association; a telephone only where the buyer wants to be told."""

    slug, heading = "buyer", _("买家在哪里，进展告诉谁？")
    hide_optional = False
    opening = {"told": Helper.Told.HELPER}

    name: Any = None
    told = one_of(TOLD, label=_("进展告诉谁"), error=_("选一下进展告诉谁"))
    phone = line(
        label=_("买东西的人的手机号"),
        limit=40,
        help_text=_("不会给商家。要直接告诉他的，手机号和邮箱填一个。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "type": "tel"}),
    )
    email = forms.EmailField(
        label=_("买东西的人的邮箱"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("邮箱的样子像name@example.com，检查一下")},
    )

    field_order = ("region", "told", "phone", "email")

    def arrange(self) -> None:
        super().arrange()
        self.fields["region"].label = _("买东西的人所在地区")

    def clean(self) -> None:
        given = self.cleaned_data
        is_told = given.get("told") in {Helper.Told.BUYER, Helper.Told.BOTH}
        if is_told and {"phone", "email"} <= given.keys() and not given["phone"] and not given["email"]:
            self.add_error("phone", _("要告诉买东西的人，就填一个手机号或邮箱；不方便的话，选“告诉帮忙的人就行”"))
