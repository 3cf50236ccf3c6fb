"""Acts about where a case belongs and who keeps out of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.divisions import NoDivision, in_address, read
from accounts.models import Organisation, User
from complaints.admin.access import colleagues_of, name_of
from complaints.admin.acting import Act, Given, says
from complaints.admin.forms import ActForm, choose, text_box
from complaints.flow import recusing, transferring, whereabouts
from complaints.models import Complaint, Recusal, Transfer, Whereabouts
from complaints.models.actor import Actor
from complaints.narrative import language

LONGEST = 500


class TransferForm(ActForm):
    to = forms.ChoiceField(
        label=gettext_lazy("转给哪家协会"),
        error_messages=choose(gettext_lazy("选一家协会。")),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么转"),
        choices=Transfer.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个原因。")),
    )
    words = text_box(
        gettext_lazy("说明"),
        gettext_lazy("接收的协会在接收以前只看到这段话和案件的概要，不要写姓名和电话。"),
        limit=LONGEST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.houses: dict[str, Organisation] = {
            str(each.pk): each for each in transferring.able_to_take(self.complaint, self.actor)
        }
        self.offer("to", [("", _("请选择")), *((key, each.name(language())) for key, each in self.houses.items())])

    def clean_to(self) -> Organisation:
        return self.houses[self.cleaned_data["to"]]


class RecuseForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要回避"),
        choices=Recusal.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个原因。")),
    )
    words = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )


class PersonForm(ActForm):
    """Which colleague it is about; ``offer_people`` says who can be chosen."""

    person = forms.ChoiceField(
        label=gettext_lazy("哪位同事"), error_messages=choose(gettext_lazy("选一位名单里的同事。"))
    )

    def offer_people(self, people: Iterable[User]) -> None:
        self.people = {str(user.pk): user for user in people}
        self.offer("person", [("", _("请选择")), *((key, name_of(user)) for key, user in self.people.items())])

    def clean_person(self) -> User:
        return self.people[self.cleaned_data["person"]]


class RecuseOtherForm(PersonForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要回避"),
        choices=Recusal.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个原因。")),
    )
    words = text_box(gettext_lazy("理由"), gettext_lazy("同事们看得到，消费者和三方看不到。"), limit=LONGEST, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_people(self._who_may_keep_out())

    def _who_may_keep_out(self) -> list[User]:
        """The colleagues who work on it and do not keep out yet; oneself has an act of one's own."""
        found = {user.pk: user for user in colleagues_of(self.actor)}
        if self.complaint.association_id and self.complaint.association != self.actor.organisation:
            members = User.objects.filter(memberships__organisation=self.complaint.association_id, is_active=True)
            found |= {user.pk: user for user in members}
        out = {each.user_id for each in _standing(self.complaint)}
        return [user for pk, user in found.items() if pk not in out and user != self.actor.user]


class LiftForm(PersonForm):
    words = text_box(gettext_lazy("为什么不用再回避"), gettext_lazy("同事们看得到。"), limit=LONGEST, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_people(each.user for each in _standing(self.complaint).select_related("user"))


class PlacesForm(ActForm):
    """Divisions as people write them: by code, or as an address that names them."""

    shown = forms.CharField(
        label=gettext_lazy("平台上公示的卖家地址"),
        help_text=gettext_lazy("写到区县，如“浙江省杭州市余杭区”，或者区划代码，如330110。"),
        required=False,
        max_length=60,
    )
    is_unreachable = forms.BooleanField(label=gettext_lazy("按公示的地址联系不上"), required=False)
    actual = forms.CharField(
        label=gettext_lazy("卖家实际经营的地方"),
        help_text=gettext_lazy("举报按它找部门。平台提供的、发货地、营业执照，都可以看。"),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noted = Whereabouts.objects.filter(complaint=self.complaint).first()
        if noted:
            self.initial = {
                "shown": noted.shown,
                "is_unreachable": noted.is_unreachable,
                "actual": noted.actual,
                **self.initial,
            }

    def clean_shown(self) -> str:
        return _division(self.cleaned_data["shown"])

    def clean_actual(self) -> str:
        return _division(self.cleaned_data["actual"])


def _division(typed: str) -> str:
    """The short code of what was typed; empty for nothing."""
    on, typed = timezone.localdate(), typed.strip()
    if not typed:
        return ""
    if typed[0].isdigit():
        try:
            return read(typed, on=on).prefix
        except NoDivision as wrong:
            raise forms.ValidationError(str(wrong), code="division") from wrong
    found = in_address(typed, on=on)
    if found is None:
        sentence = _("没认出“{found}”在哪里。从省或者市写起，如“浙江省杭州市”。")
        raise forms.ValidationError(sentence.format(found=typed), code="division")
    return found.prefix


def _standing(complaint: Complaint) -> Any:
    return Recusal.objects.standing().filter(complaint=complaint).order_by("pk")


# ── What each does ───────────────────────────────────────────────────────────────────────────────────────────────────


def _transfer(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    to = cast(Organisation, given["to"])
    reason = Transfer.Reason(given["reason"])
    made = transferring.propose(complaint, to=to, reason=reason, words=given["words"], actor=actor, at=at)
    name = to.name(language())
    if made.state == Transfer.State.ACCEPTED:
        return _("已转给{name}。").format(name=name)
    return _("已请{name}接收。它接收以前，还由本协会办，期限照走。").format(name=name)


def _take_back(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    transferring.take_back(complaint, actor=actor, at=at)
    return _("已收回转交，案件还在本协会。")


def _recuse(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    assert actor.user is not None  # officers are people
    reason = Recusal.Reason(given["reason"])
    recusing.recuse(complaint, user=actor.user, reason=reason, words=given["words"], actor=actor, at=at)
    return _("已记下你回避{reference}。你不再看到这件投诉。").format(reference=complaint.reference)


def _recuse_other(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    person, reason = cast(User, given["person"]), Recusal.Reason(given["reason"])
    recusing.recuse(complaint, user=person, reason=reason, words=given["words"], actor=actor, at=at)
    return _("已记下{name}回避，这位同事不再看得到这件投诉。").format(name=name_of(person))


def _lift(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    person = cast(User, given["person"])
    recusing.lift(complaint, user=person, because=given["words"], actor=actor, at=at)
    return _("已解除{name}的回避。").format(name=name_of(person))


def _note(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    told = {name: given[name] for name in ("shown", "is_unreachable", "actual")}
    whereabouts.note_places(complaint, **told, actor=actor, at=at)
    return _("已记下卖家在哪里。")


def _transfer_does(complaint: Complaint, on: date) -> str:
    return _(
        "请另一家协会接收。它接收以前案件还在本协会，期限一天也不停；接收以后由它重新分派，本协会不再看得到内容，"
        "消费者会收到通知。内部备注一起转过去。"
    )


def _is_waiting(complaint: Complaint) -> bool:
    return complaint.is_open and complaint.transfers.waiting().exists()


ACTS: tuple[Act, ...] = (
    Act(
        "places",
        gettext_lazy("记下卖家在哪里"),
        "flag",
        PlacesForm,
        says(gettext_lazy("平台上公示的地址和实际经营的地方，决定12315投诉和举报找哪里的部门。期限不变。")),
        _note,
        open_when=lambda complaint: True,
        right="place",
    ),
    Act(
        "transfer",
        gettext_lazy("转给其他协会"),
        "send",
        TransferForm,
        _transfer_does,
        _transfer,
        open_when=lambda complaint: complaint.is_open and not complaint.transfers.waiting().exists(),
    ),
    Act(
        "transfer-back",
        gettext_lazy("收回转交"),
        "left",
        ActForm,
        says(gettext_lazy("对方还没有答复时用，案件留在本协会。")),
        _take_back,
        open_when=_is_waiting,
        right="transfer",
    ),
    Act(
        "recuse",
        gettext_lazy("我要回避"),
        "minus",
        RecuseForm,
        says(
            gettext_lazy(
                "和一方有关系、可能影响公正时用。之后你看不到、也办不了这件投诉，正由你承办的退回待分派。要另一位负责人才能解除。"
            )
        ),
        _recuse,
        final=True,
        open_when=lambda complaint: True,
    ),
    Act(
        "recuse-other",
        gettext_lazy("要同事回避"),
        "users",
        RecuseOtherForm,
        says(gettext_lazy("写明理由。之后那位同事看不到、也办不了这件投诉，正由其承办的退回待分派。")),
        _recuse_other,
        open_when=lambda complaint: True,
    ),
    Act(
        "lift-recusal",
        gettext_lazy("解除回避"),
        "play",
        LiftForm,
        says(gettext_lazy("写明理由，那位同事重新看得到这件投诉。自己的回避要由别人解除。")),
        _lift,
        open_when=lambda complaint: _standing(complaint).exists(),
    ),
)
