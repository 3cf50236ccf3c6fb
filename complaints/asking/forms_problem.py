"""Steps 5 and 6: what is wrong, what was promised, and what the law still asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.asking.forms import NOT_OFFERED, AtMost, QuestionForm, choices, one_of, some_of
from complaints.statement import PROBLEMS, SAID_WHERE, Option
from routing import rulebook

MOST_PROBLEMS = 3
CLAIMS = frozenset("CGHX")  # where something that was said is in play
MUST_SAY = frozenset("CGH")
PROVE = (
    Option("recording", _("有录屏")),
    Option("screenshot", _("有截图")),
    Option("heard", _("别人也听到")),
    Option("no", pgettext_lazy("answer", "没有")),
)
YES_NO = (
    Option("yes", pgettext_lazy("answer", "是")),
    Option("no", pgettext_lazy("answer", "不是")),
    Option("unsure", _("我不清楚")),
)

# Words of a story that point to a kind of problem. A suggestion only: nothing is ticked for the reader.
HINTS = {
    "A": ("差评", "平台不管", "平台不理", "platform refused"),
    "B": ("不退", "不给退", "退款", "退货", "换货", "售后", "一直拖", "refund", "return"),
    "C": ("主播说", "宣传", "夸大", "百分百", "承诺", "中奖", "抽奖", "the anchor said", "promised"),
    "D": (
        "坏",
        "破",
        "掉色",
        "开线",
        "质量",
        "次品",
        "二手",
        "翻新",
        "三无",
        "和说的不一样",
        "broken",
        "quality",
        "faulty",
    ),
    "E": ("假货", "假冒", "正品", "专柜", "盗版", "仿", "counterfeit", "fake brand", "pirated"),
    "F": ("过期", "变质", "保质期", "吃坏", "拉肚子", "食品", "发霉", "expired", "mould"),
    "G": ("治病", "疗效", "根治", "全国第一", "专家", "cure", "treats"),
    "H": ("原价", "划线价", "先涨后降", "多收", "降价", "original price", "overcharged"),
}


def likely(story: str) -> set[str]:
    """The letters a story points to."""
    told = story.lower()
    return {letter for letter, words in HINTS.items() if any(word in told for word in words)}


class TypeForm(QuestionForm):
    slug, heading, heading_field = "type", _("属于哪种问题？（最多选3项）"), "problems"

    problems = some_of(
        tuple(Option(problem.letter, problem.label, problem.examples) for problem in PROBLEMS),
        label="",
        error=_("选一项。都不像就选“都不是”。"),
        help_text=_("选最像的，选错了我们会调整"),
    )

    def arrange(self) -> None:
        field: Any = self.fields["problems"]
        field.columns = 2
        field.suggested = likely(self.journey.answers.get("story", {}).get("story", ""))

    def clean_problems(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["problems"]
        if len(chosen) > MOST_PROBLEMS:
            sentence = _("最多选{most}项，现在选了{found}项。先选最要紧的。")
            raise ValidationError(sentence.format(most=MOST_PROBLEMS, found=len(chosen)), code="many")
        return chosen


class DetailForm(QuestionForm):
    """One group of checkboxes for each chosen problem; together they are ``kinds``."""

    slug, heading = "detail", _("具体是哪一种？")
    hide_optional = True

    def arrange(self) -> None:
        letters = self.journey.answers.get("type", {}).get("problems", [])
        for problem in PROBLEMS:
            if problem.letter in letters and problem.kinds:
                self.fields[f"kinds-{problem.letter}"] = forms.MultipleChoiceField(
                    label=problem.label,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=choices(problem.kinds),
                    error_messages={"invalid_choice": NOT_OFFERED},
                )

    @staticmethod
    def spread(saved: Mapping[str, Any]) -> Mapping[str, Any]:
        fields: dict[str, Any] = {name: value for name, value in saved.items() if name != "kinds"}
        for kind in saved.get("kinds", []):
            letter, _dash, code = kind.partition("-")
            fields.setdefault(f"kinds-{letter}", []).append(code)
        return fields

    def answers(self) -> dict[str, Any]:
        kinds = [f"{name.removeprefix('kinds-')}-{code}" for name, codes in self.cleaned_data.items() for code in codes]
        return {"kinds": kinds}

    def still_asked(self) -> dict[str, Any]:
        return self.answers()


class PromiseForm(QuestionForm):
    slug, heading = "promise", _("说的是什么，到手是什么？")

    said = forms.CharField(
        label=_("主播或页面怎么说的"),
        help_text=_("记得原话最好，例如：百分百桑蚕丝，假一赔十"),
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[AtMost(200)],
        error_messages={"required": _("写主播说了什么，一句就行")},
    )
    got = forms.CharField(
        label=_("实际到手的"), required=False, widget=forms.Textarea(attrs={"rows": 3}), validators=[AtMost(200)]
    )
    where = some_of(SAID_WHERE, label=_("在哪说的？（可多选）"))
    prove = one_of(PROVE, label=_("能证明吗？"), required=False)

    def arrange(self) -> None:
        letters = set(self.journey.answers.get("type", {}).get("problems", []))
        self.fields["said"].required = bool(letters & MUST_SAY)
        self.fields["where"].required = False


class MoreForm(QuestionForm):
    """What the law still asks of this case. The questions are the engine's; "I'm not sure" asserts nothing."""

    slug, heading = "more", _("还有几个问题")
    hide_optional = True

    def arrange(self) -> None:
        for question in self.journey.questions:
            self.fields[f"fact-{question.fact}"] = one_of(
                YES_NO, label=question.question, required=False, help_text=question.reason
            )
        for fact in self.journey.carried_facts:
            ask = rulebook().facts[fact].ask.in_(self.journey.lang)
            self.fields[f"fact-{fact}"] = one_of(YES_NO, label=ask, required=False, help_text=_("自查时答过的，可以改"))

    def still_asked(self) -> dict[str, Any]:
        return self.answers()
