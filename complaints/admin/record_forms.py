"""The desk's part in records asked of the platform: what is asked for, handed over, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.forms import ActForm, choose, text_box
from complaints.flow.record_requests import LONGEST, LONGEST_LINK
from complaints.models import Complaint, RecordAnswer
from complaints.models.record_request import IDENTITIES
from complaints.moment_words import Livestream, livestreams_of, moments_told
from complaints.record_words import RequestLine, choices_of, requests_told, title_of


class RecordsForm(ActForm):
    """Which records the platform is asked for; those it did not give in full may be asked for once more."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("要哪些记录"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=choose(gettext_lazy("选一下要哪些记录。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = timezone.localdate()
        choices = choices_of(self.complaint, on=on)
        listed = {each.kind: f"{each.title}\n{each.keep}" if each.keep else each.title for each in choices}
        for line in requests_told(self.complaint, on=on):
            for item in line.items:
                if item.code in {"partly", "no"}:
                    title = title_of(self.complaint, item.item.kind, item.item.live_on)
                    listed.setdefault(item.item.kind, f"{title}\n{item.word}")
        self.offer("kinds", list(listed.items()))
        self.initial.setdefault("kinds", [each.kind for each in choices if each.is_preset])


class RecordAnswerForm(ActForm):
    """What the platform said to one item by letter or telephone, noted by an officer."""

    item = forms.ChoiceField(label=gettext_lazy("哪一项"), error_messages=choose(gettext_lazy("选一下是哪一项。")))
    says = forms.ChoiceField(
        label=gettext_lazy("平台怎么说"),
        choices=RecordAnswer.Says.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下给不给。")),
    )
    why = forms.ChoiceField(
        label=gettext_lazy("给不全或不给，为什么"),
        required=False,
        choices=[("", gettext_lazy("选一个")), *RecordAnswer.Why.choices],
    )
    words = text_box(gettext_lazy("平台的原话"), gettext_lazy("照它说的写，消费者会看到。"), limit=LONGEST)
    link = forms.CharField(label=gettext_lazy("在哪里能拿到（网址或编号）"), required=False, max_length=LONGEST_LINK)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = requests_told(self.complaint, on=timezone.localdate())
        self.offer(
            "item", [(str(item.item.pk), f"{item.title} · {item.word}") for line in lines for item in line.items]
        )

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("says") in {"partly", "no"} and not given.get("why") and "why" not in self.errors:
            self.add_error("why", _("选一下为什么给不全或不给。"))
        identity = self.complaint.record_items.filter(pk=given.get("item") or 0, kind__in=IDENTITIES).exists()
        if given.get("says") == "yes" and not given.get("link") and not identity and "link" not in self.errors:
            self.add_error("link", _("写明在哪里能拿到（网址或编号）。"))


def may_note_answer(complaint: Complaint) -> bool:
    """Whether something was asked for that a letter may answer."""
    return complaint.is_open and complaint.record_items.exists()


def unserved(complaint: Complaint) -> bool:
    """Whether a letter waits to be handed over."""
    return complaint.is_open and complaint.record_requests.filter(served_at=None).exists()


def may_look(complaint: Complaint) -> bool:
    return complaint.is_open and complaint.has_records


def records_of_case(complaint: Complaint, exhibits: Sequence[Any], *, on: date) -> list[RequestLine]:
    """What was asked and answered, with the numbers of the evidence that came."""
    return requests_told(complaint, on=on, numbers={exhibit.item.pk: exhibit.number for exhibit in exhibits})


def livestreams_of_case(complaint: Complaint, exhibits: Sequence[Any]) -> list[Livestream]:
    """The sentences heard, day by day."""
    numbers = {each.item.pk: (each.number, str(each.item.get_kind_display())) for each in exhibits}
    standing = complaint.moments.standing().prefetch_related("places")
    return livestreams_of(moments_told(standing, complaint, numbers=numbers))
