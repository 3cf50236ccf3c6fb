"""The desk's part in records asked of the platform: what is asked for, handed over, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from complaints.admin.forms import ActForm, choose
from complaints.models import Complaint
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
