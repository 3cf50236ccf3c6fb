"""What is counted of a case for the dashboard, read from the case and its timeline. Nothing is stored here.

Which days count as last days is said by ``complaints.deadlines``; a day whose calendar is not out yet counts for
nobody, and so does a last day that nobody had to keep any more because the consumer took the case back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

from complaints.deadlines import Deadline, acceptance_from, local_day, mediation_from, pauses_of
from complaints.figures.words import CATEGORIES
from complaints.models import BoardCase, BoardRule, BoardTerm, Complaint, Event, Override, Party, Respondent
from complaints.rulings import ruling_with
from routing.engine.counting import Pause

# What turned a decision: facts and words of people. A change of the law, or silence, is not a change after facts.
BY_FACTS = frozenset({"response", "finding", "evidence", "answers"})
KINDS = ("answered", "decided", "moved.", "testing-")
DECIDED = frozenset({"moved.accept", "moved.decline"})
MEDIATED = frozenset({"moved.agree", "moved.keep", "moved.settle", "moved.terminate", "moved.hand-off"})
TAKEN_BACK = "moved.withdraw"
HANDED_IN = frozenset({"moved.refer", "moved.reopen-referral"})  # from here an association counts its days
NEGOTIATED_ANEW = frozenset({"moved.reopen", "moved.reopen-negotiation"})
WENT_ON = "moved.reopen-mediation"  # as if it had not ended: its days run from the first acceptance
DUTY = "duty"  # a form of ground by which nobody answers: what a party has to do anyway


@dataclass(frozen=True, slots=True)
class Counted:
    """One case: its row, its last days, its rules."""

    case: BoardCase
    terms: Sequence[BoardTerm]
    rules: Sequence[BoardRule]


@dataclass(frozen=True, slots=True)
class _Moment:
    kind: str
    at: datetime
    party: str
    is_turn: bool  # a decision that changed a verdict because of facts

    @property
    def on(self) -> date:
        return local_day(self.at)


def count_cases(pks: Collection[int]) -> list[Counted]:
    """These cases as they stand: five questions to the database, however many."""
    cases = Complaint.objects.real().filter(pk__in=pks).select_related("decision").defer("story", "statement")
    moments = _moments(pks)
    respondents: dict[int, list[Respondent]] = defaultdict(list)
    for each in Respondent.objects.filter(complaint__in=pks).order_by("pk"):
        respondents[each.complaint_id].append(each)
    overrides: dict[int, list[Override]] = defaultdict(list)
    for made in Override.objects.in_force().filter(complaint__in=pks).select_related("decision").order_by("number"):
        overrides[made.complaint_id].append(made)
    return [_counted(case, moments[case.pk], respondents[case.pk], overrides[case.pk]) for case in cases]


def _moments(pks: Collection[int]) -> Mapping[int, list[_Moment]]:
    found: dict[int, list[_Moment]] = defaultdict(list)
    rows = Event.objects.filter(complaint__in=pks).order_by("complaint", "sequence")
    for pk, kind, body, at in rows.values_list("complaint_id", "kind", "body", "at").iterator(2000):
        if kind.startswith(KINDS):
            turned = kind == "decided" and body.get("because") in BY_FACTS and "changed" in body
            found[pk].append(_Moment(kind, at, body.get("party", ""), turned))
    return found


def _counted(
    case: Complaint, moments: Sequence[_Moment], respondents: Sequence[Respondent], overrides: Sequence[Override]
) -> Counted:
    filed = timezone.localtime(case.filed_at)
    platform = next((each.name for each in respondents if each.party == Party.PLATFORM), "")
    row = BoardCase(
        complaint=case,
        version=case.version,
        association_id=case.association_id,
        officer_id=case.officer_id,
        state=case.state,
        is_open=case.is_open,
        due_on=case.due_on,
        filed_on=filed.date(),
        weekday=filed.weekday(),
        hour=filed.hour,
        letter=case.problems[0] if case.problems and case.problems[0] in CATEGORIES else "X",
        first=_first(case, overrides),
        platform=platform,
        is_changed=any(each.is_turn for each in moments),
    )
    terms = [*_answers(row, case, moments, respondents), *_association_terms(row, case, moments)]
    return Counted(
        row,
        terms,
        [BoardRule(case=row, filed_on=row.filed_on, rule=r, is_overridden=o) for r, o in _rules(case, overrides)],
    )


def _first(case: Complaint, overrides: Sequence[Override]) -> str:
    """Whom to turn to first, as it stands."""
    if case.decision is None:
        return ""
    output = ruling_with(case.decision, overrides).output if overrides else case.decision.output
    return output["first_contact"] or ""


def _answers(
    row: BoardCase, case: Complaint, moments: Iterable[_Moment], respondents: Iterable[Respondent]
) -> Iterator[BoardTerm]:
    """Each party that was asked: by its first answer, for the row itself remembers the last one."""
    first: dict[str, date] = {}
    for each in moments:
        if each.kind == "answered":
            first.setdefault(each.party, each.on)
    for party in respondents:
        if party.asked_at is None or party.due_on is None:
            continue
        came = first.get(party.party)
        if came is None and party.lapsed_at is None and not case.is_open:
            continue  # the case ended while there was still time
        kept = came <= party.due_on if came else False if party.lapsed_at else None
        yield BoardTerm(
            case=row,
            kind=BoardTerm.Kind.ANSWER,
            party=party.party,
            filed_on=row.filed_on,
            last_on=party.due_on,
            done_on=came,
            is_kept=kept,
        )


def _association_terms(row: BoardCase, case: Complaint, moments: Sequence[_Moment]) -> Iterator[BoardTerm]:
    """The two last days of the association itself, of the latest time the case was handed to it."""
    begins = max((place for place, each in enumerate(moments) if each.kind in HANDED_IN), default=None)
    if begins is None or any(each.kind in NEGOTIATED_ANEW for each in moments[begins:]):
        return
    course, filed_on = moments[begins:], local_day(case.filed_at)
    yield from _held_to(row, BoardTerm.Kind.ACCEPTANCE, _acceptance(filed_on, course[0].on), course, DECIDED)
    accepted = next((place for place, each in enumerate(course) if each.kind == "moved.accept"), None)
    if accepted is not None:
        last = _mediation(filed_on, course[accepted].on, pauses_of([(each.kind, each.at) for each in course]))
        yield from _held_to(row, BoardTerm.Kind.MEDIATION, last, _going_on(course[accepted:]), MEDIATED)


def _going_on(course: Sequence[_Moment]) -> Sequence[_Moment]:
    """A mediation without the ends that it was opened again after."""
    again = max((place for place, each in enumerate(course) if each.kind == WENT_ON), default=0)
    return [each for place, each in enumerate(course) if place > again or each.kind not in MEDIATED]


def _held_to(
    row: BoardCase, kind: BoardTerm.Kind, last: date | None, course: Sequence[_Moment], ends: frozenset[str]
) -> Iterator[BoardTerm]:
    end = next((each for each in course if each.kind in ends or each.kind == TAKEN_BACK), None)
    if last is None or (end is None and not row.is_open):
        return
    if end is not None and end.kind == TAKEN_BACK and end.on <= last:
        return  # the consumer took it back while there was still time
    done = end.on if end else None
    yield BoardTerm(
        case=row, filed_on=row.filed_on, kind=kind, last_on=last, done_on=done, is_kept=done <= last if done else None
    )


@lru_cache(maxsize=4096)  # many cases share their days
def _acceptance(filed_on: date, referred_on: date) -> date | None:
    try:
        return _sure(acceptance_from(filed_on, referred_on))
    except LookupError:  # no such limit is encoded for that day
        return None


@lru_cache(maxsize=4096)
def _mediation(filed_on: date, accepted_on: date, pauses: tuple[Pause, ...]) -> date | None:
    try:
        return _sure(mediation_from(filed_on, accepted_on, pauses=pauses))
    except LookupError:
        return None


def _sure(last: Deadline | None) -> date | None:
    return None if last is None or last.provisional else last.day


def _rules(case: Complaint, overrides: Sequence[Override]) -> Iterator[tuple[str, bool]]:
    """Each rule that makes a party answer in the machine's latest decision, or did in the version an officer set aside;
    and whether one did."""
    if case.decision is None:
        return
    found = dict.fromkeys(_held(case.decision.output, set(Party.values)), False)
    for each in overrides:
        if not each.takes_back:
            aside = _held(each.decision.output, {each.party})
            found |= dict.fromkeys(aside or [""], True)
    yield from sorted(found.items())


def _held(output: Mapping[str, list[Mapping[str, str]]], parties: set[str]) -> list[str]:
    return [
        each["id"]
        for each in output["grounds"]
        if each["status"] == "held" and each["form"] != DUTY and each["party"] in parties
    ]
