"""Answers from a table, for call centres: read and looked at first, row by row; sent when somebody says so.

Nothing is sent by reading. A row that was sent is not sent again, in whichever file it comes: its fingerprint says so.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.evidence.tablereader import Refused, rows_of_text
from complaints.exports.disarming import disarmed
from complaints.flow.boilerplate import warning
from complaints.flow.contesting import CannotAnswer, check_contest, mark_of
from complaints.flow.responses import MOST_WORDS, Position, receive_response, respondent_for
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Complaint, Party, Respondent, ResponseSheet, SentRow
from complaints.models.complaint import RespondentQuerySet
from complaints.narrative import fact_statement, language, party_name, position_words, sentences
from routing import rulebook

MOST_ROWS = 100
MOST_BYTES = 1 << 20
INSTEAD_LENGTH = 200
MOST_TEMPLATE = 500
SHOWN = 20  # characters of a wrong cell in a sentence: what became of a sheet holds no words of people

# Column → how its heading reads; the code itself is taken, too.
COLUMNS: Mapping[str, Any] = {
    "case": gettext_lazy("投诉编号"),
    "party": gettext_lazy("哪一方"),
    "position": gettext_lazy("意见"),
    "words": gettext_lazy("写给消费者的话"),
    "points_to": gettext_lazy("应由谁负责"),
    "instead": gettext_lazy("那一方的全称和联系方式"),
    "rule": gettext_lazy("依据的规则"),
    "note": gettext_lazy("内部备注"),
}
HEADINGS = {
    **{code: code for code in COLUMNS},
    **{"投诉编号": "case", "哪一方": "party", "意见": "position", "写给消费者的话": "words", "应由谁负责": "points_to"},
    **{"那一方的全称和联系方式": "instead", "依据的规则": "rule", "内部备注": "note"},
}
NEEDED = ("case", "position", "words")
PARTIES = {
    **{party.value: party for party in Party},
    "商家": Party.MERCHANT,
    "主播": Party.ANCHOR,
    "平台": Party.PLATFORM,
}
POSITIONS = {
    **{position.value: position for position in Position},
    **{"认可": Position.ACCEPTED, "部分认可": Position.PARTLY, "不认可": Position.DISPUTED},
    **dict.fromkeys(("不是我方的责任", "不是我方"), Position.NOT_OURS),
}
VALUES: Mapping[str, bool | None] = {
    **dict.fromkeys(("是", "属实", "true", "yes", "1"), True),
    **dict.fromkeys(("否", "不属实", "false", "no", "0"), False),
    **dict.fromkeys(("收回", "null"), None),
}
REFUSALS = {
    "encoding": gettext_lazy("文件的编码读不了。另存为UTF-8或GB18030的CSV再传。"),
    "quotes": gettext_lazy("有一处引号没有成对，表格读不下去。检查一下再传。"),
    "cell": gettext_lazy("有一格太长了。删短一些再传。"),
    "columns": gettext_lazy("列太多了。用下载的模板。"),
}


class NotASheet(Exception):
    """A file that cannot be read as a table of answers, with a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell; ``column`` is a code of COLUMNS, or of a fact."""

    column: str
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: what stands in it, and what sending it will do. ``number`` is its line in the file; the heading is 1.

    ``code``: ready, error (see ``errors``), already (it was sent before); after sending also sent and refused, with
    ``why``.
    """

    number: int
    cells: Mapping[str, str]
    case: str
    party: str
    code: str
    does: str = ""
    errors: tuple[CellError, ...] = ()
    warnings: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of answers as it stands now; ``key`` names it in addresses. ``columns`` are (code, heading)."""

    key: uuid.UUID
    columns: tuple[tuple[str, str], ...]
    rows: tuple[SheetRow, ...]
    made_at: datetime
    sent_at: datetime | None = None

    def count(self, code: str) -> int:
        return sum(row.code == code for row in self.rows)

    @property
    def ready(self) -> int:
        """How many rows sending would send."""
        return self.count("ready")


@dataclass(slots=True)
class _Answer:
    """A row that can be sent."""

    complaint: Complaint
    respondent: Respondent
    party: Party
    position: Position
    words: str
    claims: dict[str, bool | None]
    points_to: Party | None
    instead: str
    rule: str
    note: str

    def fingerprint(self, organisation: int) -> str:
        said = [organisation, self.complaint.pk, self.party, self.position, self.words, sorted(self.claims.items())]
        said += [self.points_to, self.instead, self.rule, self.note]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()


@dataclass(slots=True)
class _Reading:
    """A row while it is read: what was wrong so far."""

    cells: Mapping[str, str]
    headings: Mapping[str, str]
    errors: list[CellError] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        self.errors.append(CellError(column, self.headings.get(column, column), message))


# ── The verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def template(actor: Actor) -> str:
    """A table to fill in, as CSV: one row for each case and party that waits for an answer of this house; in Chinese,
    or with codes. (Write it out with the mark of UTF-8, so that spreadsheets read it.)"""
    out = io.StringIO()
    writer = csv.writer(out)
    in_chinese = language() == "zh"
    writer.writerow([str(heading) for heading in COLUMNS.values()] if in_chinese else list(COLUMNS))
    waiting = Respondent.objects.unheard().filter(complaint__in=Complaint.objects.visible_to(actor).open())
    for each in _spoken_for(waiting, actor).select_related("complaint").order_by("due_on", "pk")[:MOST_TEMPLATE]:
        party = str(Party(each.party).label) if in_chinese else each.party
        writer.writerow([each.complaint.reference, party, *[""] * (len(COLUMNS) - 2)])
    return out.getvalue()


def read_responses(file: BinaryIO, actor: Actor, *, at: datetime) -> Sheet:
    """Read a table and keep it; nothing is sent. Raises NotASheet."""
    assert actor.organisation is not None and actor.role == Role.RESPONDENT
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise NotASheet(_("文件太大，最多1MB。分几次传。"))
    lines = _lines(raw)
    if len(lines) < 2:
        raise NotASheet(_("表里还没有要发的答复。第一行是列名，从第二行起一行一份。"))
    if len(lines) - 1 > MOST_ROWS:
        raise NotASheet(_("一次最多{n}行，这里有{count}行。分几次传。").format(n=MOST_ROWS, count=len(lines) - 1))
    _headings(lines[0][1])
    text = io.StringIO()
    csv.writer(text).writerows([[number, *cells] for number, cells in lines])
    made = ResponseSheet(organisation=actor.organisation, by=actor.user, rows=len(lines) - 1, made_at=at)
    made.keep(text.getvalue())
    made.save()
    return _as_it_stands(made, actor)


def sheet_of(key: uuid.UUID | str, actor: Actor) -> Sheet:
    """A table that was read before, looked at again: cases move on. Raises ResponseSheet.DoesNotExist."""
    return _as_it_stands(_held(key, actor), actor)


def send_responses(key: uuid.UUID | str, *, actor: Actor, at: datetime) -> Sheet:
    """Send every row that can be sent, each by itself: one that is refused stops no other. Sending twice sends nothing
    twice; a run that was cut short goes on. Raises ResponseSheet.DoesNotExist."""
    kept = _held(key, actor)
    if kept.sent_at is not None:
        return _as_it_stands(kept, actor)
    results = [_send(row, answer, actor, at) for row, answer in _rows(kept, actor)]
    with transaction.atomic():
        kept = ResponseSheet.objects.select_for_update().get(pk=kept.pk)
        if kept.sent_at is not None:  # somebody sent it meanwhile: what became of each row stands there
            return _as_it_stands(kept, actor)
        kept.results = [_result(row) for row in results]
        kept.sent_at = at
        kept.keep("")
        kept.save(update_fields=["results", "sent_at", "sealed_text"])
    return Sheet(kept.key, _columns(results), tuple(results), kept.made_at, at)


def results_csv(sheet: Sheet) -> str:
    """What became of each row, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("行"), _("投诉编号"), _("哪一方"), _("结果"), _("说明")])
    for row in sheet.rows:
        writer.writerow([disarmed(cell) for cell in (row.number, row.case, row.party, row.code, _why(row))])
    return out.getvalue()


def forget_sheets(*, before: datetime) -> int:
    """Empty the tables nobody sent. Returns how many."""
    return ResponseSheet.objects.filter(made_at__lt=before).exclude(sealed_text="").update(sealed_text="")


def _spoken_for(waiting: RespondentQuerySet, actor: Actor) -> RespondentQuerySet:
    """Of respondents of many cases: the house itself, and those it passes notices on to where it is the platform."""
    platform = Respondent.objects.filter(party=Party.PLATFORM, organisation=actor.organisation)
    relayed = waiting.passed_on().filter(complaint__in=platform.values("complaint"))
    return waiting.filter(Q(organisation=actor.organisation) | Q(pk__in=relayed.values("pk")))


# ── One row ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _send(row: SheetRow, answer: _Answer | None, actor: Actor, at: datetime) -> SheetRow:
    if answer is None or row.code != "ready":
        return row
    assert actor.organisation is not None
    try:
        with transaction.atomic():
            Complaint.objects.locked(answer.complaint.pk)
            SentRow.objects.create(
                organisation=actor.organisation,
                complaint=answer.complaint,
                fingerprint=answer.fingerprint(actor.organisation.pk),
                at=at,
            )
            receive_response(
                answer.complaint,
                party=answer.party,
                position=answer.position,
                words=answer.words,
                claims=answer.claims,
                points_to=answer.points_to,
                instead=answer.instead,
                rule=answer.rule,
                note=answer.note,
                actor=actor,
                at=at,
            )
    except IntegrityError:
        if not _was_sent(answer, actor):
            raise
        return replace(row, code="already", does="", why=_("这一行以前发过，没有再发。"))
    except (CannotAnswer, IllegalMove) as refusal:
        return replace(row, code="refused", does="", why=str(refusal))
    return replace(row, code="sent", why=_("已发出。"))


def _look(number: int, cells: Mapping[str, str], headings: Mapping[str, str], actor: Actor) -> Any:
    """A row as it will be sent, or with what is wrong in it."""
    reading = _Reading(cells, headings)
    answer = _answer(reading, actor)
    case, party = cells.get("case", ""), str(answer.party) if answer else cells.get("party", "")
    if answer is None:
        return SheetRow(number, cells, case, party, "error", errors=tuple(reading.errors)), None
    if _was_sent(answer, actor):
        return SheetRow(number, cells, case, party, "already", why=_("这一行以前发过，没有再发。")), None
    told = warning(answer.words, respondent=answer.respondent, actor=actor)
    bare = _("没有附证明，会记为“推责无据”。") if answer.position is Position.NOT_OURS else ""
    warnings = tuple(filter(None, (told, bare)))
    return SheetRow(number, cells, case, party, "ready", _does(answer), warnings=warnings), answer


def _was_sent(answer: _Answer, actor: Actor) -> bool:
    """Whether this very row went out before, in whichever file."""
    assert actor.organisation is not None
    mark = answer.fingerprint(actor.organisation.pk)
    return SentRow.objects.filter(organisation=actor.organisation, fingerprint=mark).exists()


def _does(answer: _Answer) -> str:
    """What sending it will do, in a sentence."""
    said = position_words({"position": answer.position, "points_to": answer.points_to, "proof": False})
    told = _("代{party}答复{case}：{words}。").format(
        party=party_name(answer.party), case=answer.complaint.reference, words=said
    )
    facts = [fact_statement(fact, value) for fact, value in answer.claims.items()]
    again = _("以前答复过，这次会换成新的。") if answer.respondent.answered_at else ""
    return sentences(told, _("事实：{facts}。").format(facts=_("、").join(facts)) if facts else "", again)


def _answer(reading: _Reading, actor: Actor) -> _Answer | None:
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
    found = _case(reading, actor)
    if found is None or position is None or reading.errors:
        return None
    complaint, respondent, party = found
    rule = cells.get("rule", "")
    answer = _Answer(complaint, respondent, party, position, words, claims, points_to, instead, rule, note)
    return answer if _may_be_said(reading, answer) else None


def _may_be_said(reading: _Reading, answer: _Answer) -> bool:
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


def _whom(reading: _Reading, position: Position | None) -> tuple[Party | None, str]:
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


def _claims(reading: _Reading) -> dict[str, bool | None]:
    claims: dict[str, bool | None] = {}
    for column, cell in reading.cells.items():
        if column in COLUMNS or not cell:
            continue
        if cell.lower() not in VALUES:
            reading.wrong(column, _("“{found}”不认识。写“是”或者“否”，不清楚就空着。").format(found=cell[:SHOWN]))
        else:
            claims[column] = VALUES[cell.lower()]
    return claims


def _case(reading: _Reading, actor: Actor) -> tuple[Complaint, Respondent, Party] | None:
    reference = reading.cells.get("case", "")
    complaint = Complaint.objects.visible_to(actor).filter(reference=reference).first() if reference else None
    if complaint is None:
        reading.wrong("case", _("没有这件投诉，或者贵机构看不到它。核对编号。") if reference else _("写上投诉编号。"))
        return None
    if not complaint.is_open:
        reading.wrong("case", _("这件投诉已经结束，不用再答复。"))
        return None
    typed = reading.cells.get("party", "")
    own = complaint.respondents.filter(organisation=actor.organisation, asked_at__isnull=False)
    party = PARTIES.get(typed) if typed else Party(own[0].party) if len(own) == 1 else None
    if party is None:
        reading.wrong("party", _("写明代哪一方答复：商家、主播或平台。"))
        return None
    try:
        return complaint, respondent_for(complaint, party, actor), party
    except (CannotAnswer, Respondent.DoesNotExist) as refusal:
        reading.wrong("party", str(refusal))
        return None


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(raw: bytes) -> list[tuple[int, list[str]]]:
    """The lines that hold anything, each with its number. Raises NotASheet."""
    try:
        rows = [(number, row) for number, row in enumerate(rows_of_text(io.BytesIO(raw)), start=1) if any(row)]
    except Refused as refusal:
        raise NotASheet(str(REFUSALS.get(str(refusal), _("这个文件读不出表格。用下载的模板。")))) from None
    return rows


def _headings(cells: Sequence[str]) -> list[str]:
    """The columns by their codes. Raises NotASheet for one that nobody knows, that is there twice, or is missing."""
    book = rulebook()
    facts = {fact.key: fact.key for fact in book.conditions if not fact.officer}
    facts |= {fact.label.zh: fact.key for fact in book.conditions if not fact.officer and fact.label}
    known = {**facts, **HEADINGS}
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        code = known.get(cell) or known.get(cell.lower())
        if code is None and cell:
            near = get_close_matches(cell, known, 1)
            hint = _("是不是“{near}”？").format(near=near[0]) if near else _("用下载的模板。")
            told = _("第{n}列“{name}”不认识。").format(n=place, name=cell[:40])
            raise NotASheet(sentences(told, hint))
        if code in found and code:
            raise NotASheet(_("“{name}”有两列，留一列。").format(name=cell))
        found.append(code or "")
    for code in NEEDED:
        if code not in found:
            raise NotASheet(_("缺少“{name}”这一列。用下载的模板。").format(name=COLUMNS[code]))
    return found


def _rows(kept: ResponseSheet, actor: Actor) -> list[tuple[SheetRow, _Answer | None]]:
    lines = [(int(row[0]), row[1:]) for row in csv.reader(io.StringIO(kept.text, newline="")) if row]
    if not lines:
        return []
    codes = _headings(lines[0][1])
    headings = {code: cell for code, cell in zip(codes, lines[0][1], strict=True) if code}
    made, seen = [], dict[tuple[str, str], int]()
    for number, cells in lines[1:]:
        by_code = {code: cell for code, cell in zip(codes, cells, strict=False) if code}
        row, answer = _look(number, by_code, headings, actor)
        if answer is not None and (first := seen.setdefault((row.case, row.party), number)) != number:
            told = _("第{n}行已经答复这件投诉的这一方，删掉一行。").format(n=first)
            row = SheetRow(
                number, by_code, row.case, row.party, "error", errors=(CellError("case", headings["case"], told),)
            )
            answer = None
        made.append((row, answer))
    return made


def _as_it_stands(kept: ResponseSheet, actor: Actor) -> Sheet:
    if kept.sent_at is None:
        rows = [row for row, _answer in _rows(kept, actor)]
        return Sheet(kept.key, _columns(rows), tuple(rows), kept.made_at)
    rows = [
        SheetRow(each["number"], {}, each["case"], each["party"], each["code"], why=each["why"])
        for each in kept.results
    ]
    return Sheet(kept.key, (), tuple(rows), kept.made_at, kept.sent_at)


def _columns(rows: Sequence[SheetRow]) -> tuple[tuple[str, str], ...]:
    codes = next((list(row.cells) for row in rows if row.cells), [])
    return tuple((code, str(COLUMNS[code]) if code in COLUMNS else fact_statement(code, None)) for code in codes)


def _result(row: SheetRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "case": row.case[:SHOWN],
        "party": row.party[:SHOWN],
        "code": row.code,
        "why": _why(row),
    }


def _why(row: SheetRow) -> str:
    """What became of it, or all that is wrong with it, in one line."""
    wrong = (_("{name}：{sentence}").format(name=each.heading, sentence=each.message) for each in row.errors)
    return row.why or _("；").join(wrong)


def _held(key: uuid.UUID | str, actor: Actor) -> ResponseSheet:
    """The table, if it is this house's own."""
    try:
        return ResponseSheet.objects.get(key=key, organisation=actor.organisation)
    except ValidationError:  # no key at all
        raise ResponseSheet.DoesNotExist from None
