"""What was read off a person's pictures, as a page shows it: each hint with its place on the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from complaints.asking.pages import BY_SLUG
from complaints.asking.route import Journey
from complaints.evidence import ocr
from complaints.flow import hints as reading
from complaints.flow.hint_words import LABELS, in_words
from complaints.flow.hints import Hint
from complaints.models import Draft, Evidence, Reading
from complaints.narrative import language

PATIENCE = timedelta(minutes=10)  # so long a page says that reading goes on; then it says nothing more of it


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a sheet that shows a line, and the frame drawn around it: pixels of the sheet."""

    sheet: int
    width: int
    height: int
    view: tuple[int, int, int, int]  # left, top, width, height
    frame: tuple[int, int, int, int]

    @property
    def variant(self) -> str:
        """The sheet's name in addresses."""
        return f"sheet-{self.sheet}"

    @property
    def view_box(self) -> str:
        return " ".join(str(side) for side in self.view)


@dataclass(frozen=True, slots=True)
class Told:
    """One hint on a page. ``there`` is what the person wrote themselves, ``elsewhere`` what other pictures say."""

    hint: Hint
    label: str
    value: str
    there: str
    elsewhere: tuple[str, ...]
    crop: Crop

    @property
    def is_taken(self) -> bool:
        return self.hint.by_owner == "taken" and (self.is_same or not self.there)

    @property
    def is_for_caption(self) -> bool:
        """Whether the form has no field for it: it goes into the words about its piece."""
        return self.hint.field not in reading.PLACES

    @property
    def is_free(self) -> bool:
        """Whether it can be used without a choice: nothing is written there, and no other picture says otherwise."""
        return not (self.hint.by_owner or self.there or self.elsewhere or self.is_for_caption)

    @property
    def is_same(self) -> bool:
        """Whether the person has written the same."""
        return bool(self.there) and _bare(self.there) == _bare(self.value)


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is to say about the words on one piece: waiting, failed, read; or nothing."""

    piece: Evidence
    state: str
    told: tuple[Told, ...] = ()

    @property
    def of_order(self) -> list[Told]:
        """Those of the page of the order."""
        return [each for each in self.told if reading.PLACES.get(each.hint.field, ("",))[0] == "order"]

    @property
    def of_other_pages(self) -> list[Told]:
        return [each for each in self.told if each not in self.of_order]

    @property
    def other_labels(self) -> list[str]:
        return [each.label for each in self.of_other_pages]

    @property
    def free(self) -> list[Told]:
        """Those that one tap may use together."""
        return [each for each in self.told if each.is_free]


def heard_of_draft(draft: Draft | None, pieces: Sequence[Evidence], *, at: datetime, on: date) -> dict[int, Heard]:
    """Piece → what a page says about its words. What was refused is left out, for good."""
    if draft is None or not pieces:
        return {}
    found = [hint for hint in reading.hints_of(pieces, on=on) if hint.by_owner != "refused"]
    told = [_told(hint, found, there=reading.typed(draft, hint)) for hint in found]
    return _by_piece(pieces, told, at=at)


def heard_of_case(pieces: Sequence[Evidence], hints: Sequence[Hint], *, at: datetime) -> dict[int, Heard]:
    """Piece → the hints that may fill what the case is missing."""
    told = [_told(hint, hints, there="") for hint in hints]
    return _by_piece(pieces, told, at=at)


def reads() -> bool:
    """Whether words are read here at all: nothing is offered where they are not."""
    return ocr.is_on()


def holds(today: date) -> Callable[[Mapping[str, Any], str], bool]:
    """Whether a page of the form is complete with the answers one is about to keep."""

    def complete(answers: Mapping[str, Any], slug: str) -> bool:
        page = BY_SLUG[slug]
        return Journey(answers, today, language(), frozenset({slug})).is_complete(page)

    return complete


def crop_of(hint: Hint) -> Crop:
    """The line with some of what stands around it, never less than half of the sheet's width."""
    width, height = hint.width, hint.height
    line = hint.line
    left, right = (round(side / 10_000 * width) for side in (line["left"], line["left"] + line["width"]))
    top, bottom = (round(side / 10_000 * height) for side in (line["top"], line["top"] + line["height"]))
    pad = max(6, round(width * 0.012))
    wide = min(width, max(right - left + 8 * pad, round(width * 0.6)))
    tall = min(height, max(bottom - top + 4 * pad, round(wide * 0.12)))
    from_left = min(max((left + right - wide) // 2, 0), width - wide)
    from_top = min(max((top + bottom - tall) // 2, 0), height - tall)
    frame = (left - pad // 2, top - pad // 2, right - left + pad, bottom - top + pad)
    return Crop(line["sheet"], width, height, (from_left, from_top, wide, tall), frame)


def _told(hint: Hint, others: Iterable[Hint], *, there: str) -> Told:
    elsewhere = {
        in_words(hint.field, other.value, language=language())
        for other in others
        if other.field == hint.field and other.value != hint.value
    }
    value = in_words(hint.field, hint.value, language=language())
    return Told(
        hint, str(LABELS[hint.field]), value, _written(hint.field, there), tuple(sorted(elsewhere)), crop_of(hint)
    )


def _written(field: str, there: str) -> str:
    """What stands in the form, said like a hint where it is one of its kind; else as it was typed."""
    try:
        return in_words(field, there, language=language()) if there and field != "platform" else there
    except ValueError:
        return there


def _by_piece(pieces: Sequence[Evidence], told: Sequence[Told], *, at: datetime) -> dict[int, Heard]:
    states = dict(Reading.objects.filter(blob__in=[each.blob_id for each in pieces]).values_list("blob_id", "state"))
    found = {}
    for piece in pieces:
        state = states.get(piece.blob_id, "")
        is_late = state == Reading.State.WAITING and at - piece.received_at > PATIENCE
        own = tuple(each for each in told if each.hint.piece.pk == piece.pk)
        found[piece.pk] = Heard(piece, "" if is_late else state, own)
    return found


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
