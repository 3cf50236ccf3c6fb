"""What an act at the desk is: a form, a verb, and a sentence that says beforehand what pressing the button does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from complaints import permissions
from complaints.admin import forms
from complaints.lifecycle import Role, State, moves_open_to
from complaints.models import Complaint
from complaints.models.actor import Actor

Given = Mapping[str, Any]  # cleaned data of the act's form


class ChangedMeanwhile(Exception):
    """Somebody changed the case after the page was opened."""


@dataclass(frozen=True, slots=True)
class Act:
    """A button. ``does`` says what pressing it brings about; ``final`` marks what cannot be taken back."""

    name: str
    title: Any
    icon: str
    form: type[forms.ActForm]
    does: Callable[[Complaint, date], str]
    run: Callable[[Complaint, Given, Actor, datetime], str]  # returns what is said afterwards
    move: str = ""  # of the table of moves; without one the act is open while the case is
    final: bool = False
    guarded: bool = True  # refused where somebody changed the case meanwhile; a conversation goes on all the same
    open_when: Callable[[Complaint], bool] | None = None  # where neither the table nor an open case says it
    right: str = ""  # of complaints.permissions, where it is not called as the act is

    def is_open_to(self, actor: Actor, complaint: Complaint) -> bool:
        """Whether this officer may do it now."""
        return permissions.may(actor, self.right or self.name) and self.is_open(complaint)

    def is_open(self, complaint: Complaint) -> bool:
        if self.open_when:
            return self.open_when(complaint)
        if self.move:
            return self.move in moves_open_to(Role.OFFICER, State(complaint.state))
        return complaint.is_open


def carry_out(act: Act, complaint: Complaint, given: Given, actor: Actor, *, at: datetime) -> str:
    """Do it, if the case is still as the officer saw it. Raises ChangedMeanwhile, IllegalMove or CannotAct."""
    permissions.require(actor, act.right or act.name)
    with transaction.atomic():
        if Complaint.objects.locked(complaint.pk).version != given["version"] and act.guarded:
            raise ChangedMeanwhile
        return act.run(complaint, given, actor, at)


def says(words: Any) -> Callable[[Complaint, date], str]:
    """For ``does``: the same sentence for every case."""
    return lambda complaint, on: str(words)
