"""The forms of the register. Each carries the version of the entry it was opened on."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Organisation
from complaints.admin.forms import NO_VERSION, TOO_LONG, choose
from complaints.credit_codes import WrongCode, tidy_code
from complaints.flow.register_matching import by_words
from complaints.flow.register_parts import LINKED
from complaints.models import Complaint, RegisterEntry, RegisterLink
from complaints.models.actor import Actor
from complaints.narrative import language
from complaints.references import tidy_reference

Kind = RegisterEntry.Kind
PLATFORMS = 300  # that a list to choose from holds at most
HOUSES = {Kind.PLATFORM: "platform", Kind.ROOM: "anchor", Kind.PRESENTER: "anchor", Kind.AGENCY: "anchor"}
NO_DAY = gettext_lazy("没有这一天，或者写法读不懂。写成年-月-日三个数字，例如2026-6-8。")


def line(label: Any, *, limit: int, help_text: Any = "", required: bool = True) -> forms.CharField:
    """A field of one line."""
    field = forms.CharField(label=label, max_length=limit, help_text=help_text, required=required)
    field.error_messages |= {"required": gettext_lazy("这一项要写。"), "max_length": TOO_LONG}
    return field


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_DAY},
    )


class EntryForm(forms.Form):
    """What every form of an entry carries."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), NO_VERSION),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, entry: RegisterEntry | None, actor: Actor, **kwargs: Any) -> None:
        start = {"version": entry.version if entry else 0}
        kwargs["initial"] = {**start, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.entry, self.actor = entry, actor

    def opened_anew(self, version: int) -> None:
        """Keep what was typed, and stand on the entry as it is now."""
        typed = cast(QueryDict, self.data).copy()
        typed["version"] = str(version)
        self.data = typed

    def offer(self, name: str, choices: Any) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def platform_field(*, required: bool, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("在哪个平台"),
        required=required,
        coerce=lambda pk: RegisterEntry.objects.standing().get(pk=pk),
        empty_value=None,
        help_text=help_text,
        error_messages=choose(gettext_lazy("选一个平台。没有它，先把平台登记好。")),
    )


def platform_choices() -> list[tuple[str, str]]:
    found = RegisterEntry.objects.standing().filter(kind=Kind.PLATFORM).order_by("name_zh", "pk")
    return [("", _("不限平台")), *((str(each.pk), each.name(language())) for each in found[:PLATFORMS])]


class ValuesForm(EntryForm):
    """The values of an entry."""

    name_zh = line(gettext_lazy("名称"), limit=120, help_text=gettext_lazy("消费者和平台平常怎么叫它。"))
    name_en = line(gettext_lazy("英文名"), limit=120, required=False)
    registered_name = line(
        gettext_lazy("登记名称"),
        limit=120,
        required=False,
        help_text=gettext_lazy("营业执照上的全称。"),
    )
    credit_code = line(
        gettext_lazy("统一社会信用代码"),
        limit=40,
        required=False,
        help_text=gettext_lazy("18位，照营业执照抄；空格不要紧。"),
    )
    licence = line(gettext_lazy("许可证号"), limit=64, required=False)
    region = line(
        pgettext_lazy("register", "所在地区"),
        limit=12,
        required=False,
        help_text=gettext_lazy("区划代码，例如33是浙江、3301是杭州；不知道就空着。"),
    )
    organisation = forms.TypedChoiceField(
        label=gettext_lazy("已接入的机构"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages=choose(gettext_lazy("名单里没有这个机构，重新选。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        houses = Organisation.objects.businesses().order_by("kind", "name_zh")
        if self.entry:
            houses = houses.filter(kind=HOUSES.get(Kind(self.entry.kind), "merchant"))
        self.offer("organisation", [("", _("没有接入")), *((each.pk, each.name(language())) for each in houses)])

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"]
        if region and not (region.isascii() and region.isdigit()):
            raise forms.ValidationError(_("地区写区划代码的数字，例如3301；不知道就空着。"))
        return region

    def clean_credit_code(self) -> str:
        try:
            return tidy_code(self.cleaned_data["credit_code"])
        except WrongCode as refusal:
            raise forms.ValidationError(str(refusal), code="credit-code") from None

    def values(self) -> dict[str, Any]:
        """As flow.register takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "organisation"}}
        return {**given, "organisation_id": self.cleaned_data["organisation"]}


class NewForm(ValuesForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下它是哪一类。")),
    )
    platform = platform_field(
        required=False, help_text=gettext_lazy("店铺、直播间、主播要选：同名的在别的平台可能是另一家。")
    )
    field_order = ("kind", "name_zh", "platform")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("platform", platform_choices())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") in RegisterEntry.ON_PLATFORM and not given.get("platform"):
            self.add_error("platform", _("店铺、直播间、主播要选在哪个平台。"))
        return given


class NameForm(EntryForm):
    text = line(gettext_lazy("名称"), limit=120, help_text=gettext_lazy("曾用名、简称、消费者常写的别名。"))
    platform = platform_field(
        required=False, help_text=gettext_lazy("选了平台，同一平台上的投诉写这个名称，就自动对应。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("platform", platform_choices())


class AccountForm(EntryForm):
    platform = platform_field(required=True)
    number = line(gettext_lazy("账号"), limit=80, help_text=gettext_lazy("平台上的账号或房间号。"))
    link = forms.URLField(
        label=gettext_lazy("链接"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("链接读不懂。从浏览器地址栏整段复制，以https开头。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("platform", platform_choices()[1:])


class ContactForm(EntryForm):
    label = line(gettext_lazy("是什么"), limit=40, help_text=gettext_lazy("例如客服电话、法务邮箱。这里别写人的名字。"))
    address = line(gettext_lazy("电话或邮箱"), limit=120)
    is_personal = forms.BooleanField(label=gettext_lazy("是个人的\n平时遮住，要看得写理由，会记下来"), required=False)
    who = line(gettext_lazy("联系人"), limit=40, required=False, help_text=gettext_lazy("写了人名，就当作个人的。"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {**given, "is_personal": bool(given.get("is_personal") or given.get("who"))}


class LinkForm(EntryForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("关系"),
        choices=RegisterLink.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下是什么关系。")),
    )
    other = line(gettext_lazy("和哪个主体"), limit=120, help_text=gettext_lazy("写登记号，或者完整的名称。"))
    source = forms.ChoiceField(
        label=gettext_lazy("怎么知道的"),
        choices=RegisterLink.Source.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么知道的。")),
    )
    complaint = line(gettext_lazy("哪件投诉"), limit=40, required=False, help_text=gettext_lazy("写投诉编号。"))
    from_on, until_on = day_field(gettext_lazy("从哪天起")), day_field(gettext_lazy("到哪天为止"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.entry.kind if self.entry else ""
        self.offer("kind", [(kind.value, kind.label) for kind in RegisterLink.Kind if own in LINKED[kind][0]])

    def clean_other(self) -> RegisterEntry:
        return named(self.cleaned_data["other"], self.actor)

    def clean_complaint(self) -> Complaint | None:
        written = self.cleaned_data["complaint"].strip()
        reference = tidy_reference(written) or written
        found = Complaint.objects.visible_to(self.actor).filter(reference=reference).first() if written else None
        if written and found is None:
            raise forms.ValidationError(_("没有找到这件投诉，核对一下编号。"))
        return found


class OtherForm(forms.Form):
    """With which other entry."""

    other = line(gettext_lazy("和哪个主体"), limit=120, help_text=gettext_lazy("写登记号，或者完整的名称。"))
    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_other(self) -> RegisterEntry:
        return named(self.cleaned_data["other"], self.actor)


class ReasonForm(forms.Form):
    """Why somebody needs to see a person's contact."""

    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要看"),
        choices=[
            ("reach", pgettext_lazy("register", "联系这家办案件")),
            ("verify", pgettext_lazy("register", "核对登记")),
            ("hand-over", gettext_lazy("移送或协助其他机关")),
        ],
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个要看的理由，它会记在变更记录里。")),
    )
    use_required_attribute = False


def named(words: str, actor: Actor) -> RegisterEntry:
    """The entry of this number or name. Raises ValidationError where there is none, or more than one."""
    found = by_words(words, RegisterEntry.objects.visible_to(actor))
    if not found:
        raise forms.ValidationError(_("登记里没有“{words}”。先搜一搜，写它的登记号。").format(words=words))
    if len(found) > 1:
        numbers = _("、").join(str(each.pk) for each in found[:5])
        raise forms.ValidationError(
            _("叫“{words}”的不止一个，写登记号：{numbers}。").format(words=words, numbers=numbers)
        )
    return found[0]
