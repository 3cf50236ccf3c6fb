"""An order table of the form: its columns, its rows, and one row taken over into the answers when a person says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.asking.pages import BY_SLUG, EVIDENCE
from complaints.evidence.columns import NUMBER, ORDERED, PAID, SHOP
from complaints.evidence.exports import NoTable, may_be_table
from complaints.flow import order_tables as verbs
from complaints.models import Draft, Evidence
from complaints.statement import NoAmount, amount
from complaints.web import drafts
from complaints.web.order_tables import Known, is_past, page_of, read_row, said_by, sent_columns, sent_row
from complaints.web.wizard import frame, journey_of

# Which answer each of them fills in.
PLACES = {
    NUMBER: ("order", "order_number"),
    PAID: ("order", "amount"),
    ORDERED: ("dates", "purchased_on"),
    SHOP: ("shop", "shop"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Say what the columns are, find the row of this order, take it over, or put back what stood there."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        raise Http404
    piece = get_object_or_404(draft.evidence.of_dispute().select_related("blob"), pk=evidence_id)
    if not may_be_table(piece.blob):
        raise Http404
    try:
        if request.method == "POST":
            _do(request, draft, piece)
            return redirect(f"{request.path}#row" if request.POST.get("do") != "undo" else request.path)
        shown: dict[str, Any] = page_of(piece, known_in(draft))
    except NoTable as trouble:
        shown = {"trouble": str(trouble)}
    page = BY_SLUG[EVIDENCE]
    return render(
        request,
        "wizard/table.html",
        {**frame(request, draft, journey_of(draft), page), **shown, "piece": piece, "back_url": page.url},
    )


def known_in(draft: Draft) -> Known:
    """What the answers say of the order so far, right or wrong."""
    order, dates, shop = (draft.answers.get(page, {}) for page in ("order", "dates", "shop"))
    ordered = dates.get("purchased_on")
    try:
        paid: Decimal | None = amount(order.get("amount"))
    except NoAmount:
        paid = None
    return Known(
        number=str(order.get("order_number") or ""),
        paid=paid,
        ordered=parse_date(ordered) if isinstance(ordered, str) and ordered else None,
        shop=str(shop.get("shop") or ""),
    )


def _do(request: HttpRequest, draft: Draft, piece: Evidence) -> None:
    """What was pressed. Raises NoTable."""
    pressed, at = request.POST.get("do", ""), timezone.now()
    if pressed == "undo":
        if verbs.give_back(draft, piece.pk, is_complete=_is_complete, at=at):
            messages.success(request, _("已经改回去了。"))
        return
    verbs.note_columns(piece, sent_columns(request.POST), needle=request.POST.get("needle", ""))
    row = sent_row(request.POST)
    if pressed == "pick" and row:
        verbs.pick(piece, row)
    elif pressed == "take" and row:
        _take(request, draft, piece, row)


def _take(request: HttpRequest, draft: Draft, piece: Evidence, row: int) -> None:
    order = read_row(piece, row)
    if order is None:
        return
    said = said_by(order)
    chosen = {code: text for code, text in said.items() if code in request.POST.getlist("use") and _fits(code, text)}
    pages: dict[str, dict[str, Any]] = {}
    for code, text in chosen.items():
        page, name = PLACES[code]
        pages.setdefault(page, {})[name] = text
    if NUMBER in chosen:
        pages["order"]["none"] = False
    if SHOP in chosen and not draft.answers.get("shop", {}).get("seller"):
        pages["shop"]["seller"] = "shop"
    if verbs.take_row(draft, piece.pk, row, said, pages, is_complete=_is_complete, at=timezone.now()):
        words = _("填好了，原来填的也记着，可以改回去。") if chosen else _("记下了是这一行。你填的没有动。")
        messages.success(request, words)


def _fits(code: str, text: str) -> bool:
    return code != ORDERED or is_past(text)


def _is_complete(answers: verbs.Pages, slug: str) -> bool:
    form = journey_of(None, answers).saved(BY_SLUG[slug])
    return form is not None and form.is_valid()
