"""The panels of a case as values: facts with their sources, a decision with its trace, what changed, the evidence.

Everything is read from the stored decision and told in the reader's language; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.listing import yuan
from complaints.evidence.columns import NUMBER, ORDERED, PAID
from complaints.evidence.entitled import can_be_covered, standing
from complaints.models import Complaint, DecisionRecord, Evidence
from complaints.models.assertion import Speaker
from complaints.models.complaint import Party
from complaints.narrative import fact_statement, language
from complaints.ruling_words import ByPerson, Suspended, by_person, suspended_in
from complaints.rulings import ruling_on
from complaints.statement import REMEDIES
from routing import Explanation, rulebook
from routing.engine.cards import PartyCard, Reason
from routing.engine.explanations import RemedyLine
from routing.engine.facts import Fact

GROUPS: Mapping[str, Any] = {
    "order": gettext_lazy("订单和付款"),
    "wrong": gettext_lazy("货和宣传"),
    "shown": gettext_lazy("直播间怎么说、怎么标"),
    "aftersales": gettext_lazy("售后"),
    "identity": gettext_lazy("身份和联系方式"),
    "platform": gettext_lazy("平台做了什么"),
    "business": gettext_lazy("商家、主播怎么经营"),
    "derived": gettext_lazy("推出来的，或由协会认定"),
}
HOW: Mapping[str, tuple[str, Any]] = {
    "finding": ("ok", ""),  # the chip of who said it says so
    "admission": ("ok", gettext_lazy("对自己不利的承认")),
    "agreed": ("plain", ""),
    "disputed": ("joint", gettext_lazy("说法不一致")),
    "unproven": ("joint", gettext_lazy("只有一面之词，没有证据")),
}
THUMBS = {"order": "order", "payment": "order", "live": "live", "goods": "label", "chat": "chat", "platform": "chat"}
PEEKED_FACTS = 6


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of evidence as a chip or thumb: its number in the file, and the drawing where it has no picture."""

    item: Evidence
    number: int
    drawing: str
    by: str
    shows: tuple[str, ...] = ()  # what its owner says it shows, as plain statements
    table: str = ""  # of an order table: which row was confirmed, and where it differs from what was filed

    @property
    def has_preview(self) -> bool:
        return bool(self.item.blob.preview) and self.item.blob.may_be_opened

    @property
    def covered(self) -> str:
        """What the other side sees of it."""
        mask = standing(self.item)
        if mask is not None:
            return _("对方看到：{how}").format(how=mask.get_basis_display())
        return _("对方还看不到，等人核对") if can_be_covered(self.item) else _("对方看不到，这种文件没有副本")

    @property
    def has_picture(self) -> bool:
        return bool(self.item.blob.thumb) and self.item.blob.may_be_opened


@dataclass(frozen=True, slots=True)
class Account:
    """What one speaker says of a fact."""

    speaker: str
    says: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as it stands. ``value`` None is unknown; ``accounts`` stand there only where they differ."""

    key: str
    number: str
    label: str
    statement: str
    value: bool | None
    tone: str = "plain"
    how: str = ""
    speakers: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    question: str = ""
    asked_of: str = ""
    officer_only: bool = False
    form: Any = None  # where a finding can be made on the spot
    said: tuple[Any, ...] = ()  # every statement (complaints.admin.statements), on the case screen
    may_ask: bool = False  # whether there is a question to put to somebody
    is_quiet: bool = False  # unknown, and knowing it would change no verdict


@dataclass(frozen=True, slots=True)
class FactGroup:
    label: str
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A ground in the trace. ``tone`` colours its dot; one that is only possible is hollow."""

    ground: str
    tone: str
    party: str
    word: str
    held: bool
    is_duty: bool
    reason: Reason
    officer_note: str

    @property
    def cited(self) -> str:
        """The articles, what makes it pay first."""
        return _("；").join(each.text for each in (*self.reason.binding, *self.reason.supervisory))

    @property
    def cited_first(self) -> str:
        """The article that carries most, for where there is little room."""
        return _("；").join(each.text for each in (*self.reason.binding, *self.reason.supervisory)[:1])


@dataclass(frozen=True, slots=True)
class Shift:
    """Something that is other than in the version before."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A version of the decision, told."""

    record: DecisionRecord
    told: Explanation
    facts: tuple[FactGroup, ...]
    quiet: tuple[FactLine, ...]  # unknown, and the verdicts would stay as they are
    steps: tuple[Step, ...]
    shifts: tuple[Shift, ...]
    by_person: tuple[ByPerson, ...] = ()
    suspended: tuple[Suspended, ...] = ()
    by_machine: str = ""  # the machine's own sentence

    @property
    def cards(self) -> list[tuple[str, PartyCard]]:
        """The parties in a word, with their cards."""
        return [(_short(card.party), card) for card in self.told.parties]

    @property
    def remedies(self) -> list[tuple[RemedyLine, str]]:
        """What can be claimed, each with its sum as shown."""
        return [(line, yuan(Decimal(line.amount) if line.amount else None)) for line in self.told.remedies]

    @property
    def known(self) -> int:
        return len(self.record.input["facts"])

    @property
    def open(self) -> int:
        """How many facts wait: accounts differ, or knowing them would change a verdict."""
        return sum(1 for line in self.lines if line.value is None)

    @property
    def held(self) -> list[Step]:
        return [step for step in self.steps if step.held]

    @property
    def possible(self) -> list[Step]:
        return [step for step in self.steps if not step.held]

    @property
    def lines(self) -> list[FactLine]:
        return [line for group in self.facts for line in group.facts]


def finding_of(record: DecisionRecord, *, before: DecisionRecord | None, exhibits: Sequence[Exhibit] = ()) -> Finding:
    """Tell a version, against the one before it if there is one."""
    ruling = ruling_on(record)
    told, by_machine = ruling.told(language()), ruling.told_by_machine(language())
    groups = _lines(record, told, {exhibit.item.pk: exhibit for exhibit in exhibits})
    return Finding(
        record=record,
        told=told,
        facts=tuple(_groups(groups)),
        quiet=tuple(line for lines in groups.values() for line in lines if line.is_quiet),
        steps=tuple(_steps(by_machine)),
        shifts=tuple(_shifts(before, record, told)) if before else (),
        by_person=tuple(by_person(ruling, told)),
        suspended=tuple(suspended_in(ruling)),
        by_machine=by_machine.verdict,
    )


def exhibits_of(complaint: Complaint, *, in_full: bool = True) -> list[Exhibit]:
    """The evidence on file in its order; a look from the queue leaves out what each piece shows."""
    items = complaint.evidence.of_dispute().select_related("blob__reading")
    if in_full:
        items = items.select_related("order_table").prefetch_related("showings", "masks")
    return [
        Exhibit(
            item=item,
            number=number,
            drawing=THUMBS.get(item.kind, "doc"),
            by=speaker_label(item.offered_by),
            shows=_shown_by(item) if in_full else (),
            table=_row_of(item, complaint) if in_full else "",
        )
        for number, item in enumerate(items, start=1)
    ]


def _shown_by(item: Evidence) -> tuple[str, ...]:
    standing = sorted((row for row in item.showings.all() if row.ended_at is None), key=lambda row: row.pk)
    return tuple(fact_statement(row.fact, row.value) for row in standing)


def _row_of(item: Evidence, complaint: Complaint) -> str:
    table = getattr(item, "order_table", None)
    if table is None or table.used_at is None:
        return ""
    said = table.said
    filed = {
        NUMBER: (_("订单号"), complaint.order_number),
        PAID: (_("实付金额"), str(complaint.price) if complaint.price is not None else ""),
        ORDERED: (_("下单时间"), complaint.purchased_on.isoformat()),
    }
    read = {code: words for code, words in filed.items() if code in said}
    differ = [
        _("{what}（表格里是{text}）").format(what=words[0], text=said[code])
        for code, words in read.items()
        if words[1] != said[code]
    ]
    row = _("消费者确认：表格第{n}行是这一单。").format(n=table.row)
    if differ:
        return row + _("和投诉里的不一样：{what}。").format(what=_("、").join(differ))
    return row + _("和投诉里的一样：{what}。").format(what=_("、").join(words[0] for words in read.values()))


def wanted_of(complaint: Complaint) -> str:
    """What the consumer asks for, in a few words."""
    wanted = complaint.statement.get("remedy", {}).get("wanted", [])
    return _("、").join(str(option.label) for option in REMEDIES if option.code in wanted)


def key_facts(finding: Finding) -> list[FactLine]:
    """The facts for the preview: what is disputed, what is missing and would change something, then what is known."""
    because = {fact for step in finding.steps if step.held for fact, _value, _text in step.reason.because}

    def weight(line: FactLine) -> int:
        if line.accounts:
            return 0
        if line.value is None:
            return 1
        return 2 if line.key in because else 3

    return sorted(finding.lines, key=weight)[:PEEKED_FACTS]


def speaker_label(speaker: str) -> str:
    return str(Speaker(speaker).label) if speaker in Speaker.values else _("协会")


def fact_choices(*, except_for: Iterable[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every fact an officer may settle, by group, as a select takes it."""
    left_out = set(except_for)
    groups: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    for fact in rulebook().facts.values():
        if fact.label is not None and fact.key not in left_out:
            groups[fact.group].append((fact.key, f"{fact.label.in_(language())} {fact.number}"))
    return [(str(GROUPS[group]), facts) for group, facts in groups.items() if facts]


# ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(record: DecisionRecord, told: Explanation, exhibits: Mapping[int, Exhibit]) -> dict[str, list[FactLine]]:
    """Every fact somebody spoke of, that the law derived, or that is still asked for, by its group."""
    asked = {missing.fact: missing for missing in told.missing}
    shown = set(record.sources) | set(record.input["facts"]) | set(asked)
    by_group: dict[str, list[FactLine]] = {group: [] for group in GROUPS}
    for fact in rulebook().facts.values():
        if fact.key in shown and fact.label is not None:
            by_group[fact.group].append(_line(fact, record, asked.get(fact.key), exhibits))
    return by_group


def _groups(by_group: Mapping[str, Sequence[FactLine]]) -> Iterable[FactGroup]:
    for group, lines in by_group.items():
        telling = sorted((line for line in lines if not line.is_quiet), key=lambda line: line.value is not None)
        if telling:
            yield FactGroup(str(GROUPS[group]), tuple(telling))


def _line(fact: Fact, record: DecisionRecord, missing: Any, exhibits: Mapping[int, Exhibit]) -> FactLine:
    value = record.input["facts"].get(fact.key)
    source = record.sources.get(fact.key, {})
    how = str(source.get("how", ""))
    tone, words = HOW.get(how, ("plain", ""))
    said = {speaker: says for speaker, says in source.get("said", {}).items() if says is not None}
    differ = how == "disputed" or len(set(said.values())) > 1
    return FactLine(
        key=fact.key,
        number=fact.number,
        label=fact_statement(fact.key, None),
        statement=fact_statement(fact.key, value) if value is not None else _("不清楚"),
        value=value,
        tone=tone,
        how=str(words),
        speakers=tuple(speaker_label(speaker) for speaker in source.get("by", [])),
        accounts=tuple(
            Account(speaker_label(speaker), fact_statement(fact.key, says)) for speaker, says in said.items()
        )
        if differ
        else (),
        exhibits=tuple(exhibits[pk] for pk in source.get("evidence", []) if pk in exhibits),
        question=missing.question if missing else "",
        asked_of=speaker_label(missing.ask) if missing else "",
        officer_only=fact.officer,
        is_quiet=value is None and not said and (missing is None or missing.answer is None),
    )


# ── The trace ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _steps(told: Explanation) -> Iterable[Step]:
    """Held grounds of those who answer first, then duties, then what is only possible."""
    cards = (*told.parties, *told.others)
    for card in cards:
        yield from (_step(card, reason, held=True) for reason in card.reasons)
    for card in cards:
        yield from (_step(card, reason, held=True, is_duty=True) for reason in card.duties)
    for card in cards:
        yield from (_step(card, reason, held=False) for reason in card.open)


def _step(card: PartyCard, reason: Reason, *, held: bool, is_duty: bool = False) -> Step:
    tone = "brand" if is_duty else {"responsible": "resp", "shared": "joint"}.get(card.tone, "none")
    word = _("要做到") if is_duty else card.word if held else _("可能")
    return Step(reason.ground, tone, _short(card.party), word, held, is_duty, reason, _officer_note(reason.ground))


def _short(party: str) -> str:
    return str(Party(party).label) if party in Party.values else rulebook().words[f"party.{party}.name"].in_(language())


def _officer_note(ground: str) -> str:
    notes = (rule.officer_note for rule in rulebook().rules if rule.name == ground)
    return next((note.in_(language()) for note in notes if note), "")


# ── What changed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def shifts_between(before: DecisionRecord, now: DecisionRecord) -> list[Shift]:
    """What a version of the decision says otherwise than an earlier one."""
    return list(_shifts(before, now, ruling_on(now).told(language())))


def _shifts(before: DecisionRecord, now: DecisionRecord, told: Explanation) -> Iterable[Shift]:
    """Verdicts first, then facts, then grounds that came or went."""
    earlier = ruling_on(before).told(language())
    words = {card.party: card.word for card in earlier.parties}
    for card in told.parties:
        if words.get(card.party) != card.word:
            yield Shift(_short(card.party), words.get(card.party, ""), card.word)
    old, new = before.input["facts"], now.input["facts"]
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield Shift(fact_statement(key, None), _value(key, old.get(key)), _value(key, new.get(key)))
    titles = _titles(earlier) | _titles(told)
    stood, stands = _held(before), _held(now)
    for ground in sorted(stands - stood):
        yield Shift(titles.get(ground, ground), _("不成立"), _("成立"))
    for ground in sorted(stood - stands):
        yield Shift(titles.get(ground, ground), _("成立"), _("不再成立"))


def _value(fact: str, value: bool | None) -> str:
    return _("不清楚") if value is None else fact_statement(fact, value)


def _held(record: DecisionRecord) -> set[str]:
    return {ground["id"] for ground in record.output["grounds"] if ground["status"] == "held"}


def _titles(told: Explanation) -> dict[str, str]:
    cards = (*told.parties, *told.others)
    return {reason.ground: reason.title for card in cards for reason in (*card.reasons, *card.duties, *card.open)}
