"""The law the findings rest on, open to everybody: the list, one rule by version, one law. They change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.lawbooks import versions
from complaints.web.rules_books import book_named
from complaints.web.rules_forms import RulesForm
from complaints.web.rules_index import index_page
from complaints.web.rules_law import law_page
from complaints.web.rules_pages import rule_page
from routing import Rulebook, rulebook
from routing.engine.errors import nearest


def _is_officer(request: HttpRequest) -> bool:
    """What is unverified or contested is shown to the staff of the association only."""
    return request.user.is_staff


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return _index(request, rulebook())


@require_safe
def named(request: HttpRequest, name: str) -> HttpResponse:
    """A rule leads on to its permalink of today; a version is the whole law as it was."""
    if rulebook().rules_named(name):
        return redirect("complaints:rule", rulebook().version, name)
    book = book_named(name)
    if book is not None:
        return _index(request, book)
    return _missing(request, name, [each.version for each in versions()])


@require_safe
def rule(request: HttpRequest, version: str, rule: str) -> HttpResponse:
    book = book_named(version)
    if book is None or not book.rules_named(rule):
        return _missing(request, rule, [])
    page = rule_page(book, rule, on=_day(request), for_officer=_is_officer(request))
    here = request.build_absolute_uri(request.path)
    return render(request, "rules/rule.html", {"page": page, "words": page.words, "here": here, **_known()})


@require_safe
def instrument(request: HttpRequest, instrument: str) -> HttpResponse:
    if instrument not in rulebook().instruments:
        return _missing(request, instrument, [])
    page = law_page(rulebook(), instrument, on=timezone.localdate(), for_officer=_is_officer(request))
    return render(request, "rules/law.html", {"page": page, "version": rulebook().version})


def _index(request: HttpRequest, book: Rulebook) -> HttpResponse:
    form = RulesForm(request.GET)
    query, on, party = form.asked()
    page = index_page(book, query=query, on=on, party=party, for_officer=_is_officer(request))
    return render(request, "rules/index.html", {"form": form, "page": page, "query": query, **_known()})


def _known() -> dict[str, object]:
    """The laws that have a page."""
    return {"laws": rulebook().instruments.keys()}


def _day(request: HttpRequest) -> date:
    """The day of ``?on=``; today where there is none or it is no day."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


def _missing(request: HttpRequest, name: str, others: Iterable[str]) -> HttpResponse:
    """404, with the nearest right name where one comes close."""
    rules, laws = {each.id for each in rulebook().rules}, rulebook().instruments
    by_folded = {each.casefold(): each for each in (*rules, *laws, *others)}
    close = by_folded.get(nearest(name.casefold(), by_folded) or "")
    url = "" if close is None else reverse(f"complaints:rules-{'law' if close in laws else 'named'}", args=[close])
    return render(request, "rules/missing.html", {"close": close, "url": url}, status=HTTPStatus.NOT_FOUND)
