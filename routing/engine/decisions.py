"""decide(): one inquiry read against one rulebook, and the answer in the form of decide-contract.md ("Out")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from routing.engine.canonical import digest
from routing.engine.compiled import machine
from routing.engine.grounds import Ground, grounds
from routing.engine.inquiry import Inquiry
from routing.engine.missing import Missing, missing_facts
from routing.engine.procedure import Course, acts_to_report, course_of
from routing.engine.reading import Reading
from routing.engine.remedies import Claim, claims
from routing.engine.rulebook import Rulebook
from routing.engine.setting import instruments_in_force
from routing.engine.vocabulary import BEHIND, FACING, FORM_RANK, Form, Party, Verdict

_FORMS: Final = tuple(FORM_RANK)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one party. The lists hold names of grounds, in the order of the tables."""

    verdict: Verdict
    forms: tuple[Form, ...] = ()
    grounds: tuple[str, ...] = ()
    possible_grounds: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    merged_into: Party | None = None


@dataclass(frozen=True)
class Decision:
    """The answer to one inquiry. Immutable, and the same wherever the same inquiry meets the same rulebook.

    ``grounds`` are those held and possible; ``unlisted`` the others, where they were asked for. The digest does not
    depend on them.
    """

    inquiry: Inquiry
    rulebook: Rulebook
    parties: Mapping[Party, Answer]
    others: Mapping[Party, Answer]
    responsible: tuple[Party, ...]
    grounds: tuple[Ground, ...]
    unlisted: tuple[Ground, ...]
    missing: tuple[Missing, ...]
    remedies: tuple[Claim, ...]
    gates: tuple[str, ...]
    illegal_acts: tuple[int, ...]
    procedure: Course

    @cached_property
    def digest(self) -> str:
        """The digest of the contract: of the input as read, and of the answer without the unlisted grounds."""
        return digest({"input": self.inquiry.read, "output": _body(self, self.grounds)})

    def input_dict(self) -> dict[str, Any]:
        """The input as it was read, in the canonical form that the digest takes."""
        return dict(self.inquiry.read)

    def as_dict(self) -> dict[str, Any]:
        """The output object of the contract."""
        label = {} if self.inquiry.id is None else {"id": self.inquiry.id}
        return {**label, **_body(self, (*self.grounds, *self.unlisted)), "digest": self.digest}


def decide(rulebook: Rulebook, inquiry: Inquiry, *, every_ground: bool = False) -> Decision:
    """Read every rule against the facts known so far.

    With ``every_ground`` the answer also lists the grounds that are not held or not in force.
    """
    return decide_by(machine(rulebook).read, rulebook, inquiry, every_ground=every_ground)


def decide_by(
    read: Callable[[Inquiry], Reading], rulebook: Rulebook, inquiry: Inquiry, *, every_ground: bool = False
) -> Decision:
    """Decide with the evaluator given; ``decide`` takes the compiled one."""
    reading = read(inquiry)
    in_force = instruments_in_force(rulebook, inquiry)
    every = tuple(grounds(reading, inquiry, in_force, every_ground=every_ground))
    shown = tuple(ground for ground in every if ground.is_listed)
    answers = {party: _answer(reading, party, shown) for party in (*FACING, *BEHIND)}
    responsible = _in_order(answers)
    return Decision(
        inquiry=inquiry,
        rulebook=rulebook,
        parties={party: answers[party] for party in FACING},
        others={party: answers[party] for party in BEHIND if answers[party].verdict is not Verdict.NOT_RESPONSIBLE},
        responsible=responsible,
        grounds=shown,
        unlisted=tuple(ground for ground in every if not ground.is_listed),
        missing=missing_facts(reading),
        remedies=claims(reading, inquiry, shown, responsible, in_force),
        gates=reading.gates,
        illegal_acts=acts_to_report(reading, inquiry, shown),
        procedure=course_of(reading, inquiry),
    )


def _answer(reading: Reading, party: Party, shown: Sequence[Ground]) -> Answer:
    if party in reading.standing.merged:
        return Answer(Verdict.NOT_RESPONSIBLE, merged_into=reading.standing.merged[party])
    own = [ground for ground in shown if ground.party is party]
    liable = [ground for ground in own if ground.form is not Form.DUTY]
    held = [ground for ground in liable if ground.holds]
    possible = [ground for ground in liable if not ground.holds]
    found = {ground.form for ground in held}
    return Answer(
        verdict=Verdict.RESPONSIBLE if held else Verdict.POSSIBLE if possible else Verdict.NOT_RESPONSIBLE,
        forms=tuple(form for form in _FORMS if form in found),
        grounds=_names(held),
        possible_grounds=_names(possible),
        duties=_names(ground for ground in own if ground.form is Form.DUTY and ground.holds),
    )


def _names(found: Iterable[Ground]) -> tuple[str, ...]:
    return tuple(ground.rule.name for ground in found)


def _in_order(answers: Mapping[Party, Answer]) -> tuple[Party, ...]:
    """The responsible parties by the best form each has; ties stay merchant, anchor, platform (law.md 4.8)."""
    responsible = [party for party in FACING if answers[party].verdict is Verdict.RESPONSIBLE]
    return tuple(sorted(responsible, key=lambda party: min(FORM_RANK[form] for form in answers[party].forms)))


def _body(decision: Decision, shown: Iterable[Ground]) -> dict[str, Any]:
    """The output of the contract without the label and the digest."""
    return {
        "parties": {party.value: _party(answer) for party, answer in decision.parties.items()},
        "others": {party.value: _party(answer) for party, answer in decision.others.items()},
        "responsible": [party.value for party in decision.responsible],
        "first_contact": decision.responsible[0].value if decision.responsible else None,
        "grounds": [_ground(ground) for ground in sorted(shown, key=lambda ground: ground.place)],
        "missing": [_missing(missing) for missing in decision.missing],
        "remedies": [_claim(claim) for claim in decision.remedies],
        "gates": list(decision.gates),
        "illegal_acts": list(decision.illegal_acts),
        "procedure": _course(decision.procedure),
        "ruleset": {"id": decision.rulebook.id, "digest": decision.rulebook.digest},
    }


def _party(answer: Answer) -> dict[str, Any]:
    return {
        "verdict": answer.verdict.value,
        "forms": [form.value for form in answer.forms],
        "grounds": list(answer.grounds),
        "possible_grounds": list(answer.possible_grounds),
        "duties": list(answer.duties),
        "merged_into": None if answer.merged_into is None else answer.merged_into.value,
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "id": ground.rule.name,
        "party": ground.party.value,
        "status": ground.status.value,
        "form": ground.form.value,
        "by_burden": ground.by_burden,
        "notes": list(ground.notes),
        "citations": list(ground.citations),
        "unverified": list(ground.unverified),
        "because": [list(pair) for pair in ground.because],
        "remedies": list(ground.remedies),
    }


def _missing(missing: Missing) -> dict[str, Any]:
    changes = {party.value: verdict.value for party, verdict in missing.would_change.items()}
    return {"fact": missing.fact.key, "ask": missing.fact.asked_of, "would_change": changes}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "code": claim.code,
        "amount": None if claim.amount is None else f"{claim.amount // 100}.{claim.amount % 100:02d}",
        "against": [party.value for party in claim.against],
        "certainty": claim.certainty.value,
        "alternative_to": list(claim.alternative_to),
        "citations": list(claim.citations),
    }


def _course(course: Course) -> dict[str, Any]:
    mediation = None if course.mediation is None else {"days": course.mediation[0], "working": course.mediation[1]}
    return {
        "rules": course.rules,
        "accept_working_days": course.accept_working_days,
        "mediation": mediation,
        "clock_stops_for": list(course.clock_stops_for),
        "routes": list(course.routes),
    }
