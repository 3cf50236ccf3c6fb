"""The sheets of a pack as values: who asks whom for what, in the order the office of each way asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.authority_letter import relation_words
from complaints.formal_letter import written_day
from complaints.lifecycle import Role
from complaints.models import Complaint, Respondent
from complaints.models.helper import helper_of
from complaints.moment_words import moments_told
from complaints.narrative import fact_statement, heading_name, language
from complaints.packs import Exhibit
from complaints.papers.claims import claims_of, wanted_of
from complaints.papers.facts import facts_of
from complaints.papers.letter import code_of, contact_of, write_letter
from complaints.record_words import requests_told
from complaints.ruling_words import by_person
from complaints.rulings import ruling_on
from routing import Explanation, rulebook
from routing.engine.wording import Wording

SLUGS = {  # in file names
    "association": "association",
    "regulator": "12315",
    "report": "report",
    "arbitration": "arbitration",
    "court": "court",
}
TITLES = {
    "association": gettext_lazy("向消费者协会投诉的材料"),
    "regulator": gettext_lazy("向12315投诉的材料"),
    "report": gettext_lazy("举报材料"),
    "arbitration": gettext_lazy("申请仲裁的材料"),
    "court": gettext_lazy("起诉的材料"),
}
SIDES = {  # what the office of each way calls the two sides
    "association": (gettext_lazy("投诉人"), gettext_lazy("被投诉人")),
    "regulator": (gettext_lazy("投诉人"), gettext_lazy("被投诉人")),
    "report": (gettext_lazy("举报人"), gettext_lazy("被举报人")),
    "arbitration": (gettext_lazy("申请人"), gettext_lazy("被申请人")),
    "court": (gettext_lazy("原告"), gettext_lazy("被告")),
}


@dataclass(frozen=True, slots=True)
class Party:
    """One of the other side: the name as the consumer knows it, and how the decision sees it."""

    kind: str
    name: str
    verdict: str


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A line of the evidence index; ``file`` is the name in the pack, empty where the original lies with another."""

    number: int
    kind: str
    offered_by: str
    received: str
    sha256: str
    file: str
    caption: str
    shows: tuple[str, ...]


def sheets_of(complaint: Complaint, way: str, *, on: date) -> dict[str, Any]:
    """Everything the papers of one way show, in the active language. Blanks are empty strings, to fill in by hand."""
    record = complaint.decision
    assert record is not None  # a filed complaint is decided
    ruling, respondents = ruling_on(record), list(complaint.respondents.all())
    told = ruling.told(language())
    proofs = pieces_of(complaint)
    numbers = {proof.item.pk: (proof.number, str(proof.item.get_kind_display())) for proof in proofs}
    against = _against(told, respondents)
    first = told_first(told, ruling.output["first_contact"])
    return {
        "complaint": complaint,
        "way": way,
        "title": TITLES[way],
        "person_word": SIDES[way][0],
        "against_word": SIDES[way][1],
        "contact": {"name": "", "phone": "", "email": "", **contact_of(complaint)},
        "agent": _agent(complaint),
        "authority_files": [each.name for each in authority_of(complaint) if each.item.blob.may_be_opened],
        "against": against,
        "letter": write_letter(complaint, first, lang=language(), with_phone=True),
        "wanted": [str(option.label) for option in wanted_of(complaint)],
        "claims": claims_of(told),
        "acts": _acts(record.output["illegal_acts"]) if way == "report" else (),
        "facts": facts_of(record, [proof.item for proof in proofs]),
        "index": [_index_line(proof) for proof in proofs],
        "moments": moments_told(complaint.moments.standing().prefetch_related("places"), complaint, numbers=numbers),
        "asked": requests_told(complaint, on=on, numbers={proof.item.pk: proof.number for proof in proofs}),
        "told": told,
        "record": record,
        "made_on": written_day(record.at),
        "is_reviewed": ruling.seal != "preliminary",
        "by_person": by_person(ruling, told),
        "on": written_day(on),
        "code": code_of(complaint.reference),
    }


def pieces_of(complaint: Complaint) -> list[Exhibit]:
    """The evidence not taken back, numbered as every page numbers it."""
    pieces = complaint.evidence.of_dispute().select_related("blob").prefetch_related("showings")
    return [Exhibit(number, item) for number, item in enumerate(pieces, 1)]


def authority_of(complaint: Complaint) -> list[Exhibit]:
    """The signed letter of authority, or proof of guardianship, numbered for itself."""
    return [Exhibit(n, item) for n, item in enumerate(complaint.evidence.authority().select_related("blob"), 1)]


def _agent(complaint: Complaint) -> dict[str, str] | None:
    """Who acts for the consumer, as an office asks for it; None where they act themselves."""
    helper = helper_of(complaint)
    if helper is None:
        return None
    word = _("监护人") if helper.is_guardian else _("代理人")
    return {**helper.reveal(), "word": word, "relation": relation_words(helper.relation)}


def told_first(told: Explanation, first: str | None) -> str:
    """Whom the letter in the pack is to: who answers first, else the first that stands for itself."""
    separate = [card.party for card in told.parties if not card.merged_into]
    return first if first in separate else separate[0]


def _against(told: Explanation, respondents: list[Respondent]) -> list[Party]:
    """Those who answer for it; where nobody does yet, those who may; else all that stand for themselves."""
    names = {each.party: each.name for each in respondents}
    separate = [card for card in told.parties if not card.merged_into]
    chosen = (
        [card for card in separate if card.verdict == "responsible"]
        or [card for card in separate if card.verdict == "possible"]
        or separate
    )
    return [Party(heading_name(card.party), names.get(card.party, ""), card.word) for card in chosen]


def _acts(numbers: list[int]) -> tuple[tuple[str, str], ...]:
    """Title and explanation of the acts to report; points nobody has read on the official page are left out."""
    wording, lang = Wording(rulebook(), language()), language()
    return tuple(
        (act.title.in_(lang), act.explain.in_(lang) if act.explain else "")
        for act in rulebook().acts
        if act.number in numbers and not wording.is_unchecked(f"GO {act.number}")
    )


def _index_line(exhibit: Exhibit) -> IndexLine:
    item = exhibit.item
    is_own = item.offered_by == Role.CONSUMER
    return IndexLine(
        number=exhibit.number,
        kind=str(item.get_kind_display()),
        offered_by=_("本人") if is_own else heading_name(item.offered_by),
        received=written_day(item.received_at),
        sha256=_("已按规定删除") if item.blob.erased_at else item.blob.sha256,
        file=exhibit.name if is_own and item.blob.may_be_opened else "",
        caption=item.caption if is_own else "",
        shows=tuple(fact_statement(fact, value) for fact, value in item.shown_by_owner),
    )
