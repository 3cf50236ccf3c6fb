"""Steps 7 and 8: whom the consumer asked, what they said, and what should come of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import CHOOSE, QuestionForm, line, one_of, some_of
from complaints.asking.forms_order import AmountField
from complaints.statement import REMEDIES, REMEDY_CONFLICTS, REPLIES, TRIED, Option

if TYPE_CHECKING:
    from complaints.asking.route import Journey

PARTIES = ("merchant", "anchor", "platform")
ASKED = {
    "merchant": _("商家怎么回你的？"),
    "anchor": _("主播怎么回你的？"),
    "platform": _("平台怎么回你的？"),
}
POINTED_AT = (
    Option("merchant", _("商家")),
    Option("anchor", _("主播")),
    Option("platform", _("平台")),
    Option("other", _("别人（厂家、快递等）")),
)
ASSOCIATION = (
    Option("later", _("先和三方协商，以后再说"), _("随时可以再请协会受理，12315也还能去")),
    Option("now", _("现在就请协会受理"), _("协会会在7个工作日内告诉你受不受理")),
)


class TriedForm(QuestionForm):
    slug, heading, heading_field = "tried", _("出问题后，你找过谁？"), "tried"
    why = _("找过谁、对方怎么推的，本身就是证据。还没找过也能投诉。")

    tried = some_of(TRIED, label="", error=_("选一项。还没找过就选最后一项。"))

    def clean_tried(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["tried"]
        if "nobody" in chosen and len(chosen) > 1:
            raise ValidationError(_("“还没找过”不能和别的一起选，去掉一边"), code="conflict")
        return chosen


class RepliesForm(QuestionForm):
    """For each party that was asked: what it said, whom it pointed at, and its words."""

    slug, heading = "replies", _("他们怎么回你的？")
    hide_optional = True

    def arrange(self) -> None:
        for party in self.parties:
            others = tuple(option for option in POINTED_AT if option.code != party)
            self.fields[party] = one_of(REPLIES, label=ASKED[party], error=_("选一项，选最像的"))
            self.fields[f"to-{party}"] = one_of(others, label=_("推给了谁？"), required=False)
            self.fields[f"quote-{party}"] = line(label=_("原话（可不填）"), limit=200)

    @property
    def parties(self) -> list[str]:
        return [party for party in PARTIES if party in self.journey.answers.get("tried", {}).get("tried", [])]

    def groups(self) -> list[dict[str, Any]]:
        """The fields party by party, for the template."""
        return [
            {"party": party, "reply": self[party], "to": self[f"to-{party}"], "quote": self[f"quote-{party}"]}
            for party in self.parties
        ]

    def clean(self) -> None:
        for party in self.parties:
            if self.cleaned_data.get(party) != "passed-on":
                self.cleaned_data[f"to-{party}"] = ""
            elif not self.cleaned_data.get(f"to-{party}") and f"to-{party}" not in self.errors:
                self.add_error(f"to-{party}", _("选一下推给了谁"))

    def still_asked(self) -> dict[str, Any]:
        return self.answers()


class RemedyForm(QuestionForm):
    slug, heading, heading_field = "remedy", _("你想要什么结果？"), "wanted"
    opening = {"association": "later"}

    wanted = some_of(REMEDIES, label="", error=_("选一项。没想好就选“先不决定，听建议”。"))
    amount = AmountField(label=_("要多少元"), help_text=_("不填也行，判定里会写法律怎么算"))
    loss = AmountField(label=_("还有别的损失，多少元"), help_text=_("例如医药费、检测费、运费；不算货款"))
    association = one_of(ASSOCIATION, label=_("要现在就请消费者协会受理吗？"), error=CHOOSE)

    def arrange(self) -> None:
        field: Any = self.fields["wanted"]
        field.columns = 2

    def clean_wanted(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["wanted"]
        labels = {option.code: option.label for option in REMEDIES}
        for one, other in REMEDY_CONFLICTS:
            if one in chosen and other in chosen:
                sentence = _("“{one}”和“{other}”不能一起选，去掉一个")
                raise ValidationError(sentence.format(one=labels[one], other=labels[other]), code="conflict")
        return chosen


class DeclarationForm(forms.Form):
    """Step 11: the one thing to sign."""

    declared = forms.BooleanField(
        label=_("我说的都是真实的。我知道故意说假话要承担责任。"),
        error_messages={"required": _("请勾选声明，才能提交")},
    )

    def __init__(self, journey: Journey, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        if journey.is_by_guardian:
            self.fields["declared"].label = _(
                "我是买东西的孩子的监护人。我填的都是真实的。我知道故意说假话要承担责任。"
            )
        elif journey.is_for_another:
            self.fields["declared"].label = _(
                "买东西的人知道我在替他投诉，也同意。我填的都是真实的。我知道故意说假话要承担责任。"
            )
