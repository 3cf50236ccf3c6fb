"""The finding as it stands: what the machine decided, with what officers put in its place. Every door reads it here.

The stored decision is never touched: replaying it gives the same bytes. An override made upon a version stands on that
version and on every later one, until an officer puts another in its place or gives the party back to the machine.
It speaks of the party as it was made up then: where parties have since come to count as one, or as several, it is
suspended, the machine's finding stands, and the officers are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import cached_property
from typing import Any

from complaints.models import Complaint, DecisionRecord, Override, Party
from routing import Explanation, Language, explain, rulebook
from routing.engine.cards import PartyCard, Reason
from routing.engine.vocabulary import FORM_RANK, Form
from routing.engine.wording import Wording

BY_PERSON = "override"  # stands among the grounds of a party whose verdict an officer set
VERDICTS = ("not_responsible", "possible", "responsible")  # from the weakest for the consumer to the strongest
Outcome = Override.Outcome


@dataclass(frozen=True)
class Ruling:
    """One version of the decision, and the overrides that stand on it, by party; beside them those that are suspended,
    and all that were ever in force, the oldest first."""

    record: DecisionRecord
    overrides: Mapping[str, Override]
    suspended: Sequence[Override] = ()
    in_force: Sequence[Override] = field(default=(), repr=False)
    _by_machine: dict[Language, Explanation] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def output(self) -> Mapping[str, Any]:
        """The output of the decide contract with the overridden parties as officers see them; for showing only."""
        return altered(self.record.output, {party: each.outcome for party, each in self.overrides.items()})

    @property
    def verdicts(self) -> dict[str, str]:
        return {party: found["verdict"] for party, found in self.output["parties"].items()}

    @property
    def seal(self) -> str:
        """The key of the seal's words: changed, reviewed or preliminary."""
        if self.overrides:
            return "changed"
        found = any(source["how"] == "finding" for source in self.record.sources.values())
        return "reviewed" if found else "preliminary"

    @property
    def carried(self) -> list[Override]:
        """Those made upon an earlier version: the facts have moved since, and an officer is to say if they stand."""
        return [each for each in self.overrides.values() if each.decision_id != self.record.pk]

    @property
    def is_asked(self) -> bool:
        """Whether the officers are to say of an earlier override if it stands."""
        return bool(self.carried or self.suspended)

    def suspended_on(self, party: str) -> list[Override]:
        """Those that an officer answers by deciding on this party: its own, and of those counted as one with it."""
        return [each for each in self.suspended if each.party in house_of(self.record.output, party)]

    def upon(self, inquiry: Mapping[str, Any], output: Mapping[str, Any]) -> Ruling:
        """How the same overrides would stand on another decision of this case; nothing is stored."""
        made = DecisionRecord(
            complaint_id=self.record.complaint_id,
            number=self.record.number + 1,
            input=dict(inquiry),
            output=dict(output),
            sources=self.record.sources,
            at=self.record.at,
        )
        return ruling_with(made, self.in_force)

    def standing(self, party: str) -> tuple[str, str]:
        """Verdict and best form of a party as it stands; the form is empty where it does not answer."""
        return _standing(self.output, party)

    def by_machine(self, party: str) -> tuple[str, str]:
        """The same as the machine decided."""
        return _standing(self.record.output, party)

    def told(self, lang: Language) -> Explanation:
        """In words, with the officer's reason and citation where a person decided."""
        if not self.overrides:
            return self.told_by_machine(lang)
        told = explain(rulebook(), self.record.input, self.output, lang)
        wording = Wording(rulebook(), lang)
        cards = tuple(
            _by_person(card, self.overrides[card.party], wording) if card.party in self.overrides else card
            for card in told.parties
        )
        return replace(told, parties=cards)

    def told_by_machine(self, lang: Language) -> Explanation:
        """The machine's own finding in words: it stays beside every override."""
        if lang not in self._by_machine:
            self._by_machine[lang] = explain(rulebook(), self.record.input, self.record.output, lang)
        return self._by_machine[lang]


def ruling_on(record: DecisionRecord) -> Ruling:
    """The decision of this version as it stands."""
    rows = Override.objects.filter(complaint=record.complaint_id, decision__number__lte=record.number)
    return ruling_with(record, rows.in_force().select_related("decision").order_by("number"))


def ruling_with(record: DecisionRecord, in_force: Iterable[Override]) -> Ruling:
    """The same with overrides at hand, the oldest first: the latest of each party counts.

    It stands where the party answers for the same parties as in the version it was made upon; otherwise it is
    suspended, until an officer decides on the party that answers for it now.
    """
    rows = tuple(in_force)
    latest: dict[str, Override] = {}
    for each in rows:
        latest.pop(each.party, None)  # the order is that of the last word on each
        if each.party in Party:
            latest[each.party] = each
    standing: dict[str, Override] = {}
    suspended: list[Override] = []
    for party, each in latest.items():
        house = house_of(record.output, party)
        if house and house == house_of(each.decision.output, party):
            suspended = [earlier for earlier in suspended if earlier.party not in house]
            if not each.takes_back:
                standing[party] = each
        elif not each.takes_back:
            suspended.append(each)
    return Ruling(record, standing, tuple(suspended), rows)


def house_of(output: Mapping[str, Any], party: str) -> frozenset[str]:
    """The parties this one answers for, itself among them; empty where it is counted as one with another."""
    parties = output["parties"]
    if parties[party]["merged_into"] is not None:
        return frozenset()
    return frozenset({party, *(name for name, found in parties.items() if found["merged_into"] == party)})


def altered(output: Mapping[str, Any], outcomes: Mapping[str, str]) -> Mapping[str, Any]:
    """A copy of an output in which these parties have these outcomes; order, claims and open questions follow.

    Claims against a party that no longer answers go; none is added for one that now does: the law's sums rest on
    grounds, and a person gave none.
    """
    if not outcomes:
        return output
    parties = {
        party: {**answer, **_answer(outcomes[party], answer)} if party in outcomes else answer
        for party, answer in output["parties"].items()
    }
    answering = [party for party, answer in parties.items() if answer["verdict"] == "responsible"]
    answering.sort(key=lambda party: _rank(parties[party]["forms"]))
    freed = {party for party in outcomes if party not in answering}
    return {
        **output,
        "parties": parties,
        "responsible": answering,
        "first_contact": answering[0] if answering else None,
        "grounds": [kept for each in output["grounds"] if (kept := _ground(each, outcomes))],
        "missing": [
            {**each, "would_change": {p: v for p, v in each["would_change"].items() if p not in outcomes}}
            for each in output["missing"]
        ],
        "remedies": _claims(output["remedies"], freed),
    }


def lowers(before: tuple[str, str], after: tuple[str, str]) -> bool:
    """Whether the consumer stands worse: a weaker verdict, or a weaker form of the same (pairs as ``standing``)."""
    return _strength(*after) < _strength(*before)


def outcome_of(standing: tuple[str, str]) -> str:
    """The outcome that would leave a party as it stands."""
    verdict, form = standing
    return form if verdict == "responsible" else verdict


def told_override(each: Override, *, was: tuple[str, str]) -> dict[str, Any]:
    """An override for machines: what the machine had said, what stands, why, by which law, upon which version."""
    verdict = "responsible" if each.outcome in FORM_RANK else each.outcome
    return {
        "number": each.number,
        "party": each.party,
        "machine": {"verdict": was[0], "form": was[1] or None},
        "verdict": verdict,
        "form": each.outcome if verdict == "responsible" else None,
        "reason": each.reason,
        "words": each.words,
        "citation": each.citation,
        "decision": each.decision.number,
        "at": each.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "digest": each.digest,
    }


def told_overrides(ruling: Ruling) -> list[dict[str, Any]]:
    """Those that stand, in the order they were made."""
    standing = sorted(ruling.overrides.values(), key=lambda each: each.number)
    return [told_override(each, was=ruling.by_machine(each.party)) for each in standing]


# ── One party ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _standing(output: Mapping[str, Any], party: str) -> tuple[str, str]:
    answer = output["parties"][party]
    return answer["verdict"], answer["forms"][0] if answer["forms"] else ""


def _strength(verdict: str, form: str) -> tuple[int, int]:
    return VERDICTS.index(verdict), -FORM_RANK[Form(form)] if form else 0


def _answer(outcome: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    if outcome in FORM_RANK:
        return {"verdict": "responsible", "forms": [outcome], "grounds": [BY_PERSON]}
    open_ones = [*answer["grounds"], *answer["possible_grounds"]] if outcome == Outcome.POSSIBLE else []
    return {"verdict": outcome, "forms": [], "grounds": [], "possible_grounds": open_ones}


def _ground(ground: Mapping[str, Any], outcomes: Mapping[str, str]) -> Mapping[str, Any] | None:
    """A ground of a party a person decided on is no reason any more: dropped, or one of what may still hold."""
    outcome = outcomes.get(ground["party"])
    if outcome is None or ground["form"] == Form.DUTY:
        return ground
    if outcome == Outcome.NOT_RESPONSIBLE or (outcome in FORM_RANK and ground["status"] == "held"):
        return None
    return {**ground, "status": "possible"} if ground["status"] == "held" else ground


def _claims(claims: Sequence[Mapping[str, Any]], freed: set[str]) -> list[Mapping[str, Any]]:
    kept = []
    for each in claims:
        against = [party for party in each["against"] if party not in freed]
        if against or not each["against"]:
            kept.append({**each, "against": against})
    codes = {each["code"] for each in kept}
    return [{**each, "alternative_to": [code for code in each["alternative_to"] if code in codes]} for each in kept]


def _rank(forms: Sequence[str]) -> int:
    return min(FORM_RANK[Form(form)] for form in forms)


def _by_person(card: PartyCard, override: Override, wording: Wording) -> PartyCard:
    """The card with the officer's reason first; where the party does not answer, its reason stands with the others'."""
    if card.verdict == "not_responsible":
        return replace(card, by_burden=False)
    cited = wording.cites([override.citation])
    reason = Reason(
        ground=BY_PERSON,
        title="",
        text=override.words,
        because=(),
        binding=tuple(each for each in cited if each.is_binding),
        supervisory=tuple(each for each in cited if not each.is_binding),
        by_burden=False,
        notes=(),
    )
    if card.verdict == "responsible":
        return replace(card, by_burden=False, reasons=(reason,))
    return replace(card, by_burden=False, open=(reason, *card.open))


def replayable(complaint: Complaint, record: DecisionRecord) -> dict[str, Any]:
    """The decision with all a machine needs to make it again, and beside it what officers put in its place."""
    ruling = ruling_on(record)
    return {
        "case": complaint.reference,
        "version": record.number,
        "at": record.at.isoformat(),
        "because": record.because,
        "input": record.input,
        "output": record.output,
        "sources": record.sources,
        "disputed": record.disputed,
        "digest": record.digest,
        "rulebook": record.rulebook,
        "overrides": told_overrides(ruling),
        "stands": {
            "verdicts": ruling.verdicts,
            "responsible": ruling.output["responsible"],
            "first_contact": ruling.output["first_contact"],
        },
    }
