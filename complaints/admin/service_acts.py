"""Acts of telling a party by other means: write down that it was told, and take back what was written wrongly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.acting import Act, Given
from complaints.admin.forms import TOO_LONG, ActForm, choose, text_box
from complaints.admin.mediation_forms import day_field
from complaints.flow import services
from complaints.models import Complaint, Party, Service
from complaints.models.actor import Actor
from complaints.narrative import day, moment, parties_listed, party_name, sentences, until_words


class ServiceForm(ActForm):
    """Whom, how, when, and who took it."""

    party = forms.ChoiceField(label=gettext_lazy("通知了谁"), error_messages=choose(gettext_lazy("选一下通知了谁。")))
    how = forms.ChoiceField(
        label=gettext_lazy("怎么送到的"),
        choices=Service.How.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么送到的。")),
    )
    on = day_field(
        gettext_lazy("哪天送到的"),
        required=gettext_lazy("写上哪天送到的。"),
        help_text=gettext_lazy("对方真正收到的那天，不是寄出的那天。答复的日子从这天起算。"),
    )
    clock = forms.TimeField(
        label=gettext_lazy("几点"),
        help_text=gettext_lazy("北京时间，24小时制，例如14:30。"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("写上大约几点。"),
            "invalid": gettext_lazy("读不懂这个时间，写成14:30这样。"),
        },
    )
    to = forms.CharField(
        label=gettext_lazy("谁收的"),
        help_text=gettext_lazy("例如签收人的职务。只有协会看得到，加密保存。"),
        required=False,
        max_length=100,
        error_messages={"max_length": TOO_LONG},
    )
    words = text_box(
        gettext_lazy("凭什么说送到了"),
        gettext_lazy("快递单号、通话记录、回执在哪里。只有协会看得到，加密保存。"),
        limit=services.LONGEST,
    )
    with_records = forms.BooleanField(label=gettext_lazy("要记录的信也一起交给了平台"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("party", _to_tell(self.complaint))
        self.initial.setdefault("on", timezone.localdate())
        self.hide_optional = True
        if not self.complaint.record_requests.filter(served_at=None).exists():
            del self.fields["with_records"]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("on") and given.get("clock"):
            naive = datetime.combine(given["on"], given["clock"])
            given["served_at"] = timezone.make_aware(naive, timezone.get_default_timezone())
            if given["served_at"] > timezone.now():
                self.add_error("on", _("送到的时间不能在现在以后。"))


class TakeBackForm(ActForm):
    """Which record was wrong, and why."""

    service = forms.ChoiceField(label=gettext_lazy("哪一条送达"), error_messages=choose(gettext_lazy("选一下哪一条。")))
    reason = text_box(
        gettext_lazy("错在哪里"), gettext_lazy("只有协会看得到，加密保存，留在案卷里。"), limit=services.LONGEST
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = {str(each.pk): each for each in _standing(self.complaint)}
        self.offer("service", [(key, _told(each)) for key, each in self.standing.items()])
        if len(self.standing) == 1:
            self.initial.setdefault("service", next(iter(self.standing)))

    def clean_service(self) -> Service:
        return self.standing[self.cleaned_data["service"]]


def _to_tell(complaint: Complaint) -> list[tuple[str, str]]:
    """Those nobody has told, the platform first: whom it speaks for is told with it."""
    waiting = complaint.respondents.unserved().order_by("-party")
    return [
        (each.party, f"{each.get_party_display()} · {each.name}" if each.name else each.get_party_display())
        for each in waiting
    ]


def _standing(complaint: Complaint) -> list[Service]:
    return list(complaint.services.standing().select_related("respondent").order_by("pk"))


def _told(service: Service) -> str:
    told = _("{party}：{how}，{time}")
    party = party_name(service.respondent.party, start=True)
    return told.format(party=party, how=service.get_how_display(), time=moment(service.at))


# ── What each does ───────────────────────────────────────────────────────────────────────────────────────────────────


def _serve_does(complaint: Complaint, on: date) -> str:
    parties = [party for party, _label in _to_tell(complaint)]
    if not parties:
        return _("各方都通知到了，不用再记。")
    told = _("通知还没有送到{parties}，答复的日子没有开始算。").format(parties=parties_listed(parties))
    until = _("{until}。").format(until=until_words(complaint.service_due_on)) if complaint.service_due_on else ""
    days = int(settings.RESPONSE_WORKING_DAYS)
    then = _("寄信、打电话、当面送到以后记在这里，从送到那天起算{n}个工作日；到期没有答复会记下来。").format(n=days)
    return sentences(told, until, then)


def _serve(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    made = services.serve_by_hand(
        complaint,
        party=Party(given["party"]),
        how=Service.How(given["how"]),
        served_at=given["served_at"],
        to=given["to"],
        words=given["words"],
        with_records=bool(given.get("with_records")),
        actor=actor,
        at=at,
    )
    made.respondent.refresh_from_db()
    party, due_on = party_name(made.respondent.party, start=True), made.respondent.due_on
    return _("已记下。{party}{until}答复，消费者看得到。").format(party=party, until=until_words(due_on))


def _take_back_does(complaint: Complaint, on: date) -> str:
    return _("记错了、其实没有送到时用。答复的日子重新算；凭这条记下的“没有答复”一并收回，判定重新算。")


def _take_back(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    made = services.take_back_service(given["service"], reason=given["reason"], actor=actor, at=at)
    respondent = complaint.respondents.get(pk=made.respondent_id)
    if respondent.due_on is None:
        return _("已收回。通知还没有送到它，答复的日子没有开始算。")
    return _("已收回。它后来自己收到了，{date}前答复。").format(date=day(respondent.due_on))


ACTS: tuple[Act, ...] = (
    Act(
        "serve",
        gettext_lazy("记下用别的办法通知到了"),
        "send",
        ServiceForm,
        _serve_does,
        _serve,
        open_when=lambda complaint: complaint.is_open and complaint.respondents.unserved().exists(),
    ),
    Act(
        "serve-back",
        gettext_lazy("收回送达记录"),
        "x",
        TakeBackForm,
        _take_back_does,
        _take_back,
        open_when=lambda complaint: complaint.is_open and complaint.services.standing().exists(),
    ),
)
