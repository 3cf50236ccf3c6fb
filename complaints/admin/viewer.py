"""One piece of evidence at a time: its picture to turn and to come close to, beside another, with all that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.admin.custody_told import Kept, kept_of
from complaints.admin.film import film_of
from complaints.admin.panels import Exhibit
from complaints.admin.pieces import exhibits_for, pick
from complaints.admin.presence import arrive
from complaints.admin.reading import Sheet, sheets_of
from complaints.evidence.entitled import seen_by, standing
from complaints.flow.viewing import note_viewing
from complaints.models import Complaint, LiveMoment, Reading
from complaints.models.actor import Actor
from complaints.narrative import fact_statement
from complaints.serving import send

ZOOMS = (50, 75, 100, 150, 200, 300, 400)  # percent of the width of the stage; style in desk-casework.css
FIT = 100
TURNS = 4  # quarters of a turn, clockwise
PLAIN = (4, 3)  # sides of a picture whose sides nobody measured
MASKED = "masked"


class OriginalForm(forms.Form):
    """Why an officer opens an original; sent to the address that records it and hands the original out."""

    reason = forms.CharField(
        label=gettext_lazy("为什么要看原件"),
        max_length=200,
        help_text=gettext_lazy("会写进查看记录。例如：核对签名、送鉴定。"),
    )
    use_required_attribute = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet as an SVG draws it: turned by its view box, so that the page needs no style of its own."""

    number: int
    address: str
    width: int
    height: int
    turn: int
    read: Sheet | None = None

    @property
    def view_box(self) -> str:
        sides = (self.height, self.width) if self.turn % 2 else (self.width, self.height)
        return "0 0 {} {}".format(*sides)

    @property
    def transform(self) -> str:
        """As static/js/desk-viewer.js writes it."""
        shift = (
            "",
            f"translate({self.height} 0)",
            f"translate({self.width} {self.height})",
            f"translate(0 {self.width})",
        )
        return f"{shift[self.turn]} rotate({self.turn * 90})".strip() if self.turn else ""

    @property
    def is_wide(self) -> bool:
        return (self.width > self.height) != bool(self.turn % 2)


@dataclass(frozen=True, slots=True)
class Look:
    """A piece on one side of the page."""

    exhibit: Exhibit
    copy: str  # "" the working copy, as its owner sees it; "masked" what the other side sees
    leaves: tuple[Leaf, ...]
    has_masked: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; anything it does not know is as if it were not said."""

    zoom: int
    turn: int
    copy: str
    beside: int

    @classmethod
    def of(cls, request: HttpRequest) -> Wanted:
        zoom, turn = _number(request, "zoom"), _number(request, "turn")
        return cls(
            zoom if zoom in ZOOMS else FIT,
            turn % TURNS,
            MASKED if request.GET.get("copy") == MASKED else "",
            _number(request, "with"),
        )

    def but(self, **other: Any) -> str:
        """The address of the same page with something else."""
        said = {"zoom": self.zoom, "turn": self.turn, "copy": self.copy, "with": self.beside, **other}
        plain = {"zoom": FIT, "turn": 0, "copy": "", "with": 0}
        return "?" + "&".join(f"{name}={value}" for name, value in said.items() if value != plain[name])


@csp_update({"media-src": [SELF]})  # type: ignore[arg-type]  # its own types know views of a request alone
@require_safe
def viewer(request: HttpRequest, actor: Actor, reference: str, number: int) -> HttpResponse:
    """A piece by its number in the file; ``?with=`` another beside it, ``?copy=masked`` as the other side sees it."""
    complaint, exhibits = exhibits_for(actor, reference)
    exhibit, wanted, now = pick(exhibits, number), Wanted.of(request), timezone.now()
    beside = next((each for each in exhibits if each.number == wanted.beside and each != exhibit), None)
    looks = [_look(complaint, each, wanted) for each in (exhibit, beside) if each]
    _note_words_read(looks, actor, at=now)
    at = ZOOMS.index(wanted.zoom)
    context = {
        **frame_of(actor),
        **arrive(complaint, actor, at=now),
        "case": complaint,
        "exhibit": exhibit,
        "exhibits": exhibits,
        "looks": looks,
        "beside": beside,
        "before": number - 1 or None,
        "after": number + 1 if number < len(exhibits) else None,
        "wanted": wanted,
        "closer": wanted.but(zoom=ZOOMS[min(at + 1, len(ZOOMS) - 1)]),
        "farther": wanted.but(zoom=ZOOMS[max(at - 1, 0)]),
        "whole": wanted.but(zoom=FIT),
        "turned": wanted.but(turn=(wanted.turn + 1) % TURNS),
        "unmasked": wanted.but(copy=""),
        "masked": wanted.but(copy=MASKED),
        "alone": wanted.but(**{"with": 0}),
        "zooms": " ".join(map(str, ZOOMS)),
        "film": film_of(request, actor, complaint, exhibit),
        **_known(complaint, exhibit),
        "original_form": OriginalForm(auto_id="original_%s"),
        "may_open_original": permissions.may(actor, "original"),
    }
    return render(request, "admin/evidence.html", context)


@require_safe
def covered(request: HttpRequest, actor: Actor, reference: str, number: int, variant: str) -> HttpResponseBase:
    """A sheet of the copy that the other side sees; who looked is on record."""
    _complaint, exhibits = exhibits_for(actor, reference)
    piece = pick(exhibits, number).item
    sheets = {f"sheet-{place}": sha256 for place, sha256 in enumerate(seen_by(piece, ()).sheets)}
    if variant not in sheets:
        raise Http404
    note_viewing(piece, variant=f"masked-{variant}"[:16], actor=actor, at=timezone.now())
    name = f"evidence-{piece.pk}-masked-{variant}.webp"
    return send(sheets[variant], media_type="image/webp", disposition=f'inline; filename="{name}"')


def _look(complaint: Complaint, exhibit: Exhibit, wanted: Wanted) -> Look:
    piece = exhibit.item
    masked = standing(piece)
    copy = wanted.copy if masked and masked.sheets else ""
    if not piece.blob.may_be_opened:
        return Look(exhibit, "", (), False)
    count = len(masked.sheets) if copy and masked else len(piece.blob.sheets)
    reading = getattr(piece.blob, "reading", None)
    read = sheets_of(reading) if reading and reading.state == Reading.State.READ and not copy else []
    by_number = {sheet.number: sheet for sheet in read}
    leaves = []
    for place in range(count):
        width, height = _sides(exhibit, place)
        leaves.append(
            Leaf(place + 1, _address(complaint, exhibit, place, copy), width, height, wanted.turn, by_number.get(place))
        )
    return Look(exhibit, copy, tuple(leaves), bool(masked and masked.sheets))


def _sides(exhibit: Exhibit, place: int) -> tuple[int, int]:
    """Of a sheet, in pixels: only their proportion matters."""
    blob = exhibit.item.blob
    if place < len(blob.pages):
        return blob.pages[place]["width"], blob.pages[place]["height"]
    return (blob.width, blob.height) if blob.width and blob.height else PLAIN


def _address(complaint: Complaint, exhibit: Exhibit, place: int, copy: str) -> str:
    variant = f"sheet-{place}"
    if copy:
        return reverse("admin:case-evidence-covered", args=[complaint.reference, exhibit.number, variant])
    return reverse("complaints:evidence-bytes", args=[exhibit.item.pk, variant])


def _note_words_read(looks: Sequence[Look], actor: Actor, *, at: datetime) -> None:
    """The pictures are entered as their bytes leave; the words read off them leave with the page itself."""
    for look in looks:
        if any(leaf.read for leaf in look.leaves):
            note_viewing(look.exhibit.item, variant="preview", actor=actor, at=at)


def _known(complaint: Complaint, exhibit: Exhibit) -> dict[str, Any]:
    """What it is said to show, what was heard in it, and what happened to it."""
    piece = exhibit.item
    kept: Kept = kept_of(complaint, piece)
    return {
        "shown": [(fact, fact_statement(fact, value)) for fact, value in piece.shown],
        "heard": _heard(complaint, piece.pk),
        "kept": kept,
    }


def _heard(complaint: Complaint, evidence_id: int) -> list[tuple[LiveMoment, str]]:
    """Sentences that the consumer wrote down from this recording, each with its place in it."""
    found = complaint.moments.standing().filter(places__evidence=evidence_id).prefetch_related("places")
    return [
        (each, next(place.position for place in each.places.all() if place.evidence_id == evidence_id))
        for each in found.order_by("pk")
    ]


def _number(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
