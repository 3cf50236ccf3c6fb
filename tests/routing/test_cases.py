"""Disputes with a known end: what the law makes of each, key by key."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import routing
from routing import decide, read_inquiry
from tests.routing.worlds import BOOK, TODAY

CASES: dict[str, Any] = {
    id: case
    for path in sorted((Path(routing.__file__).parent / "cases" / "disputes").glob("*.toml"))
    for id, case in tomllib.loads(path.read_text("utf-8")).items()
}


class Outcome:
    """A decision as the cases speak of it. A ground is named ``A04``, or ``A04@presenter`` for the presenter's."""

    def __init__(self, case: dict[str, Any]) -> None:
        given = {**case["given"], "facts": case.get("facts", {})}
        self.output = decide(BOOK, read_inquiry(given, BOOK, today=TODAY), every_ground=True).as_dict()
        self.grounds = {self._name(ground): ground for ground in self.output["grounds"]}
        self.remedies = {remedy["code"]: remedy for remedy in self.output["remedies"]}

    @staticmethod
    def _name(ground: dict[str, Any]) -> str:
        return f"{ground['id']}@presenter" if ground["party"] == "presenter" else ground["id"]

    def verdict(self, party: str) -> str:
        answers = {**self.output["parties"], **self.output["others"]}
        return answers[party]["verdict"] if party in answers else "not_responsible"

    def with_status(self, *statuses: str) -> set[str]:
        return {name for name, ground in self.grounds.items() if ground["status"] in statuses}

    def by_burden(self) -> set[str]:
        return {name for name, ground in self.grounds.items() if ground["by_burden"]}


def all_have(verdict: str) -> Callable[[Outcome, list[str]], bool]:
    return lambda outcome, parties: all(outcome.verdict(party) == verdict for party in parties)


def among(*statuses: str) -> Callable[[Outcome, list[str]], bool]:
    return lambda outcome, ids: set(ids) <= outcome.with_status(*statuses)


def amounts(outcome: Outcome, expected: dict[str, str]) -> bool:
    found = {code: outcome.remedies[code]["amount"] or "none" for code in expected if code in outcome.remedies}
    return found == expected


def each(expected: dict[str, Any], found: Callable[[str], Any]) -> bool:
    return all(found(name) == value for name, value in expected.items())


def cited(outcome: Outcome, expected: dict[str, dict[str, list[str]]]) -> bool:
    return all(
        set(said.get("has", [])) <= set(outcome.grounds[id]["citations"])
        and not set(said.get("lacks", [])) & set(outcome.grounds[id]["citations"])
        for id, said in expected.items()
    )


CHECKS: dict[str, Callable[[Outcome, Any], bool]] = {
    "responsible": lambda o, parties: sorted(o.output["responsible"]) == sorted(parties),
    "order": lambda o, parties: o.output["responsible"] == parties,
    "first_contact": lambda o, party: (o.output["first_contact"] or "none") == party,
    "possible": all_have("possible"),
    "not_responsible": all_have("not_responsible"),
    "others": lambda o, said: each(said, o.verdict),
    "forms": lambda o, said: each(said, lambda party: o.output["parties"][party]["forms"]),
    "merged": lambda o, said: each(said, lambda party: o.output["parties"][party]["merged_into"]),
    "held": among("held"),
    "possible_grounds": among("possible"),
    "not_held": among("not_held", "not_in_force"),
    "not_in_force": among("not_in_force"),
    "by_burden": lambda o, ids: set(ids) <= o.by_burden(),
    "not_by_burden": lambda o, ids: not set(ids) & o.by_burden(),
    "ground_party": lambda o, said: each(said, lambda id: o.grounds[id]["party"]),
    "notes": lambda o, said: each(said, lambda id: o.grounds[id]["notes"]),
    "citations": cited,
    "remedies": amounts,
    "no_remedies": lambda o, codes: not set(codes) & set(o.remedies),
    "against": lambda o, said: each(
        {code: sorted(parties) for code, parties in said.items()}, lambda code: sorted(o.remedies[code]["against"])
    ),
    "alternatives": lambda o, pair: all(
        other in o.remedies[code]["alternative_to"] for code, other in (pair, reversed(pair))
    ),
    "certainty": lambda o, said: each(said, lambda code: o.remedies[code]["certainty"]),
    "gates": lambda o, gates: o.output["gates"] == gates,
    "illegal_acts": lambda o, acts: o.output["illegal_acts"] == acts,
    "procedure": lambda o, said: each(said, lambda part: o.output["procedure"][part]),
    "missing": lambda o, keys: set(keys) <= {missing["fact"] for missing in o.output["missing"]},
}


@pytest.mark.parametrize("id", CASES)
def test_the_law_makes_of_a_dispute_what_is_written_beside_it(id: str) -> None:
    case = CASES[id]
    outcome = Outcome(case)
    wrong = {key: value for key, value in case["then"].items() if not CHECKS[key](outcome, value)}
    assert not wrong, f"{case['title']['en']}: {case['because']['en']}"


def test_all_forty_are_here() -> None:
    assert len(CASES) == 40
