"""Writing a note: its form, which finds the colleagues it points to among the ticked and in the words, and its act."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from complaints.admin.access import name_of
from complaints.admin.acting import Act, Given, says
from complaints.admin.forms import NO_VERSION, ActForm, text_box
from complaints.flow import notes
from complaints.flow.notes import LONGEST
from complaints.models import Complaint
from complaints.models.actor import Actor

AT = re.compile(r"[@＠]")


class NoteForm(ActForm):
    """A note; ``key`` makes a second press the same one."""

    words = text_box(
        gettext_lazy("写给同事"),
        gettext_lazy("只有协会的工作人员看得到。写@和名字，就会提醒那位同事。"),
        limit=LONGEST,
        rows=3,
    )
    mentioned = forms.TypedMultipleChoiceField(
        label=gettext_lazy("提醒谁看"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("这位同事不在名单里，重新选一下。")},
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages={"required": NO_VERSION})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", secrets.token_hex(16))
        self.hide_optional = True
        self.people = {user.pk: user for user in notes.colleagues(self.complaint, self.actor)}
        self.names = {pk: name_of(user) for pk, user in self.people.items()}
        self.offer("mentioned", list(self.names.items()))
        if not self.people:
            del self.fields["mentioned"]

    def clean(self) -> dict[str, Any]:
        """``people``: everybody the note points to, ticked or named in the words."""
        given = {"mentioned": [], **(super().clean() or {})}
        ticked = [self.people[pk] for pk in given["mentioned"]]
        return {**given, "people": [*ticked, *named_in(given.get("words", ""), self.people.values())]}


def named_in(words: str, people: Iterable[User]) -> list[User]:
    """Whom ``@name`` in the words means, each once: by the name colleagues see or the sign-in name, the longest that
    fits. Who shares a name with another is meant as well."""
    called: dict[str, list[User]] = {}
    for user in people:
        for name in {name_of(user).casefold(), user.get_username().casefold()}:
            called.setdefault(name, []).append(user)
    found: dict[int, User] = {}
    for sign in AT.finditer(words):
        rest = words[sign.end() :].casefold()
        fits = [name for name in called if rest.startswith(name) and _ends(rest, name)]
        if fits:
            found |= {user.pk: user for user in called[max(fits, key=len)]}
    return list(found.values())


def _ends(rest: str, name: str) -> bool:
    """Whether a Latin name ends where it should: ``@anna`` does not mean Ann. Chinese leaves no gap between words."""
    after = rest[len(name) : len(name) + 1]
    return not (name.isascii() and after.isascii() and after.isalnum())


def _note(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    people = given["people"]
    note = notes.write(complaint, words=given["words"], mentioned=people, press=given["key"], actor=actor, at=at)
    told = _("、").join(name_of(each.user) for each in note.mentions.select_related("user").order_by("pk"))
    return _("备注已记下，会提醒{names}。").format(names=told) if told else _("备注已记下。")


ACTS: tuple[Act, ...] = (
    Act(
        "note",
        gettext_lazy("写内部备注"),
        "edit",
        NoteForm,
        says(gettext_lazy("只给协会的工作人员看：消费者、三方、证据包和接口里都没有。可以提醒同事来看。")),
        _note,
        guarded=False,
        open_when=lambda complaint: True,
    ),
)
