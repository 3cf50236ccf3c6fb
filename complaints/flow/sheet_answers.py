"""One row of a table of answers: read into the answer it makes, or into what is wrong with each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.flow.boilerplate import Said
from complaints.flow.contesting import CannotAnswer, check_contest, mark_of
from complaints.flow.responses import MOST_WORDS, Position, respondent_for
from complaints.flow.sheet_rows import (
    COLUMNS,
    INSTEAD_LENGTH,
    PARTIES,
    POSITIONS,
    SHOWN,
    VALUES,
    CellError,
    SheetAnswer,
    SheetRow,
)
from complaints.flow.sheet_tables import Line
from complaints.models import Actor, Complaint, Party, Respondent, SentRow
from complaints.models.complaint import RespondentQuerySet
from complaints.narrative import fact_statement, party_name, position_words, sentences

AT_ONCE = 500  # rows that one question to the database is about


class Shelf:
    """The cases that the rows of a table name, as far as the house sees them, and those it may answer for: read at once
    for all rows."""

    def __init__(self, references: Iterable[str], actor: Actor) -> None:
        self.actor, self.said = actor, Said(actor)
        self.cases: dict[str, Complaint] = {}
        self.own: dict[int, list[Respondent]] = {}  # case → its respondents that are the house itself
        self.answered_for: dict[tuple[int, str], Respondent] = {}
        wanted = sorted({reference for reference in references if reference})
        for start in range(0, len(wanted), AT_ONCE):
            self._read(wanted[start : start + AT_ONCE])

    def _read(self, references: Sequence[str]) -> None:
        seen = Complaint.objects.visible_to(self.actor).filter(reference__in=references)
        found = {each.pk: each for each in seen.select_related("decision")}
        self.cases |= {each.reference: each for each in found.values()}
        asked = Respondent.objects.filter(complaint__in=found, asked_at__isnull=False)
        for each in asked.filter(organisation=self.actor.organisation).order_by("pk"):
            self.own.setdefault(each.complaint_id, []).append(each)
        if permissions.may_speak(self.actor):
            self.answered_for |= {(each.complaint_id, each.party): each for each in spoken_for(asked, self.actor)}


def spoken_for(waiting: RespondentQuerySet, actor: Actor) -> RespondentQuerySet:
    """Of respondents of many cases: the house itself, and those it passes notices on to where it is the platform."""
    platform = Respondent.objects.filter(party=Party.PLATFORM, organisation=actor.organisation)
    relayed = waiting.passed_on().filter(complaint__in=platform.values("complaint"))
    return waiting.filter(Q(organisation=actor.organisation) | Q(pk__in=relayed.values("pk")))


@dataclass(slots=True)
class Reading:
    """A row while it is read: what was wrong so far."""

    cells: Mapping[str, str]
    headings: Mapping[str, str]
    errors: list[CellError] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        self.errors.append(CellError(column, self.headings.get(column, column), message))


def look_at(
    lines: Sequence[Line],
    codes: Sequence[str],
    headings: Mapping[str, str],
    actor: Actor,
    *,
    since: datetime | None = None,
) -> list[tuple[SheetRow, SheetAnswer | None]]:
    """The rows as they would be sent now, or with what is wrong in them. A party of a case is answered for once.
    ``since``: when the table was ordered to be sent; what has gone out from then on went out with it."""
    cells = [(number, {code: cell for code, cell in zip(codes, row, strict=False) if code}) for number, row in lines]
    shelf = Shelf((each.get("case", "") for _number, each in cells), actor)
    read, seen = [], dict[tuple[int, str], int]()
    for number, each in cells:
        reading = Reading(each, headings)
        answer = _answer(reading, shelf)
        if answer is not None:
            first = seen.setdefault((answer.complaint.pk, answer.party), number)
            if first != number:
                reading.wrong("case", _("第{n}行已经答复这件投诉的这一方，删掉一行。").format(n=first))
                answer = None
        read.append((number, reading, answer))
    sent = _sent((answer for _number, _reading, answer in read if answer), actor)
    return [_row(number, reading, answer, sent, shelf, since) for number, reading, answer in read]


def _row(
    number: int,
    reading: Reading,
    answer: SheetAnswer | None,
    sent: Mapping[str, datetime],
    shelf: Shelf,
    since: datetime | None,
) -> tuple[SheetRow, SheetAnswer | None]:
    cells = reading.cells
    case, party = cells.get("case", ""), str(answer.party) if answer else cells.get("party", "")
    if answer is None:
        return SheetRow(number, cells, case, party, "error", errors=tuple(reading.errors)), None
    went_out = sent.get(answer.fingerprint(_house(shelf.actor)))
    if went_out and since and went_out >= since:  # by a run that was cut short before it noted so
        return SheetRow(number, cells, case, party, "sent", why=_("已发出。")), None
    if went_out:
        return SheetRow(number, cells, case, party, "already", why=_("这一行以前发过，没有再发。")), None
    told = shelf.said.warning(answer.words, respondent=answer.respondent)
    bare = _("没有附证明，会记为“推责无据”。") if answer.position is Position.NOT_OURS else ""
    warnings = tuple(filter(None, (told, bare)))
    return SheetRow(number, cells, case, party, "ready", _does(answer), warnings=warnings), answer


def was_sent(answer: SheetAnswer, actor: Actor) -> bool:
    """Whether this very row went out before, in whichever file."""
    return bool(_sent([answer], actor))


def _sent(answers: Iterable[SheetAnswer], actor: Actor) -> Mapping[str, datetime]:
    """The fingerprints of those that went out before, and when."""
    marks = [answer.fingerprint(_house(actor)) for answer in answers]
    own = SentRow.objects.filter(organisation=actor.organisation)
    found: dict[str, datetime] = {}
    for start in range(0, len(marks), AT_ONCE):
        found |= own.filter(fingerprint__in=marks[start : start + AT_ONCE]).values_list("fingerprint", "at")
    return found


def _house(actor: Actor) -> int:
    assert actor.organisation is not None
    return actor.organisation.pk


def _does(answer: SheetAnswer) -> str:
    """What sending it will do, in a sentence."""
    said = position_words({"position": answer.position, "points_to": answer.points_to, "proof": False})
    told = _("代{party}答复{case}：{words}。").format(
        party=party_name(answer.party), case=answer.complaint.reference, words=said
    )
    facts = [fact_statement(fact, value) for fact, value in answer.claims.items()]
    again = _("以前答复过，这次会换成新的。") if answer.respondent.answered_at else ""
    return sentences(told, _("事实：{facts}。").format(facts=_("、").join(facts)) if facts else "", again)


def _answer(reading: Reading, shelf: Shelf) -> SheetAnswer | None:
    """The answer a row makes; None where something is wrong, which is noted."""
    cells = reading.cells
    position = POSITIONS.get(cells.get("position", ""))
    if position is None:
        known = _("、").join(("认可", "部分认可", "不认可", "不是我方的责任"))
        reading.wrong(
            "position",
            _("“{found}”不认识。能写的有：{known}。").format(found=cells.get("position", "")[:SHOWN], known=known),
        )
    words, note = cells.get("words", ""), cells.get("note", "")
    if not words:
        reading.wrong("words", _("写一两句给消费者的话。"))
    for column, text, most in (("words", words, MOST_WORDS), ("note", note, MOST_WORDS)):
        if len(text) > most:
            reading.wrong(column, _("最多{n}字，现在有{count}字。").format(n=most, count=len(text)))
    points_to, instead = _whom(reading, position)
    claims = _claims(reading)
    found = _case(reading, shelf)
    if found is None or position is None or reading.errors:
        return None
    complaint, respondent, party = found
    rule = cells.get("rule", "")
    answer = SheetAnswer(complaint, respondent, party, position, words, claims, points_to, instead, rule, note)
    return answer if _may_be_said(reading, answer) else None


def _may_be_said(reading: Reading, answer: SheetAnswer) -> bool:
    if answer.position is not Position.NOT_OURS:
        return True
    if answer.points_to == answer.party:
        reading.wrong("points_to", _("要写另外一方，不能是自己。"))
        return False
    mark = mark_of(answer.points_to or "", answer.rule, answer.claims, (), answer.instead)
    try:
        check_contest(answer.complaint, answer.party, answer.rule, mark)
    except CannotAnswer as refusal:
        reading.wrong("rule" if answer.rule else "position", str(refusal))
        return False
    return True


def _whom(reading: Reading, position: Position | None) -> tuple[Party | None, str]:
    cells = reading.cells
    if position is not Position.NOT_OURS:
        return None, ""
    points_to, instead = PARTIES.get(cells.get("points_to", "")), cells.get("instead", "")
    if points_to is None:
        reading.wrong("points_to", _("写明归哪一方：商家、主播或平台。"))
    if not instead:
        reading.wrong("instead", _("写上那一方的全称和联系方式，好让消费者找得到。"))
    elif len(instead) > INSTEAD_LENGTH:
        reading.wrong("instead", _("最多{n}字，现在有{count}字。").format(n=INSTEAD_LENGTH, count=len(instead)))
    return points_to, instead


def _claims(reading: Reading) -> dict[str, bool | None]:
    claims: dict[str, bool | None] = {}
    for column, cell in reading.cells.items():
        if column in COLUMNS or not cell:
            continue
        if cell.lower() not in VALUES:
            reading.wrong(column, _("“{found}”不认识。写“是”或者“否”，不清楚就空着。").format(found=cell[:SHOWN]))
        else:
            claims[column] = VALUES[cell.lower()]
    return claims


def _case(reading: Reading, shelf: Shelf) -> tuple[Complaint, Respondent, Party] | None:
    reference = reading.cells.get("case", "")
    complaint = shelf.cases.get(reference)
    if complaint is None:
        reading.wrong("case", _("没有这件投诉，或者贵机构看不到它。核对编号。") if reference else _("写上投诉编号。"))
        return None
    if not complaint.is_open:
        reading.wrong("case", _("这件投诉已经结束，不用再答复。"))
        return None
    typed, own = reading.cells.get("party", ""), shelf.own.get(complaint.pk, [])
    party = PARTIES.get(typed) if typed else Party(own[0].party) if len(own) == 1 else None
    if party is None:
        reading.wrong("party", _("写明代哪一方答复：商家、主播或平台。"))
        return None
    if known := shelf.answered_for.get((complaint.pk, party)):
        return complaint, known, party
    try:  # it may not, and the verb's own sentence says why
        return complaint, respondent_for(complaint, party, shelf.actor), party
    except (CannotAnswer, Respondent.DoesNotExist) as refusal:
        reading.wrong("party", str(refusal))
        return None
