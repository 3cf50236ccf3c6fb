"""What a kiosk or hotline sends. The answers themselves are held against the form's pages (complaints.asking.sent)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from complaints.api.serializers import Strict
from complaints.asking.sent import Mistake
from complaints.check import MOST, REST_MOST
from complaints.flow.messages import LONGEST
from complaints.models import Evidence, Side, TakenDown
from complaints.models.message import OTHERS

LONGEST_KEY = 64
LONGEST_CODE = 80  # a receipt code with all its dashes and blanks
MOST_IDS = 40
MOST_FACTS = 40


class QuestionsIn(Strict):
    """The answers so far, page by page."""

    answers = serializers.JSONField()


class CheckAnswerIn(Strict):
    """One question of the check, answered: ``asked`` and ``about`` as the question had them, ``chosen`` codes."""

    asked = serializers.CharField(max_length=LONGEST_KEY)
    chosen = serializers.ListField(child=serializers.CharField(max_length=LONGEST_KEY), max_length=REST_MOST + 2)
    about = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_KEY), max_length=REST_MOST + 2, required=False, default=list
    )


class CheckIn(Strict):
    answers = serializers.ListField(child=CheckAnswerIn(), max_length=MOST)


class StandIn(Strict):
    """Where and on whose word it is filed."""

    way = serializers.ChoiceField(choices=TakenDown.Way.choices)
    word = serializers.ChoiceField(choices=TakenDown.Word.choices)
    place = serializers.CharField(max_length=60)
    clerk = serializers.RegexField(
        r"^[A-Za-z0-9-]{1,20}$",
        required=False,
        allow_blank=True,
        default="",
        error_messages={"invalid": gettext_lazy("写工号：字母、数字和“-”，最多20位。不写姓名。")},
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["way"] == TakenDown.Way.HOTLINE and attrs["word"] == TakenDown.Word.TYPED:
            raise serializers.ValidationError({"word": _("热线电话上本人没法自己填，写“dictated”。")})
        if attrs["word"] == TakenDown.Word.DICTATED and not attrs["clerk"]:
            raise serializers.ValidationError({"clerk": _("本人口述的，写上是哪个工号代填的。")})
        return attrs


class UploadsIn(Strict):
    """Which files go with it: all those of one tray, each by its id."""

    tray = serializers.UUIDField()
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=MOST_IDS, allow_empty=False
    )


class FilingIn(Strict):
    """A whole complaint. ``agreed`` are the codes of the sentences that were read out, ``read_out`` their digest."""

    stand = StandIn()
    answers = serializers.JSONField()
    uploads = UploadsIn(required=False, allow_null=True, default=None)
    agreed = serializers.ListField(child=serializers.CharField(max_length=LONGEST_KEY), max_length=MOST_FACTS)
    read_out = serializers.CharField(max_length=LONGEST_KEY)


class UploadIn(serializers.Serializer[Any]):
    """A file and what it is."""

    file = serializers.FileField(
        error_messages={
            "required": gettext_lazy("还没有选文件。选一张截图、照片或一段录屏。"),
            "empty": gettext_lazy("这个文件是空的（0字节），换一个。"),
        }
    )
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices)


class TrayUploadIn(UploadIn):
    """``tray`` is a UUID of the caller's own making, the same for all files of one complaint."""

    tray = serializers.UUIDField()


class CodeIn(Strict):
    receipt_code = serializers.CharField(max_length=LONGEST_CODE)


class WithdrawIn(Strict):
    """As the page asks: that it is the consumer's own wish; and, for the association alone, who pressed for it."""

    understood = serializers.BooleanField()
    pressed = serializers.BooleanField(required=False, default=False)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class OfferAnswerIn(Strict):
    """``answer`` is one of those the offer lists; the others belong to it."""

    answer = serializers.CharField(max_length=LONGEST_KEY)
    understood = serializers.BooleanField(required=False, default=False)
    amount = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_KEY)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class MessageToIn(Strict):
    """What the consumer writes, to whom. ``let_write`` opens the conversation with a party first."""

    to = serializers.ChoiceField(choices=[(one.value, one.label) for one in Side if one in OTHERS])
    words = serializers.CharField(max_length=LONGEST * 2, trim_whitespace=False)
    let_write = serializers.BooleanField(required=False, default=False)


class FactsIn(Strict):
    """Answers to open questions: fact → true or false. ``replies`` says that this is the reply to the association."""

    facts = serializers.DictField(child=serializers.JSONField(), required=False, default=dict)
    replies = serializers.BooleanField(required=False, default=False)

    def validate_facts(self, facts: dict[str, Any]) -> dict[str, bool]:
        if len(facts) > MOST_FACTS:
            raise serializers.ValidationError(_("一次最多{most}项事实。").format(most=MOST_FACTS))
        wrong = {
            key: [_("只能是true或false；不清楚的就不写。")]
            for key, value in facts.items()
            if not isinstance(value, bool)
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return facts


def unfit(mistakes: Iterable[Mistake]) -> list[dict[str, Any]]:
    """Mistakes as an answer lists them."""
    return [
        {
            "field": each.field,
            "message": each.message,
            **({"found": each.found} if each.found is not None else {}),
            **({"allowed": list(each.allowed)} if each.allowed else {}),
        }
        for each in mistakes
    ]
