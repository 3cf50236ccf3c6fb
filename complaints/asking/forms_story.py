"""Step 1: what happened, in the consumer's own words, and whether anybody is hurt."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.asking.forms import AtMost, QuestionForm, one_of
from complaints.statement import Option

SHORTEST, LONGEST = 10, 1500  # characters

HURT = (
    Option("now", _("有，需要马上帮助")),
    Option("seen", _("有，已经看过医生")),
    Option("no", pgettext_lazy("answer", "没有")),
)


class StoryForm(QuestionForm):
    slug, heading, heading_field = "story", _("用你的话说说，发生了什么"), "story"

    story = forms.CharField(
        help_text=_("想到哪写到哪，不用写成文章"),
        widget=forms.Textarea(attrs={"rows": 8, "data-count": LONGEST}),
        validators=[AtMost(LONGEST)],
        error_messages={"required": _("写一两句，说说发生了什么")},
    )

    def clean_story(self) -> str:
        story: str = self.cleaned_data["story"].replace("\r\n", "\n")
        if len(story) < SHORTEST:
            sentence = _("写一两句，说说发生了什么（现在{found}个字，至少{least}个字）")
            raise ValidationError(sentence.format(found=len(story), least=SHORTEST), code="short")
        return story

    def typed(self) -> dict[str, Any]:
        return {name: text.replace("\r\n", "\n") for name, text in super().typed().items()}


class SafetyForm(QuestionForm):
    slug, heading, heading_field = "safety", _("有人受伤或不舒服吗？"), "hurt"

    hurt = one_of(HURT, label="", error=_("选一项。没有人受伤就选“没有”。"))
