"""An act on a case that somebody changed meanwhile: what was about to be done beside what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, ChoiceField
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.admin.access import name_of
from complaints.admin.acting import Act
from complaints.admin.forms import ActForm
from complaints.admin.panels import Shift, shifts_between
from complaints.admin.story import Entry, lines_of
from complaints.lifecycle import State
from complaints.models import Complaint, Event


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of the form that was about to be sent, in words."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Both sides: ``typed`` was about to be done; ``news`` happened since, the oldest first; ``shifts`` are otherwise
    now than they were."""

    typed: tuple[Typed, ...]
    news: tuple[Entry, ...]
    shifts: tuple[Shift, ...]
    still_applies: bool


def merge_of(complaint: Complaint, act: Act, form: ActForm) -> Merge | None:
    """None where the form stands on the case as it is, or where the act does not mind: a message may cross another."""
    seen = seen_by(form)
    if not act.guarded or seen is None or seen >= complaint.version:
        return None
    return Merge(
        tuple(_typed(form)),
        tuple(entry for entry in reversed(lines_of(complaint)) if entry.sequence > seen),
        tuple(_shifts(complaint, seen)),
        act.is_open_to(form.actor, complaint),
    )


def seen_by(form: ActForm) -> int | None:
    """The version of the case that the form was opened on; None for a form that says none."""
    if not form.is_bound:
        return None
    said = str(form["version"].value() or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _typed(form: ActForm) -> Iterable[Typed]:
    for field in form.visible_fields():
        words = tuple(_in_words(field))
        if words:
            yield Typed(str(field.label), words)


def _in_words(field: BoundField) -> Iterable[str]:
    """A choice is told by its label, anything else as it was typed."""
    value = field.value()
    sent = [str(each) for each in (value if isinstance(value, (list, tuple)) else [value]) if each not in (None, "")]
    labels = dict(_flat(field.field.choices)) if isinstance(field.field, ChoiceField) else {}
    return [str(labels.get(each, each)).partition("\n")[0] for each in sent]


def _flat(choices: Any) -> Iterable[tuple[str, Any]]:
    for value, label in choices if not isinstance(choices, ModelChoiceIterator) else ():
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(value), label


def _shifts(complaint: Complaint, seen: int) -> Iterable[Shift]:
    """Where the case stands, who has it, and what the decision says: as it was seen, and as it is."""
    events = list(complaint.events.order_by("sequence"))
    before, since = (
        [event for event in events if event.sequence <= seen],
        [each for each in events if each.sequence > seen],
    )
    moves = [event for event in since if event.kind.startswith("moved.") and "from" in event.body]
    if moves and moves[0].body["from"] != complaint.state:
        yield Shift(_("状态"), str(State(moves[0].body["from"]).label), str(State(complaint.state).label))
    yield from _officer(complaint, before, since)
    numbers = [event.body["decision"] for event in before if event.kind == "decided"]
    if numbers and complaint.decision and complaint.decision.number != numbers[-1]:
        yield from shifts_between(complaint.decisions.get(number=numbers[-1]), complaint.decision)


def _officer(complaint: Complaint, before: Sequence[Event], since: Sequence[Event]) -> Iterable[Shift]:
    if not any(event.kind in {"assigned", "moved.accept"} for event in since):
        return
    given: int | None = None
    for event in before:
        if event.kind == "assigned":
            given = event.body["officer"]
        elif event.kind == "moved.accept" and given is None:  # who accepts a case that nobody has takes it on
            given = int(event.actor.removeprefix("officer:"))
    was = User.objects.filter(pk=given).first() if given else None
    if was != complaint.officer:
        nobody = _("待分派")
        yield Shift(_("承办人"), name_of(was) or nobody, name_of(complaint.officer) or nobody)
