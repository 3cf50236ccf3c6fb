"""Whether an answer was written for this case: how many of a party's latest answers say almost the same."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from complaints.models import Actor, Party, Respondent

LATEST = 50  # answers of one house that are compared with
ALMOST = 90  # of 100, rapidfuzz's ratio: numbers, names of goods and a day may differ
SHORTEST = 20  # characters: shorter words are alike by nature
ENOUGH = 2  # answers that are alike before anything is said
_IGNORED = re.compile(r"[\s\d，。！？、；：“”‘’（）,.!?;:()\-¥]+")


def warning(words: str, *, respondent: Respondent, actor: Actor) -> str:
    """A sentence for who writes; empty where there is nothing to say. Nothing is refused for it."""
    return Said(actor).warning(words, respondent=respondent)


class Said:
    """What the houses a person answers for have said last, looked up once for each: for whole tables of answers."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._latest: dict[tuple[Any, ...], list[tuple[int, str]]] = {}

    def warning(self, words: str, *, respondent: Respondent) -> str:
        """As ``warning`` of the module."""
        count = self.alike(words, respondent=respondent)
        if count < ENOUGH:
            return ""
        return _("这段话和贵方最近{n}份答复几乎一样，请针对这件事写").format(n=count)

    def alike(self, words: str, *, respondent: Respondent) -> int:
        """How many of the latest answers of the same house, in other cases, are almost these words."""
        plain = _plain(words)
        if len(plain) < SHORTEST:
            return 0
        others = [said for case, said in self._of(respondent) if case != respondent.complaint_id][:LATEST]
        return len(process.extract(plain, others, scorer=fuzz.ratio, score_cutoff=ALMOST, limit=None))

    def _of(self, respondent: Respondent) -> list[tuple[int, str]]:
        """Case and plain words of the latest answers, enough of them for the case itself to be left out."""
        is_own = self.actor.organisation is not None and respondent.organisation_id is not None
        house = () if is_own else (respondent.entry_id, respondent.party, respondent.name)
        if house not in self._latest:
            latest = _of_house(respondent, self.actor).exclude(answered_at=None).order_by("-answered_at")
            said = latest.values_list("complaint_id", "answer__words")[: LATEST + len(Party)]
            self._latest[house] = [(case, _plain(words)) for case, words in said if isinstance(words, str)]
        return self._latest[house]


def _of_house(respondent: Respondent, actor: Actor) -> QuerySet[Respondent]:
    """The answers of one business: what it answers for itself, by its organisation, its entry in the register, or its
    name as the consumers write it."""
    if actor.organisation is not None:
        own = Respondent.objects.filter(organisation=actor.organisation)
        return own | _named(respondent) if respondent.organisation_id is None and respondent.name else own
    return _named(respondent)


def _named(respondent: Respondent) -> QuerySet[Respondent]:
    if respondent.entry_id:
        return Respondent.objects.filter(entry=respondent.entry_id)
    if respondent.name:
        return Respondent.objects.filter(party=respondent.party, name=respondent.name)
    return Respondent.objects.none()


def _plain(words: str) -> str:
    """Only what says something: numbers, blanks and marks are left out."""
    return _IGNORED.sub("", words)
