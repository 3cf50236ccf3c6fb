"""The evidence of a filed case: what is there and what each piece shows, what more would change, and adding it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.elements import grounds_of
from complaints.evidence import vault
from complaints.flow import showings
from complaints.flow.intake import add_evidence
from complaints.flow.removing import removed_of
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Blob, Complaint, DecisionRecord, Evidence, RecordItem
from complaints.models.assertion import Speaker
from complaints.narrative import fact_statement
from complaints.posting import post_only
from complaints.provable import Point, Shown, chosen, likely
from complaints.record_words import lacks, records_words
from complaints.web import case_hints
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of, proofs_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_decision import Proof
from complaints.web.case_effects import effects_of, points_in_play, told_after
from complaints.web.case_erasure import erasure_of
from complaints.web.case_forms import EvidenceForm
from complaints.web.heard import Heard
from complaints.web.quotas import count_bytes
from complaints.web.showing_fields import Row, marker, points_in, rows_of, ticked
from complaints.web.unreadable import Trouble, readable

GROUNDS = 4  # told in full; the others fold


@dataclass(frozen=True, slots=True)
class Line:
    """A piece as the page shows it: what it shows in words, and the boxes for its owner while the case is open."""

    proof: Proof
    shows: tuple[str, ...]
    rows: tuple[Row, ...]
    heard: Heard | None = None


@case_page
@require_http_methods(["GET", "POST"])
@readable
@or_why_not
def evidence(request: HttpRequest, trouble: Trouble, reference: str) -> HttpResponse:
    """The evidence of the case, what more of it would change, and a form for more."""
    complaint = find_case(request, reference)
    points = points_in_play(complaint)
    is_sent = request.method == "POST" and not trouble.is_unreadable
    form = EvidenceForm(points, *((request.POST, request.FILES) if is_sent else ()))
    if _is_android_wechat(request):
        form.take_one_at_a_time()
    refused = trouble.sentences
    if is_sent and form.is_valid():
        complaint.require_open()
        problems, kept = _add(request, complaint, form, points)
        refused += problems
        if kept and not refused:
            return redirect("complaints:case-evidence", reference)
    return render(request, "case/evidence.html", {**frame_of(complaint), **_page(complaint, form, refused)})


@case_page
@post_only("complaints:case-evidence", "reference")
@or_why_not
def shows(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Say anew what a piece shows; what that changed stands on the page."""
    complaint = find_case(request, reference)
    piece = complaint.evidence.of_dispute().filter(pk=evidence_id, offered_by=Role.CONSUMER).first()
    if piece is None or marker(piece.pk) not in request.POST:
        raise Http404
    rows = rows_of(piece, points_in_play(complaint))
    said = chosen(ticked(request.POST, piece.pk), points_in(rows))
    before = complaint.decision
    if showings.say(complaint, piece.pk, said, actor=actor_of(request), at=timezone.now()):
        _tell(request, complaint, before, said)
    return redirect(f"{reverse('complaints:case-evidence', args=[reference])}#piece-{piece.pk}")


def _page(complaint: Complaint, form: EvidenceForm, refused: list[str]) -> dict[str, Any]:
    points, record = points_in_play(complaint), complaint.decision
    proofs = proofs_of(complaint)
    heard = case_hints.heard_in(complaint, [proof.item for proof in proofs])
    grounds = grounds_of(record, [proof.item for proof in proofs]) if record else []
    lines = [_line(proof, points, is_open=complaint.is_open) for proof in proofs]
    return {
        "tab": "evidence",
        "lines": [replace(line, heard=heard.get(line.proof.item.pk)) for line in lines],
        "removed": list(removed_of(complaint)),
        "grounds": grounds[:GROUNDS],
        "more_grounds": grounds[GROUNDS:],
        "effects": effects_of(record, points) if record and complaint.is_open else [],
        "form": form,
        "refused": refused,
        "is_waiting": complaint.evidence.of_dispute().filter(blob__state=Blob.State.QUARANTINED).exists(),
        "kept_years": settings.CASE_KEPT_YEARS,
        **erasure_of(complaint),
        **_asked_of_platform(complaint),
    }


def _asked_of_platform(complaint: Complaint) -> dict[str, Any]:
    """What was heard and asked for so far; and, before anything was asked, what one tap would ask for."""
    items, lacking = complaint.record_items, lacks(complaint) if complaint.is_open else set()
    count = items.count()
    one_tap = [kind for kind in RecordItem.Kind.values if kind in lacking] if not count else []
    return {
        "moments_count": complaint.moments.standing().count(),
        "records_count": count,
        "records_open": items.unanswered().count(),
        "one_tap": one_tap,
        "one_tap_words": records_words(one_tap),
    }


def _line(proof: Proof, points: Sequence[Point], *, is_open: bool) -> Line:
    shown = proof.item.shown_by_owner
    rows = rows_of(proof.item, points) if is_open and proof.item.offered_by == Role.CONSUMER else ()
    return Line(proof, tuple(fact_statement(fact, value) for fact, value in shown), rows)


def _add(
    request: HttpRequest, complaint: Complaint, form: EvidenceForm, points: Sequence[Point]
) -> tuple[list[str], int]:
    """Add the files one by one. Returns the sentences about those not taken, and how many were."""
    files: list[UploadedFile[Any]] = form.cleaned_data["pieces"]
    kind: str = form.cleaned_data["kind"]
    said = chosen(form.cleaned_data.get("shows", ()), points) or likely(kind, points)
    before, refused, kept = complaint.decision, [], list[Evidence]()
    for upload in files:
        actor, at = actor_of(request), timezone.now()
        try:
            count_bytes(request, upload.size or 0, at=at)
            kept.append(
                add_evidence(complaint, upload, kind=kind, speaker=Speaker.CONSUMER, actor=actor, at=at, shows=said)
            )
        except (vault.Unacceptable, IllegalMove) as error:
            refused.append(f"{vault.clean_name(upload.name or '')}：{error}")
    if kept and all(piece.blob.may_be_opened for piece in kept):
        _tell(request, complaint, before, kept[-1].shown_by_owner)
    elif kept:
        messages.success(request, _("收到了。查完以后判定会再算一次。"))
    return refused, len(kept)


def _tell(request: HttpRequest, complaint: Complaint, before: DecisionRecord | None, shown: Sequence[Shown]) -> None:
    complaint.refresh_from_db()
    if complaint.decision:
        statements = [fact_statement(fact, value) for fact, value in shown]
        messages.success(request, told_after(before, complaint.decision, statements))


def _is_android_wechat(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    return "MicroMessenger" in agent and "Android" in agent
