"""What was read off one piece, for an officer: every line with its place, and the hints, to be checked on record."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.flow import hints
from complaints.flow.hint_words import LABELS, in_words
from complaints.flow.hints import Hint
from complaints.flow.viewing import note_viewing
from complaints.lifecycle import Role
from complaints.models import Complaint, HintAnswer, Reading
from complaints.models.actor import Actor
from complaints.models.reading import Line
from complaints.narrative import language

UNIT = 10_000


@dataclass(frozen=True, slots=True)
class Framed:
    """A line on its sheet: its frame in pixels, and its number in the list beside the picture."""

    number: int
    text: str
    score: int
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with all its lines."""

    number: int
    width: int
    height: int
    lines: tuple[Framed, ...]

    @property
    def variant(self) -> str:
        """Its name in addresses."""
        return f"sheet-{self.number}"


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, actor: Actor, reference: str, evidence_id: int) -> HttpResponse:
    """The sheets with their lines, the hints and what was said to them; a POST says that one is right or wrong."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    pieces = complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).select_related("blob__reading")
    piece = get_object_or_404(pieces.filter(blob__reading__state=Reading.State.READ), pk=evidence_id)
    if not piece.blob.may_be_opened:
        raise Http404
    found = hints.hints_of([piece], on=timezone.localdate())
    if request.method == "POST":
        _answer(request, actor, complaint, found)
        return redirect("admin:case-reading", reference, evidence_id)
    note_viewing(piece, variant="preview", actor=actor, at=timezone.now())
    context = {
        **frame_of(actor),
        "case": complaint,
        "piece": piece,
        "sheets": sheets_of(piece.blob.reading),
        "hints": [(hint, LABELS[hint.field], in_words(hint.field, hint.value, language=language())) for hint in found],
        "may_answer": complaint.is_open and permissions.may(actor, "reading"),
    }
    return render(request, "admin/reading.html", context)


def _answer(request: HttpRequest, actor: Actor, complaint: Complaint, found: list[Hint]) -> None:
    for button, answer in (("confirm", HintAnswer.Answer.CONFIRMED), ("refuse", HintAnswer.Answer.REFUSED)):
        hint = hints.find(found, request.POST.get(button, ""))
        if hint and complaint.is_open:
            hints.answer_in_case(complaint, hint, answer, actor=actor, at=timezone.now())


def sheets_of(reading: Reading) -> list[Sheet]:
    """The sheets that were read, each with its lines."""
    lines = list(enumerate(reading.lines, start=1))
    return [
        Sheet(
            number,
            sides["width"],
            sides["height"],
            tuple(_framed(place, line, sides) for place, line in lines if line["sheet"] == number),
        )
        for number, sides in enumerate(reading.sheets)
    ]


def _framed(number: int, line: Line, sides: dict[str, int]) -> Framed:
    across, down = sides["width"] / UNIT, sides["height"] / UNIT
    box = (line["left"] * across, line["top"] * down, line["width"] * across, line["height"] * down)
    return Framed(number, line["text"], line["score"], *(round(side) for side in box))
