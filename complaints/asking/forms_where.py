"""Step 2: on which platform, in which live room and when."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from complaints.asking.forms import AtMost, DateField, QuestionForm, labels_of, line, one_of
from complaints.asking.help_rooms import room_of
from complaints.asking.ways_back import ways_back
from complaints.models import Respondent
from complaints.narrative import inner
from complaints.rooms import room_from
from complaints.statement import Option

OTHER, GROUP = "other", "group"
ELSEWHERE = (
    Option(GROUP, _("微信群、朋友圈或小程序")),
    Option(OTHER, _("其他平台")),
)
WHEN = (
    Option("today", _("今天")),
    Option("yesterday", _("昨天")),
    Option("date", _("记得日期")),
    Option("roughly", _("只记得大概")),
)
ROUGH = (
    Option("this-week", _("这一周")),
    Option("last-week", _("上一周")),
    Option("this-month", _("这个月")),
    Option("earlier", _("更早")),
)
PART = (
    Option("morning", _("上午")),
    Option("afternoon", _("下午")),
    Option("evening", _("晚上")),
    Option("night", _("半夜")),
)
CASES_KEPT = 600  # seconds: the order of the tiles need not be exact, and counting millions takes its time
CHOOSE_PLATFORM = _("选一个平台，或者写出名字")


class PlatformForm(QuestionForm):
    slug, heading, heading_field = "platform", _("在哪个平台看的直播？"), "platform"
    hide_optional = True
    why = _("平台要先说清卖家是谁；说不清，就可能由它先赔。所以先问平台。")

    platform = one_of((), label="", error=CHOOSE_PLATFORM, help_text=_("看直播的地方，不一定是付款的地方"))
    other = line(label=_("其他平台的名字"), limit=60)

    def arrange(self) -> None:
        known = [(str(each.pk), each.name(self.journey.lang)) for each in platforms_by_cases()]
        field = self.fields["platform"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = known + [(option.code, str(option.label)) for option in ELSEWHERE]
        field.columns = 2  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("platform") == OTHER and not self.cleaned_data.get("other"):
            self.add_error("other", CHOOSE_PLATFORM)

    def answers(self) -> dict[str, Any]:
        kept = super().answers()
        field = self.fields["platform"]
        assert isinstance(field, forms.ChoiceField)
        shown = "" if kept["platform"] == OTHER else labels_of(field)[kept["platform"]]
        return {**kept, "name": shown}


class RoomForm(QuestionForm):
    slug, heading = "room", _("是哪个直播间？")
    unlabelled = frozenset({"room"})
    hide_optional = True

    room = forms.CharField(
        label=_("分享链接、房间号或直播间名字，有哪个填哪个"),
        help_text=_("把“分享”复制的整段话贴进来就行"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[AtMost(1000)],
    )
    none = forms.BooleanField(label=_("我什么都没有了"), required=False)

    def read(self) -> str:
        """What was recognised in the text that is kept."""
        return what_we_read(self.journey.answers.get("room", {}).get("room", ""))

    def ways(self) -> tuple[str, ...]:
        return ways_back(self.journey.answers)

    def help_room(self) -> str:
        """The page of help for the platform that was chosen."""
        on = self.journey.answers.get("platform", {})
        return room_of(on.get("name") or on.get("other"))


class WhenForm(QuestionForm):
    slug, heading, heading_field = "when", _("大概什么时候看的？"), "when"
    why = _("直播回放平台只保存一段时间。知道时间，才能要求它找出那一场。")
    hide_optional = True

    when = one_of(WHEN, label="", error=_("选一项。记不清就选“只记得大概”。"))
    watched_on = DateField(label=_("哪一天"), alone=True)
    rough = one_of(ROUGH, label=_("大概是"), required=False)
    part = one_of(PART, label=_("什么时段（可不填）"), required=False)

    def arrange(self) -> None:
        day = self.fields["watched_on"]
        assert isinstance(day, DateField)
        day.today = self.journey.today

    def clean(self) -> None:
        when, today = self.cleaned_data.get("when"), self.journey.today
        if when != "date":
            self.errors.pop("watched_on", None)  # what stands in a part that was not asked for is no mistake
            days = {"today": today, "yesterday": today - timedelta(days=1)}
            self.cleaned_data["watched_on"] = days.get(str(when))
        elif not self.cleaned_data.get("watched_on") and "watched_on" not in self.errors:
            self.add_error("watched_on", _("写上年月日，或者选“只记得大概”"))
        if when == "roughly" and not self.cleaned_data.get("rough"):
            self.add_error("rough", _("选一个大概的时间"))


def platforms_by_cases() -> list[Organisation]:
    """Every platform we know, those with most complaints first."""
    counted = Respondent.objects.filter(organisation__isnull=False).values_list("organisation").annotate(n=Count("pk"))
    cases: dict[int, int] = cache.get_or_set("platforms-by-cases", lambda: dict(counted), CASES_KEPT) or {}
    known = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).order_by("pk")
    return sorted(known, key=lambda platform: -cases.get(platform.pk, 0))


def what_we_read(room: str) -> str:
    """One sentence on what was recognised in the pasted text; empty where it was nothing."""
    found = room_from(room)
    parts = [
        _("房间号{number}").format(number=found.number) if found.number else "",
        _("名字“{name}”").format(name=inner(found.name)) if found.name else "",
        _("一个链接") if found.link else "",
    ]
    told = str(_("，")).join(str(part) for part in parts if part)
    if not told:
        return ""
    only_link = found.link and not found.number and not found.name
    if only_link:
        return str(_("链接先原样保存，平台能查到是哪个直播间。"))
    return str(_("认出来了：{what}。").format(what=told))
