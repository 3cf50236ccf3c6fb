"""The way through the form for one set of answers: which pages are asked, what comes next, what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any, Literal

from django.urls import reverse

from complaints.asking.forms import QuestionForm
from complaints.asking.law import Question, questions
from complaints.asking.pages import BY_SLUG, CHECK_MINUTES, PAGES, Page
from complaints.flow.carrying import CARRIED
from complaints.statement import is_for_another
from routing import rulebook

Fields = dict[str, Any]
NAME_SHOWN = 40  # characters: what is longer was refused, and still stands on its page


@dataclass(frozen=True)
class Journey:
    """The answers so far (valid or not), read on one day in one language."""

    answers: Mapping[str, Mapping[str, Any]]
    today: date
    lang: Literal["zh", "en"]
    done: Collection[str] = ()  # the pages whose last sending was right
    known: Mapping[str, str] = field(default_factory=dict)  # of who is signed in: what stands on the page of contact

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the law still asks, on the pages before those questions."""
        before = PAGES[: PAGES.index(BY_SLUG["more"])]
        more = self.answers.get("more", {})
        carried = {name: more[name] for fact in self.carried_facts if (name := f"fact-{fact}") in more}
        return questions({**self._complete(before), "more": carried}, today=self.today, lang=self.lang)

    @property
    def carried_facts(self) -> Sequence[str]:
        """The facts that the two-minute check told and no page of the form asks for."""
        return [fact for fact in self.answers.get(CARRIED, {}).get("facts", ()) if fact in rulebook().facts]

    @property
    def is_for_another(self) -> bool:
        return is_for_another(self.answers)

    @property
    def is_by_guardian(self) -> bool:
        return self.is_for_another and self.answers["behalf"].get("relation") == "guardian"

    @property
    def buyer(self) -> str:
        """The buyer's name as typed, for whom somebody else fills this in."""
        return str(self.answers["behalf"].get("name") or "").strip()[:NAME_SHOWN] if self.is_for_another else ""

    @cached_property
    def route(self) -> tuple[Page, ...]:
        """The pages these answers lead through."""
        return tuple(page for page in PAGES if page.applies(self))

    def form(self, page: Page, data: Mapping[str, Any] | None = None) -> QuestionForm:
        assert page.form is not None
        return page.form(self, data)

    def saved(self, page: Page) -> QuestionForm | None:
        """The page's form as kept, checked again; None for the page of evidence, which may stay empty."""
        return page.form.of_saved(self) if page.form else None

    def is_complete(self, page: Page) -> bool:
        """Whether it can be sent as it is: not refused last time, and not outdated by other answers."""
        form = self.saved(page)
        refused = page.slug in self.answers and page.slug not in self.done
        return form is None or (not refused and form.is_valid())

    @cached_property
    def unfinished(self) -> tuple[Page, ...]:
        """The pages of the route without an answer that could be sent."""
        return tuple(page for page in self.route if not self.is_complete(page))

    def url_after(self, page: Page) -> str:
        """Where Continue leads: pages whose condition an answer just changed are asked, others are passed over; so are
        those that the two-minute check has answered."""
        settled = self.answers.get(CARRIED, {}).get("pages", ())
        for later in PAGES[PAGES.index(page) + 1 :]:
            if later.applies(self) and not (later.slug in settled and self.is_complete(later)):
                return later.url
        return reverse("complaints:wizard-check")

    def url_before(self, page: Page) -> str:
        for earlier in reversed(PAGES[: PAGES.index(page)]):
            if earlier.applies(self):
                return earlier.url
        return reverse("complaints:start")

    def resume_at(self) -> Page | None:
        """The first page that needs something; None when all is there."""
        return self.unfinished[0] if self.unfinished else None

    def minutes_from(self, page: Page) -> int:
        left = sum(later.minutes for later in PAGES[PAGES.index(page) :] if later in self.route)
        return ceil(left + CHECK_MINUTES)

    def to_file(self) -> dict[str, Fields]:
        """The answers that count: complete pages of the route, without fields that are no longer asked."""
        return self._complete(self.route)

    def _complete(self, pages: Iterable[Page]) -> dict[str, Fields]:
        found: dict[str, Fields] = {}
        for page in pages:
            form = self.saved(page) if page.slug in self.done and page.applies(self) else None
            if form is not None and form.is_valid():
                found[page.slug] = form.still_asked()
        return found
