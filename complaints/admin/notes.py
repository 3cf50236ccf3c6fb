"""Notes at the desk: the panel of a case, taking one's own back, and the page of what points to me."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.access import frame_of, name_of
from complaints.admin.note_acts import NoteForm
from complaints.flow import notes
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Mention, Note
from complaints.models.actor import Actor
from complaints.narrative import language, moment
from complaints.posting import post_only

SHOWN = 100  # of what points to one person: the newest, those that wait first


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note as colleagues read it."""

    note: Note
    who: str
    office: str
    mentioned: tuple[str, ...]
    is_own: bool
    is_for_me: bool

    @property
    def words(self) -> str:
        return self.note.words

    @property
    def when(self) -> str:
        return moment(self.note.at)


def notes_of(complaint: Complaint, actor: Actor) -> dict[str, Any]:
    """What the panel shows: every note, the newest last, and the form where the actor may write one."""
    found = Note.objects.visible_to(actor).filter(complaint=complaint)
    may = permissions.may(actor, "note")
    return {
        "notes": _lines(found.order_by("number"), actor, home=complaint.association_id),
        "note_form": NoteForm(complaint=complaint, actor=actor, auto_id="note_%s") if may else None,
    }


@post_only("admin:case", "reference")
def strike(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponse:
    """The author takes a note back."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    try:
        notes.strike(complaint, number, actor=actor, at=timezone.now())
    except Note.DoesNotExist:
        raise Http404 from None
    except IllegalMove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已划掉。字还在，划掉的样子同事看得到。"))
    return redirect(f"{reverse('admin:case', args=[reference])}#notes")


@require_safe
def mentions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What points to me: what waits first, then the rest, the newest on top."""
    mine = Mention.objects.visible_to(actor).select_related("note__author", "note__organisation", "note__complaint")
    waiting = list(mine.unread().order_by("-pk")[:SHOWN])
    rest = list(mine.exclude(pk__in=[each.pk for each in waiting]).order_by("-pk")[: SHOWN - len(waiting)])
    context = {**frame_of(actor), "waiting": _with_notes(waiting, actor), "rest": _with_notes(rest, actor)}
    return render(request, "admin/mentions.html", context)


@post_only("admin:mentions")
def mentions_read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Looked at without opening the case: one, or all that the page showed."""
    sent = [int(pk) for pk in request.POST.getlist("mention") if pk.isascii() and pk.isdigit() and len(pk) < 18]
    count = notes.mark_all_read(sent, actor=actor, at=timezone.now())
    if count:
        messages.success(request, ngettext("{n}条标为看过了。", "{n}条标为看过了。", count).format(n=count))
    return redirect("admin:mentions")


def _with_notes(found: Iterable[Mention], actor: Actor) -> list[tuple[Mention, NoteLine]]:
    rows = list(found)
    return list(zip(rows, _lines([row.note for row in rows], actor, home=None), strict=True))


def _lines(found: Any, actor: Actor, *, home: int | None) -> list[NoteLine]:
    """``home`` is the association whose people are named without their house."""
    rows = list(found.select_related("author", "organisation")) if hasattr(found, "select_related") else list(found)
    pointing: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(note__in=rows).select_related("user").order_by("pk"):
        pointing.setdefault(mention.note_id, []).append(mention)
    return [
        NoteLine(
            note,
            name_of(note.author),
            note.organisation.name(language()) if home and note.organisation_id != home else "",
            tuple(name_of(each.user) for each in pointing.get(note.pk, [])),
            note.author == actor.user,
            any(each.user == actor.user for each in pointing.get(note.pk, [])),
        )
        for note in rows
    ]
